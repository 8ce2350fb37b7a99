// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "sources/parquet/bounds.h"
#include "sources/parquet/scan_plan.h"

namespace bowstring::pq {

/// What is known of a column, by name; null where nothing is.
using BoundsOf = std::function<const ColumnBounds*(const std::string& column)>;
/// A column's type in the table; null where there is no such column.
using TypeOf = std::function<std::shared_ptr<arrow::DataType>(const std::string& column)>;

/// False where no row with such columns makes the predicate true. Anything not understood may.
bool MayMatch(const Expr& predicate, const BoundsOf& bounds, const TypeOf& types);

/// The columns that an expression reads; none where it has parts that can't be looked into.
std::vector<std::string> ColumnsOf(const Expr& expr);

/// A predicate `column = literal` or `column IN (literals)`: its column and literals. False for all others.
bool IsEquality(const Expr& predicate, std::string* column, std::vector<std::shared_ptr<arrow::Scalar>>* literals);

/// False where the footer's statistics show that no row of the row group passes the filter.
arrow::Result<bool> RowGroupMayMatch(const ScanPlan& plan, int32_t file, int32_t ordinal);

/// Takes away rows that by page index or bloom filter can't pass. kPending: call again once the reads are done.
arrow::Result<Progress> PruneRows(const ScanPlan& plan, ReadContext& context, const Footer& footer, RowGroup* group, std::vector<RowRange>* rows);

}  // namespace bowstring::pq
