// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include "exec/sort_runs.h"

namespace bowstring::exec {

/// The rows of some runs between two fences, merged. One thread at a time.
class SortMerge {
 public:
  virtual ~SortMerge() = default;
  /// The next rows, in order: at most `most` of them, in the run's form. They live until the next call. None: call again (the step's time is up),
  /// or at the end, when done() says so. On OutOfMemory the call may be made again.
  virtual arrow::Result<int64_t> Next(TaskContext& context, int64_t most, const uint8_t** rows) = 0;
  /// Takes back the last `n` rows that Next gave.
  virtual void Unread(int64_t n) = 0;
  virtual bool done() const = 0;
};

/// `low` and `high` are fences (rows of the plan's fence form), null where open; rows from `low` on, below `high`. `stats` must cover all rows.
std::unique_ptr<SortMerge> MakeSortMerge(const SortPlan& plan, const std::vector<KeyStats>& stats, std::vector<std::shared_ptr<SortRun>> runs,
                                         const uint8_t* low, const uint8_t* high, arrow::MemoryPool* pool);

/// Compares fences: keys, then places.
bool FenceLess(const SortPlan& plan, const uint8_t* a, const uint8_t* b);

}  // namespace bowstring::exec
