// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/array/array_base.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/function.h>

#include "expr/fold_constants.h"
#include "expr/type.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using logical::SchemaPtr;

namespace {

/// True, false, or NULL (answer 2) of a boolean literal; -1: something else.
int Truth(const Expr& expr) {
  if (expr.kind() != ExprKind::kLiteral) return -1;
  const arrow::Scalar& value = *expr->as<LiteralValue>().value;
  if (value.type->id() == arrow::Type::NA || !value.is_valid) return 2;
  if (value.type->id() != arrow::Type::BOOL) return -1;
  return static_cast<const arrow::BooleanScalar&>(value).value ? 1 : 0;
}

/// AND and OR: the neutral term goes, the absorbing one is the answer, a term stands once, nested chains are one.
Expr SimplifyLogical(const Expr& expr) {
  const BinaryOp op = expr->as<BinaryOp>();
  const int neutral = op == BinaryOp::kAnd ? 1 : 0;
  std::vector<Expr> terms;
  const auto add = [&](const Expr& term) {
    if (Truth(term) == neutral) return;
    for (const Expr& other : terms) {
      if (other.Equals(term)) return;
    }
    terms.push_back(term);
  };
  constexpr size_t kMaxCompared = 64;  // each term is compared with all before it
  if (expr.children().size() > kMaxCompared) return expr;
  for (const Expr& child : expr.children()) {
    if (child.kind() == ExprKind::kBinary && child->as<BinaryOp>() == op) {
      for (const Expr& inner : child.children()) add(inner);
    } else {
      add(child);
    }
    if (Truth(child) == 1 - neutral) return child;
  }
  if (terms.size() == expr.children().size()) return expr;
  return op == BinaryOp::kAnd ? And(std::move(terms)) : Or(std::move(terms));
}

/// (a AND b) OR (a AND c) is a AND (b OR c): what all branches ask for can be pushed down, or become a join's key.
Expr CommonConjuncts(const Expr& expr) {
  std::vector<std::vector<Expr>> branches;
  for (const Expr& child : expr.children()) branches.push_back(SplitConjuncts(child));
  constexpr size_t kMaxBranches = 64, kMaxConjuncts = 64;
  if (branches.size() > kMaxBranches) return expr;
  std::vector<Expr> common;
  for (const Expr& candidate : branches[0]) {
    const auto has = [&](const std::vector<Expr>& branch) {
      if (branch.size() > kMaxConjuncts) return false;
      return std::any_of(branch.begin(), branch.end(), [&](const Expr& other) { return other.Equals(candidate); });
    };
    if (logical::Deterministic(candidate) && std::all_of(branches.begin(), branches.end(), has)) common.push_back(candidate);
  }
  if (common.empty()) return expr;
  std::vector<Expr> rest;
  bool always = false;  // a branch asks for nothing more
  for (const std::vector<Expr>& branch : branches) {
    std::vector<Expr> own;
    for (const Expr& conjunct : branch) {
      const auto same = [&](const Expr& other) { return other.Equals(conjunct); };
      if (std::none_of(common.begin(), common.end(), same)) own.push_back(conjunct);
    }
    always |= own.empty();
    if (!own.empty()) rest.push_back(And(std::move(own)));
  }
  if (!always) common.push_back(Or(std::move(rest)));
  return And(std::move(common));
}

Expr SimplifyNot(const Expr& expr) {
  const Expr& inner = expr.children()[0];
  if (inner.kind() == ExprKind::kNot) return inner.children()[0];
  if (inner.kind() == ExprKind::kIsNull) return IsNotNull(inner.children()[0]);
  if (inner.kind() == ExprKind::kIsNotNull) return IsNull(inner.children()[0]);
  if (inner.kind() != ExprKind::kBinary) return expr;
  const auto opposite = [&](BinaryOp op) { return Binary(op, inner.children()[0], inner.children()[1]); };
  switch (inner->as<BinaryOp>()) {
    case BinaryOp::kEq: return opposite(BinaryOp::kNotEq);
    case BinaryOp::kNotEq: return opposite(BinaryOp::kEq);
    case BinaryOp::kIsDistinctFrom: return opposite(BinaryOp::kIsNotDistinctFrom);
    case BinaryOp::kIsNotDistinctFrom: return opposite(BinaryOp::kIsDistinctFrom);
    default: return expr;
  }
}

/// Whether a value is in a list that isn't made of the row: value IN (elements).
Expr SimplifyHas(const Expr& expr) {
  const Expr &list = expr.children()[0], &value = expr.children()[1];
  if (list.kind() != ExprKind::kLiteral || !logical::Contains(value, ExprKind::kColumn)) return expr;
  const arrow::Scalar& scalar = *list->as<LiteralValue>().value;
  if (!scalar.is_valid || scalar.type->id() != arrow::Type::LIST) return expr;
  const arrow::Array& elements = *static_cast<const arrow::ListScalar&>(scalar).value;
  constexpr int64_t kMaxElements = 10000;
  if (elements.length() == 0 || elements.length() > kMaxElements || arrow::is_nested(elements.type_id())) return expr;
  std::vector<Expr> members;
  for (int64_t i = 0; i < elements.length(); ++i) {
    auto element = elements.GetScalar(i);
    if (!element.ok()) return expr;
    members.push_back(Literal(*std::move(element)));
  }
  return InList(value, std::move(members), false);
}

Result<Expr> Simplify(const Expr& expr, const Scope& scope) {
  // Aggregates, windows and subqueries aren't values of one row: only what is inside of them may be folded.
  const bool plain = !logical::Contains(expr, ExprKind::kAggregate) && !logical::Contains(expr, ExprKind::kWindow) &&
                     !logical::Contains(expr, ExprKind::kUnnest) && !logical::Contains(expr, ExprKind::kGroupingSet) &&
                     !logical::Contains(expr, ExprKind::kLambda) && !logical::Contains(expr, ExprKind::kOuterColumn) && logical::Deterministic(expr);
  Expr folded = expr;
  if (plain) {
    ARROW_ASSIGN_OR_RAISE(folded, FoldConstants(expr, scope));
  }
  return logical::RewriteUp(folded, [&](const Expr& part) -> Result<Expr> {
    if (part.kind() == ExprKind::kNot) return SimplifyNot(part);
    if (part.kind() == ExprKind::kScalarFunction && part->as<ScalarCall>().function->name() == "array_has" && part.children().size() == 2) return SimplifyHas(part);
    if (part.kind() == ExprKind::kBinary && (part->as<BinaryOp>() == BinaryOp::kAnd || part->as<BinaryOp>() == BinaryOp::kOr)) {
      const Expr simple = SimplifyLogical(part);
      if (simple.kind() != ExprKind::kBinary && !simple.Equals(part)) {  // one term is left: NULL AND true is a Boolean, NULL alone isn't
        const auto type = TypeOf(simple, scope);
        if (!type.ok() || (*type)->id() != arrow::Type::BOOL) return part;
      }
      const bool is_or = simple.kind() == ExprKind::kBinary && simple->as<BinaryOp>() == BinaryOp::kOr;
      return is_or ? CommonConjuncts(simple) : simple;
    }
    return part;
  });
}

}  // namespace

/// Constants are computed, trivial AND, OR and NOT removed.
Result<PlanPtr> SimplifyExpressions(const PlanPtr& plan) {
  return TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    if (node->kind() == PlanKind::kScan || node->kind() == PlanKind::kValues || node->kind() == PlanKind::kAggregate ||
        node->kind() == PlanKind::kDistinctOn) {
      return node;  // a scan's filters came from above; names of groups and aggregates are those of their expressions
    }
    if (node->inputs().empty()) return node;
    SchemaPtr scope = node->input()->schema();
    if (node->kind() == PlanKind::kJoin) {
      const auto& join = node->As<logical::Join>();
      if (!join.filter) return node;
      ARROW_ASSIGN_OR_RAISE(scope, logical::Join::BothSides(*node->input(0), *node->input(1)));
      ARROW_ASSIGN_OR_RAISE(Expr filter, Simplify(*join.filter, scope->scope()));
      if (filter.Equals(*join.filter)) return node;
      std::optional<Expr> rest;
      if (Truth(filter) != 1) rest = std::move(filter);
      return logical::Join::Make(join.input(0), join.input(1), join.type, join.on, std::move(rest),
                                 {join.constraint, join.nulls_equal, join.null_aware});
    }
    std::vector<Expr> exprs = node->Expressions();
    bool changed = false;
    for (Expr& expr : exprs) {
      if (expr.kind() == ExprKind::kColumn || expr.kind() == ExprKind::kLiteral) continue;
      ARROW_ASSIGN_OR_RAISE(Expr next, Simplify(expr, scope->scope()));
      if (next.Equals(expr)) continue;
      if (node->kind() == PlanKind::kProjection || node->kind() == PlanKind::kWindow) next = logical::KeepName(expr, std::move(next));
      expr = std::move(next);
      changed = true;
    }
    return changed ? node->WithParts(std::move(exprs), node->inputs()) : Result<PlanPtr>(node);
  });
}

}  // namespace bowstring::optimizer
