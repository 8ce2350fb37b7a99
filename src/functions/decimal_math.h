// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstdint>

namespace bowstring {

namespace internal {
constexpr std::array<__int128, 39> MakePowers() {
  std::array<__int128, 39> out{};
  __int128 power = 1;
  for (int i = 0; i < 39; ++i) {
    out[i] = power;
    if (i < 38) power *= 10;
  }
  return out;
}
inline constexpr std::array<__int128, 39> kPowers = MakePowers();
}  // namespace internal

/// 10^n for n in 0 ... 38.
constexpr __int128 PowerOfTen(int n) { return internal::kPowers[n]; }

/// value / divisor, halves away from zero. The divisor is positive.
constexpr __int128 DivideRounded(__int128 value, __int128 divisor) {
  const auto divide = [](auto a, auto b) {
    const auto quotient = a / b, rest = a % b;
    const auto size = rest < 0 ? -rest : rest;
    return size >= b - size ? quotient + (a < 0 ? -1 : 1) : quotient;
  };
  const auto narrow = static_cast<int64_t>(value), narrow_divisor = static_cast<int64_t>(divisor);
  if (narrow == value && narrow_divisor == divisor) return divide(narrow, narrow_divisor);  // five times as fast
  return divide(value, divisor);
}

/// value * 10^change, halves away from zero where change is negative. False: more than 128 bits.
constexpr bool Rescale(__int128 value, int32_t change, __int128* out) {
  if (change == 0) {
    *out = value;
    return true;
  }
  if (change > 0) {
    while (change > 38) {
      if (value != 0) return false;
      change = 38;
    }
    return !__builtin_mul_overflow(value, PowerOfTen(change), out);
  }
  if (change < -38) {
    *out = 0;
    return true;
  }
  *out = DivideRounded(value, PowerOfTen(-change));
  return true;
}

}  // namespace bowstring
