// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_table.h"

#include <algorithm>
#include <bit>

namespace bowstring::exec {
namespace {

constexpr int64_t kBlockRows = 64 << 10;
constexpr int64_t kRegionRows = 32 << 10;  // a region's slots stay in the L2 cache while they are filled
// A table of fewer bytes is read as fast as its bloom filter, where most keys are found.
constexpr int64_t kSmallTable = 256 << 10;
// A range of so many times the rows: its bits and ranks take what hashed slots would.
constexpr uint64_t kRankedSpread = 32;

uint64_t Slot(uint64_t hash, const uint8_t* row) { return (hash & 0xffff) << 48 | reinterpret_cast<uint64_t>(row); }

}  // namespace

JoinTable::Form JoinTable::FormOf(int64_t rows, bool narrow, const KeyRange& key) const {
  if (!narrow || key.min > key.max) return Form::kHashed;
  const uint64_t range = static_cast<uint64_t>(key.max) - static_cast<uint64_t>(key.min);
  if (range < static_cast<uint64_t>(2 * rows + 1024)) return Form::kDense;
  const bool ranked = !plan_->keys().nulls_match() && rows < int64_t{UINT32_MAX} && range < static_cast<uint64_t>(rows) * kRankedSpread;
  return ranked ? Form::kRanked : Form::kHashed;
}

arrow::Status JoinTable::Prepare(std::vector<JoinSegment> segments, bool narrow, KeyRange key) {
  int64_t rows = 0;
  for (const JoinSegment& segment : segments) rows += segment.rows;
  // Those that come back from disk may have one place: what was written first comes first.
  std::stable_sort(segments.begin(), segments.end(), [](const JoinSegment& a, const JoinSegment& b) { return a.first < b.first; });
  segments_ = std::move(segments);
  rows_ = rows;
  keyed_rows_ = 0;
  repeated_ = false;
  ARROW_RETURN_NOT_OK(Allocate(FormOf(rows, narrow, key), key));
  blocks_.clear();
  Block block;
  for (size_t s = 0; s < segments_.size(); ++s) {
    for (int64_t at = 0; at < segments_[s].rows;) {
      if (block.rows == 0) {
        block.segment = s;
        block.offset = at;
      }
      const int64_t here = std::min(segments_[s].rows - at, kBlockRows - block.rows);
      block.rows += here;
      at += here;
      if (block.rows == kBlockRows) {
        blocks_.push_back(std::move(block));
        block = Block{};
      }
    }
  }
  if (block.rows > 0) blocks_.push_back(std::move(block));
  return arrow::Status::OK();
}

// OutOfMemory: nothing is held that wasn't before.
arrow::Status JoinTable::Allocate(Form form, const KeyRange& key) {
  // Powers of two for hashed slots; a load of at most one half.
  uint64_t slots = std::bit_ceil(static_cast<uint64_t>(std::max<int64_t>(2 * rows_, 16)));
  if (form == Form::kDense) slots = static_cast<uint64_t>(key.max) - static_cast<uint64_t>(key.min) + 1;
  if (form == Form::kRanked) slots = static_cast<uint64_t>(rows_);
  const auto regions = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(std::clamp<int64_t>(rows_ / kRegionRows, 1, 1024))));
  std::shared_ptr<arrow::Buffer> bloom;
  uint64_t bloom_words = 0;
  KeyBits ranked;
  ARROW_ASSIGN_OR_RAISE(auto slot_buffer, arrow::AllocateBuffer(static_cast<int64_t>(slots * 8), pool_));
  if (form == Form::kHashed) {
    bloom_words = std::max({std::bit_ceil(static_cast<uint64_t>(rows_ * 22 / 64)), static_cast<uint64_t>(regions), uint64_t{2}});  // a shift below 64
    ARROW_ASSIGN_OR_RAISE(bloom, arrow::AllocateBuffer(static_cast<int64_t>(bloom_words * 8), pool_));
  } else if (form == Form::kRanked) {
    ARROW_RETURN_NOT_OK(ranked.Make(key, pool_));
    ARROW_RETURN_NOT_OK(ranked.MakeRanks(pool_));
    bits_.resize(1);
    bits_[0] = std::move(ranked);
  }
  form_ = form;
  bloom_first_ = form == Form::kHashed && static_cast<int64_t>(slots * 8) > kSmallTable;
  dense_min_ = key.min;
  slot_count_ = slots;
  regions_ = regions;
  slot_buffer_ = std::move(slot_buffer);
  slots_ = reinterpret_cast<uint64_t*>(slot_buffer_->mutable_data());
  region_slots_ = (slots + static_cast<uint64_t>(regions) - 1) / static_cast<uint64_t>(regions);
  if (form == Form::kHashed) {
    slot_shift_ = 64 - std::countr_zero(slots);
    region_shift_ = std::countr_zero(region_slots_);
    bloom_words_ = reinterpret_cast<uint64_t*>(bloom->mutable_data());
    bloom_shift_ = 64 - std::countr_zero(bloom_words);
  } else {
    bloom_words_ = nullptr;
  }
  bloom_buffer_ = std::move(bloom);
  overflow_.assign(static_cast<size_t>(regions), {});
  return arrow::Status::OK();
}

void JoinTable::PrepareBits(const std::vector<KeyRange>& ranges) {
  bits_.resize(ranges.size());
  if (plan_->keys().nulls_match()) return;
  for (size_t k = 0; k < ranges.size(); ++k) {
    if (!bits_[k] && plan_->keys().parts()[k].integer() && KeyBits::Pays(ranges[k], rows_)) (void)bits_[k].Make(ranges[k], pool_);  // else the slots are asked
  }
}

template <typename Take>
void JoinTable::EachKeyed(const Block& block, Take take) const {
  const int32_t width = plan_->layout().width();
  size_t segment = block.segment;
  int64_t offset = block.offset;
  for (int64_t left = block.rows; left > 0; ++segment, offset = 0) {
    const int64_t here = std::min(segments_[segment].rows - offset, left);
    uint8_t* row = segments_[segment].begin + offset * width;
    for (int64_t i = 0; i < here; ++i, row += width) {
      if (NextOf(row) != kNullKey) take(row);
    }
    left -= here;
  }
}

void JoinTable::Mark(const Block& block) {
  if (repeated_.load(std::memory_order_relaxed)) return;
  const int32_t word = plan_->word_offset(0);
  int64_t n = 0;
  KeyBits::Adder adder(&bits_[0]);
  EachKeyed(block, [&](const uint8_t* row) {
    int64_t value;
    std::memcpy(&value, row + word, 8);
    adder.Add(value);
    ++n;
  });
  if (adder.Repeated() && !plan_->one_is_enough()) repeated_.store(true, std::memory_order_relaxed);
  keyed_rows_.fetch_add(n, std::memory_order_relaxed);
}

void JoinTable::Rank(const Block& block) {
  const int32_t word = plan_->word_offset(0);
  const KeyBits& keys = bits_[0];
  uint8_t* rows[kGroup];
  uint64_t places[kGroup];
  int64_t n = 0;
  auto fill = [&] {
    // Atomic for the sake of keys that come twice where one is enough: any of them may stay.
    for (int64_t i = 0; i < n; ++i) {
      std::atomic_ref<uint64_t>(slots_[keys.RankAt(places[i])]).store(reinterpret_cast<uint64_t>(rows[i]), std::memory_order_relaxed);
    }
    n = 0;
  };
  EachKeyed(block, [&](uint8_t* row) {
    uint64_t value;
    std::memcpy(&value, row + word, 8);
    rows[n] = row;
    places[n] = keys.PlaceOf(value);
    keys.Prefetch(places[n]);
    SetNext(row, nullptr);
    if (++n == kGroup) fill();
  });
  fill();
}

arrow::Status JoinTable::Partition(int64_t number) {
  Block& block = blocks_[number];
  if (form_ == Form::kRanked) {
    Mark(block);
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> out, arrow::AllocateBuffer(block.rows * sizeof(Entry), pool_));
  std::shared_ptr<arrow::Buffer> scratch;
  auto* entries = reinterpret_cast<Entry*>(out->mutable_data());
  Entry* from = entries;
  if (regions_ > 1) {
    ARROW_ASSIGN_OR_RAISE(scratch, arrow::AllocateBuffer(block.rows * sizeof(Entry), pool_));
    from = reinterpret_cast<Entry*>(scratch->mutable_data());
  }
  const int32_t word = plan_->word_offset(0);
  const bool dense = form_ == Form::kDense;
  int64_t n = 0;
  EachKeyed(block, [&](uint8_t* row) {
    uint64_t hash;
    if (dense) {
      std::memcpy(&hash, row + word, 8);
      hash -= static_cast<uint64_t>(dense_min_);
    } else {
      hash = plan_->HashRow(row);
    }
    from[n++] = {hash, row};
  });
  for (size_t k = 0; k < bits_.size(); ++k) {
    if (!bits_[k]) continue;
    KeyBits::Adder adder(&bits_[k]);
    const int32_t at = plan_->word_offset(plan_->keys().parts()[k].first);
    for (int64_t i = 0; i < n; ++i) {
      int64_t value;
      std::memcpy(&value, from[i].row + at, 8);
      adder.Add(value);
    }
  }
  std::vector<uint32_t> begin(regions_ + 1, 0);
  auto region_of = [&](uint64_t hash) { return dense ? hash / region_slots_ : (hash >> slot_shift_) >> region_shift_; };
  if (regions_ > 1) {
    for (int64_t i = 0; i < n; ++i) ++begin[region_of(from[i].hash) + 1];
    for (int64_t r = 0; r < regions_; ++r) begin[r + 1] += begin[r];
    std::vector<uint32_t> next = begin;
    for (int64_t i = 0; i < n; ++i) entries[next[region_of(from[i].hash)]++] = from[i];
  } else {
    begin[1] = static_cast<uint32_t>(n);
  }
  block.entries = std::move(out);
  block.begin = std::move(begin);
  keyed_rows_.fetch_add(n, std::memory_order_relaxed);
  return arrow::Status::OK();
}

arrow::Result<bool> JoinTable::EndPartition(int64_t room) {
  if (form_ != Form::kRanked) return true;
  if (!repeated_) {
    bits_[0].Rank();
    regions_ = blocks();  // a key has a slot of its own, so that any job may fill it
    return true;
  }
  if (Estimate(rows_) > room) return arrow::Status::OutOfMemory("slots of a join's ", rows_, " rows");
  slot_buffer_.reset();
  if (plan_->spec().filters) {
    bits_[0].DropRanks();
  } else {
    bits_.clear();
  }
  keyed_rows_ = 0;
  ARROW_RETURN_NOT_OK(Allocate(Form::kHashed, {}));
  return false;
}

arrow::Status JoinTable::Insert(int64_t region) {
  if (form_ == Form::kRanked) {
    Rank(blocks_[region]);
    return arrow::Status::OK();
  }
  const uint64_t first = static_cast<uint64_t>(region) * region_slots_;
  const uint64_t end = std::min(first + region_slots_, slot_count_);
  if (first < end) std::memset(slots_ + first, 0, (end - first) * 8);
  if (bloom_words_) {
    const uint64_t words = (uint64_t{1} << (64 - bloom_shift_)) / static_cast<uint64_t>(regions_);
    std::memset(bloom_words_ + static_cast<uint64_t>(region) * words, 0, words * 8);
  }
  for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
    const auto* entries = reinterpret_cast<const Entry*>(block->entries->data());
    for (int64_t i = int64_t{block->begin[region + 1]} - 1; i >= int64_t{block->begin[region]}; --i) {
      const auto [hash, row] = entries[i];
      uint64_t at = SlotOf(hash);
      if (form_ == Form::kDense) {
        SetNext(row, RowOf(slots_[at]));
        slots_[at] = reinterpret_cast<uint64_t>(row);
        continue;
      }
      if (bloom_words_) {
        bloom_words_[hash >> bloom_shift_] |= uint64_t{1} << (hash & 63) | uint64_t{1} << (hash >> 6 & 63) |
                                              uint64_t{1} << (hash >> 12 & 63) | uint64_t{1} << (hash >> 18 & 63);
      }
      while (at < end) {
        const uint64_t slot = slots_[at];
        if (slot == 0) {
          slots_[at] = Slot(hash, row);
          SetNext(row, nullptr);
          break;
        }
        if (((slot >> 48) ^ hash) << 48 == 0 && plan_->KeysEqual(RowOf(slot), row)) {
          SetNext(row, RowOf(slot));
          slots_[at] = Slot(hash, row);
          break;
        }
        ++at;
      }
      if (at == end) overflow_[region].push_back({hash, row});
    }
  }
  return arrow::Status::OK();
}

void JoinTable::Close() {
  // The few rows whose sequences left their regions go on over the whole table.
  for (auto& rows : overflow_) {
    for (const auto& [hash, row] : rows) {
      for (uint64_t at = SlotOf(hash);; at = (at + 1) & (slot_count_ - 1)) {
        const uint64_t slot = slots_[at];
        if (slot != 0 && !(((slot >> 48) ^ hash) << 48 == 0 && plan_->KeysEqual(RowOf(slot), row))) continue;
        SetNext(row, slot == 0 ? nullptr : RowOf(slot));
        slots_[at] = Slot(hash, row);
        break;
      }
    }
  }
  overflow_.clear();
  blocks_.clear();
  // Rows without a key are in no chain.
  const int32_t width = plan_->layout().width();
  if (keyed_rows_.load() < rows_) {
    for (const JoinSegment& segment : segments_) {
      for (int64_t i = 0; i < segment.rows; ++i) {
        if (NextOf(segment.begin + i * width) == kNullKey) SetNext(segment.begin + i * width, nullptr);
      }
    }
  }
}

arrow::Status JoinTable::Build(std::vector<JoinSegment> segments, bool narrow, KeyRange range) {
  ARROW_RETURN_NOT_OK(Prepare(std::move(segments), narrow, range));
  for (bool done = false; !done;) {
    for (int64_t b = 0; b < blocks(); ++b) ARROW_RETURN_NOT_OK(Partition(b));
    ARROW_ASSIGN_OR_RAISE(done, EndPartition(INT64_MAX));
  }
  for (int64_t r = 0; r < regions(); ++r) ARROW_RETURN_NOT_OK(Insert(r));
  Close();
  return arrow::Status::OK();
}

void JoinTable::Reset() {
  segments_.clear();
  blocks_.clear();
  overflow_.clear();
  rows_ = 0;
  keyed_rows_ = 0;
  bits_.clear();
  slot_buffer_.reset();
  bloom_buffer_.reset();
  slots_ = bloom_words_ = nullptr;
}

int64_t JoinTable::Estimate(int64_t rows) {
  return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(std::max<int64_t>(2 * rows, 16)))) * 8 +
         rows * static_cast<int64_t>(sizeof(Entry) + 4);
}

int64_t JoinTable::Estimate(int64_t rows, bool narrow, const KeyRange& key) const {
  const auto range = static_cast<int64_t>(static_cast<uint64_t>(key.max) - static_cast<uint64_t>(key.min));
  switch (FormOf(rows, narrow, key)) {
    case Form::kDense: return range * 8 + rows * static_cast<int64_t>(sizeof(Entry) + 4);
    case Form::kRanked: return rows * 8 + range / 64 * static_cast<int64_t>(sizeof(uint64_t) + sizeof(uint32_t));
    case Form::kHashed: break;
  }
  return Estimate(rows);
}

int64_t JoinTable::bytes() const {
  int64_t bytes = (slot_buffer_ ? slot_buffer_->size() : 0) + (bloom_buffer_ ? bloom_buffer_->size() : 0);
  for (const KeyBits& bits : bits_) bytes += bits.bytes();
  return bytes;
}

}  // namespace bowstring::exec
