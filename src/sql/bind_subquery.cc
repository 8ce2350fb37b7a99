// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/type.h>

#include <bowstring/error.h>

#include "sql/ast_print.h"
#include "sql/binder.h"

namespace bowstring::sql {

using arrow::Result;
using Op = ::bowstring::BinaryOp;

Result<SubqueryPlan> Binder::BindSubquery(const AstQuery& query, const Frame& frame, bool one_column) {
  SubqueryPlan subquery;
  // Columns of this frame that the query inside reads are noted down by the frame that stands between.
  Frame between;
  between.outer = &frame;
  between.outer_columns = &subquery.outer_columns;
  ARROW_ASSIGN_OR_RAISE(subquery.plan, Query(query, &between));
  const logical::Schema& schema = *subquery.plan->schema();
  if (one_column && schema.num_fields() != 1) {
    return Error(ErrorKind::kPlan, "Too many columns! The subquery should only return one column, found ", schema.num_fields());
  }
  if (schema.num_fields() == 1) subquery.field = schema.field(0).field;
  return subquery;
}

Result<Expr> Binder::BindInSubquery(const AstInSubquery& in, const Frame& frame) {
  ARROW_ASSIGN_OR_RAISE(Expr operand, Bind(*in.operand, frame));
  ARROW_ASSIGN_OR_RAISE(SubqueryPlan plan, BindSubquery(*in.query, frame, /*one_column=*/true));
  plan.negated = in.negated;
  return MakeExpr(NodeKind::kInSubquery, {std::move(operand)}, std::move(plan));
}

/// `= ANY` is IN, `<> ALL` is NOT IN; over lists: array_has.
Result<Expr> Binder::BindQuantified(const AstQuantified& node, const Frame& frame) {
  ARROW_ASSIGN_OR_RAISE(Expr left, Bind(*node.left, frame));
  const bool is_in = node.op == BinaryOp::kEq && !node.all;
  const bool is_not_in = node.op == BinaryOp::kNotEq && node.all;
  if (const auto* subquery = node.right->TryAs<AstSubquery>()) {
    ARROW_ASSIGN_OR_RAISE(SubqueryPlan plan, BindSubquery(*subquery->query, frame, /*one_column=*/true));
    if (is_in || is_not_in) {
      plan.negated = is_not_in;
      return MakeExpr(NodeKind::kInSubquery, {std::move(left)}, std::move(plan));
    }
    ARROW_ASSIGN_OR_RAISE(const Expr sample, Operate(node.op, Expr(), Expr()));
    plan.op = sample->as<Op>();
    plan.quantifier = node.all ? SubqueryPlan::kAll : SubqueryPlan::kAny;
    return MakeExpr(NodeKind::kSetComparison, {std::move(left)}, std::move(plan));
  }
  if (!is_in && !is_not_in) return Error(ErrorKind::kNotImplemented, "Unsupported quantified comparison: ", ToSql(node));
  ARROW_ASSIGN_OR_RAISE(Expr right, Bind(*node.right, frame));
  ARROW_ASSIGN_OR_RAISE(Expr has, CallNamed("array_has", {std::move(right), std::move(left)}));
  return is_not_in ? Not(std::move(has)) : has;
}

}  // namespace bowstring::sql
