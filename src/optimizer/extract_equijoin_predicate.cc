// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/builder.h"
#include "logical/join.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using logical::Join;

/// Conjuncts `left = right` of a join's filter become keys.
Result<PlanPtr> ExtractEquijoinPredicate(const PlanPtr& plan) {
  return TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    const auto* join = node->TryAs<Join>();
    // NULL keys of set operations are equal, those of `=` aren't: they can't be mixed.
    if (join == nullptr || !join->filter || join->nulls_equal || join->null_aware) return node;
    ARROW_ASSIGN_OR_RAISE(PlanPtr split,
                          logical::JoinOnConditions(join->input(0), join->input(1), join->type, {*join->filter}));
    const Join& found = split->As<Join>();
    if (found.on.empty()) return node;
    std::vector<std::pair<Expr, Expr>> on = join->on;
    on.insert(on.end(), found.on.begin(), found.on.end());
    return Join::Make(join->input(0), join->input(1), join->type, std::move(on), found.filter, {.constraint = join->constraint});
  });
}

}  // namespace bowstring::optimizer
