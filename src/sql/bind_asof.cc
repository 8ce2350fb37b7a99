// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// ASOF JOIN: for each row of the left side the nearest of the right side by one inequality, among those with equal keys. It is a window over
// both sides' rows together: each key's rows in order, right rows carry what they are, left rows take the last that came before.

#include <optional>
#include <utility>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/type.h"
#include "logical/builder.h"
#include "logical/filter.h"
#include "logical/projection.h"
#include "logical/rewrite.h"
#include "logical/window.h"
#include "sql/binder.h"

namespace bowstring::sql {

using arrow::Result;

namespace {

Expr NullOf(const std::shared_ptr<arrow::DataType>& type) { return Literal(arrow::MakeNullScalar(type)); }

/// `op` with its sides changed.
std::optional<bowstring::BinaryOp> Flipped(bowstring::BinaryOp op) {
  switch (op) {
    case bowstring::BinaryOp::kEq: return op;
    case bowstring::BinaryOp::kGt: return bowstring::BinaryOp::kLt;
    case bowstring::BinaryOp::kGtEq: return bowstring::BinaryOp::kLtEq;
    case bowstring::BinaryOp::kLt: return bowstring::BinaryOp::kGt;
    case bowstring::BinaryOp::kLtEq: return bowstring::BinaryOp::kGtEq;
    default: return std::nullopt;
  }
}

struct Conditions {
  std::vector<std::pair<Expr, Expr>> keys;  // left, right
  bowstring::BinaryOp op = bowstring::BinaryOp::kGtEq;
  std::optional<std::pair<Expr, Expr>> nearest;
};

Result<Conditions> Sort(const std::vector<Expr>& conjuncts, const logical::Schema& left, const logical::Schema& right) {
  Conditions all;
  for (const Expr& conjunct : conjuncts) {
    std::optional<bowstring::BinaryOp> op;
    std::optional<std::pair<Expr, Expr>> sides;
    if (conjunct.kind() == NodeKind::kBinary) {
      const Expr &a = conjunct.children()[0], &b = conjunct.children()[1];
      const auto flipped = Flipped(conjunct->as<bowstring::BinaryOp>());
      if (flipped && logical::Covers(left, a) && logical::Covers(right, b)) {
        op = conjunct->as<bowstring::BinaryOp>();
        sides = {a, b};
      } else if (flipped && logical::Covers(left, b) && logical::Covers(right, a)) {
        op = flipped;
        sides = {b, a};
      }
    }
    if (!op) return Error(ErrorKind::kNotImplemented, "ASOF JOIN with the condition ", conjunct.ToString());
    if (*op == bowstring::BinaryOp::kEq) {
      all.keys.push_back(*std::move(sides));
      continue;
    }
    if (all.nearest) return Error(ErrorKind::kPlan, "ASOF JOIN takes one inequality only, found another: ", conjunct.ToString());
    all.op = *op;
    all.nearest = std::move(sides);
  }
  if (!all.nearest) return Error(ErrorKind::kPlan, "ASOF JOIN needs an inequality between the two sides");
  return all;
}

}  // namespace

Result<PlanPtr> Binder::AsofJoin(const PlanPtr& left, const PlanPtr& right, bool keep_all, const std::vector<Expr>& conjuncts) {
  ARROW_ASSIGN_OR_RAISE(const Conditions conditions, Sort(conjuncts, *left->schema(), *right->schema()));
  const auto pack = catalog_.FindScalar("named_struct"), unpack = catalog_.FindScalar("get_field");
  const auto last = catalog_.FindAggregate("last_value");
  if (!pack || !unpack || !last) return Error(ErrorKind::kNotImplemented, "ASOF JOIN without named_struct, get_field and last_value");
  std::vector<Expr> fields;
  for (int i = 0; i < right->schema()->num_fields(); ++i) {
    fields.push_back(Literal("c" + std::to_string(i)));
    fields.push_back(right->schema()->column(i));
  }
  const Expr row = Call(pack, fields);
  ARROW_ASSIGN_OR_RAISE(const auto row_type, TypeOf(row, right->schema()->scope()));

  const auto name = [](const char* what, size_t i) { return std::string("__asof_") + what + std::to_string(i); };
  const auto side = [&](bool of_left) {
    std::vector<Expr> exprs;
    for (size_t k = 0; k < conditions.keys.size(); ++k) {
      exprs.push_back((of_left ? conditions.keys[k].first : conditions.keys[k].second).Alias(name("k", k)));
    }
    exprs.push_back((of_left ? conditions.nearest->first : conditions.nearest->second).Alias(name("t", 0)));
    exprs.push_back(Literal(int64_t{of_left}).Alias(name("s", 0)));
    exprs.push_back((of_left ? NullOf(row_type) : row).Alias(name("r", 0)));
    for (int i = 0; i < left->schema()->num_fields(); ++i) {
      const Expr column = left->schema()->column(i);
      exprs.push_back((of_left ? column : NullOf(left->schema()->field(i).field->type())).Alias(name("l", static_cast<size_t>(i))));
    }
    return exprs;
  };
  std::vector<Expr> known{IsNotNull(conditions.nearest->second)};
  for (const auto& [mine, other] : conditions.keys) known.push_back(IsNotNull(other));
  ARROW_ASSIGN_OR_RAISE(PlanPtr others, logical::Filter::Make(right, And(std::move(known))));
  ARROW_ASSIGN_OR_RAISE(others, logical::Projection::Make(std::move(others), side(false)));
  ARROW_ASSIGN_OR_RAISE(PlanPtr rows, logical::Projection::Make(left, side(true)));
  ARROW_ASSIGN_OR_RAISE(rows, logical::UnionAll({std::move(rows), std::move(others)}));

  const auto column = [&](const char* what, size_t i) { return Column(name(what, i)); };
  WindowCall call;
  call.aggregate = last;
  call.nulls = NullTreatment::kIgnore;
  call.frame.units = bowstring::FrameUnits::kRows;
  for (size_t k = 0; k < conditions.keys.size(); ++k) call.partition_by.push_back(column("k", k));
  const bool from_below = conditions.op == bowstring::BinaryOp::kGtEq || conditions.op == bowstring::BinaryOp::kGt;
  const bool or_equal = conditions.op == bowstring::BinaryOp::kGtEq || conditions.op == bowstring::BinaryOp::kLtEq;
  // Left rows without a value come first: nothing is before them. At ties the right rows come first where they count.
  call.order_by = {SortKey{column("t", 0), from_below, true}, SortKey{column("s", 0), or_equal, false}};
  const Expr match = MakeExpr(NodeKind::kWindow, {column("r", 0)}, std::move(call));
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::Window::Make(std::move(rows), {match.Alias(name("m", 0))}));
  std::vector<Expr> wanted{Binary(bowstring::BinaryOp::kEq, column("s", 0), Literal(int64_t{1}))};
  if (!keep_all) wanted.push_back(IsNotNull(column("m", 0)));
  ARROW_ASSIGN_OR_RAISE(plan, logical::Filter::Make(std::move(plan), And(std::move(wanted))));
  std::vector<Expr> outputs;
  const auto named = [](Expr expr, const logical::QualifiedField& as) {
    return MakeExpr(NodeKind::kAlias, {std::move(expr)}, AliasName{as.field->name(), as.relation, nullptr});
  };
  for (int i = 0; i < left->schema()->num_fields(); ++i) {
    outputs.push_back(named(column("l", static_cast<size_t>(i)), left->schema()->field(i)));
  }
  for (int i = 0; i < right->schema()->num_fields(); ++i) {
    outputs.push_back(named(Call(unpack, {column("m", 0), Literal("c" + std::to_string(i))}), right->schema()->field(i)));
  }
  return logical::Projection::Make(std::move(plan), std::move(outputs));
}

}  // namespace bowstring::sql
