// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <optional>

#include <arrow/type.h>

#include <bowstring/error.h>

#include "exec/scalar.h"
#include "logical/rewrite.h"
#include "physical/planner.h"

namespace bowstring::physical {

arrow::Result<Expr> Planner::WithSlots(const Expr& expr, Chain& reader) {
  if (!logical::Contains(expr, ExprKind::kScalarSubquery) && !logical::Contains(expr, ExprKind::kExists)) {
    volatile_ = volatile_ || !logical::Deterministic(expr);
    return expr;
  }
  ARROW_ASSIGN_OR_RAISE(Expr ready, logical::RewriteDown(expr, [&](const Expr& part) -> arrow::Result<std::optional<Expr>> {
    if (part.kind() != ExprKind::kScalarSubquery && part.kind() != ExprKind::kExists) return std::optional<Expr>{};
    const auto& subquery = part->as<SubqueryPlan>();
    if (!subquery.outer_columns.empty()) {
      return bowstring::Error(ErrorKind::kNotImplemented, "a correlated subquery in this place: ", part.ToString());
    }
    auto known = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.node == &part.node(); });
    if (known == slots_.end()) {
      const bool exists = part.kind() == ExprKind::kExists;
      auto slot = std::make_shared<ValueSlot>();
      slot->field = exists ? arrow::field("exists", arrow::boolean(), false) : subquery.field;
      ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(subquery.plan, /*one_lane=*/true));
      ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
      PlanText text = std::move(chain.text);
      const auto sink = exists ? exec::MakeScalarExists(slot, subquery.negated) : exec::MakeScalarValue(slot);
      const std::vector<int> made = End(std::move(chain), sink);
      slots_.push_back({part, &part.node(), slot, made.front(), std::move(text)});
      known = slots_.end() - 1;
    }
    for (Branch& branch : reader.branches) {
      auto& needs = branch.dependencies;
      if (std::find(needs.begin(), needs.end(), known->pipeline) == needs.end()) needs.push_back(known->pipeline);
    }
    return std::optional<Expr>(MakeExpr(ExprKind::kSlot, {}, SlotRef{known->slot}));
  }));
  volatile_ = volatile_ || !logical::Deterministic(ready);
  return ready;
}

}  // namespace bowstring::physical
