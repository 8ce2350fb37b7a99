// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/subquery_value.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

bool HasScalar(const Expr& expr) { return Contains(expr, ExprKind::kScalarSubquery); }

/// Scalar subqueries of the expressions as columns of a row that every row of `input` is joined with.
class Rows {
 public:
  Rows(PlanPtr input, Context& context) : input_(std::move(input)), context_(context) {}

  const PlanPtr& input() const { return input_; }

  Result<Expr> Rewrite(const Expr& expr) {
    return RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
      if (part.kind() != ExprKind::kScalarSubquery) return std::optional<Expr>{};
      for (const auto& [known, value] : known_) {
        if (known.Equals(part)) return std::optional<Expr>(value);
      }
      ARROW_ASSIGN_OR_RAISE(const PlanPtr row, CheckedRow(part->as<SubqueryPlan>().plan, context_.FreshName("__scalar_sq_"), context_));
      ARROW_ASSIGN_OR_RAISE(input_, Join::Make(input_, row, JoinType::kInner, {}));
      known_.emplace_back(part, row->schema()->column(0));
      return std::optional<Expr>(known_.back().second);
    });
  }

 private:
  PlanPtr input_;
  Context& context_;
  std::vector<std::pair<Expr, Expr>> known_;
};

Result<PlanPtr> SameColumns(const PlanPtr& node, PlanPtr next) {
  const std::vector<Expr> columns = AllColumns(*node);
  if (EqualExprs(columns, AllColumns(*next))) return next;
  return Projection::Make(std::move(next), columns);
}

Result<PlanPtr> OfJoin(const PlanPtr& node, Context& context) {
  const Join& join = node->As<Join>();
  // A row of constants beside one side is as good as beside the other.
  Rows rows(join.input(0), context);
  std::vector<std::pair<Expr, Expr>> on;
  std::vector<Expr> conditions;
  for (const auto& [a, b] : join.on) {
    if (HasScalar(a) || HasScalar(b)) {
      conditions.push_back(Binary(join.nulls_equal ? BinaryOp::kIsNotDistinctFrom : BinaryOp::kEq, a, b));
    } else {
      on.emplace_back(a, b);
    }
  }
  if (join.filter) conditions.push_back(*join.filter);
  std::optional<Expr> filter;
  if (!conditions.empty()) {
    ARROW_ASSIGN_OR_RAISE(filter, rows.Rewrite(And(std::move(conditions))));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, Join::Make(rows.input(), join.input(1), join.type, std::move(on), std::move(filter),
                                                 {join.constraint, join.nulls_equal, join.null_aware}));
  return SameColumns(node, std::move(next));
}

}  // namespace

/// Scalar subqueries that read nothing outside: the row that they give is joined to every row.
Result<PlanPtr> ScalarSubqueryToJoin(const PlanPtr& plan, Context& context) {
  return TransformUp(plan, [&](const PlanPtr& node) -> Result<PlanPtr> {
    std::vector<Expr> exprs = node->Expressions();
    if (std::none_of(exprs.begin(), exprs.end(), HasScalar)) return node;
    if (node->kind() == PlanKind::kJoin) return OfJoin(node, context);
    if (node->inputs().size() != 1) return Error(ErrorKind::kNotImplemented, "a subquery in ", node->Display());
    Rows rows(node->input(), context);
    const bool named = node->kind() == PlanKind::kProjection || node->kind() == PlanKind::kAggregate ||
                       node->kind() == PlanKind::kWindow || node->kind() == PlanKind::kDistinctOn;
    for (Expr& expr : exprs) {
      ARROW_ASSIGN_OR_RAISE(Expr next, rows.Rewrite(expr));
      const bool changed = &next.node() != &expr.node();
      expr = named && changed && expr.kind() != ExprKind::kGroupingSet ? KeepName(expr, std::move(next)) : std::move(next);
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, node->WithParts(std::move(exprs), {rows.input()}));
    return SameColumns(node, std::move(next));
  });
}

}  // namespace bowstring::optimizer
