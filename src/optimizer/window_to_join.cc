// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/file_table.h>

#include "expr/type.h"
#include "logical/builder.h"
#include "logical/estimate.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

// Below, a sort costs little, and rows come in the partitions' order, as users of small tables expect.
constexpr double kLeastRows = 100'000;
// Rows that a partition must be thought to have: of four million rows, a million partitions take 320 ms joined and 190 sorted, a hundred 70 and 150.
constexpr double kRowsOfGroup = 24;

/// Whether reading it a second time gives the same rows, for less than it takes to hold them. Not of files that are said to be sorted: the windows may
/// stream over them.
bool CheapAgain(const LogicalPlan& plan) {
  const std::vector<Expr> exprs = plan.Expressions();
  if (!std::all_of(exprs.begin(), exprs.end(), [](const Expr& expr) { return Deterministic(expr); })) return false;
  switch (plan.kind()) {
    case PlanKind::kScan: {
      const TableSource& source = *plan.As<Scan>().source;
      const auto* files = dynamic_cast<const FileTable*>(&source);
      if (files != nullptr && !files->sort_orders().empty()) return false;
      const std::string kind = source.kind();
      return kind == "parquet" || kind == "memory" || kind == "range";
    }
    case PlanKind::kFilter:
    case PlanKind::kProjection:
    case PlanKind::kSubqueryAlias: return CheapAgain(*plan.inputs()[0]);
    default: return false;
  }
}

/// Types of which equal keys of a join are one group: not -0.0 and 0.0.
bool GroupsAsItJoins(const arrow::DataType& type) {
  return arrow::is_integer(type.id()) || arrow::is_decimal(type.id()) || arrow::is_temporal(type.id()) || arrow::is_base_binary_like(type.id()) ||
         arrow::is_binary_view_like(type.id()) || type.id() == arrow::Type::BOOL;
}

/// Whether each call is an aggregate of whole partitions that doesn't ask for the order of their rows.
bool IsTotal(const Window& window, const Scope& scope) {
  static constexpr std::array kNames = {"count", "sum", "avg", "min", "max", "stddev", "stddev_pop", "var", "var_pop", "bool_and", "bool_or", "bit_and", "bit_or", "bit_xor"};
  return std::all_of(window.windows.begin(), window.windows.end(), [&](const Expr& expr) {
    const auto& call = Unalias(expr)->as<WindowCall>();
    if (call.aggregate == nullptr || call.distinct || call.nulls != NullTreatment::kUnset || !call.order_by.empty() || !Deterministic(expr)) return false;
    if (std::find(kNames.begin(), kNames.end(), call.aggregate->name()) == kNames.end()) return false;
    const WindowFrame& frame = call.frame;
    const bool to_end = frame.end.kind == FrameBound::kUnboundedFollowing || (frame.end.kind == FrameBound::kCurrentRow && frame.units != FrameUnits::kRows);
    if (frame.start.kind != FrameBound::kUnboundedPreceding || !to_end || frame.exclude != FrameExclude::kNoOthers) return false;
    return std::all_of(call.partition_by.begin(), call.partition_by.end(), [&](const Expr& key) {
      const auto type = TypeOf(key, scope);
      return type.ok() && GroupsAsItJoins(**type) && Contains(key, ExprKind::kColumn);
    });
  });
}

const std::vector<Expr>& PartitionsOf(const Window& window) { return Unalias(window.windows[0])->as<WindowCall>().partition_by; }

bool SameKeys(const std::vector<Expr>& a, const std::vector<Expr>& b) {
  const auto within = [](const std::vector<Expr>& part, const std::vector<Expr>& whole) {
    return std::all_of(part.begin(), part.end(), [&](const Expr& key) {
      return std::any_of(whole.begin(), whole.end(), [&](const Expr& other) { return other.Equals(key); });
    });
  };
  return within(a, b) && within(b, a);
}

/// The totals of a window's partitions: the keys, then the calls, all under fresh names.
struct Totals {
  PlanPtr plan;
  std::vector<std::string> keys, values;
};
Result<Totals> TotalsOf(const Window& window, const PlanPtr& base, Context& context) {
  Totals totals;
  std::vector<Expr> calls, columns;
  for (const Expr& expr : window.windows) {
    const Expr& window_call = Unalias(expr);
    const auto& call = window_call->as<WindowCall>();
    totals.values.push_back(context.FreshName("__total_"));
    calls.push_back(MakeExpr(ExprKind::kAggregate, window_call.children(), AggregateCall{.function = call.aggregate, .distinct = false, .filter = call.filter, .order_by = {}, .nulls = call.nulls}).Alias(totals.values.back()));
  }
  std::vector<Expr> groups;
  for (const Expr& key : PartitionsOf(window)) {
    if (std::none_of(groups.begin(), groups.end(), [&](const Expr& other) { return other.Equals(key); })) groups.push_back(key);
  }
  ARROW_ASSIGN_OR_RAISE(const PlanPtr grouped, Aggregate::Make(base, groups, std::move(calls)));
  for (size_t i = 0; i < groups.size(); ++i) {
    totals.keys.push_back(context.FreshName("__partition_"));
    columns.push_back(grouped->schema()->column(static_cast<int>(i)).Alias(totals.keys.back()));
  }
  for (const std::string& value : totals.values) columns.push_back(Column(value));
  ARROW_ASSIGN_OR_RAISE(totals.plan, Projection::Make(grouped, std::move(columns)));
  ARROW_ASSIGN_OR_RAISE(totals.plan, OptimizeProjections(totals.plan));
  return totals;
}

/// `rows` with the totals of their partitions beside them.
Result<PlanPtr> JoinTotals(const PlanPtr& rows, const Window& window, const Totals& totals) {
  std::vector<std::pair<Expr, Expr>> on;
  for (const Expr& key : PartitionsOf(window)) {
    if (std::any_of(on.begin(), on.end(), [&](const auto& pair) { return pair.first.Equals(key); })) continue;
    on.emplace_back(key, Column(totals.keys[on.size()]));
  }
  const bool by_keys = !on.empty();
  return Join::Make(rows, totals.plan, JoinType::kInner, std::move(on), {}, {.nulls_equal = by_keys});
}

/// Windows one above the other, from the top down, over one input.
Result<PlanPtr> Rewrite(const PlanPtr& top, const std::vector<const Window*>& chain, const PlanPtr& base, Context& context) {
  const Schema& schema = *base->schema();
  const double rows = EstimateOf(*base).rows;
  if (rows < kLeastRows || !CheapAgain(*base)) return top;
  std::vector<const Window*> totals;
  for (const Window* window : chain) {
    if (window->fetch || window->windows.empty()) return top;
    for (const Expr& expr : window->windows) {
      if (!Covers(schema, expr)) return top;
    }
    if (IsTotal(*window, schema.scope())) totals.push_back(window);
  }
  const auto sorted = [&](const Window* window) { return std::find(totals.begin(), totals.end(), window) == totals.end(); };
  // Where the rows of these partitions are brought together anyway, their totals cost nothing more.
  const auto shared = [&](const Window* total) {
    return std::any_of(chain.begin(), chain.end(), [&](const Window* other) { return sorted(other) && SameKeys(PartitionsOf(*other), PartitionsOf(*total)); });
  };
  std::vector<std::pair<const Window*, Totals>> joined;
  for (const Window* window : totals) {
    if (shared(window)) continue;
    ARROW_ASSIGN_OR_RAISE(Totals made, TotalsOf(*window, base, context));
    if (EstimateOf(*made.plan).rows * kRowsOfGroup <= rows) joined.emplace_back(window, std::move(made));
  }
  if (joined.empty()) return top;
  PlanPtr plan = base;
  std::vector<Expr> columns;
  for (int i = 0; i < schema.num_fields(); ++i) columns.push_back(schema.column(i));
  for (size_t i = chain.size(); i-- > 0;) {
    const Window* window = chain[i];
    const auto found = std::find_if(joined.begin(), joined.end(), [&](const auto& entry) { return entry.first == window; });
    for (size_t k = 0; k < window->windows.size(); ++k) {
      const Expr column = top->schema()->column(static_cast<int>(columns.size()));
      columns.push_back(found == joined.end() ? column : KeepName(column, Column(found->second.values[k])));
    }
    if (found == joined.end()) {
      ARROW_ASSIGN_OR_RAISE(plan, window->WithInputs({std::move(plan)}));
    }
  }
  for (const auto& [window, made] : joined) {
    ARROW_ASSIGN_OR_RAISE(plan, JoinTotals(plan, *window, made));
  }
  return Projection::Make(std::move(plan), std::move(columns));
}

}  // namespace

/// Aggregates over whole partitions (`sum(x) OVER (PARTITION BY k)`) as a join with the groups' aggregates, where the input can be read twice: rows
/// stream through in their order instead of being held and sorted, only the groups take memory.
Result<PlanPtr> WindowToJoin(const PlanPtr& plan, Context& context) {
  std::set<const LogicalPlan*> seen;  // parts of chains that were looked at from their top
  return TransformDown(plan, [&](const PlanPtr& node) -> Result<PlanPtr> {
    if (node->kind() != PlanKind::kWindow || seen.contains(node.get())) return node;
    std::vector<const Window*> chain;
    PlanPtr base = node;
    for (; base->kind() == PlanKind::kWindow; base = base->inputs()[0]) {
      chain.push_back(&base->As<Window>());
      seen.insert(base.get());
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, Rewrite(node, chain, base, context));
    for (const PlanPtr* part = &next; (*part)->kind() != PlanKind::kScan && !(*part)->inputs().empty(); part = &(*part)->inputs()[0]) seen.insert(part->get());
    return next;
  });
}

}  // namespace bowstring::optimizer
