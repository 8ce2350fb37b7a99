// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/function.h>

#include "sources/csv/tokenizer.h"

namespace bowstring::csv {

/// A value that doesn't parse.
struct BadValue {
  bool found = false;
  int64_t row = 0;
  std::string text;
};

/// One column's fields as text.
struct FieldColumn {
  const uint8_t* data = nullptr;
  const Records* records = nullptr;
  int place = 0;
  const CsvDialect* dialect = nullptr;
  const std::string* null_regex = nullptr;
};

/// Rows [row, row + rows) of a column as an array of `type`. A field that is empty (or matches null_regex) is NULL. The first value that
/// doesn't parse is told in `bad`, with null as the answer.
arrow::Result<std::shared_ptr<arrow::ArrayData>> Convert(const FieldColumn& column, int64_t row, int64_t rows,
                                                         const std::shared_ptr<arrow::DataType>& type, KernelContext& context, BadValue* bad);

}  // namespace bowstring::csv
