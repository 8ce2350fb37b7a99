// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/text_parse.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string>

#include <bowstring/error.h>

#include "functions/calendar.h"

namespace bowstring {
namespace {

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Takes up to `most` digits, at least `least`.
bool TakeDigits(std::string_view& text, size_t least, size_t most, int64_t* value) {
  size_t n = 0;
  *value = 0;
  while (n < text.size() && n < most && IsDigit(text[n])) *value = *value * 10 + (text[n++] - '0');
  if (n < least) return false;
  text.remove_prefix(n);
  return true;
}

bool Take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool TakeDate(std::string_view& text, int64_t* days) {
  int64_t year, month, day;
  int sign = 1;
  bool expanded = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    sign = text[0] == '-' ? -1 : 1;
    expanded = true;
    text.remove_prefix(1);
  }
  // "20200131"
  if (!expanded && text.size() >= 8 && text.substr(0, 8).find_first_not_of("0123456789") == std::string_view::npos) {
    if (!TakeDigits(text, 4, 4, &year) || !TakeDigits(text, 2, 2, &month) || !TakeDigits(text, 2, 2, &day)) return false;
  } else {
    if (!TakeDigits(text, 4, expanded ? 6 : 4, &year) || !Take(text, '-') || !TakeDigits(text, 1, 2, &month) || !Take(text, '-') ||
        !TakeDigits(text, 1, 2, &day)) {
      return false;
    }
  }
  if (month < 1 || month > 12 || day < 1 || day > DaysInMonth(sign * year, static_cast<int32_t>(month))) return false;
  *days = DaysFromCivil(sign * year, static_cast<int32_t>(month), static_cast<int32_t>(day));
  return true;
}

// ".123456789": digits beyond `places` are dropped.
bool TakeFraction(std::string_view& text, int64_t* parts, size_t places = 9) {
  *parts = 0;
  if (!Take(text, '.')) return true;
  size_t n = 0;
  for (; n < text.size() && IsDigit(text[n]); ++n) {
    if (n < places) *parts = *parts * 10 + (text[n] - '0');
  }
  if (n == 0) return false;
  for (size_t k = n; k < places; ++k) *parts *= 10;
  text.remove_prefix(n);
  return true;
}

// A unit of intervals, and how many months, days and nanoseconds it has.
struct IntervalUnit {
  std::initializer_list<std::string_view> names;
  int32_t months, days;
  int64_t nanos;
};

const IntervalUnit* FindIntervalUnit(std::string_view word) {
  static const IntervalUnit kUnits[] = {
      {{"century", "centurie", "cent", "c"}, 1200, 0, 0},
      {{"decade", "dec"}, 120, 0, 0},
      {{"year", "yr", "y"}, 12, 0, 0},
      {{"month", "mon"}, 1, 0, 0},
      {{"week", "w"}, 0, 7, 0},
      {{"day", "d"}, 0, 1, 0},
      {{"hour", "hr", "h"}, 0, 0, 3600 * kNanosPerSecond},
      {{"minute", "min", "m"}, 0, 0, 60 * kNanosPerSecond},
      {{"second", "sec", "s"}, 0, 0, kNanosPerSecond},
      {{"millisecond", "msecond", "msec", "ms"}, 0, 0, 1000000},
      {{"microsecond", "usecond", "usec", "us"}, 0, 0, 1000},
      {{"nanosecond", "nsec", "ns"}, 0, 0, 1},
  };
  for (const IntervalUnit& unit : kUnits) {
    for (std::string_view name : unit.names) {
      if (word == name) return &unit;
    }
  }
  return nullptr;
}

bool TakeClock(std::string_view& text, int64_t* seconds, int64_t* nanos) {
  int64_t hour, minute, second = 0;
  *nanos = 0;
  if (!TakeDigits(text, 1, 2, &hour) || !Take(text, ':') || !TakeDigits(text, 2, 2, &minute)) return false;
  if (Take(text, ':') && (!TakeDigits(text, 2, 2, &second) || !TakeFraction(text, nanos))) return false;
  if (hour > 23 || minute > 59 || second > 60) return false;
  *seconds = hour * 3600 + minute * 60 + second;
  return true;
}

}  // namespace

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

template <typename T>
std::optional<T> ParseInt(std::string_view text) {
  text = TrimBlanks(text);
  if (text.size() > 1 && text[0] == '+' && IsDigit(text[1])) text.remove_prefix(1);
  T value;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}
template std::optional<int8_t> ParseInt(std::string_view);
template std::optional<int16_t> ParseInt(std::string_view);
template std::optional<int32_t> ParseInt(std::string_view);
template std::optional<int64_t> ParseInt(std::string_view);
template std::optional<uint8_t> ParseInt(std::string_view);
template std::optional<uint16_t> ParseInt(std::string_view);
template std::optional<uint32_t> ParseInt(std::string_view);
template std::optional<uint64_t> ParseInt(std::string_view);

namespace {
template <typename T>
std::optional<T> ParseFloating(std::string_view text) {
  text = TrimBlanks(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  T value;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // Too large is infinite, too small is zero: as Rust reads them.
    const bool tiny = Lower(text).find("e-") != std::string::npos;
    value = tiny ? T{0} : std::numeric_limits<T>::infinity();
    return text[0] == '-' ? -value : value;
  }
  if (error != std::errc()) return std::nullopt;
  return value;
}
}  // namespace

std::optional<double> ParseDouble(std::string_view text) { return ParseFloating<double>(text); }
std::optional<float> ParseFloat(std::string_view text) { return ParseFloating<float>(text); }

std::optional<bool> ParseBool(std::string_view text) {
  const std::string word = Lower(TrimBlanks(text));
  for (const char* yes : {"t", "tr", "tru", "true", "y", "ye", "yes", "on", "1"}) {
    if (word == yes) return true;
  }
  for (const char* no : {"f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

std::optional<__int128> ParseDecimal(std::string_view text, int32_t scale) {
  text = TrimBlanks(text);
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  std::string digits;
  int64_t point = -1;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (IsDigit(text[i])) {
      digits += text[i];
    } else if (text[i] == '.' && point < 0) {
      point = static_cast<int64_t>(digits.size());
    } else {
      break;
    }
  }
  if (digits.empty()) return std::nullopt;
  if (point < 0) point = static_cast<int64_t>(digits.size());
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    std::string_view rest = text.substr(i + 1);
    if (!rest.empty() && rest[0] == '+') rest.remove_prefix(1);
    int32_t exponent = 0;
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
    if (error != std::errc() || end != rest.data() + rest.size() || exponent > 10000 || exponent < -10000) return std::nullopt;
    point += exponent;
  }
  // Digits up to point + scale count; the next one rounds.
  const int64_t wanted = point + scale;
  unsigned __int128 value = 0;
  constexpr unsigned __int128 kLimit = ~static_cast<unsigned __int128>(0) >> 1;
  for (int64_t k = 0; k < wanted; ++k) {
    const unsigned digit = k < static_cast<int64_t>(digits.size()) ? digits[k] - '0' : 0;
    if (value > (kLimit - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
    if (value == 0 && k > static_cast<int64_t>(digits.size())) break;
  }
  if (wanted >= 0 && wanted < static_cast<int64_t>(digits.size()) && digits[wanted] >= '5') ++value;
  const auto out = static_cast<__int128>(value);
  return negative ? -out : out;
}

std::optional<int64_t> ParseDate(std::string_view text) {
  text = TrimBlanks(text);
  std::string_view rest = text;
  int64_t days;
  if (!TakeDate(rest, &days)) return std::nullopt;
  if (rest.empty()) return days;
  if (!ParseTimestamp(text, nullptr)) return std::nullopt;
  return days;
}

arrow::Status NoTimestamp(std::string_view text) {
  int64_t days;
  std::string_view rest = TrimBlanks(text);
  const char* why = rest.size() < 10 ? "timestamp must contain at least 10 characters" : TakeDate(rest, &days) ? "error parsing time" : "error parsing date";
  return Error(ErrorKind::kUnknown, "Parser error: Error parsing timestamp from '", text, "': ", why);
}

std::optional<ParsedTimestamp> ParseTimestamp(std::string_view text, const TimeZone* zone) {
  text = TrimBlanks(text);
  int64_t days, seconds = 0, nanos = 0;
  if (!TakeDate(text, &days)) return std::nullopt;
  if (!text.empty()) {
    if (!Take(text, 'T') && !Take(text, 't') && !Take(text, ' ')) return std::nullopt;
    if (!TakeClock(text, &seconds, &nanos)) return std::nullopt;
  }
  const int64_t local = days * kSecondsPerDay + seconds;
  std::shared_ptr<const TimeZone> named;
  text = TrimBlanks(text);
  if (!text.empty()) {
    if (text == "Z" || text == "z") {
      zone = nullptr;
    } else {
      auto found = TimeZone::Find(text);
      if (!found.ok()) return std::nullopt;
      named = *found;
      zone = named.get();
    }
  }
  if (zone == nullptr) return ParsedTimestamp{local, static_cast<int32_t>(nanos)};
  auto utc = zone->ToUtc(local);
  if (!utc) return std::nullopt;
  return ParsedTimestamp{*utc, static_cast<int32_t>(nanos)};
}

std::optional<int64_t> ParseTime(std::string_view text) {
  text = TrimBlanks(text);
  int64_t seconds, nanos;
  if (!TakeClock(text, &seconds, &nanos)) return std::nullopt;
  text = TrimBlanks(text);
  if (!text.empty()) {
    const std::string half = Lower(text);
    if ((half != "am" && half != "pm") || seconds >= 13 * 3600 || seconds < 3600) return std::nullopt;
    if (seconds >= 12 * 3600) seconds -= 12 * 3600;
    if (half == "pm") seconds += 12 * 3600;
  }
  return seconds * kNanosPerSecond + nanos;
}

std::optional<arrow::MonthDayNanoIntervalType::MonthDayNanos> ParseInterval(std::string_view text) {
  constexpr size_t kPlaces = 15;
  constexpr int64_t kOne = 1'000'000'000'000'000;
  text = TrimBlanks(text);
  if (text.empty()) return std::nullopt;
  __int128 months = 0, days = 0, nanos = 0;
  std::vector<const IntervalUnit*> units;
  bool bare = false;
  while (!(text = TrimBlanks(text)).empty()) {
    if (bare) return std::nullopt;  // only the last number may be without a unit: "1-2" would be -1 s
    int sign = 1;
    if (text[0] == '+' || text[0] == '-') {
      sign = text[0] == '-' ? -1 : 1;
      text.remove_prefix(1);
    }
    std::string_view clock = text;
    int64_t hours, minutes, seconds = 0, fraction = 0;
    if (TakeDigits(clock, 1, 9, &hours) && Take(clock, ':') && TakeDigits(clock, 2, 2, &minutes)) {
      if (Take(clock, ':') && (!TakeDigits(clock, 2, 2, &seconds) || !TakeFraction(clock, &fraction))) return std::nullopt;
      nanos += static_cast<__int128>(sign) * ((hours * 3600 + minutes * 60 + seconds) * static_cast<__int128>(kNanosPerSecond) + fraction);
      text = clock;
      continue;
    }
    int64_t whole = 0;
    const bool has_whole = TakeDigits(text, 1, 18, &whole);
    if (!has_whole && (text.empty() || text[0] != '.')) return std::nullopt;
    if (!TakeFraction(text, &fraction, kPlaces)) return std::nullopt;
    text = TrimBlanks(text);
    size_t letters = 0;
    while (letters < text.size() && std::isalpha(static_cast<unsigned char>(text[letters]))) ++letters;
    std::string word = Lower(text.substr(0, letters));
    text.remove_prefix(letters);
    bare = word.empty();
    if (word.size() > 2 && word.back() == 's') word.pop_back();
    const IntervalUnit* const unit = FindIntervalUnit(bare ? "second" : word);
    if (unit == nullptr || std::find(units.begin(), units.end(), unit) != units.end()) return std::nullopt;
    units.push_back(unit);
    const __int128 exact = sign * (static_cast<__int128>(whole) * kOne + fraction), part = static_cast<__int128>(sign) * fraction;
    // The fraction of a month is whole days of thirty, that of a longer unit whole months, that of others nanoseconds.
    if (unit->months == 1) {
      months += exact / kOne;
      days += part * 30 / kOne;
    } else if (unit->months > 0) {
      months += static_cast<__int128>(sign) * whole * unit->months + part * unit->months / kOne;
    } else if (unit->days > 0) {
      days += static_cast<__int128>(sign) * whole * unit->days;
      nanos += part * unit->days * kNanosPerDay / kOne;
    } else {
      nanos += static_cast<__int128>(sign) * whole * unit->nanos + part * unit->nanos / kOne;
    }
  }
  const auto over = [](__int128 value, int64_t most) { return value > most || value < -static_cast<__int128>(most) - 1; };
  if (over(months, INT32_MAX) || over(days, INT32_MAX) || over(nanos, INT64_MAX)) return std::nullopt;
  return arrow::MonthDayNanoIntervalType::MonthDayNanos{static_cast<int32_t>(months), static_cast<int32_t>(days), static_cast<int64_t>(nanos)};
}

}  // namespace bowstring
