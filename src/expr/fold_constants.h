// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <arrow/result.h>

#include <bowstring/expr.h>

#include "expr/scope.h"

namespace bowstring {

/// The expression with its constant parts computed. A part that would fail, or is stable or volatile, stays as it is: it fails when,
/// and only when, a row needs it. Types of the whole are kept; its name isn't: give it an alias first where the name matters.
arrow::Result<Expr> FoldConstants(const Expr& expr, const Scope& scope);

}  // namespace bowstring
