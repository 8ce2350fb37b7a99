// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/grouping_sets.h"

#include <algorithm>
#include <utility>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/error.h>

#include "logical/aggregate.h"
#include "logical/projection.h"
#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;

namespace {

constexpr size_t kMaxSets = 65535;
constexpr const char* kId = "__grouping_id";

using Set = std::vector<Expr>;

void AddTo(Set* set, const Expr& expr) {
  const auto same = [&](const Expr& other) { return other.Equals(expr); };
  if (std::none_of(set->begin(), set->end(), same)) set->push_back(expr);
}

arrow::Status CheckCount(size_t sets) {
  if (sets <= kMaxSets) return arrow::Status::OK();
  return Error(ErrorKind::kPlan, "The number of sets in grouping sets exceeds the maximum limit ", kMaxSets, ", found ", sets);
}

bool IsGroupingCall(const Expr& aggregate) {
  return Unalias(aggregate).kind() == ExprKind::kAggregate && Unalias(aggregate)->as<AggregateCall>().function->name() == "grouping";
}

/// grouping(a, b): a bit for each argument, the last one's the lowest; set where the row's set leaves it out.
Result<Expr> GroupingValue(const Expr& call, const Set& keys, bool sets) {
  const std::vector<Expr>& arguments = Unalias(call).children();
  if (arguments.empty() || arguments.size() > 31) {
    return Error(ErrorKind::kPlan, "grouping() takes between 1 and 31 arguments, found ", arguments.size());
  }
  std::optional<Expr> value;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto at = std::find_if(keys.begin(), keys.end(), [&](const Expr& key) { return key.Equals(arguments[i]); });
    if (at == keys.end()) {
      return Error(ErrorKind::kPlan, "Argument ", arguments[i].ToString(), " to grouping function is not in grouping columns ", JoinExprs(keys));
    }
    if (!sets) continue;
    const int64_t bit = static_cast<int64_t>(keys.size()) - 1 - (at - keys.begin());
    Expr term = Binary(BinaryOp::kBitAnd, Binary(BinaryOp::kShiftRight, Cast(Column(kId), arrow::int64()), Literal(bit)), Literal(int64_t{1}));
    const auto place = static_cast<int64_t>(arguments.size() - 1 - i);
    if (place > 0) term = Binary(BinaryOp::kShiftLeft, std::move(term), Literal(place));
    value = value ? Binary(BinaryOp::kBitOr, *std::move(value), std::move(term)) : std::move(term);
  }
  return value ? Cast(*std::move(value), arrow::int32()) : Literal(std::make_shared<arrow::Int32Scalar>(0));
}

}  // namespace

std::vector<Expr> KeysOf(const Expr& grouping) {
  Set keys;
  for (const Expr& child : grouping.children()) AddTo(&keys, child);
  return keys;
}

Result<std::vector<std::vector<Expr>>> SetsOf(const Expr& grouping) {
  const auto& shape = grouping->as<GroupingShape>();
  std::vector<Set> parts;
  size_t at = 0;
  for (const int length : shape.lengths) {
    Set part;
    for (int i = 0; i < length; ++i) AddTo(&part, grouping.children()[at++]);
    parts.push_back(std::move(part));
  }
  if (shape.kind == GroupingShape::kSets) return parts;
  std::vector<Set> sets;
  const size_t n = parts.size();
  if (shape.kind == GroupingShape::kRollup) {
    for (size_t length = n + 1; length-- > 0;) {
      Set set;
      for (size_t i = 0; i < length; ++i) {
        for (const Expr& expr : parts[i]) AddTo(&set, expr);
      }
      sets.push_back(std::move(set));
    }
    return sets;
  }
  ARROW_RETURN_NOT_OK(CheckCount(n > 16 ? kMaxSets + 1 : size_t{1} << n));
  for (size_t absent = 0; absent < size_t{1} << n; ++absent) {
    Set set;
    for (size_t i = 0; i < n; ++i) {
      if ((absent >> (n - 1 - i) & 1) != 0) continue;
      for (const Expr& expr : parts[i]) AddTo(&set, expr);
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

Result<std::vector<Expr>> MergeGroups(std::vector<Expr> groups) {
  const bool any = std::any_of(groups.begin(), groups.end(), [](const Expr& g) { return g.kind() == ExprKind::kGroupingSet; });
  if (!any || groups.size() == 1) return groups;
  std::vector<Set> product = {{}};
  for (const Expr& group : groups) {
    std::vector<Set> sets = {{group}};
    if (group.kind() == ExprKind::kGroupingSet) {
      ARROW_ASSIGN_OR_RAISE(sets, SetsOf(group));
    }
    ARROW_RETURN_NOT_OK(CheckCount(product.size() * sets.size()));
    std::vector<Set> next;
    for (const Set& before : product) {
      for (const Set& set : sets) {
        Set both = before;
        for (const Expr& expr : set) AddTo(&both, expr);
        next.push_back(std::move(both));
      }
    }
    product = std::move(next);
  }
  GroupingShape shape;
  std::vector<Expr> children;
  for (const Set& set : product) {
    shape.lengths.push_back(static_cast<int>(set.size()));
    children.insert(children.end(), set.begin(), set.end());
  }
  return std::vector<Expr>{MakeExpr(ExprKind::kGroupingSet, std::move(children), std::move(shape))};
}

Result<PlanPtr> AggregateOver(PlanPtr plan, std::vector<Expr> groups, std::vector<Expr> aggregates, bool hide_id) {
  ARROW_ASSIGN_OR_RAISE(groups, MergeGroups(std::move(groups)));
  const bool sets = !groups.empty() && groups[0].kind() == ExprKind::kGroupingSet;
  std::vector<Expr> real;
  for (const Expr& aggregate : aggregates) {
    if (!IsGroupingCall(aggregate)) real.push_back(aggregate);
  }
  const bool computed = real.size() < aggregates.size();
  const Set keys = sets ? KeysOf(groups[0]) : groups;
  ARROW_ASSIGN_OR_RAISE(PlanPtr grouped, Aggregate::Make(std::move(plan), std::move(groups), std::move(real)));
  if (!computed && !(sets && hide_id)) return grouped;
  std::vector<Expr> outputs;
  int next = static_cast<int>(keys.size());
  for (int i = 0; i < next; ++i) outputs.push_back(grouped->schema()->column(i));
  if (sets) ++next;
  for (const Expr& aggregate : aggregates) {
    if (!IsGroupingCall(aggregate)) {
      outputs.push_back(grouped->schema()->column(next++));
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(Expr value, GroupingValue(aggregate, keys, sets));
    outputs.push_back(KeepName(aggregate, std::move(value)));
  }
  return Projection::Make(std::move(grouped), std::move(outputs));
}

}  // namespace bowstring::logical
