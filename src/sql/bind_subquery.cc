// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "logical/projection.h"
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

Result<Expr> Binder::BindRowIn(const AstInSubquery& in, const Frame& frame, bool filter) {
  const auto& elements = in.operand->As<AstTuple>().elements;
  ARROW_ASSIGN_OR_RAISE(SubqueryPlan rows, BindSubquery(*in.query, frame, /*one_column=*/false));
  const size_t columns = static_cast<size_t>(rows.plan->schema()->num_fields());
  if (columns != elements.size()) {
    return Error(ErrorKind::kPlan, "The subquery has ", columns, " columns, but the row before IN has ", elements.size());
  }
  // The row's parts are read inside of the subquery, under names that nothing else has.
  Frame inside;
  inside.outer = &frame;
  inside.outer_columns = &rows.outer_columns;
  std::vector<Expr> named;
  for (size_t i = 0; i < columns; ++i) {
    named.push_back(rows.plan->schema()->column(static_cast<int>(i)).Alias("__row_in_" + std::to_string(i)));
  }
  ARROW_ASSIGN_OR_RAISE(rows.plan, logical::Projection::Make(rows.plan, std::move(named)));
  rows.field = nullptr;
  std::vector<Expr> equal, possible;
  for (size_t i = 0; i < columns; ++i) {
    ARROW_ASSIGN_OR_RAISE(Expr part, Bind(*elements[i], inside));
    const Expr same = Binary(Op::kEq, std::move(part), rows.plan->schema()->column(static_cast<int>(i)));
    equal.push_back(same);
    possible.push_back(MakeExpr(NodeKind::kIsNotFalse, {same}));
  }
  SubqueryPlan found = rows, maybe = rows;
  ARROW_ASSIGN_OR_RAISE(found.plan, logical::Where(rows.plan, And(equal)));
  ARROW_ASSIGN_OR_RAISE(maybe.plan, logical::Where(rows.plan, And(std::move(possible))));
  Expr exists = MakeExpr(NodeKind::kExists, {}, std::move(found));
  if (filter && !in.negated) return exists;
  maybe.negated = in.negated;
  Expr possibly = MakeExpr(NodeKind::kExists, {}, std::move(maybe));
  if (filter) return possibly;  // no row that could be equal
  maybe = possibly->as<SubqueryPlan>();
  maybe.negated = false;
  possibly = MakeExpr(NodeKind::kExists, {}, std::move(maybe));
  std::string name;
  for (const Expr& side : equal) name += (name.empty() ? "(" : ", ") + side.children()[0].name();
  name += in.negated ? ") NOT IN (<subquery>)" : ") IN (<subquery>)";
  return Case({.has_operand = false, .has_else = true},
              {std::move(exists), Literal(!in.negated), std::move(possibly), Literal(arrow::MakeNullScalar(arrow::boolean())), Literal(in.negated)})
      .Alias(std::move(name));
}

Result<Expr> Binder::BindCondition(const AstExpr& expr, const Frame& frame) {
  if (const auto* in = expr.TryAs<AstInSubquery>(); in != nullptr && in->operand->kind == AstKind::kTuple) return BindRowIn(*in, frame, true);
  const auto* logical = expr.TryAs<AstLogical>();
  const auto row_in = [](const ExprPtr& operand) {
    const auto* in = operand->TryAs<AstInSubquery>();
    return in != nullptr && in->operand->kind == AstKind::kTuple;
  };
  if (logical == nullptr || !logical->is_and || std::none_of(logical->operands.begin(), logical->operands.end(), row_in)) return Bind(expr, frame);
  std::vector<Expr> conjuncts;
  for (const ExprPtr& operand : logical->operands) {
    ARROW_ASSIGN_OR_RAISE(Expr conjunct, row_in(operand) ? BindCondition(*operand, frame) : Bind(*operand, frame));
    conjuncts.push_back(std::move(conjunct));
  }
  return And(std::move(conjuncts));
}

Result<Expr> Binder::BindInSubquery(const AstInSubquery& in, const Frame& frame) {
  if (in.operand->kind == AstKind::kTuple) return BindRowIn(in, frame, false);
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
