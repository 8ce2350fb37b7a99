// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "sources/avro/schema.h"

namespace bowstring::avro {

/// Values one after the other.
struct Input {
  const uint8_t* data = nullptr;
  int64_t size = 0, at = 0;
};

/// Collects values of one type. Fails with kExecution "Avro error: ..." where the bytes are no such values.
class Column {
 public:
  static arrow::Result<std::unique_ptr<Column>> Make(const Type& type, arrow::MemoryPool* pool);
  virtual ~Column() = default;
  virtual arrow::Status Value(Input& input) = 0;  ///< reads one
  virtual arrow::Status Null() = 0;
  virtual arrow::Result<std::shared_ptr<arrow::Array>> Finish() = 0;
};

/// Goes past a value.
arrow::Status Skip(const Type& type, Input& input);

}  // namespace bowstring::avro
