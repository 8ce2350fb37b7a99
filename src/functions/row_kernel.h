// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

// Kernels that compute row by row: arguments by index, whether arrays or constants, NULLs and constant answers taken care of.

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/array.h>
#include <arrow/compute/exec.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/util/bit_util.h>

#include <bowstring/error.h>
#include <bowstring/function.h>
#include <bowstring/table_source.h>

#include "functions/common_type.h"
#include "functions/text_build.h"
#include "functions/text_view.h"

namespace bowstring {

/// Arguments of one call of a kernel. Where all are constants the call has one row.
class Rows {
 public:
  static arrow::Result<Rows> Make(KernelContext& context, const std::vector<arrow::Datum>& arguments, int64_t rows) {
    Rows out;
    out.context_ = &context;
    out.constant_ = true;
    for (const auto& argument : arguments) out.constant_ = out.constant_ && argument.is_scalar();
    if (arguments.empty()) out.constant_ = false;
    out.n_ = out.constant_ ? 1 : rows;
    for (const auto& argument : arguments) {
      std::shared_ptr<arrow::ArrayData> array;
      if (argument.is_scalar()) {
        ARROW_ASSIGN_OR_RAISE(auto one, arrow::MakeArrayFromScalar(*argument.scalar(), 1, out.pool()));
        array = one->data();
      } else {
        array = argument.array();
      }
      out.columns_.emplace_back(std::move(array), argument.is_scalar() ? 0 : 1);
      out.nullable_ = out.nullable_ || out.columns_.back().nullable;
    }
    return out;
  }
  int64_t size() const { return n_; }
  size_t arguments() const { return columns_.size(); }
  arrow::MemoryPool* pool() const { return context_->exec->memory_pool(); }
  KernelContext& context() const { return *context_; }
  const std::shared_ptr<arrow::ArrayData>& array(size_t a) const { return columns_[a].array; }
  /// Row i of argument a, as an index into its array.
  int64_t at(size_t a, int64_t i) const { return i * columns_[a].step; }
  bool valid(size_t a, int64_t i) const { return !columns_[a].nullable || columns_[a].array->IsValid(i * columns_[a].step); }
  bool all_valid(int64_t i) const {
    if (!nullable_) return true;
    for (size_t a = 0; a < columns_.size(); ++a) {
      if (!valid(a, i)) return false;
    }
    return true;
  }
  template <typename T>
  T value(size_t a, int64_t i) const {
    const Column& column = columns_[a];
    return reinterpret_cast<const T*>(column.values)[column.offset + i * column.step];
  }
  bool boolean(size_t a, int64_t i) const {
    return arrow::bit_util::GetBit(columns_[a].values, columns_[a].offset + i * columns_[a].step);
  }
  std::string_view text(size_t a, int64_t i) const { return columns_[a].text[i * columns_[a].step]; }
  /// The views of the only argument that varies; null where there are several, or it isn't views.
  const ViewReader::View* only_views() const {
    const ViewReader::View* views = nullptr;
    int varying = 0;
    for (const Column& column : columns_) {
      if (column.step == 0) continue;
      ++varying;
      views = column.text.views();
    }
    return varying == 1 ? views : nullptr;
  }
  /// Not OK once the query is cancelled: for what one row can make run long.
  arrow::Status Going() const {
    if (context_->task && context_->task->cancelled()) return arrow::Status::Cancelled("the query was cancelled");
    return arrow::Status::OK();
  }
  /// Before `text` grows to as many bytes as an argument says: room for them, which the query's budget pays for as long as the call lasts.
  arrow::Status Grow(std::string* text, int64_t bytes) const {
    constexpr int64_t kSmall = 64 << 10;
    if (bytes > kSmall && (!paid_ || paid_->size() < bytes)) {
      paid_.reset();
      ARROW_ASSIGN_OR_RAISE(paid_, arrow::AllocateBuffer(bytes, pool()));  // never touched: only counted
    }
    text->reserve(static_cast<size_t>(bytes));
    return Going();
  }
  arrow::Result<arrow::Datum> Finish(std::shared_ptr<arrow::ArrayData> data) const {
    if (!constant_) return arrow::Datum(std::move(data));
    ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(data)->GetScalar(0));
    return arrow::Datum(std::move(scalar));
  }

 private:
  struct Column {
    Column(std::shared_ptr<arrow::ArrayData> data, int64_t s)
        : array(std::move(data)), step(s), offset(array->offset), nullable(array->MayHaveNulls() || array->MayHaveLogicalNulls()), text(*array) {
      if (array->buffers.size() > 1 && array->buffers[1]) values = array->buffers[1]->data();
    }
    std::shared_ptr<arrow::ArrayData> array;
    int64_t step, offset;
    bool nullable;
    const uint8_t* values = nullptr;
    TextReader text;
  };

  KernelContext* context_ = nullptr;
  std::vector<Column> columns_;
  mutable std::shared_ptr<arrow::Buffer> paid_;  // for the text that Grow made room for
  int64_t n_ = 0;
  bool constant_ = false, nullable_ = false;
};

/// Rows whose text has come before in the batch: where one argument varies and it is views, as they come of a column of few values, a row's answer
/// is that of an earlier row with the same view. Gives up where views seldom come again, and where NULLs are asked, whose views say nothing.
class Repeats {
 public:
  Repeats(const Rows& rows, bool nulls) : views_(rows.size() >= kTrial && !nulls ? rows.only_views() : nullptr) {
    if (views_) std::memset(slots_, 0, sizeof(slots_));
  }
  /// An earlier row with the view of row i, or -1. Row i is remembered by Add.
  int64_t Find(int64_t i) {
    if (views_ == nullptr) return -1;
    const Slot& slot = SlotOf(i);
    if (slot.row > 0 && std::memcmp(slot.view, views_ + i, sizeof(slot.view)) == 0) {
      ++hits_;
      return slot.row - 1;
    }
    if (++misses_ == kTrial && hits_ < kTrial) views_ = nullptr;
    return -1;
  }
  /// Row i's answer is a value that rows with the same view may take over.
  void Add(int64_t i) {
    if (views_ == nullptr) return;
    Slot& slot = SlotOf(i);
    std::memcpy(slot.view, views_ + i, sizeof(slot.view));
    slot.row = i + 1;
  }

 private:
  static constexpr int kTrial = 512;
  static constexpr int kBits = 8;
  struct Slot {
    uint64_t view[2];
    int64_t row;  // from 1; 0: empty
  };
  Slot& SlotOf(int64_t i) {
    uint64_t words[2];
    std::memcpy(words, views_ + i, sizeof(words));
    return slots_[(words[0] * 0x9e3779b97f4a7c15u ^ words[1] * 0xd6e8feb86659fd93u) >> (64 - kBits)];
  }

  const ViewReader::View* views_;
  int hits_ = 0, misses_ = 0;
  Slot slots_[1 << kBits];
};

/// What a row's computation says: a value, NULL, or that `*error` is set.
enum class Cell : uint8_t { kValue, kNull, kFail };

/// cell(rows, i, T* out, Status* error) -> Cell for each row; rows with a NULL argument are NULL without asking, unless `nulls`.
template <typename T, typename Compute>
arrow::Result<arrow::Datum> FixedRows(KernelContext& context, const std::vector<arrow::Datum>& arguments, int64_t count, const TypePtr& type,
                                      Compute cell, bool nulls = false) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, arguments, count));
  const int64_t n = rows.size();
  ARROW_ASSIGN_OR_RAISE(auto values, arrow::AllocateBuffer(n * static_cast<int64_t>(sizeof(T)), rows.pool()));
  ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateBitmap(n, rows.pool()));
  T* out = reinterpret_cast<T*>(values->mutable_data());
  uint8_t* valid = validity->mutable_data();
  std::memset(valid, 0xff, static_cast<size_t>(validity->size()));
  int64_t null_count = 0;
  arrow::Status error;
  Repeats repeats(rows, nulls);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = T{};
    Cell answer = Cell::kNull;
    if (nulls || rows.all_valid(i)) {
      if (const int64_t same = repeats.Find(i); same >= 0) {
        out[i] = out[same];
        continue;
      }
      answer = cell(rows, i, &out[i], &error);
      if (answer == Cell::kFail) return error;
    }
    if (answer == Cell::kValue) {
      repeats.Add(i);
    } else {
      arrow::bit_util::ClearBit(valid, i);
      ++null_count;
    }
  }
  auto data = std::make_shared<arrow::ArrayData>(
      type, n, std::vector<std::shared_ptr<arrow::Buffer>>{null_count ? std::shared_ptr<arrow::Buffer>(std::move(validity)) : nullptr, std::move(values)},
      null_count, 0);
  return rows.Finish(std::move(data));
}

/// As FixedRows, for booleans.
template <typename Compute>
arrow::Result<arrow::Datum> BoolRows(KernelContext& context, const std::vector<arrow::Datum>& arguments, int64_t count, Compute cell,
                                     bool nulls = false) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, arguments, count));
  const int64_t n = rows.size();
  ARROW_ASSIGN_OR_RAISE(auto values, arrow::AllocateEmptyBitmap(n, rows.pool()));
  ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateBitmap(n, rows.pool()));
  uint8_t *bits = values->mutable_data(), *valid = validity->mutable_data();
  std::memset(valid, 0xff, static_cast<size_t>(validity->size()));
  arrow::Status error;
  int64_t null_count = 0;
  Repeats repeats(rows, nulls);
  for (int64_t i = 0; i < n; ++i) {
    bool value = false;
    Cell answer = Cell::kNull;
    if (nulls || rows.all_valid(i)) {
      const int64_t same = repeats.Find(i);
      answer = same < 0 ? cell(rows, i, &value, &error) : Cell::kValue;
      if (answer == Cell::kFail) return error;
      if (same >= 0) {
        value = arrow::bit_util::GetBit(bits, same);
      } else if (answer == Cell::kValue) {
        repeats.Add(i);
      }
    }
    if (value) arrow::bit_util::SetBit(bits, i);
    if (answer == Cell::kNull) {
      arrow::bit_util::ClearBit(valid, i);
      ++null_count;
    }
  }
  auto data = std::make_shared<arrow::ArrayData>(
      arrow::boolean(), n,
      std::vector<std::shared_ptr<arrow::Buffer>>{null_count ? std::shared_ptr<arrow::Buffer>(std::move(validity)) : nullptr, std::move(values)}, null_count, 0);
  return rows.Finish(std::move(data));
}

/// As FixedRows, for texts and bytes: cell(rows, i, std::string* out, Status* error), `out` empty at the beginning.
template <typename Compute>
arrow::Result<arrow::Datum> TextRows(KernelContext& context, const std::vector<arrow::Datum>& arguments, int64_t count, const TypePtr& type,
                                     Compute cell, bool nulls = false) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, arguments, count));
  TextBuilder builder(type, rows.pool());
  ARROW_RETURN_NOT_OK(builder.Reserve(rows.size()));
  constexpr size_t kLongText = 64 << 10;
  std::string text;
  text.reserve(TextBuilder::kPadding * 2);
  arrow::Status error;
  Repeats repeats(rows, nulls);
  for (int64_t i = 0; i < rows.size(); ++i) {
    if (!nulls && !rows.all_valid(i)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    if (const int64_t same = repeats.Find(i); same >= 0) {
      ARROW_RETURN_NOT_OK(builder.AppendAgain(same));
      continue;
    }
    text.clear();
    const Cell answer = cell(rows, i, &text, &error);
    if (answer == Cell::kFail) return error;
    if (text.size() > kLongText) ARROW_RETURN_NOT_OK(rows.Going());
    if (answer == Cell::kValue) repeats.Add(i);
    ARROW_RETURN_NOT_OK(answer == Cell::kValue ? builder.AppendPadded(text) : builder.AppendNull());
  }
  ARROW_ASSIGN_OR_RAISE(auto data, builder.Finish());
  return rows.Finish(std::move(data));
}

}  // namespace bowstring
