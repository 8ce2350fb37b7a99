// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include <bowstring/dynamic_filter.h>

#include "base/spill.h"
#include "exec/join_shape.h"

namespace bowstring::exec {

struct JoinSpec {
  JoinShape shape;
  std::vector<std::shared_ptr<const BoundExpr>> probe_keys, build_keys;  ///< pairwise of one logical type
  bool null_equals_null = false;  ///< set operations, IS NOT DISTINCT FROM
  /// kLeftAnti, kLeftMark with one key: NOT IN. A NULL on the build side, or a NULL probe key against any build row, is "unknown":
  /// an anti join drops the row, the mark is NULL.
  bool null_aware = false;
  bool filters = false;  ///< a scan will ask JoinPair::filter
  bool ordered = true;  ///< output follows the probe side's order even when the join spills
};

struct JoinPair {
  std::shared_ptr<Sink> build;      ///< ends the build pipeline; the probe's pipeline depends on it
  std::shared_ptr<Operator> probe;
  /// The build side's keys, for the probe side's scan: constant once ready, which is after the build's jobs. Of rows without a match about
  /// 1 in 100 passes. Null where such rows come out as well.
  std::shared_ptr<const DynamicFilter> filter;
};

/// A hash join. Output keeps the probe side's order, matches of one probe row come in the build side's order; unmatched build rows come last
/// (in no order that is promised). The build side spills when memory is short; then the probe side follows, and all rows come out of the
/// operator's tail.
arrow::Result<JoinPair> MakeHashJoin(JoinSpec spec, QueryMemory* memory, std::shared_ptr<SpillSpace> spill);

}  // namespace bowstring::exec
