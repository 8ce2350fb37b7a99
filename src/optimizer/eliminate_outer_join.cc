// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include "expr/fold_constants.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

/// The value where all columns of the side are NULL; null where it reads others, or none of the side's.
std::shared_ptr<arrow::Scalar> WithNulls(const Expr& expr, const Schema& side) {
  bool reads = false;
  const auto nulls = RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
    if (part.kind() != ExprKind::kColumn) return std::optional<Expr>{};
    const auto at = side.scope().TryResolve(part->as<ColumnRef>());
    if (!at) return std::optional<Expr>{};
    reads = true;
    return std::optional<Expr>(Literal(arrow::MakeNullScalar(side.field(*at).field->type())));
  });
  if (!nulls.ok() || !reads) return nullptr;
  const auto folded = FoldConstants(*nulls, Scope());
  return folded.ok() && folded->kind() == ExprKind::kLiteral ? (*folded)->as<LiteralValue>().value : nullptr;
}

/// Whether the conjunct is not true where all columns of the side are NULL, whatever the others are.
bool RejectsNulls(const Expr& conjunct, const Schema& side) {
  if (!Deterministic(conjunct)) return false;
  bool only_side = true, reads = false;
  VisitExpr(conjunct, [&](const Expr& part) {
    if (part.kind() == ExprKind::kOuterColumn || part.kind() == ExprKind::kPlaceholder) only_side = false;
    if (part.kind() != ExprKind::kColumn) return true;
    const bool own = side.scope().TryResolve(part->as<ColumnRef>()).has_value();
    only_side &= own;
    reads |= own;
    return true;
  });
  if (!reads) return false;
  if (!only_side) {
    // A comparison with a column of the other side is NULL with it.
    if (conjunct.kind() != ExprKind::kBinary) return false;
    switch (conjunct->as<BinaryOp>()) {
      case BinaryOp::kEq:
      case BinaryOp::kNotEq:
      case BinaryOp::kLt:
      case BinaryOp::kLtEq:
      case BinaryOp::kGt:
      case BinaryOp::kGtEq: break;
      default: return false;
    }
    return std::any_of(conjunct.children().begin(), conjunct.children().end(), [&](const Expr& operand) {
      const auto value = WithNulls(operand, side);
      return value != nullptr && !value->is_valid;
    });
  }
  const auto value = WithNulls(conjunct, side);
  if (value == nullptr) return false;
  return !value->is_valid || (value->type->id() == arrow::Type::BOOL && !static_cast<const arrow::BooleanScalar&>(*value).value);
}

}  // namespace

/// An outer join whose rows without a match a filter above throws away is less of an outer join.
Result<PlanPtr> EliminateOuterJoin(const PlanPtr& plan) {
  return TransformDown(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    const auto* filter = node->TryAs<Filter>();
    if (filter == nullptr) return node;
    const auto* join = filter->input()->TryAs<Join>();
    if (join == nullptr || (join->type != JoinType::kLeft && join->type != JoinType::kRight && join->type != JoinType::kFull)) return node;
    bool left_needed = false, right_needed = false;  // a row without it is thrown away
    for (const Expr& conjunct : SplitConjuncts(filter->predicate)) {
      left_needed |= RejectsNulls(conjunct, *join->input(0)->schema());
      right_needed |= RejectsNulls(conjunct, *join->input(1)->schema());
    }
    JoinType type = join->type;
    if (type == JoinType::kLeft && right_needed) type = JoinType::kInner;
    if (type == JoinType::kRight && left_needed) type = JoinType::kInner;
    if (type == JoinType::kFull) {
      if (left_needed && right_needed) type = JoinType::kInner;
      else if (left_needed) type = JoinType::kLeft;
      else if (right_needed) type = JoinType::kRight;
    }
    if (type == join->type) return node;
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, Join::Make(join->input(0), join->input(1), type, join->on, join->filter,
                                                   {join->constraint, join->nulls_equal, join->null_aware}));
    return node->WithInputs({std::move(next)});
  });
}

}  // namespace bowstring::optimizer
