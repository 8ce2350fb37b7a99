// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "exec/shared_rows.h"
#include "physical/planner.h"

namespace bowstring::physical {

// A reader depends on the pipelines that make the rows, and those on no reader: nobody waits for another reader.
arrow::Result<Chain> Planner::PlanShared(const PlanPtr& plan, int number) {
  Part& part = parts_[static_cast<size_t>(number)];
  PlanText text{"SharedResultExec: id=" + std::to_string(number + 1) + ", readers=" + std::to_string(shared_.readers[static_cast<size_t>(number)]),
                {}};
  if (!part.rows) {
    part.planning = true;
    ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(plan, /*one_lane=*/true));
    part.planning = false;
    ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
    text.inputs.push_back(std::move(chain.text));
    auto shared = exec::MakeSharedRows(chain.physical, settings_.memory, settings_.spill);
    part.pipelines = End(std::move(chain), shared.sink);
    part.rows = std::move(shared.rows);
  }
  Chain chain;
  chain.logical = plan->schema();
  chain.physical = part.rows->schema();
  chain.text = std::move(text);
  Branch branch;
  branch.label = "SharedResultExec";
  branch.source = exec::ReadShared(part.rows);
  branch.dependencies.push_back(part.pipelines.front());
  made_.push_back(branch.source.get());
  chain.branches.push_back(std::move(branch));
  return chain;
}

}  // namespace bowstring::physical
