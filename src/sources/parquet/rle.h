// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include <arrow/status.h>

namespace bowstring::pq {

/// Bytes that may be read behind the end of any page buffer (they are zero).
constexpr int64_t kPagePadding = 64;

/// Unpacks `n` values of `width` (0 ... 32) bits that begin `bit` bits behind `data`. May read up to 16 bytes behind the last value.
void UnpackBits(const uint8_t* data, int64_t bit, int width, int64_t n, uint32_t* out);

/// The hybrid of run lengths and bit-packed groups that levels, dictionary indices and booleans are stored in.
/// Reads within [data, data + size) and the padding behind it.
class RleDecoder {
 public:
  RleDecoder() = default;
  RleDecoder(const uint8_t* data, int64_t size, int bit_width) : p_(data), end_(data + size), width_(bit_width) {}

  arrow::Status Get(int64_t n, uint32_t* out);
  arrow::Status Skip(int64_t n);
  /// Width 1 only: appends n bits at `offset` of a bitmap whose bits there are zero, and adds the set ones to `*set`.
  arrow::Status GetBits(int64_t n, uint8_t* bitmap, int64_t offset, int64_t* set);

 private:
  arrow::Status NextRun();

  const uint8_t* p_ = nullptr;
  const uint8_t* end_ = nullptr;
  int width_ = 0;
  int64_t left_ = 0;        // values left in the run
  bool literal_ = false;
  uint32_t value_ = 0;      // of a repeated run
  const uint8_t* bits_ = nullptr;  // of a literal run
  int64_t bit_ = 0;
};

}  // namespace bowstring::pq
