// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/aggregate_function.h>

#include "base/spill.h"
#include "exec/direct_index.h"
#include "exec/gate.h"
#include "exec/group_layout.h"
#include "exec/group_table.h"
#include "exec/pipeline.h"

namespace bowstring::exec {

/// Groups on disk: one batch of a file, keys then states.
struct GroupRun {
  std::shared_ptr<SpillFile> file;
  int64_t batch = 0;
  int64_t bytes = 0;  ///< of memory that the rows took
};

/// What all tables of one aggregate have in common. Immutable.
struct GroupPlan {
  GroupLayout layout;
  std::vector<std::shared_ptr<const AggregateKernel>> kernels;
  std::shared_ptr<arrow::Schema> output;    ///< keys (outward types), results
  std::shared_ptr<arrow::Schema> serialized;  ///< keys, states: what runs hold
  std::vector<int> first_state_column;      ///< of each kernel, in `serialized`
  std::shared_ptr<SpillSpace> spill;        ///< may be null
  QueryMemory* memory = nullptr;
  int64_t partition_bytes = 0;
  std::string name;
  bool skip_marked = false;                 ///< groups whose first state isn't zero don't go out (DISTINCT's, that have gone already)
  std::vector<int> order;                   ///< column of the output -> key or kernel (keys first); empty: as they are

  /// `results`: name, type and nullability of each kernel's column.
  static arrow::Result<std::shared_ptr<GroupPlan>> Make(const std::vector<std::shared_ptr<arrow::Field>>& keys,
                                                        std::vector<std::shared_ptr<const AggregateKernel>> kernels,
                                                        const std::vector<std::shared_ptr<arrow::Field>>& results, std::shared_ptr<SpillSpace> spill,
                                                        QueryMemory* memory, int64_t partition_bytes, std::string name);
  GroupRows Rows(const GroupTable& table, uint8_t* const* rows, int64_t n) const;
  void Destroy(const GroupStore& store) const;
};

/// Writes a store's groups as batches of `file`, adds them to `runs` and clears the store. On failure the store is as before.
arrow::Status SpillStore(const GroupPlan& plan, GroupStore* store, const std::shared_ptr<SpillFile>& file, std::vector<GroupRun>* runs,
                         arrow::MemoryPool* pool);
/// Joins the groups of a run into a table.
arrow::Status LoadRun(const GroupPlan& plan, const GroupRun& run, GroupTable* table, arrow::MemoryPool* pool);

/// One aggregate call, as columns of the input.
struct GroupCall {
  int kernel = 0;
  std::vector<int> columns;
  int filter = -1;
};
/// Which keys a grouping set has, and its number. The layout's last key is the number then.
struct GroupSet {
  std::vector<bool> present;
  uint32_t id = 0;
};
struct GroupInput {
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  int64_t rows = 0;
  Seq seq;
  int64_t first_row = 0;
  const int32_t* row_numbers = nullptr;
};

/// The groups that one worker has met.
class GroupWorker final : public Holder {
 public:
  explicit GroupWorker(std::shared_ptr<const GroupPlan> plan);
  ~GroupWorker() override;

  /// Takes rows whose keys are the columns `keys`, once for each grouping set (none: once, whole). All or nothing; kNeedInput or kParked.
  arrow::Result<Step> Consume(TaskContext& context, const GroupInput& input, const std::vector<int>& keys, const std::vector<GroupSet>& sets,
                              const std::vector<GroupCall>& calls);
  /// Makes the group that has no key of its own: of no keys at all (null), or of an empty grouping set.
  arrow::Status AddEmptyGroup(const GroupSet* set, arrow::MemoryPool* pool);

  int64_t Evictable() const noexcept override;
  arrow::Result<int64_t> Evict(TaskContext& context, int64_t want) override;
  std::string holder_name() const override { return plan_->name; }

  /// For the output: after the last Consume. Unregisters.
  void Close();
  GroupTable& table() { return table_; }
  std::vector<GroupRun>& runs(int partition) { return runs_[static_cast<size_t>(partition)]; }

 private:
  arrow::Status Update(TaskContext& context, const GroupInput& input, const std::vector<int>& keys, const std::vector<GroupSet>& sets,
                       const std::vector<GroupCall>& calls);
  arrow::Status FindRows(const std::vector<std::shared_ptr<arrow::ArrayData>>& columns, int64_t n, const std::vector<bool>* present,
                         DirectIndex* index, uint8_t** rows, uint64_t* hashes, arrow::MemoryPool* pool);
  arrow::Result<int64_t> Spill(TaskContext& context);

  const std::shared_ptr<const GroupPlan> plan_;
  Gate gate_;
  GroupTable table_;
  std::deque<DirectIndex> direct_;  // one a grouping set
  std::array<std::vector<GroupRun>, GroupTable::kPartitions> runs_;
  std::shared_ptr<SpillFile> file_;
  std::atomic<int64_t> bytes_{0}, wish_{0};
  bool registered_ = true;
};

/// Groups whose hashes share some bits, in memory and on disk.
struct GroupPart {
  std::vector<GroupStore> stores;
  bool unique = true;  ///< no key has two rows in `stores`
  std::vector<GroupRun> runs;
};
arrow::Result<std::shared_ptr<Source>> MakeGroupOutput(std::shared_ptr<const GroupPlan> plan, std::vector<GroupPart> parts);
/// The rows of all workers' tables as a source. `workers` aren't used again.
arrow::Result<std::shared_ptr<Source>> MakeGroupOutput(std::shared_ptr<const GroupPlan> plan, const std::vector<std::shared_ptr<GroupWorker>>& workers);

}  // namespace bowstring::exec
