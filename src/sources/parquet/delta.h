// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include <arrow/status.h>

namespace bowstring::pq {

/// DELTA_BINARY_PACKED integers. Arithmetic wraps. Reads within [data, data + size) and the padding behind it.
class DeltaDecoder {
 public:
  /// Reads the head. `max_values`: what the page may hold at most.
  arrow::Status Init(const uint8_t* data, int64_t size, int64_t max_values);
  int64_t total() const { return total_; }
  template <typename Int>
  arrow::Status Get(int64_t n, Int* out);
  /// Once all values are read: where the bytes behind them begin.
  const uint8_t* end_of_values() const { return p_; }

 private:
  arrow::Status NextBlock();
  arrow::Status NextMiniblock();
  arrow::Status Varint(uint64_t* out);

  const uint8_t* p_ = nullptr;
  const uint8_t* end_ = nullptr;
  int64_t total_ = 0, left_ = 0;           // values; left_: not yet given out
  int64_t per_miniblock_ = 0, miniblocks_ = 0;
  const uint8_t* widths_ = nullptr;        // of the block
  int64_t miniblock_ = 0;                  // next one of the block
  uint64_t min_delta_ = 0, last_ = 0;
  bool first_ = true;                      // last_ is a value not yet given out
  int width_ = 0;
  const uint8_t* bits_ = nullptr;
  int64_t bit_ = 0, mini_left_ = 0;
};

}  // namespace bowstring::pq
