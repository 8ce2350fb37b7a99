// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace bowstring::logical {

/// Appends values to a byte string: numbers as LEB128, texts with their length, Arrow's types and scalars as IPC messages.
class ByteWriter {
 public:
  void Number(uint64_t value);
  void Signed(int64_t value) { Number((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63)); }
  void Flag(bool value) { Number(value ? 1 : 0); }
  void Text(std::string_view text);
  arrow::Status Field(const arrow::Field& field);
  arrow::Status Schema(const arrow::Schema& schema);
  arrow::Status Scalar(const arrow::Scalar& scalar);
  std::string Finish() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads them again. The bytes may come from anywhere: whatever doesn't fit is kExecution "not the bytes of ...".
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  arrow::Result<uint64_t> Number();
  arrow::Result<int64_t> Signed();
  arrow::Result<bool> Flag();
  /// A number of things that follow, each of at least one byte: never more than there are bytes.
  arrow::Result<size_t> Count();
  /// A number below `end`.
  arrow::Result<int> Choice(int end);
  arrow::Result<std::string> Bytes();
  arrow::Result<std::string> Text();  ///< that is UTF-8
  arrow::Result<std::shared_ptr<arrow::Field>> Field();
  arrow::Result<std::shared_ptr<arrow::Schema>> Schema();
  arrow::Result<std::shared_ptr<arrow::Scalar>> Scalar();
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

/// "not the bytes of an expression or a plan: ..."
arrow::Status BadBytes(std::string_view what);

}  // namespace bowstring::logical
