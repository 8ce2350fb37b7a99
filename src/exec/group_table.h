// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/aggregate_function.h>

#include "exec/group_layout.h"

namespace bowstring::exec {

/// Rows of groups in chunks that never move, with the heap that their long keys and growing states lie in. One thread at a time.
class GroupStore {
 public:
  GroupStore(int32_t width, arrow::MemoryPool* pool) : width_(width), pool_(pool), heap_(pool) {}
  GroupStore(GroupStore&&) noexcept = default;
  GroupStore& operator=(GroupStore&&) noexcept;
  ~GroupStore() { Clear(); }

  /// A row, not set.
  arrow::Result<uint8_t*> New();
  /// Takes the last New back.
  void Pop();
  void Clear();
  /// The rows of `other` live on here, `other` is empty then.
  void Adopt(GroupStore&& other);

  int64_t rows() const { return rows_; }
  int64_t bytes() const { return bytes_ + heap_.bytes(); }
  StateHeap& heap() { return heap_; }
  struct Chunk {
    uint8_t* data;
    int32_t rows, capacity;
  };
  const std::vector<Chunk>& chunks() const { return chunks_; }
  /// Calls f(row pointers, count) for up to `block` rows at a time, until it fails.
  template <typename F>
  arrow::Status ForBlocks(int64_t block, F&& f) const {
    std::vector<uint8_t*> rows(static_cast<size_t>(block));
    int64_t n = 0;
    for (const Chunk& chunk : chunks_) {
      for (int32_t i = 0; i < chunk.rows; ++i) {
        rows[static_cast<size_t>(n++)] = chunk.data + static_cast<int64_t>(i) * width_;
        if (n < block) continue;
        ARROW_RETURN_NOT_OK(f(rows.data(), n));
        n = 0;
      }
    }
    return n > 0 ? f(rows.data(), n) : arrow::Status::OK();
  }

 private:
  int32_t width_;
  arrow::MemoryPool* pool_;
  std::vector<Chunk> chunks_;
  int64_t rows_ = 0, bytes_ = 0;
  StateHeap heap_;
};

/// A hash table over the rows of some stores: 8-byte slots of tag, age and address, linear probing, at most half full. Which store a new row
/// goes to is decided by six other bits of its hash. One thread at a time.
///
/// When the slots are full they grow, or are thrown away while the rows stay ("reset"): then a group may get a second row, and whoever reads the
/// stores must join them. It resets where growing would pay little: rows that came lately met almost none of the older groups.
class GroupTable {
 public:
  static constexpr int kPartitionBits = 6, kPartitions = 1 << kPartitionBits;
  /// `level`: which bits choose the store; -1: there is one store.
  GroupTable(const GroupLayout* layout, int level, arrow::MemoryPool* pool);
  ~GroupTable();
  GroupTable(const GroupTable&) = delete;
  GroupTable& operator=(const GroupTable&) = delete;

  static constexpr int PartitionShift(int level) { return 42 - kPartitionBits * level; }
  static constexpr int kLevels = 6;

  /// The row of each key, made where there is none (its state all zero). On OutOfMemory some groups may have been made, which changes no
  /// answer as long as their keys are offered again.
  arrow::Status Find(const KeyBatch& keys, const uint64_t* hashes, int64_t n, uint8_t** rows);
  /// As above, of the keys `picked` only: rows[i] is that of picked[i].
  arrow::Status Find(const KeyBatch& keys, const uint64_t* hashes, const int32_t* picked, int64_t n, uint8_t** rows);
  /// The row with the same key as from[i], or from[i] itself, which belongs to the table from then on. Never resets.
  arrow::Status Absorb(uint8_t* const* from, int64_t n, uint8_t** rows);
  /// Makes Absorb and Find up to this many groups without growing.
  arrow::Status Presize(int64_t groups);

  /// Forgets the slots; rows stay.
  void Reset();
  /// Gives the slots' memory back, too.
  void FreeSlots();
  void set_may_reset(bool may) { may_reset_ = may; }
  /// No row was ever forgotten: each group has one row.
  bool unique() const { return unique_; }
  void set_unique(bool unique) { unique_ = unique; }

  std::vector<GroupStore>& stores() { return stores_; }
  StateHeap* const* heaps() const { return heaps_.data(); }
  int32_t partition_shift() const { return shift_; }
  uint32_t partition_mask() const { return mask_; }
  int64_t rows() const;
  int64_t bytes() const;

 private:
  template <typename Keys>
  arrow::Status FindGroup(const Keys& keys, int64_t begin, int64_t n, uint8_t** rows);
  struct BatchKeys;
  struct PickedKeys;
  struct RowKeys;
  arrow::Status MakeRoom(int64_t more);
  arrow::Status Resize(int bits);
  uint64_t SlotOf(uint64_t hash) const { return (hash * 0xd6e8feb86659fd93u) >> slot_shift_; }

  const GroupLayout* layout_;
  arrow::MemoryPool* pool_;
  std::vector<GroupStore> stores_;
  std::vector<StateHeap*> heaps_;
  int32_t shift_ = 0;
  uint32_t mask_ = 0;
  uint64_t* slots_ = nullptr;
  int slot_bits_ = 0, slot_shift_ = 64;
  int64_t used_ = 0;
  // What growing would pay: since the slots were half full, rows that came, and of these, hits on groups that are older than that.
  int64_t seen_ = 0, old_hits_ = 0;
  uint64_t age_ = 0;
  bool aged_ = false, may_reset_ = true, unique_ = true;
};

/// Rows of a batch by the partition (of level 0) of their hashes: `n` ones that `rows` lists, or the first n. Those of p are picked[begin[p]] up to
/// begin[p + 1], in their order. `begin` has kPartitions + 1 places.
void SplitByPartition(const uint64_t* hashes, const int32_t* rows, int64_t n, int32_t* begin, int32_t* picked);

}  // namespace bowstring::exec
