// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <cstring>

namespace bowstring::pq {

/// Appends bits, lowest first, at any offset of a bitmap whose bits from there on are zero. Gathers a word in a register: runs of levels are short, a few bits each.
class BitAppender {
 public:
  BitAppender(uint8_t* bitmap, int64_t offset) : to_(bitmap + (offset >> 3)), fill_(static_cast<int>(offset & 7)) {
    if (fill_ > 0) word_ = *to_ & ((1u << fill_) - 1);
  }
  /// The lowest `n` (1 ... 64) of `bits`, which has none above them.
  void Put(uint64_t bits, int n) {
    word_ |= bits << fill_;
    if (fill_ + n < 64) {
      fill_ += n;
      return;
    }
    std::memcpy(to_, &word_, 8);
    to_ += 8;
    word_ = fill_ > 0 ? bits >> (64 - fill_) : 0;
    fill_ += n - 64;
  }
  /// To be called once, at the end: what the register still holds. Writes no byte behind the last bit's.
  void Finish() { std::memcpy(to_, &word_, static_cast<size_t>(fill_ + 7) / 8); }

 private:
  uint8_t* to_;
  uint64_t word_ = 0;
  int fill_;  // bits in word_
};

}  // namespace bowstring::pq
