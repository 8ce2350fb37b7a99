// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"
#include "optimizer/pull_up.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

/// Whether a plan gives exactly one row, whatever its input.
bool OneRow(const LogicalPlan& plan) {
  switch (plan.kind()) {
    case PlanKind::kAggregate: return plan.As<Aggregate>().groups.empty();
    case PlanKind::kEmpty: return plan.As<Empty>().one_row;
    case PlanKind::kValues: return plan.As<Values>().rows.size() == 1;
    case PlanKind::kProjection: {
      const auto& exprs = plan.As<Projection>().exprs;
      const bool unnests = std::any_of(exprs.begin(), exprs.end(), [](const Expr& e) { return Contains(e, ExprKind::kUnnest); });
      return !unnests && OneRow(*plan.input());
    }
    case PlanKind::kSubqueryAlias:
    case PlanKind::kSort:
    case PlanKind::kWindow: return OneRow(*plan.input());
    default: return false;
  }
}

/// `inner = outer` of a correlated subquery: the first over its own columns.
struct Key {
  Expr inner, outer;
};

std::optional<Key> KeyOf(const Expr& condition) {
  if (condition.kind() != ExprKind::kBinary || condition->as<BinaryOp>() != BinaryOp::kEq) return std::nullopt;
  const Expr &a = condition.children()[0], &b = condition.children()[1];
  const auto outer = [](const Expr& e) { return Contains(e, ExprKind::kOuterColumn) && !Contains(e, ExprKind::kColumn); };
  const auto inner = [](const Expr& e) { return Contains(e, ExprKind::kColumn) && !Contains(e, ExprKind::kOuterColumn); };
  if (inner(a) && outer(b)) return Key{a, b};
  if (inner(b) && outer(a)) return Key{b, a};
  return std::nullopt;
}

/// What a count gives where a group has no rows at all: then a join finds no row for it, where the subquery has its 0.
bool CountsRows(const Expr& expr) {
  bool counts = false;
  VisitExpr(expr, [&](const Expr& part) {
    if (part.kind() == ExprKind::kAggregate) counts |= expr.name().starts_with("count") || part.name().starts_with("count(");
    return !counts;
  });
  return counts;
}

/// SELECT f(agg) FROM x WHERE x.k = outer.k as rows by k: joined to by k it gives the same value, or NULL where there is none.
Result<std::optional<PulledUp>> GroupByKeys(const PlanPtr& subquery, const std::string& alias) {
  std::vector<Expr> outputs;
  PlanPtr plan = subquery;
  if (const auto* projection = plan->TryAs<Projection>()) {
    outputs = projection->exprs;
    plan = projection->input();
  }
  const auto* aggregate = plan->TryAs<Aggregate>();
  if (aggregate == nullptr || !aggregate->groups.empty() || outputs.size() > 1) return std::nullopt;
  if (outputs.empty()) outputs = {aggregate->schema()->column(0)};
  for (const Expr& expr : aggregate->aggregates) {
    if (CountsRows(expr) || Contains(expr, ExprKind::kOuterColumn)) return std::nullopt;
  }
  if (Contains(outputs[0], ExprKind::kOuterColumn)) return std::nullopt;
  // The value must be NULL where all aggregates are: else an outer row without inner rows would get something else.
  if (Unalias(outputs[0]).kind() != ExprKind::kColumn &&
      (Contains(outputs[0], ExprKind::kCase) || Contains(outputs[0], ExprKind::kScalarFunction) ||
       Contains(outputs[0], ExprKind::kIsNull) || Contains(outputs[0], ExprKind::kIsNotNull))) {
    return std::nullopt;
  }
  const auto* filter = aggregate->input()->TryAs<Filter>();
  if (filter == nullptr || ReadsOuter(*filter->input())) return std::nullopt;
  std::vector<Key> keys;
  std::vector<Expr> rest;
  for (const Expr& conjunct : SplitConjuncts(filter->predicate)) {
    if (!Contains(conjunct, ExprKind::kOuterColumn)) {
      rest.push_back(conjunct);
      continue;
    }
    const std::optional<Key> key = KeyOf(conjunct);
    if (!key || !Deterministic(conjunct)) return std::nullopt;
    keys.push_back(*key);
  }
  PlanPtr below = filter->input();
  if (!rest.empty()) {
    ARROW_ASSIGN_OR_RAISE(below, Filter::Make(std::move(below), And(std::move(rest))));
  }
  std::vector<Expr> groups;
  for (const Key& key : keys) {
    const auto same = [&](const Expr& other) { return other.Equals(key.inner); };
    if (std::none_of(groups.begin(), groups.end(), same)) groups.push_back(key.inner);
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr grouped, Aggregate::Make(std::move(below), groups, aggregate->aggregates));
  std::vector<Expr> columns{outputs[0].Alias("__value")};
  for (size_t i = 0; i < groups.size(); ++i) {
    columns.push_back(grouped->schema()->column(static_cast<int>(i)).Alias("__key" + std::to_string(i)));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr narrowed, Projection::Make(std::move(grouped), std::move(columns)));
  PulledUp result;
  ARROW_ASSIGN_OR_RAISE(result.plan, SubqueryAlias::Make(std::move(narrowed), TableName{"", "", alias}));
  for (const Key& key : keys) {
    size_t group = 0;
    while (!groups[group].Equals(key.inner)) ++group;
    ARROW_ASSIGN_OR_RAISE(Expr outer, RewriteUp(key.outer, [](const Expr& part) -> Result<Expr> {
                            if (part.kind() != ExprKind::kOuterColumn) return part;
                            return MakeExpr(ExprKind::kColumn, {}, part->as<ColumnRef>());
                          }));
    result.conditions.push_back(
        Binary(BinaryOp::kEq, std::move(outer), result.plan->schema()->column(static_cast<int>(group) + 1)));
  }
  return result;
}

}  // namespace

/// Scalar subqueries that give one row become joins: a cross join, or where they read columns around them a left join by these. Others
/// stay; the physical plan computes them once.
Result<PlanPtr> ScalarSubqueryToJoin(const PlanPtr& plan) {
  int made = 0;
  return TransformUp(plan, [&](const PlanPtr& node) -> Result<PlanPtr> {
    if (node->kind() != PlanKind::kFilter && node->kind() != PlanKind::kProjection) return node;
    PlanPtr input = node->input();
    std::vector<Expr> exprs = node->Expressions();
    for (Expr& expr : exprs) {
      ARROW_ASSIGN_OR_RAISE(Expr next, RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
        if (part.kind() != ExprKind::kScalarSubquery) return std::optional<Expr>{};
        const PlanPtr& subquery = part->as<SubqueryPlan>().plan;
        const std::string alias = FreshAlias(*plan, made + 1);
        if (!ReadsOuter(*subquery)) {
          if (!OneRow(*subquery)) return std::optional<Expr>(part);
          ARROW_ASSIGN_OR_RAISE(PlanPtr named, Projection::Make(subquery, {subquery->schema()->column(0).Alias("__value")}));
          ARROW_ASSIGN_OR_RAISE(named, SubqueryAlias::Make(std::move(named), TableName{"", "", alias}));
          ARROW_ASSIGN_OR_RAISE(input, Join::Make(input, named, JoinType::kInner, {}));
          ++made;
          return std::optional<Expr>(named->schema()->column(0));
        }
        ARROW_ASSIGN_OR_RAISE(std::optional<PulledUp> grouped, GroupByKeys(subquery, alias));
        if (!grouped) return std::optional<Expr>(part);
        ARROW_ASSIGN_OR_RAISE(input, JoinOnConditions(input, grouped->plan, JoinType::kLeft, grouped->conditions));
        ++made;
        return std::optional<Expr>(grouped->plan->schema()->column(0));
      }));
      if (node->kind() == PlanKind::kProjection) next = KeepName(expr, std::move(next));
      expr = std::move(next);
    }
    if (input == node->input()) return node;
    const std::vector<Expr> before = AllColumns(*node);
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, node->WithParts(std::move(exprs), {std::move(input)}));
    // A filter gives its input's columns on: those of the joined plan are dropped again.
    return node->kind() == PlanKind::kFilter ? Projection::Make(std::move(next), before) : Result<PlanPtr>(next);
  });
}

}  // namespace bowstring::optimizer
