// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/group_table.h"

#include <algorithm>
#include <utility>

#include <arrow/memory_pool.h>
#include <arrow/status.h>

namespace bowstring::exec {
namespace {

// Below 64 KiB, where the allocator wastes least; small at first, as there are 64 stores a worker.
constexpr int64_t kFirstChunk = 1 << 10, kMostChunk = 60 << 10;

constexpr uint64_t kTag = 0xffff000000000000u, kAge = 7, kAddress = ~(kTag | kAge);
constexpr int kFirstBits = 10;
// From here on a full table may be reset: its slots fill the L2 cache (1 MiB).
constexpr int kResetBits = 17;
// One row in this many must have met an older group for growing to pay. Of keys in any order, 32 Ki groups are met so often if there are fewer than
// about 16 M of them.
constexpr int64_t kWorthwhile = 512;
// Groups of rows whose slots, then rows, are prefetched before they are looked at.
constexpr int kGroup = 256;

inline uint64_t& HashOf(uint8_t* row) { return *reinterpret_cast<uint64_t*>(row); }

}  // namespace

// ---- GroupStore

GroupStore& GroupStore::operator=(GroupStore&& other) noexcept {
  if (this == &other) return *this;
  Clear();
  width_ = other.width_;
  pool_ = other.pool_;
  chunks_ = std::exchange(other.chunks_, {});
  rows_ = std::exchange(other.rows_, 0);
  bytes_ = std::exchange(other.bytes_, 0);
  heap_ = std::move(other.heap_);
  return *this;
}

arrow::Result<uint8_t*> GroupStore::New() {
  if (chunks_.empty() || chunks_.back().rows == chunks_.back().capacity) {
    const int64_t wanted = std::min(kMostChunk, std::max(kFirstChunk, bytes_));
    const int32_t capacity = static_cast<int32_t>(std::max<int64_t>(1, wanted / width_));
    uint8_t* data = nullptr;
    ARROW_RETURN_NOT_OK(pool_->Allocate(static_cast<int64_t>(capacity) * width_, &data));
    chunks_.push_back({data, 0, capacity});
    bytes_ += static_cast<int64_t>(capacity) * width_;
  }
  Chunk& chunk = chunks_.back();
  ++rows_;
  return chunk.data + static_cast<int64_t>(chunk.rows++) * width_;
}

void GroupStore::Pop() {
  --chunks_.back().rows;
  --rows_;
}

void GroupStore::Clear() {
  for (const Chunk& chunk : chunks_) pool_->Free(chunk.data, static_cast<int64_t>(chunk.capacity) * width_);
  chunks_.clear();
  rows_ = bytes_ = 0;
  heap_.Clear();
}

void GroupStore::Adopt(GroupStore&& other) {
  // The chunk that still has room stays the last one.
  chunks_.insert(chunks_.begin(), other.chunks_.begin(), other.chunks_.end());
  rows_ += std::exchange(other.rows_, 0);
  bytes_ += std::exchange(other.bytes_, 0);
  other.chunks_.clear();
  heap_.Adopt(std::move(other.heap_));
}

// ---- GroupTable

GroupTable::GroupTable(const GroupLayout* layout, int level, arrow::MemoryPool* pool) : layout_(layout), pool_(pool) {
  const int partitions = level < 0 ? 1 : kPartitions;
  stores_.reserve(static_cast<size_t>(partitions));
  for (int i = 0; i < partitions; ++i) stores_.emplace_back(layout->width(), pool);
  for (GroupStore& store : stores_) heaps_.push_back(&store.heap());
  shift_ = level < 0 ? 0 : PartitionShift(level);
  mask_ = static_cast<uint32_t>(partitions - 1);
}

GroupTable::~GroupTable() { FreeSlots(); }

int64_t GroupTable::rows() const {
  int64_t rows = 0;
  for (const GroupStore& store : stores_) rows += store.rows();
  return rows;
}

int64_t GroupTable::bytes() const {
  int64_t bytes = slots_ ? int64_t{8} << slot_bits_ : 0;
  for (const GroupStore& store : stores_) bytes += store.bytes();
  return bytes;
}

void GroupTable::FreeSlots() {
  if (used_ > 0) unique_ = false;
  if (slots_) pool_->Free(reinterpret_cast<uint8_t*>(slots_), int64_t{8} << slot_bits_);
  slots_ = nullptr;
  slot_bits_ = 0;
  slot_shift_ = 64;
  used_ = seen_ = old_hits_ = 0;
  aged_ = false;
}

void GroupTable::Reset() {
  if (slots_ && used_ > 0) std::memset(slots_, 0, size_t{8} << slot_bits_);
  if (used_ > 0) unique_ = false;
  used_ = seen_ = old_hits_ = 0;
  aged_ = false;
}

arrow::Status GroupTable::Resize(int bits) {
  uint8_t* data = nullptr;
  ARROW_RETURN_NOT_OK(pool_->Allocate(int64_t{8} << bits, &data));
  std::memset(data, 0, size_t{8} << bits);
  uint64_t* slots = reinterpret_cast<uint64_t*>(data);
  const uint64_t mask = (uint64_t{1} << bits) - 1;
  const int shift = 64 - bits;
  if (used_ > 0) {
    uint64_t moved[kGroup];
    int n = 0;
    const auto move = [&] {
      for (int i = 0; i < n; ++i) {
        const uint64_t hash = HashOf(reinterpret_cast<uint8_t*>(moved[i] & kAddress));
        uint64_t at = (hash * 0xd6e8feb86659fd93u) >> shift;
        while (slots[at]) at = (at + 1) & mask;
        slots[at] = moved[i];
      }
      n = 0;
    };
    for (uint64_t at = 0; at < uint64_t{1} << slot_bits_; ++at) {
      if (!slots_[at]) continue;
      moved[n++] = slots_[at];
      __builtin_prefetch(reinterpret_cast<const void*>(slots_[at] & kAddress));
      if (n == kGroup) move();
    }
    move();
  }
  if (slots_) pool_->Free(reinterpret_cast<uint8_t*>(slots_), int64_t{8} << slot_bits_);
  slots_ = slots;
  slot_bits_ = bits;
  slot_shift_ = shift;
  return arrow::Status::OK();
}

arrow::Status GroupTable::Presize(int64_t groups) {
  int bits = std::max(kFirstBits, slot_bits_);
  while ((int64_t{1} << bits) < (groups + kGroup) * 2) ++bits;
  return bits == slot_bits_ ? arrow::Status::OK() : Resize(bits);
}

arrow::Status GroupTable::MakeRoom(int64_t more) {
  if (!slots_) ARROW_RETURN_NOT_OK(Resize(kFirstBits));
  const int64_t capacity = int64_t{1} << slot_bits_;
  if (!aged_ && used_ * 4 >= capacity) {
    aged_ = true;
    age_ = (age_ + 1) & kAge;
    seen_ = old_hits_ = 0;
  }
  if ((used_ + more) * 2 <= capacity) return arrow::Status::OK();
  if (may_reset_ && slot_bits_ >= kResetBits && aged_ && old_hits_ * kWorthwhile < seen_) {
    Reset();
    return arrow::Status::OK();
  }
  aged_ = false;
  arrow::Status grown = Resize(slot_bits_ + 1);
  if (grown.IsOutOfMemory() && may_reset_) {
    Reset();
    return arrow::Status::OK();
  }
  return grown;
}

struct GroupTable::BatchKeys {
  GroupTable* table;
  const KeyBatch* keys;
  const uint64_t* hashes;
  uint64_t hash(int64_t i) const { return hashes[i]; }

  // A row with its hash, no key bits, an empty state, and room for its long texts.
  arrow::Result<uint8_t*> New(int64_t i) const {
    const GroupLayout& layout = *table->layout_;
    GroupStore& store = table->stores_[(hashes[i] >> table->shift_) & table->mask_];
    ARROW_ASSIGN_OR_RAISE(uint8_t* row, store.New());
    HashOf(row) = hashes[i];
    std::memset(row + 8, 0, static_cast<size_t>(layout.width() - 8));
    if (!layout.has_text()) return row;
    for (size_t k = 0; k < layout.keys().size(); ++k) {
      const KeyField& key = layout.keys()[k];
      if (!key.is_text()) continue;
      const GroupText& text = reinterpret_cast<const GroupText*>(keys->columns[k].values)[i];
      if (text.size <= GroupText::kInline) continue;
      arrow::Result<uint8_t*> room = store.heap().Allocate(text.size);
      if (!room.ok()) {
        store.Pop();
        return room.status();
      }
      reinterpret_cast<GroupText*>(row + key.offset)->data = reinterpret_cast<const char*>(*room);
    }
    return row;
  }
  void Write(const int32_t* positions, uint8_t* const* rows, int64_t n) const { WriteKeys(*table->layout_, *keys, positions, rows, n); }
  void Compare(const int32_t* positions, uint8_t* const* rows, int64_t n, uint8_t* equal) const {
    CompareKeys(*table->layout_, *keys, positions, rows, n, equal);
  }
};

struct GroupTable::PickedKeys {
  BatchKeys batch;
  const int32_t* picked;
  uint64_t hash(int64_t i) const { return batch.hashes[picked[i]]; }
  arrow::Result<uint8_t*> New(int64_t i) const { return batch.New(picked[i]); }
  void Write(const int32_t* positions, uint8_t* const* rows, int64_t n) const {
    int32_t mine[kGroup];
    for (int64_t i = 0; i < n; ++i) mine[i] = picked[positions[i]];
    batch.Write(mine, rows, n);
  }
  void Compare(const int32_t* positions, uint8_t* const* rows, int64_t n, uint8_t* equal) const {
    int32_t mine[kGroup];
    for (int64_t i = 0; i < n; ++i) mine[i] = picked[positions[i]];
    batch.Compare(mine, rows, n, equal);
  }
};

struct GroupTable::RowKeys {
  GroupTable* table;
  uint8_t* const* from;
  uint64_t hash(int64_t i) const { return HashOf(from[i]); }
  arrow::Result<uint8_t*> New(int64_t i) const { return from[i]; }
  void Write(const int32_t*, uint8_t* const*, int64_t) const {}
  void Compare(const int32_t* positions, uint8_t* const* rows, int64_t n, uint8_t* equal) const {
    uint8_t* mine[kGroup];
    for (int64_t i = 0; i < n; ++i) mine[i] = from[positions[i]];
    CompareRows(*table->layout_, mine, rows, n, equal);
  }
};

// Slots are prefetched for the whole group first; then read, and the rows that they name prefetched; then keys are compared column by column.
// What met a row of another key goes another round from the next slot.
template <typename Keys>
arrow::Status GroupTable::FindGroup(const Keys& keys, int64_t begin, int64_t n, uint8_t** rows) {
  uint64_t at[kGroup];
  int32_t todo[kGroup], fresh[kGroup], met[kGroup];
  uint8_t* found[kGroup];
  uint8_t equal[kGroup];
  const uint64_t mask = (uint64_t{1} << slot_bits_) - 1;
  for (int64_t i = 0; i < n; ++i) {
    at[i] = SlotOf(keys.hash(begin + i));
    __builtin_prefetch(&slots_[at[i]]);
    todo[i] = static_cast<int32_t>(i);
  }
  int64_t left = n;
  while (left > 0) {
    int64_t num_fresh = 0, num_met = 0;
    arrow::Status failed;
    for (int64_t t = 0; t < left; ++t) {
      const int32_t i = todo[t];
      const uint64_t hash = keys.hash(begin + i), tag = hash & kTag;
      uint64_t p = at[i];
      for (;;) {
        const uint64_t slot = slots_[p];
        if (slot == 0) {
          arrow::Result<uint8_t*> row = keys.New(begin + i);
          if (!row.ok()) {
            failed = row.status();
            break;
          }
          slots_[p] = tag | reinterpret_cast<uint64_t>(*row) | age_;
          ++used_;
          rows[begin + i] = *row;
          found[num_fresh] = *row;
          fresh[num_fresh++] = static_cast<int32_t>(begin + i);
          break;
        }
        if ((slot & kTag) == tag) {
          uint8_t* row = reinterpret_cast<uint8_t*>(slot & kAddress);
          __builtin_prefetch(row);
          rows[begin + i] = row;
          old_hits_ += ((slot ^ age_) & kAge) != 0;
          at[i] = p;
          met[num_met++] = i;
          break;
        }
        p = (p + 1) & mask;
      }
      if (!failed.ok()) break;
    }
    keys.Write(fresh, found, num_fresh);
    ARROW_RETURN_NOT_OK(failed);
    for (int64_t m = 0; m < num_met; ++m) {
      fresh[m] = static_cast<int32_t>(begin + met[m]);
      found[m] = rows[begin + met[m]];
    }
    std::memset(equal, 1, static_cast<size_t>(num_met));
    keys.Compare(fresh, found, num_met, equal);
    left = 0;
    for (int64_t m = 0; m < num_met; ++m) {
      if (equal[m]) continue;
      todo[left++] = met[m];
      at[met[m]] = (at[met[m]] + 1) & mask;
    }
  }
  return arrow::Status::OK();
}

arrow::Status GroupTable::Find(const KeyBatch& keys, const uint64_t* hashes, int64_t n, uint8_t** rows) {
  const BatchKeys batch{this, &keys, hashes};
  for (int64_t begin = 0; begin < n; begin += kGroup) {
    const int64_t size = std::min<int64_t>(kGroup, n - begin);
    ARROW_RETURN_NOT_OK(MakeRoom(size));
    ARROW_RETURN_NOT_OK(FindGroup(batch, begin, size, rows));
    seen_ += size;
  }
  return arrow::Status::OK();
}

arrow::Status GroupTable::Find(const KeyBatch& keys, const uint64_t* hashes, const int32_t* picked, int64_t n, uint8_t** rows) {
  const PickedKeys some{{this, &keys, hashes}, picked};
  for (int64_t begin = 0; begin < n; begin += kGroup) {
    const int64_t size = std::min<int64_t>(kGroup, n - begin);
    ARROW_RETURN_NOT_OK(MakeRoom(size));
    ARROW_RETURN_NOT_OK(FindGroup(some, begin, size, rows));
    seen_ += size;
  }
  return arrow::Status::OK();
}

arrow::Status GroupTable::Absorb(uint8_t* const* from, int64_t n, uint8_t** rows) {
  const RowKeys keys{this, from};
  const bool may_reset = std::exchange(may_reset_, false);
  arrow::Status status;
  for (int64_t begin = 0; begin < n && status.ok(); begin += kGroup) {
    const int64_t size = std::min<int64_t>(kGroup, n - begin);
    status = MakeRoom(size);
    if (status.ok()) status = FindGroup(keys, begin, size, rows);
  }
  may_reset_ = may_reset;
  return status;
}

void SplitByPartition(const uint64_t* hashes, const int32_t* rows, int64_t n, int32_t* begin, int32_t* picked) {
  constexpr int kParts = GroupTable::kPartitions, kShift = GroupTable::PartitionShift(0);
  const auto row = [&](int64_t i) { return rows ? rows[i] : static_cast<int32_t>(i); };
  std::fill(begin, begin + kParts + 1, 0);
  for (int64_t i = 0; i < n; ++i) ++begin[((hashes[row(i)] >> kShift) & (kParts - 1)) + 1];
  for (int p = 0; p < kParts; ++p) begin[p + 1] += begin[p];
  int32_t next[kParts];
  std::copy(begin, begin + kParts, next);
  for (int64_t i = 0; i < n; ++i) picked[next[(hashes[row(i)] >> kShift) & (kParts - 1)]++] = row(i);
}

}  // namespace bowstring::exec
