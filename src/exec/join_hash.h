// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

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
  bool ordered = true;  ///< output follows the probe side's order even when the join spills
};

/// What the build side knows of its keys, for the probe side's scan. Valid (and constant) once `ready`, which is after the build's jobs.
class JoinRuntimeFilter {
 public:
  virtual ~JoinRuntimeFilter() = default;
  virtual bool ready() const noexcept = 0;
  /// No build row has a key that could match.
  virtual bool empty() const noexcept = 0;
  /// Smallest and largest value of key `i`; null where not known (types without a 64-bit order).
  virtual std::shared_ptr<arrow::Scalar> min(int i) const = 0;
  virtual std::shared_ptr<arrow::Scalar> max(int i) const = 0;
  /// Writes ascending those of the `n` rows whose keys may have a match; returns their count. `keys`: all of them, or the only one, arrays
  /// of at least n values. False positives about 1 in 100.
  virtual arrow::Result<int64_t> MayMatch(const std::vector<std::shared_ptr<arrow::Array>>& keys, int64_t n, arrow::MemoryPool* pool,
                                          int32_t* rows) const = 0;
};

struct JoinPair {
  std::shared_ptr<Sink> build;      ///< ends the build pipeline; the probe's pipeline depends on it
  std::shared_ptr<Operator> probe;
  std::shared_ptr<JoinRuntimeFilter> filter;  ///< null where rows without a match come out as well
};

/// A hash join. Output keeps the probe side's order, matches of one probe row come in the build side's order; unmatched build rows come last
/// (in no order that is promised). The build side spills when memory is short; then the probe side follows, and all rows come out of the
/// operator's tail.
arrow::Result<JoinPair> MakeHashJoin(JoinSpec spec, QueryMemory* memory, std::shared_ptr<SpillSpace> spill);

}  // namespace bowstring::exec
