// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "exec/join_plan.h"
#include "exec/key_bits.h"

namespace bowstring::exec {

/// Build rows by key. Built in two rounds of parallel work (Partition, then Insert), then read by any thread.
///
/// A slot is the address of the first row of its key, with 16 bits of the hash above it. Integers in a narrow range have the address alone: at the
/// key's place in the range, or, in a range with gaps and where no key comes twice or one row of it is enough, at the key's rank (KeyBits). Rows of
/// one key are chained in the order of their places, whoever builds: each region of slots is filled by one job, from the last row to the first.
class JoinTable {
 public:
  JoinTable(const JoinPlan* plan, arrow::MemoryPool* pool) : plan_(plan), pool_(pool) {}

  /// Takes rows, sorts segments by place. `range` of the only key's word as a signed number, where `narrow` says that there is one.
  arrow::Status Prepare(std::vector<JoinSegment> segments, bool narrow, KeyRange range);
  /// Then, where scans will ask: sets of the integer keys, whose ranges these are, so far as there is memory for them.
  void PrepareBits(const std::vector<KeyRange>& ranges);
  int64_t blocks() const { return static_cast<int64_t>(blocks_.size()); }
  int64_t regions() const { return regions_; }
  arrow::Status Partition(int64_t block);
  /// After all blocks. False: keys that were taken for single ones aren't, and all blocks are to be partitioned once more. OutOfMemory: that would
  /// take more than `room` bytes, or there is no memory.
  arrow::Result<bool> EndPartition(int64_t room);
  arrow::Status Insert(int64_t region);
  /// After all regions, once.
  void Close();
  /// All of the above, on this thread.
  arrow::Status Build(std::vector<JoinSegment> segments, bool narrow, KeyRange range);

  /// Bytes that building a table of so many rows takes, beyond them, at most.
  static int64_t Estimate(int64_t rows);
  /// The same of keys that are known as Prepare has them, if none comes twice.
  int64_t Estimate(int64_t rows, bool narrow, const KeyRange& range) const;

  /// Forgets everything.
  void Reset();

  /// First rows of the keys of a block; null where there are none.
  void Find(const JoinKeyBlock& block, int64_t n, const uint8_t** heads) const;
  /// Writes ascending those of `n` rows of a block whose keys may be in the table; returns their count. By the bloom filter where there is one, else
  /// by looking them up.
  int64_t Select(const JoinKeyBlock& block, int64_t n, int32_t* rows) const;

  /// The values of key `k` alone; null where no set of them was made.
  const KeyBits* bits(size_t k) const { return k < bits_.size() && bits_[k] ? &bits_[k] : nullptr; }

  const std::vector<JoinSegment>& segments() const { return segments_; }
  int64_t rows() const { return rows_; }
  int64_t keyed_rows() const { return keyed_rows_.load(std::memory_order_relaxed); }
  int64_t bytes() const;

 private:
  struct Entry {
    uint64_t hash;
    uint8_t* row;
  };
  struct Block {
    size_t segment = 0;
    int64_t offset = 0, rows = 0;
    std::shared_ptr<arrow::Buffer> entries;
    std::vector<uint32_t> begin;  // of each region
  };
  enum class Form : uint8_t { kHashed, kDense, kRanked };
  static constexpr int64_t kGroup = 256;  // keys that are looked up side by side

  static uint8_t* RowOf(uint64_t slot) { return reinterpret_cast<uint8_t*>(slot & ((uint64_t{1} << 48) - 1)); }

  Form FormOf(int64_t rows, bool narrow, const KeyRange& key) const;
  arrow::Status Allocate(Form form, const KeyRange& key);
  // take(row): every row of a block that has a key.
  template <typename Take>
  void EachKeyed(const Block& block, Take take) const;
  void Mark(const Block& block);
  void Rank(const Block& block);
  uint64_t SlotOf(uint64_t hash) const { return form_ == Form::kDense ? hash : hash >> slot_shift_; }
  void FindHashed(const JoinKeyBlock& block, const int32_t* rows, int64_t n, const uint8_t** heads) const;
  void FindDense(const JoinKeyBlock& block, int64_t n, const uint8_t** heads) const;
  void FindRanked(const JoinKeyBlock& block, int64_t n, const uint8_t** heads) const;
  bool InBloom(uint64_t hash) const {
    const uint64_t bits = uint64_t{1} << (hash & 63) | uint64_t{1} << (hash >> 6 & 63) | uint64_t{1} << (hash >> 12 & 63) |
                          uint64_t{1} << (hash >> 18 & 63);
    return (bloom_words_[hash >> bloom_shift_] & bits) == bits;
  }
  bool SameKey(const JoinKeyBlock& block, int64_t i, const uint8_t* row) const;

  const JoinPlan* plan_;
  arrow::MemoryPool* pool_;
  std::vector<JoinSegment> segments_;
  int64_t rows_ = 0;
  std::atomic<int64_t> keyed_rows_{0};
  std::vector<Block> blocks_;
  int64_t regions_ = 1;
  Form form_ = Form::kHashed;
  std::atomic<bool> repeated_{false};  // ranked: a key has come twice
  bool bloom_first_ = false;  // probes ask the filter before the slots
  int64_t dense_min_ = 0;
  uint64_t slot_count_ = 0, region_slots_ = 0;
  int slot_shift_ = 0, region_shift_ = 0, bloom_shift_ = 0;
  std::shared_ptr<arrow::Buffer> slot_buffer_, bloom_buffer_;
  std::vector<KeyBits> bits_;
  uint64_t* slots_ = nullptr;
  uint64_t* bloom_words_ = nullptr;
  std::vector<std::vector<Entry>> overflow_;  // by region: rows whose probe sequence leaves it
  mutable std::atomic<uint32_t> bloom_tested_{0}, bloom_passed_{0};
};

}  // namespace bowstring::exec
