// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <vector>

#include <arrow/type_fwd.h>

#include "exec/group_layout.h"

namespace bowstring::exec {

/// Rows of groups by the value of their keys, without a hash: for keys that can only have few values (flags, small ranges of numbers or dates, texts of
/// at most one byte). It only remembers what a GroupTable has found. Gives up by itself where keys don't fit. One thread at a time.
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
  };
  bool Widen(const KeyBatch& keys, int64_t n);
  bool TryCodes(const KeyBatch& keys, int64_t n, uint32_t* codes) const;

  const GroupLayout* layout_;
  arrow::MemoryPool* pool_;
  std::vector<Range> ranges_;
  uint8_t** rows_ = nullptr;
  int64_t size_ = 0;
  bool off_ = false;
};

}  // namespace bowstring::exec
