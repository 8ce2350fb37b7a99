// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "physical/shared_subplans.h"

namespace bowstring::physical {
namespace {

using logical::Aggregate;
using logical::EqualExprs;
using logical::Filter;
using logical::Join;
using logical::Projection;
using logical::Scan;
using logical::SubqueryAlias;

constexpr int kMostMerges = 8;
constexpr size_t kMostCandidates = 64;

std::optional<PlanPtr> Taken(arrow::Result<PlanPtr> plan) { return plan.ok() ? std::optional(*std::move(plan)) : std::nullopt; }

/// All of `a`, then what only `b` has.
std::vector<Expr> Both(std::vector<Expr> a, const std::vector<Expr>& b) {
  for (const Expr& expr : b) {
    if (std::none_of(a.begin(), a.end(), [&](const Expr& other) { return other.Equals(expr); })) a.push_back(expr);
  }
  return a;
}

bool PlainColumns(const Projection& projection) {
  return std::all_of(projection.exprs.begin(), projection.exprs.end(), [](const Expr& expr) { return expr.kind() == ExprKind::kColumn; });
}

/// A plan with the rows of both, which differ in the columns that their readers have left over; none where they differ in more.
std::optional<PlanPtr> Merge(const PlanPtr& a, const PlanPtr& b) {
  if (a == b || (a->Equals(*b) && a->schema()->Equals(*b->schema()))) return a;
  if (a->kind() != b->kind()) {
    if (const auto* projection = a->TryAs<Projection>(); projection != nullptr && PlainColumns(*projection)) return Merge(a->input(), b);
    if (const auto* projection = b->TryAs<Projection>(); projection != nullptr && PlainColumns(*projection)) return Merge(a, b->input());
    return std::nullopt;
  }
  std::vector<PlanPtr> inputs;
  const auto merge_inputs = [&] {
    if (a->inputs().size() != b->inputs().size()) return false;
    for (size_t i = 0; i < a->inputs().size(); ++i) {
      auto merged = Merge(a->inputs()[i], b->inputs()[i]);
      if (!merged) return false;
      inputs.push_back(*std::move(merged));
    }
    return true;
  };
  switch (a->kind()) {
    case PlanKind::kScan: {
      const Scan &x = a->As<Scan>(), &y = b->As<Scan>();
      if (!(x.table == y.table) || x.source != y.source || x.fetch || y.fetch || !EqualExprs(x.filters, y.filters)) return std::nullopt;
      std::set<int> columns;
      for (const int column : x.Columns()) columns.insert(column);
      for (const int column : y.Columns()) columns.insert(column);
      return Taken(Scan::Make(x.table, x.source, std::vector<int>(columns.begin(), columns.end()), x.filters));
    }
    case PlanKind::kFilter:
      if (!a->As<Filter>().predicate.Equals(b->As<Filter>().predicate) || !merge_inputs()) return std::nullopt;
      return Taken(Filter::Make(inputs[0], a->As<Filter>().predicate));
    case PlanKind::kSubqueryAlias:
      if (!(a->As<SubqueryAlias>().alias == b->As<SubqueryAlias>().alias) || !merge_inputs()) return std::nullopt;
      return Taken(SubqueryAlias::Make(inputs[0], a->As<SubqueryAlias>().alias));
    case PlanKind::kProjection:
      if (!merge_inputs()) return std::nullopt;
      return Taken(Projection::Make(inputs[0], Both(a->As<Projection>().exprs, b->As<Projection>().exprs)));
    case PlanKind::kJoin: {
      const Join &x = a->As<Join>(), &y = b->As<Join>();
      if (x.type != y.type || x.nulls_equal != y.nulls_equal || x.null_aware != y.null_aware || !EqualExprs(x.Expressions(), y.Expressions()) ||
          x.on.size() != y.on.size() || !merge_inputs()) {
        return std::nullopt;
      }
      return Taken(Join::Make(inputs[0], inputs[1], x.type, x.on, x.filter, {x.constraint, x.nulls_equal, x.null_aware}));
    }
    case PlanKind::kAggregate: {
      const Aggregate &x = a->As<Aggregate>(), &y = b->As<Aggregate>();
      const bool sets = std::any_of(x.groups.begin(), x.groups.end(), [](const Expr& key) { return key.kind() == ExprKind::kGroupingSet; });
      if (sets || x.groups.empty() || !EqualExprs(x.groups, y.groups) || !merge_inputs()) return std::nullopt;
      return Taken(Aggregate::Make(inputs[0], x.groups, Both(x.aggregates, y.aggregates)));
    }
    default: return std::nullopt;
  }
}

/// The columns of `member` out of what it was merged into.
std::optional<PlanPtr> Narrowed(const PlanPtr& merged, const PlanPtr& member) {
  if (merged->schema()->Equals(*member->schema())) return merged;
  std::vector<Expr> columns;
  for (int i = 0; i < member->schema()->num_fields(); ++i) {
    columns.push_back(member->schema()->column(i));
    const auto at = merged->schema()->scope().TryResolve(columns.back()->as<ColumnRef>());
    if (!at || !merged->schema()->field(*at).field->type()->Equals(*member->schema()->field(i).field->type())) return std::nullopt;
  }
  auto narrowed = Taken(Projection::Make(merged, std::move(columns)));
  return narrowed && (*narrowed)->schema()->Equals(*member->schema()) ? narrowed : std::nullopt;
}

using Replacements = std::map<const LogicalPlan*, PlanPtr>;

arrow::Result<PlanPtr> Replace(const PlanPtr& plan, const Replacements& by, std::map<const ExprNode*, Expr>* done) {
  if (const auto found = by.find(plan.get()); found != by.end()) return found->second;
  bool changed = false;
  std::vector<PlanPtr> inputs;
  for (const PlanPtr& input : plan->inputs()) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, Replace(input, by, done));
    changed |= next != input;
    inputs.push_back(std::move(next));
  }
  std::vector<Expr> exprs = plan->Expressions();
  for (Expr& expr : exprs) {
    ARROW_ASSIGN_OR_RAISE(Expr next, logical::RewriteDown(expr, [&](const Expr& part) -> arrow::Result<std::optional<Expr>> {
      const auto* subquery = std::get_if<SubqueryPlan>(&part->data);
      if (subquery == nullptr) return std::optional<Expr>{};
      if (const auto known = done->find(&part.node()); known != done->end()) return std::optional<Expr>(known->second);
      ARROW_ASSIGN_OR_RAISE(PlanPtr inner, Replace(subquery->plan, by, done));
      if (inner == subquery->plan) return std::optional<Expr>(part);
      SubqueryPlan next = *subquery;
      next.plan = std::move(inner);
      Expr made = MakeExpr(part.kind(), part.children(), std::move(next));
      done->emplace(&part.node(), made);  // one that stands in two places is still computed once
      return std::optional<Expr>(std::move(made));
    }));
    changed |= &next.node() != &expr.node();
    expr = std::move(next);
  }
  return changed ? plan->WithParts(std::move(exprs), std::move(inputs)) : arrow::Result<PlanPtr>(plan);
}

void Candidates(const PlanPtr& plan, std::vector<PlanPtr>* out) {
  if (plan->kind() == PlanKind::kRecursiveQuery) return Candidates(plan->input(), out);
  if (plan->kind() == PlanKind::kAggregate) out->push_back(plan);
  for (const PlanPtr& input : plan->inputs()) Candidates(input, out);
  for (const Expr& expr : plan->Expressions()) {
    logical::VisitExpr(expr, [&](const Expr& part) {
      if (const auto* subquery = std::get_if<SubqueryPlan>(&part->data)) Candidates(subquery->plan, out);
      return true;
    });
  }
}

bool Inside(const LogicalPlan& plan, const LogicalPlan* wanted) {
  return std::any_of(plan.inputs().begin(), plan.inputs().end(), [&](const auto& input) { return input.get() == wanted || Inside(*input, wanted); });
}

/// The plan with the first group of similar parts that is worth sharing made equal; null where there is none.
PlanPtr MergeOnce(const PlanPtr& plan, bool dynamic_filters) {
  std::vector<PlanPtr> candidates;
  Candidates(plan, &candidates);
  if (candidates.size() < 2 || candidates.size() > kMostCandidates) return nullptr;
  for (size_t i = 0; i < candidates.size(); ++i) {
    PlanPtr merged = candidates[i];
    std::vector<PlanPtr> members{merged};
    bool differ = false;
    for (size_t j = i + 1; j < candidates.size(); ++j) {
      if (std::any_of(members.begin(), members.end(), [&](const auto& member) { return Inside(*member, candidates[j].get()); })) continue;
      auto both = Merge(merged, candidates[j]);
      if (!both) continue;
      differ |= !candidates[j]->Equals(*candidates[i]);
      merged = *std::move(both);
      members.push_back(candidates[j]);
    }
    if (!differ) continue;
    Replacements by;
    for (const PlanPtr& member : members) {
      if (auto narrowed = Narrowed(merged, member)) by.emplace(member.get(), *std::move(narrowed));
    }
    if (by.size() < 2) continue;
    std::map<const ExprNode*, Expr> done;
    auto next = Replace(plan, by, &done);
    if (!next.ok() || !(*next)->schema()->Equals(*plan->schema())) continue;
    if (FindSharedSubplans(*next, dynamic_filters).part_of.contains(merged.get())) return *std::move(next);
  }
  return nullptr;
}

bool TableTwice(const LogicalPlan& plan, std::set<const TableSource*>* tables) {
  if (const auto* scan = plan.TryAs<Scan>(); scan != nullptr && !tables->insert(scan->source.get()).second) return true;
  for (const PlanPtr& input : plan.inputs()) {
    if (TableTwice(*input, tables)) return true;
  }
  bool twice = false;
  for (const Expr& expr : plan.Expressions()) {
    logical::VisitExpr(expr, [&](const Expr& part) {
      if (const auto* subquery = std::get_if<SubqueryPlan>(&part->data)) twice |= TableTwice(*subquery->plan, tables);
      return !twice;
    });
  }
  return twice;
}

}  // namespace

PlanPtr MergeSimilarSubplans(PlanPtr plan, bool dynamic_filters) {
  std::set<const TableSource*> tables;
  if (!TableTwice(*plan, &tables)) return plan;
  for (int i = 0; i < kMostMerges; ++i) {
    PlanPtr next = MergeOnce(plan, dynamic_filters);
    if (next == nullptr) break;
    plan = std::move(next);
  }
  return plan;
}

}  // namespace bowstring::physical
