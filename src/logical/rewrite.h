// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <arrow/result.h>

#include <bowstring/expr.h>

#include "logical/plan.h"

namespace bowstring::logical {

/// All expressions directly inside of this one: children, and those of aggregate and window calls (filter, order, partition).
std::vector<Expr> PartsOf(const Expr& expr);

/// The expression with `change` applied to each of PartsOf.
arrow::Result<Expr> MapParts(const Expr& expr, const std::function<arrow::Result<Expr>(const Expr&)>& change);

/// Replaces from the top: where `replace` answers an expression, it stands there and isn't looked into. Depth is bounded: an
/// expression deeper than Expr::kMaxDepth fails with kPlan.
arrow::Result<Expr> RewriteDown(const Expr& expr, const std::function<arrow::Result<std::optional<Expr>>(const Expr&)>& replace);

/// Replaces from the leaves up: `change` sees each node after its parts were changed.
arrow::Result<Expr> RewriteUp(const Expr& expr, const std::function<arrow::Result<Expr>(const Expr&)>& change);

/// Calls `visit` on the expression and all inside, parents first; where it answers false, parts of that one are left out. Needs no stack.
void VisitExpr(const Expr& expr, const std::function<bool(const Expr&)>& visit);

/// Whether the expression has a node of the kind, itself included.
bool Contains(const Expr& expr, ExprKind kind);

/// Adds the columns that the expression reads (not those of subqueries inside) to `columns`, by their index in `schema`.
/// Fails as Scope::Resolve.
arrow::Status CollectColumns(const Expr& expr, const Schema& schema, std::vector<bool>* columns);
/// Whether every column that the expression reads is in the schema.
bool Covers(const Schema& schema, const Expr& expr);

/// The expression with every column as the schema has it: with its relation. Fails as Scope::Resolve.
arrow::Result<Expr> Qualify(const Expr& expr, const Schema& schema);
arrow::Result<SortKey> Qualify(const SortKey& key, const Schema& schema);

/// Replaces columns: column i of `schema` by exprs[i]. Aliases of exprs are dropped where they are put in.
arrow::Result<Expr> Substitute(const Expr& expr, const Schema& schema, const std::vector<Expr>& exprs);

/// FieldOf (expr/type.h), also where the expression reads columns of a query around it: a kOuterColumn has one child, a NULL literal
/// of the column's type.
arrow::Result<std::shared_ptr<arrow::Field>> FieldIn(const Expr& expr, const Scope& scope);

/// The expression under its aliases.
const Expr& Unalias(const Expr& expr);

/// True where an equal input gives an equal answer, row by row: nothing volatile inside, nor a subquery.
bool Deterministic(const Expr& expr);

/// The alias that makes `changed` be called as `original` was (name and relation), if it needs one.
Expr KeepName(const Expr& original, Expr changed);

}  // namespace bowstring::logical
