// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <cassert>
#include <cstring>

#include <arrow/util/binary_view_util.h>

namespace bowstring::pq {

using View = arrow::BinaryViewType::c_type;
static_assert(sizeof(View) == 16);

/// Writes a view of `size` bytes at `text`, which lie `offset` behind the beginning of buffer `index`. Reads up to 12 bytes
/// from `text` whatever the size.
inline void WriteView(const uint8_t* text, uint32_t size, int32_t index, int32_t offset, uint8_t* out) {
  uint64_t words[2];
  if (size <= 12) {
    uint64_t low, high = 0;
    std::memcpy(&low, text, 8);
    std::memcpy(&high, text + 8, 4);
    if (size < 8) {
      low &= (uint64_t{1} << (8 * size)) - 1;
      high = 0;
    } else {
      high &= (uint64_t{1} << (8 * (size - 8))) - 1;
    }
    words[0] = size | (low << 32);
    words[1] = (low >> 32) | (high << 32);
  } else {
    uint32_t prefix;
    std::memcpy(&prefix, text, 4);
    words[0] = size | (static_cast<uint64_t>(prefix) << 32);
    words[1] = static_cast<uint32_t>(index) | (static_cast<uint64_t>(static_cast<uint32_t>(offset)) << 32);
  }
  std::memcpy(out, words, 16);
}

/// Makes long views point to buffer `index`.
inline void SetViewIndex(uint8_t* views, int64_t n, int32_t index) {
  for (int64_t i = 0; i < n; ++i) {
    int32_t size;
    std::memcpy(&size, views + i * 16, 4);
    if (size > 12) std::memcpy(views + i * 16 + 8, &index, 4);
  }
}

}  // namespace bowstring::pq
