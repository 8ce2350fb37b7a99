// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include <arrow/type_fwd.h>

#include "exec/group_layout.h"

namespace bowstring::exec {

/// Numbers for short texts, in the order in which they come. One thread at a time.
class TextNumbers {
 public:
  static constexpr uint32_t kMost = 1024;  ///< texts: their slots fill the L1 cache
  /// The number of a text that lies in its view's 16 bytes; below 0 where it would be one number too many.
  int32_t Find(const uint8_t* view) {
    uint64_t words[2];
    std::memcpy(words, view, 16);
    for (uint64_t at = (words[0] * 0x9e3779b97f4a7c15u ^ words[1] * 0xd6e8feb86659fd93u) >> shift_;; at = (at + 1) & (numbers_.size() - 1)) {
      if (numbers_[at] == 0) return Add(at, words);
      if (texts_[2 * at] == words[0] && texts_[2 * at + 1] == words[1]) return numbers_[at] - 1;
    }
  }
  uint32_t capacity() const { return static_cast<uint32_t>(numbers_.size() / 4); }
  /// Twice as many as before, or the first; all are forgotten.
  void Widen();

 private:
  int32_t Add(uint64_t at, const uint64_t* words);

  std::vector<uint64_t> texts_;    // two words a slot
  std::vector<uint16_t> numbers_;  // 0: the slot is empty
  uint32_t used_ = 0;
  int shift_ = 0;
};

/// Rows of groups by the value of their keys, in place of a hash table's look-up: for keys that have few values (flags, small ranges of numbers or
/// dates, short texts). It only remembers what a GroupTable has found. Gives up by itself where keys don't fit. One thread at a time.
class DirectIndex {
 public:
  DirectIndex(const GroupLayout* layout, arrow::MemoryPool* pool);
  ~DirectIndex() { Clear(); }
  DirectIndex(const DirectIndex&) = delete;
  DirectIndex& operator=(const DirectIndex&) = delete;

  /// Whether it is of use at all.
  bool on() const { return !off_; }
  /// The number of each row's key in rows(). False: not these keys, and then never again.
  bool Codes(const KeyBatch& keys, int64_t n, uint32_t* codes);
  /// The row of each number; null where none is known.
  uint8_t** rows() { return rows_; }
  /// Forgets all rows; for when they are freed.
  void Clear();

 private:
  struct Range {
    uint64_t base = 0, size = 0;  // `size` - 1 stands for NULL where the key may be NULL
    bool numbered = false;        // texts of more than one byte: by numbers_
  };
  bool Widen(const KeyBatch& keys, int64_t n);
  static bool WidenTexts(const KeyBatch::Column& column, int64_t n, Range* range, TextNumbers* numbers);
  bool TryCodes(const KeyBatch& keys, int64_t n, uint32_t* codes);

  const GroupLayout* layout_;
  arrow::MemoryPool* pool_;
  std::vector<Range> ranges_;
  uint8_t** rows_ = nullptr;
  int64_t size_ = 0;
  bool off_ = false;
  std::vector<TextNumbers> numbers_;  // one a key
};

}  // namespace bowstring::exec
