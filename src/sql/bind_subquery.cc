// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/scalar.h>
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
    std::string names;
    for (const logical::QualifiedField& field : schema.fields()) {
      names += (names.empty() ? "" : ", ") + (field.relation ? field.relation->ToString() + "." : "") + field.field->name();
    }
    return Error(ErrorKind::kPlan, "Too many columns! The subquery should only return one column: ", names);
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
  ARROW_ASSIGN_OR_RAISE(const Expr list, Bind(*node.right, frame));
  ARROW_ASSIGN_OR_RAISE(const Expr has, CallNamed("array_has", {list, left}));
  if (is_in) return has;
  // A value fits the whole list where it fits its least or greatest element.
  ARROW_ASSIGN_OR_RAISE(const Expr least, CallNamed("array_min", {list}));
  ARROW_ASSIGN_OR_RAISE(const Expr greatest, CallNamed("array_max", {list}));
  const Expr unknown = Literal(arrow::MakeNullScalar(arrow::boolean()));
  if (!node.all) {
    Expr bound, fits;
    switch (node.op) {
      case BinaryOp::kNotEq:
        bound = greatest;
        fits = Or({Binary(Op::kNotEq, least, left), Binary(Op::kNotEq, greatest, left)});
        break;
      case BinaryOp::kLt:
        bound = greatest;
        fits = Binary(Op::kGt, greatest, left);
        break;
      case BinaryOp::kLtEq:
        bound = greatest;
        fits = Binary(Op::kGtEq, greatest, left);
        break;
      case BinaryOp::kGt:
        bound = least;
        fits = Binary(Op::kLt, least, left);
        break;
      case BinaryOp::kGtEq:
        bound = least;
        fits = Binary(Op::kLtEq, least, left);
        break;
      default: return Error(ErrorKind::kNotImplemented, "Unsupported quantified comparison: ", ToSql(node));
    }
    return Case({.has_operand = false, .has_else = true},
                {IsNotNull(bound), std::move(fits), IsNotNull(list), Literal(false), unknown});
  }
  Expr fails;
  switch (node.op) {
    case BinaryOp::kEq: fails = Not(And({Binary(Op::kEq, least, left), Binary(Op::kEq, greatest, left)})); break;
    case BinaryOp::kNotEq: fails = has; break;
    case BinaryOp::kLt: fails = Not(Binary(Op::kLt, left, least)); break;
    case BinaryOp::kLtEq: fails = Not(Binary(Op::kLtEq, left, least)); break;
    case BinaryOp::kGt: fails = Not(Binary(Op::kGt, left, greatest)); break;
    case BinaryOp::kGtEq: fails = Not(Binary(Op::kGtEq, left, greatest)); break;
    default: return Error(ErrorKind::kNotImplemented, "Unsupported quantified comparison: ", ToSql(node));
  }
  ARROW_ASSIGN_OR_RAISE(const Expr size, CallNamed("cardinality", {list}));
  ARROW_ASSIGN_OR_RAISE(const Expr null_at, CallNamed("array_position", {list, Expr(), Literal(int64_t{1})}));
  const Expr none = Literal(std::make_shared<arrow::UInt64Scalar>(0));
  return Case({.has_operand = false, .has_else = true},
              {IsNull(list), unknown, Binary(Op::kEq, size, none), Literal(true), IsNull(left), unknown, std::move(fails), Literal(false),
               IsNotNull(null_at), unknown, Literal(true)});
}

}  // namespace bowstring::sql
