// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "exec/sort_rows.h"
#include "exec/window.h"
#include "exec/window_edges.h"
#include "expr/gather.h"

namespace bowstring::exec {

/// What rows need of those around them, where a partition can be computed part by part.
struct WindowReach {
  int64_t before = 0, behind = 0;  ///< rows
  bool peers = false;              ///< parts must begin with a group of peers, or inside of one of WindowTotals::groups()
  bool whole_peers = false;        ///< in none of these
  bool frames = false;             ///< and with a row whose frame (RANGE, GROUPS) is known; rows from where that begins
  bool totals = false;             ///< and WindowTotals of the partition must be known
  bool ends = false;               ///< and its Behind; parts' last rows are then at WindowPlan::block
};

/// What one call's answers in a part depend on besides its rows.
struct CallReach {
  bool before = false, behind = false;  ///< all that comes before the part, or behind: states of an aggregate, edges of a kernel
  bool frames = false;                  ///< its frames tell which rows the part needs
  bool peers = false;                   ///< the answer is the same for all peers, and depends on how many they are
  EdgeCount edges;
};

/// What all segments of a window have in common.
struct WindowPlan {
  WindowSpec spec;
  // Columns computed for each batch: arguments and filters of all calls, and the key of RANGE.
  std::vector<std::shared_ptr<const BoundExpr>> exprs;
  std::shared_ptr<arrow::Schema> expr_schema;
  std::vector<std::vector<int>> argument_columns;
  std::vector<int> filter_columns;
  int range_column = -1;
  std::optional<WindowReach> reach;  ///< null: some call needs whole partitions
  std::vector<CallReach> calls;
  int64_t block() const { return spec.segment_rows; }  ///< rows whose share in WindowTotals::Behind is kept

  static arrow::Result<std::shared_ptr<const WindowPlan>> Make(WindowSpec spec);
  /// `exprs` over rows of spec.schema.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Evaluate(TaskContext& context, std::shared_ptr<arrow::RecordBatch> rows) const;
};

/// Widens the reach by one call's; false: the call needs whole partitions.
bool Widen(const WindowSpec& spec, const BoundWindow& call, WindowReach* reach, CallReach* own);

/// Whether a call is an aggregate over all rows of each row's partition.
bool FrameIsPartition(const WindowSpec& spec, const BoundWindow& call);

/// A row's marks: it begins a partition, or a group of peers.
inline constexpr uint8_t kPartitionBegins = 2, kPeersBegin = 1;

/// Keys of one row: the partition's, then the order's.
using WindowKeys = std::vector<std::shared_ptr<arrow::Array>>;

/// The marks of a batch's rows, its first row's left zero, and the keys of its first and last row.
arrow::Result<std::shared_ptr<arrow::Buffer>> MarkRows(TaskContext& context, const WindowSpec& spec, const Batch& batch, WindowKeys* first,
                                                       WindowKeys* last);
/// The mark of a row behind another.
uint8_t MarkBehind(const WindowSpec& spec, const WindowKeys& before, const WindowKeys& row);

/// Rows with their marks.
struct MarkedRows {
  std::shared_ptr<arrow::RecordBatch> rows;  ///< at least one, or null
  std::shared_ptr<arrow::Buffer> marks;
  int64_t offset = 0;                        ///< of the first row's mark, in place of which `first` stands
  uint8_t first = 0;

  uint8_t mark(int64_t row) const { return row == 0 ? first : marks->data()[offset + row]; }
};

/// Where whole partitions come from, in order. As a cursor: all or nothing, perhaps no rows.
class PartitionRows {
 public:
  virtual ~PartitionRows() = default;
  virtual arrow::Result<Step> Next(TaskContext& context, MarkedRows* out) = 0;
};

class WindowTotals;

/// Whole partitions that follow each other: first their batches are added, then one call is computed a step, then the batches come out. Where the
/// plan has a reach, the last partition may be cut: another segment goes on with it.
class WindowSegment {
 public:
  explicit WindowSegment(const WindowPlan& plan) : plan_(plan) {}

  bool empty() const { return loaded_.empty(); }
  /// `marks`: one byte a row, beginning with `first_mark` in place of its own. All or nothing.
  arrow::Status Add(TaskContext& context, std::shared_ptr<arrow::RecordBatch> batch, std::shared_ptr<arrow::Buffer> marks, int64_t marks_offset,
                    uint8_t first_mark);
  /// After a batch: the last rows are left to a segment that Continue is called on. False: there is no place for a cut yet.
  arrow::Result<bool> Cut(TaskContext& context);
  /// As Cut, before the last partition. False: that is the only one.
  bool CutBeforeLast();
  /// All rows are of one partition, whose totals these are.
  void Know(std::shared_ptr<const WindowTotals> totals) { totals_ = std::move(totals); }
  bool cut() const { return end_ >= 0; }
  int64_t rows_before() const { return carried_.rows; }  ///< of the first row's partition
  /// First of all: goes on behind a segment that was cut and has been computed. OutOfMemory: nothing has changed.
  arrow::Status Continue(TaskContext& context, const WindowSegment& before);
  int64_t rows() const;
  /// After the last batch: some of the work, or the next batch.
  arrow::Result<Step> Next(TaskContext& context, Batch* out);

 private:
  struct Marks {
    std::shared_ptr<arrow::Buffer> buffer;
    int64_t offset;
    uint8_t first;
  };
  /// What comes before the first row, of its partition.
  struct Carried {
    bool continues = false;
    int64_t rows = 0, groups = 0;  // groups: without the one that the first row is in
    std::vector<std::vector<std::shared_ptr<arrow::ArrayData>>> states;  // of each call: of its aggregate, or edges; empty where it has none
  };
  uint8_t Mark(size_t batch, int64_t row) const {
    const Marks& marks = loaded_marks_[batch];
    return row == 0 ? marks.first : marks.buffer->data()[marks.offset + row];
  }
  void CutAt(int64_t at, int64_t partition, int64_t next);
  arrow::Status FindFrames(TaskContext& context, int64_t all, std::vector<std::shared_ptr<arrow::Buffer>>* frames, int64_t* most);
  arrow::Result<std::shared_ptr<arrow::Buffer>> FindMarks(TaskContext& context, int64_t rows, WindowInput* input) const;
  arrow::Status Prepare(TaskContext& context);
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Compute(TaskContext& context, size_t w);
  arrow::Result<std::shared_ptr<arrow::ArrayData>> ComputeRows(TaskContext& context, size_t w);
  void Release();

  const WindowPlan& plan_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> loaded_;
  std::vector<Marks> loaded_marks_;
  std::vector<BatchSlice> inputs_;
  std::shared_ptr<arrow::RecordBatch> columns_;
  std::shared_ptr<arrow::Buffer> marks_, frames_;
  BoundFrame frames_of_;
  WindowInput input_;
  bool ready_ = false;
  std::vector<std::shared_ptr<arrow::ArrayData>> values_;
  size_t given_ = 0;
  int64_t row_ = 0;
  int64_t context_ = 0;           // leading rows that are only looked at
  int64_t end_ = -1;              // rows from here on are only looked at; below 0: none
  int64_t next_begin_ = 0;        // the row that the next segment begins with
  int64_t next_partition_ = 0;    // where the partition of row end_ begins, not before row 0
  Carried carried_, next_;
  std::shared_ptr<const WindowTotals> totals_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> tail_;  // rows from next_begin_ on
  std::vector<Marks> tail_marks_;
};

}  // namespace bowstring::exec
