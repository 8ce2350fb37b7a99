// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "base/spill.h"
#include "exec/join_core.h"

namespace bowstring::exec {

/// Both sides of a join on disk, by partitions of the hash (bits that neither slots, tags nor bloom filters use). Once one worker has spilled,
/// all of the build side goes this way, and the probe side after it; the partitions are joined one by one after the last probe row.
class JoinSpill {
 public:
  static constexpr int kPartitions = 32;

  JoinSpill(std::shared_ptr<const JoinPlan> plan, QueryMemory* memory, std::shared_ptr<SpillSpace> space);

  /// Writes out all rows of a part. Any worker. On failure none of them counts as written.
  arrow::Status AddBuild(TaskContext& context, const JoinPart& part);
  /// Writes out a probe batch. Each worker its own file. On failure none of its rows counts as written.
  arrow::Status AddProbe(TaskContext& context, const Batch& batch);

  /// Below: after the last of these.
  int64_t build_pieces(int partition) const { return static_cast<int64_t>(build_[partition].size()); }
  int64_t probe_pieces(int partition) const { return static_cast<int64_t>(probe_[partition].size()); }
  /// Reads a piece of the build side into `part`.
  arrow::Status LoadBuild(int partition, int64_t piece, JoinPart* part, arrow::MemoryPool* pool) const;
  /// A piece of the probe side: its columns, and then each row's place.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> LoadProbe(int partition, int64_t piece, arrow::MemoryPool* pool) const;
  /// Whether the partition can give any row.
  bool Matters(int partition) const;

 private:
  struct Piece {
    std::shared_ptr<SpillFile> file;
    int64_t batch = 0;
  };
  static int PartitionOf(uint64_t hash) { return static_cast<int>(hash >> 24 & (kPartitions - 1)); }

  const std::shared_ptr<const JoinPlan> plan_;
  QueryMemory* const memory_;
  const std::shared_ptr<SpillSpace> space_;
  std::shared_ptr<arrow::Schema> build_schema_, probe_schema_;
  std::mutex mutex_;  // guards the lists of pieces
  std::array<std::vector<Piece>, kPartitions> build_, probe_;
  std::array<std::shared_ptr<SpillFile>, 512> worker_files_;  // a worker touches its own only
};

/// The partitions' rows. Where the join is ordered they are sorted by the places of their probe rows first.
arrow::Result<std::shared_ptr<Source>> MakeJoinSpillSource(std::shared_ptr<JoinCore> core);

}  // namespace bowstring::exec
