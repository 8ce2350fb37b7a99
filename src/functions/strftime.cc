// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/strftime.h"

#include <cctype>

#include "functions/calendar.h"
#include "functions/time_zone.h"
#include "functions/value_text.h"

namespace bowstring {
namespace {

constexpr std::string_view kMonths[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
constexpr std::string_view kDays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

// Directives that stand for others.
std::string_view Expanded(char letter) {
  switch (letter) {
    case 'F': return "%Y-%m-%d";
    case 'T':
    case 'X': return "%H:%M:%S";
    case 'R': return "%H:%M";
    case 'D':
    case 'x': return "%m/%d/%y";
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'r': return "%I:%M:%S %p";
    case 'v': return "%e-%b-%Y";
    case 'h': return "%b";
    default: return {};
  }
}

void Padded(int64_t value, int width, char fill, std::string* out) {
  std::string digits = std::to_string(value);
  if (static_cast<int>(digits.size()) < width) out->append(width - digits.size(), fill);
  *out += digits;
}

void Fraction(int32_t nanos, int digits, std::string* out) {
  std::string text;
  Padded(nanos, 9, '0', &text);
  out->append(text, 0, digits);
}

}  // namespace

bool FormatMoment(int64_t local, int32_t nanos, std::optional<int32_t> offset, std::string_view format, std::string* out) {
  const int64_t day = FloorDiv(local, kSecondsPerDay), clock = FloorMod(local, kSecondsPerDay);
  const CivilDate date = CivilFromDays(day);
  const int64_t hour = clock / 3600, half = hour % 12 == 0 ? 12 : hour % 12;
  const int32_t weekday = IsoWeekday(day);
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      *out += format[i];
      continue;
    }
    if (++i == format.size()) return false;
    char pad = '0';
    if (format[i] == '-' || format[i] == '_' || format[i] == '0') {
      pad = format[i] == '-' ? '\0' : format[i] == '_' ? ' ' : '0';
      if (++i == format.size()) return false;
    }
    auto number = [&](int64_t value, int width, char usual = '0') { Padded(value, pad == '\0' ? 0 : width, pad == '0' ? usual : pad, out); };
    if (const std::string_view more = Expanded(format[i]); !more.empty()) {
      if (!FormatMoment(local, nanos, offset, more, out)) return false;
      continue;
    }
    switch (format[i]) {
      case 'Y': number(date.year, 4); break;
      case 'C': number(FloorDiv(date.year, 100), 2); break;
      case 'y': number(FloorMod(date.year, 100), 2); break;
      case 'm': number(date.month, 2); break;
      case 'd': number(date.day, 2); break;
      case 'e': number(date.day, 2, ' '); break;
      case 'H': number(hour, 2); break;
      case 'k': number(hour, 2, ' '); break;
      case 'I': number(half, 2); break;
      case 'l': number(half, 2, ' '); break;
      case 'M': number(clock / 60 % 60, 2); break;
      case 'S': number(clock % 60, 2); break;
      case 'j': number(day - DaysFromCivil(date.year, 1, 1) + 1, 3); break;
      case 'U': number((day - DaysFromCivil(date.year, 1, 1) + 7 - weekday % 7) / 7, 2); break;
      case 'W': number((day - DaysFromCivil(date.year, 1, 1) + 7 - (weekday - 1)) / 7, 2); break;
      case 'g': number(FloorMod(CivilFromDays(day + 4 - weekday).year, 100), 2); break;
      case 'q': number((date.month - 1) / 3 + 1, 1); break;
      case 'u': number(weekday, 1); break;
      case 'w': number(weekday % 7, 1); break;
      case 'G': number(CivilFromDays(day + 4 - weekday).year, 4); break;
      case 'V': {
        const int64_t thursday = day + 4 - weekday;
        number((thursday - DaysFromCivil(CivilFromDays(thursday).year, 1, 1)) / 7 + 1, 2);
        break;
      }
      case 'B': *out += kMonths[date.month - 1]; break;
      case 'b': *out += kMonths[date.month - 1].substr(0, 3); break;
      case 'A': *out += kDays[weekday - 1]; break;
      case 'a': *out += kDays[weekday - 1].substr(0, 3); break;
      case 'p': *out += hour < 12 ? "AM" : "PM"; break;
      case 'P': *out += hour < 12 ? "am" : "pm"; break;
      case 'f': Padded(nanos, 9, '0', out); break;
      case '3':
      case '6':
      case '9':
        if (i + 1 == format.size() || format[i + 1] != 'f') return false;
        Fraction(nanos, format[i] - '0', out);
        ++i;
        break;
      case '.': {
        ++i;
        if (i < format.size() && format[i] == 'f') {
          if (nanos != 0) {
            *out += '.';
            Fraction(nanos, nanos % 1000000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9, out);
          }
          break;
        }
        if (i + 1 >= format.size() || format[i + 1] != 'f' || !std::isdigit(static_cast<unsigned char>(format[i]))) return false;
        *out += '.';
        Fraction(nanos, format[i] - '0', out);
        ++i;
        break;
      }
      case 's': *out += std::to_string(local - offset.value_or(0)); break;
      case 'Z':
      case 'z': {
        if (!offset) return false;
        std::string text;
        AppendOffset(*offset, false, &text);
        if (format[i] == 'z') text.erase(3, 1);
        *out += text;
        break;
      }
      case ':':
        if (!offset || ++i == format.size() || format[i] != 'z') return false;
        AppendOffset(*offset, false, out);
        break;
      case 't': *out += '\t'; break;
      case 'n': *out += '\n'; break;
      case '%': *out += '%'; break;
      case '+':
        AppendTimestamp(local, arrow::TimeUnit::SECOND, out);
        if (offset) AppendOffset(*offset, false, out);
        break;
      default: return false;
    }
  }
  return true;
}

namespace {

struct Fields {
  int64_t year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, nanos = 0, day_of_year = 0;
  std::optional<int64_t> half, epoch, iso_year, iso_week, weekday;
  bool has_year = false, has_month = false, has_day = false;
  std::optional<int32_t> offset;
  bool pm = false;
};

bool TakeNumber(std::string_view& text, size_t most, int64_t* out, bool sign = false) {
  int64_t factor = 1;
  if (sign && !text.empty() && (text[0] == '-' || text[0] == '+')) {
    factor = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  size_t n = 0;
  *out = 0;
  while (n < text.size() && n < most && std::isdigit(static_cast<unsigned char>(text[n]))) *out = *out * 10 + (text[n++] - '0');
  text.remove_prefix(n);
  *out *= factor;
  return n > 0;
}

bool TakeName(std::string_view& text, const std::string_view* names, int count, int64_t* index) {
  auto prefix = [&](std::string_view name) {
    if (text.size() < name.size()) return false;
    for (size_t k = 0; k < name.size(); ++k) {
      if (std::tolower(static_cast<unsigned char>(text[k])) != std::tolower(static_cast<unsigned char>(name[k]))) return false;
    }
    return true;
  };
  for (int i = 0; i < count; ++i) {
    for (const std::string_view name : {names[i], names[i].substr(0, 3)}) {
      if (!prefix(name)) continue;
      text.remove_prefix(name.size());
      *index = i + 1;
      return true;
    }
  }
  return false;
}

bool TakeNanos(std::string_view& text, size_t most, int64_t* nanos) {
  size_t n = 0;
  *nanos = 0;
  for (; n < text.size() && n < most && std::isdigit(static_cast<unsigned char>(text[n])); ++n) {
    if (n < 9) *nanos = *nanos * 10 + (text[n] - '0');
  }
  for (size_t k = n; k < 9; ++k) *nanos *= 10;
  text.remove_prefix(n);
  return n > 0;
}

bool TakeOffset(std::string_view& text, Fields* fields) {
  if (!text.empty() && (text[0] == 'Z' || text[0] == 'z')) {
    text.remove_prefix(1);
    fields->offset = 0;
    return true;
  }
  size_t n = 0;
  while (n < text.size() && n < 6 && (std::isdigit(static_cast<unsigned char>(text[n])) || text[n] == ':' || (n == 0 && (text[n] == '+' || text[n] == '-')))) ++n;
  fields->offset = ParseOffset(text.substr(0, n));
  text.remove_prefix(n);
  return fields->offset.has_value();
}

bool ParseFields(std::string_view& text, std::string_view format, Fields* f) {
  int64_t ignored;
  for (size_t i = 0; i < format.size(); ++i) {
    if (std::isspace(static_cast<unsigned char>(format[i]))) {
      while (!text.empty() && std::isspace(static_cast<unsigned char>(text[0]))) text.remove_prefix(1);
      continue;
    }
    if (format[i] != '%') {
      if (text.empty() || text[0] != format[i]) return false;
      text.remove_prefix(1);
      continue;
    }
    if (++i == format.size()) return false;
    if (format[i] == '-' || format[i] == '_' || format[i] == '0') ++i;
    if (i == format.size()) return false;
    if (const std::string_view more = Expanded(format[i]); !more.empty()) {
      if (!ParseFields(text, more, f)) return false;
      continue;
    }
    bool ok = true;
    switch (format[i]) {
      case 'Y':
        ok = TakeNumber(text, 4, &f->year, true);
        f->has_year = true;
        break;
      case 'y':
        ok = TakeNumber(text, 2, &f->year);
        f->year += f->year < 70 ? 2000 : 1900;
        f->has_year = true;
        break;
      case 'm':
        ok = TakeNumber(text, 2, &f->month);
        f->has_month = true;
        break;
      case 'd':
      case 'e':
        ok = TakeNumber(text, 2, &f->day);
        f->has_day = true;
        break;
      case 'G': {
        int64_t year;
        ok = TakeNumber(text, 4, &year, true);
        f->iso_year = year;
        break;
      }
      case 'V': {
        int64_t week;
        ok = TakeNumber(text, 2, &week);
        f->iso_week = week;
        break;
      }
      case 'u':
      case 'w': {
        int64_t day;
        ok = TakeNumber(text, 1, &day) && day <= 7;
        f->weekday = day == 0 ? 7 : day;
        break;
      }
      case 'H':
      case 'k': ok = TakeNumber(text, 2, &f->hour); break;
      case 'I':
      case 'l': {
        int64_t half;
        ok = TakeNumber(text, 2, &half) && half >= 1 && half <= 12;
        f->half = half % 12;
        break;
      }
      case 'M': ok = TakeNumber(text, 2, &f->minute); break;
      case 'S': ok = TakeNumber(text, 2, &f->second); break;
      case 'j': ok = TakeNumber(text, 3, &f->day_of_year); break;
      case 's': {
        int64_t seconds;
        ok = TakeNumber(text, 18, &seconds, true);
        f->epoch = seconds;
        break;
      }
      case 'B':
      case 'b':
        ok = TakeName(text, kMonths, 12, &f->month);
        f->has_month = true;
        break;
      case 'A':
      case 'a':
        ok = TakeName(text, kDays, 7, &ignored);
        if (ok) f->weekday = ignored;
        break;
      case 'p':
      case 'P':
        ok = text.size() >= 2 && std::tolower(static_cast<unsigned char>(text[1])) == 'm';
        if (ok) {
          f->pm = std::tolower(static_cast<unsigned char>(text[0])) == 'p';
          text.remove_prefix(2);
        }
        break;
      case 'f': ok = TakeNanos(text, 9, &f->nanos); break;
      case '3':
      case '6':
      case '9':
        ok = i + 1 < format.size() && format[i + 1] == 'f' && TakeNanos(text, format[i] - '0', &f->nanos);
        ++i;
        break;
      case '.':
        while (i + 1 < format.size() && format[i] != 'f') ++i;
        if (!text.empty() && text[0] == '.') {
          text.remove_prefix(1);
          ok = TakeNanos(text, 9, &f->nanos);
        }
        break;
      case 'z': ok = TakeOffset(text, f); break;
      case ':':
      case '#':
        ++i;
        ok = TakeOffset(text, f);
        break;
      case '+':
        ok = ParseFields(text, "%Y-%m-%dT%H:%M:%S%.f%:z", f);
        break;
      case '%':
        ok = !text.empty() && text[0] == '%';
        if (ok) text.remove_prefix(1);
        break;
      default: return false;
    }
    if (!ok) return false;
  }
  return true;
}

}  // namespace

std::optional<ParsedTimestamp> ParseWithFormat(std::string_view text, std::string_view format, bool time_only) {
  Fields f;
  if (!ParseFields(text, format, &f) || !text.empty()) return std::nullopt;
  if (f.epoch) {
    // A date beside it that is another wins, without its time.
    const bool dated = f.has_year && f.has_month && f.has_day && f.month >= 1 && f.month <= 12 && f.day >= 1 && f.day <= DaysInMonth(f.year, static_cast<int32_t>(f.month));
    const int64_t date = dated ? DaysFromCivil(f.year, static_cast<int32_t>(f.month), static_cast<int32_t>(f.day)) : 0;
    const int64_t local = *f.epoch + f.offset.value_or(0), second = local - FloorDiv(local, kSecondsPerDay) * kSecondsPerDay;
    const bool same_time = (f.hour == 0 && f.minute == 0) || (f.hour == second / 3600 && f.minute == second / 60 % 60);
    if (dated && (date != FloorDiv(local, kSecondsPerDay) || !same_time)) return ParsedTimestamp{date * kSecondsPerDay, 0};
    return ParsedTimestamp{*f.epoch, static_cast<int32_t>(f.nanos)};
  }
  if (f.half) f.hour = *f.half + (f.pm ? 12 : 0);
  if (f.month < 1 || f.month > 12 || f.day < 1 || f.day > DaysInMonth(f.year, static_cast<int32_t>(f.month)) || f.hour > 23 || f.minute > 59 || f.second > 60) {
    return std::nullopt;
  }
  const bool by_week = f.iso_year && f.iso_week && f.weekday;
  if (!time_only && !by_week && !(f.has_year && (f.day_of_year > 0 || (f.has_month && f.has_day)))) return std::nullopt;
  int64_t day = DaysFromCivil(f.year, static_cast<int32_t>(f.month), static_cast<int32_t>(f.day));
  if (by_week && !f.has_month) {
    const int64_t fourth = DaysFromCivil(*f.iso_year, 1, 4);
    day = fourth - IsoWeekday(fourth) + 1 + (*f.iso_week - 1) * 7 + *f.weekday - 1;
  }
  if (!by_week && f.weekday && IsoWeekday(f.day_of_year > 0 ? DaysFromCivil(f.year, 1, 1) + f.day_of_year - 1 : day) != *f.weekday && !time_only) return std::nullopt;
  if (f.day_of_year > 0) day = DaysFromCivil(f.year, 1, 1) + f.day_of_year - 1;
  const int64_t local = day * kSecondsPerDay + f.hour * 3600 + f.minute * 60 + f.second;
  return ParsedTimestamp{local - f.offset.value_or(0), static_cast<int32_t>(f.nanos)};
}

}  // namespace bowstring
