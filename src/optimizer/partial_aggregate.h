// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/result.h>

#include "logical/plan.h"

namespace bowstring::optimizer {

// For rules that compute an aggregate of parts of its input, and the whole of these.

/// function(argument).
Expr Aggregated(std::shared_ptr<const AggregateFunction> function, Expr argument);

/// `value`, a column of `whole` that is an aggregate of partial ones, as the column `wanted` of type `type` that the plan had: `original`, of all the
/// input. A count of nothing is 0, where a sum of no counts is NULL.
arrow::Result<Expr> AsWanted(Expr value, const logical::Schema& whole, const Expr& wanted, const std::shared_ptr<arrow::DataType>& type, const Expr& original);

}  // namespace bowstring::optimizer
