// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/builder.h"
#include "logical/join.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using logical::Join;

namespace {

/// Conjuncts `left IS NOT DISTINCT FROM right` become the keys of a join that has none.
Result<PlanPtr> NullSafeKeys(const PlanPtr& node) {
  const Join& join = node->As<Join>();
  std::vector<std::pair<Expr, Expr>> on;
  std::vector<Expr> rest;
  for (const Expr& term : SplitConjuncts(*join.filter)) {
    if (auto pair = logical::KeyPair(term, BinaryOp::kIsNotDistinctFrom, *join.input(0)->schema(), *join.input(1)->schema())) {
      on.push_back(std::move(*pair));
    } else {
      rest.push_back(term);
    }
  }
  if (on.empty()) return node;
  std::optional<Expr> filter;
  if (!rest.empty()) filter = And(std::move(rest));
  return Join::Make(join.input(0), join.input(1), join.type, std::move(on), std::move(filter), {.constraint = join.constraint, .nulls_equal = true});
}

}  // namespace

/// Conjuncts `left = right` of a join's filter become keys; where there are none, `left IS NOT DISTINCT FROM right` do.
Result<PlanPtr> ExtractEquijoinPredicate(const PlanPtr& plan) {
  return TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    const auto* join = node->TryAs<Join>();
    // NULL keys are equal in the one, and not in the other: they can't be mixed.
    if (join == nullptr || !join->filter || join->nulls_equal || join->null_aware) return node;
    ARROW_ASSIGN_OR_RAISE(PlanPtr split,
                          logical::JoinOnConditions(join->input(0), join->input(1), join->type, {*join->filter}));
    const Join& found = split->As<Join>();
    if (found.on.empty()) return join->on.empty() ? NullSafeKeys(node) : node;
    std::vector<std::pair<Expr, Expr>> on = join->on;
    on.insert(on.end(), found.on.begin(), found.on.end());
    return Join::Make(join->input(0), join->input(1), join->type, std::move(on), found.filter, {.constraint = join->constraint});
  });
}

}  // namespace bowstring::optimizer
