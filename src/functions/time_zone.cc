// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/time_zone.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <mutex>
#include <unordered_map>

#include <bowstring/error.h>

#include "functions/calendar.h"

// Arrow's own zone code is inside its kernels and reads only the system's folders; C++20's <chrono> zones came to GCC with version
// 14. TZif (RFC 8536) is small, so zones are read here.

namespace bowstring {
namespace {

int64_t ReadBig(std::string_view bytes, size_t at, int width) {
  uint64_t value = 0;
  for (int i = 0; i < width; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return width == 4 ? static_cast<int32_t>(value) : static_cast<int64_t>(value);
}

struct Cache {
  std::mutex mutex;
  std::vector<std::string> folders;
  std::unordered_map<std::string, std::shared_ptr<const TimeZone>> zones;
};

// Process-wide, because zones are facts of the machine; entries are immutable. Leaked: threads may end after static destruction.
Cache& ZoneCache() {
  static Cache* cache = new Cache;
  return *cache;
}

bool IsSafeName(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find("..") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || std::strchr("/_+-.", c); });
}

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return bytes.starts_with("TZif") ? std::optional(std::move(bytes)) : std::nullopt;
}

// "5", "05", "5:30", "-3:30:00"; hours, where the sign is that of POSIX (west is positive) if `posix`.
bool TakeClock(std::string_view& text, int32_t* seconds) {
  int sign = 1;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  int32_t parts[3] = {0, 0, 0};
  for (int i = 0; i < 3; ++i) {
    size_t digits = 0;
    while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) && digits < 3) {
      parts[i] = parts[i] * 10 + (text[digits++] - '0');
    }
    if (digits == 0) return false;
    text.remove_prefix(digits);
    if (i == 2 || text.empty() || text[0] != ':') break;
    text.remove_prefix(1);
  }
  *seconds = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
  return true;
}

bool TakeAbbreviation(std::string_view& text) {
  size_t n = 0;
  if (!text.empty() && text[0] == '<') {
    n = text.find('>');
    if (n == std::string_view::npos) return false;
    ++n;
  } else {
    while (n < text.size() && std::isalpha(static_cast<unsigned char>(text[n]))) ++n;
  }
  text.remove_prefix(n);
  return n > 0;
}

bool TakeNumber(std::string_view& text, int32_t* value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  if (error != std::errc()) return false;
  text.remove_prefix(end - text.data());
  return true;
}

}  // namespace

std::optional<int32_t> ParseOffset(std::string_view text) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int sign = text[0] == '-' ? -1 : 1;
  std::string digits;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ':' && (i == 3 || i == 2)) continue;
    if (!std::isdigit(static_cast<unsigned char>(text[i]))) return std::nullopt;
    digits += text[i];
  }
  if (digits.size() == 1 || digits.size() == 3) digits.insert(0, "0");
  if (digits.size() != 2 && digits.size() != 4) return std::nullopt;
  const int32_t hours = (digits[0] - '0') * 10 + digits[1] - '0';
  const int32_t minutes = digits.size() == 4 ? (digits[2] - '0') * 10 + digits[3] - '0' : 0;
  if (hours > 23 || minutes > 59) return std::nullopt;
  return sign * (hours * 3600 + minutes * 60);
}

bool TimeZone::ParseRule(std::string_view text, Rule* rule) {
  if (!TakeAbbreviation(text) || !TakeClock(text, &rule->standard)) return false;
  rule->standard = -rule->standard;
  if (text.empty()) return true;
  rule->has_daylight = true;
  if (!TakeAbbreviation(text)) return false;
  rule->daylight = rule->standard + 3600;
  if (!text.empty() && text[0] != ',') {
    if (!TakeClock(text, &rule->daylight)) return false;
    rule->daylight = -rule->daylight;
  }
  for (RuleDate* date : {&rule->begin, &rule->end}) {
    if (text.empty() || text[0] != ',') return false;
    text.remove_prefix(1);
    if (text.empty()) return false;
    if (text[0] == 'M') {
      text.remove_prefix(1);
      date->kind = 'M';
      if (!TakeNumber(text, &date->month) || text.empty() || text[0] != '.') return false;
      text.remove_prefix(1);
      if (!TakeNumber(text, &date->week) || text.empty() || text[0] != '.') return false;
      text.remove_prefix(1);
      if (!TakeNumber(text, &date->day)) return false;
      if (date->month < 1 || date->month > 12 || date->week < 1 || date->week > 5 || date->day < 0 || date->day > 6) return false;
    } else {
      date->kind = text[0] == 'J' ? 'J' : 'N';
      if (text[0] == 'J') text.remove_prefix(1);
      if (!TakeNumber(text, &date->day)) return false;
    }
    if (!text.empty() && text[0] == '/') {
      text.remove_prefix(1);
      if (!TakeClock(text, &date->seconds)) return false;
    }
  }
  return text.empty();
}

int64_t TimeZone::RuleInstant(const RuleDate& date, int64_t year) {
  int64_t days;
  if (date.kind == 'M') {
    const int64_t first = DaysFromCivil(year, date.month, 1);
    const int32_t first_weekday = IsoWeekday(first) % 7;  // Sunday 0
    int32_t day = 1 + (date.day - first_weekday + 7) % 7 + (date.week - 1) * 7;
    while (day > DaysInMonth(year, date.month)) day -= 7;
    days = first + day - 1;
  } else {
    days = DaysFromCivil(year, 1, 1) + date.day;
    if (date.kind == 'J') days -= (IsLeapYear(year) && date.day >= 60) ? 0 : 1;
  }
  return days * kSecondsPerDay + date.seconds;
}

bool TimeZone::ParseTzif(std::string_view bytes, TimeZone* zone) {
  constexpr size_t kHeader = 44;
  auto counts = [&](size_t at) {
    std::array<int64_t, 6> out{};  // isut, isstd, leap, time, type, char
    for (int i = 0; i < 6; ++i) out[i] = ReadBig(bytes, at + 20 + 4 * i, 4);
    return out;
  };
  if (bytes.size() < kHeader) return false;
  size_t at = 0;
  int width = 4;
  auto count = counts(0);
  if (bytes[4] >= '2') {
    at = kHeader + count[3] * 5 + count[4] * 6 + count[5] + count[2] * 8 + count[1] + count[0];
    if (bytes.size() < at + kHeader) return false;
    count = counts(at);
    width = 8;
  }
  const auto [isut, isstd, leaps, times, types, chars] = count;
  if (isut < 0 || isstd < 0 || leaps < 0 || times < 0 || types < 1 || chars < 0) return false;
  const size_t at_times = at + kHeader;
  const size_t at_indices = at_times + times * width;
  const size_t at_types = at_indices + times;
  const size_t end = at_types + types * 6 + chars + leaps * (width + 4) + isstd + isut;
  if (bytes.size() < end) return false;
  auto offset = [&](int64_t type) { return static_cast<int32_t>(ReadBig(bytes, at_types + type * 6, 4)); };
  zone->first_offset_ = offset(0);
  for (int64_t i = 0; i < times; ++i) {
    const int64_t type = static_cast<uint8_t>(bytes[at_indices + i]);
    if (type >= types) return false;
    zone->transitions_.push_back({ReadBig(bytes, at_times + i * width, width), offset(type)});
  }
  if (width == 8 && bytes.size() > end + 2 && bytes[end] == '\n') {
    std::string_view footer = bytes.substr(end + 1);
    footer = footer.substr(0, footer.find('\n'));
    Rule rule;
    if (!footer.empty() && ParseRule(footer, &rule)) zone->rule_ = rule;
  }
  return true;
}

arrow::Result<std::shared_ptr<const TimeZone>> TimeZone::Load(std::string_view name) {
  auto zone = std::make_shared<TimeZone>();
  if (auto offset = ParseOffset(name)) {
    zone->first_offset_ = *offset;
    return zone;
  }
  if (name == "UTC" || name == "Z" || name == "utc" || name == "Etc/UTC" || name == "GMT") return zone;
  if (IsSafeName(name)) {
    std::vector<std::string> folders;
    if (const char* folder = std::getenv("TZDIR")) folders.emplace_back(folder);
    for (const char* folder : {"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"}) {
      folders.emplace_back(folder);
    }
    {
      std::lock_guard lock(ZoneCache().mutex);
      folders.insert(folders.end(), ZoneCache().folders.begin(), ZoneCache().folders.end());
    }
    for (const std::string& folder : folders) {
      if (auto bytes = ReadFile(folder + "/" + std::string(name))) {
        if (ParseTzif(*bytes, zone.get())) return zone;
        return Error(ErrorKind::kExecution, "Invalid timezone \"", name, "\": its file in ", folder, " is damaged");
      }
    }
  }
  return Error(ErrorKind::kExecution, "Invalid timezone \"", name, "\": not found in the time zone database");
}

arrow::Result<std::shared_ptr<const TimeZone>> TimeZone::Find(std::string_view name) {
  Cache& cache = ZoneCache();
  {
    std::lock_guard lock(cache.mutex);
    if (auto it = cache.zones.find(std::string(name)); it != cache.zones.end()) return it->second;
  }
  ARROW_ASSIGN_OR_RAISE(auto zone, Load(name));
  std::lock_guard lock(cache.mutex);
  return cache.zones.emplace(name, zone).first->second;
}

void TimeZone::AddZoneFolder(std::string path) {
  std::lock_guard lock(ZoneCache().mutex);
  ZoneCache().folders.push_back(std::move(path));
}

int32_t TimeZone::OffsetAt(int64_t utc) const {
  if (transitions_.empty() || utc < transitions_.front().at) {
    if (!transitions_.empty() || !rule_) return first_offset_;
  } else if (utc < transitions_.back().at || !rule_) {
    auto it = std::upper_bound(transitions_.begin(), transitions_.end(), utc,
                               [](int64_t value, const Transition& t) { return value < t.at; });
    return std::prev(it)->offset;
  }
  if (!rule_->has_daylight) return rule_->standard;
  const int64_t year = CivilFromDays(FloorDiv(utc + rule_->standard, kSecondsPerDay)).year;
  const int64_t begin = RuleInstant(rule_->begin, year) - rule_->standard;
  const int64_t end = RuleInstant(rule_->end, year) - rule_->daylight;
  const bool daylight = begin < end ? (utc >= begin && utc < end) : (utc >= begin || utc < end);
  return daylight ? rule_->daylight : rule_->standard;
}

std::optional<int64_t> TimeZone::ToUtc(int64_t local, bool earliest) const {
  // Offsets change by less than a day, so the one valid at the instant is one of those a day before and after.
  const int32_t before = OffsetAt(local - kSecondsPerDay), after = OffsetAt(local + kSecondsPerDay);
  std::optional<int64_t> found;
  for (int32_t offset : {before, after}) {
    const int64_t utc = local - offset;
    if (OffsetAt(utc) != offset) continue;
    if (!found || (earliest ? utc < *found : utc > *found)) found = utc;
  }
  return found;
}

}  // namespace bowstring
