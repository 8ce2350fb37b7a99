// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include "base/spill.h"
#include "exec/join_shape.h"

namespace bowstring::exec {

struct NestedLoopJoinPair {
  std::shared_ptr<Sink> build;
  std::shared_ptr<Operator> probe;
};

/// A join on any condition, or on none: a cross join. Order as MakeHashJoin's. The build side's batches spill when memory is short and are read
/// back one after the other.
arrow::Result<NestedLoopJoinPair> MakeNestedLoopJoin(JoinShape shape, QueryMemory* memory, std::shared_ptr<SpillSpace> spill);

}  // namespace bowstring::exec
