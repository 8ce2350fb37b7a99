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

/// A subquery expression that becomes a join. One value for all rows stays: it is computed once, before them.
bool Joins(const Expr& expr) {
  switch (expr.kind()) {
    case ExprKind::kInSubquery:
    case ExprKind::kSetComparison: return true;
    case ExprKind::kExists:
    case ExprKind::kScalarSubquery: return ReadsAnyOuter(*expr->as<SubqueryPlan>().plan);
    default: return false;
  }
}

bool HasSubquery(const Expr& expr) {
  bool has = false;
  VisitExpr(expr, [&](const Expr& part) {
    has |= std::holds_alternative<SubqueryPlan>(part->data) && Joins(part);
    return !has;
  });
  return has;
}

/// A conjunct that is one test of a subquery: IN or EXISTS, under any number of NOTs.
struct Test {
  Expr expr;
  bool negated = false;
};

std::optional<Test> TestOf(const Expr& conjunct) {
  Test test{conjunct, false};
  while (test.expr.kind() == ExprKind::kNot) {
    test.negated = !test.negated;
    test.expr = Expr(test.expr.children()[0]);
  }
  if (test.expr.kind() != ExprKind::kInSubquery && test.expr.kind() != ExprKind::kExists) return std::nullopt;
  if (!Joins(test.expr)) return std::nullopt;
  if (test.expr.kind() == ExprKind::kInSubquery && HasSubquery(test.expr.children()[0])) return std::nullopt;
  test.negated ^= test.expr->as<SubqueryPlan>().negated;
  return test;
}

/// Puts the values of subqueries beside an input's rows; one that stands several times is computed once.
class Rewriter {
 public:
  Rewriter(PlanPtr input, Context& context) : input_(std::move(input)), context_(context) {}

  const PlanPtr& input() const { return input_; }
  void set_input(PlanPtr input) { input_ = std::move(input); }

  Result<Expr> Rewrite(const Expr& expr) {
    return RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
      if (!std::holds_alternative<SubqueryPlan>(part->data) || !Joins(part)) return std::optional<Expr>{};
      for (const auto& [known, value] : known_) {
        if (known.Equals(part)) return std::optional<Expr>(value);
      }
      Expr subquery = part;
      if (!part.children().empty()) {
        ARROW_ASSIGN_OR_RAISE(Expr operand, Rewrite(part.children()[0]));
        subquery = part.WithChildren({std::move(operand)});
      }
      ARROW_ASSIGN_OR_RAISE(Attached attached, AttachSubquery(input_, subquery, context_));
      input_ = std::move(attached.plan);
      known_.emplace_back(part, attached.value);
      return std::optional<Expr>(std::move(attached.value));
    });
  }

 private:
  PlanPtr input_;
  Context& context_;
  std::vector<std::pair<Expr, Expr>> known_;
};

/// `next` with exactly the columns that `node` has, all of which it has by name.
Result<PlanPtr> SameColumns(const PlanPtr& node, PlanPtr next) {
  const std::vector<Expr> columns = AllColumns(*node);
  if (EqualExprs(columns, AllColumns(*next))) return next;
  return Projection::Make(std::move(next), columns);
}

Result<PlanPtr> FilterNode(const PlanPtr& node, Context& context) {
  const Filter& filter = node->As<Filter>();
  Rewriter rewriter(filter.input(), context);
  std::vector<Expr> rest;
  // Tests that only take rows away come first.
  std::vector<Expr> conjuncts = SplitConjuncts(filter.predicate);
  for (const Expr& conjunct : conjuncts) {
    const std::optional<Test> test = TestOf(conjunct);
    if (!test) continue;
    ARROW_ASSIGN_OR_RAISE(PlanPtr narrowed, FilterBySubquery(rewriter.input(), test->expr, test->negated, context));
    rewriter.set_input(std::move(narrowed));
  }
  for (const Expr& conjunct : conjuncts) {
    if (TestOf(conjunct)) continue;
    ARROW_ASSIGN_OR_RAISE(Expr next, rewriter.Rewrite(conjunct));
    rest.push_back(std::move(next));
  }
  PlanPtr next = rewriter.input();
  if (!rest.empty()) {
    ARROW_ASSIGN_OR_RAISE(next, Filter::Make(std::move(next), And(std::move(rest))));
  }
  return SameColumns(node, std::move(next));
}

Result<PlanPtr> OneInput(const PlanPtr& node, Context& context) {
  Rewriter rewriter(node->input(), context);
  std::vector<Expr> exprs = node->Expressions();
  const bool named = node->kind() == PlanKind::kProjection || node->kind() == PlanKind::kAggregate || node->kind() == PlanKind::kWindow ||
                     node->kind() == PlanKind::kDistinctOn;
  for (Expr& expr : exprs) {
    ARROW_ASSIGN_OR_RAISE(Expr next, rewriter.Rewrite(expr));
    const bool changed = &next.node() != &expr.node();
    expr = named && changed && expr.kind() != ExprKind::kGroupingSet ? KeepName(expr, std::move(next)) : std::move(next);
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, node->WithParts(std::move(exprs), {rewriter.input()}));
  return SameColumns(node, std::move(next));
}

/// LATERAL: the right side reads columns of the left.
Result<PlanPtr> Lateral(const PlanPtr& node, const Join& join, Context& context) {
  const PlanPtr &left = join.input(0), &right = join.input(1);
  if (join.type != JoinType::kInner && join.type != JoinType::kLeft) {
    return Error(ErrorKind::kPlan, "LATERAL is only allowed in inner and left joins, not in ", ToString(join.type));
  }
  std::vector<Expr> conditions;
  for (const auto& [a, b] : join.on) conditions.push_back(Binary(BinaryOp::kEq, a, b));
  if (join.filter) conditions.push_back(*join.filter);
  if (join.type == JoinType::kInner && Unnester::RunsOnOuterRows(*right)) {
    std::vector<ColumnRef> columns;
    for (const Expr& column : AllColumns(*left)) columns.push_back(column->as<ColumnRef>());
    ARROW_ASSIGN_OR_RAISE(Unnested rows, Unnester(left, std::move(columns), context).UnnestOnOuterRows(right));
    std::vector<Expr> exprs;
    for (size_t i = 0; i < rows.keys.size(); ++i) exprs.push_back(KeepName(left->schema()->column(static_cast<int>(i)), rows.keys[i].column));
    for (const Expr& column : AllColumns(*right)) exprs.push_back(column);
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, Projection::Make(std::move(rows.plan), std::move(exprs)));
    if (conditions.empty()) return next;
    return Filter::Make(std::move(next), And(std::move(conditions)));
  }
  Unnester unnester(left, OuterColumnsOf(*right, *left->schema()), context);
  ARROW_ASSIGN_OR_RAISE(const Unnested rows, unnester.Unnest(right));
  bool null_safe = false;
  std::vector<std::pair<Expr, Expr>> on = unnester.OuterKeys(rows, &null_safe);
  std::optional<Expr> filter;
  if (!null_safe) {
    on.insert(on.end(), join.on.begin(), join.on.end());
    filter = join.filter;
  } else if (!conditions.empty()) {
    filter = And(std::move(conditions));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, Join::Make(left, rows.plan, join.type, std::move(on), std::move(filter), {.nulls_equal = null_safe}));
  return SameColumns(node, std::move(next));
}

/// Subqueries in ON. Of inner joins they are tests of the joined rows; else each is computed beside the side that it reads.
Result<PlanPtr> JoinNode(const PlanPtr& node, Context& context) {
  const Join& join = node->As<Join>();
  if (!OuterColumnsOf(*join.input(1), *join.input(0)->schema()).empty()) return Lateral(node, join, context);
  if (!join.filter || !HasSubquery(*join.filter)) return node;
  std::vector<Expr> plain, tests;
  for (const Expr& conjunct : SplitConjuncts(*join.filter)) (HasSubquery(conjunct) ? tests : plain).push_back(conjunct);
  std::optional<Expr> filter;
  const JoinOptions options{join.constraint, join.nulls_equal, join.null_aware};
  if (join.type == JoinType::kInner) {
    if (!plain.empty()) filter = And(std::move(plain));
    ARROW_ASSIGN_OR_RAISE(PlanPtr inner, Join::Make(join.input(0), join.input(1), join.type, join.on, std::move(filter), options));
    ARROW_ASSIGN_OR_RAISE(PlanPtr tested, Filter::Make(std::move(inner), And(std::move(tests))));
    return FilterNode(tested, context);
  }
  Rewriter sides[] = {Rewriter(join.input(0), context), Rewriter(join.input(1), context)};
  for (const Expr& test : tests) {
    ARROW_ASSIGN_OR_RAISE(Expr next, RewriteDown(test, [&](const Expr& part) -> Result<std::optional<Expr>> {
      if (!std::holds_alternative<SubqueryPlan>(part->data) || !Joins(part)) return std::optional<Expr>{};
      for (Rewriter& side : sides) {
        const Schema& schema = *side.input()->schema();
        const Schema& other = *(&side == &sides[0] ? sides[1] : sides[0]).input()->schema();
        const bool fits = OuterColumnsOf(*part->as<SubqueryPlan>().plan, other).empty() && (part.children().empty() || Covers(schema, part.children()[0]));
        if (!fits) continue;
        ARROW_ASSIGN_OR_RAISE(Expr value, side.Rewrite(part));
        return std::optional<Expr>(std::move(value));
      }
      return Error(ErrorKind::kNotImplemented, "a subquery in the ON clause of a ", ToString(join.type), " join that reads both sides: ",
                   part.ToString());
    }));
    plain.push_back(std::move(next));
  }
  filter = And(std::move(plain));
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, Join::Make(sides[0].input(), sides[1].input(), join.type, join.on, std::move(filter), options));
  return SameColumns(node, std::move(next));
}

}  // namespace

/// Subqueries become joins, from the innermost out: IN and EXISTS that filter are semi and anti joins, all others a column beside the rows.
Result<PlanPtr> DecorrelateSubqueries(const PlanPtr& plan, Context& context) {
  return TransformUp(plan, [&](const PlanPtr& node) -> Result<PlanPtr> {
    if (node->kind() == PlanKind::kJoin) return JoinNode(node, context);
    const std::vector<Expr> exprs = node->Expressions();
    if (std::none_of(exprs.begin(), exprs.end(), HasSubquery)) return node;
    if (node->inputs().size() != 1) return Error(ErrorKind::kNotImplemented, "a subquery in ", node->Display());
    return node->kind() == PlanKind::kFilter ? FilterNode(node, context) : OneInput(node, context);
  });
}

}  // namespace bowstring::optimizer
