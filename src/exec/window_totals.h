// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "exec/window_aggregate.h"
#include "exec/window_segment.h"

namespace bowstring::exec {

/// What one partition amounts to that is computed part by part: its number of rows, and the value of each call whose frame is all of it. Its rows
/// are read once for that, before the parts are. One thread at a time.
class WindowTotals {
 public:
  /// `rows`: a fresh cursor; the partition begins with its row `first`.
  WindowTotals(const WindowPlan& plan, std::unique_ptr<PartitionRows> rows, int64_t first) : plan_(plan), source_(std::move(rows)), skip_(first) {}

  /// Some of the rows; kFinished: all of them. On OutOfMemory nothing has changed.
  arrow::Result<Step> Next(TaskContext& context);
  /// The rest: after kFinished.
  int64_t rows() const { return rows_; }
  /// The value of a call, `n` times.
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Repeat(size_t call, int64_t n, arrow::MemoryPool* pool) const;

 private:
  arrow::Status AddBatch(TaskContext& context);

  const WindowPlan& plan_;
  std::unique_ptr<PartitionRows> source_;  // null: all rows were seen
  int64_t skip_;
  int64_t rows_ = 0;
  bool begun_ = false;
  MarkedRows batch_;                       // from row `at_` on not yet added
  int64_t at_ = 0;
  size_t next_call_ = 0;                   // that takes the next rows
  std::vector<std::unique_ptr<RowsState>> states_;  // null: the call has no such value
  std::vector<std::shared_ptr<arrow::ArrayData>> values_;
};

}  // namespace bowstring::exec
