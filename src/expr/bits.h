// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <cstring>

#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/result.h>
#include <arrow/type.h>

namespace bowstring {

/// Writes the bits test(0) ... test(n - 1) as a bitmap. Tests go into bytes first, which compilers turn into SIMD.
template <typename Test>
void PackBits(uint8_t* out, int64_t n, Test test) {
  uint8_t bytes[64];
  for (int64_t i = 0; i < n; i += 64) {
    const int64_t m = n - i < 64 ? n - i : 64;
    if (m == 64) {
      for (int64_t k = 0; k < 64; ++k) bytes[k] = test(i + k);
    } else {
      std::memset(bytes, 0, sizeof bytes);
      for (int64_t k = 0; k < m; ++k) bytes[k] = test(i + k);
    }
    for (int64_t k = 0; k < m; k += 8) {
      uint64_t word;
      std::memcpy(&word, bytes + k, 8);
      out[(i + k) / 8] = static_cast<uint8_t>((word * 0x0102040810204080ull) >> 56);
    }
  }
}

/// A boolean array from its parts.
inline std::shared_ptr<arrow::ArrayData> MakeBoolArray(int64_t n, std::shared_ptr<arrow::Buffer> validity, std::shared_ptr<arrow::Buffer> bits) {
  const int64_t nulls = validity ? arrow::kUnknownNullCount : 0;
  return std::make_shared<arrow::ArrayData>(arrow::boolean(), n, std::vector<std::shared_ptr<arrow::Buffer>>{std::move(validity), std::move(bits)}, nulls, 0);
}

}  // namespace bowstring
