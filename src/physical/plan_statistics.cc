// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// count, min and max of whole tables that tell them without being read (Parquet's footers, tables in memory).

#include <optional>
#include <string>
#include <vector>

#include <arrow/array/util.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type_traits.h>
#include <arrow/util/string.h>

#include <bowstring/aggregate_function.h>

#include "logical/rewrite.h"
#include "physical/planner.h"

namespace bowstring::physical {
namespace {

/// What an aggregate over all rows of a scan amounts to; null where the statistics don't say.
std::shared_ptr<arrow::Scalar> ValueOf(const Expr& expr, const logical::Scan& scan, const TableStatistics& statistics) {
  const auto& call = expr->as<AggregateCall>();
  if (call.distinct || call.filter || !call.order_by.empty() || call.nulls != NullTreatment::kUnset || expr.children().size() != 1) return nullptr;
  const Expr& argument = expr.children()[0];
  const std::string& name = call.function->name();
  const bool counts = name == "count";
  if (!counts && name != "min" && name != "max") return nullptr;
  if (argument.kind() == ExprKind::kLiteral) {
    return counts && argument->as<LiteralValue>().value->is_valid ? std::make_shared<arrow::Int64Scalar>(*statistics.rows) : nullptr;
  }
  if (argument.kind() != ExprKind::kColumn) return nullptr;
  const std::optional<int> column = scan.schema()->scope().TryResolve(argument->as<ColumnRef>());
  if (!column) return nullptr;
  const auto index = static_cast<size_t>(scan.Columns()[static_cast<size_t>(*column)]);
  if (index >= statistics.columns.size()) return nullptr;
  const ColumnStatistics& known = statistics.columns[index];
  if (!counts) return name == "min" ? known.min : known.max;
  return known.null_count ? std::make_shared<arrow::Int64Scalar>(*statistics.rows - *known.null_count) : nullptr;
}

/// Bytes in hex: plans are text.
std::string TextOf(const arrow::Scalar& value) {
  if (!value.is_valid || !(arrow::is_binary(value.type->id()) || value.type->id() == arrow::Type::BINARY_VIEW ||
                           value.type->id() == arrow::Type::LARGE_BINARY || value.type->id() == arrow::Type::FIXED_SIZE_BINARY)) {
    return value.ToString();
  }
  const auto bytes = static_cast<const arrow::BaseBinaryScalar&>(value).view();
  return arrow::HexEncode(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

arrow::Result<std::optional<Chain>> Planner::PlanStatistics(const logical::Aggregate& node) {
  const auto* scan = node.input()->TryAs<logical::Scan>();
  if (scan == nullptr || !node.groups.empty() || node.aggregates.empty() || !scan->filters.empty() || scan->fetch) return std::nullopt;
  const TableStatistics statistics = scan->source->statistics();
  if (!statistics.rows || !statistics.rows_exact) return std::nullopt;
  const auto& schema = node.schema()->arrow();
  std::vector<std::shared_ptr<arrow::Array>> columns;
  std::string text;
  for (size_t i = 0; i < node.aggregates.size(); ++i) {
    const auto value = ValueOf(logical::Unalias(node.aggregates[i]), *scan, statistics);
    const auto& field = schema->field(static_cast<int>(i));
    if (value == nullptr || !value->type->Equals(*field->type())) return std::nullopt;
    ARROW_ASSIGN_OR_RAISE(auto column, arrow::MakeArrayFromScalar(*value, 1));
    columns.push_back(std::move(column));
    text += (text.empty() ? "" : ", ") + TextOf(*value) + " as " + field->name();
  }
  Chain chain;
  chain.logical = node.schema();
  chain.physical = schema;
  Branch branch;
  branch.label = "ProjectionExec";
  ARROW_ASSIGN_OR_RAISE(branch.source, BatchSource(arrow::RecordBatch::Make(schema, 1, std::move(columns))));
  made_.push_back(branch.source.get());
  chain.branches.push_back(std::move(branch));
  chain.text = PlanText{"ProjectionExec: expr=[" + text + "]", {PlanText{"PlaceholderRowExec"}}};
  return chain;
}

}  // namespace bowstring::physical
