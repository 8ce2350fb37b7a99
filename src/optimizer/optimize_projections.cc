// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <numeric>

#include <bowstring/error.h>

#include "logical/dependencies.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using arrow::Status;
using namespace logical;  // NOLINT: node kinds

namespace {

using Needed = std::vector<bool>;  // of a plan's columns

Needed All(const LogicalPlan& plan) { return Needed(plan.schema()->num_fields(), true); }

Result<PlanPtr> Prune(const PlanPtr& plan, const Needed& needed);

Status Collect(const std::vector<Expr>& exprs, const Schema& schema, Needed* needed) {
  for (const Expr& expr : exprs) ARROW_RETURN_NOT_OK(CollectColumns(expr, schema, needed));
  return Status::OK();
}

/// Exactly the needed columns of a plan that has been pruned: `before` is its schema before.
Result<PlanPtr> Exactly(PlanPtr pruned, const Schema& before, const Needed& needed) {
  std::vector<Expr> wanted;
  for (int i = 0; i < before.num_fields(); ++i) {
    if (needed[i]) wanted.push_back(before.column(i));
  }
  bool same = static_cast<int>(wanted.size()) == pruned->schema()->num_fields();
  for (size_t i = 0; same && i < wanted.size(); ++i) same = wanted[i].Equals(pruned->schema()->column(static_cast<int>(i)));
  return same ? Result<PlanPtr>(pruned) : Projection::Make(std::move(pruned), std::move(wanted));
}

Result<PlanPtr> PruneScan(const PlanPtr& plan, const Needed& needed) {
  const Scan& scan = plan->As<Scan>();
  const std::vector<int> columns = scan.Columns();
  std::vector<int> kept;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (needed[i]) kept.push_back(columns[i]);
  }
  if (scan.projection && *scan.projection == kept) return plan;
  return Scan::Make(scan.table, scan.source, std::move(kept), scan.filters, scan.fetch);
}

bool Cheap(const Expr& expr) {
  const Expr& bare = Unalias(expr);
  return bare.kind() == ExprKind::kColumn || bare.kind() == ExprKind::kLiteral;
}

/// A projection over a projection is one, where nothing would be computed twice.
Result<PlanPtr> Merge(const PlanPtr& plan) {
  const auto* outer = plan->TryAs<Projection>();
  if (outer == nullptr || outer->input()->kind() != PlanKind::kProjection) return plan;
  const Projection& inner = outer->input()->As<Projection>();
  const Schema& schema = *inner.schema();
  std::vector<int> uses(inner.exprs.size(), 0);
  bool resolved = true;
  for (const Expr& expr : outer->exprs) {
    VisitExpr(expr, [&](const Expr& part) {
      if (part.kind() == ExprKind::kColumn) {
        const auto at = schema.scope().TryResolve(part->as<ColumnRef>());
        resolved &= at.has_value();
        if (at) ++uses[*at];
      }
      if (std::holds_alternative<SubqueryPlan>(part->data)) resolved = false;
      return resolved;
    });
  }
  if (!resolved) return plan;
  for (size_t i = 0; i < uses.size(); ++i) {
    if (Cheap(inner.exprs[i])) continue;
    if (uses[i] > 1 || !Deterministic(inner.exprs[i])) return plan;
  }
  std::vector<Expr> merged;
  for (const Expr& expr : outer->exprs) {
    ARROW_ASSIGN_OR_RAISE(Expr next, Substitute(expr, schema, inner.exprs));
    if (next->depth > Expr::kMaxDepth / 2) return plan;
    merged.push_back(KeepName(expr, std::move(next)));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, Projection::Make(inner.input(), std::move(merged)));
  return Merge(next);
}

/// A projection of exactly its input's columns is nothing.
PlanPtr DropTrivial(const PlanPtr& plan) {
  const auto* projection = plan->TryAs<Projection>();
  if (projection == nullptr) return plan;
  const Schema& in = *projection->input()->schema();
  if (in.num_fields() != static_cast<int>(projection->exprs.size())) return plan;
  for (int i = 0; i < in.num_fields(); ++i) {
    if (!projection->exprs[i].Equals(in.column(i))) return plan;
  }
  return projection->input();
}

Result<PlanPtr> PruneProjection(const PlanPtr& plan, const Needed& needed) {
  const Projection& projection = plan->As<Projection>();
  std::vector<Expr> kept;
  for (size_t i = 0; i < projection.exprs.size(); ++i) {
    if (needed[i]) kept.push_back(projection.exprs[i]);
  }
  Needed below(projection.input()->schema()->num_fields(), false);
  ARROW_RETURN_NOT_OK(Collect(kept, *projection.input()->schema(), &below));
  ARROW_ASSIGN_OR_RAISE(PlanPtr input, Prune(projection.input(), below));
  PlanPtr next = plan;
  if (input != projection.input() || kept.size() != projection.exprs.size()) {
    ARROW_ASSIGN_OR_RAISE(next, Projection::Make(std::move(input), std::move(kept)));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr merged, Merge(next));
  if (merged != next) {
    // The inner projection's inputs may have become unneeded, or its columns the only ones.
    Needed rest(merged->input()->schema()->num_fields(), false);
    ARROW_RETURN_NOT_OK(Collect(merged->Expressions(), *merged->input()->schema(), &rest));
    ARROW_ASSIGN_OR_RAISE(PlanPtr lower, Prune(merged->input(), rest));
    ARROW_ASSIGN_OR_RAISE(merged, merged->WithInputs({std::move(lower)}));
  }
  return DropTrivial(merged);
}

/// The groups without those that nobody needs and that others tell anyway.
Result<std::vector<Expr>> NeededGroups(const Aggregate& aggregate, const Needed& needed) {
  const std::vector<Expr>& groups = aggregate.groups;
  if (groups.size() < 2) return groups;
  bool all = true;
  for (size_t i = 0; i < groups.size(); ++i) all &= needed[i] && groups[i].kind() != ExprKind::kGroupingSet;
  if (all) return groups;
  std::vector<int> columns;
  for (const Expr& group : groups) {
    if (group.kind() != ExprKind::kColumn) return groups;
    const auto at = aggregate.input()->schema()->scope().TryResolve(group->as<ColumnRef>());
    if (!at) return groups;
    columns.push_back(*at);
  }
  const std::vector<int> sufficient = Sufficient(DependenciesOf(*aggregate.input()), columns);
  std::vector<Expr> kept;
  for (size_t i = 0; i < groups.size(); ++i) {
    const bool tells = std::find(sufficient.begin(), sufficient.end(), columns[i]) != sufficient.end();
    if (needed[i] || tells) kept.push_back(groups[i]);
  }
  return kept;
}

Result<PlanPtr> PruneAggregate(const PlanPtr& plan, const Needed& needed) {
  const Aggregate& aggregate = plan->As<Aggregate>();
  const size_t keys = aggregate.schema()->num_fields() - aggregate.aggregates.size();
  std::vector<Expr> kept;
  for (size_t i = 0; i < aggregate.aggregates.size(); ++i) {
    if (needed[keys + i]) kept.push_back(aggregate.aggregates[i]);
  }
  // Without groups and aggregates there would be no column to carry the one row.
  if (aggregate.groups.empty() && kept.empty() && !aggregate.aggregates.empty()) kept.push_back(aggregate.aggregates[0]);
  ARROW_ASSIGN_OR_RAISE(std::vector<Expr> groups, NeededGroups(aggregate, needed));
  Needed below(aggregate.input()->schema()->num_fields(), false);
  ARROW_RETURN_NOT_OK(Collect(groups, *aggregate.input()->schema(), &below));
  ARROW_RETURN_NOT_OK(Collect(kept, *aggregate.input()->schema(), &below));
  ARROW_ASSIGN_OR_RAISE(PlanPtr input, Prune(aggregate.input(), below));
  if (input == aggregate.input() && kept.size() == aggregate.aggregates.size() && groups.size() == aggregate.groups.size()) return plan;
  return Aggregate::Make(std::move(input), std::move(groups), std::move(kept));
}

Result<PlanPtr> PruneWindow(const PlanPtr& plan, const Needed& needed) {
  const Window& window = plan->As<Window>();
  const int inner = window.input()->schema()->num_fields();
  std::vector<Expr> kept;
  for (size_t i = 0; i < window.windows.size(); ++i) {
    if (needed[inner + i]) kept.push_back(window.windows[i]);
  }
  Needed below(needed.begin(), needed.begin() + inner);
  ARROW_RETURN_NOT_OK(Collect(kept, *window.input()->schema(), &below));
  ARROW_ASSIGN_OR_RAISE(PlanPtr input, Prune(window.input(), below));
  if (kept.empty()) return input;
  if (input == window.input() && kept.size() == window.windows.size()) return plan;
  return Window::Make(std::move(input), std::move(kept));
}

Result<PlanPtr> PruneJoin(const PlanPtr& plan, const Needed& needed) {
  const Join& join = plan->As<Join>();
  const Schema &left = *join.input(0)->schema(), &right = *join.input(1)->schema();
  Needed both(left.num_fields() + right.num_fields(), false);
  const bool right_only = join.type == JoinType::kRightSemi || join.type == JoinType::kRightAnti;
  std::copy(needed.begin(), needed.end(), both.begin() + (right_only ? left.num_fields() : 0));
  if (join.filter) {
    ARROW_ASSIGN_OR_RAISE(const SchemaPtr schema, Join::BothSides(*join.input(0), *join.input(1)));
    ARROW_RETURN_NOT_OK(CollectColumns(*join.filter, *schema, &both));
  }
  Needed to_left(both.begin(), both.begin() + left.num_fields()), to_right(both.begin() + left.num_fields(), both.end());
  for (const auto& [a, b] : join.on) {
    ARROW_RETURN_NOT_OK(CollectColumns(a, left, &to_left));
    ARROW_RETURN_NOT_OK(CollectColumns(b, right, &to_right));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr next_left, Prune(join.input(0), to_left));
  ARROW_ASSIGN_OR_RAISE(PlanPtr next_right, Prune(join.input(1), to_right));
  // What only filters below have read isn't carried into the join.
  ARROW_ASSIGN_OR_RAISE(next_left, Exactly(std::move(next_left), left, to_left));
  ARROW_ASSIGN_OR_RAISE(next_right, Exactly(std::move(next_right), right, to_right));
  if (next_left == join.input(0) && next_right == join.input(1)) return plan;
  return plan->WithInputs({std::move(next_left), std::move(next_right)});
}

Result<PlanPtr> PruneUnion(const PlanPtr& plan, const Needed& needed) {
  std::vector<PlanPtr> inputs;
  bool changed = false;
  for (const PlanPtr& branch : plan->inputs()) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr pruned, Prune(branch, needed));
    ARROW_ASSIGN_OR_RAISE(pruned, Exactly(std::move(pruned), *branch->schema(), needed));
    changed |= pruned != branch;
    inputs.push_back(std::move(pruned));
  }
  return changed ? plan->WithInputs(std::move(inputs)) : Result<PlanPtr>(plan);
}

Result<PlanPtr> PruneUnnest(const PlanPtr& plan, const Needed& needed) {
  const Unnest& unnest = plan->As<Unnest>();
  const Schema& before = *unnest.input()->schema();
  Needed below(before.num_fields(), false);
  for (size_t i = 0; i < unnest.outputs.size(); ++i) {
    if (needed[i] || unnest.outputs[i].column >= 0) below[unnest.outputs[i].input] = true;
  }
  for (const Unnest::Column& column : unnest.columns) below[column.input] = true;
  ARROW_ASSIGN_OR_RAISE(PlanPtr input, Prune(unnest.input(), below));
  if (input == unnest.input()) return plan;
  std::vector<Unnest::Column> columns = unnest.columns;
  for (Unnest::Column& column : columns) {
    ARROW_ASSIGN_OR_RAISE(column.input, input->schema()->scope().Resolve(before.column(column.input)->as<ColumnRef>()));
  }
  return Unnest::Make(std::move(input), std::move(columns), unnest.preserve_nulls);
}

/// Nodes that give their input's columns on: those asked for, and those that they read themselves.
Result<PlanPtr> PruneThrough(const PlanPtr& plan, const Needed& needed) {
  Needed below = needed;
  ARROW_RETURN_NOT_OK(Collect(plan->Expressions(), *plan->input()->schema(), &below));
  ARROW_ASSIGN_OR_RAISE(PlanPtr input, Prune(plan->input(), below));
  if (plan->kind() == PlanKind::kSort) {  // keeps its rows: no more of them than is asked for
    ARROW_ASSIGN_OR_RAISE(input, Exactly(std::move(input), *plan->input()->schema(), below));
  }
  return input == plan->input() ? Result<PlanPtr>(plan) : plan->WithInputs({std::move(input)});
}

/// The plan without columns that aren't needed, as far as that saves something: a subset of its columns, in order, with all needed.
Result<PlanPtr> Prune(const PlanPtr& plan, const Needed& needed) {
  switch (plan->kind()) {
    case PlanKind::kScan: return PruneScan(plan, needed);
    case PlanKind::kProjection: return PruneProjection(plan, needed);
    case PlanKind::kFilter:
    case PlanKind::kLimit:
    case PlanKind::kSort:
    case PlanKind::kRepartition:
    case PlanKind::kSubqueryAlias: return PruneThrough(plan, needed);
    case PlanKind::kAggregate: return PruneAggregate(plan, needed);
    case PlanKind::kWindow: return PruneWindow(plan, needed);
    case PlanKind::kJoin: return PruneJoin(plan, needed);
    case PlanKind::kUnion: return PruneUnion(plan, needed);
    case PlanKind::kUnnest: return PruneUnnest(plan, needed);
    case PlanKind::kDistinctOn: {
      Needed below(plan->input()->schema()->num_fields(), false);
      ARROW_RETURN_NOT_OK(Collect(plan->Expressions(), *plan->input()->schema(), &below));
      ARROW_ASSIGN_OR_RAISE(PlanPtr input, Prune(plan->input(), below));
      return input == plan->input() ? Result<PlanPtr>(plan) : plan->WithInputs({std::move(input)});
    }
    case PlanKind::kValues:
    case PlanKind::kEmpty:
    case PlanKind::kWorkTable:
    case PlanKind::kStatement:
    case PlanKind::kDescribe: return plan;
    case PlanKind::kRecursiveQuery: {
      std::vector<PlanPtr> inputs;
      for (const PlanPtr& input : plan->inputs()) {
        ARROW_ASSIGN_OR_RAISE(PlanPtr pruned, Prune(input, All(*input)));
        ARROW_ASSIGN_OR_RAISE(pruned, Exactly(std::move(pruned), *input->schema(), All(*input)));
        inputs.push_back(std::move(pruned));
      }
      return inputs == plan->inputs() ? Result<PlanPtr>(plan) : plan->WithInputs(std::move(inputs));
    }
    case PlanKind::kDistinct:  // every column counts
    case PlanKind::kExplain:
    case PlanKind::kDml: {
      const PlanPtr& input = plan->input();
      ARROW_ASSIGN_OR_RAISE(PlanPtr pruned, Prune(input, All(*input)));
      ARROW_ASSIGN_OR_RAISE(pruned, Exactly(std::move(pruned), *input->schema(), All(*input)));
      return pruned == input ? Result<PlanPtr>(plan) : plan->WithInputs({std::move(pruned)});
    }
  }
  return Error(ErrorKind::kInternal, "optimize_projections: a plan of an unknown kind");
}

}  // namespace

/// Columns that nobody reads aren't made: scans read only what is needed, projections over projections become one.
Result<PlanPtr> OptimizeProjections(const PlanPtr& plan) {
  ARROW_ASSIGN_OR_RAISE(PlanPtr pruned, Prune(plan, All(*plan)));
  ARROW_ASSIGN_OR_RAISE(pruned, Exactly(std::move(pruned), *plan->schema(), All(*plan)));
  // Plans of subqueries inside of expressions; all their columns count.
  return TransformUp(pruned, [](const PlanPtr& node) -> Result<PlanPtr> {
    bool changed = false;
    std::vector<Expr> exprs = node->Expressions();
    for (Expr& expr : exprs) {
      bool has = false;
      VisitExpr(expr, [&](const Expr& part) {
        has |= std::holds_alternative<SubqueryPlan>(part->data);
        return !has;
      });
      if (!has) continue;
      ARROW_ASSIGN_OR_RAISE(expr, RewriteUp(expr, [&](const Expr& part) -> Result<Expr> {
                              const auto* subquery = std::get_if<SubqueryPlan>(&part->data);
                              if (subquery == nullptr) return part;
                              const PlanPtr& inner = subquery->plan;
                              ARROW_ASSIGN_OR_RAISE(PlanPtr next, Prune(inner, All(*inner)));
                              ARROW_ASSIGN_OR_RAISE(next, Exactly(std::move(next), *inner->schema(), All(*inner)));
                              if (next == inner) return part;
                              changed = true;
                              SubqueryPlan other = *subquery;
                              other.plan = std::move(next);
                              return MakeExpr(part.kind(), part.children(), std::move(other));
                            }));
    }
    return changed ? node->WithParts(std::move(exprs), node->inputs()) : Result<PlanPtr>(node);
  });
}

}  // namespace bowstring::optimizer
