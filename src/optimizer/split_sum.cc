// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/aggregate_function.h>

#include "expr/type.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using logical::Aggregate;
using logical::Projection;

namespace {

// From so many sums of one expression on, with different constants.
constexpr size_t kLeastSums = 3;
// A constant times the number of rows stays far from where integers end.
constexpr int64_t kMostConstant = 1 << 20;

/// sum(base + constant), of int64.
struct OffsetSum {
  const AggregateCall* call;
  Expr base;
  int64_t constant;
};

std::optional<OffsetSum> OffsetSumOf(const Expr& expr, const Scope& scope) {
  const auto& call = expr->as<AggregateCall>();
  if (call.function->name() != "sum" || call.distinct || call.filter || !call.order_by.empty() || expr.children().size() != 1) return std::nullopt;
  const Expr& argument = expr.children()[0];
  if (argument.kind() != ExprKind::kBinary) return std::nullopt;
  const BinaryOp op = argument->as<BinaryOp>();
  if (op != BinaryOp::kPlus && op != BinaryOp::kMinus) return std::nullopt;
  const auto type = TypeOf(argument, scope);
  if (!type.ok() || (*type)->id() != arrow::Type::INT64) return std::nullopt;
  const auto& sides = argument.children();
  const bool swapped = op == BinaryOp::kPlus && sides[0].kind() == ExprKind::kLiteral;
  const Expr& base = sides[swapped ? 1 : 0];
  const Expr& literal = sides[swapped ? 0 : 1];
  if (literal.kind() != ExprKind::kLiteral || base.kind() == ExprKind::kLiteral) return std::nullopt;
  const auto base_type = TypeOf(base, scope);
  if (!base_type.ok() || !arrow::is_signed_integer((*base_type)->id())) return std::nullopt;
  const auto& value = literal->as<LiteralValue>().value;
  if (!value->is_valid || value->type->id() != arrow::Type::INT64) return std::nullopt;
  const int64_t constant = static_cast<const arrow::Int64Scalar&>(*value).value;
  if (constant > kMostConstant || constant < -kMostConstant) return std::nullopt;
  return OffsetSum{&call, base, op == BinaryOp::kMinus ? -constant : constant};
}

Expr Called(std::shared_ptr<const AggregateFunction> function, const Expr& argument) {
  AggregateCall call;
  call.function = std::move(function);
  return MakeExpr(ExprKind::kAggregate, {argument}, std::move(call));
}

Result<PlanPtr> Split(const PlanPtr& node, Context& context) {
  const auto& aggregate = node->As<Aggregate>();
  const Scope& scope = aggregate.input()->schema()->scope();
  std::vector<std::optional<OffsetSum>> sums;
  for (const Expr& expr : aggregate.aggregates) sums.push_back(OffsetSumOf(logical::Unalias(expr), scope));
  for (auto& sum : sums) {
    if (!sum) continue;
    const auto same = std::count_if(sums.begin(), sums.end(), [&](const auto& other) { return other && other->base.Equals(sum->base); });
    if (static_cast<size_t>(same) < kLeastSums) sum.reset();
  }
  if (std::none_of(sums.begin(), sums.end(), [](const auto& sum) { return sum.has_value(); })) return node;
  std::vector<Expr> calls, columns;
  const auto add = [&](const Expr& call, std::string_view prefix) {
    const Expr column = Column(context.NameFor(call, prefix));
    const Expr named = call.Alias(column->as<ColumnRef>().name);
    if (std::none_of(calls.begin(), calls.end(), [&](const Expr& other) { return other.Equals(named); })) calls.push_back(named);
    return column;
  };
  const int num_groups = node->schema()->num_fields() - static_cast<int>(sums.size());  // of grouping sets: their number, too
  std::vector<Expr> values;
  for (size_t i = 0; i < sums.size(); ++i) {
    const Expr wanted = node->schema()->column(num_groups + static_cast<int>(i));
    if (!sums[i]) {
      calls.push_back(aggregate.aggregates[i]);
      values.push_back(wanted);
      continue;
    }
    const Expr sum = add(Called(sums[i]->call->function, sums[i]->base), "__sum_");
    const Expr count = add(Called(context.functions.count, sums[i]->base), "__count_");
    values.push_back(logical::KeepName(wanted, Binary(BinaryOp::kPlus, sum, Binary(BinaryOp::kMultiply, count, Literal(sums[i]->constant)))));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr grouped, Aggregate::Make(aggregate.input(), aggregate.groups, std::move(calls)));
  for (int i = 0; i < num_groups; ++i) columns.push_back(node->schema()->column(i));
  columns.insert(columns.end(), values.begin(), values.end());
  return Projection::Make(std::move(grouped), std::move(columns));
}

}  // namespace

/// sum(x + 1), sum(x + 2), ... as sum(x) + 1 * count(x), ...: each row is added up once. Of integers; where only the sum of x itself is too large
/// for one, the query fails as sum(x) would.
Result<PlanPtr> SplitSum(const PlanPtr& plan, Context& context) {
  if (context.functions.count == nullptr) return plan;
  return TransformUp(plan, [&](const PlanPtr& node) -> Result<PlanPtr> { return node->kind() == PlanKind::kAggregate ? Split(node, context) : node; });
}

}  // namespace bowstring::optimizer
