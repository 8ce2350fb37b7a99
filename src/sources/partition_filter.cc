// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/partition_filter.h"

#include <arrow/array/builder_base.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/function.h>
#include <bowstring/table_source.h>

#include "expr/bind.h"
#include "expr/scope.h"

namespace bowstring {
namespace {

// The partition columns as plain columns: dictionaries are compared by their values.
std::shared_ptr<arrow::Schema> PartitionSchema(const arrow::Schema& table, int partition_columns) {
  arrow::FieldVector fields;
  for (int i = table.num_fields() - partition_columns; i < table.num_fields(); ++i) {
    auto field = table.field(i);
    if (field->type()->id() == arrow::Type::DICTIONARY) {
      field = field->WithType(static_cast<const arrow::DictionaryType&>(*field->type()).value_type());
    }
    fields.push_back(std::move(field));
  }
  return arrow::schema(std::move(fields));
}

}  // namespace

// Parts that mean another thing where, or when, they are evaluated: they stay above the scan.
bool StaysAbove(const Expr& expr, int depth) {
  if (depth > Expr::kMaxDepth) return true;
  switch (expr.kind()) {
    case ExprKind::kScalarFunction: {
      const auto* call = std::get_if<ScalarCall>(&expr->data);
      if (call == nullptr || call->function == nullptr || call->function->volatility() != Volatility::kImmutable) return true;
      break;
    }
    case ExprKind::kAggregate:
    case ExprKind::kWindow:
    case ExprKind::kScalarSubquery:
    case ExprKind::kExists:
    case ExprKind::kInSubquery:
    case ExprKind::kSetComparison:
    case ExprKind::kOuterColumn:
    case ExprKind::kSlot:
    case ExprKind::kPlaceholder: return true;
    default: break;
  }
  for (const Expr& child : expr.children()) {
    if (StaysAbove(child, depth + 1)) return true;
  }
  return false;
}

bool IsPartitionFilter(const Expr& filter, const arrow::Schema& table, int partition_columns) {
  if (partition_columns == 0 || StaysAbove(filter)) return false;
  const auto schema = PartitionSchema(table, partition_columns);
  // A name that a file's column has too would mean that one.
  for (const auto& field : schema->fields()) {
    if (table.GetAllFieldIndices(field->name()).size() > 1) return false;
  }
  auto bound = BindPredicate(filter, Scope::Of(*schema), *schema, {.narrow_output = false});
  return bound.ok() && !(*bound)->fallible();
}

arrow::Result<std::vector<bool>> FilesThatPass(const std::vector<Expr>& filters, const arrow::Schema& table,
                                               const std::vector<std::vector<std::shared_ptr<arrow::Scalar>>>& files) {
  std::vector<bool> out(files.size(), true);
  if (filters.empty() || files.empty()) return out;
  const auto schema = PartitionSchema(table, static_cast<int>(files[0].size()));
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (int i = 0; i < schema->num_fields(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto builder, arrow::MakeBuilder(schema->field(i)->type()));
    for (const auto& file : files) ARROW_RETURN_NOT_OK(builder->AppendScalar(*file[static_cast<size_t>(i)]));
    ARROW_ASSIGN_OR_RAISE(auto column, builder->Finish());
    columns.push_back(std::move(column));
  }
  ARROW_ASSIGN_OR_RAISE(const auto bound, BindPredicate(And(filters), Scope::Of(*schema), *schema, {.narrow_output = false}));
  arrow::compute::ExecContext exec;
  exec.set_use_threads(false);
  KernelContext context;
  context.exec = &exec;
  Batch batch;
  batch.data = arrow::RecordBatch::Make(schema, static_cast<int64_t>(files.size()), std::move(columns));
  ARROW_ASSIGN_OR_RAISE(const auto rows, bound->EvaluatePredicate(context, batch));
  if (rows == nullptr) return out;
  out.assign(files.size(), false);
  for (int64_t i = 0; i < rows->length; ++i) out[static_cast<size_t>(rows->data()[i])] = true;
  return out;
}

}  // namespace bowstring
