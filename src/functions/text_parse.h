// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <arrow/status.h>
#include <arrow/type.h>

#include "functions/time_zone.h"

namespace bowstring {

/// Texts to values, as casts read them. None where the text isn't one.
std::string_view TrimBlanks(std::string_view text);
template <typename T>
std::optional<T> ParseInt(std::string_view text);
std::optional<double> ParseDouble(std::string_view text);
std::optional<float> ParseFloat(std::string_view text);
std::optional<bool> ParseBool(std::string_view text);
/// Unscaled value at `scale`; further digits round half away from zero. Exponents are read. No check of precision but 128 bits.
std::optional<__int128> ParseDecimal(std::string_view text, int32_t scale);
/// Days since 1970: "2020-01-31", "2020-1-3", also with a time after it, which is dropped.
std::optional<int64_t> ParseDate(std::string_view text);

struct ParsedTimestamp {
  int64_t seconds = 0;  ///< since 1970 UTC
  int32_t nanos = 0;
};
/// "2020-01-31", "2020-01-31T01:02[:03[.5]]", a blank for T, then Z, an offset or a zone's name. Without those the time is of `zone`
/// (null: UTC).
std::optional<ParsedTimestamp> ParseTimestamp(std::string_view text, const TimeZone* zone);
/// Says why ParseTimestamp gave nothing.
arrow::Status NoTimestamp(std::string_view text);
/// Nanoseconds since midnight: "01:02", "01:02:03.5", "1:02 PM".
std::optional<int64_t> ParseTime(std::string_view text);
/// "1 year 2 months", "3 days 04:05:06.7", "-1.5 hours", "P1Y2M". A number without unit counts seconds.
std::optional<arrow::MonthDayNanoIntervalType::MonthDayNanos> ParseInterval(std::string_view text);

}  // namespace bowstring
