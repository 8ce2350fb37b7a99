// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "sql/ast.h"

namespace bowstring::sql {

/// The deepest nesting that is parsed; more is an error. Flat things - chains of operators, lists, set operations, joins
/// - have no limit but memory, and cost no depth.
inline constexpr int kMaxNesting = 100;

/// The statements of `text`, in order; none for blank text. A statement without its `;` must be the last. The dialect is
/// DataFusion's generic one (near PostgreSQL) and DuckDB's conveniences. Errors carry a SqlErrorDetail (sql_error.h).
/// Doesn't keep `text`. Thread-safe, as all here.
arrow::Result<std::vector<StatementPtr>> ParseStatements(std::string_view text);

/// An expression such as `a > 1`, all of `text`.
arrow::Result<ExprPtr> ParseExpression(std::string_view text);

struct AliasedExpr {
  ExprPtr expr;
  std::optional<Ident> alias;
};
/// An expression with or without `[AS] alias`, all of `text`.
arrow::Result<AliasedExpr> ParseAliasedExpression(std::string_view text);

/// A type such as `decimal(10, 2)[]`, all of `text`.
arrow::Result<TypePtr> ParseType(std::string_view text);

/// A dotted name such as `s."My t"`, all of `text`.
arrow::Result<ObjectName> ParseObjectName(std::string_view text);

}  // namespace bowstring::sql
