// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <arrow/array/data.h>
#include <arrow/buffer_builder.h>
#include <arrow/result.h>
#include <arrow/type.h>

namespace bowstring {

/// Builds an array of texts or bytes of any variable-width kind: string, large string, view, binary likewise. Text of views goes into one
/// buffer after the other of at most 2 GiB. One thread.
class TextBuilder {
 public:
  TextBuilder(std::shared_ptr<arrow::DataType> type, arrow::MemoryPool* pool);
  arrow::Status Reserve(int64_t rows);
  arrow::Status Append(std::string_view text);
  arrow::Status AppendNull();
  /// As Append, of a text behind whose beginning at least kPadding bytes can be read: short ones are copied whole words at a time.
  static constexpr size_t kPadding = 16;
  arrow::Status AppendPadded(std::string_view text);
  /// The text of an earlier row, which isn't NULL.
  arrow::Status AppendAgain(int64_t row);
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish();

 private:
  enum class Kind { kSmall, kLarge, kView } kind_;
  arrow::Status AppendPlace(std::string_view text);
  arrow::Status Counted();

  std::shared_ptr<arrow::DataType> type_;
  arrow::BufferBuilder places_;  // offsets, or views
  arrow::BufferBuilder text_;
  std::vector<std::shared_ptr<arrow::Buffer>> full_;  // of views
  arrow::TypedBufferBuilder<bool> validity_;
  int64_t rows_ = 0, nulls_ = 0;
};

}  // namespace bowstring
