// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/type_fwd.h>

#include <bowstring/export.h>
#include <bowstring/expr_kind.h>
#include <bowstring/expr_node.h>

namespace bowstring {

BOWSTRING_EXPORT Expr MakeExpr(ExprKind kind, std::vector<Expr> children = {}, ExprNode::Data data = {});
/// A column by exact name, no folding, no dots read.
BOWSTRING_EXPORT Expr Column(std::string name);
BOWSTRING_EXPORT Expr Column(TableName relation, std::string name);
/// A column by text as in SQL: `A` is a, `"A"` is A, `q.a` is column a of q (BEHAVIOUR.md 2.1).
BOWSTRING_EXPORT Expr Col(std::string_view text);
BOWSTRING_EXPORT Expr Literal(std::shared_ptr<arrow::Scalar> value);
BOWSTRING_EXPORT Expr Literal(int64_t value);
BOWSTRING_EXPORT Expr Literal(double value);
BOWSTRING_EXPORT Expr Literal(bool value);
BOWSTRING_EXPORT Expr Literal(std::string value);  ///< Utf8, as SQL's
BOWSTRING_EXPORT Expr Literal(const char* value);
BOWSTRING_EXPORT Expr Binary(BinaryOp op, Expr left, Expr right);
/// AND and OR over any number of terms; one term is itself, none is true (AND) or false (OR).
BOWSTRING_EXPORT Expr And(std::vector<Expr> terms);
BOWSTRING_EXPORT Expr Or(std::vector<Expr> terms);
BOWSTRING_EXPORT Expr Not(Expr expr);
BOWSTRING_EXPORT Expr Negative(Expr expr);
BOWSTRING_EXPORT Expr IsNull(Expr expr);
BOWSTRING_EXPORT Expr IsNotNull(Expr expr);
BOWSTRING_EXPORT Expr Between(Expr expr, Expr low, Expr high, bool negated = false);
BOWSTRING_EXPORT Expr InList(Expr expr, std::vector<Expr> list, bool negated = false);
/// CASE: `children` as ExprKind::kCase has them.
BOWSTRING_EXPORT Expr Case(CaseShape shape, std::vector<Expr> children);
BOWSTRING_EXPORT Expr Call(std::shared_ptr<const ScalarFunction> function, std::vector<Expr> arguments);
BOWSTRING_EXPORT Expr Cast(Expr expr, std::shared_ptr<arrow::DataType> type);
BOWSTRING_EXPORT Expr TryCast(Expr expr, std::shared_ptr<arrow::DataType> type);
BOWSTRING_EXPORT std::string_view ToString(BinaryOp op);

/// Relation and name of the column that an expression makes in a projection: a column keeps both, an alias gives its own, all else
/// has no relation and is called name().
BOWSTRING_EXPORT std::pair<std::optional<TableName>, std::string> OutputName(const Expr& expr);

/// The conjuncts of a predicate: AND chains flattened, in order.
BOWSTRING_EXPORT std::vector<Expr> SplitConjuncts(const Expr& predicate);

}  // namespace bowstring
