// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/expr.h>

#include "expr/scope.h"

namespace bowstring {

/// Name, type, nullability and metadata of the column that an expression makes over these columns. Also of aggregates, windows and
/// subqueries. Errors as Bind's.
arrow::Result<std::shared_ptr<arrow::Field>> FieldOf(const Expr& expr, const Scope& scope);

/// As FieldOf, the type alone.
arrow::Result<std::shared_ptr<arrow::DataType>> TypeOf(const Expr& expr, const Scope& scope);

}  // namespace bowstring
