// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include <arrow/result.h>

#include <bowstring/expr.h>

#include "logical/plan.h"

namespace bowstring::logical {

/// A projection whose expressions hold unnest(x): x is computed first, spread, and its rows stand where the call stood. unnest(unnest(x))
/// spreads two levels; a struct alone spreads to a column a field. NULL lists give no row, as in the peer. `exprs` are resolved.
arrow::Result<PlanPtr> SelectUnnest(PlanPtr plan, std::vector<Expr> exprs);

}  // namespace bowstring::logical
