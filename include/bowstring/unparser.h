// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include <arrow/result.h>

#include <bowstring/export.h>
#include <bowstring/expr.h>
#include <bowstring/plan.h>

namespace bowstring {

enum class SqlDialect : uint8_t { kDefault, kPostgres, kMySql, kSqlite, kDuckDb };

struct UnparseOptions {
  SqlDialect dialect = SqlDialect::kDefault;
  bool pretty = false;  ///< no parentheses that precedence makes needless
};

/// A plan as an SQL query that means the same. kNotImplemented for what has no SQL: it is named.
BOWSTRING_EXPORT arrow::Result<std::string> ToSql(const Plan& plan, const UnparseOptions& options = {});
BOWSTRING_EXPORT arrow::Result<std::string> ToSql(const Expr& expr, const UnparseOptions& options = {});

}  // namespace bowstring
