// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/empty.h"
#include "logical/limit.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;

/// LIMIT 0 gives no rows; OFFSET 0 without a limit is nothing.
Result<PlanPtr> EliminateLimit(const PlanPtr& plan) {
  return TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    const auto* limit = node->TryAs<logical::Limit>();
    if (limit == nullptr) return node;
    if (limit->fetch == 0) return logical::Empty::Make(false, node->schema());
    if (!limit->fetch && limit->skip == 0) return limit->input();
    return node;
  });
}

}  // namespace bowstring::optimizer
