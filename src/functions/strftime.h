// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "functions/text_parse.h"

namespace bowstring {

/// Formats of strftime, as Rust's chrono knows them: %Y %m %d %H %M %S %f %.f %3f ... %j %y %b %B %a %A %p %I %e %F %T %D %R %z %:z %s %u %w
/// %V %G %%. Appends a wall clock's time (seconds since 1970) to `out`. False: an unknown letter, or a zone that isn't there.
bool FormatMoment(int64_t local_seconds, int32_t nanos, std::optional<int32_t> offset, std::string_view format, std::string* out);

/// The other way. None where text and format don't fit, or the format gives no whole date (which `time_only` doesn't ask for); the time of
/// day, where the format lacks it, is 0.
std::optional<ParsedTimestamp> ParseWithFormat(std::string_view text, std::string_view format, bool time_only = false);

}  // namespace bowstring
