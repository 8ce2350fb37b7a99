// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include <arrow/result.h>

#include <bowstring/expr.h>

#include "logical/plan.h"

namespace bowstring::logical {

/// The sets of a kGroupingSet expression, ROLLUP and CUBE spread out; in a set each expression once.
arrow::Result<std::vector<std::vector<Expr>>> SetsOf(const Expr& grouping);
/// The different expressions of a kGroupingSet, in order of appearance: the Aggregate's key columns.
std::vector<Expr> KeysOf(const Expr& grouping);
/// Groups as an Aggregate takes them: plain keys, or one grouping set (plain keys and several sets multiplied).
arrow::Result<std::vector<Expr>> MergeGroups(std::vector<Expr> groups);

/// An Aggregate over groups as written. grouping(...) among the aggregates is computed from the id of the set; then, or with `hide_id`, a
/// projection gives the keys and the aggregates under their names.
arrow::Result<PlanPtr> AggregateOver(PlanPtr plan, std::vector<Expr> groups, std::vector<Expr> aggregates, bool hide_id);

}  // namespace bowstring::logical
