// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/result.h>

namespace bowstring::exec {

/// Least and greatest of some integers; empty where `min` is above `max`.
struct KeyRange {
  int64_t min = INT64_MAX, max = INT64_MIN;
  void Add(int64_t value) {
    min = std::min(min, value);
    max = std::max(max, value);
  }
  void Add(const KeyRange& other) {
    min = std::min(min, other.min);
    max = std::max(max, other.max);
  }
};

/// A set of integers in a narrow range: one bit each. Filled by any number of threads, then read by any.
class KeyBits {
 public:
  /// Whether so wide a range pays for `rows` values: at most the size of a small cache, or about that of a bloom filter.
  static bool Pays(const KeyRange& range, int64_t rows) {
    if (range.min > range.max) return false;
    const uint64_t width = static_cast<uint64_t>(range.max) - static_cast<uint64_t>(range.min);
    return width < std::max<uint64_t>(uint64_t{1} << 20, static_cast<uint64_t>(rows) * 32);
  }
  /// Empty. OutOfMemory where there is no room.
  arrow::Status Make(const KeyRange& range, arrow::MemoryPool* pool) {
    const uint64_t count = static_cast<uint64_t>(range.max) - static_cast<uint64_t>(range.min) + 1;
    const auto bytes = static_cast<int64_t>((count + 63) / 64 * 8);
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(bytes, pool));
    std::memset(buffer->mutable_data(), 0, static_cast<size_t>(bytes));
    min_ = static_cast<uint64_t>(range.min);
    count_ = count;
    words_ = reinterpret_cast<uint64_t*>(buffer->mutable_data());
    buffer_ = std::move(buffer);
    return arrow::Status::OK();
  }
  void Reset() { *this = KeyBits(); }
  explicit operator bool() const { return words_ != nullptr; }
  int64_t bytes() const { return (buffer_ ? buffer_->size() : 0) + (rank_buffer_ ? rank_buffer_->size() : 0); }

  /// Room for the ranks of at most 2^32 - 1 values. OutOfMemory where there is none.
  arrow::Status MakeRanks(arrow::MemoryPool* pool) {
    ARROW_ASSIGN_OR_RAISE(rank_buffer_, arrow::AllocateBuffer(static_cast<int64_t>((count_ + 63) / 64 * sizeof(uint32_t)), pool));
    ranks_ = reinterpret_cast<uint32_t*>(rank_buffer_->mutable_data());
    return arrow::Status::OK();
  }
  /// Once all values are in: numbers them, in their order.
  void Rank() {
    uint32_t rank = 0;
    for (uint64_t word = 0; word < (count_ + 63) / 64; ++word) {
      ranks_[word] = rank;
      rank += static_cast<uint32_t>(__builtin_popcountll(words_[word]));
    }
  }
  void DropRanks() {
    rank_buffer_.reset();
    ranks_ = nullptr;
  }
  /// The place of a value in the range; not below count() where it lies outside.
  uint64_t PlaceOf(uint64_t value) const { return value - min_; }
  uint64_t count() const { return count_; }
  void Prefetch(uint64_t place) const {
    __builtin_prefetch(words_ + (place >> 6));
    __builtin_prefetch(ranks_ + (place >> 6));
  }
  bool HasPlace(uint64_t place) const { return (words_[place >> 6] >> (place & 63) & 1) != 0; }
  /// How many values are in the set that are less than that at `place`.
  uint64_t RankAt(uint64_t place) const {
    const uint64_t before = words_[place >> 6] & ((uint64_t{1} << (place & 63)) - 1);
    return ranks_[place >> 6] + static_cast<uint64_t>(__builtin_popcountll(before));
  }

  bool Has(int64_t value) const {
    const uint64_t at = static_cast<uint64_t>(value) - min_;
    return at < count_ && HasPlace(at);
  }

  /// Writes ascending those of rows [0, n) - or of `rows`, where given, which may be `out` - whose value is in the set.
  template <typename T>
  int64_t Select(const T* values, const int32_t* rows, int64_t n, int32_t* out) const {
    const uint64_t min = min_, count = count_;
    const uint64_t* words = words_;
    int64_t k = 0;
    auto in = [&](T value) -> int64_t {
      const uint64_t at = static_cast<uint64_t>(static_cast<int64_t>(value)) - min;
      const uint64_t place = at < count ? at : 0;  // a branch would guess
      return static_cast<int64_t>((words[place >> 6] >> (place & 63)) & static_cast<uint64_t>(at < count));
    };
    if (rows == nullptr) {
      for (int64_t i = 0; i < n; ++i) {
        out[k] = static_cast<int32_t>(i);
        k += in(values[i]);
      }
    } else {
      for (int64_t i = 0; i < n; ++i) {
        const int32_t row = rows[i];
        out[k] = row;
        k += in(values[row]);
      }
    }
    return k;
  }

  /// Adds values; those that follow each other closely cost one write together.
  class Adder {
   public:
    explicit Adder(KeyBits* bits) : bits_(bits) {}
    ~Adder() { Write(); }
    /// Whether, after the last value, one of them was in the set already.
    bool Repeated() {
      Write();
      return repeated_;
    }
    void Add(int64_t value) {
      const uint64_t at = static_cast<uint64_t>(value) - bits_->min_;
      if (at >> 6 != word_) {
        Write();
        word_ = at >> 6;
      }
      const uint64_t bit = uint64_t{1} << (at & 63);
      repeated_ |= (gathered_ & bit) != 0;
      gathered_ |= bit;
    }

   private:
    void Write() {
      if (gathered_ == 0) return;
      const uint64_t old = std::atomic_ref<uint64_t>(bits_->words_[word_]).fetch_or(gathered_, std::memory_order_relaxed);
      repeated_ |= (old & gathered_) != 0;
      gathered_ = 0;
    }
    KeyBits* bits_;
    uint64_t word_ = 0, gathered_ = 0;
    bool repeated_ = false;
  };

 private:
  uint64_t min_ = 0, count_ = 0;
  uint64_t* words_ = nullptr;
  uint32_t* ranks_ = nullptr;  // of each word: the values before it
  std::shared_ptr<arrow::Buffer> buffer_, rank_buffer_;
};

}  // namespace bowstring::exec
