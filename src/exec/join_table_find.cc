// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Lookups of a join's table, a group of keys at a time: each step prefetches what the next one reads.

#include <algorithm>

#include "exec/join_table.h"

namespace bowstring::exec {
namespace {

// The filter is on while fewer than this share of probes pass it.
constexpr double kBloomShare = 0.65;

}  // namespace

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
  if (form_ == Form::kRanked) {
    const KeyBits& keys = bits_[0];
    for (int64_t i = 0; i < n; ++i) {
      const uint64_t place = keys.PlaceOf(block.word(0)[i]);
      rows[count] = static_cast<int32_t>(i);
      count += place < keys.count() && !block.null[i] && keys.HasPlace(place);
    }
    return count;
  }
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

void JoinTable::FindRanked(const JoinKeyBlock& block, int64_t n, const uint8_t** heads) const {
  const uint64_t* words = block.word(0);
  const KeyBits& keys = bits_[0];
  uint64_t places[kGroup], ranks[kGroup];
  for (int64_t group = 0; group < n; group += kGroup) {
    const int64_t size = std::min(kGroup, n - group);
    for (int64_t g = 0; g < size; ++g) {
      const uint64_t place = keys.PlaceOf(words[group + g]);
      places[g] = place < keys.count() && !block.null[group + g] ? place : UINT64_MAX;
      keys.Prefetch(places[g] == UINT64_MAX ? 0 : place);
    }
    for (int64_t g = 0; g < size; ++g) {
      const bool in = places[g] != UINT64_MAX;
      const uint64_t place = in ? places[g] : 0;
      const bool found = in && keys.HasPlace(place);
      const uint64_t rank = keys.RankAt(place);
      ranks[g] = found ? rank : UINT64_MAX;
      __builtin_prefetch(slots_ + (found ? rank : 0));
    }
    for (int64_t g = 0; g < size; ++g) heads[group + g] = ranks[g] != UINT64_MAX ? RowOf(slots_[ranks[g]]) : nullptr;
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
  if (form_ == Form::kDense) return FindDense(block, n, heads);
  if (form_ == Form::kRanked) return FindRanked(block, n, heads);
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
