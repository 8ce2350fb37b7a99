// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include <arrow/type_fwd.h>

namespace bowstring {

/// Proleptic Gregorian calendar over days since 1970-01-01 (algorithms of Howard Hinnant).
struct CivilDate {
  int64_t year;
  int32_t month, day;  ///< from 1
};

constexpr int64_t FloorDiv(int64_t a, int64_t b) { return a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0); }
constexpr int64_t FloorMod(int64_t a, int64_t b) { return a - FloorDiv(a, b) * b; }

constexpr int64_t DaysFromCivil(int64_t year, int32_t month, int32_t day) {
  year -= month <= 2;
  const int64_t era = FloorDiv(year, 400);
  const int64_t yoe = year - era * 400;
  const int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

/// Of days within kNearDays of 1970, without divisions (Neri and Schneider, Euclidean affine functions, 2022).
inline constexpr int64_t kNearDays = int64_t{1} << 28;
constexpr CivilDate CivilFromNearDays(int64_t days) {
  constexpr uint32_t kEras = 2000;  // of 400 years, so that no number is below zero
  const uint32_t n = 4 * static_cast<uint32_t>(days + 719468 + int64_t{kEras} * 146097) + 3;
  const uint32_t century = n / 146097, in_century = n % 146097 / 4;
  const uint64_t p = 2939745 * (uint64_t{4} * in_century + 3);
  const uint32_t day_of_year = static_cast<uint32_t>(p) / 2939745 / 4;  // of a year that begins in March
  const uint32_t m = 2141 * day_of_year + 197913;
  const bool next = day_of_year >= 306;
  return {static_cast<int64_t>(100 * century + static_cast<uint32_t>(p >> 32)) - 400 * int64_t{kEras} + next,
          static_cast<int32_t>((m >> 16) - (next ? 12 : 0)), static_cast<int32_t>((m & 0xffff) / 2141) + 1};
}

constexpr CivilDate CivilFromDays(int64_t days) {
  if (days > -kNearDays && days < kNearDays) return CivilFromNearDays(days);
  days += 719468;
  const int64_t era = FloorDiv(days, 146097);
  const int64_t doe = days - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  const int32_t day = static_cast<int32_t>(doy - (153 * mp + 2) / 5 + 1);
  const int32_t month = static_cast<int32_t>(mp < 10 ? mp + 3 : mp - 9);
  return {yoe + era * 400 + (month <= 2), month, day};
}

constexpr bool IsLeapYear(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
constexpr int32_t DaysInMonth(int64_t year, int32_t month) {
  constexpr int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[month - 1];
}

/// Days after adding whole months; the day is cut to the month's last.
constexpr int64_t AddMonths(int64_t days, int64_t months) {
  const CivilDate date = CivilFromDays(days);
  const int64_t total = date.year * 12 + (date.month - 1) + months;
  const int64_t year = FloorDiv(total, 12);
  const int32_t month = static_cast<int32_t>(total - year * 12) + 1;
  const int32_t last = DaysInMonth(year, month);
  return DaysFromCivil(year, month, date.day < last ? date.day : last);
}

/// Monday 1 ... Sunday 7.
constexpr int32_t IsoWeekday(int64_t days) { return static_cast<int32_t>(FloorMod(days + 3, 7)) + 1; }

constexpr int64_t kSecondsPerDay = 86400;
constexpr int64_t kNanosPerSecond = 1000000000;
constexpr int64_t kNanosPerDay = kSecondsPerDay * kNanosPerSecond;

/// Units in one second: 1, 1000, 1000000, 1000000000.
constexpr int64_t UnitsPerSecond(arrow::TimeUnit::type unit) {
  int64_t units = 1;
  for (int i = 0; i < static_cast<int>(unit); ++i) units *= 1000;
  return units;
}

}  // namespace bowstring
