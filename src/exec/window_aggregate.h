// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/window_function.h>

namespace bowstring::exec {

/// What the rows of a partition amount to that come before the first row of a part of it, for one aggregate over frames that begin with the partition,
/// and behind its last row, where frames end with the partition.
struct WindowStates {
  std::vector<std::shared_ptr<arrow::ArrayData>> before;  ///< serialized, one row; empty: the part begins with a partition
  std::vector<std::shared_ptr<arrow::ArrayData>> behind;  ///< as before; then all rows are of one partition, and empty: it ends with the part
  int64_t from = 0, to = -1;                              ///< rows of the part; to < 0: nothing is asked for
  std::vector<std::shared_ptr<arrow::ArrayData>> after;   ///< out: of rows [from, to), and of `before` where from is 0
};

/// One aggregate over one set of rows, which come some at a time.
class RowsState {
 public:
  RowsState(const AggregateKernel& kernel, arrow::MemoryPool* pool);
  ~RowsState();
  /// Rows [from, to), at most 16,384 of them, where the filter is true. On OutOfMemory nothing has changed.
  arrow::Status Add(const std::vector<std::shared_ptr<arrow::ArrayData>>& arguments, const arrow::ArrayData* filter, int64_t from, int64_t to);
  /// One more, serialized.
  arrow::Status Merge(const std::vector<std::shared_ptr<arrow::ArrayData>>& state);
  /// Serialized, one row, to begin anew.
  arrow::Result<std::vector<std::shared_ptr<arrow::ArrayData>>> Serialize();
  /// The value so far.
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Value();
  /// One value; once.
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish();

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

/// An aggregate over each row's frame. `filter`: rows that count, a boolean array, or null. With `distinct` each combination of arguments
/// counts once a frame. Frames that don't overlap cost each row once; others are put together from states of 16, 256, ... rows.
/// On OutOfMemory nothing has changed.
arrow::Result<std::shared_ptr<arrow::ArrayData>> AggregateFrames(const AggregateKernel& kernel, const WindowInput& input,
                                                                 const arrow::ArrayData* filter, bool distinct, WindowStates* states = nullptr);

}  // namespace bowstring::exec
