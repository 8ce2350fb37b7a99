// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include "base/spill.h"
#include "exec/sort_rows.h"

namespace bowstring::exec {

/// Sorts rows that are all in memory, until it is asked to give them up: then they go to runs on disk, and the output goes on from there. Jobs pack the keys of blocks of rows and split each block by sampled keys; the output's morsel p gathers
/// the p-th share of all blocks, sorts it in cache, and gives out its rows.
class MemorySort {
 public:
  virtual ~MemorySort() = default;
  virtual std::vector<std::unique_ptr<Job>> Jobs() = 0;
  virtual std::shared_ptr<Source> Output() = 0;
};

/// `parts` are taken over when this succeeds.
arrow::Result<std::shared_ptr<MemorySort>> MakeMemorySort(std::shared_ptr<const SortPlan> plan,
                                                          std::vector<std::shared_ptr<SortRows>> parts, QueryMemory* memory,
                                                          std::shared_ptr<SpillSpace> spill);

}  // namespace bowstring::exec
