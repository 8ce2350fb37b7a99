// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "exec/limit.h"
#include "physical/planner.h"

namespace bowstring::physical {

arrow::Result<Chain> Planner::PlanLimit(const logical::Limit& node, bool one_lane) {
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(node.input(), one_lane));
  int64_t fetch = node.fetch.value_or(-1);
  if (chain.limited && chain.fetch >= 0) {  // a limit over a limit: rows that the lower one leaves
    const int64_t left = std::max<int64_t>(chain.fetch - node.skip, 0);
    fetch = fetch < 0 ? left : std::min(fetch, left);
  }
  chain.skip = (chain.limited ? chain.skip : 0) + node.skip;
  chain.fetch = fetch;
  chain.limited = true;
  std::string line = "GlobalLimitExec: skip=" + std::to_string(node.skip) + ", fetch=" + (node.fetch ? std::to_string(*node.fetch) : "None");
  const bool memory = chain.bare_memory;
  if (fetch >= 0 && chain.skip <= INT64_MAX - fetch) Append(chain, exec::MakeMorselLimit(chain.physical, chain.skip + fetch));
  chain.bare_memory = memory;
  chain.logical = node.schema();
  chain.text = PlanText{std::move(line), {std::move(chain.text)}};
  return chain;
}

}  // namespace bowstring::physical
