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
      if (argument.is_scalar()) {
        ARROW_ASSIGN_OR_RAISE(auto one, arrow::MakeArrayFromScalar(*argument.scalar(), 1, out.pool()));
        out.arrays_.push_back(one->data());
      } else {
        out.arrays_.push_back(argument.array());
      }
      out.steps_.push_back(argument.is_scalar() ? 0 : 1);
    }
    return out;
  }
  int64_t size() const { return n_; }
  size_t arguments() const { return arrays_.size(); }
  arrow::MemoryPool* pool() const { return context_->exec->memory_pool(); }
  KernelContext& context() const { return *context_; }
  const std::shared_ptr<arrow::ArrayData>& array(size_t a) const { return arrays_[a]; }
  /// Row i of argument a, as an index into its array.
  int64_t at(size_t a, int64_t i) const { return i * steps_[a]; }
  bool valid(size_t a, int64_t i) const { return arrays_[a]->IsValid(i * steps_[a]); }
  bool all_valid(int64_t i) const {
    for (size_t a = 0; a < arrays_.size(); ++a) {
      if (!valid(a, i)) return false;
    }
    return true;
  }
  template <typename T>
  T value(size_t a, int64_t i) const { return arrays_[a]->GetValues<T>(1)[i * steps_[a]]; }
  bool boolean(size_t a, int64_t i) const {
    return arrow::bit_util::GetBit(arrays_[a]->buffers[1]->data(), arrays_[a]->offset + i * steps_[a]);
  }
  std::string_view text(size_t a, int64_t i) const {
    return VisitText(*arrays_[a], [&](auto reader) { return reader[i * steps_[a]]; });
  }
  arrow::Result<arrow::Datum> Finish(std::shared_ptr<arrow::ArrayData> data) const {
    if (!constant_) return arrow::Datum(std::move(data));
    ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(data)->GetScalar(0));
    return arrow::Datum(std::move(scalar));
  }

 private:
  KernelContext* context_ = nullptr;
  std::vector<std::shared_ptr<arrow::ArrayData>> arrays_;
  std::vector<int64_t> steps_;
  int64_t n_ = 0;
  bool constant_ = false;
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
  ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateEmptyBitmap(n, rows.pool()));
  T* out = reinterpret_cast<T*>(values->mutable_data());
  int64_t null_count = 0;
  arrow::Status error;
  for (int64_t i = 0; i < n; ++i) {
    out[i] = T{};
    const Cell answer = nulls || rows.all_valid(i) ? cell(rows, i, &out[i], &error) : Cell::kNull;
    if (answer == Cell::kFail) return error;
    if (answer == Cell::kValue) {
      arrow::bit_util::SetBit(validity->mutable_data(), i);
    } else {
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
  ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateEmptyBitmap(n, rows.pool()));
  arrow::Status error;
  int64_t null_count = 0;
  for (int64_t i = 0; i < n; ++i) {
    bool value = false;
    const Cell answer = nulls || rows.all_valid(i) ? cell(rows, i, &value, &error) : Cell::kNull;
    if (answer == Cell::kFail) return error;
    if (value) arrow::bit_util::SetBit(values->mutable_data(), i);
    if (answer == Cell::kValue) {
      arrow::bit_util::SetBit(validity->mutable_data(), i);
    } else {
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
  std::string text;
  arrow::Status error;
  for (int64_t i = 0; i < rows.size(); ++i) {
    text.clear();
    const Cell answer = nulls || rows.all_valid(i) ? cell(rows, i, &text, &error) : Cell::kNull;
    if (answer == Cell::kFail) return error;
    ARROW_RETURN_NOT_OK(answer == Cell::kValue ? builder.Append(text) : builder.AppendNull());
  }
  ARROW_ASSIGN_OR_RAISE(auto data, builder.Finish());
  return rows.Finish(std::move(data));
}

}  // namespace bowstring
