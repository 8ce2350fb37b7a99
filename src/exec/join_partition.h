// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include "exec/join_spill.h"

namespace bowstring::exec {

/// The join of one partition that is on disk, in steps.
class PartitionJoin {
 public:
  virtual ~PartitionJoin() = default;
  /// As a cursor's.
  virtual arrow::Result<Step> Next(TaskContext& context, Batch* out) = 0;
};

/// `plan`: of the partitions, perhaps with places. `pairs_ordered`: matches of one probe row come in the build side's order even where they lie in
/// several chunks.
std::unique_ptr<PartitionJoin> MakePartitionJoin(std::shared_ptr<JoinCore> whole, std::shared_ptr<const JoinPlan> plan, int partition,
                                                 bool pairs_ordered);

}  // namespace bowstring::exec
