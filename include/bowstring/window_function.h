// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/export.h>
#include <bowstring/expr.h>
#include <bowstring/function.h>

namespace bowstring {

/// Some whole partitions, one after the other, their rows in order. Row numbers count from the first of all rows.
struct WindowInput {
  int64_t rows = 0;
  std::span<const int64_t> partitions;  ///< where each begins, ascending; then `rows`
  std::span<const int64_t> peers;       ///< where each group of rows with equal order keys begins; then `rows`
  int64_t rows_before = 0;              ///< rows of the first partition that come before row 0, where it is computed part by part
  int64_t groups_before = 0;            ///< groups of peers among these, but for the one that row 0 is in
  int64_t partition_rows = -1;          ///< of the first partition in all; below 0: the rest of it is here
  std::vector<std::shared_ptr<arrow::ArrayData>> arguments;  ///< of `rows` values each, of argument_types (or decimal64)
  /// Each row's frame [begin, end), where the kernel uses_frame; inside of the row's partition, begin <= end.
  const int64_t* frame_begin = nullptr;
  const int64_t* frame_end = nullptr;
  FrameExclude exclude = FrameExclude::kNoOthers;
  bool ignore_nulls = false;
  arrow::MemoryPool* pool = nullptr;
  std::function<bool()> cancelled;      ///< to be asked now and then in long loops: then leave with Status::Cancelled

  /// The frame of a row without what is excluded: at most three ranges, ascending, some maybe empty. Its peers are [peers_begin, peers_end).
  using Ranges = std::array<std::pair<int64_t, int64_t>, 3>;
  BOWSTRING_EXPORT Ranges FrameRanges(int64_t row, int64_t peers_begin, int64_t peers_end) const;
};

/// What of its partition a row's answer depends on: partitions larger than memory are computed part by part where that is known.
struct WindowNeed {
  enum Kind : uint8_t {
    kPartition,     ///< all of it
    kFrame,         ///< its frame alone: where before or behind is given, only so many of its first and last rows
    kNeighbours,    ///< so many rows before and behind it
    kRowsBefore,    ///< a count that grows with each row before it
    kPeersBefore,   ///< as kRowsBefore, the same for all its peers
    kGroupsBefore,  ///< a count that grows with each group of peers before it
    kRowsAndSize,   ///< how many rows are before it, and how many its partition has
    kPeersAndSize,  ///< as kRowsAndSize, the same for all its peers
    kPeersEndAndSize,  ///< how many rows are before it or its peers, and how many its partition has
  } kind = kPartition;
  int64_t before = 0, behind = 0;  ///< kNeighbours, kFrame; where nulls are ignored, without these
};

/// What a window function computes. Immutable; called from any thread.
class BOWSTRING_EXPORT WindowKernel {
 public:
  virtual ~WindowKernel() = default;
  /// Whether the answer depends on the frame; ranks and lag don't.
  virtual bool uses_frame() const { return false; }
  virtual WindowNeed need() const { return {}; }
  /// `rows` values. On OutOfMemory nothing has changed.
  virtual arrow::Result<std::shared_ptr<arrow::ArrayData>> Evaluate(const WindowInput& input) const = 0;
};

}  // namespace bowstring
