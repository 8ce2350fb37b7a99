// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "logical/plan.h"

namespace bowstring::optimizer {

/// A subquery whose references to the query around it were taken out of its filters.
struct PulledUp {
  PlanPtr plan;                ///< under the alias; its first columns are the subquery's own
  std::vector<Expr> conditions;  ///< over the plan's columns and those around it
};

/// Takes the conjuncts that read outer columns out of a subquery, so that it can be joined. None where one stands where it can't be taken
/// from (under an aggregate, a limit, an outer join).
arrow::Result<std::optional<PulledUp>> PullUp(const PlanPtr& subquery, const std::string& alias);

/// Whether an expression of the plan, or of a plan below, reads a column of a query around it.
bool ReadsOuter(const LogicalPlan& plan);

/// The highest number at the end of a name that a rule has given ("__correlated_sq_3"), in the plan and its subqueries; else 0.
int LastName(const LogicalPlan& plan);

}  // namespace bowstring::optimizer
