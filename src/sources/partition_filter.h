// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/expr.h>

namespace bowstring {

/// True for what means another thing where, or when, it is evaluated (volatile functions, subqueries, ...): it stays above a scan.
bool StaysAbove(const Expr& expr, int depth = 0);

/// Whether a filter of a table can be decided by its last `partition_columns` columns alone, and never fails.
bool IsPartitionFilter(const Expr& filter, const arrow::Schema& table, int partition_columns);

/// For each file, by the values of its partition columns (those at the table's end), whether rows of it can pass the filters.
arrow::Result<std::vector<bool>> FilesThatPass(const std::vector<Expr>& filters, const arrow::Schema& table,
                                               const std::vector<std::vector<std::shared_ptr<arrow::Scalar>>>& files);

}  // namespace bowstring
