// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/window_totals.h"

#include <algorithm>

#include <arrow/api.h>

#include "functions/gather_rows.h"

namespace bowstring::exec {

arrow::Result<Step> WindowTotals::Next(TaskContext& context) {
  if (states_.empty()) {
    for (size_t w = 0; w < plan_.spec.windows.size(); ++w) {
      const BoundWindow& call = plan_.spec.windows[w];
      const bool keeps = call.aggregate && (FrameIsPartition(plan_.spec, call) || plan_.calls[w].behind);
      states_.push_back(keeps ? std::make_unique<RowsState>(*call.aggregate, context.pool()) : nullptr);
    }
    values_.resize(states_.size());
    edges_.resize(states_.size());
    blocks_.resize(states_.size());
  }
  if (rows_ % plan_.block() == 0 && rows_ > blocked_) ARROW_RETURN_NOT_OK(EndBlock());
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
  if (rows_ > blocked_) ARROW_RETURN_NOT_OK(EndBlock());
  for (int some = 0; summed_call_ < states_.size();) {
    auto& blocks = blocks_[summed_call_];
    if (summed_ + 1 >= blocks.size()) {
      ++summed_call_;
      summed_ = 0;
      continue;
    }
    if (++some > 256) return Step::kHaveMore;
    const size_t b = blocks.size() - 2 - summed_;
    const CallReach& own = plan_.calls[summed_call_];
    if (states_[summed_call_]) {
      RowsState both(*plan_.spec.windows[summed_call_].aggregate, context.pool());
      ARROW_RETURN_NOT_OK(both.Merge(blocks[b]));
      ARROW_RETURN_NOT_OK(both.Merge(blocks[b + 1]));
      ARROW_ASSIGN_OR_RAISE(blocks[b], both.Serialize());
    } else {
      ARROW_ASSIGN_OR_RAISE(blocks[b], TakeEdges(blocks[b], blocks[b + 1], 0, blocks[b + 1][0]->length, own.edges, context.pool()));
    }
    ++summed_;
  }
  for (size_t w = 0; w < states_.size(); ++w) {
    if (!states_[w] || values_[w] || plan_.calls[w].behind) continue;
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
  const int64_t most = std::min({length, at_ + kMost, at_ + plan_.block() - rows_ % plan_.block()});
  for (; end < most; ++end) {
    last = rows_ + end > at_ && (batch_.mark(end) & kPartitionBegins);
    if (last) break;
  }
  if (end > at_) {
    ARROW_ASSIGN_OR_RAISE(const auto columns, plan_.Evaluate(context, batch_.rows->Slice(at_, end - at_)));
    for (; next_call_ < states_.size(); ++next_call_) {
      const CallReach& own = plan_.calls[next_call_];
      if (!states_[next_call_] && !own.behind) continue;
      Columns arguments;
      for (const int column : plan_.argument_columns[next_call_]) arguments.push_back(columns->column_data(column));
      if (!states_[next_call_]) {
        ARROW_ASSIGN_OR_RAISE(edges_[next_call_], TakeEdges(edges_[next_call_], arguments, 0, end - at_, own.edges, context.pool()));
        continue;
      }
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

arrow::Status WindowTotals::EndBlock() {
  for (; ended_ < states_.size(); ++ended_) {
    if (!plan_.calls[ended_].behind) continue;
    Columns block = std::move(edges_[ended_]);
    edges_[ended_].clear();
    if (states_[ended_]) {
      ARROW_ASSIGN_OR_RAISE(block, states_[ended_]->Serialize());
    }
    blocks_[ended_].push_back(std::move(block));
  }
  ended_ = 0;
  blocked_ = rows_;
  return arrow::Status::OK();
}

std::vector<std::shared_ptr<arrow::ArrayData>> WindowTotals::Behind(size_t call, int64_t row) const {
  const auto& blocks = blocks_[call];
  const auto first = static_cast<size_t>((row + plan_.block() - 1) / plan_.block());
  return first < blocks.size() ? blocks[first] : Columns{};
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> WindowTotals::Repeat(size_t call, int64_t n, arrow::MemoryPool* pool) const {
  ARROW_ASSIGN_OR_RAISE(const auto places, arrow::AllocateBuffer(n * 8, pool));
  auto* rows = reinterpret_cast<int64_t*>(places->mutable_data());
  std::fill(rows, rows + n, 0);
  return Gather(*values_[call], rows, n, pool);
}

}  // namespace bowstring::exec
