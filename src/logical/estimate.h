// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// What is thought of a column: a guess, never relied on.
struct ColumnEstimate {
  double distinct = 1;
  double null_fraction = 0;
  std::optional<double> min, max;  ///< of numbers, dates and timestamps, in their own units
};

/// Rows that a plan is thought to give, and its columns.
struct Estimate {
  double rows = 1;
  std::vector<ColumnEstimate> columns;
};

Estimate EstimateOf(const LogicalPlan& plan);

/// The share of rows that a predicate over the schema keeps. `columns`: one for each column of it; narrowed to what is left of them.
double Selectivity(const Expr& predicate, const Schema& schema, std::vector<ColumnEstimate>* columns);

/// The rows of a join of two sides by keys, of which these are the sides' distinct values.
double JoinRows(double left, double right, const std::vector<std::pair<double, double>>& distinct);

}  // namespace bowstring::logical
