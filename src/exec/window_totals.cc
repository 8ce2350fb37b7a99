// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/window_totals.h"

#include <algorithm>

#include <arrow/api.h>

#include "functions/gather_rows.h"

namespace bowstring::exec {
namespace {

// Whether large groups of peers are looked for.
bool Grouped(const WindowPlan& plan) { return plan.reach->peers && !plan.reach->whole_peers; }

arrow::Result<std::shared_ptr<arrow::ArrayData>> RepeatValue(const arrow::ArrayData& value, int64_t n, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(const auto places, arrow::AllocateBuffer(n * 8, pool));
  auto* rows = reinterpret_cast<int64_t*>(places->mutable_data());
  std::fill(rows, rows + n, 0);
  return Gather(value, rows, n, pool);
}

}  // namespace

arrow::Result<Step> WindowTotals::Next(TaskContext& context) {
  if (states_.empty()) {
    for (size_t w = 0; w < plan_.spec.windows.size(); ++w) {
      const BoundWindow& call = plan_.spec.windows[w];
      const bool keeps = call.aggregate && (FrameIsPartition(plan_.spec, call) || plan_.calls[w].behind || plan_.calls[w].peers);
      states_.push_back(keeps ? std::make_unique<RowsState>(*call.aggregate, context.pool()) : nullptr);
    }
    for (const BoundWindow& call : plan_.spec.windows) {
      const bool distinct = call.distinct && FrameIsPartition(plan_.spec, call) && !call.arguments.empty();
      seen_.push_back(distinct ? std::make_unique<SeenArguments>(context.pool()) : nullptr);
    }
    counted_.resize(states_.size());
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
  if (group_.end > group_.begin) ARROW_RETURN_NOT_OK(EndGroup(context));
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
    if (!states_[w] || values_[w] || plan_.calls[w].behind || plan_.calls[w].peers) continue;
    ARROW_ASSIGN_OR_RAISE(values_[w], states_[w]->Finish());
  }
  states_.clear();
  seen_.clear();
  return Step::kFinished;
}

arrow::Status WindowTotals::AddBatch(TaskContext& context) {
  const int64_t length = batch_.rows->num_rows();
  int64_t end = at_;
  bool last = false;
  const int64_t most = std::min({length, at_ + most_rows(), at_ + plan_.block() - rows_ % plan_.block()});
  for (; end < most; ++end) {
    last = rows_ + end > at_ && (batch_.mark(end) & kPartitionBegins);
    if (last) break;
  }
  Chunk chunk = Chunk::kGroups;
  int64_t groups = 0;
  if (end > at_ && Grouped(plan_)) {
    if (group_.end > group_.begin && batch_.mark(at_) != 0) ARROW_RETURN_NOT_OK(EndGroup(context));
    const int64_t all = end;
    chunk = EndOfChunk(&end, &groups);
    last = last && end == all;
  }
  if (end > at_) {
    ARROW_ASSIGN_OR_RAISE(const auto columns, plan_.Evaluate(context, batch_.rows->Slice(at_, end - at_)));
    for (; next_call_ < states_.size(); ++next_call_) {
      const CallReach& own = plan_.calls[next_call_];
      const bool group_alone = own.peers && !own.before && !own.behind;
      if (own.peers && !own.behind && (!Grouped(plan_) || (group_alone && chunk == Chunk::kGroups))) continue;
      if (!states_[next_call_] && !own.behind && (!own.peers || own.edges.first + own.edges.last == 0)) continue;
      if (group_alone && chunk == Chunk::kBegin) {
        edges_[next_call_].clear();
        if (states_[next_call_]) states_[next_call_] = std::make_unique<RowsState>(*plan_.spec.windows[next_call_].aggregate, context.pool());
      }
      Columns arguments;
      for (const int column : plan_.argument_columns[next_call_]) arguments.push_back(columns->column_data(column));
      if (!states_[next_call_]) {
        ARROW_ASSIGN_OR_RAISE(edges_[next_call_], TakeEdges(edges_[next_call_], arguments, 0, end - at_, own.edges, context.pool()));
        continue;
      }
      const int column = plan_.filter_columns[next_call_];
      std::shared_ptr<arrow::ArrayData> filter = column < 0 ? nullptr : columns->column_data(column);
      auto& counted = counted_[next_call_];
      if (seen_[next_call_]) {
        if (!counted) {
          ARROW_ASSIGN_OR_RAISE(counted, seen_[next_call_]->First(arguments, filter.get(), end - at_));
        }
        filter = counted;
      }
      ARROW_RETURN_NOT_OK(states_[next_call_]->Add(arguments, filter.get(), 0, end - at_));
      counted = nullptr;
    }
    next_call_ = 0;
    if (chunk == Chunk::kBegin) {
      group_.begin = rows_;
      group_.groups_before = groups_seen_;
    }
    groups_seen_ += groups;
    rows_ += end - at_;
    at_ = end;
    if (chunk != Chunk::kGroups) group_.end = rows_;
  }
  if (last) source_.reset();
  if (last || at_ == length) batch_ = {};
  return arrow::Status::OK();
}

// Cuts rows [at_, end) to what can be added at once, and counts the groups that are all in it. One that reaches to the end may go on.
WindowTotals::Chunk WindowTotals::EndOfChunk(int64_t* end, int64_t* groups) const {
  if (rows_ > 0 && batch_.mark(at_) == 0) {
    int64_t row = at_ + 1;
    while (row < *end && batch_.mark(row) == 0) ++row;
    *end = row;
    return Chunk::kMore;
  }
  int64_t from = at_;
  for (int64_t row = at_ + 1; row < *end; ++row) {
    if (batch_.mark(row) == 0) continue;
    from = row;
    ++*groups;
  }
  if (from == at_) return Chunk::kBegin;
  *end = from;
  return Chunk::kGroups;
}

arrow::Status WindowTotals::EndGroup(TaskContext& context) {
  const bool large = group_.end - group_.begin >= most_rows();
  for (size_t w = group_.values.size(); large && w < states_.size(); ++w) {
    const BoundWindow& call = plan_.spec.windows[w];
    std::shared_ptr<arrow::ArrayData> value;
    if (plan_.calls[w].peers && states_[w]) {
      ARROW_ASSIGN_OR_RAISE(value, states_[w]->Value());
    } else if (plan_.calls[w].peers && call.kernel->uses_frame()) {
      const int64_t rows = edges_[w].empty() ? 0 : edges_[w][0]->length;
      if (rows == 0) {
        ARROW_ASSIGN_OR_RAISE(const auto null, arrow::MakeArrayOfNull(call.arguments[0]->physical_type(), 1, context.pool()));
        value = null->data();
      } else {
        const std::vector<int64_t> edges = {0, rows}, begin(static_cast<size_t>(rows), 0), end(static_cast<size_t>(rows), rows);
        WindowInput input;
        input.rows = rows;
        input.partitions = input.peers = edges;
        input.arguments = edges_[w];
        input.frame_begin = begin.data();
        input.frame_end = end.data();
        input.ignore_nulls = call.ignore_nulls;
        input.pool = context.pool();
        ARROW_ASSIGN_OR_RAISE(value, call.kernel->Evaluate(input));
        const int64_t first = 0;
        ARROW_ASSIGN_OR_RAISE(value, Gather(*value, &first, 1, context.pool()));
      }
    }
    group_.values.push_back(std::move(value));
  }
  if (large) groups_.push_back(std::move(group_));
  group_ = {};
  ++groups_seen_;
  return arrow::Status::OK();
}

const WindowTotals::Group* WindowTotals::FindGroup(int64_t row) const {
  const auto group = std::lower_bound(groups_.begin(), groups_.end(), row, [](const Group& g, int64_t r) { return g.end <= r; });
  return group != groups_.end() && group->begin < row ? &*group : nullptr;
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> WindowTotals::FillGroups(size_t call, int64_t first, std::shared_ptr<arrow::ArrayData> values,
                                                                          arrow::MemoryPool* pool) const {
  const int64_t last = first + values->length;
  arrow::ArrayVector parts;
  int64_t filled = first;
  auto group = std::lower_bound(groups_.begin(), groups_.end(), first, [](const Group& g, int64_t r) { return g.end <= r; });
  for (; group != groups_.end() && group->begin < last; ++group) {
    if (group->begin >= first && group->end <= last) continue;
    auto value = group->values[call];
    if (!value) {
      const WindowKernel& kernel = *plan_.spec.windows[call].kernel;
      const std::vector<int64_t> edges = {0, 1};
      WindowInput input;
      input.rows = 1;
      input.partitions = input.peers = edges;
      input.rows_before = kernel.need().kind == WindowNeed::kPeersEndAndSize ? group->end - 1 : group->begin;
      input.groups_before = group->groups_before;
      input.partition_rows = rows_;
      input.pool = pool;
      ARROW_ASSIGN_OR_RAISE(value, kernel.Evaluate(input));
    }
    const int64_t begin = std::max(first, group->begin), end = std::min(last, group->end);
    if (begin > filled) parts.push_back(arrow::MakeArray(values)->Slice(filled - first, begin - filled));
    ARROW_ASSIGN_OR_RAISE(const auto repeated, RepeatValue(*value, end - begin, pool));
    parts.push_back(arrow::MakeArray(repeated));
    filled = end;
  }
  if (parts.empty()) return values;
  if (filled < last) parts.push_back(arrow::MakeArray(values)->Slice(filled - first));
  ARROW_ASSIGN_OR_RAISE(const auto all, arrow::Concatenate(parts, pool));
  return all->data();
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
  return RepeatValue(*values_[call], n, pool);
}

}  // namespace bowstring::exec
