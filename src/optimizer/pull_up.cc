// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "optimizer/pull_up.h"

#include <algorithm>
#include <charconv>

#include "logical/nodes.h"
#include "logical/rewrite.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

struct Pulled {
  PlanPtr plan;
  std::vector<Expr> conditions;  // inner columns as columns of `plan`
};

/// Columns that the conditions read of the plan itself.
std::vector<Expr> InnerColumns(const std::vector<Expr>& conditions) {
  std::vector<Expr> columns;
  for (const Expr& condition : conditions) {
    VisitExpr(condition, [&](const Expr& part) {
      const auto same = [&](const Expr& other) { return other.Equals(part); };
      if (part.kind() == ExprKind::kColumn && std::none_of(columns.begin(), columns.end(), same)) columns.push_back(part);
      return true;
    });
  }
  return columns;
}

Result<std::optional<Pulled>> Pull(const PlanPtr& plan) {
  if (!ReadsOuter(*plan)) return Pulled{plan, {}};
  switch (plan->kind()) {
    case PlanKind::kFilter: {
      ARROW_ASSIGN_OR_RAISE(std::optional<Pulled> pulled, Pull(plan->input()));
      if (!pulled) return std::nullopt;
      std::vector<Expr> own;
      for (const Expr& conjunct : SplitConjuncts(plan->As<Filter>().predicate)) {
        const bool outer = Contains(conjunct, ExprKind::kOuterColumn);
        // A subquery inside that reads further out is not for this level.
        if (outer && !Deterministic(conjunct)) return std::nullopt;
        (outer ? pulled->conditions : own).push_back(conjunct);
      }
      if (!own.empty()) {
        ARROW_ASSIGN_OR_RAISE(pulled->plan, Filter::Make(std::move(pulled->plan), And(std::move(own))));
      }
      return pulled;
    }
    case PlanKind::kProjection: {
      std::vector<Expr> exprs = plan->As<Projection>().exprs;
      for (const Expr& expr : exprs) {
        if (Contains(expr, ExprKind::kOuterColumn)) return std::nullopt;
      }
      ARROW_ASSIGN_OR_RAISE(std::optional<Pulled> pulled, Pull(plan->input()));
      if (!pulled) return std::nullopt;
      for (const Expr& column : InnerColumns(pulled->conditions)) {
        const auto same = [&](const Expr& other) { return other.Equals(column); };
        if (std::none_of(exprs.begin(), exprs.end(), same)) exprs.push_back(column);
      }
      auto wide = Projection::Make(std::move(pulled->plan), std::move(exprs));
      if (!wide.ok()) return std::nullopt;  // names clash
      pulled->plan = *std::move(wide);
      return pulled;
    }
    case PlanKind::kSubqueryAlias: {
      ARROW_ASSIGN_OR_RAISE(std::optional<Pulled> pulled, Pull(plan->input()));
      if (!pulled) return std::nullopt;
      const PlanPtr inner = pulled->plan;
      ARROW_ASSIGN_OR_RAISE(pulled->plan, plan->WithInputs({inner}));
      std::vector<Expr> columns;
      for (int i = 0; i < inner->schema()->num_fields(); ++i) columns.push_back(pulled->plan->schema()->column(i));
      for (Expr& condition : pulled->conditions) {
        ARROW_ASSIGN_OR_RAISE(condition, Substitute(condition, *inner->schema(), columns));
      }
      return pulled;
    }
    case PlanKind::kDistinct: {
      // The columns that come along make no more rows for a semi join's answer.
      ARROW_ASSIGN_OR_RAISE(std::optional<Pulled> pulled, Pull(plan->input()));
      if (!pulled) return std::nullopt;
      ARROW_ASSIGN_OR_RAISE(pulled->plan, Distinct::Make(std::move(pulled->plan)));
      return pulled;
    }
    case PlanKind::kJoin: {
      const Join& join = plan->As<Join>();
      if (join.type != JoinType::kInner) return std::nullopt;
      ARROW_ASSIGN_OR_RAISE(std::optional<Pulled> left, Pull(join.input(0)));
      ARROW_ASSIGN_OR_RAISE(std::optional<Pulled> right, Pull(join.input(1)));
      if (!left || !right) return std::nullopt;
      std::vector<Expr> conditions = std::move(left->conditions), own;
      conditions.insert(conditions.end(), right->conditions.begin(), right->conditions.end());
      for (const auto& [a, b] : join.on) {
        if (Contains(a, ExprKind::kOuterColumn) || Contains(b, ExprKind::kOuterColumn)) return std::nullopt;
      }
      if (join.filter) {
        for (const Expr& conjunct : SplitConjuncts(*join.filter)) {
          (Contains(conjunct, ExprKind::kOuterColumn) ? conditions : own).push_back(conjunct);
        }
      }
      std::optional<Expr> filter;
      if (!own.empty()) filter = And(std::move(own));
      ARROW_ASSIGN_OR_RAISE(PlanPtr next, Join::Make(left->plan, right->plan, join.type, join.on, std::move(filter),
                                                     {join.constraint, join.nulls_equal, join.null_aware}));
      return Pulled{std::move(next), std::move(conditions)};
    }
    default: return std::nullopt;
  }
}

}  // namespace

bool ReadsOuter(const LogicalPlan& plan) {
  for (const Expr& expr : plan.Expressions()) {
    bool reads = false;
    VisitExpr(expr, [&](const Expr& part) {
      reads |= part.kind() == ExprKind::kOuterColumn;
      if (const auto* subquery = std::get_if<SubqueryPlan>(&part->data)) {
        // Only what reads beyond this plan counts: columns of its own inputs are the subquery's business.
        for (const Expr& column : subquery->outer_columns) {
          bool own = false;
          for (const PlanPtr& input : plan.inputs()) own |= input->schema()->scope().TryResolve(column->as<ColumnRef>()).has_value();
          reads |= !own;
        }
      }
      return !reads;
    });
    if (reads) return true;
  }
  return std::any_of(plan.inputs().begin(), plan.inputs().end(), [](const PlanPtr& input) { return ReadsOuter(*input); });
}

int LastName(const LogicalPlan& plan) {
  int last = 0;
  std::vector<const LogicalPlan*> stack{&plan};
  while (!stack.empty()) {
    const LogicalPlan* node = stack.back();
    stack.pop_back();
    for (const QualifiedField& field : node->schema()->fields()) {
      if (!field.relation || !field.relation->table.starts_with("__")) continue;
      const std::string& name = field.relation->table;
      const size_t digits = name.find_last_not_of("0123456789") + 1;
      int number = 0;
      std::from_chars(name.data() + digits, name.data() + name.size(), number);
      last = std::max(last, number);
    }
    for (const PlanPtr& input : node->inputs()) stack.push_back(input.get());
    for (const Expr& expr : node->Expressions()) {
      VisitExpr(expr, [&](const Expr& part) {
        if (const auto* subquery = std::get_if<SubqueryPlan>(&part->data)) stack.push_back(subquery->plan.get());
        return true;
      });
    }
  }
  return last;
}

Result<std::optional<PulledUp>> PullUp(const PlanPtr& subquery, const std::string& alias) {
  ARROW_ASSIGN_OR_RAISE(std::optional<Pulled> pulled, Pull(subquery));
  if (!pulled) return std::nullopt;
  auto aliased = SubqueryAlias::Make(pulled->plan, TableName{"", "", alias});
  if (!aliased.ok()) {
    // Columns of several relations with one name: under names of their own.
    std::vector<Expr> exprs;
    for (int i = 0; i < pulled->plan->schema()->num_fields(); ++i) {
      exprs.push_back(pulled->plan->schema()->column(i).Alias("__column" + std::to_string(i)));
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr renamed, Projection::Make(pulled->plan, std::move(exprs)));
    aliased = SubqueryAlias::Make(std::move(renamed), TableName{"", "", alias});
  }
  PulledUp result;
  ARROW_ASSIGN_OR_RAISE(result.plan, std::move(aliased));
  std::vector<Expr> columns;
  for (int i = 0; i < result.plan->schema()->num_fields(); ++i) columns.push_back(result.plan->schema()->column(i));
  for (const Expr& condition : pulled->conditions) {
    ARROW_ASSIGN_OR_RAISE(Expr next, Substitute(condition, *pulled->plan->schema(), columns));
    // What was outside is now beside it.
    ARROW_ASSIGN_OR_RAISE(next, RewriteUp(next, [](const Expr& part) -> Result<Expr> {
                            if (part.kind() != ExprKind::kOuterColumn) return part;
                            return MakeExpr(ExprKind::kColumn, {}, part->as<ColumnRef>());
                          }));
    result.conditions.push_back(std::move(next));
  }
  return result;
}

}  // namespace bowstring::optimizer
