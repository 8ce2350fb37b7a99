// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/column_out.h"

#include <algorithm>
#include <cstring>

#include <arrow/array/data.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include "sources/parquet/pick.h"
#include "sources/parquet/view.h"

namespace bowstring::pq {

arrow::Status ColumnOut::Reserve(int64_t rows, int64_t expected, arrow::MemoryPool* pool) {
  if (rows <= capacity_) return arrow::Status::OK();
  const int64_t capacity = std::max({rows, expected, int64_t{1}});
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::ResizableBuffer> values, arrow::AllocateResizableBuffer(capacity * width(), pool));
  std::shared_ptr<arrow::ResizableBuffer> validity;
  if (nullable_) {
    ARROW_ASSIGN_OR_RAISE(validity, arrow::AllocateResizableBuffer(arrow::bit_util::BytesForBits(capacity), pool));
    const int64_t used = arrow::bit_util::BytesForBits(length_);
    if (used > 0) std::memcpy(validity->mutable_data(), validity_->data(), static_cast<size_t>(used));
    std::memset(validity->mutable_data() + used, 0, static_cast<size_t>(validity->size() - used));
  }
  if (length_ > 0) std::memcpy(values->mutable_data(), values_->data(), static_cast<size_t>(length_ * width()));
  values_ = std::move(values);
  validity_ = std::move(validity);
  capacity_ = capacity;
  return arrow::Status::OK();
}

void ColumnOut::Encode(std::shared_ptr<const Dictionary> dictionary) {
  Clear();
  dictionary_ = std::move(dictionary);
}

arrow::Status ColumnOut::Decode(int64_t expected, arrow::MemoryPool* pool) {
  if (dictionary_ == nullptr) return arrow::Status::OK();
  const int64_t capacity = std::max({capacity_, expected, int64_t{1}});
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::ResizableBuffer> values, arrow::AllocateResizableBuffer(capacity * type_.width, pool));
  if (nullable_ && capacity > capacity_ && validity_ != nullptr) {
    const int64_t used = validity_->size(), size = arrow::bit_util::BytesForBits(capacity);
    ARROW_RETURN_NOT_OK(validity_->Resize(size, false));
    std::memset(validity_->mutable_data() + used, 0, static_cast<size_t>(size - used));
  }
  if (length_ > 0) CopyCoded(*dictionary_, type_.width, codes(), length_, values->mutable_data());
  if (nullable_ && validity_ == nullptr) {
    capacity_ = 0;
  } else {
    values_ = std::move(values);
    capacity_ = capacity;
  }
  if (dictionary_->text) AddText(dictionary_->text);  // the first: index 0, as the dictionary's views have it
  dictionary_.reset();
  return arrow::Status::OK();
}

int32_t ColumnOut::AddText(const std::shared_ptr<arrow::Buffer>& text) {
  // Pages come one after the other, a dictionary again and again: a few, or the newest.
  for (size_t i = texts_.size(); i-- > 0;) {
    if (texts_[i] == text) return static_cast<int32_t>(i);
  }
  texts_.push_back(text);
  return static_cast<int32_t>(texts_.size() - 1);
}

void ColumnOut::AppendRows(const ColumnOut& from, const int32_t* rows, int64_t count) {
  if (count == 0) return;
  uint8_t* out = tail();
  if (from.dictionary_) {
    uint32_t wanted[1024];
    const uint32_t* codes = from.codes();
    for (int64_t at = 0; at < count; at += 1024) {
      const int64_t here = std::min<int64_t>(count - at, 1024);
      for (int64_t i = 0; i < here; ++i) wanted[i] = codes[rows[at + i]];
      CopyCoded(*from.dictionary_, type_.width, wanted, here, out + at * type_.width);
    }
    if (from.dictionary_->text) {
      const int32_t index = AddText(from.dictionary_->text);
      if (index != 0) SetViewIndex(out, count, index);
    }
  } else {
    PickValues(from.values_->data(), type_.width, rows, 0, count, out);
  }
  if (!from.dictionary_ && type_.is_view && !from.texts_.empty()) {
    std::vector<int32_t> index(from.texts_.size());
    bool same = true;
    for (size_t i = 0; i < index.size(); ++i) {
      index[i] = AddText(from.texts_[i]);
      same = same && index[i] == static_cast<int32_t>(i);
    }
    for (int64_t i = 0; !same && i < count; ++i) {
      View view;
      std::memcpy(&view, out + i * 16, 16);
      if (view.is_inline()) continue;
      view.ref.buffer_index = index[static_cast<size_t>(view.ref.buffer_index)];
      std::memcpy(out + i * 16, &view, 16);
    }
  }
  int64_t nulls = 0;
  if (nullable_) {
    uint8_t* bits = validity_->mutable_data();
    if (from.null_count_ == 0) {
      arrow::bit_util::SetBitsTo(bits, length_, count, true);
    } else {
      nulls = count - PickBits(from.validity_->data(), rows, 0, count, bits, length_);
    }
  }
  Advance(count, nulls);
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> ColumnOut::Peek(arrow::MemoryPool* pool) const {
  std::shared_ptr<arrow::Buffer> values = values_;
  if (type_.physical == ::parquet::Type::BOOLEAN) {
    ARROW_ASSIGN_OR_RAISE(values, arrow::AllocateBuffer(arrow::bit_util::BytesForBits(length_), pool));
    uint8_t* bits = values->mutable_data();
    std::memset(bits, 0, static_cast<size_t>(values->size()));
    const uint8_t* bytes = values_ ? values_->data() : nullptr;
    for (int64_t i = 0; i < length_; ++i) bits[i >> 3] = static_cast<uint8_t>(bits[i >> 3] | (bytes[i] << (i & 7)));
  }
  if (dictionary_) {
    ARROW_ASSIGN_OR_RAISE(values, arrow::AllocateBuffer(length_ * type_.width, pool));
    if (length_ > 0) CopyCoded(*dictionary_, type_.width, codes(), length_, values->mutable_data());
  }
  if (values == nullptr) {
    ARROW_ASSIGN_OR_RAISE(values, arrow::AllocateBuffer(0, pool));
  }
  std::vector<std::shared_ptr<arrow::Buffer>> buffers{null_count_ > 0 ? validity_ : nullptr, std::move(values)};
  if (dictionary_ && dictionary_->text) buffers.push_back(dictionary_->text);
  if (type_.is_view) buffers.insert(buffers.end(), texts_.begin(), texts_.end());
  return arrow::ArrayData::Make(type_.arrow_type, length_, std::move(buffers), null_count_);
}

void ColumnOut::Shrink() {
  // A batch that a filter left small must not hold the memory of a full one. Shrinking that fails costs memory only.
  if (values_ == nullptr || length_ >= capacity_ / 4 * 3) return;
  (void)values_->Resize(length_ * width(), true);
  if (validity_ != nullptr) (void)validity_->Resize(arrow::bit_util::BytesForBits(length_), true);
  capacity_ = length_;
}

void ColumnOut::Clear() {
  values_.reset();
  validity_.reset();
  texts_.clear();
  dictionary_.reset();
  length_ = null_count_ = capacity_ = 0;
}

}  // namespace bowstring::pq
