// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include <arrow/result.h>

#include "optimizer/dependent_join.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

/// A plan whose rows carry the value of a subquery: the same rows, with columns more.
struct Attached {
  PlanPtr plan;
  Expr value;  ///< over the plan's columns
};

/// The value of a subquery expression (scalar, EXISTS, IN, ANY, ALL) beside each row of `input`, by joins. The expression's operand
/// is over the input's columns. Subqueries inside of the subquery's plan must be gone already.
arrow::Result<Attached> AttachSubquery(PlanPtr input, const Expr& subquery, Context& context);

/// The input's rows for which the test (IN or EXISTS; `negated`: not so) is true, as a semi or anti join.
arrow::Result<PlanPtr> FilterBySubquery(PlanPtr input, const Expr& test, bool negated, Context& context);

/// Whether the plan reads columns of any query around it.
bool ReadsAnyOuter(const LogicalPlan& plan);

/// Whether a plan gives exactly one row, whatever its input.
bool GivesOneRow(const LogicalPlan& plan);

/// A scalar subquery that may give several rows, as one row (relation `name`, one column): NULL without rows, an error with two.
arrow::Result<PlanPtr> CheckedRow(const PlanPtr& subquery, const std::string& name, Context& context);

}  // namespace bowstring::optimizer
