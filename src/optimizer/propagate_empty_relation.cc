// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/nodes.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

bool NoRows(const PlanPtr& plan) { return plan->kind() == PlanKind::kEmpty && !plan->As<Empty>().one_row; }

Result<PlanPtr> OverJoin(const PlanPtr& node) {
  const Join& join = node->As<Join>();
  const bool left = NoRows(join.input(0)), right = NoRows(join.input(1));
  if (!left && !right) return node;
  bool empty = false;
  switch (join.type) {
    case JoinType::kInner: empty = left || right; break;
    case JoinType::kLeft:
    case JoinType::kLeftAnti: empty = left; break;
    case JoinType::kRight:
    case JoinType::kRightAnti: empty = right; break;
    case JoinType::kFull: empty = left && right; break;
    case JoinType::kLeftSemi:
    case JoinType::kRightSemi: empty = left || right; break;
  }
  if (empty) return Empty::Make(false, node->schema());
  if (join.type == JoinType::kLeftAnti) return join.input(0);
  if (join.type == JoinType::kRightAnti) return join.input(1);
  return node;
}

/// Inputs without rows are left out, but not where the names would change.
Result<PlanPtr> OverUnion(const PlanPtr& node) {
  std::vector<PlanPtr> inputs;
  for (const PlanPtr& input : node->inputs()) {
    if (!NoRows(input)) inputs.push_back(input);
  }
  if (inputs.size() == node->inputs().size()) return node;
  if (inputs.empty()) return Empty::Make(false, node->schema());
  // The columns keep the union's names: the first input gave them, without its tables where others are beside it.
  std::vector<Expr> exprs;
  bool renamed = false;
  const Schema& from = *inputs[0]->schema();
  for (int i = 0; i < from.num_fields(); ++i) {
    const QualifiedField& to = node->schema()->field(i);
    renamed |= from.field(i).field->name() != to.field->name() || from.field(i).relation != to.relation;
    AliasName alias;
    alias.name = to.field->name();
    alias.relation = to.relation;
    exprs.push_back(MakeExpr(ExprKind::kAlias, {from.column(i)}, std::move(alias)));
  }
  if (renamed && (inputs.size() == 1 || NoRows(node->input(0)))) {
    ARROW_ASSIGN_OR_RAISE(inputs[0], Projection::Make(inputs[0], std::move(exprs)));
  }
  return inputs.size() == 1 ? Result<PlanPtr>(inputs[0]) : Union::Make(std::move(inputs));
}

}  // namespace

/// What is made of no rows has none, where that follows from the kind.
Result<PlanPtr> PropagateEmptyRelation(const PlanPtr& plan) {
  return TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    switch (node->kind()) {
      case PlanKind::kProjection:
      case PlanKind::kFilter:
      case PlanKind::kLimit:
      case PlanKind::kSort:
      case PlanKind::kDistinct:
      case PlanKind::kDistinctOn:
      case PlanKind::kWindow:
      case PlanKind::kSubqueryAlias:
      case PlanKind::kUnnest:
      case PlanKind::kRepartition:
        return NoRows(node->input()) ? Empty::Make(false, node->schema()) : Result<PlanPtr>(node);
      case PlanKind::kAggregate:
        if (NoRows(node->input()) && !node->As<Aggregate>().groups.empty() &&
            node->As<Aggregate>().groups[0].kind() != ExprKind::kGroupingSet) {
          return Empty::Make(false, node->schema());
        }
        return node;
      case PlanKind::kJoin: return OverJoin(node);
      case PlanKind::kUnion: return OverUnion(node);
      default: return node;
    }
  });
}

}  // namespace bowstring::optimizer
