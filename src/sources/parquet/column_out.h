// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/buffer.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "sources/parquet/decoder.h"
#include "sources/parquet/value_type.h"

namespace bowstring::pq {

/// An array that grows by pieces: from pages, or by picking rows of another array.
class ColumnOut {
 public:
  ColumnOut() = default;
  ColumnOut(const ValueType& type, bool nullable) : type_(type), nullable_(nullable) {}

  const ValueType& type() const { return type_; }
  int64_t length() const { return length_; }
  int64_t null_count() const { return null_count_; }
  /// Holds places in this dictionary (32 bits each; 0 where NULL) in the stead of values; null: values.
  const std::shared_ptr<const Dictionary>& dictionary() const { return dictionary_; }
  const uint32_t* codes() const { return reinterpret_cast<const uint32_t*>(values_->data()); }
  /// Null where nothing is NULL.
  const uint8_t* known() const { return null_count_ > 0 ? validity_->data() : nullptr; }
  /// From here on, places in `dictionary` are appended. Only while it is empty.
  void Encode(std::shared_ptr<const Dictionary> dictionary);
  /// Places to values. OutOfMemory: nothing has changed.
  arrow::Status Decode(int64_t expected, arrow::MemoryPool* pool);
  /// Room for `rows` in all. OutOfMemory: nothing has changed. `expected`: how many there will be at the end.
  arrow::Status Reserve(int64_t rows, int64_t expected, arrow::MemoryPool* pool);
  /// Where the next value goes. Booleans lie there as bytes.
  uint8_t* tail() { return values_->mutable_data() + length_ * width(); }
  /// Bytes a row.
  int32_t width() const { return dictionary_ ? static_cast<int32_t>(sizeof(uint32_t)) : type_.width; }
  /// The validity bitmap, all zero from length() on; null where the column has no NULLs by its type.
  uint8_t* validity() { return nullable_ ? validity_->mutable_data() : nullptr; }
  /// n rows have been written, `nulls` of them NULL.
  void Advance(int64_t n, int64_t nulls) {
    length_ += n;
    null_count_ += nulls;
  }
  /// The index by which views reach `text`.
  int32_t AddText(const std::shared_ptr<arrow::Buffer>& text);
  const std::vector<std::shared_ptr<arrow::Buffer>>& texts() const { return texts_; }
  /// Appends `count` rows of `from`, which has the same type, as values. Room must have been reserved.
  void AppendRows(const ColumnOut& from, const int32_t* rows, int64_t count);
  /// Gives back what was reserved and not used, where it is much. Arrays that Peek gave stay right.
  void Shrink();
  /// The array without giving it up: buffers are shared, nothing may be appended while it is used.
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Peek(arrow::MemoryPool* pool) const;
  void Clear();

 private:
  ValueType type_;
  bool nullable_ = false;
  int64_t length_ = 0, null_count_ = 0, capacity_ = 0;
  std::shared_ptr<arrow::ResizableBuffer> values_, validity_;
  std::vector<std::shared_ptr<arrow::Buffer>> texts_;
  std::shared_ptr<const Dictionary> dictionary_;
};

}  // namespace bowstring::pq
