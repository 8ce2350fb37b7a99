// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>

#include "sources/parquet/column_reader.h"
#include "sources/parquet/scan_plan.h"

namespace bowstring::pq {

/// One column on its way through a morsel, which is read chunk by chunk: a chunk is a stretch of at most a batch's rows.
struct ColumnState {
  const ColumnSource* source = nullptr;
  std::unique_ptr<ColumnReader> reader;
  ColumnOut out;  ///< given out at the batch's end
  std::vector<std::shared_ptr<arrow::ArrayData>> pieces;  ///< of Arrow's reader: what `out` is for others
  bool is_output = false;
  // Of the chunk, where a test reads the column:
  bool read = false;
  ColumnOut tested;
  std::shared_ptr<arrow::ArrayData> tested_piece;
  std::shared_ptr<const Selection> under;  ///< the rows that were left when it was read; null: all
};

/// The array in the type that the scan gives out for the column at `place`.
arrow::Result<std::shared_ptr<arrow::ArrayData>> ConformColumn(TaskContext& context, const ScanPlan& plan, const RowGroup& group,
                                                               std::shared_ptr<arrow::ArrayData> array, size_t place);

/// Tests a chunk's rows by the scan's predicate and dynamic filters, one test after the other: a test's columns are read for the rows that the
/// tests before left, and one column's dictionary is tested in the stead of its rows where it is small. One thread at a time.
class ChunkFilter {
 public:
  ChunkFilter(const ScanPlan* plan, const RowGroup* group, std::vector<ColumnState>* columns, int64_t morsel_rows);

  void Begin(int64_t rows);
  /// Goes to the chunk's next test; false: no row is left, or no test. Adds the columns to be read for it, if they aren't.
  bool Next(std::vector<size_t>* to_read);
  /// Of a column that is read for the test: how many values its dictionary may have for Read to give places in it.
  int64_t MostCodes() const;
  /// Runs the test, once its columns are read. On OutOfMemory nothing has changed.
  arrow::Status Test(TaskContext& context);

  /// The rows that are left; null: all.
  const std::shared_ptr<const Selection>& selection() const { return selection_; }
  int64_t passed() const { return selection_ ? selection_->length : rows_; }
  /// Where in a tested column the rows lie that are left; passed() of them, until the next call.
  const int32_t* PlacesIn(const ColumnState& column);

 private:
  // Dynamic filters are tried on so many rows of a morsel. One that lets nearly all pass is left out for the rest of it: the same in every run,
  // so that a morsel begun anew gives the same rows.
  static constexpr int64_t kTrialRows = 16 << 10;
  struct State {
    int64_t rows = 0, passed = 0;
    std::shared_ptr<const Dictionary> dictionary;  // whose values were tested
    std::vector<uint8_t> values;                   // which of them pass
    bool null = false;                             // NULL passes
  };

  const ScanTest& test() const { return plan_->tests[order_[current_]]; }
  bool Useful(const ScanTest& test, const State& state) const;
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Column(TaskContext& context, size_t place);
  // Ascending places among `n` rows of the test's columns; `all`: every one.
  arrow::Result<int64_t> Ask(TaskContext& context, const ScanTest& test, std::vector<std::shared_ptr<arrow::ArrayData>> columns, int64_t n,
                             std::shared_ptr<arrow::Buffer>* places) const;
  arrow::Result<bool> TestCodes(TaskContext& context, std::shared_ptr<arrow::Buffer>* places, int64_t* count);

  const ScanPlan* plan_;
  const RowGroup* group_;
  std::vector<ColumnState>* columns_;
  const int64_t morsel_rows_;
  std::vector<size_t> order_;  // of the plan's tests: cheap ones first
  std::vector<State> states_;  // by number of the plan's test
  size_t current_ = 0;
  bool begun_ = false;
  int64_t rows_ = 0;
  std::shared_ptr<const Selection> selection_;
  std::vector<int32_t> places_;
};

}  // namespace bowstring::pq
