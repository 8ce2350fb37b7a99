// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "sources/chunked/format.h"
#include "sources/csv/csv.h"

namespace bowstring::csv {

/// What the values seen of a column allow its type to be.
class InferredType {
 public:
  void Add(std::string_view text);
  std::shared_ptr<arrow::DataType> type() const;

 private:
  uint32_t seen_ = 0;
};

/// What the beginning of one file says.
struct FileHead {
  std::vector<std::string> names;
  std::vector<std::shared_ptr<arrow::DataType>> types;
  int64_t records = 0;  ///< looked at
};

/// Names and types from a file's first records, at most `max_records` of them; no column where the file is empty. "Csv error: Encountered
/// unequal lengths between records on CSV file. Expected 3 records, found 2 records at line 3".
arrow::Result<FileHead> InferHead(const DataFile& file, const CsvReadOptions& options, int64_t max_records);

}  // namespace bowstring::csv
