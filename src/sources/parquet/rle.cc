// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/rle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <arrow/util/bit_util.h>

#include <bowstring/error.h>

#include "sources/parquet/bit_appender.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace bowstring::pq {
namespace {

template <int kWidth>
void UnpackFixed(const uint8_t* data, int64_t bit, int64_t n, uint32_t* __restrict out) {
  constexpr uint64_t kMask = (uint64_t{1} << kWidth) - 1;
  int64_t i = 0;
  if constexpr (kWidth <= 16 && kWidth > 0) {
    // Four values a load: 4 * 16 bits do not fit beside a start of up to 7 bits, hence three there.
    constexpr int kPer = kWidth <= 8 ? 7 : (57 / kWidth);
    for (; i + kPer <= n; i += kPer) {
      int64_t at = bit + i * kWidth;
      uint64_t word;
      std::memcpy(&word, data + (at >> 3), 8);
      word >>= (at & 7);
      for (int k = 0; k < kPer; ++k) out[i + k] = static_cast<uint32_t>((word >> (k * kWidth)) & kMask);
    }
  }
  for (; i < n; ++i) {
    int64_t at = bit + i * kWidth;
    uint64_t word;
    std::memcpy(&word, data + (at >> 3), 8);
    out[i] = static_cast<uint32_t>((word >> (at & 7)) & kMask);
  }
}

#if defined(__x86_64__)
// Eight values a turn: each 32-bit lane picks its four bytes, shifts by its own count. Up to 25 bits (25 + 7 <= 32).
__attribute__((target("avx2"))) void UnpackAvx2(const uint8_t* data, int64_t bit, int width, int64_t n, uint32_t* out) {
  // Eight values are `width` bytes, so the phase (bit & 7) is the same in every turn.
  const int phase = static_cast<int>(bit & 7);
  const uint8_t* p = data + (bit >> 3);
  alignas(32) uint8_t shuffle[32];
  alignas(32) uint32_t shift[8];
  const int high = (phase + 4 * width) >> 3;  // where the upper half's bytes begin
  for (int k = 0; k < 8; ++k) {
    int at = phase + k * width;
    int byte = (at >> 3) - (k < 4 ? 0 : high);
    for (int j = 0; j < 4; ++j) shuffle[k * 4 + j] = static_cast<uint8_t>(std::min(byte + j, 15));
    shift[k] = static_cast<uint32_t>(at & 7);
  }
  const __m256i shuffles = _mm256_load_si256(reinterpret_cast<const __m256i*>(shuffle));
  const __m256i shifts = _mm256_load_si256(reinterpret_cast<const __m256i*>(shift));
  const __m256i mask = _mm256_set1_epi32(static_cast<int>((uint64_t{1} << width) - 1));
  for (int64_t i = 0; i < n; i += 8, p += width) {
    __m256i bytes = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))),
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + high)), 1);
    __m256i values = _mm256_and_si256(_mm256_srlv_epi32(_mm256_shuffle_epi8(bytes, shuffles), shifts), mask);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), values);
  }
}
const bool kHasAvx2 = __builtin_cpu_supports("avx2");
#endif

using Unpack = void (*)(const uint8_t*, int64_t, int64_t, uint32_t*);
template <int... kWidths>
constexpr std::array<Unpack, sizeof...(kWidths)> MakeTable(std::integer_sequence<int, kWidths...>) {
  return {&UnpackFixed<kWidths>...};
}
constexpr auto kUnpack = MakeTable(std::make_integer_sequence<int, 33>());

uint64_t LoadWord(const uint8_t* data) {
  uint64_t word;
  std::memcpy(&word, data, 8);
  return word;
}

arrow::Status EndsEarly() { return Error(ErrorKind::kExecution, "run-length data ends early"); }

}  // namespace

void UnpackBits(const uint8_t* data, int64_t bit, int width, int64_t n, uint32_t* out) {
#if defined(__x86_64__)
  // Reads 16 bytes from a group's middle: up to 16 behind its end.
  int64_t whole = n & ~int64_t{7};
  if (kHasAvx2 && width > 0 && width <= 25 && whole > 0) {
    UnpackAvx2(data, bit, width, whole, out);
    if (whole == n) return;
    bit += whole * width;
    n -= whole;
    out += whole;
  }
#endif
  kUnpack[width](data, bit, n, out);
}

arrow::Status RleDecoder::NextRun() {
  uint64_t head = 0;
  for (int shift = 0;; shift += 7) {
    if (p_ >= end_ || shift > 35) return EndsEarly();
    uint8_t byte = *p_++;
    head |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) break;
  }
  literal_ = (head & 1) != 0;
  uint64_t count = head >> 1;
  if (literal_) {
    // Writers may leave out the padding of the last group: what is there counts.
    uint64_t bytes = count * static_cast<uint64_t>(width_), there = static_cast<uint64_t>(end_ - p_);
    left_ = static_cast<int64_t>(count * 8);
    if (bytes > there) {
      bytes = there;
      left_ = width_ == 0 ? left_ : static_cast<int64_t>(there * 8 / static_cast<uint64_t>(width_));
    }
    bits_ = p_;
    bit_ = 0;
    p_ += bytes;
  } else {
    int bytes = (width_ + 7) / 8;
    if (end_ - p_ < bytes) return EndsEarly();
    value_ = 0;
    for (int i = 0; i < bytes; ++i) value_ |= static_cast<uint32_t>(p_[i]) << (8 * i);
    p_ += bytes;
    left_ = static_cast<int64_t>(count);
  }
  return arrow::Status::OK();
}

arrow::Status RleDecoder::Get(int64_t n, uint32_t* out) {
  while (n > 0) {
    while (left_ == 0) ARROW_RETURN_NOT_OK(NextRun());
    int64_t take = std::min(n, left_);
    if (literal_) {
      UnpackBits(bits_, bit_, width_, take, out);
      bit_ += take * width_;
    } else {
      std::fill(out, out + take, value_);
    }
    left_ -= take;
    out += take;
    n -= take;
  }
  return arrow::Status::OK();
}

arrow::Status RleDecoder::Skip(int64_t n) {
  while (n > 0) {
    while (left_ == 0) ARROW_RETURN_NOT_OK(NextRun());
    int64_t take = std::min(n, left_);
    bit_ += take * width_;
    left_ -= take;
    n -= take;
  }
  return arrow::Status::OK();
}

arrow::Status RleDecoder::GetBits(int64_t n, uint8_t* bitmap, int64_t offset, int64_t* set) {
  if (n == 0) return arrow::Status::OK();
  BitAppender out(bitmap, offset);
  while (n > 0) {
    while (left_ == 0) ARROW_RETURN_NOT_OK(NextRun());
    const int64_t run = std::min(n, left_);
    const bool long_run = !literal_ && run >= 256;
    if (long_run) {
      out.Finish();
      arrow::bit_util::SetBitsTo(bitmap, offset, run, (value_ & 1) != 0);
      *set += (value_ & 1) != 0 ? run : 0;
      out = BitAppender(bitmap, offset + run);
    }
    for (int64_t left = long_run ? 0 : run; left > 0;) {
      const int take = static_cast<int>(std::min<int64_t>(left, 57));  // whatever bit a load begins at, it has 57
      uint64_t bits = literal_ ? LoadWord(bits_ + (bit_ >> 3)) >> (bit_ & 7) : -static_cast<uint64_t>(value_ & 1);
      bits &= (uint64_t{1} << take) - 1;
      out.Put(bits, take);
      *set += __builtin_popcountll(bits);
      bit_ += take;
      left -= take;
    }
    left_ -= run;
    offset += run;
    n -= run;
  }
  out.Finish();
  return arrow::Status::OK();
}

}  // namespace bowstring::pq
