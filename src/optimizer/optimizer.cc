// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "optimizer/optimizer.h"

#include <algorithm>
#include <chrono>

#include <bowstring/error.h>

#include "logical/rewrite.h"
#include "optimizer/pull_up.h"

namespace bowstring::optimizer {

using arrow::Result;
using arrow::Status;

namespace {

template <Result<PlanPtr> (*Apply)(const PlanPtr&)>
Result<PlanPtr> Plain(const PlanPtr& plan, Context&) {
  return Apply(plan);
}

constexpr NamedRule kRules[] = {
    {"resolve_file_columns", ResolveFileColumns, true},
    {"optimize_unions", Plain<OptimizeUnions>},
    {"simplify_expressions", Plain<SimplifyExpressions>},
    {"replace_distinct_aggregate", ReplaceDistinctAggregate, true},
    {"decorrelate_predicate_subquery", DecorrelateSubqueries, true},
    {"push_down_semi_join", Plain<PushDownSemiJoin>},
    {"extract_equijoin_predicate", Plain<ExtractEquijoinPredicate>},
    {"eliminate_filter", Plain<EliminateFilter>},
    {"extract_disjunctions", ExtractDisjunctions},
    {"eliminate_cross_join", Plain<EliminateCrossJoin>},
    {"eliminate_limit", Plain<EliminateLimit>},
    {"propagate_empty_relation", Plain<PropagateEmptyRelation>},
    {"eliminate_outer_join", Plain<EliminateOuterJoin>},
    {"push_down_limit", Plain<PushDownLimit>},
    {"push_down_filter", Plain<PushDownFilter>},
    {"reorder_joins", ReorderJoins},
    {"optimize_projections", Plain<OptimizeProjections>},
    {"split_sum", SplitSum, false, true},
    {"split_grouping_sets", SplitGroupingSets, false, true},
    {"push_down_aggregate", PushDownAggregate, false, true},
    {"window_topn", Plain<LimitPartitions>, false, true},
    {"window_to_join", WindowToJoin, false, true},
    {"common_sub_expression_eliminate", EliminateCommonSubexpressions, false, true},
};

/// Names and types must stay; a rule may learn that a column has no NULLs.
Status VerifySchema(std::string_view rule, const logical::Schema& before, const logical::Schema& after) {
  bool same = before.num_fields() == after.num_fields();
  for (int i = 0; same && i < before.num_fields(); ++i) {
    same = before.field(i).relation == after.field(i).relation && before.field(i).field->name() == after.field(i).field->name() &&
           before.field(i).field->type()->Equals(*after.field(i).field->type());
  }
  if (same) return Status::OK();
  return Error(ErrorKind::kInternal, "optimizer rule ", rule, " changed the schema from ", before.ToString(), " to ",
               after.ToString());
}

/// The plans of subqueries inside of a node's expressions, changed.
Result<PlanPtr> ChangeSubqueries(const PlanPtr& plan, const std::function<Result<PlanPtr>(const PlanPtr&)>& change) {
  bool changed = false;
  std::vector<Expr> exprs = plan->Expressions();
  for (Expr& expr : exprs) {
    bool has = false;
    logical::VisitExpr(expr, [&](const Expr& part) {
      has |= std::holds_alternative<SubqueryPlan>(part->data);
      return !has;
    });
    if (!has) continue;
    ARROW_ASSIGN_OR_RAISE(expr, logical::RewriteUp(expr, [&](const Expr& part) -> Result<Expr> {
                            const auto* subquery = std::get_if<SubqueryPlan>(&part->data);
                            if (subquery == nullptr) return part;
                            ARROW_ASSIGN_OR_RAISE(PlanPtr inner, change(subquery->plan));
                            if (inner == subquery->plan) return part;
                            changed = true;
                            SubqueryPlan next = *subquery;
                            next.plan = std::move(inner);
                            return MakeExpr(part.kind(), part.children(), std::move(next));
                          }));
  }
  if (!changed) return plan;
  return plan->WithParts(std::move(exprs), plan->inputs());
}

Result<PlanPtr> ChangeInputs(const PlanPtr& plan, const std::function<Result<PlanPtr>(const PlanPtr&)>& change) {
  bool changed = false;
  std::vector<PlanPtr> inputs;
  inputs.reserve(plan->inputs().size());
  for (const PlanPtr& input : plan->inputs()) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, change(input));
    changed |= next != input;
    inputs.push_back(std::move(next));
  }
  PlanPtr result = plan;
  if (changed) {
    ARROW_ASSIGN_OR_RAISE(result, plan->WithInputs(std::move(inputs)));
  }
  return ChangeSubqueries(result, change);
}

}  // namespace

std::span<const NamedRule> AllRules() { return kRules; }

Result<PlanPtr> TransformUp(const PlanPtr& plan, const std::function<Result<PlanPtr>(const PlanPtr&)>& change) {
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, ChangeInputs(plan, [&](const PlanPtr& input) { return TransformUp(input, change); }));
  return change(next);
}

Result<PlanPtr> TransformDown(const PlanPtr& plan, const std::function<Result<PlanPtr>(const PlanPtr&)>& change) {
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, change(plan));
  return ChangeInputs(next, [&](const PlanPtr& input) { return TransformDown(input, change); });
}

Result<PlanPtr> Optimize(PlanPtr plan, const Options& options, std::vector<TraceEntry>* trace) {
  Context context{options.functions, LastName(*plan), 0};
  const auto apply = [&](const NamedRule& rule) -> Status {
    const auto start = std::chrono::steady_clock::now();
    Result<PlanPtr> next = rule.apply(plan, context);
    const std::chrono::nanoseconds spent = std::chrono::steady_clock::now() - start;
    if (next.ok()) {
      if (const Status verified = VerifySchema(rule.name, *plan->schema(), *(*next)->schema()); !verified.ok()) next = verified;
    }
    if (next.ok()) {
      plan = *std::move(next);
    } else if (!options.skip_failed_rules) {
      return next.status();
    }
    if (trace != nullptr) trace->push_back({rule.name, plan, spent.count()});
    return Status::OK();
  };
  const auto off = [&](const NamedRule& rule) { return !rule.required && options.disabled.contains(rule.name); };
  for (int pass = 0; pass < std::max(options.max_passes, 1); ++pass) {
    const PlanPtr before = plan;
    context.pass = pass;
    for (const NamedRule& rule : kRules) {
      if (rule.last || off(rule) || (!rule.required && pass >= options.max_passes)) continue;
      ARROW_RETURN_NOT_OK(apply(rule));
    }
    if (plan == before || plan->Equals(*before)) break;
  }
  for (const NamedRule& rule : kRules) {
    if (rule.last && !off(rule) && options.max_passes > 0) ARROW_RETURN_NOT_OK(apply(rule));
  }
  return plan;
}

}  // namespace bowstring::optimizer
