// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "logical/plan.h"

namespace bowstring::optimizer {

/// Functions that rules put into plans; null where a session lacks one: then what needs it is refused.
struct Functions {
  std::shared_ptr<const AggregateFunction> count, sum, min, max, first_value;
  std::shared_ptr<const WindowFunction> row_number;
};

/// What the rules of one run share.
struct Context {
  Functions functions;
  int last_name = 0;
  int pass = 0;
  std::vector<std::pair<Expr, std::string>> common_names = {};  // see NameFor

  /// A relation's name that the plan doesn't use yet: "__correlated_sq_3".
  std::string FreshName(std::string_view prefix) { return std::string(prefix) + std::to_string(++last_name); }
  /// The same name for the same expression: equal parts of a plan stay equal, and can be shared.
  std::string NameFor(const Expr& expr, std::string_view prefix) {
    for (const auto& [known, name] : common_names) {
      if (name.starts_with(prefix) && known.Equals(expr)) return name;
    }
    common_names.emplace_back(expr, FreshName(prefix));
    return common_names.back().second;
  }
};

/// Changes a plan into one that gives the same rows, columns and names. Answers the plan itself where there is nothing to do.
using Rule = arrow::Result<PlanPtr> (*)(const PlanPtr& plan, Context& context);

struct NamedRule {
  std::string_view name;  ///< the peer's name, where it has the same rule
  Rule apply;
  bool required = false;  ///< plans may not run without it: it can't be switched off
  bool last = false;      ///< runs once, after the passes
};

/// All rules, in the order in which they run.
std::span<const NamedRule> AllRules();

struct Options {
  std::set<std::string, std::less<>> disabled;  ///< names of rules
  int max_passes = 3;
  bool skip_failed_rules = false;
  Functions functions;
};

/// What one rule made of a plan: for EXPLAIN VERBOSE.
struct TraceEntry {
  std::string_view rule;
  PlanPtr plan;  ///< after it
  int64_t ns = 0;
};

/// Runs the rules until nothing changes, or max_passes. After each the plan's schema is compared with the one before: a rule that
/// changes it is a bug of ours (kInternal, naming it). `trace` may be null.
arrow::Result<PlanPtr> Optimize(PlanPtr plan, const Options& options, std::vector<TraceEntry>* trace = nullptr);

// ---- The rules, one file each: <name>.cc

arrow::Result<PlanPtr> ResolveFileColumns(const PlanPtr& plan, Context& context);
arrow::Result<PlanPtr> SimplifyExpressions(const PlanPtr& plan);
arrow::Result<PlanPtr> ExtractDisjunctions(const PlanPtr& plan, Context& context);
arrow::Result<PlanPtr> EliminateOuterJoin(const PlanPtr& plan);
arrow::Result<PlanPtr> PushDownSemiJoin(const PlanPtr& plan);
arrow::Result<PlanPtr> ReorderJoins(const PlanPtr& plan, Context& context);
arrow::Result<PlanPtr> ReplaceDistinctAggregate(const PlanPtr& plan, Context& context);
arrow::Result<PlanPtr> DecorrelateSubqueries(const PlanPtr& plan, Context& context);
arrow::Result<PlanPtr> ExtractEquijoinPredicate(const PlanPtr& plan);
arrow::Result<PlanPtr> EliminateCrossJoin(const PlanPtr& plan);
arrow::Result<PlanPtr> OptimizeUnions(const PlanPtr& plan);
arrow::Result<PlanPtr> EliminateFilter(const PlanPtr& plan);
arrow::Result<PlanPtr> EliminateLimit(const PlanPtr& plan);
arrow::Result<PlanPtr> PropagateEmptyRelation(const PlanPtr& plan);
arrow::Result<PlanPtr> LimitPartitions(const PlanPtr& plan);
arrow::Result<PlanPtr> WindowToJoin(const PlanPtr& plan, Context& context);
arrow::Result<PlanPtr> PushDownLimit(const PlanPtr& plan);
arrow::Result<PlanPtr> PushDownFilter(const PlanPtr& plan);
arrow::Result<PlanPtr> OptimizeProjections(const PlanPtr& plan);
arrow::Result<PlanPtr> SplitSum(const PlanPtr& plan, Context& context);
arrow::Result<PlanPtr> SplitGroupingSets(const PlanPtr& plan, Context& context);
arrow::Result<PlanPtr> PushDownAggregate(const PlanPtr& plan, Context& context);
arrow::Result<PlanPtr> EliminateCommonSubexpressions(const PlanPtr& plan, Context& context);

// ---- For rules

/// Applies `change` to every node, inputs first; nodes whose inputs didn't change stay the same objects. Plans of subqueries inside
/// of expressions are changed too.
arrow::Result<PlanPtr> TransformUp(const PlanPtr& plan, const std::function<arrow::Result<PlanPtr>(const PlanPtr&)>& change);
/// As TransformUp, but a node before its inputs: `change` sees it first, then the inputs of what it answers are walked.
arrow::Result<PlanPtr> TransformDown(const PlanPtr& plan, const std::function<arrow::Result<PlanPtr>(const PlanPtr&)>& change);

}  // namespace bowstring::optimizer
