// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_table.h"

#include <algorithm>
#include <bit>

namespace bowstring::exec {
namespace {

constexpr int64_t kBlockRows = 64 << 10;
constexpr int64_t kRegionRows = 32 << 10;  // a region's slots stay in the L2 cache while they are filled
constexpr int64_t kGroup = 256;
// A table of fewer bytes is read as fast as its bloom filter, where most keys are found.
constexpr int64_t kSmallTable = 256 << 10;
// The filter is on while fewer than this share of probes pass it.
constexpr double kBloomShare = 0.65;
constexpr uint64_t kAddress = (uint64_t{1} << 48) - 1;

uint64_t Slot(uint64_t hash, const uint8_t* row) { return (hash & 0xffff) << 48 | reinterpret_cast<uint64_t>(row); }
uint8_t* RowOf(uint64_t slot) { return reinterpret_cast<uint8_t*>(slot & kAddress); }

}  // namespace

arrow::Status JoinTable::Prepare(std::vector<JoinSegment> segments, bool narrow, KeyRange key) {
  int64_t rows = 0;
  for (const JoinSegment& segment : segments) rows += segment.rows;
  // Those that come back from disk may have one place: what was written first comes first.
  std::stable_sort(segments.begin(), segments.end(), [](const JoinSegment& a, const JoinSegment& b) { return a.first < b.first; });
  const uint64_t range = narrow && key.min <= key.max ? static_cast<uint64_t>(key.max) - static_cast<uint64_t>(key.min) : UINT64_MAX;
  const bool dense = range < static_cast<uint64_t>(2 * rows + 1024);
  // Powers of two for hashed slots; a load of at most one half.
  const uint64_t slots = dense ? range + 1 : std::bit_ceil(static_cast<uint64_t>(std::max<int64_t>(2 * rows, 16)));
  int64_t regions = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(std::clamp<int64_t>(rows / kRegionRows, 1, 1024))));
  ARROW_ASSIGN_OR_RAISE(auto slot_buffer, arrow::AllocateBuffer(static_cast<int64_t>(slots * 8), pool_));
  std::shared_ptr<arrow::Buffer> bloom;
  uint64_t bloom_words = 0;
  if (!dense) {
    bloom_words = std::max({std::bit_ceil(static_cast<uint64_t>(rows * 22 / 64)), static_cast<uint64_t>(regions), uint64_t{2}});  // a shift below 64
    ARROW_ASSIGN_OR_RAISE(bloom, arrow::AllocateBuffer(static_cast<int64_t>(bloom_words * 8), pool_));
  }
  segments_ = std::move(segments);
  rows_ = rows;
  keyed_rows_ = 0;
  dense_ = dense;
  bloom_first_ = !dense && static_cast<int64_t>(slots * 8) > kSmallTable;
  dense_min_ = key.min;
  slot_count_ = slots;
  regions_ = regions;
  slot_buffer_ = std::move(slot_buffer);
  slots_ = reinterpret_cast<uint64_t*>(slot_buffer_->mutable_data());
  if (dense_) {
    region_slots_ = (slots + regions - 1) / regions;
  } else {
    slot_shift_ = 64 - std::countr_zero(slots);
    region_slots_ = slots / regions;
    region_shift_ = std::countr_zero(region_slots_);
  }
  bloom_buffer_ = std::move(bloom);
  if (bloom_buffer_) {
    bloom_words_ = reinterpret_cast<uint64_t*>(bloom_buffer_->mutable_data());
    bloom_shift_ = 64 - std::countr_zero(bloom_words);
  }
  overflow_.assign(regions, {});
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

void JoinTable::PrepareBits(const std::vector<KeyRange>& ranges) {
  bits_.assign(ranges.size(), {});
  if (plan_->keys().nulls_match()) return;
  for (size_t k = 0; k < ranges.size(); ++k) {
    if (plan_->keys().parts()[k].integer() && KeyBits::Pays(ranges[k], rows_)) (void)bits_[k].Make(ranges[k], pool_);  // else the slots are asked
  }
}

arrow::Status JoinTable::Partition(int64_t number) {
  Block& block = blocks_[number];
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> out, arrow::AllocateBuffer(block.rows * sizeof(Entry), pool_));
  std::shared_ptr<arrow::Buffer> scratch;
  auto* entries = reinterpret_cast<Entry*>(out->mutable_data());
  Entry* from = entries;
  if (regions_ > 1) {
    ARROW_ASSIGN_OR_RAISE(scratch, arrow::AllocateBuffer(block.rows * sizeof(Entry), pool_));
    from = reinterpret_cast<Entry*>(scratch->mutable_data());
  }
  const int32_t width = plan_->layout().width();
  const int32_t word = plan_->word_offset(0);
  int64_t n = 0;
  size_t segment = block.segment;
  int64_t offset = block.offset;
  for (int64_t left = block.rows; left > 0; ++segment, offset = 0) {
    const int64_t here = std::min(segments_[segment].rows - offset, left);
    uint8_t* row = segments_[segment].begin + offset * width;
    for (int64_t i = 0; i < here; ++i, row += width) {
      if (NextOf(row) == kNullKey) continue;
      uint64_t hash;
      if (dense_) {
        std::memcpy(&hash, row + word, 8);
        hash -= static_cast<uint64_t>(dense_min_);
      } else {
        hash = plan_->HashRow(row);
      }
      from[n++] = {hash, row};
    }
    left -= here;
  }
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
  auto region_of = [&](uint64_t hash) { return dense_ ? hash / region_slots_ : (hash >> slot_shift_) >> region_shift_; };
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

arrow::Status JoinTable::Insert(int64_t region) {
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
      if (dense_) {
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
  for (int64_t b = 0; b < blocks(); ++b) ARROW_RETURN_NOT_OK(Partition(b));
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

int64_t JoinTable::bytes() const {
  int64_t bytes = (slot_buffer_ ? slot_buffer_->size() : 0) + (bloom_buffer_ ? bloom_buffer_->size() : 0);
  for (const KeyBits& bits : bits_) bytes += bits.bytes();
  return bytes;
}

bool JoinTable::SameKey(const JoinKeyBlock& block, int64_t i, const uint8_t* row) const {
  const JoinKeys& keys = plan_->keys();
  for (int w = 0; w < keys.words(); ++w) {
    uint64_t have;
    std::memcpy(&have, row + plan_->word_offset(w), 8);
    const uint64_t want = block.word(w)[i];
    if (have != want && !(keys.is_text(w) && SameText(have, want))) return false;
  }
  return true;
}

int64_t JoinTable::Select(const JoinKeyBlock& block, int64_t n, int32_t* rows) const {
  int64_t count = 0;
  if (keyed_rows() == 0) return 0;
  if (bloom_words_ == nullptr) {
    const uint8_t* heads[JoinKeyBlock::kRows];
    Find(block, n, heads);
    for (int64_t i = 0; i < n; ++i) {
      rows[count] = static_cast<int32_t>(i);
      count += heads[i] != nullptr;
    }
    return count;
  }
  for (int64_t group = 0; group < n; group += kGroup) {
    const int64_t end = std::min(group + kGroup, n);
    for (int64_t i = group; i < end; ++i) __builtin_prefetch(bloom_words_ + (block.hash[i] >> bloom_shift_));
    for (int64_t i = group; i < end; ++i) {
      rows[count] = static_cast<int32_t>(i);
      count += !block.null[i] && InBloom(block.hash[i]);
    }
  }
  return count;
}

void JoinTable::FindDense(const JoinKeyBlock& block, int64_t n, const uint8_t** heads) const {
  const uint64_t* words = block.word(0);
  const auto min = static_cast<uint64_t>(dense_min_);
  // Branches would guess; a key out of range reads slot 0 and is masked.
  for (int64_t group = 0; group < n; group += kGroup) {
    const int64_t end = std::min(group + kGroup, n);
    for (int64_t i = group; i < end; ++i) {
      const uint64_t at = words[i] - min;
      __builtin_prefetch(slots_ + (at < slot_count_ ? at : 0));
    }
    for (int64_t i = group; i < end; ++i) {
      const uint64_t at = words[i] - min;
      const bool in = at < slot_count_ && !block.null[i];
      heads[i] = in ? RowOf(slots_[at]) : nullptr;
    }
  }
}

// `rows`: those of the block that are looked for, null for all.
void JoinTable::FindHashed(const JoinKeyBlock& block, const int32_t* rows, int64_t n, const uint8_t** heads) const {
  const JoinKeys& keys = plan_->keys();
  const bool simple = keys.words() == 1 && !keys.any_text();
  const int32_t word = plan_->word_offset(0);
  const uint64_t mask = slot_count_ - 1;
  uint64_t at[kGroup], slot[kGroup];
  for (int64_t group = 0; group < n; group += kGroup) {
    const int64_t size = std::min(kGroup, n - group);
    auto row_of = [&](int64_t g) { return rows ? rows[group + g] : static_cast<int32_t>(group + g); };
    for (int64_t g = 0; g < size; ++g) {
      at[g] = block.hash[row_of(g)] >> slot_shift_;
      __builtin_prefetch(slots_ + at[g]);
    }
    auto advance = [&](int64_t g, uint64_t hash) {
      while (true) {
        slot[g] = slots_[at[g]];
        if (slot[g] == 0 || ((slot[g] >> 48) ^ hash) << 48 == 0) return;
        at[g] = (at[g] + 1) & mask;
      }
    };
    for (int64_t g = 0; g < size; ++g) {
      advance(g, block.hash[row_of(g)]);
      __builtin_prefetch(RowOf(slot[g]));
    }
    for (int64_t g = 0; g < size; ++g) {
      const int32_t i = row_of(g);
      const uint8_t* found = nullptr;
      while (slot[g] != 0) {
        const uint8_t* candidate = RowOf(slot[g]);
        bool same;
        if (simple) {
          uint64_t have;
          std::memcpy(&have, candidate + word, 8);
          same = have == block.word(0)[i];
        } else {
          same = SameKey(block, i, candidate);
        }
        if (same) {
          found = candidate;
          break;
        }
        at[g] = (at[g] + 1) & mask;
        advance(g, block.hash[i]);
      }
      heads[i] = block.null[i] ? nullptr : found;
    }
  }
}

void JoinTable::Find(const JoinKeyBlock& block, int64_t n, const uint8_t** heads) const {
  if (keyed_rows() == 0) {
    std::fill(heads, heads + n, nullptr);
    return;
  }
  if (dense_) return FindDense(block, n, heads);
  if (!bloom_first_) return FindHashed(block, nullptr, n, heads);
  const uint32_t tested = bloom_tested_.load(std::memory_order_relaxed), passed = bloom_passed_.load(std::memory_order_relaxed);
  // Off while most pass; every 64th block looks again.
  const bool on = tested < 4096 || passed < kBloomShare * tested || (block.hash[0] & 63) == 0;
  if (!on) return FindHashed(block, nullptr, n, heads);
  int32_t rows[JoinKeyBlock::kRows];
  int64_t count = 0;
  for (int64_t group = 0; group < n; group += kGroup) {
    const int64_t end = std::min(group + kGroup, n);
    for (int64_t i = group; i < end; ++i) __builtin_prefetch(bloom_words_ + (block.hash[i] >> bloom_shift_));
    for (int64_t i = group; i < end; ++i) {
      heads[i] = nullptr;
      rows[count] = static_cast<int32_t>(i);
      count += InBloom(block.hash[i]);
    }
  }
  // Halved now and then, so that the latest probes count most. Lost updates do no harm.
  const bool halve = tested > 1 << 20;
  bloom_tested_.store((halve ? tested / 2 : tested) + static_cast<uint32_t>(n), std::memory_order_relaxed);
  bloom_passed_.store((halve ? passed / 2 : passed) + static_cast<uint32_t>(count), std::memory_order_relaxed);
  FindHashed(block, rows, count, heads);
}

}  // namespace bowstring::exec
