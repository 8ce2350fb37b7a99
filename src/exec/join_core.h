// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "base/spill.h"
#include "exec/join_plan.h"
#include "exec/join_table.h"
#include "exec/key_bits.h"

namespace bowstring::exec {

/// What a worker has collected of the build side.
struct JoinPart {
  explicit JoinPart(const JoinPlan& plan, arrow::MemoryPool* pool) : store(&plan.layout(), pool) {}
  RowStore store;
  std::vector<JoinSegment> segments;
};

/// Facts of the whole build side, from all rows it ever had.
struct JoinFacts {
  int64_t rows = 0;
  bool has_null = false;  ///< in a key
  bool narrow = false;    ///< one key, of integers
  std::vector<KeyRange> ranges;  ///< of each key: known where it is of integers
  void Add(const JoinFacts& other) {
    rows += other.rows;
    has_null |= other.has_null;
    narrow |= other.narrow;
    ranges.resize(std::max(ranges.size(), other.ranges.size()));
    for (size_t k = 0; k < other.ranges.size(); ++k) ranges[k].Add(other.ranges[k]);
  }
  KeyRange range(size_t key) const { return key < ranges.size() ? ranges[key] : KeyRange(); }
};

/// Stores a build batch: all or nothing.
arrow::Status StoreBuildRows(TaskContext& context, const JoinPlan& plan, const Batch& batch, JoinPart* part, JoinFacts* facts);

class JoinSpill;

/// A pass of probe rows over some of the build rows that they may match: which rows have a match is known after the last pass only.
struct JoinPass {
  uint8_t* hits = nullptr;  ///< by selected row of the batch that is probed: has had a match
  bool last = false;
};

/// What build and probe share. Written by the build's sink until `ready`, then read by all; flags in rows are atomic.
struct JoinCore {
  JoinCore(std::shared_ptr<const JoinPlan> p, QueryMemory* m, std::shared_ptr<SpillSpace> s)
      : plan(std::move(p)), memory(m), spill_space(std::move(s)), table(plan.get(), m->pool()) {}
  const std::shared_ptr<const JoinPlan> plan;
  QueryMemory* const memory;
  const std::shared_ptr<SpillSpace> spill_space;
  std::vector<std::shared_ptr<JoinPart>> parts;  // what the table's rows lie in
  JoinTable table;
  JoinFacts facts;
  std::shared_ptr<JoinSpill> spill;  // null: all of the build side is in memory
  uint32_t resident = 0;             // where not: bits of the spill's partitions that are
  const JoinPass* pass = nullptr;    // null: the table has all that rows may match
  std::atomic<bool> ready{false};
};

std::shared_ptr<Sink> MakeJoinBuild(std::shared_ptr<JoinCore> core);
std::shared_ptr<Operator> MakeJoinProbe(std::shared_ptr<JoinCore> core);

/// Build rows by their flags, after all probe rows: `flagged` ones or the others. Probe columns are NULL. Keeps `owner`.
std::shared_ptr<Source> MakeJoinUnmatched(const JoinPlan* plan, const std::vector<JoinSegment>* segments, bool flagged, std::shared_ptr<void> owner);

inline bool Flagged(const JoinPlan& plan, const uint8_t* row) {
  return std::atomic_ref<uint8_t>(const_cast<uint8_t*>(row)[plan.layout().flag()]).load(std::memory_order_relaxed) != 0;
}
inline void SetFlag(const JoinPlan& plan, const uint8_t* row) {
  std::atomic_ref<uint8_t> flag(const_cast<uint8_t*>(row)[plan.layout().flag()]);
  if (flag.load(std::memory_order_relaxed) == 0) flag.store(1, std::memory_order_relaxed);
}

}  // namespace bowstring::exec
