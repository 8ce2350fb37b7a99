// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "logical/plan.h"

namespace bowstring::optimizer {

/// An optimized plan as EXPLAIN writes it: with the casts that binding puts in, literals in the type of the column that they are compared
/// with, DISTINCT as an aggregate of all columns, BETWEEN and short IN lists as comparisons. The same rows; it is not run. Where something
/// can't be written so, it stays as it is.
PlanPtr ExplainForm(const PlanPtr& plan);

}  // namespace bowstring::optimizer
