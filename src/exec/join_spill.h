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

class JoinPartWriter;

/// How far a probe batch has been written out. A failed step goes on where it stopped.
struct JoinProbeSplit {
  bool ready = false;
  std::array<std::vector<int32_t>, 16> rows;  ///< by partition on disk, among the batch's selected rows
  std::vector<int32_t> resident;              ///< rows of partitions in memory
  int next = 0;                               ///< partition
  void Clear() {
    ready = false;
    next = 0;
    for (auto& r : rows) r.clear();
    resident.clear();
  }
};

/// Both sides of a join on disk, by partitions of the hash: bits that neither slots, tags nor bloom filters use, other ones at each level.
class JoinSpill {
 public:
  static constexpr int kPartitions = 16, kLevels = 4;

  JoinSpill(std::shared_ptr<const JoinPlan> plan, QueryMemory* memory, std::shared_ptr<SpillSpace> space, int level = 0);
  int level() const { return level_; }
  const std::shared_ptr<arrow::Schema>& build_schema() const { return build_schema_; }

  struct Piece {
    std::shared_ptr<SpillFile> file;
    int64_t batch = 0, rows = 0;
  };
  /// What one side has of a partition.
  struct Share {
    std::vector<Piece> pieces;
    int64_t rows = 0, bytes = 0;  ///< bytes in memory, roughly
    void Add(Piece piece, int64_t size) {
      rows += piece.rows;
      bytes += size;
      pieces.push_back(std::move(piece));
    }
  };

  /// Writes the rows of a probe batch whose partitions aren't `resident` (bits), or that may still come out although they match nothing. `placed`:
  /// the batch has its rows' places as its last two columns. On failure `split` says how far it came; whoever calls again gives the same batch.
  arrow::Status AddProbe(TaskContext& context, const Batch& batch, bool placed, uint32_t resident, JoinProbeSplit* split);

  /// Below: after the last of these.
  const Share& build(int partition) const { return build_[partition]; }
  const Share& probe(int partition) const { return probe_[partition]; }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> ReadBuild(int partition, int64_t piece, arrow::MemoryPool* pool) const;
  /// Rows of ReadBuild into `part`: all or nothing.
  arrow::Status StoreBuild(const arrow::RecordBatch& batch, JoinPart* part) const;
  arrow::Status LoadBuild(int partition, int64_t piece, JoinPart* part, arrow::MemoryPool* pool) const;
  /// A piece of the probe side: its columns, and then each row's place.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> LoadProbe(int partition, int64_t piece, arrow::MemoryPool* pool) const;
  /// Whether the partition can give any row.
  bool Matters(int partition) const;
  /// A partition's build side as other pieces of the same rows.
  void ReplaceBuild(int partition, Share share) { build_[partition] = std::move(share); }

 private:
  friend class JoinPartWriter;
  int PartitionOf(uint64_t hash) const { return static_cast<int>(hash >> shift_ & (kPartitions - 1)); }

  const std::shared_ptr<const JoinPlan> plan_;
  QueryMemory* const memory_;
  const std::shared_ptr<SpillSpace> space_;
  const int level_, shift_;
  std::shared_ptr<arrow::Schema> build_schema_, probe_schema_;
  std::mutex mutex_;  // guards the lists of pieces while they grow
  std::array<Share, kPartitions> build_, probe_;
  std::array<std::shared_ptr<SpillFile>, 512> worker_files_;  // a worker touches its own only
};

/// Writes a part of the build side out, piece by piece: a failed call keeps what was written before it. One thread at a time.
class JoinPartWriter {
 public:
  /// `file`: where to, made when it is needed; others may write to it before and after, not in between.
  JoinPartWriter(JoinSpill* spill, std::shared_ptr<JoinPart> part, std::shared_ptr<SpillFile>* file)
      : spill_(spill), part_(std::move(part)), file_(file) {}
  /// True: all rows are written and the part is given up. False: asked to stop, which is heeded unless `whole`.
  arrow::Result<bool> Run(TaskContext& context, bool whole);
  int64_t bytes() const { return part_ ? part_->store.bytes() : 0; }

 private:
  struct Ref {
    const uint8_t* row;
    int64_t segment;
  };
  arrow::Status NextWindow();
  arrow::Result<int64_t> WritePiece(const Ref* rows, int64_t n);

  JoinSpill* const spill_;
  std::shared_ptr<JoinPart> part_;
  std::shared_ptr<SpillFile>* const file_;
  size_t segment_ = 0;  // the first row that is in no window yet
  int64_t offset_ = 0, taken_ = 0;
  std::shared_ptr<arrow::Buffer> window_;  // references by partition
  std::array<int64_t, JoinSpill::kPartitions + 1> begin_{};
  int partition_ = 0;   // the next row of the window to be written
  int64_t done_ = 0;
  std::array<JoinSpill::Share, JoinSpill::kPartitions> pieces_;
};

/// The rows of partitions on disk, and before them the unmatched ones of partitions in memory. Where the join is ordered they are sorted by the
/// places of their probe rows first.
arrow::Result<std::shared_ptr<Source>> MakeJoinSpillSource(std::shared_ptr<JoinCore> core);

/// Whether the rows of a join that spills go through a sort: then none of its partitions stays in memory.
bool JoinSpillSorts(const JoinPlan& plan);

}  // namespace bowstring::exec
