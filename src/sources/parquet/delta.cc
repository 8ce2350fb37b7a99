// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/delta.h"

#include <algorithm>
#include <cstring>

#include <bowstring/error.h>

#include "sources/parquet/rle.h"

namespace bowstring::pq {
namespace {

arrow::Status Damaged(const char* what) { return Error(ErrorKind::kExecution, "delta encoding: ", what); }

// Widths up to 64: the wide ones from two words.
uint64_t Bits(const uint8_t* data, int64_t bit, int width) {
  if (width == 0) return 0;
  const uint8_t* p = data + (bit >> 3);
  const int shift = static_cast<int>(bit & 7);
  uint64_t low;
  std::memcpy(&low, p, 8);
  low >>= shift;
  if (width + shift > 64) low |= static_cast<uint64_t>(p[8]) << (64 - shift);
  return width == 64 ? low : low & ((uint64_t{1} << width) - 1);
}

}  // namespace

arrow::Status DeltaDecoder::Varint(uint64_t* out) {
  *out = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (p_ >= end_) return Damaged("ends early");
    uint8_t byte = *p_++;
    *out |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return arrow::Status::OK();
  }
  return Damaged("a number is too long");
}

arrow::Status DeltaDecoder::Init(const uint8_t* data, int64_t size, int64_t max_values) {
  p_ = data;
  end_ = data + size;
  uint64_t block, miniblocks, total, first;
  ARROW_RETURN_NOT_OK(Varint(&block));
  ARROW_RETURN_NOT_OK(Varint(&miniblocks));
  ARROW_RETURN_NOT_OK(Varint(&total));
  ARROW_RETURN_NOT_OK(Varint(&first));
  if (block == 0 || block % 128 != 0 || block > (1u << 30)) return Damaged("block size is not a multiple of 128");
  if (miniblocks == 0 || block % miniblocks != 0 || (block / miniblocks) % 32 != 0) return Damaged("miniblock size is not a multiple of 32");
  if (total > static_cast<uint64_t>(max_values)) return Damaged("more values than the page's header says");
  per_miniblock_ = static_cast<int64_t>(block / miniblocks);
  miniblocks_ = static_cast<int64_t>(miniblocks);
  miniblock_ = miniblocks_;
  total_ = left_ = static_cast<int64_t>(total);
  last_ = (first >> 1) ^ (~(first & 1) + 1);
  return arrow::Status::OK();
}

arrow::Status DeltaDecoder::NextBlock() {
  uint64_t raw;
  ARROW_RETURN_NOT_OK(Varint(&raw));
  min_delta_ = (raw >> 1) ^ (~(raw & 1) + 1);
  if (end_ - p_ < miniblocks_) return Damaged("ends early");
  widths_ = p_;
  p_ += miniblocks_;
  miniblock_ = 0;
  return arrow::Status::OK();
}

arrow::Status DeltaDecoder::NextMiniblock() {
  if (miniblock_ == miniblocks_) ARROW_RETURN_NOT_OK(NextBlock());
  width_ = widths_[miniblock_++];
  if (width_ > 64) return Damaged("a bit width above 64");
  int64_t bytes = per_miniblock_ * width_ / 8;
  if (bytes > end_ - p_) return Damaged("ends early");
  bits_ = p_;
  bit_ = 0;
  mini_left_ = per_miniblock_;
  p_ += bytes;
  return arrow::Status::OK();
}

template <typename Int>
arrow::Status DeltaDecoder::Get(int64_t n, Int* out) {
  if (n > left_) return Damaged("fewer values than the page's header says");
  left_ -= n;
  if (n > 0 && first_) {
    *out++ = static_cast<Int>(last_);
    first_ = false;
    --n;
  }
  while (n > 0) {
    if (mini_left_ == 0) ARROW_RETURN_NOT_OK(NextMiniblock());
    int64_t take = std::min(n, mini_left_);
    uint64_t last = last_;
    if (width_ <= 32) {
      uint32_t deltas[256];
      take = std::min<int64_t>(take, 256);
      UnpackBits(bits_, bit_, width_, take, deltas);
      for (int64_t i = 0; i < take; ++i) {
        last += min_delta_ + deltas[i];
        out[i] = static_cast<Int>(last);
      }
    } else {
      for (int64_t i = 0; i < take; ++i) {
        last += min_delta_ + Bits(bits_, bit_ + i * width_, width_);
        out[i] = static_cast<Int>(last);
      }
    }
    last_ = last;
    bit_ += take * width_;
    mini_left_ -= take;
    out += take;
    n -= take;
  }
  return arrow::Status::OK();
}

template arrow::Status DeltaDecoder::Get<int32_t>(int64_t, int32_t*);
template arrow::Status DeltaDecoder::Get<int64_t>(int64_t, int64_t*);

}  // namespace bowstring::pq
