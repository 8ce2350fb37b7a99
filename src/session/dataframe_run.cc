// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/dataframe.h>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "session/run.h"
#include "sources/memory.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> Drain(BatchStream& stream) {
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(auto batch, stream.Next());
    if (batch == nullptr) return batches;
    batches.push_back(std::move(batch));
  }
}

}  // namespace

Result<std::shared_ptr<BatchStream>> DataFrame::Execute(const ExecuteOptions& options) const {
  ARROW_ASSIGN_OR_RAISE(auto streams, RunPlan(session_, plan_, options, /*partitioned=*/false));
  return streams[0];
}

Result<std::vector<std::shared_ptr<BatchStream>>> DataFrame::ExecutePartitioned(const ExecuteOptions& options) const {
  return RunPlan(session_, plan_, options, /*partitioned=*/true);
}

Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> DataFrame::Collect(const ExecuteOptions& options) const {
  ARROW_ASSIGN_OR_RAISE(const auto stream, Execute(options));
  return Drain(*stream);
}

Result<std::vector<std::vector<std::shared_ptr<arrow::RecordBatch>>>> DataFrame::CollectPartitioned(
    const ExecuteOptions& options) const {
  ARROW_ASSIGN_OR_RAISE(const auto streams, ExecutePartitioned(options));
  std::vector<std::vector<std::shared_ptr<arrow::RecordBatch>>> partitions;
  for (const auto& stream : streams) {
    ARROW_ASSIGN_OR_RAISE(auto batches, Drain(*stream));
    partitions.push_back(std::move(batches));
  }
  return partitions;
}

Result<int64_t> DataFrame::Count(const ExecuteOptions& options) const {
  // Rows without columns: no column is read that the query itself doesn't need.
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::Select(plan_, {}));
  ARROW_ASSIGN_OR_RAISE(const auto streams, RunPlan(session_, std::move(plan), options, /*partitioned=*/false));
  int64_t rows = 0;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, streams[0]->Next());
    if (batch == nullptr) return rows;
    rows += batch->num_rows();
  }
}

Result<DataFrame> DataFrame::Cache() const {
  ARROW_ASSIGN_OR_RAISE(auto partitions, CollectPartitioned());
  // Columns of two relations may have one name; the table's have names of their own then.
  arrow::FieldVector fields = schema()->fields();
  for (size_t i = 0; i < fields.size(); ++i) fields[i] = fields[i]->WithName(std::to_string(i) + ":" + fields[i]->name());
  const auto renamed = arrow::schema(std::move(fields), schema()->metadata());
  for (auto& batches : partitions) {
    for (auto& batch : batches) batch = arrow::RecordBatch::Make(renamed, batch->num_rows(), batch->column_data());
  }
  ARROW_ASSIGN_OR_RAISE(auto table, MemoryTable::Make(renamed, std::move(partitions)));
  ARROW_ASSIGN_OR_RAISE(PlanPtr scan, logical::ScanTable(TableName{"", "", "?table?"}, std::move(table)));
  // Names and relations stay as they were, so that qualified names go on to work.
  std::vector<Expr> exprs;
  for (int i = 0; i < plan_->schema()->num_fields(); ++i) {
    const logical::QualifiedField& field = plan_->schema()->field(i);
    AliasName alias;
    alias.name = field.field->name();
    alias.relation = field.relation;
    exprs.push_back(MakeExpr(ExprKind::kAlias, {scan->schema()->column(i)}, std::move(alias)));
  }
  return With(logical::Select(std::move(scan), std::move(exprs)));
}

}  // namespace bowstring
