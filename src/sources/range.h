// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/table_source.h>

namespace bowstring {

/// What a range steps by: numbers use `nanos` alone.
struct RangeStep {
  int32_t months = 0, days = 0;
  int64_t nanos = 0;
};

/// A table `value: int64 not null` of start, start + step, ... below `end` (above it for a negative step), with `inclusive` up to
/// it. Nothing is held: any length costs nothing. Fails with kPlan for a step of 0.
arrow::Result<std::shared_ptr<TableSource>> MakeRange(int64_t start, int64_t end, int64_t step, bool inclusive);

/// As MakeRange, of timestamps in `type` (any unit; a zone only labels), given in its unit.
arrow::Result<std::shared_ptr<TableSource>> MakeTimestampRange(std::shared_ptr<arrow::DataType> type, int64_t start, int64_t end,
                                                               RangeStep step, bool inclusive);

}  // namespace bowstring
