// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "physical/dynamic_filters.h"

#include <algorithm>

namespace bowstring::physical {
namespace {

using logical::JoinType;

// The input's column that an expression is, through aliases; -1: none.
int ColumnOf(const Expr& expr, const LogicalPlan& input) {
  const Expr* inner = &expr;
  while (inner->kind() == ExprKind::kAlias) inner = &inner->children()[0];
  if (inner->kind() != ExprKind::kColumn) return -1;
  const auto found = input.schema()->scope().TryResolve((*inner)->as<ColumnRef>());
  return found.value_or(-1);
}

// `columns`: of the plan's schema.
void Trace(const LogicalPlan& plan, const std::vector<int>& columns, std::vector<FilterTarget>* out) {
  auto by_exprs = [&](const std::vector<Expr>& exprs) {
    std::vector<int> below;
    for (int column : columns) {
      if (column >= static_cast<int>(exprs.size())) return;
      below.push_back(ColumnOf(exprs[static_cast<size_t>(column)], *plan.input()));
      if (below.back() < 0) return;
    }
    Trace(*plan.input(), below, out);
  };
  switch (plan.kind()) {
    case PlanKind::kScan: {
      const auto& scan = plan.As<logical::Scan>();
      if (scan.fetch) return;
      FilterTarget target{&scan, {}};
      const std::vector<int> of_source = scan.Columns();
      for (int column : columns) target.columns.push_back(of_source[static_cast<size_t>(column)]);
      out->push_back(std::move(target));
      return;
    }
    case PlanKind::kFilter:
    case PlanKind::kSubqueryAlias:
    case PlanKind::kRepartition: return Trace(*plan.input(), columns, out);
    case PlanKind::kSort:
      if (!plan.As<logical::Sort>().fetch) Trace(*plan.input(), columns, out);
      return;
    case PlanKind::kProjection: return by_exprs(plan.As<logical::Projection>().exprs);
    case PlanKind::kAggregate: {
      // Groups go whole, or not at all.
      const auto& groups = plan.As<logical::Aggregate>().groups;
      for (const Expr& group : groups) {
        if (group.kind() == ExprKind::kGroupingSet) return;
      }
      return by_exprs(groups);
    }
    case PlanKind::kUnion:
      for (const auto& input : plan.inputs()) Trace(*input, columns, out);
      return;
    case PlanKind::kJoin: {
      const auto& join = plan.As<logical::Join>();
      const int left = join.input(0)->schema()->num_fields();
      const bool one_side = join.type == JoinType::kLeftSemi || join.type == JoinType::kLeftAnti || join.type == JoinType::kRightSemi ||
                            join.type == JoinType::kRightAnti;
      const bool right_only = join.type == JoinType::kRightSemi || join.type == JoinType::kRightAnti;
      // Below a side that NULLs may be put for, a refused row could turn a match into none.
      const bool left_kept = !right_only && join.type != JoinType::kRight && join.type != JoinType::kFull;
      const bool right_kept = right_only || join.type == JoinType::kInner || join.type == JoinType::kRight;
      const bool in_left = !right_only && std::all_of(columns.begin(), columns.end(), [&](int c) { return one_side || c < left; });
      const bool in_right = right_only || (!one_side && std::all_of(columns.begin(), columns.end(), [&](int c) { return c >= left; }));
      if (in_left && left_kept) {
        Trace(*join.input(0), columns, out);
      } else if (in_right && right_kept) {
        std::vector<int> below = columns;
        if (!right_only) std::for_each(below.begin(), below.end(), [&](int& c) { c -= left; });
        Trace(*join.input(1), below, out);
      }
      return;
    }
    default: return;
  }
}

int CountOf(const LogicalPlan& plan, const LogicalPlan* wanted) {
  int count = &plan == wanted;
  for (const auto& input : plan.inputs()) count += CountOf(*input, wanted);
  return count;
}

}  // namespace

std::vector<FilterTarget> TraceToScans(const LogicalPlan& plan, const std::vector<Expr>& exprs) {
  std::vector<int> columns;
  for (const Expr& expr : exprs) {
    columns.push_back(ColumnOf(expr, plan));
    if (columns.back() < 0) return {};
  }
  std::vector<FilterTarget> targets;
  Trace(plan, columns, &targets);
  std::erase_if(targets, [&](const FilterTarget& target) { return CountOf(plan, target.scan) != 1; });
  return targets;
}

bool IsSelective(const LogicalPlan& plan) {
  switch (plan.kind()) {
    case PlanKind::kFilter:
    case PlanKind::kLimit:
    case PlanKind::kValues: return true;
    case PlanKind::kScan: {
      const auto& scan = plan.As<logical::Scan>();
      return !scan.filters.empty() || scan.fetch.has_value();
    }
    case PlanKind::kJoin: {
      const auto type = plan.As<logical::Join>().type;
      if (type == JoinType::kLeftSemi || type == JoinType::kRightSemi || type == JoinType::kLeftAnti || type == JoinType::kRightAnti) return true;
      break;
    }
    default: break;
  }
  return std::any_of(plan.inputs().begin(), plan.inputs().end(), [](const auto& input) { return IsSelective(*input); });
}

}  // namespace bowstring::physical
