// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

namespace bowstring {

/// A time zone: an offset like "+05:30", "UTC", or a zone of the tz database. Immutable, thread-safe.
class TimeZone {
 public:
  /// Zones come from $TZDIR, the system's folders, then folders given to AddZoneFolder (PyPI's `tzdata`). kExecution
  /// "Invalid timezone \"x\": ..." where there is none.
  static arrow::Result<std::shared_ptr<const TimeZone>> Find(std::string_view name);
  /// One more folder of TZif files. Call it before zones are used.
  static void AddZoneFolder(std::string path);

  /// Seconds east of Greenwich at an instant (seconds since 1970 UTC).
  int32_t OffsetAt(int64_t utc_seconds) const;
  /// The instant of a wall clock's time. In a gap none; where the clock is set back the earlier one, or the later.
  std::optional<int64_t> ToUtc(int64_t local_seconds, bool earliest = true) const;
  bool fixed() const { return transitions_.empty() && !rule_; }
  bool is_utc() const { return fixed() && first_offset_ == 0; }

 private:
  struct Transition {
    int64_t at;      // seconds UTC
    int32_t offset;  // from then on
  };
  // The POSIX rule of the footer, for times after the last transition.
  struct RuleDate {
    char kind = 'M';  // Mm.w.d, Jn, n
    int32_t month = 0, week = 0, day = 0;
    int32_t seconds = 7200;
  };
  struct Rule {
    int32_t standard = 0, daylight = 0;
    bool has_daylight = false;
    RuleDate begin, end;
  };

  static arrow::Result<std::shared_ptr<const TimeZone>> Load(std::string_view name);
  static bool ParseTzif(std::string_view bytes, TimeZone* zone);
  static bool ParseRule(std::string_view text, Rule* rule);
  static int64_t RuleInstant(const RuleDate& date, int64_t year);

  int32_t first_offset_ = 0;
  std::vector<Transition> transitions_;
  std::optional<Rule> rule_;
};

/// "+01:30", "-0500", "+01"; none where the text is no offset.
std::optional<int32_t> ParseOffset(std::string_view text);

}  // namespace bowstring
