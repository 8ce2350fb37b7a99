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

namespace bowstring::avro {

enum class Kind : uint8_t {
  kNull, kBoolean, kInt, kLong, kFloat, kDouble, kBytes, kString, kRecord, kEnum, kArray, kMap, kFixed,
  kDecimalBytes, kDecimalFixed, kUuidString, kUuidFixed, kDuration,
};

/// A type of Avro's as values of it are written, with its Arrow type. Immutable.
struct Type {
  Kind kind = Kind::kNull;
  int null_branch = -1;  ///< of a union with null: which branch that is
  int32_t size = 0;      ///< of fixed ones
  std::shared_ptr<arrow::DataType> arrow;
  std::vector<std::shared_ptr<const Type>> children;  ///< fields, items or values
  std::vector<std::string> names;                     ///< fields or symbols
  bool nullable() const { return null_branch >= 0 || kind == Kind::kNull; }
};

/// The type that a schema's JSON text says.
arrow::Result<std::shared_ptr<const Type>> ParseSchema(std::string_view json);

/// A file's header.
struct Header {
  std::shared_ptr<const Type> type;  ///< a record
  std::shared_ptr<arrow::Schema> schema;
  std::string codec;
  uint8_t sync[16] = {};
  int64_t size = 0;  ///< bytes up to the first block
};

/// Reads the header at a file's beginning. Null: `size` bytes are too few.
arrow::Result<std::shared_ptr<const Header>> ParseHeader(const uint8_t* data, int64_t size);

/// A whole number of Avro's at data[*at]. False: it doesn't end before `size`, or is longer than 64 bits.
bool ReadLong(const uint8_t* data, int64_t size, int64_t* at, int64_t* out);

}  // namespace bowstring::avro
