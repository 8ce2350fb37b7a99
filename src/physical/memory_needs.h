// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exec/pipeline.h"
#include "physical/plan.h"

namespace bowstring::physical {

/// What a plan takes of its budget.
struct MemoryNeeds {
  struct Node {
    std::string line;
    int depth = 0;
    exec::MemoryUse use;     ///< the largest of its parts
  };
  std::vector<Node> nodes;   ///< as PhysicalPlan::lines
  int64_t least = 0;         ///< bytes that do for the whole plan, if what is unbounded fits. By the widths of columns: texts are taken to be short
  std::string unbounded;     ///< "WindowAggExec: the rows of one partition"; empty: every node is bounded or spills
};

/// `workers` tasks may be open at once, each with its batches.
MemoryNeeds NeedsOf(const PhysicalPlan& plan, int64_t batch_rows, int workers);

}  // namespace bowstring::physical
