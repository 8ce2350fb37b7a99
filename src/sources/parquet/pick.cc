// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/pick.h"

#include <algorithm>
#include <cstring>

#include <arrow/util/bit_util.h>

#include "sources/parquet/bit_appender.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace bowstring::pq {
namespace {

struct Wide {
  uint64_t words[2];
};

// Values in pages lie as they come, not aligned.
template <int64_t kWidth>
void Pick(const uint8_t* __restrict from, const int32_t* rows, int64_t base, int64_t count, uint8_t* __restrict to) {
  for (int64_t i = 0; i < count; ++i) std::memcpy(to + i * kWidth, from + (rows[i] - base) * kWidth, kWidth);
}

// The bits [at, at + n) of a bitmap, n at most 57 where it doesn't begin with a byte. No byte behind the last bit's is read.
uint64_t LoadBits(const uint8_t* bits, int64_t at, int64_t n) {
  const int shift = static_cast<int>(at & 7);
  uint64_t word = 0;
  if (n == 64) {
    std::memcpy(&word, bits + (at >> 3), 8);
    return word;
  }
  std::memcpy(&word, bits + (at >> 3), static_cast<size_t>(shift + n + 7) / 8);
  return (word >> shift) & ((uint64_t{1} << n) - 1);
}

// In place: the values before `set` go to where `valid` has bits, of `n` places, back to front. A place is never before its value.
template <typename Word>
void SpreadWord(Word* values, uint64_t valid, int64_t begin, int64_t n, int64_t set) {
  for (int64_t i = n; i-- > 0;) {
    const bool is_valid = (valid >> i) & 1;
    set -= is_valid;
    Word value = values[set];
    if constexpr (sizeof(Word) == 16) {
      const uint64_t mask = -static_cast<uint64_t>(is_valid);
      value.words[0] &= mask;
      value.words[1] &= mask;
    } else {
      value &= static_cast<Word>(-static_cast<Word>(is_valid));
    }
    values[begin + i] = value;
  }
}

#if defined(__x86_64__)
// As many values as a register holds; they lie before their places, so that what is loaded is never behind the last place.
__attribute__((target("avx512f"))) void SpreadAvx512(uint32_t* values, uint64_t valid, int64_t begin, int64_t set) {
  for (int i = 48; i >= 0; i -= 16) {
    const auto mask = static_cast<__mmask16>(valid >> i);
    set -= __builtin_popcount(mask);
    _mm512_storeu_si512(values + begin + i, _mm512_maskz_expand_epi32(mask, _mm512_loadu_si512(values + set)));
  }
}
__attribute__((target("avx512f"))) void SpreadAvx512(uint64_t* values, uint64_t valid, int64_t begin, int64_t set) {
  for (int i = 56; i >= 0; i -= 8) {
    const auto mask = static_cast<__mmask8>(valid >> i);
    set -= __builtin_popcount(mask);
    _mm512_storeu_si512(values + begin + i, _mm512_maskz_expand_epi64(mask, _mm512_loadu_si512(values + set)));
  }
}
const bool kHasAvx512 = __builtin_cpu_supports("avx512f");
#endif

template <typename Word>
void Spread(uint8_t* bytes, const uint8_t* bits, int64_t bit_offset, int64_t n, int64_t set) {
  auto* values = reinterpret_cast<Word*>(bytes);
  // Words that begin with a byte of the bitmap; in front of them one that doesn't.
  const int64_t head = std::min(n, (8 - (bit_offset & 7)) & 7);
  int64_t begin = head + (n - head) / 64 * 64;
  for (int64_t end = n; end > 0 && set < end; end = begin, begin = end > head ? end - 64 : 0) {
    const int64_t here = end - begin;
    if (here == 0) continue;
    const uint64_t valid = LoadBits(bits, bit_offset + begin, here);
    const int64_t count = __builtin_popcountll(valid);
    if (count == here) {
      std::memmove(values + begin, values + set - count, static_cast<size_t>(here) * sizeof(Word));
    } else {
#if defined(__x86_64__)
      if constexpr (sizeof(Word) == 4 || sizeof(Word) == 8) {
        if (kHasAvx512 && here == 64) {
          SpreadAvx512(values, valid, begin, set);
          set -= count;
          continue;
        }
      }
#endif
      SpreadWord(values, valid, begin, here, set);
    }
    set -= count;
  }
}

}  // namespace

void PickValues(const uint8_t* from, int32_t width, const int32_t* rows, int64_t base, int64_t count, uint8_t* to) {
  switch (width) {
    case 1: return Pick<1>(from, rows, base, count, to);
    case 2: return Pick<2>(from, rows, base, count, to);
    case 4: return Pick<4>(from, rows, base, count, to);
    case 8: return Pick<8>(from, rows, base, count, to);
    case 16: return Pick<16>(from, rows, base, count, to);
    default:
      for (int64_t i = 0; i < count; ++i) std::memcpy(to + i * width, from + (rows[i] - base) * width, static_cast<size_t>(width));
  }
}

int64_t PickBits(const uint8_t* from, const int32_t* rows, int64_t base, int64_t count, uint8_t* to, int64_t offset) {
  BitAppender out(to, offset);
  int64_t set = 0;
  for (int64_t i = 0; i < count;) {
    const int here = static_cast<int>(std::min<int64_t>(count - i, 64));
    uint64_t word = 0;
    for (int k = 0; k < here; ++k) word |= static_cast<uint64_t>(arrow::bit_util::GetBit(from, rows[i + k] - base)) << k;
    out.Put(word, here);
    set += __builtin_popcountll(word);
    i += here;
  }
  out.Finish();
  return set;
}

void SpreadValues(uint8_t* values, int32_t width, const uint8_t* bits, int64_t bit_offset, int64_t n, int64_t set) {
  switch (width) {
    case 1: return Spread<uint8_t>(values, bits, bit_offset, n, set);
    case 2: return Spread<uint16_t>(values, bits, bit_offset, n, set);
    case 4: return Spread<uint32_t>(values, bits, bit_offset, n, set);
    case 8: return Spread<uint64_t>(values, bits, bit_offset, n, set);
    case 16: return Spread<Wide>(values, bits, bit_offset, n, set);
    default:
      for (int64_t i = n; i-- > 0 && set <= i;) {
        if (arrow::bit_util::GetBit(bits, bit_offset + i)) {
          std::memcpy(values + i * width, values + --set * width, static_cast<size_t>(width));
        } else {
          std::memset(values + i * width, 0, static_cast<size_t>(width));
        }
      }
  }
}

}  // namespace bowstring::pq
