// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/compute/type_fwd.h>
#include <arrow/type_fwd.h>

#include <bowstring/dynamic_filter.h>
#include <bowstring/export.h>
#include <bowstring/expr.h>

namespace bowstring {

/// What a call of a cursor, an operator or a sink answers. A call never waits.
enum class Step : uint8_t {
  kHaveMore,   ///< call again with the same input; the output may hold a batch (as in the next two)
  kNeedInput,  ///< the input is used up
  kMorselDone, ///< as kNeedInput, and no later input of this morsel can matter
  kFinished,   ///< as kNeedInput, and no later input of this pipeline can matter. From a cursor: the morsel has ended
  kParked,     ///< nothing was done; a Waker was taken and will be fired
};

/// The place of a batch in a plan's order. Fixed by the plan, never by time or worker.
struct Seq {
  uint32_t stage = 0;   ///< which feeder of the pipeline (UNION ALL branch, iteration, tail)
  uint64_t morsel = 0;  ///< the source's number
  friend auto operator<=>(const Seq&, const Seq&) = default;
};

/// Rows of a batch that are still in play: ascending row numbers. Immutable, shared between threads.
struct Selection {
  std::shared_ptr<arrow::Buffer> indices;  ///< int32, `length` of them
  int64_t length = 0;
  const int32_t* data() const;
};

/// A piece of a pipeline's data: at most ~16 Ki rows. `rows` null: all rows of `data`.
struct Batch {
  std::shared_ptr<arrow::RecordBatch> data;
  std::shared_ptr<const Selection> rows;
  Seq seq;
  int64_t first_row = 0;  ///< row number inside the morsel of data's row 0
  int64_t num_rows() const;
  explicit operator bool() const { return data != nullptr; }
};

enum class ParkReason : uint8_t { kIo, kMemory, kRoom, kSerialSource, kForeign };

/// Ends a park. One-shot, copyable, callable from any thread; takes no lock of the caller; harmless after the query's end.
class BOWSTRING_EXPORT Waker {
 public:
  Waker() = default;
  explicit Waker(std::function<void()> wake) : wake_(std::move(wake)) {}
  void Wake() const {
    if (wake_) wake_();
  }

 private:
  std::function<void()> wake_;
};

/// One step on one worker. Not to be kept beyond the call that received it.
class BOWSTRING_EXPORT TaskContext {
 public:
  virtual ~TaskContext() = default;
  /// The query's pool. An allocation past the budget gives OutOfMemory: return it with nothing changed, and the step is run again later.
  virtual arrow::MemoryPool* pool() const = 0;
  /// Arrow's context over `pool()`, without threads.
  virtual arrow::compute::ExecContext* exec() const = 0;
  /// Cancelled, or about 1 ms used: leave with kHaveMore. To be asked in every loop, at least once per 16 Ki cheap rows.
  virtual bool Stop() const noexcept = 0;
  virtual bool cancelled() const noexcept = 0;
  /// Announces that this call will answer kParked. Take it before handing it to whoever fires it: a wake that comes first isn't lost.
  virtual Waker Park(ParkReason why) = 0;
  /// 0 ... number of workers (spares included) - 1.
  virtual int worker() const noexcept = 0;
  /// Around foreign code that may block (a Python function): in between this worker doesn't count, a spare takes its place. See BlockingRegion.
  virtual void EnterBlocking() = 0;
  virtual void LeaveBlocking() = 0;
};

/// Scope of a call into foreign or blocking code.
class BlockingRegion {
 public:
  explicit BlockingRegion(TaskContext& context) : context_(context) { context_.EnterBlocking(); }
  ~BlockingRegion() { context_.LeaveBlocking(); }
  BlockingRegion(const BlockingRegion&) = delete;
  BlockingRegion& operator=(const BlockingRegion&) = delete;

 private:
  TaskContext& context_;
};

using LaneId = int32_t;

/// A source's unit of numbering and order. Numbers rise over the lanes: all of lane i come before all of lane i + 1.
struct Morsel {
  uint64_t number = 0;
  int64_t need = 0;               ///< bytes that one step on it may allocate, as far as known
  int64_t begin = 0, end = 0;     ///< the source's own: a range of rows, bytes, ...
  int32_t part = 0;               ///< the source's own: a file, a row group, ...
  int64_t lane_row = -1;          ///< rows of the lane before this morsel's first; below 0: not known
  std::shared_ptr<void> shared;   ///< the source's own: what morsels of one part share
  bool apart = false;             ///< two workers in one part would wait for what it shares; where order is free they get others
};

/// Where a cursor stands, so that Source::Open can go on from there: source rows of the morsel already given out.
struct Mark {
  int64_t row = 0;
};

/// One morsel being read. One thread at a time; may change threads between calls.
class BOWSTRING_EXPORT Cursor {
 public:
  virtual ~Cursor() = default;
  /// The next batch in `out` (left empty: none yet). kHaveMore, kFinished (morsel ended, `out` may hold its last batch) or kParked.
  /// On failure with OutOfMemory nothing has changed, and the call may be made again.
  virtual arrow::Result<Step> Next(TaskContext& context, Batch* out) = 0;
  /// Where Open can go on after what was given out; none for one-pass sources, whose batches are spilled instead.
  virtual std::optional<Mark> Position() const { return std::nullopt; }
};

/// Hands out morsels. Shared by the workers: Split is serialised by the scheduler, Open may come from any worker at any time.
class BOWSTRING_EXPORT Source {
 public:
  virtual ~Source() = default;
  /// Types of the batches. May differ from the table's schema in one way: decimal64 for decimal128 up to 18 digits.
  virtual const std::shared_ptr<arrow::Schema>& schema() const = 0;
  /// Fixed by plan and target_partitions alone.
  virtual int32_t lanes() const { return 1; }
  /// True where only one cursor may be open at a time (one-pass sources). Then lanes() is 1.
  virtual bool serial() const { return false; }
  /// Appends the lane's next morsels, in order. kHaveMore: call again for more; kFinished: the lane has no more; kParked on I/O.
  virtual arrow::Result<Step> Split(TaskContext& context, LaneId lane, std::vector<Morsel>* out) = 0;
  virtual arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) = 0;
  /// Memory that waits for cursors of this morsel and can be made again; it is the caller's now. Null: none. Cursors that are open are not disturbed.
  virtual std::shared_ptr<void> Shed(const Morsel&) { return nullptr; }
};

/// What is known of a table's data before it is read; unknown where absent.
struct ColumnStatistics {
  std::shared_ptr<arrow::Scalar> min, max;
  std::optional<int64_t> null_count, distinct_count;
};
struct TableStatistics {
  std::optional<int64_t> rows, bytes;
  bool rows_exact = false;
  std::vector<ColumnStatistics> columns;  ///< empty, or one for each column of the schema
};

/// What one scan shall give. Columns are indices into the table's schema, in the wanted order.
struct ScanRequest {
  std::vector<int> projection;
  std::vector<Expr> filters;        ///< conjuncts over unqualified columns of the table's schema; those that CanFilter took
  std::vector<ScanFilter> dynamic_filters;  ///< may be left unused
  std::optional<int64_t> limit;     ///< no more rows than this are needed from any lane's beginning (after the filters)
  int32_t target_partitions = 1;
  int64_t batch_rows = 16384;       ///< inner batch size; a multiple of align_rows
  int64_t align_rows = 8192;        ///< outward batch size: batches that begin and end at its multiples, counted over the lane, are cut for nothing
  bool prune = true;                ///< use statistics of files
};

enum class FilterSupport : uint8_t { kNo, kInexact, kExact };

/// A table that can be scanned any number of times. Thread-safe.
class BOWSTRING_EXPORT TableSource {
 public:
  virtual ~TableSource() = default;
  virtual const std::shared_ptr<arrow::Schema>& schema() const = 0;
  virtual TableStatistics statistics() const { return {}; }
  /// kExact: rows that fail are never given out. kInexact: some may be. Default: not used.
  virtual FilterSupport CanFilter(const Expr&) const { return FilterSupport::kNo; }
  /// A new scan. Reads no data (footers at most).
  virtual arrow::Result<std::shared_ptr<Source>> Scan(const ScanRequest& request) const = 0;
  /// The source's word in plans: "memory", "parquet", "csv", ...
  virtual std::string kind() const = 0;
  /// What a plan prints after the kind: files, partitions.
  virtual std::string Describe() const { return ""; }
  /// Columns by which the rows are known to be ordered; empty where not known.
  virtual std::vector<std::string> ordered_by() const { return {}; }
};

}  // namespace bowstring
