// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/union.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;

/// A union of unions is one union.
Result<PlanPtr> OptimizeUnions(const PlanPtr& plan) {
  return TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    if (node->kind() != PlanKind::kUnion) return node;
    std::vector<PlanPtr> inputs;
    for (const PlanPtr& input : node->inputs()) {
      if (input->kind() == PlanKind::kUnion) {
        inputs.insert(inputs.end(), input->inputs().begin(), input->inputs().end());
      } else {
        inputs.push_back(input);
      }
    }
    if (inputs.size() == node->inputs().size()) return node;
    ARROW_ASSIGN_OR_RAISE(PlanPtr flat, logical::Union::Make(std::move(inputs)));
    // Names come from the first input: those of the nested union's first.
    return flat->schema()->Equals(*node->schema()) ? flat : node;
  });
}

}  // namespace bowstring::optimizer
