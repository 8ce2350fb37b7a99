// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/window_totals.h"

#include <algorithm>

#include <arrow/api.h>

#include "functions/gather_rows.h"

namespace bowstring::exec {

arrow::Result<Step> WindowTotals::Next(TaskContext& context) {
  if (states_.empty()) {
    for (const BoundWindow& call : plan_.spec.windows) {
      states_.push_back(FrameIsPartition(plan_.spec, call) ? std::make_unique<RowsState>(*call.aggregate, context.pool()) : nullptr);
    }
    values_.resize(states_.size());
  }
  if (batch_.rows) {
    ARROW_RETURN_NOT_OK(AddBatch(context));
    return Step::kHaveMore;
  }
  if (source_) {
    ARROW_ASSIGN_OR_RAISE(const Step step, source_->Next(context, &batch_));
    if (step == Step::kParked) return step;
    if (step == Step::kFinished) source_.reset();
    if (!batch_.rows) return Step::kHaveMore;
    at_ = std::min(skip_, batch_.rows->num_rows());
    skip_ -= at_;
    if (at_ == batch_.rows->num_rows()) batch_ = {};
    return Step::kHaveMore;
  }
  for (size_t w = 0; w < states_.size(); ++w) {
    if (!states_[w] || values_[w]) continue;
    ARROW_ASSIGN_OR_RAISE(values_[w], states_[w]->Finish());
  }
  states_.clear();
  return Step::kFinished;
}

arrow::Status WindowTotals::AddBatch(TaskContext& context) {
  constexpr int64_t kMost = 16 << 10;
  const int64_t length = batch_.rows->num_rows();
  int64_t end = at_;
  bool last = false;
  for (; end < std::min(length, at_ + kMost); ++end) {
    last = begun_ && (batch_.mark(end) & kPartitionBegins);
    if (last) break;
    begun_ = true;
  }
  if (end > at_) {
    ARROW_ASSIGN_OR_RAISE(const auto columns, plan_.Evaluate(context, batch_.rows->Slice(at_, end - at_)));
    for (; next_call_ < states_.size(); ++next_call_) {
      if (!states_[next_call_]) continue;
      std::vector<std::shared_ptr<arrow::ArrayData>> arguments;
      for (const int column : plan_.argument_columns[next_call_]) arguments.push_back(columns->column_data(column));
      const int filter = plan_.filter_columns[next_call_];
      ARROW_RETURN_NOT_OK(
          states_[next_call_]->Add(arguments, filter < 0 ? nullptr : columns->column_data(filter).get(), 0, end - at_));
    }
    next_call_ = 0;
    rows_ += end - at_;
    at_ = end;
  }
  if (last) source_.reset();
  if (last || at_ == length) batch_ = {};
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> WindowTotals::Repeat(size_t call, int64_t n, arrow::MemoryPool* pool) const {
  ARROW_ASSIGN_OR_RAISE(const auto places, arrow::AllocateBuffer(n * 8, pool));
  auto* rows = reinterpret_cast<int64_t*>(places->mutable_data());
  std::fill(rows, rows + n, 0);
  return Gather(*values_[call], rows, n, pool);
}

}  // namespace bowstring::exec
