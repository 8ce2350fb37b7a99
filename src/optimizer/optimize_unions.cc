// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/distinct.h"
#include "logical/union.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;

namespace {

/// The union's inputs, those of unions among them in their place; under a DISTINCT (`once`) also those of the DISTINCTs among them.
void Flatten(const PlanPtr& plan, bool once, std::vector<PlanPtr>* inputs) {
  for (const PlanPtr& input : plan->inputs()) {
    PlanPtr inner = input;
    while (once && inner->kind() == PlanKind::kDistinct) inner = inner->inputs()[0];
    if (inner->kind() == PlanKind::kUnion) {
      Flatten(inner, once, inputs);
    } else {
      inputs->push_back(inner);
    }
  }
}

}  // namespace

/// A union of unions is one union, and what is made distinct needn't be before.
Result<PlanPtr> OptimizeUnions(const PlanPtr& plan) {
  return TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    const bool once = node->kind() == PlanKind::kDistinct && node->inputs()[0]->kind() == PlanKind::kUnion;
    const PlanPtr& all = once ? node->inputs()[0] : node;
    if (all->kind() != PlanKind::kUnion) return node;
    std::vector<PlanPtr> inputs;
    Flatten(all, once, &inputs);
    if (inputs == all->inputs()) return node;
    ARROW_ASSIGN_OR_RAISE(PlanPtr flat, logical::Union::Make(std::move(inputs)));
    if (once) {
      ARROW_ASSIGN_OR_RAISE(flat, logical::Distinct::Make(std::move(flat)));
    }
    // Names come from the first input: those of the nested union's first.
    return flat->schema()->Equals(*node->schema()) ? flat : node;
  });
}

}  // namespace bowstring::optimizer
