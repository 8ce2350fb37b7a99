// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/table_source.h>

#include "sources/parquet/page_reader.h"
#include "sources/parquet/row_group.h"
#include "sources/parquet/table_state.h"

namespace bowstring {
class BoundExpr;
class ColumnFilter;
}

namespace bowstring::pq {

/// A part of a scan's filter, asked by itself: some of the predicate's conjuncts, or a dynamic filter, or that by one of its columns.
struct ScanTest {
  std::vector<int> places;                     ///< of the columns that it reads, in `needed`
  std::shared_ptr<const BoundExpr> predicate;  ///< over `schema`
  std::shared_ptr<arrow::Schema> schema;       ///< physical, of the columns
  bool last = false;                           ///< the predicate may fail on values: only rows that pass all else are asked
  int filter = -1;                             ///< else: this dynamic filter,
  int filter_column = -1;                      ///< by one of its columns alone,
  const ColumnFilter* by_column = nullptr;     ///< which it answers here
};

/// What all cursors of a scan read: which columns, and by which filter. Immutable but for the pools at the end.
struct ScanPlan {
  std::shared_ptr<const TableState> table;
  std::vector<int> needed;            ///< table columns: first the filter's, then those only given out
  int filter_columns = 0;             ///< how many of them the filter reads
  std::vector<int> output;            ///< for each column given out, its place in `needed`
  std::vector<std::shared_ptr<arrow::Field>> fields;  ///< of `needed`, physical
  std::shared_ptr<arrow::Schema> schema;              ///< of what is given out
  std::vector<Expr> conjuncts;                        ///< the predicate, as statistics are asked about it
  std::vector<ScanFilter> dynamic;
  std::vector<ScanTest> tests;                        ///< of both, over the first `filter_columns`
  bool has_predicate() const { return !conjuncts.empty(); }
  bool filtered() const { return has_predicate() || !dynamic.empty(); }
  bool prune = true;
  std::optional<int64_t> limit;
  int64_t batch_rows = 16384, align_rows = 8192;
  std::shared_ptr<IoThreads> io;

  std::unique_ptr<Scratch> TakeScratch() const;
  void GiveScratch(std::unique_ptr<Scratch> scratch) const;

 private:
  mutable std::mutex scratch_mutex_;
  mutable std::vector<std::unique_ptr<Scratch>> scratch_;
};

/// Fills in a row group for a scan: where each needed column comes from. Reads nothing.
arrow::Result<std::shared_ptr<RowGroup>> MakeRowGroup(const ScanPlan& plan, int32_t file_index, int32_t ordinal, std::shared_ptr<const LocalFile> file);

/// Fills in the page tables: from the offset index where there is one, else by walking from header to header. kPending: call again
/// once the reads are done; what is there stays.
arrow::Result<Progress> FillPageTables(ReadContext& context, const Footer& footer, RowGroup* group);

/// Cuts rows of a row group into morsels along page borders and notes which pages several of them share.
std::vector<RowRange> CutMorsels(const ScanPlan& plan, const std::vector<RowRange>& rows, int64_t lane_row, RowGroup* group);

/// A cursor over rows [morsel.begin, morsel.end) of the row group that morsel.shared is.
arrow::Result<std::unique_ptr<Cursor>> MakeCursor(std::shared_ptr<const ScanPlan> plan, const Morsel& morsel, const Mark* from);

}  // namespace bowstring::pq
