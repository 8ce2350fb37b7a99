// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/nested_loop_join.h"

#include <bowstring/error.h>

namespace bowstring::exec {

arrow::Result<NestedLoopJoinPair> MakeNestedLoopJoin(JoinShape, QueryMemory*, std::shared_ptr<SpillSpace>) {
  return bowstring::Error(ErrorKind::kNotImplemented, "joins without an equality between the two sides");
}

}  // namespace bowstring::exec
