// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <unordered_set>

#include <bowstring/function.h>

#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using arrow::Status;
using namespace logical;  // NOLINT: node kinds

namespace {

/// A filter over the plan, or the plan itself without conjuncts.
Result<PlanPtr> Filtered(PlanPtr plan, std::vector<Expr> conjuncts) {
  if (conjuncts.empty()) return plan;
  return Filter::Make(std::move(plan), And(std::move(conjuncts)));
}

/// The plan with some conjuncts pushed below its node and the others above; the plan to go on with is the answer.
struct Split {
  std::vector<Expr> below, above;
};

/// A scalar subquery that is left by now gives one value for all rows: a conjunct with one may move.
bool Movable(const Expr& conjunct) {
  if (Deterministic(conjunct)) return true;
  bool movable = true;
  VisitExpr(conjunct, [&](const Expr& part) {
    if (part.kind() == ExprKind::kScalarSubquery && part->as<SubqueryPlan>().outer_columns.empty()) return false;
    if (std::holds_alternative<SubqueryPlan>(part->data)) movable = false;
    if (part.kind() == ExprKind::kScalarFunction) movable &= part->as<ScalarCall>().function->volatility() != Volatility::kVolatile;
    return movable;
  });
  return movable;
}

/// Whether the expression of a projection may be computed once more in a filter below.
bool Repeatable(const Expr& expr) {
  return Deterministic(expr) && !Contains(expr, ExprKind::kWindow) && !Contains(expr, ExprKind::kUnnest) &&
         !Contains(expr, ExprKind::kAggregate);
}

/// Conjuncts over `schema`, whose column i is exprs[i] of the input (none: can't go below).
Result<Split> SplitBy(const std::vector<Expr>& conjuncts, const Schema& schema, const std::vector<std::optional<Expr>>& exprs) {
  Split split;
  std::vector<Expr> known;
  for (const auto& expr : exprs) known.push_back(expr ? *expr : Expr());
  for (const Expr& conjunct : conjuncts) {
    std::vector<bool> reads(exprs.size(), false);
    ARROW_RETURN_NOT_OK(CollectColumns(conjunct, schema, &reads));
    bool movable = Movable(conjunct);
    for (size_t i = 0; i < reads.size(); ++i) movable &= !reads[i] || exprs[i].has_value();
    if (movable) {
      ARROW_ASSIGN_OR_RAISE(Expr next, Substitute(conjunct, schema, known));
      movable = next->depth <= Expr::kMaxDepth / 2;
      if (movable) split.below.push_back(std::move(next));
    }
    if (!movable) split.above.push_back(conjunct);
  }
  return split;
}

/// Where all output columns are the input's (renamed at most): which input column each is, or none.
Result<PlanPtr> ThroughColumns(const PlanPtr& node, const std::vector<Expr>& conjuncts, const std::vector<std::optional<Expr>>& exprs) {
  const PlanPtr& child = node->input();
  ARROW_ASSIGN_OR_RAISE(Split split, SplitBy(conjuncts, *child->schema(), exprs));
  if (split.below.empty()) return node;
  ARROW_ASSIGN_OR_RAISE(PlanPtr below, Filtered(child->input(), std::move(split.below)));
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, child->WithInputs({std::move(below)}));
  return Filtered(std::move(next), std::move(split.above));
}

std::vector<std::optional<Expr>> SameColumns(const LogicalPlan& input) {
  std::vector<std::optional<Expr>> exprs;
  for (int i = 0; i < input.schema()->num_fields(); ++i) exprs.emplace_back(input.schema()->column(i));
  return exprs;
}

bool GroupsRows(const Aggregate& aggregate) {
  return !aggregate.groups.empty() &&
         std::none_of(aggregate.groups.begin(), aggregate.groups.end(), [](const Expr& g) { return g.kind() == ExprKind::kGroupingSet; });
}

std::vector<std::optional<Expr>> AggregateColumns(const Aggregate& aggregate) {
  std::vector<std::optional<Expr>> exprs(aggregate.schema()->num_fields());
  for (size_t i = 0; i < aggregate.groups.size(); ++i) {
    if (Repeatable(aggregate.groups[i])) exprs[i] = aggregate.groups[i];
  }
  return exprs;
}

/// Columns by which every window is partitioned.
std::vector<std::optional<Expr>> WindowColumns(const Window& window) {
  std::vector<std::optional<Expr>> exprs(window.schema()->num_fields());
  for (int i = 0; i < window.input()->schema()->num_fields(); ++i) {
    const Expr column = window.input()->schema()->column(i);
    const bool everywhere = std::all_of(window.windows.begin(), window.windows.end(), [&](const Expr& expr) {
      const auto& keys = Unalias(expr)->as<WindowCall>().partition_by;
      return std::any_of(keys.begin(), keys.end(), [&](const Expr& key) { return key.Equals(column); });
    });
    if (everywhere) exprs[i] = column;
  }
  return exprs;
}

std::vector<std::optional<Expr>> UnnestColumns(const Unnest& unnest) {
  std::vector<std::optional<Expr>> exprs;
  for (const Unnest::Output& output : unnest.outputs) {
    exprs.push_back(output.column < 0 ? std::optional<Expr>(unnest.input()->schema()->column(output.input)) : std::nullopt);
  }
  return exprs;
}

Result<PlanPtr> ThroughUnion(const PlanPtr& node, const std::vector<Expr>& conjuncts) {
  const PlanPtr& child = node->input();
  Split split;
  for (const Expr& conjunct : conjuncts) (Movable(conjunct) ? split.below : split.above).push_back(conjunct);
  if (split.below.empty()) return node;
  std::vector<PlanPtr> inputs;
  for (const PlanPtr& branch : child->inputs()) {
    std::vector<Expr> columns, own;
    for (int i = 0; i < branch->schema()->num_fields(); ++i) columns.push_back(branch->schema()->column(i));
    for (const Expr& conjunct : split.below) {
      ARROW_ASSIGN_OR_RAISE(Expr next, Substitute(conjunct, *child->schema(), columns));
      own.push_back(std::move(next));
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr filtered, Filtered(branch, std::move(own)));
    inputs.push_back(std::move(filtered));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, child->WithInputs(std::move(inputs)));
  return Filtered(std::move(next), std::move(split.above));
}

/// Those of the conjuncts that read `key` alone, of `other` in its place.
Status AddForKey(const std::vector<Expr>& conjuncts, const Expr& key, const Schema& schema, const Expr& other, const Schema& other_schema,
                 std::vector<Expr>* to) {
  if (key.kind() != ExprKind::kColumn || other.kind() != ExprKind::kColumn) return Status::OK();
  const auto at = schema.scope().TryResolve(key->as<ColumnRef>()), other_at = other_schema.scope().TryResolve(other->as<ColumnRef>());
  if (!at || !other_at || !schema.field(*at).field->type()->Equals(*other_schema.field(*other_at).field->type())) return Status::OK();
  for (const Expr& conjunct : conjuncts) {
    if (!Deterministic(conjunct)) continue;
    bool only = true;
    VisitExpr(conjunct, [&](const Expr& part) {
      if (part.kind() == ExprKind::kColumn) only &= schema.scope().TryResolve(part->as<ColumnRef>()) == at;
      return only;
    });
    if (!only) continue;
    ARROW_ASSIGN_OR_RAISE(Expr next, RewriteDown(conjunct, [&](const Expr& part) -> Result<std::optional<Expr>> {
                            return part.kind() == ExprKind::kColumn ? std::optional<Expr>(other) : std::nullopt;
                          }));
    const auto same = [&](const Expr& known) { return known.Equals(next); };
    if (std::none_of(to->begin(), to->end(), same)) to->push_back(std::move(next));
  }
  return Status::OK();
}

/// A join with conjuncts from above (`where`): each goes to the side that it reads, as far as the kind of join allows, and so do
/// those of its own filter.
Result<PlanPtr> ThroughJoin(const PlanPtr& node, const Join& join, const std::vector<Expr>& where) {
  const Schema &left = *join.input(0)->schema(), &right = *join.input(1)->schema();
  std::vector<Expr> to_left, to_right, to_filter, above;
  const bool keeps_left = join.type == JoinType::kInner || join.type == JoinType::kLeft || join.type == JoinType::kLeftSemi ||
                          join.type == JoinType::kLeftAnti;
  const bool keeps_right = join.type == JoinType::kInner || join.type == JoinType::kRight || join.type == JoinType::kRightSemi ||
                           join.type == JoinType::kRightAnti;
  for (const Expr& conjunct : where) {
    const bool reads = Contains(conjunct, ExprKind::kColumn);
    if (!Movable(conjunct) || !reads) {
      above.push_back(conjunct);
    } else if (keeps_left && Covers(left, conjunct)) {
      to_left.push_back(conjunct);
    } else if (keeps_right && Covers(right, conjunct)) {
      to_right.push_back(conjunct);
    } else if (join.type == JoinType::kInner && !join.nulls_equal) {
      to_filter.push_back(conjunct);
    } else {
      above.push_back(conjunct);
    }
  }
  const bool narrows_left = join.type == JoinType::kInner || join.type == JoinType::kRight || join.type == JoinType::kLeftSemi ||
                            join.type == JoinType::kRightSemi || join.type == JoinType::kRightAnti;
  const bool narrows_right = join.type == JoinType::kInner || join.type == JoinType::kLeft || join.type == JoinType::kLeftSemi ||
                             join.type == JoinType::kRightSemi || join.type == JoinType::kLeftAnti;
  bool own_moved = false;
  std::vector<Expr> own;
  if (join.filter) {
    for (const Expr& conjunct : SplitConjuncts(*join.filter)) {
      const bool reads = Contains(conjunct, ExprKind::kColumn) && Movable(conjunct) && !join.null_aware;
      if (reads && narrows_left && Covers(left, conjunct)) {
        to_left.push_back(conjunct);
        own_moved = true;
      } else if (reads && narrows_right && Covers(right, conjunct)) {
        to_right.push_back(conjunct);
        own_moved = true;
      } else {
        own.push_back(conjunct);
      }
    }
  }
  if (to_left.empty() && to_right.empty() && to_filter.empty() && !own_moved) return node;
  // What is asked of a key holds for the key that it must be equal to.
  if (!join.null_aware) {
    const std::vector<Expr> from_left = to_left, from_right = to_right;
    for (const auto& [a, b] : join.on) {
      if (narrows_right) ARROW_RETURN_NOT_OK(AddForKey(from_left, a, left, b, right, &to_right));
      if (narrows_left) ARROW_RETURN_NOT_OK(AddForKey(from_right, b, right, a, left, &to_left));
    }
  }
  own.insert(own.end(), to_filter.begin(), to_filter.end());
  ARROW_ASSIGN_OR_RAISE(PlanPtr next_left, Filtered(join.input(0), std::move(to_left)));
  ARROW_ASSIGN_OR_RAISE(PlanPtr next_right, Filtered(join.input(1), std::move(to_right)));
  std::optional<Expr> filter;
  if (!own.empty()) filter = And(std::move(own));
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, Join::Make(std::move(next_left), std::move(next_right), join.type, join.on, std::move(filter),
                                                 {join.constraint, join.nulls_equal, join.null_aware}));
  return Filtered(std::move(next), std::move(above));
}

Result<PlanPtr> IntoScan(const PlanPtr& node, const Scan& scan, const std::vector<Expr>& conjuncts) {
  if (scan.fetch) return node;  // its rows are counted before this filter
  std::vector<Expr> above, filters = scan.filters;
  std::unordered_set<uint64_t> hashes;  // of filters: lists may be long
  for (const Expr& filter : filters) hashes.insert(filter.Hash());
  for (const Expr& conjunct : conjuncts) {
    FilterSupport support = FilterSupport::kNo;
    if (Deterministic(conjunct) && Contains(conjunct, ExprKind::kColumn)) {
      ARROW_ASSIGN_OR_RAISE(const Expr plain, Scan::SourceFilter(conjunct));
      support = scan.source->CanFilter(plain);
    }
    const auto same = [&](const Expr& other) { return other.Equals(conjunct); };
    if (support != FilterSupport::kNo && (hashes.insert(conjunct.Hash()).second || std::none_of(filters.begin(), filters.end(), same))) {
      filters.push_back(conjunct);
    }
    if (support != FilterSupport::kExact) above.push_back(conjunct);
  }
  if (filters.size() == scan.filters.size() && above.size() == conjuncts.size()) return node;
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, Scan::Make(scan.table, scan.source, scan.projection, std::move(filters), scan.fetch));
  return Filtered(std::move(next), std::move(above));
}

Result<PlanPtr> Push(const PlanPtr& node) {
  if (const auto* join = node->TryAs<Join>()) return ThroughJoin(node, *join, {});
  const auto* filter = node->TryAs<Filter>();
  if (filter == nullptr) return node;
  const PlanPtr& child = filter->input();
  const std::vector<Expr> conjuncts = SplitConjuncts(filter->predicate);
  switch (child->kind()) {
    case PlanKind::kFilter: {
      std::vector<Expr> all = SplitConjuncts(child->As<Filter>().predicate);
      std::unordered_set<uint64_t> hashes;
      for (const Expr& conjunct : all) hashes.insert(conjunct.Hash());
      for (const Expr& conjunct : conjuncts) {
        const auto same = [&](const Expr& other) { return other.Equals(conjunct); };
        const bool known = hashes.contains(conjunct.Hash()) && std::any_of(all.begin(), all.end(), same);
        if (!known || !Movable(conjunct)) all.push_back(conjunct);
      }
      ARROW_ASSIGN_OR_RAISE(PlanPtr merged, Filtered(child->input(), std::move(all)));
      return Push(merged);
    }
    case PlanKind::kProjection: {
      std::vector<std::optional<Expr>> exprs;
      for (const Expr& expr : child->As<Projection>().exprs) {
        exprs.push_back(Repeatable(expr) ? std::optional<Expr>(expr) : std::nullopt);
      }
      return ThroughColumns(node, conjuncts, exprs);
    }
    case PlanKind::kSort:
      return child->As<Sort>().fetch ? Result<PlanPtr>(node) : ThroughColumns(node, conjuncts, SameColumns(*child->input()));
    case PlanKind::kSubqueryAlias:
    case PlanKind::kDistinct:
    case PlanKind::kRepartition: return ThroughColumns(node, conjuncts, SameColumns(*child->input()));
    case PlanKind::kAggregate: {
      const auto& aggregate = child->As<Aggregate>();
      // Without groups, and for the empty grouping set, no rows give a row all the same: a constant filter must stay above.
      if (!GroupsRows(aggregate)) return node;
      return ThroughColumns(node, conjuncts, AggregateColumns(aggregate));
    }
    case PlanKind::kWindow: return ThroughColumns(node, conjuncts, WindowColumns(child->As<Window>()));
    case PlanKind::kUnnest: return ThroughColumns(node, conjuncts, UnnestColumns(child->As<Unnest>()));
    case PlanKind::kUnion: return ThroughUnion(node, conjuncts);
    case PlanKind::kJoin: return ThroughJoin(node, child->As<Join>(), conjuncts);
    case PlanKind::kScan: return IntoScan(node, child->As<Scan>(), conjuncts);
    default: return node;
  }
}

}  // namespace

/// Filters go towards the sources, and into those that can use them.
Result<PlanPtr> PushDownFilter(const PlanPtr& plan) { return TransformDown(plan, Push); }

}  // namespace bowstring::optimizer
