// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include <arrow/array/data.h>
#include <arrow/type.h>

namespace bowstring {

/// Reads texts or bytes of one array: string, large string, view (binary likewise), fixed-size binary. Index counts from the array's
/// offset. The readers of one kind are for hot loops; TextReader tells the kind at each value.
template <typename Offset>
class OffsetReader {
 public:
  explicit OffsetReader(const arrow::ArrayData& data)
      : offsets_(data.GetValues<Offset>(1)), bytes_(data.buffers[2] ? reinterpret_cast<const char*>(data.buffers[2]->data()) : "") {}
  std::string_view operator[](int64_t i) const { return {bytes_ + offsets_[i], static_cast<size_t>(offsets_[i + 1] - offsets_[i])}; }

 private:
  const Offset* offsets_;
  const char* bytes_;
};

/// The two words of a view that holds its text, of at most 12 bytes; 16 can be read from `text` on.
inline std::array<uint64_t, 2> InlineView(const char* text, size_t size) {
  uint64_t low, high;
  std::memcpy(&low, text, 8);
  std::memcpy(&high, text + 8, 8);
  low = size >= 8 ? low : low & ((uint64_t{1} << 8 * size) - 1);
  high = size <= 8 ? 0 : high & ((uint64_t{1} << 8 * (size - 8)) - 1);
  return {size | low << 32, low >> 32 | high << 32};
}

class ViewReader {
 public:
  using View = arrow::BinaryViewType::c_type;
  explicit ViewReader(const arrow::ArrayData& data) : views_(data.GetValues<View>(1)), buffers_(data.buffers.data() + 2) {}
  std::string_view operator[](int64_t i) const {
    const View& view = views_[i];
    const auto size = static_cast<size_t>(view.size());
    if (view.is_inline()) return {reinterpret_cast<const char*>(view.inline_data()), size};
    return {reinterpret_cast<const char*>(buffers_[view.ref.buffer_index]->data()) + view.ref.offset, size};
  }
  const View& view(int64_t i) const { return views_[i]; }

 private:
  const View* views_;
  const std::shared_ptr<arrow::Buffer>* buffers_;
};

class FixedReader {
 public:
  explicit FixedReader(const arrow::ArrayData& data)
      : width_(data.type->byte_width()), bytes_(reinterpret_cast<const char*>(data.buffers[1]->data()) + data.offset * width_) {}
  std::string_view operator[](int64_t i) const { return {bytes_ + i * width_, static_cast<size_t>(width_)}; }

 private:
  int64_t width_;
  const char* bytes_;
};

/// Of an array that has no texts it must not be asked.
class TextReader {
 public:
  explicit TextReader(const arrow::ArrayData& data) {
    switch (data.type->storage_id()) {
      case arrow::Type::STRING_VIEW:
      case arrow::Type::BINARY_VIEW:
        kind_ = Kind::kView;
        places_ = data.GetValues<ViewReader::View>(1);
        buffers_ = data.buffers.data() + 2;
        break;
      case arrow::Type::LARGE_STRING:
      case arrow::Type::LARGE_BINARY:
        kind_ = Kind::kLarge;
        places_ = data.GetValues<int64_t>(1);
        break;
      case arrow::Type::STRING:
      case arrow::Type::BINARY: places_ = data.GetValues<int32_t>(1); break;
      case arrow::Type::FIXED_SIZE_BINARY:
        kind_ = Kind::kFixed;
        width_ = data.type->byte_width();
        bytes_ = reinterpret_cast<const char*>(data.buffers[1]->data()) + data.offset * width_;
        return;
      default: kind_ = Kind::kNone; return;
    }
    if (kind_ != Kind::kView && data.buffers[2]) bytes_ = reinterpret_cast<const char*>(data.buffers[2]->data());
  }
  std::string_view operator[](int64_t i) const {
    switch (kind_) {
      case Kind::kView: {
        const auto& view = static_cast<const ViewReader::View*>(places_)[i];
        const auto size = static_cast<size_t>(view.size());
        if (view.is_inline()) return {reinterpret_cast<const char*>(view.inline_data()), size};
        return {reinterpret_cast<const char*>(buffers_[view.ref.buffer_index]->data()) + view.ref.offset, size};
      }
      case Kind::kLarge: return Between(static_cast<const int64_t*>(places_) + i);
      case Kind::kFixed: return {bytes_ + i * width_, static_cast<size_t>(width_)};
      default: return Between(static_cast<const int32_t*>(places_) + i);
    }
  }
  /// The views of an array of views; else null.
  const ViewReader::View* views() const { return kind_ == Kind::kView ? static_cast<const ViewReader::View*>(places_) : nullptr; }

 private:
  enum class Kind : uint8_t { kSmall, kLarge, kView, kFixed, kNone };
  template <typename Offset>
  std::string_view Between(const Offset* at) const { return {bytes_ + at[0], static_cast<size_t>(at[1] - at[0])}; }

  Kind kind_ = Kind::kSmall;
  const void* places_ = nullptr;
  const char* bytes_ = "";
  const std::shared_ptr<arrow::Buffer>* buffers_ = nullptr;
  int64_t width_ = 0;
};

/// Calls `visit` with the reader of the array's kind.
template <typename Visit>
auto VisitText(const arrow::ArrayData& data, Visit&& visit) {
  switch (data.type->storage_id()) {
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW: return visit(ViewReader(data));
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY: return visit(OffsetReader<int64_t>(data));
    case arrow::Type::FIXED_SIZE_BINARY: return visit(FixedReader(data));
    default: return visit(OffsetReader<int32_t>(data));
  }
}

}  // namespace bowstring
