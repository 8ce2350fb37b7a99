// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/distinct.h"
#include "physical/planner.h"

namespace bowstring::physical {

arrow::Result<Chain> Planner::PlanDistinct(const logical::Distinct& node) {
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(node.input(), /*one_lane=*/true));
  ARROW_ASSIGN_OR_RAISE(chain, OneLane(std::move(chain)));
  ARROW_ASSIGN_OR_RAISE(auto op, exec::MakeDistinct(chain.physical, settings_.spill, settings_.memory));
  Append(chain, op);
  chain.logical = node.schema();
  chain.text = PlanText{"AggregateExec: mode=Single, gby=[" + node.schema()->ToString() + "], aggr=[]", {std::move(chain.text)}};
  return chain;
}

}  // namespace bowstring::physical
