// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "base/spill.h"
#include "exec/sort_rows.h"

namespace bowstring::exec {

/// One sorted run on disk. The first row of each block, its fence, stays in memory.
struct SortRun {
  explicit SortRun(const SortPlan& plan, arrow::MemoryPool* pool) : fence_rows(&plan.fence().layout, pool, true) {}
  std::unique_ptr<SpillFile> file;
  RowStore fence_rows;
  std::vector<const uint8_t*> fences;  // one a block
  int64_t rows = 0;
};

/// The runs of a sort. Add may be called from several workers at once; all else after the last of these.
class SortRuns {
 public:
  SortRuns(std::shared_ptr<const SortPlan> plan, QueryMemory* memory, std::shared_ptr<SpillSpace> spill);
  bool empty() const;
  /// Sorts the rows and writes them out as runs, as few as memory allows. On failure none of them is kept.
  arrow::Status Add(TaskContext& context, const SortRows& rows);
  /// Jobs that merge runs into fewer, while there are more than can be read at once; none when there are few enough.
  arrow::Result<std::vector<std::unique_ptr<Job>>> MergeJobs(TaskContext& context);

  const SortPlan& plan() const { return *plan_; }
  QueryMemory* memory() const { return memory_; }
  int64_t block_bytes() const { return block_bytes_; }  ///< of a run's block: what a merge reads at once
  const std::vector<std::shared_ptr<SortRun>>& runs() const { return runs_; }
  const std::vector<KeyStats>& stats() const { return stats_; }

  /// Writes one run, block by block.
  class Writer {
   public:
    static arrow::Result<Writer> Open(SortRuns* runs);
    /// Rows in the run's form.
    arrow::Status Append(const uint8_t* const* rows, int64_t n, arrow::MemoryPool* pool);
    /// Stored columns and places, in the run's schema.
    arrow::Status Append(const std::shared_ptr<arrow::RecordBatch>& batch, arrow::MemoryPool* pool);
    std::shared_ptr<SortRun> Close() { return std::move(run_); }

   private:
    SortRuns* runs_ = nullptr;
    std::shared_ptr<SortRun> run_;
  };

 private:
  class MergeJob;
  template <int kWords>
  arrow::Status AddSorted(TaskContext& context, const SortRows& rows, const KeyPacking& packing, size_t begin, size_t end,
                          std::vector<std::shared_ptr<SortRun>>* out);

  const std::shared_ptr<const SortPlan> plan_;
  QueryMemory* const memory_;
  const std::shared_ptr<SpillSpace> spill_;
  const int64_t block_bytes_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<SortRun>> runs_;
  std::vector<std::shared_ptr<SortRun>> merged_;  // of the merges that are under way
  std::vector<KeyStats> stats_;
};

/// Merged rows of all runs. One lane; its morsels are ranges of keys.
arrow::Result<std::shared_ptr<Source>> SortRunsSource(std::shared_ptr<SortRuns> runs);
/// The rows between two fences (null: open) but the first `skip`, up to row `most` (below 0: all).
arrow::Result<std::unique_ptr<Cursor>> SortRangeCursor(std::shared_ptr<SortRuns> runs, const uint8_t* low, const uint8_t* high, int64_t skip,
                                                       int64_t most);

}  // namespace bowstring::exec
