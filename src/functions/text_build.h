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
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish();

 private:
  enum class Kind { kSmall, kLarge, kView } kind_;
  arrow::Status AppendPlace(std::string_view text);

  std::shared_ptr<arrow::DataType> type_;
  arrow::BufferBuilder places_;  // offsets, or views
  arrow::BufferBuilder text_;
  std::vector<std::shared_ptr<arrow::Buffer>> full_;  // of views
  arrow::TypedBufferBuilder<bool> validity_;
  int64_t rows_ = 0, nulls_ = 0;
};

}  // namespace bowstring
