// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "exec/window_aggregate.h"
#include "exec/window_distinct.h"
#include "exec/window_segment.h"

namespace bowstring::exec {

/// What one partition amounts to that is computed part by part: its number of rows, the value of each call whose frame is all of it, and what its
/// blocks of WindowPlan::block() rows amount to for calls whose frames end with it, and the answers that large groups of peers share. Its rows are
/// read once for that, before the parts are. One thread at a time.
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
  /// What the rows from `row` on, the end of a block, amount to for a call with CallReach::behind: a serialized state, or edges. Empty: there are none.
  std::vector<std::shared_ptr<arrow::ArrayData>> Behind(size_t call, int64_t row) const;
  /// Whether a large group of peers goes on at this row, and may be cut there.
  bool InGroup(int64_t row) const { return FindGroup(row) != nullptr; }
  /// `values` of a call in rows from `first` on, with those of large groups that aren't all among them put in.
  arrow::Result<std::shared_ptr<arrow::ArrayData>> FillGroups(size_t call, int64_t first, std::shared_ptr<arrow::ArrayData> values,
                                                              arrow::MemoryPool* pool) const;

 private:
  struct Group {
    int64_t begin = 0, end = 0, groups_before = 0;
    std::vector<std::shared_ptr<arrow::ArrayData>> values;  // of each call; null: it doesn't look at peers
  };
  // What of a batch is added at once: groups that are all there, the beginning of one, or some more of it.
  enum class Chunk : uint8_t { kGroups, kBegin, kMore };
  const Group* FindGroup(int64_t row) const;
  int64_t most_rows() const { return std::min<int64_t>(std::max<int64_t>(plan_.spec.segment_rows, 1), 16 << 10); }
  Chunk EndOfChunk(int64_t* end, int64_t* groups) const;
  arrow::Status EndGroup(TaskContext& context);
  using Columns = std::vector<std::shared_ptr<arrow::ArrayData>>;
  arrow::Status AddBatch(TaskContext& context);
  arrow::Status EndBlock();

  const WindowPlan& plan_;
  std::unique_ptr<PartitionRows> source_;  // null: all rows were seen
  int64_t skip_;
  int64_t rows_ = 0;
  MarkedRows batch_;                       // from row `at_` on not yet added
  int64_t at_ = 0;
  size_t next_call_ = 0;                   // that takes the next rows
  // Of the partition, of a block, of all rows so far, or of a group; null: the call has no such value.
  std::vector<std::unique_ptr<RowsState>> states_;
  std::vector<std::unique_ptr<SeenArguments>> seen_;             // of DISTINCT aggregates
  std::vector<std::shared_ptr<arrow::ArrayData>> counted_;       // which rows of a batch they count, where memory ended before they did
  std::vector<Columns> edges_;                      // as states_, of kernels
  Group group_;                                     // that goes on; without rows: there is none
  int64_t groups_seen_ = 0;                         // before `group_`
  std::vector<Group> groups_;                       // large ones
  size_t ended_ = 0;                                // calls whose block is among `blocks_`
  std::vector<std::vector<Columns>> blocks_;        // of each call; in the end each with all that follow
  int64_t blocked_ = 0;                             // rows in `blocks_`
  size_t summed_call_ = 0, summed_ = 0;             // the call whose blocks are being put together, and how many are
  std::vector<std::shared_ptr<arrow::ArrayData>> values_;
};

}  // namespace bowstring::exec
