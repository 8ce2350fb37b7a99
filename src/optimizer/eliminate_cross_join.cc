// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

/// Inner joins grouped in any way, as one list of inputs and one of conditions.
struct Flat {
  std::vector<PlanPtr> inputs;
  std::vector<Expr> conditions;
  bool crosses = false;  // one of the joins has no key
};

bool Flattens(const LogicalPlan& plan) {
  const auto* join = plan.TryAs<Join>();
  return join != nullptr && join->type == JoinType::kInner && !join->nulls_equal && !join->null_aware;
}

void Flatten(const PlanPtr& plan, Flat* flat) {
  if (!Flattens(*plan)) {
    flat->inputs.push_back(plan);
    return;
  }
  const Join& join = plan->As<Join>();
  Flatten(join.input(0), flat);
  Flatten(join.input(1), flat);
  flat->crosses |= join.on.empty();
  for (const auto& [a, b] : join.on) flat->conditions.push_back(Binary(BinaryOp::kEq, a, b));
  if (join.filter) {
    for (const Expr& conjunct : SplitConjuncts(*join.filter)) flat->conditions.push_back(conjunct);
  }
}

/// Whether the condition is `x = y` with x over one plan and y over the other.
bool Connects(const Expr& condition, const LogicalPlan& left, const LogicalPlan& right) {
  if (condition.kind() != ExprKind::kBinary || condition->as<BinaryOp>() != BinaryOp::kEq || !Deterministic(condition)) return false;
  const Expr &a = condition.children()[0], &b = condition.children()[1];
  if (!Contains(a, ExprKind::kColumn) || !Contains(b, ExprKind::kColumn)) return false;
  return (Covers(*left.schema(), a) && Covers(*right.schema(), b)) || (Covers(*left.schema(), b) && Covers(*right.schema(), a));
}

Result<PlanPtr> Reorder(const PlanPtr& node) {
  const auto* filter = node->TryAs<Filter>();
  const PlanPtr& top = filter != nullptr ? filter->input() : node;
  if (!Flattens(*top)) return node;
  Flat flat;
  Flatten(top, &flat);
  if (!flat.crosses) return node;
  std::vector<Expr> above;
  if (filter != nullptr) {
    for (const Expr& conjunct : SplitConjuncts(filter->predicate)) {
      (Deterministic(conjunct) ? flat.conditions : above).push_back(conjunct);
    }
  }
  PlanPtr current = flat.inputs[0];
  std::vector<PlanPtr> left(flat.inputs.begin() + 1, flat.inputs.end());
  while (!left.empty()) {
    const auto connected = std::find_if(left.begin(), left.end(), [&](const PlanPtr& input) {
      return std::any_of(flat.conditions.begin(), flat.conditions.end(),
                         [&](const Expr& condition) { return Connects(condition, *current, *input); });
    });
    const auto next = connected != left.end() ? connected : left.begin();
    const PlanPtr input = *next;
    left.erase(next);
    ARROW_ASSIGN_OR_RAISE(const SchemaPtr both, Join::BothSides(*current, *input));
    std::vector<Expr> now, later;
    for (const Expr& condition : flat.conditions) {
      const bool reads = Contains(condition, ExprKind::kColumn) && Deterministic(condition);
      (reads && Covers(*both, condition) ? now : later).push_back(condition);
    }
    ARROW_ASSIGN_OR_RAISE(current, JoinOnConditions(current, input, JoinType::kInner, now));
    flat.conditions = std::move(later);
  }
  above.insert(above.begin(), flat.conditions.begin(), flat.conditions.end());
  if (!above.empty()) {
    ARROW_ASSIGN_OR_RAISE(current, Filter::Make(std::move(current), And(std::move(above))));
  }
  const std::vector<Expr> columns = AllColumns(*node);
  return EqualExprs(columns, AllColumns(*current)) ? Result<PlanPtr>(current) : Projection::Make(std::move(current), columns);
}

}  // namespace

/// Tables listed with commas are joined in an order in which each has a key to those before it, as far as there is one.
Result<PlanPtr> EliminateCrossJoin(const PlanPtr& plan) {
  return TransformDown(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, Reorder(node));
    return next->Equals(*node) ? node : next;
  });
}

}  // namespace bowstring::optimizer
