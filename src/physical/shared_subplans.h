// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <vector>

#include "logical/plan.h"

namespace bowstring::physical {

/// Parts of a plan that stand in it several times and are better computed once, their rows kept for all readers.
struct SharedSubplans {
  std::map<const LogicalPlan*, int> part_of;  ///< each place of a shared part -> the part
  std::vector<int> readers;                   ///< of each part

  bool empty() const { return readers.empty(); }
};

/// Chooses them: equal in structure, the same rows each time, no longer than what they are made of, and nothing that only some of the
/// readers narrow down. `dynamic_filters`: whether joins above narrow down the scans below.
SharedSubplans FindSharedSubplans(const PlanPtr& plan, bool dynamic_filters);

/// The plan with parts that differ in columns alone (each reader's unused ones are left out of its own) made equal, where
/// FindSharedSubplans would then choose them.
PlanPtr MergeSimilarSubplans(PlanPtr plan, bool dynamic_filters);

}  // namespace bowstring::physical
