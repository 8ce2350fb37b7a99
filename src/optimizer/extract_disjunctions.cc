// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

/// The tables below joins, as far down as a filter may be pushed.
void Sides(const PlanPtr& plan, std::vector<const Schema*>* sides) {
  if (plan->kind() == PlanKind::kFilter) return Sides(plan->input(), sides);
  const auto* join = plan->TryAs<Join>();
  if (join == nullptr || join->type != JoinType::kInner) {
    sides->push_back(plan->schema().get());
    return;
  }
  Sides(join->input(0), sides);
  Sides(join->input(1), sides);
}

/// What an OR over several tables says of one of them alone: (a.x = 1 AND b.y = 2) OR (a.x = 3 AND b.y = 4) asks for a.x = 1 OR a.x = 3.
std::vector<Expr> Implied(const Expr& conjunct, const std::vector<const Schema*>& sides) {
  std::vector<Expr> implied;
  constexpr size_t kMaxBranches = 64;
  if (conjunct.kind() != ExprKind::kBinary || conjunct->as<BinaryOp>() != BinaryOp::kOr || conjunct.children().size() > kMaxBranches ||
      !Deterministic(conjunct)) {
    return implied;
  }
  for (const Schema* side : sides) {
    if (Covers(*side, conjunct)) return {};
    std::vector<Expr> terms;
    for (const Expr& branch : conjunct.children()) {
      std::vector<Expr> own;
      for (const Expr& term : SplitConjuncts(branch)) {
        if (Contains(term, ExprKind::kColumn) && Covers(*side, term)) own.push_back(term);
      }
      if (own.empty()) break;
      Expr all = And(std::move(own));
      const auto same = [&](const Expr& other) { return other.Equals(all); };
      if (std::none_of(terms.begin(), terms.end(), same)) terms.push_back(std::move(all));
      if (&branch == &conjunct.children().back()) implied.push_back(Or(std::move(terms)));
    }
  }
  return implied;
}

}  // namespace

/// Filters over joins get the conjuncts that their ORs imply of single tables; these then go down to them. Once a run: afterwards
/// they can't be told from those that were written.
Result<PlanPtr> ExtractDisjunctions(const PlanPtr& plan, Context& context) {
  if (context.pass != 0) return plan;
  return TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    std::vector<const Schema*> sides;
    std::optional<Expr> predicate;
    if (const auto* filter = node->TryAs<Filter>()) {
      Sides(filter->input(), &sides);
      predicate = filter->predicate;
    } else if (const auto* join = node->TryAs<Join>(); join != nullptr && join->type == JoinType::kInner && join->filter) {
      Sides(node, &sides);
      predicate = join->filter;
    }
    if (!predicate || sides.size() < 2) return node;
    std::vector<Expr> conjuncts = SplitConjuncts(*predicate), more;
    for (const Expr& conjunct : conjuncts) {
      for (Expr& implied : Implied(conjunct, sides)) more.push_back(std::move(implied));
    }
    if (more.empty()) return node;
    conjuncts.insert(conjuncts.end(), more.begin(), more.end());
    if (node->kind() == PlanKind::kFilter) return Filter::Make(node->input(), And(std::move(conjuncts)));
    const Join& join = node->As<Join>();
    return Join::Make(join.input(0), join.input(1), join.type, join.on, And(std::move(conjuncts)),
                      {join.constraint, join.nulls_equal, join.null_aware});
  });
}

}  // namespace bowstring::optimizer
