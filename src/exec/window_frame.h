// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/expr.h>
#include <bowstring/window_function.h>

namespace bowstring::exec {

/// A frame whose offsets are settled.
struct BoundFrame {
  FrameUnits units = FrameUnits::kRange;
  struct Bound {
    FrameBound::Kind kind = FrameBound::kUnboundedPreceding;
    int64_t count = 0;                      ///< ROWS and GROUPS
    std::shared_ptr<arrow::Scalar> offset;  ///< RANGE: of the key's type (int64 for integers), or month_day_nano for dates and timestamps
  } start, end;
  FrameExclude exclude = FrameExclude::kNoOthers;
  bool descending = false;  ///< of the key of a RANGE with offsets

  bool needs_key() const;   ///< a RANGE with an offset
  friend bool operator==(const BoundFrame& a, const BoundFrame& b);
};

/// Checks a frame against its ORDER BY and settles its offsets. `key`: type of the only order key, where there is one.
arrow::Result<BoundFrame> BindFrame(const WindowFrame& frame, size_t order_keys, const std::shared_ptr<arrow::DataType>& key, bool ascending);

/// Each row's frame, without EXCLUDE, into begin[] and end[]. `key`: the order key's values, where needs_key().
arrow::Status ComputeFrames(const BoundFrame& frame, const WindowInput& input, const arrow::ArrayData* key, int64_t* begin, int64_t* end);

}  // namespace bowstring::exec
