// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace bowstring::pq {

/// Decompresses a raw Snappy block of exactly `out_size` bytes. May write up to 64 bytes behind them. False where the input is damaged;
/// nothing outside of [in, in + in_size) is read, nothing outside of [out, out + out_size + 64) written.
bool SnappyDecompress(const uint8_t* in, int64_t in_size, uint8_t* out, int64_t out_size);

}  // namespace bowstring::pq
