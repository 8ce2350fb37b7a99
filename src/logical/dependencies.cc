// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/dependencies.h"

#include <algorithm>
#include <numeric>

#include <arrow/type.h>

#include <bowstring/table_source.h>
#include <bowstring/window_function.h>

#include "expr/table_keys.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"

namespace bowstring::logical {

namespace {

using Dependencies = std::vector<Dependency>;

std::vector<int> Numbers(int n) {
  std::vector<int> all(n);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

bool Has(const std::vector<int>& columns, int column) { return std::find(columns.begin(), columns.end(), column) != columns.end(); }

bool HasAll(const std::vector<int>& columns, const std::vector<int>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](int column) { return Has(columns, column); });
}

/// Where the columns are in an output that gives input column from[i] as column i (below 0: something else).
std::vector<int> Places(const std::vector<int>& columns, const std::vector<int>& from) {
  std::vector<int> places;
  for (const int column : columns) {
    const auto at = std::find(from.begin(), from.end(), column);
    if (at != from.end()) places.push_back(static_cast<int>(at - from.begin()));
  }
  return places;
}

Dependencies Project(const Dependencies& before, const std::vector<int>& from) {
  Dependencies after;
  for (const Dependency& dependency : before) {
    Dependency next = dependency;
    next.sources = Places(dependency.sources, from);
    if (next.sources.size() != dependency.sources.size()) continue;
    // A row's key says whatever is computed of the row.
    next.targets = dependency.single ? Numbers(static_cast<int>(from.size())) : Places(dependency.targets, from);
    after.push_back(std::move(next));
  }
  return after;
}

Dependencies OfScan(const Scan& scan) {
  Dependencies all;
  const auto* keyed = dynamic_cast<const KeyedTable*>(scan.source.get());
  if (keyed == nullptr || keyed->keys().empty()) return all;
  const arrow::Schema& schema = *scan.source->schema();
  for (const TableKey& key : keyed->keys()) {
    bool exact = !key.nullable;
    if (!exact) exact = std::none_of(key.columns.begin(), key.columns.end(), [&](int c) { return schema.field(c)->nullable(); });
    all.push_back({key.columns, Numbers(schema.num_fields()), key.nullable, exact, true});
  }
  return Project(all, scan.Columns());
}

int InputColumn(const Expr& expr, const Schema& schema) {
  const Expr& bare = Unalias(expr);
  if (bare.kind() != ExprKind::kColumn) return -1;
  return schema.scope().TryResolve(bare->as<ColumnRef>()).value_or(-1);
}

Dependencies OfProjection(const Projection& projection) {
  Dependencies before = DependenciesOf(*projection.input());
  if (before.empty()) return before;
  std::vector<int> from;
  for (const Expr& expr : projection.exprs) from.push_back(InputColumn(expr, *projection.input()->schema()));
  return Project(before, from);
}

Dependencies OfAggregate(const Aggregate& aggregate) {
  Dependencies after;
  const int columns = aggregate.schema()->num_fields(), groups = static_cast<int>(aggregate.groups.size());
  if (groups == 0 || aggregate.groups[0].kind() == ExprKind::kGroupingSet) return after;
  const Dependencies before = DependenciesOf(*aggregate.input());
  std::vector<int> from;
  for (const Expr& group : aggregate.groups) from.push_back(InputColumn(group, *aggregate.input()->schema()));
  for (const Dependency& dependency : before) {
    Dependency next = dependency;
    next.sources = Places(dependency.sources, from);
    if (next.sources.size() != dependency.sources.size()) continue;
    next.targets = Numbers(columns);
    // Where the key says all groups, each of its values has one row.
    if (HasAll(dependency.targets, from)) next.single = true;
    after.push_back(std::move(next));
  }
  if (after.empty()) {
    bool nullable = false;
    for (int i = 0; i < groups; ++i) nullable |= aggregate.schema()->field(i).field->nullable();
    after.push_back({Numbers(groups), Numbers(columns), nullable, true, true});
  }
  return after;
}

Dependencies OfWindow(const Window& window) {
  Dependencies all = DependenciesOf(*window.input());
  const int inner = window.input()->schema()->num_fields(), columns = window.schema()->num_fields();
  for (Dependency& dependency : all) {
    if (!dependency.single) continue;
    for (int i = inner; i < columns; ++i) dependency.targets.push_back(i);
  }
  for (size_t i = 0; i < window.windows.size(); ++i) {
    const auto& call = Unalias(window.windows[i])->as<WindowCall>();
    if (call.function == nullptr || call.function->name() != "row_number" || !call.partition_by.empty()) continue;
    all.push_back({{inner + static_cast<int>(i)}, Numbers(columns), false, true, true});
  }
  return all;
}

// As the peer has it, a key goes on saying what is beside it, though its rows were repeated.
Dependencies OfUnnest(const Unnest& unnest) {
  std::vector<int> from;
  for (const auto& output : unnest.outputs) from.push_back(output.column < 0 ? output.input : -1);
  Dependencies all = Project(DependenciesOf(*unnest.input()), from);
  for (Dependency& dependency : all) dependency.exact = false;
  return all;
}

// Keys of a side that may be filled up with NULLs: those without NULLs stay keys, with NULLs.
void FillUp(Dependencies* side) {
  std::erase_if(*side, [](const Dependency& dependency) { return dependency.nullable; });
  for (Dependency& dependency : *side) dependency.nullable = true;
}

Dependencies OfJoin(const Join& join) {
  switch (join.type) {
    case JoinType::kLeftSemi:
    case JoinType::kLeftAnti: return DependenciesOf(*join.input(0));
    case JoinType::kRightSemi:
    case JoinType::kRightAnti: return DependenciesOf(*join.input(1));
    case JoinType::kFull: return {};
    default: break;
  }
  Dependencies left = DependenciesOf(*join.input(0)), right = DependenciesOf(*join.input(1));
  if (join.type == JoinType::kLeft) FillUp(&right);
  if (join.type == JoinType::kRight) FillUp(&left);
  const int offset = join.input(0)->schema()->num_fields();
  for (Dependency& dependency : right) {
    for (int& column : dependency.sources) column += offset;
    for (int& column : dependency.targets) column += offset;
    left.push_back(std::move(dependency));
  }
  for (Dependency& dependency : left) dependency.single = false;
  return left;
}

}  // namespace

Dependencies DependenciesOf(const LogicalPlan& plan) {
  switch (plan.kind()) {
    case PlanKind::kScan: return OfScan(plan.As<Scan>());
    case PlanKind::kProjection: return OfProjection(plan.As<Projection>());
    case PlanKind::kAggregate: return OfAggregate(plan.As<Aggregate>());
    case PlanKind::kWindow: return OfWindow(plan.As<Window>());
    case PlanKind::kUnnest: return OfUnnest(plan.As<Unnest>());
    case PlanKind::kJoin: return OfJoin(plan.As<Join>());
    case PlanKind::kFilter:
    case PlanKind::kLimit:
    case PlanKind::kSort:
    case PlanKind::kRepartition:
    case PlanKind::kDistinct:
    case PlanKind::kSubqueryAlias: return DependenciesOf(*plan.input());
    default: return {};
  }
}

std::vector<int> Implied(const Dependencies& dependencies, const std::vector<int>& known) {
  std::vector<int> all;
  for (const Dependency& dependency : dependencies) {
    if (HasAll(known, dependency.sources)) all.insert(all.end(), dependency.targets.begin(), dependency.targets.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<int> Sufficient(const Dependencies& dependencies, std::vector<int> columns) {
  for (const Dependency& dependency : dependencies) {
    if (!dependency.exact || !HasAll(columns, dependency.sources)) continue;
    std::erase_if(columns, [&](int column) { return Has(dependency.targets, column) && !Has(dependency.sources, column); });
  }
  return columns;
}

}  // namespace bowstring::logical
