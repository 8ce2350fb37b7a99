// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/window_segment.h"

#include <algorithm>
#include <cstring>

#include <arrow/api.h>

#include <bowstring/error.h>

#include "exec/batch_queue.h"
#include "exec/sort_key.h"
#include "exec/window_aggregate.h"
#include "exec/window_edges.h"
#include "exec/window_totals.h"

namespace bowstring::exec {
namespace {

/// Whether rows of two arrays differ.
bool Differ(const arrow::ArrayData& a, int64_t i, const arrow::ArrayData& b, int64_t j) { return CompareValues(a, i, b, j) != 0; }

template <typename T>
void FlagFixed(const arrow::ArrayData& key, uint8_t mark, uint8_t* flags) {
  const T* values = key.GetValues<T>(1);
  if (key.GetNullCount() == 0) {
    for (int64_t i = 1; i < key.length; ++i) flags[i] |= values[i] != values[i - 1] ? mark : 0;
    return;
  }
  for (int64_t i = 1; i < key.length; ++i) {
    const bool valid = key.IsValid(i);
    if (valid != key.IsValid(i - 1) || (valid && values[i] != values[i - 1])) flags[i] |= mark;
  }
}

/// Sets `mark` where a row's key differs from that of the row before.
void FlagChanges(const arrow::ArrayData& key, uint8_t mark, uint8_t* flags) {
  switch (key.type->id()) {
    case arrow::Type::INT32: case arrow::Type::UINT32: case arrow::Type::DATE32: case arrow::Type::TIME32: case arrow::Type::DECIMAL32:
      return FlagFixed<int32_t>(key, mark, flags);
    case arrow::Type::INT64: case arrow::Type::UINT64: case arrow::Type::DATE64: case arrow::Type::TIME64: case arrow::Type::DECIMAL64:
    case arrow::Type::TIMESTAMP: case arrow::Type::DURATION:
      return FlagFixed<int64_t>(key, mark, flags);
    default:
      for (int64_t i = 1; i < key.length; ++i) {
        if (Differ(key, i - 1, key, i)) flags[i] |= mark;
      }
  }
}

}  // namespace

arrow::Result<std::shared_ptr<const WindowPlan>> WindowPlan::Make(WindowSpec spec) {
  auto plan = std::make_shared<WindowPlan>();
  arrow::FieldVector fields;
  const auto add = [&](const std::shared_ptr<const BoundExpr>& expr) {
    for (size_t i = 0; i < plan->exprs.size(); ++i) {
      if (plan->exprs[i] == expr || (expr->column() >= 0 && plan->exprs[i]->column() == expr->column())) return static_cast<int>(i);
    }
    plan->exprs.push_back(expr);
    fields.push_back(arrow::field("c", expr->physical_type()));
    return static_cast<int>(fields.size()) - 1;
  };
  for (const BoundWindow& call : spec.windows) {
    std::vector<int> columns;
    for (const auto& argument : call.arguments) columns.push_back(add(argument));
    plan->argument_columns.push_back(std::move(columns));
    plan->filter_columns.push_back(call.filter ? add(call.filter) : -1);
  }
  for (const auto* keys : {&spec.partition_by, &spec.order_by}) {
    for (const auto& key : *keys) ARROW_RETURN_NOT_OK(KeyNormOf(key->physical_type()->id() == arrow::Type::DICTIONARY
                                                                     ? *static_cast<const arrow::DictionaryType&>(*key->physical_type()).value_type()
                                                                     : *key->physical_type()).status());
  }
  if (spec.range_key) plan->range_column = add(spec.range_key);
  plan->expr_schema = arrow::schema(std::move(fields));
  WindowReach reach;
  plan->calls.resize(spec.windows.size());
  bool parts = true;
  for (size_t w = 0; w < spec.windows.size(); ++w) parts = parts && Widen(spec, spec.windows[w], &reach, &plan->calls[w]);
  if (parts) plan->reach = reach;
  plan->spec = std::move(spec);
  return plan;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> WindowPlan::Evaluate(TaskContext& context, std::shared_ptr<arrow::RecordBatch> rows) const {
  Batch in;
  in.data = std::move(rows);
  KernelContext kernel = spec.kernel;
  kernel.task = &context;
  kernel.exec = context.exec();
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const auto& expr : exprs) {
    ARROW_ASSIGN_OR_RAISE(auto column, expr->EvaluateArray(kernel, in));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(expr_schema, in.data->num_rows(), std::move(columns));
}

arrow::Result<std::shared_ptr<arrow::Buffer>> MarkRows(TaskContext& context, const WindowSpec& spec, const Batch& batch, WindowKeys* first,
                                                       WindowKeys* last) {
  const int64_t rows = batch.data->num_rows();
  KernelContext kernel = spec.kernel;
  kernel.task = &context;
  kernel.exec = context.exec();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(rows, context.pool()));
  uint8_t* flags = buffer->mutable_data();
  std::memset(flags, 0, static_cast<size_t>(rows));
  const int32_t edges[] = {0, static_cast<int32_t>(rows - 1)};
  const auto key = [&](const BoundExpr& expr, uint8_t mark) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto values, expr.EvaluateArray(kernel, batch));
    FlagChanges(*values->data(), mark, flags);
    for (const bool at_end : {false, true}) {
      ARROW_ASSIGN_OR_RAISE(auto edge, Gather(*values->data(), edges + (at_end ? 1 : 0), 1, context.pool()));
      auto one = arrow::RecordBatch::Make(arrow::schema({arrow::field("key", edge->type)}), 1, std::vector<std::shared_ptr<arrow::ArrayData>>{edge});
      ARROW_ASSIGN_OR_RAISE(one, CompactViews(std::move(one), context.pool(), 1.0));  // not to keep the page of a view
      (at_end ? last : first)->push_back(one->column(0));
    }
    return arrow::Status::OK();
  };
  for (const auto& expr : spec.partition_by) ARROW_RETURN_NOT_OK(key(*expr, kPartitionBegins));
  for (const auto& expr : spec.order_by) ARROW_RETURN_NOT_OK(key(*expr, kPeersBegin));
  return buffer;
}

uint8_t MarkBehind(const WindowSpec& spec, const WindowKeys& before, const WindowKeys& row) {
  uint8_t mark = 0;
  for (size_t k = 0; k < row.size(); ++k) {
    if (Differ(*before[k]->data(), 0, *row[k]->data(), 0)) mark |= k < spec.partition_by.size() ? kPartitionBegins : kPeersBegin;
  }
  return mark;
}

arrow::Status WindowSegment::Add(TaskContext& context, std::shared_ptr<arrow::RecordBatch> batch, std::shared_ptr<arrow::Buffer> marks,
                                 int64_t marks_offset, uint8_t first_mark) {
  ARROW_ASSIGN_OR_RAISE(auto columns, plan_.Evaluate(context, batch));
  inputs_.push_back({std::move(columns), 0, batch->num_rows()});
  loaded_marks_.push_back({std::move(marks), marks_offset, first_mark});
  loaded_.push_back(std::move(batch));
  return arrow::Status::OK();
}

int64_t WindowSegment::rows() const {
  int64_t rows = 0;
  for (const auto& batch : loaded_) rows += batch->num_rows();
  return rows;
}

arrow::Result<bool> WindowSegment::Cut(TaskContext& context) {
  const WindowReach& reach = *plan_.reach;
  const int64_t all = rows();
  int64_t most = all - reach.behind;
  std::vector<std::shared_ptr<arrow::Buffer>> frames(plan_.calls.size());
  if (reach.frames) ARROW_RETURN_NOT_OK(FindFrames(context, all, &frames, &most));
  int64_t at = -1;
  // Backwards: the last row where a part may begin, then that row's partition.
  size_t b = loaded_.size();
  for (int64_t begin = all; b > 0;) {
    --b;
    const int64_t length = loaded_[b]->num_rows();
    begin -= length;
    for (int64_t i = length - 1; i >= 0; --i) {
      const int64_t row = begin + i;
      const uint8_t flag = row == 0 ? 0 : Mark(b, i);
      if (at < 0 && row <= most && (flag != 0 || !reach.peers || (totals_ && totals_->InGroup(carried_.rows + row)))) at = row;
      if (at < 0) continue;
      if (at <= context_) return false;
      if ((flag & kPartitionBegins) || row == 0) {
        int64_t next = at - reach.before;
        for (size_t w = 0; w < frames.size(); ++w) {
          if (!frames[w]) continue;
          // Where frames begin with the partition, what comes before the next part is in all of its frames.
          const auto* begins = reinterpret_cast<const int64_t*>(frames[w]->data());
          next = std::min(next, plan_.calls[w].before ? begins[all + at] : begins[at]);
        }
        CutAt(at, row, std::max(next, row));
        return true;
      }
    }
  }
  return false;
}

// The frames of calls which only these tell what they need, and the first row that isn't sure of its own.
arrow::Status WindowSegment::FindFrames(TaskContext& context, int64_t all, std::vector<std::shared_ptr<arrow::Buffer>>* frames, int64_t* most) {
  WindowInput input;
  ARROW_ASSIGN_OR_RAISE(const auto marks, FindMarks(context, all, &input));
  input.pool = context.pool();
  input.cancelled = [&context] { return context.cancelled(); };
  std::shared_ptr<arrow::Array> key;
  if (plan_.range_column >= 0) {
    arrow::ArrayVector keys;
    for (const BatchSlice& slice : inputs_) keys.push_back(slice.batch->column(plan_.range_column));
    ARROW_ASSIGN_OR_RAISE(key, arrow::Concatenate(keys, context.pool()));
  }
  for (size_t w = 0; w < plan_.calls.size(); ++w) {
    if (!plan_.calls[w].frames) continue;
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(all * 16, context.pool()));
    auto* begin = reinterpret_cast<int64_t*>(buffer->mutable_data());
    ARROW_RETURN_NOT_OK(ComputeFrames(plan_.spec.windows[w].frame, input, key ? key->data().get() : nullptr, begin, begin + all));
    // A frame is known where a row behind its bounds is there.
    const int64_t* bound = plan_.calls[w].behind ? begin : begin + all;
    int64_t row = std::max<int64_t>(context_, 0);
    while (row < *most && bound[row] < all) ++row;
    *most = std::min(*most, row);
    (*frames)[w] = std::move(buffer);
  }
  return arrow::Status::OK();
}

bool WindowSegment::CutBeforeLast() {
  int64_t begin = rows();
  for (size_t b = loaded_.size(); b-- > 0;) {
    begin -= loaded_[b]->num_rows();
    for (int64_t i = loaded_[b]->num_rows() - 1; i >= 0; --i) {
      if (begin + i <= context_ || !(Mark(b, i) & kPartitionBegins)) continue;
      CutAt(begin + i, begin + i, begin + i);
      return true;
    }
  }
  return false;
}

// `partition`: where the partition of row `at` begins; `next`: the first row that is looked at from there on.
void WindowSegment::CutAt(int64_t at, int64_t partition, int64_t next) {
  end_ = at;
  next_partition_ = partition;
  next_begin_ = next;
  next_.continues = next_begin_ > partition || (partition == 0 && carried_.continues);
  // Groups of peers that begin before the next segment does, but for the one that it begins in.
  int64_t row = 0, groups = 0;
  for (size_t b = 0; b < loaded_.size(); ++b) {
    const int64_t length = loaded_[b]->num_rows();
    for (int64_t i = std::max<int64_t>(partition - row, 0); i < length && row + i <= next_begin_; ++i) {
      groups += row + i == partition || Mark(b, i) != 0;
    }
    if (row + length > next_begin_) {
      const int64_t from = std::max<int64_t>(next_begin_ - row, 0);
      tail_.push_back(loaded_[b]->Slice(from, length - from));
      Marks marks = loaded_marks_[b];
      marks.first = Mark(b, from);
      marks.offset += from;
      tail_marks_.push_back(std::move(marks));
    }
    row += length;
  }
  if (next_.continues) {
    next_.rows = next_begin_ - partition + (partition == 0 ? carried_.rows : 0);
    next_.groups = groups - 1 + (partition == 0 ? carried_.groups : 0);
  }
}

arrow::Status WindowSegment::Continue(TaskContext& context, const WindowSegment& before) {
  for (size_t b = 0; b < before.tail_.size(); ++b) {
    const Marks& marks = before.tail_marks_[b];
    ARROW_RETURN_NOT_OK(Add(context, before.tail_[b], marks.buffer, marks.offset, marks.first));
  }
  context_ = before.end_ - before.next_begin_;
  carried_ = before.next_;
  return arrow::Status::OK();
}

arrow::Result<Step> WindowSegment::Next(TaskContext& context, Batch* out) {
  if (!ready_) {
    ARROW_RETURN_NOT_OK(Prepare(context));
    ready_ = true;
    return Step::kHaveMore;
  }
  if (values_.size() < plan_.spec.windows.size()) {
    auto value = Compute(context, values_.size());
    if (value.status().IsCancelled() && context.cancelled()) return Step::kHaveMore;
    ARROW_RETURN_NOT_OK(value.status());
    values_.push_back(*value);
    if (values_.size() == plan_.spec.windows.size()) Release();
    return Step::kHaveMore;
  }
  auto batch = std::move(loaded_[given_]);
  const int64_t length = batch->num_rows(), row = row_;
  const int64_t begin = std::clamp<int64_t>(context_ - row, 0, length), end = end_ < 0 ? length : std::clamp<int64_t>(end_ - row, 0, length);
  row_ += length;
  if (begin < end) {
    if (end - begin < length) batch = batch->Slice(begin, end - begin);
    std::vector<std::shared_ptr<arrow::ArrayData>> columns = batch->column_data();
    for (const auto& value : values_) columns.push_back(value->Slice(row + begin, end - begin));
    out->data = arrow::RecordBatch::Make(plan_.spec.output, end - begin, std::move(columns));
  }
  return ++given_ == loaded_.size() ? Step::kFinished : Step::kHaveMore;
}

// Where partitions and groups of peers begin.
arrow::Result<std::shared_ptr<arrow::Buffer>> WindowSegment::FindMarks(TaskContext& context, int64_t rows, WindowInput* input) const {
  int64_t partitions = 0, peers = 0;
  const auto visit = [&](const auto& each) {
    int64_t row = 0;
    for (size_t b = 0; b < loaded_.size(); ++b) {
      const int64_t length = loaded_[b]->num_rows();
      for (int64_t i = 0; i < length; ++i, ++row) each(row == 0 ? kPartitionBegins : Mark(b, i), row);
    }
  };
  visit([&](uint8_t flag, int64_t) {
    partitions += (flag & kPartitionBegins) != 0;
    peers += flag != 0;
  });
  ARROW_ASSIGN_OR_RAISE(auto marks, arrow::AllocateBuffer((partitions + peers + 2) * 8, context.pool()));
  auto* first = reinterpret_cast<int64_t*>(marks->mutable_data());
  int64_t* group = first + partitions + 1;
  input->partitions = {first, static_cast<size_t>(partitions + 1)};
  input->peers = {group, static_cast<size_t>(peers + 1)};
  visit([&](uint8_t flag, int64_t row) {
    if (flag & kPartitionBegins) *first++ = row;
    if (flag != 0) *group++ = row;
  });
  *first = *group = rows;
  input->rows = rows;
  return std::shared_ptr<arrow::Buffer>(std::move(marks));
}

arrow::Status WindowSegment::Prepare(TaskContext& context) {
  int64_t rows = 0;
  for (const auto& batch : loaded_) rows += batch->num_rows();
  if (rows > INT32_MAX) return Error(ErrorKind::kNotImplemented, "a window partition of more than 2147483647 rows");
  std::shared_ptr<arrow::RecordBatch> inputs = inputs_[0].batch;
  if (inputs_.size() > 1 && !plan_.exprs.empty()) {
    ARROW_ASSIGN_OR_RAISE(inputs, ConcatenateRows(inputs_, context.pool()));
  }
  ARROW_ASSIGN_OR_RAISE(marks_, FindMarks(context, rows, &input_));
  columns_ = std::move(inputs);
  inputs_.clear();
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> WindowSegment::Compute(TaskContext& context, size_t w) {
  ARROW_ASSIGN_OR_RAISE(auto values, ComputeRows(context, w));
  if (!totals_ || !plan_.calls[w].peers) return values;
  return totals_->FillGroups(w, carried_.rows, std::move(values), context.pool());
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> WindowSegment::ComputeRows(TaskContext& context, size_t w) {
  const BoundWindow& call = plan_.spec.windows[w];
  next_.states.resize(plan_.spec.windows.size());
  if (totals_ && FrameIsPartition(plan_.spec, call)) return totals_->Repeat(w, input_.rows, context.pool());
  WindowInput input = input_;
  input.rows_before = carried_.rows;
  input.groups_before = carried_.groups;
  if (totals_) input.partition_rows = totals_->rows();
  input.pool = context.pool();
  input.cancelled = [&context] { return context.cancelled(); };
  input.ignore_nulls = call.ignore_nulls;
  input.exclude = call.frame.exclude;
  for (const int column : plan_.argument_columns[w]) input.arguments.push_back(columns_->column_data(column));
  if (call.aggregate || call.kernel->uses_frame()) {
    if (!frames_ || !(frames_of_ == call.frame)) {
      frames_ = nullptr;
      ARROW_ASSIGN_OR_RAISE(auto frames, arrow::AllocateBuffer(input.rows * 16, context.pool()));
      auto* begin = reinterpret_cast<int64_t*>(frames->mutable_data());
      const arrow::ArrayData* key = plan_.range_column < 0 ? nullptr : columns_->column_data(plan_.range_column).get();
      ARROW_RETURN_NOT_OK(ComputeFrames(call.frame, input, key, begin, begin + input.rows));
      frames_ = std::move(frames);
      frames_of_ = call.frame;
    }
    input.frame_begin = reinterpret_cast<const int64_t*>(frames_->data());
    input.frame_end = input.frame_begin + input.rows;
  }
  const CallReach& own = plan_.calls[w];
  const bool hand_on = own.before && cut() && next_.continues;
  std::vector<std::shared_ptr<arrow::ArrayData>> before, behind;
  if (own.before && carried_.continues) before = carried_.states[w];
  if (own.behind && cut() && totals_) behind = totals_->Behind(w, carried_.rows + input.rows);
  if (!call.aggregate) {
    if (!own.before && !own.behind) return call.kernel->Evaluate(input);
    std::vector<std::shared_ptr<arrow::ArrayData>> edges;
    if (hand_on) {
      ARROW_ASSIGN_OR_RAISE(edges, TakeEdges(next_partition_ == 0 ? before : EdgeRows{}, input.arguments, next_partition_, next_begin_, own.edges,
                                             context.pool()));
    }
    ARROW_ASSIGN_OR_RAISE(auto values, EvaluateBetween(*call.kernel, before, std::move(input), behind));
    next_.states[w] = std::move(edges);
    return values;
  }
  const int filter = plan_.filter_columns[w];
  WindowStates states;
  states.before = std::move(before);
  states.behind = std::move(behind);
  if (hand_on) {
    states.from = next_partition_;
    states.to = next_begin_;
  }
  ARROW_ASSIGN_OR_RAISE(auto values,
                        AggregateFrames(*call.aggregate, input, filter < 0 ? nullptr : columns_->column_data(filter).get(), call.distinct, &states));
  next_.states[w] = std::move(states.after);
  return values;
}

void WindowSegment::Release() {
  columns_ = nullptr;
  frames_ = nullptr;
  marks_ = nullptr;
}

}  // namespace bowstring::exec
