// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"
#include "optimizer/pull_up.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

/// A conjunct that is one test of a subquery: IN or EXISTS, under any number of NOTs.
struct Test {
  Expr expr;
  bool negated = false;
};

std::optional<Test> TestOf(const Expr& conjunct) {
  Test test{conjunct, false};
  while (test.expr.kind() == ExprKind::kNot) {
    test.negated = !test.negated;
    test.expr = Expr(test.expr.children()[0]);
  }
  if (test.expr.kind() != ExprKind::kInSubquery && test.expr.kind() != ExprKind::kExists) return std::nullopt;
  test.negated ^= test.expr->as<SubqueryPlan>().negated;
  return test;
}

/// The plan joined to the subquery; none where it can't be.
Result<std::optional<PlanPtr>> JoinTo(const PlanPtr& plan, const Test& test, const std::string& alias) {
  const auto& subquery = test.expr->as<SubqueryPlan>();
  ARROW_ASSIGN_OR_RAISE(std::optional<PulledUp> pulled, PullUp(subquery.plan, alias));
  if (!pulled) return std::nullopt;
  const JoinType type = test.negated ? JoinType::kLeftAnti : JoinType::kLeftSemi;
  if (test.expr.kind() == ExprKind::kExists) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr join, JoinOnConditions(plan, pulled->plan, type, pulled->conditions));
    return join;
  }
  const Expr& operand = test.expr.children()[0];
  if (!Deterministic(operand)) return std::nullopt;
  const Expr value = pulled->plan->schema()->column(0);
  if (!test.negated) {
    std::vector<Expr> conditions = pulled->conditions;
    conditions.insert(conditions.begin(), Binary(BinaryOp::kEq, operand, value));
    ARROW_ASSIGN_OR_RAISE(PlanPtr join, JoinOnConditions(plan, pulled->plan, type, conditions));
    return join;
  }
  // NOT IN: a NULL among the values, or as the operand, is no answer; so it is more than an anti join, except where neither can be.
  if (!pulled->conditions.empty()) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(PlanPtr join, Join::Make(plan, pulled->plan, type, {{operand, value}}, {}, {.null_aware = true}));
  return join;
}

}  // namespace

/// Filters by IN (SELECT ...) and EXISTS become semi and anti joins.
Result<PlanPtr> DecorrelatePredicateSubquery(const PlanPtr& plan) {
  int made = 0;
  return TransformUp(plan, [&](const PlanPtr& node) -> Result<PlanPtr> {
    const auto* filter = node->TryAs<Filter>();
    if (filter == nullptr) return node;
    PlanPtr input = filter->input();
    std::vector<Expr> rest;
    for (const Expr& conjunct : SplitConjuncts(filter->predicate)) {
      const std::optional<Test> test = TestOf(conjunct);
      std::optional<PlanPtr> joined;
      if (test) {
        ARROW_ASSIGN_OR_RAISE(joined, JoinTo(input, *test, FreshAlias(*plan, made + 1)));
      }
      if (joined) {
        input = *std::move(joined);
        ++made;
      } else {
        rest.push_back(conjunct);
      }
    }
    if (input == filter->input()) return node;
    return rest.empty() ? Result<PlanPtr>(input) : Filter::Make(std::move(input), And(std::move(rest)));
  });
}

}  // namespace bowstring::optimizer
