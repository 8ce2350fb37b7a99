// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "expr/value_text.h"

namespace bowstring {

/// Formats of strftime for dates and times; empty: the usual text.
struct TimeFormats {
  std::string date, datetime, timestamp, timestamp_tz, time;
};

/// As MakeValueWriter, with loops of its own for the types that fill files (integers, decimals, dates, text), ISO durations (PT1S), and formats.
arrow::Result<ValueWriter> MakeCellWriter(const std::shared_ptr<arrow::ArrayData>& array, const TimeFormats& formats);

/// NULL too where a dictionary's entry is NULL, and everywhere in a column of type null. Index counts from the array's offset.
std::function<bool(int64_t)> MakeNullTest(const std::shared_ptr<arrow::ArrayData>& array);

/// Whether the text of such values may hold anything but digits, letters, signs, '.', ':' and blanks.
bool IsFreeText(const arrow::DataType& type);

}  // namespace bowstring
