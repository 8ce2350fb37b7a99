// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_output.h"

#include <numeric>

#include <arrow/util/bit_util.h>

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
  return PassingRows(context, shape, std::move(columns), n);
}

arrow::Result<std::vector<int32_t>> PassingRows(TaskContext& context, const JoinShape& shape,
                                                std::vector<std::shared_ptr<arrow::ArrayData>> columns, int64_t n) {
  arrow::FieldVector joined = shape.probe_schema->fields();
  joined.insert(joined.end(), shape.build_schema->fields().begin(), shape.build_schema->fields().end());
  Batch batch;
  batch.data = arrow::RecordBatch::Make(arrow::schema(std::move(joined)), n, std::move(columns));
  KernelContext kernel = shape.kernel;
  kernel.task = &context;
  kernel.exec = context.exec();
  ARROW_ASSIGN_OR_RAISE(const auto selection, shape.condition->EvaluatePredicate(kernel, batch));
  std::vector<int32_t> passing;
  if (selection) {
    passing.assign(selection->data(), selection->data() + selection->length);
  } else {
    passing.resize(n);
    std::iota(passing.begin(), passing.end(), 0);
  }
  return passing;
}

arrow::Status SelectRows(const JoinShape& shape, const std::shared_ptr<arrow::Schema>& schema, const Batch& batch,
                         const std::vector<uint8_t>& hits, bool wanted, arrow::MemoryPool* pool, Batch* out) {
  const int64_t rows = batch.num_rows();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer((rows + 1) * sizeof(int32_t), pool));
  auto* kept = reinterpret_cast<int32_t*>(buffer->mutable_data());
  const int32_t* selected = batch.rows ? batch.rows->data() : nullptr;
  int64_t count = 0;
  for (int64_t i = 0; i < rows; ++i) {
    kept[count] = selected ? selected[i] : static_cast<int32_t>(i);
    count += (hits[i] != 0) == wanted;
  }
  if (count == 0) return arrow::Status::OK();
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  for (const JoinColumn& column : shape.output) columns.push_back(batch.data->column_data(column.column));
  out->data = arrow::RecordBatch::Make(schema, batch.data->num_rows(), std::move(columns));
  if (count == rows) {
    out->rows = batch.rows;
    return arrow::Status::OK();
  }
  auto selection = std::make_shared<Selection>();
  selection->indices = std::move(buffer);
  selection->length = count;
  out->rows = std::move(selection);
  return arrow::Status::OK();
}

arrow::Status MarkRows(const JoinShape& shape, const std::shared_ptr<arrow::Schema>& schema, const Batch& batch,
                       const std::vector<uint8_t>& hits, const std::vector<uint8_t>& unknown, arrow::MemoryPool* pool, Batch* out) {
  const int64_t rows = batch.num_rows();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values, arrow::AllocateEmptyBitmap(rows, pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> validity, arrow::AllocateEmptyBitmap(rows, pool));
  int64_t nulls = 0;
  std::vector<int32_t> all(rows);
  for (int64_t i = 0; i < rows; ++i) {
    const bool null = !unknown.empty() && unknown[i];
    arrow::bit_util::SetBitTo(values->mutable_data(), i, hits[i] != 0);
    arrow::bit_util::SetBitTo(validity->mutable_data(), i, !null);
    nulls += null;
    all[i] = static_cast<int32_t>(i);
  }
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  for (const JoinColumn& column : shape.output) {
    ARROW_ASSIGN_OR_RAISE(auto data, ProbeColumn(batch, column.column, all, pool));
    columns.push_back(std::move(data));
  }
  columns.push_back(arrow::ArrayData::Make(arrow::boolean(), rows, {nulls > 0 ? validity : nullptr, values}, nulls));
  out->data = arrow::RecordBatch::Make(schema, rows, std::move(columns));
  return arrow::Status::OK();
}

}  // namespace bowstring::exec
