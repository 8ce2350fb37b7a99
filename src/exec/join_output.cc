// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_output.h"

#include <numeric>

#include "expr/gather.h"

namespace bowstring::exec {

arrow::Result<std::shared_ptr<arrow::ArrayData>> ProbeColumn(const Batch& batch, int column, const std::vector<int32_t>& rows,
                                                             arrow::MemoryPool* pool) {
  const auto data = batch.data->column_data(column);
  const auto n = static_cast<int64_t>(rows.size());
  if (!batch.rows) {
    bool range = true;
    for (int64_t i = 1; i < n; ++i) range &= rows[i] == rows[0] + i;
    if (range && n == data->length) return data;
    if (range && n > 0) return data->Slice(rows[0], n);
    return Gather(*data, rows.data(), n, pool);
  }
  std::vector<int32_t> selected(n);
  const int32_t* selection = batch.rows->data();
  for (int64_t i = 0; i < n; ++i) selected[i] = selection[rows[i]];
  return Gather(*data, selected.data(), n, pool);
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> JoinedBatch(const JoinPlan& plan, const Batch& batch, const JoinPairs& pairs,
                                                               arrow::MemoryPool* pool) {
  std::vector<int> fields;
  for (const JoinColumn& column : plan.shape().output) {
    if (column.build) fields.push_back(plan.field_of(column.column));
  }
  const int64_t n = pairs.size();
  ARROW_ASSIGN_OR_RAISE(const auto build, DecodeRows(plan.layout(), fields, pairs.build.data(), n, pool));
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  size_t next = 0;
  for (const JoinColumn& column : plan.shape().output) {
    if (column.build) {
      columns.push_back(build[next++]);
    } else {
      ARROW_ASSIGN_OR_RAISE(auto data, ProbeColumn(batch, column.column, pairs.probe, pool));
      columns.push_back(std::move(data));
    }
  }
  return arrow::RecordBatch::Make(plan.schema(), n, std::move(columns));
}

arrow::Result<std::vector<int32_t>> PassingPairs(TaskContext& context, const JoinPlan& plan, const Batch& batch, const JoinPairs& pairs) {
  const JoinShape& shape = plan.shape();
  const int probe_columns = shape.probe_schema->num_fields();
  const int64_t n = pairs.size();
  std::vector<int> fields;
  for (int column : plan.condition_build()) fields.push_back(plan.field_of(column));
  ARROW_ASSIGN_OR_RAISE(const auto build, DecodeRows(plan.layout(), fields, pairs.build.data(), n, context.pool()));
  // Columns that the condition doesn't read stay empty.
  std::vector<std::shared_ptr<arrow::ArrayData>> columns(probe_columns + shape.build_schema->num_fields());
  for (int column : plan.condition_probe()) {
    ARROW_ASSIGN_OR_RAISE(columns[column], ProbeColumn(batch, column, pairs.probe, context.pool()));
  }
  for (size_t c = 0; c < fields.size(); ++c) columns[probe_columns + plan.condition_build()[c]] = build[c];
  arrow::FieldVector joined = shape.probe_schema->fields();
  joined.insert(joined.end(), shape.build_schema->fields().begin(), shape.build_schema->fields().end());
  Batch pair_batch;
  pair_batch.data = arrow::RecordBatch::Make(arrow::schema(std::move(joined)), n, std::move(columns));
  KernelContext kernel = shape.kernel;
  kernel.task = &context;
  kernel.exec = context.exec();
  ARROW_ASSIGN_OR_RAISE(const auto selection, shape.condition->EvaluatePredicate(kernel, pair_batch));
  std::vector<int32_t> passing;
  if (selection) {
    passing.assign(selection->data(), selection->data() + selection->length);
  } else {
    passing.resize(n);
    std::iota(passing.begin(), passing.end(), 0);
  }
  return passing;
}

}  // namespace bowstring::exec
