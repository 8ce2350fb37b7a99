// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace bowstring::pq {

/// Copies the values of `width` bytes at rows[i] - base of `from` to the places i of `to`.
void PickValues(const uint8_t* from, int32_t width, const int32_t* rows, int64_t base, int64_t count, uint8_t* to);

/// Appends the bits at rows[i] - base of `from` at `offset` of `to`, where all is zero. How many of them are set.
int64_t PickBits(const uint8_t* from, const int32_t* rows, int64_t base, int64_t count, uint8_t* to, int64_t offset);

/// Moves `set` values that lie side by side at `values` to where the bits are set, back to front; what lies between is zeroed.
void SpreadValues(uint8_t* values, int32_t width, const uint8_t* bits, int64_t bit_offset, int64_t n, int64_t set);

}  // namespace bowstring::pq
