// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/aggregate_function.h>

#include "expr/type.h"
#include "logical/estimate.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"
#include "optimizer/partial_aggregate.h"

namespace bowstring::optimizer {

using arrow::Result;
using logical::Aggregate;
using logical::EstimateOf;
using logical::Join;
using logical::JoinType;
using logical::Projection;
using logical::Schema;

namespace {

// Below, a join costs too little to be worth a second aggregate.
constexpr double kLeastRows = 100'000;
// Rows a group below the join must be thought to have.
constexpr double kRowsOfGroup = 8;
// A join that leaves more rows out than it keeps one in so many of isn't preceded: dynamic filters or not, groups were made for nothing.
constexpr double kMostDropped = 4;

/// Whether computing it for rows that the join would have left out can't fail.
bool NeverFails(const Expr& expr, const Scope& scope) {
  switch (expr.kind()) {
    case ExprKind::kColumn:
    case ExprKind::kLiteral: return true;
    case ExprKind::kBinary: {
      const BinaryOp op = expr->as<BinaryOp>();
      if (op != BinaryOp::kPlus && op != BinaryOp::kMinus && op != BinaryOp::kMultiply) return false;
      const auto type = TypeOf(expr, scope);
      if (!type.ok()) return false;
      const bool fits = arrow::is_decimal((*type)->id()) && static_cast<const arrow::DecimalType&>(**type).precision() < 38;
      if (!fits && !arrow::is_floating((*type)->id())) return false;
      return std::all_of(expr.children().begin(), expr.children().end(), [&](const Expr& child) { return NeverFails(child, scope); });
    }
    default: return false;
  }
}

bool Has(const std::vector<Expr>& exprs, const Expr& expr) {
  return std::any_of(exprs.begin(), exprs.end(), [&](const Expr& other) { return other.Equals(expr); });
}

/// The aggregate as two: of groups of one side's keys below the join, and of those above it. `side`: the join's input that all arguments
/// are computed of. The node itself where it can't be, or isn't worth it.
Result<PlanPtr> Push(const PlanPtr& node, const Join& join, int side, Context& context) {
  const auto& aggregate = node->As<Aggregate>();
  const PlanPtr& below = join.input(side);
  const Schema& schema = *below->schema();
  const bool padded = (join.type == JoinType::kLeft && side == 1) || (join.type == JoinType::kRight && side == 0);  // with NULLs
  std::vector<Expr> keys;
  for (const auto& [left, right] : join.on) {
    const Expr& key = side == 0 ? left : right;
    if (key.kind() != ExprKind::kColumn) return node;
    if (!Has(keys, key)) keys.push_back(key);
  }
  std::vector<Expr> carried;  // what the upper aggregate reads of the join
  for (const Expr& group : aggregate.groups) {
    if (group.kind() != ExprKind::kColumn) return node;
    if (logical::Covers(schema, group) && !Has(keys, group)) keys.push_back(group);
    if (!Has(carried, group)) carried.push_back(group);
  }
  std::vector<Expr> partial, final_calls, results;
  for (size_t i = 0; i < aggregate.aggregates.size(); ++i) {
    const Expr& expr = logical::Unalias(aggregate.aggregates[i]);
    const auto& call = expr->as<AggregateCall>();
    const std::string& name = call.function->name();
    const bool counts = name == "count";
    if (call.distinct || call.filter || !call.order_by.empty() || call.nulls != NullTreatment::kUnset || expr.children().size() != 1) return node;
    if (!counts && name != "sum" && name != "min" && name != "max") return node;
    const Expr& argument = expr.children()[0];
    const bool constant = argument.kind() == ExprKind::kLiteral;
    if (constant && (!counts || padded)) return node;  // count(*) counts rows without a partner too
    if (!logical::Covers(schema, argument) || !NeverFails(argument, schema.scope())) return node;
    const Expr part = Column(context.NameFor(expr, "__partial_"));
    const Expr whole = Column(context.NameFor(expr, "__whole_"));
    if (!Has(carried, part)) {
      partial.push_back(expr.Alias(part->as<ColumnRef>().name));
      carried.push_back(part);
      final_calls.push_back(Aggregated(counts ? context.functions.sum : call.function, part).Alias(whole->as<ColumnRef>().name));
    }
    results.push_back(whole);
  }
  ARROW_ASSIGN_OR_RAISE(const PlanPtr grouped, Aggregate::Make(below, keys, std::move(partial)));
  const double rows = EstimateOf(*below).rows;
  if (rows < kLeastRows || EstimateOf(*grouped).rows * kRowsOfGroup > rows || EstimateOf(join).rows * kMostDropped < rows) return node;
  const logical::JoinOptions options{join.constraint, join.nulls_equal, join.null_aware};
  ARROW_ASSIGN_OR_RAISE(PlanPtr joined, Join::Make(side == 0 ? grouped : join.input(0), side == 1 ? grouped : join.input(1), join.type, join.on,
                                                   join.filter, options));
  ARROW_ASSIGN_OR_RAISE(joined, Projection::Make(std::move(joined), std::move(carried)));
  ARROW_ASSIGN_OR_RAISE(const PlanPtr whole, Aggregate::Make(std::move(joined), aggregate.groups, std::move(final_calls)));
  // Names and types as they were.
  std::vector<Expr> columns;
  const int num_groups = static_cast<int>(aggregate.groups.size());
  for (int i = 0; i < node->schema()->num_fields(); ++i) {
    const Expr wanted = node->schema()->column(i);
    if (i < num_groups) {
      columns.push_back(wanted);
      continue;
    }
    const auto at = static_cast<size_t>(i - num_groups);
    ARROW_ASSIGN_OR_RAISE(Expr value, AsWanted(results[at], *whole->schema(), wanted, node->schema()->field(i).field->type(), aggregate.aggregates[at]));
    columns.push_back(std::move(value));
  }
  return Projection::Make(whole, std::move(columns));
}

}  // namespace

/// Rows that an aggregate reads through a join are grouped by the join's keys before they meet it, where few groups are left: the join
/// then has as many rows less to carry. Sums of sums, sums of counts, the least of the least. At the end, when joins are in their order.
Result<PlanPtr> PushDownAggregate(const PlanPtr& plan, Context& context) {
  if (context.functions.sum == nullptr) return plan;
  return TransformUp(plan, [&](const PlanPtr& node) -> Result<PlanPtr> {
    const auto* aggregate = node->TryAs<Aggregate>();
    if (aggregate == nullptr || aggregate->aggregates.empty()) return node;
    const LogicalPlan* below = node->input().get();
    while (below->kind() == PlanKind::kProjection) {
      for (const Expr& expr : below->As<Projection>().exprs) {
        if (expr.kind() != ExprKind::kColumn) return node;
      }
      below = below->input().get();
    }
    const auto* join = below->TryAs<Join>();
    if (join == nullptr || join->on.empty() || join->filter || join->null_aware) return node;
    if (join->type != JoinType::kInner && join->type != JoinType::kLeft && join->type != JoinType::kRight) return node;
    for (const int side : {0, 1}) {
      ARROW_ASSIGN_OR_RAISE(PlanPtr next, Push(node, *join, side, context));
      if (next != node) return next;
    }
    return node;
  });
}

}  // namespace bowstring::optimizer
