// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/filter.h"
#include "physical/planner.h"

namespace bowstring::physical {

arrow::Result<Chain> Planner::PlanFilter(const logical::Filter& node, bool one_lane) {
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(node.input(), one_lane));
  ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
  ARROW_ASSIGN_OR_RAISE(auto predicate, BindCondition(node.predicate, chain));
  Append(chain, exec::MakeFilter(chain.physical, std::move(predicate), settings_.kernel));
  chain.logical = node.schema();
  chain.text = PlanText{"FilterExec: " + node.predicate.ToString(), {std::move(chain.text)}};
  return chain;
}

}  // namespace bowstring::physical
