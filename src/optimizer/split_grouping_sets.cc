// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <utility>
#include <vector>

#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/aggregate_function.h>

#include "expr/type.h"
#include "logical/estimate.h"
#include "logical/grouping_sets.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"
#include "optimizer/partial_aggregate.h"

namespace bowstring::optimizer {

using arrow::Result;
using logical::Aggregate;
using logical::Projection;

namespace {

// Below, two aggregates cost more than one of several sets; and rows a group of all keys must be thought to have.
constexpr double kLeastRows = 100'000, kRowsOfGroup = 8;

/// The function that makes the whole of parts; null where there is none.
std::shared_ptr<const AggregateFunction> WholeOf(const Expr& expr, const Scope& scope, const Functions& functions) {
  const auto& call = expr->as<AggregateCall>();
  if (call.distinct || !call.order_by.empty() || call.nulls != NullTreatment::kUnset) return nullptr;
  const std::string& name = call.function->name();
  if (name == "count") return functions.sum;
  if (name == "min" || name == "max") return call.function;
  if (name != "sum") return nullptr;
  const auto type = TypeOf(expr, scope);
  return type.ok() && !arrow::is_floating((*type)->id()) ? call.function : nullptr;  // sums of sums of floats would be other sums
}

Result<PlanPtr> Split(const PlanPtr& node, Context& context) {
  const auto* aggregate = node->TryAs<Aggregate>();
  if (aggregate == nullptr || aggregate->groups.size() != 1 || aggregate->groups[0].kind() != ExprKind::kGroupingSet) return node;
  const Scope& scope = node->input()->schema()->scope();
  const std::vector<Expr> keys = logical::KeysOf(aggregate->groups[0]);
  std::vector<Expr> partial, whole;
  for (const Expr& aliased : aggregate->aggregates) {
    const Expr& expr = logical::Unalias(aliased);
    auto function = WholeOf(expr, scope, context.functions);
    if (function == nullptr) return node;
    const std::string name = context.FreshName("__partial_");
    partial.push_back(expr.Alias(name));
    whole.push_back(Aggregated(std::move(function), Column(name)).Alias(context.FreshName("__whole_")));
  }
  ARROW_ASSIGN_OR_RAISE(const auto sets, logical::SetsOf(aggregate->groups[0]));
  if (keys.empty() || sets.size() < 2) return node;
  ARROW_ASSIGN_OR_RAISE(PlanPtr grouped, Aggregate::Make(node->input(), keys, std::move(partial)));
  const double rows = logical::EstimateOf(*node->input()).rows;
  if (rows < kLeastRows || logical::EstimateOf(*grouped).rows * kRowsOfGroup > rows) return node;
  // The same sets, of the grouped rows' columns.
  std::vector<Expr> columns;
  for (const Expr& child : aggregate->groups[0].children()) {
    for (size_t k = 0; k < keys.size(); ++k) {
      if (!keys[k].Equals(child)) continue;
      columns.push_back(grouped->schema()->column(static_cast<int>(k)));
      break;
    }
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr split, Aggregate::Make(std::move(grouped), {aggregate->groups[0].WithChildren(std::move(columns))}, std::move(whole)));
  // Names and types as they were.
  std::vector<Expr> out;
  const int first = static_cast<int>(keys.size()) + 1;  // behind the set's id
  for (int i = 0; i < node->schema()->num_fields(); ++i) {
    Expr value = split->schema()->column(i);
    const Expr wanted = node->schema()->column(i);
    if (i < first) {
      out.push_back(logical::KeepName(wanted, std::move(value)));
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(value, AsWanted(std::move(value), *split->schema(), wanted, node->schema()->field(i).field->type(),
                                          aggregate->aggregates[static_cast<size_t>(i - first)]));
    out.push_back(std::move(value));
  }
  return Projection::Make(std::move(split), std::move(out));
}

}  // namespace

/// Several grouping sets over many rows are computed of the groups of all their keys, which are few: the rows are grouped once, not once a set.
Result<PlanPtr> SplitGroupingSets(const PlanPtr& plan, Context& context) {
  if (context.functions.sum == nullptr) return plan;
  return TransformUp(plan, [&](const PlanPtr& node) { return Split(node, context); });
}

}  // namespace bowstring::optimizer
