// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "optimizer/dependent_join.h"

#include <algorithm>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/function.h>

#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

std::optional<size_t> IndexOf(const std::vector<ColumnRef>& columns, const Expr& expr) {
  if (expr.kind() != ExprKind::kOuterColumn) return std::nullopt;
  const auto at = std::find(columns.begin(), columns.end(), expr->as<ColumnRef>());
  return at == columns.end() ? std::nullopt : std::optional<size_t>(at - columns.begin());
}

Expr Named(const Expr& expr, const std::string& relation, const std::string& name) {
  AliasName alias;
  alias.name = name;
  alias.relation = TableName{"", "", relation};
  return MakeExpr(ExprKind::kAlias, {Unalias(expr)}, std::move(alias));
}

std::vector<Expr> Columns(const std::vector<DomainKey>& keys) {
  std::vector<Expr> columns;
  for (const DomainKey& key : keys) columns.push_back(key.column);
  return columns;
}

/// Whether the aggregate of no rows is 0, where others are NULL.
bool CountsRows(const Expr& aggregate) {
  const std::string& name = Unalias(aggregate)->as<AggregateCall>().function->name();
  return name == "count" || name == "regr_count" || name == "approx_distinct";
}


}  // namespace

std::vector<ColumnRef> OuterColumnsOf(const LogicalPlan& plan, const Schema& outer) {
  std::vector<ColumnRef> columns;
  std::vector<const LogicalPlan*> stack{&plan};
  while (!stack.empty()) {
    const LogicalPlan* node = stack.back();
    stack.pop_back();
    for (const PlanPtr& input : node->inputs()) stack.push_back(input.get());
    for (const Expr& expr : node->Expressions()) {
      VisitExpr(expr, [&](const Expr& part) {
        if (part.kind() == ExprKind::kOuterColumn) {
          const auto& column = part->as<ColumnRef>();
          const bool known = std::find(columns.begin(), columns.end(), column) != columns.end();
          if (!known && outer.scope().TryResolve(column)) columns.push_back(column);
        }
        return true;
      });
    }
  }
  return columns;
}

Result<Expr> ReplaceOuter(const Expr& expr, const std::vector<ColumnRef>& columns, const std::vector<Expr>& exprs) {
  return RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
    const auto at = IndexOf(columns, part);
    return at ? std::optional<Expr>(exprs[*at]) : std::nullopt;
  });
}

bool Unnester::Reads(const Expr& expr) const {
  bool reads = false;
  VisitExpr(expr, [&](const Expr& part) {
    reads |= IndexOf(columns_, part).has_value();
    return !reads;
  });
  return reads;
}

bool Unnester::Reads(const LogicalPlan& plan) const {
  for (const Expr& expr : plan.Expressions()) {
    if (Reads(expr)) return true;
  }
  return std::any_of(plan.inputs().begin(), plan.inputs().end(), [&](const PlanPtr& input) { return Reads(*input); });
}

Result<Expr> Unnester::Bind(const Expr& expr, const std::vector<DomainKey>& keys) const {
  return ReplaceOuter(expr, columns_, Columns(keys));
}

Result<std::vector<Expr>> Unnester::BindAll(const std::vector<Expr>& exprs, const std::vector<DomainKey>& keys) const {
  std::vector<Expr> bound;
  for (const Expr& expr : exprs) {
    ARROW_ASSIGN_OR_RAISE(Expr next, Bind(expr, keys));
    bound.push_back(KeepName(expr, std::move(next)));
  }
  return bound;
}

bool Unnester::RunsOnOuterRows(const LogicalPlan& subquery) {
  const LogicalPlan* node = &subquery;
  while (node->kind() == PlanKind::kProjection || node->kind() == PlanKind::kFilter || node->kind() == PlanKind::kSubqueryAlias ||
         node->kind() == PlanKind::kUnnest) {
    node = node->input().get();
  }
  return node->kind() == PlanKind::kEmpty && node->As<Empty>().one_row;
}

Result<Unnested> Unnester::UnnestOnOuterRows(const PlanPtr& subquery) {
  const std::string relation = context_.FreshName("__lateral_");
  Unnested rows;
  std::vector<Expr> exprs;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const std::string name = relation + "_" + std::to_string(i);
    exprs.push_back(Named(outer_->schema()->column(static_cast<int>(i)), relation, name));
    rows.keys.push_back({Column(TableName{"", "", relation}, name)});
  }
  ARROW_ASSIGN_OR_RAISE(rows.plan, Projection::Make(outer_, std::move(exprs)));
  rows_ = std::move(rows);
  use_inner_ = false;
  return Push(subquery);
}

Result<Unnested> Unnester::Domain() {
  if (rows_) return *rows_;
  const std::string relation = context_.FreshName("__domain_");
  std::vector<Expr> exprs;
  for (size_t i = 0; i < columns_.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const int at, outer_->schema()->scope().Resolve(columns_[i]));
    exprs.push_back(Named(outer_->schema()->column(at), relation, relation + "_" + std::to_string(i)));
  }
  Unnested domain;
  ARROW_ASSIGN_OR_RAISE(domain.plan, Projection::Make(outer_, std::move(exprs)));
  ARROW_ASSIGN_OR_RAISE(domain.plan, Distinct::Make(std::move(domain.plan)));
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto& field = domain.plan->schema()->field(static_cast<int>(i));
    domain.keys.push_back({domain.plan->schema()->column(static_cast<int>(i)), field.field->nullable()});
  }
  return domain;
}

Result<Unnested> Unnester::Ordered(const LogicalPlan& plan, Unnested unnested) const {
  std::vector<Expr> exprs = AllColumns(plan);
  for (const DomainKey& key : unnested.keys) exprs.push_back(key.column);
  if (!EqualExprs(exprs, AllColumns(*unnested.plan))) {
    ARROW_ASSIGN_OR_RAISE(unnested.plan, Projection::Make(std::move(unnested.plan), std::move(exprs)));
  }
  return unnested;
}

std::vector<std::pair<Expr, Expr>> Unnester::OuterKeys(const Unnested& unnested, bool* null_safe) const {
  std::vector<std::pair<Expr, Expr>> pairs;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const int at = *outer_->schema()->scope().TryResolve(columns_[i]);
    pairs.emplace_back(outer_->schema()->column(at), unnested.keys[i].column);
    *null_safe |= unnested.keys[i].null_safe && outer_->schema()->field(at).field->nullable();
  }
  return pairs;
}

Result<Unnested> Unnester::Push(const PlanPtr& plan) {
  if (!Reads(*plan)) {
    ARROW_ASSIGN_OR_RAISE(Unnested domain, Domain());
    if (plan->kind() == PlanKind::kEmpty && plan->As<Empty>().one_row) return domain;
    ARROW_ASSIGN_OR_RAISE(domain.plan, Join::Make(plan, domain.plan, JoinType::kInner, {}));
    return domain;
  }
  switch (plan->kind()) {
    case PlanKind::kFilter: return PushFilter(plan);
    case PlanKind::kProjection: return PushProjection(plan, false);
    case PlanKind::kSubqueryAlias: return PushProjection(plan, true);
    case PlanKind::kAggregate: return PushAggregate(plan);
    case PlanKind::kWindow: return PushWindow(plan);
    case PlanKind::kJoin: return PushJoin(plan);
    case PlanKind::kUnion: return PushUnion(plan);
    case PlanKind::kDistinctOn: return PushDistinctOn(plan);
    case PlanKind::kLimit: return PushLimit(plan);
    case PlanKind::kRepartition: return Push(plan->input());
    case PlanKind::kDistinct: {
      ARROW_ASSIGN_OR_RAISE(Unnested unnested, Push(plan->input()));
      ARROW_ASSIGN_OR_RAISE(unnested, Ordered(*plan, std::move(unnested)));
      ARROW_ASSIGN_OR_RAISE(unnested.plan, Distinct::Make(std::move(unnested.plan)));
      return unnested;
    }
    case PlanKind::kSort: {
      const Sort& sort = plan->As<Sort>();
      if (sort.fetch) return TopRows(sort.input(), sort.keys, 0, sort.fetch);
      return Push(sort.input());  // an order inside of a subquery says nothing of the rows around it
    }
    case PlanKind::kUnnest: {
      const logical::Unnest& node = plan->As<logical::Unnest>();
      ARROW_ASSIGN_OR_RAISE(Unnested unnested, Push(node.input()));
      ARROW_ASSIGN_OR_RAISE(unnested, Ordered(*node.input(), std::move(unnested)));
      ARROW_ASSIGN_OR_RAISE(unnested.plan, logical::Unnest::Make(std::move(unnested.plan), node.columns, node.preserve_nulls));
      return unnested;
    }
    default:
      return Error(ErrorKind::kNotImplemented, "a correlated subquery that reads outer columns in or below ", plan->Display());
  }
}

/// `WHERE outer = inner` for every outer column, over an input that reads none of them: the inner columns are the keys.
Result<std::optional<Unnested>> Unnester::FilterByInner(const PlanPtr& plan) {
  const Filter& filter = plan->As<Filter>();
  if (!use_inner_ || Reads(*filter.input())) return std::nullopt;
  std::vector<std::optional<Expr>> inner(columns_.size());
  std::vector<Expr> rest;
  for (const Expr& conjunct : SplitConjuncts(filter.predicate)) {
    bool taken = false;
    if (conjunct.kind() == ExprKind::kBinary && conjunct->as<BinaryOp>() == BinaryOp::kEq) {
      for (const int side : {0, 1}) {
        const auto at = IndexOf(columns_, conjunct.children()[side]);
        const Expr& other = conjunct.children()[1 - side];
        if (!at || inner[*at] || !Contains(other, ExprKind::kColumn) || Contains(other, ExprKind::kOuterColumn) || !Deterministic(other)) {
          continue;
        }
        inner[*at] = other;
        taken = true;
        break;
      }
    }
    if (!taken) rest.push_back(conjunct);
  }
  if (!std::all_of(inner.begin(), inner.end(), [](const auto& expr) { return expr.has_value(); })) return std::nullopt;
  const std::string relation = context_.FreshName("__domain_");
  std::vector<Expr> exprs = AllColumns(*filter.input());
  std::vector<Expr> conjuncts;
  Unnested unnested;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const std::string name = relation + "_" + std::to_string(i);
    exprs.push_back(Named(*inner[i], relation, name));
    unnested.keys.push_back({Column(TableName{"", "", relation}, name), false});
  }
  ARROW_ASSIGN_OR_RAISE(unnested.plan, Projection::Make(filter.input(), std::move(exprs)));
  const Schema& schema = *unnested.plan->schema();
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (schema.field(schema.num_fields() - static_cast<int>(columns_.size() - i)).field->nullable()) {
      conjuncts.push_back(IsNotNull(unnested.keys[i].column));
    }
  }
  for (const Expr& conjunct : rest) {
    ARROW_ASSIGN_OR_RAISE(Expr next, Bind(conjunct, unnested.keys));
    conjuncts.push_back(std::move(next));
  }
  if (!conjuncts.empty()) {
    ARROW_ASSIGN_OR_RAISE(unnested.plan, Filter::Make(std::move(unnested.plan), And(std::move(conjuncts))));
  }
  return unnested;
}

Result<Unnested> Unnester::PushFilter(const PlanPtr& plan) {
  ARROW_ASSIGN_OR_RAISE(std::optional<Unnested> by_inner, FilterByInner(plan));
  if (by_inner) return *std::move(by_inner);
  ARROW_ASSIGN_OR_RAISE(Unnested unnested, Push(plan->input()));
  ARROW_ASSIGN_OR_RAISE(Expr predicate, Bind(plan->As<Filter>().predicate, unnested.keys));
  ARROW_ASSIGN_OR_RAISE(unnested.plan, Filter::Make(std::move(unnested.plan), predicate));
  return unnested;
}

/// A projection; an alias is one too, that gives the input's columns another relation and leaves the keys theirs.
Result<Unnested> Unnester::PushProjection(const PlanPtr& plan, bool alias) {
  ARROW_ASSIGN_OR_RAISE(Unnested unnested, Push(plan->input()));
  std::vector<Expr> exprs;
  if (alias) {
    const Schema& in = *plan->input()->schema();
    for (int i = 0; i < in.num_fields(); ++i) {
      AliasName name;
      name.name = in.field(i).field->name();
      name.relation = plan->schema()->field(i).relation;
      exprs.push_back(MakeExpr(ExprKind::kAlias, {in.column(i)}, std::move(name)));
    }
  } else {
    ARROW_ASSIGN_OR_RAISE(exprs, BindAll(plan->As<Projection>().exprs, unnested.keys));
  }
  for (const DomainKey& key : unnested.keys) exprs.push_back(key.column);
  ARROW_ASSIGN_OR_RAISE(unnested.plan, Projection::Make(std::move(unnested.plan), std::move(exprs)));
  return unnested;
}

Result<Unnested> Unnester::GroupByKeys(const PlanPtr& plan) {
  const Aggregate& aggregate = plan->As<Aggregate>();
  ARROW_ASSIGN_OR_RAISE(Unnested unnested, Push(aggregate.input()));
  ARROW_ASSIGN_OR_RAISE(std::vector<Expr> groups, BindAll(aggregate.groups, unnested.keys));
  ARROW_ASSIGN_OR_RAISE(std::vector<Expr> aggregates, BindAll(aggregate.aggregates, unnested.keys));
  if (groups.size() == 1 && groups[0].kind() == ExprKind::kGroupingSet) {
    // The keys are part of every set.
    const auto& shape = groups[0]->as<GroupingShape>();
    if (shape.kind != GroupingShape::kSets) {
      return Error(ErrorKind::kNotImplemented, "ROLLUP and CUBE in a correlated subquery: write GROUPING SETS");
    }
    GroupingShape next = shape;
    std::vector<Expr> children;
    size_t at = 0;
    for (int& length : next.lengths) {
      for (int i = 0; i < length; ++i) children.push_back(groups[0].children()[at++]);
      for (const DomainKey& key : unnested.keys) children.push_back(key.column);
      length += static_cast<int>(unnested.keys.size());
    }
    groups = {MakeExpr(ExprKind::kGroupingSet, std::move(children), std::move(next))};
  } else {
    for (const DomainKey& key : unnested.keys) groups.push_back(key.column);
  }
  ARROW_ASSIGN_OR_RAISE(unnested.plan, Aggregate::Make(std::move(unnested.plan), std::move(groups), std::move(aggregates)));
  return unnested;
}

Result<Unnested> Unnester::PushAggregate(const PlanPtr& plan) {
  ARROW_ASSIGN_OR_RAISE(Unnested grouped, GroupByKeys(plan));
  const Aggregate& aggregate = plan->As<Aggregate>();
  if (!aggregate.groups.empty()) return grouped;
  // One row for every value of the domain, with the aggregates of no rows where there are none.
  const std::string relation = context_.FreshName("__groups_");
  std::vector<Expr> exprs = AllColumns(*plan);
  std::vector<std::pair<Expr, Expr>> on;
  bool null_safe = false;
  ARROW_ASSIGN_OR_RAISE(Unnested domain, Domain());
  for (size_t i = 0; i < grouped.keys.size(); ++i) {
    const std::string name = relation + "_" + std::to_string(i);
    exprs.push_back(Named(grouped.keys[i].column, relation, name));
    on.emplace_back(domain.keys[i].column, Column(TableName{"", "", relation}, name));
    null_safe |= domain.keys[i].null_safe && grouped.keys[i].null_safe;
  }
  const std::string marker = relation + "_found";
  exprs.push_back(Named(Literal(true), relation, marker));
  ARROW_ASSIGN_OR_RAISE(PlanPtr groups, Projection::Make(std::move(grouped.plan), std::move(exprs)));
  ARROW_ASSIGN_OR_RAISE(domain.plan, Join::Make(domain.plan, groups, JoinType::kLeft, std::move(on), {}, {.nulls_equal = null_safe}));
  const Expr found = IsNotNull(Column(TableName{"", "", relation}, marker));
  std::vector<Expr> outputs;
  for (int i = 0; i < plan->schema()->num_fields(); ++i) {
    const Expr column = plan->schema()->column(i);
    if (!CountsRows(aggregate.aggregates[i])) {
      outputs.push_back(column);
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(auto zero, arrow::MakeScalar(plan->schema()->field(i).field->type(), 0));
    outputs.push_back(KeepName(column, Case({.has_operand = false, .has_else = true}, {found, column, Literal(std::move(zero))})));
  }
  for (const DomainKey& key : domain.keys) outputs.push_back(key.column);
  ARROW_ASSIGN_OR_RAISE(domain.plan, Projection::Make(std::move(domain.plan), std::move(outputs)));
  return domain;
}

Result<Unnested> Unnester::PushWindow(const PlanPtr& plan) {
  const Window& window = plan->As<Window>();
  ARROW_ASSIGN_OR_RAISE(Unnested unnested, Push(window.input()));
  std::vector<Expr> windows;
  for (const Expr& expr : window.windows) {
    ARROW_ASSIGN_OR_RAISE(Expr bound, Bind(expr, unnested.keys));
    WindowCall call = Unalias(bound)->as<WindowCall>();
    for (const DomainKey& key : unnested.keys) call.partition_by.push_back(key.column);
    windows.push_back(KeepName(expr, MakeExpr(ExprKind::kWindow, Unalias(bound).children(), std::move(call))));
  }
  ARROW_ASSIGN_OR_RAISE(unnested.plan, Window::Make(std::move(unnested.plan), std::move(windows)));
  return unnested;
}

/// The rows skip .. skip + fetch of each value of the domain.
Result<Unnested> Unnester::TopRows(const PlanPtr& input, const std::vector<SortKey>& order, int64_t skip, std::optional<int64_t> fetch) {
  if (context_.functions.row_number == nullptr) return Error(ErrorKind::kNotImplemented, "LIMIT in a correlated subquery without the function row_number");
  ARROW_ASSIGN_OR_RAISE(Unnested unnested, Push(input));
  ARROW_ASSIGN_OR_RAISE(unnested, Ordered(*input, std::move(unnested)));
  WindowCall call;
  call.function = context_.functions.row_number;
  call.partition_by = Columns(unnested.keys);
  for (const SortKey& key : order) {
    SortKey next = key;
    ARROW_ASSIGN_OR_RAISE(next.expr, Bind(key.expr, unnested.keys));
    call.order_by.push_back(std::move(next));
  }
  call.frame.units = FrameUnits::kRows;
  call.frame.end.kind = FrameBound::kUnboundedFollowing;
  const std::string relation = context_.FreshName("__rank_");
  const PlanPtr before = unnested.plan;
  ARROW_ASSIGN_OR_RAISE(unnested.plan, Window::Make(before, {Named(MakeExpr(ExprKind::kWindow, {}, std::move(call)), relation, relation)}));
  const Expr rank = Column(TableName{"", "", relation}, relation);
  const auto number = [](int64_t value) { return Literal(std::make_shared<arrow::UInt64Scalar>(static_cast<uint64_t>(value))); };
  std::vector<Expr> conjuncts;
  if (skip > 0) conjuncts.push_back(Binary(BinaryOp::kGt, rank, number(skip)));
  if (fetch) conjuncts.push_back(Binary(BinaryOp::kLtEq, rank, number(skip + *fetch)));
  if (!conjuncts.empty()) {
    ARROW_ASSIGN_OR_RAISE(unnested.plan, Filter::Make(std::move(unnested.plan), And(std::move(conjuncts))));
  }
  ARROW_ASSIGN_OR_RAISE(unnested.plan, Projection::Make(std::move(unnested.plan), AllColumns(*before)));
  return unnested;
}

Result<Unnested> Unnester::PushLimit(const PlanPtr& plan) {
  const Limit& limit = plan->As<Limit>();
  const PlanPtr& input = limit.input();
  // The order is below what only computes columns.
  if (input->kind() == PlanKind::kProjection || input->kind() == PlanKind::kSubqueryAlias) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr below, Limit::Make(input->input(), limit.skip, limit.fetch));
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, input->WithInputs({std::move(below)}));
    return Push(next);
  }
  if (const auto* sort = input->TryAs<Sort>(); sort != nullptr && !sort->fetch) {
    return TopRows(sort->input(), sort->keys, limit.skip, limit.fetch);
  }
  return TopRows(input, {}, limit.skip, limit.fetch);
}

Result<Unnested> Unnester::PushDistinctOn(const PlanPtr& plan) {
  const DistinctOn& node = plan->As<DistinctOn>();
  ARROW_ASSIGN_OR_RAISE(Unnested unnested, Push(node.input()));
  ARROW_ASSIGN_OR_RAISE(std::vector<Expr> on, BindAll(node.on, unnested.keys));
  ARROW_ASSIGN_OR_RAISE(std::vector<Expr> select, BindAll(node.select, unnested.keys));
  std::vector<SortKey> sort;
  for (size_t i = 0; i < node.sort.size(); ++i) {
    SortKey key = node.sort[i];
    ARROW_ASSIGN_OR_RAISE(key.expr, Bind(key.expr, unnested.keys));
    sort.push_back(std::move(key));
    if (i + 1 != on.size()) continue;
    for (const DomainKey& domain : unnested.keys) sort.push_back(SortKey{domain.column});
  }
  for (const DomainKey& key : unnested.keys) {
    on.push_back(key.column);
    select.push_back(key.column);
  }
  ARROW_ASSIGN_OR_RAISE(unnested.plan, DistinctOn::Make(std::move(unnested.plan), std::move(on), std::move(select), std::move(sort)));
  return unnested;
}

Result<Unnested> Unnester::PushUnion(const PlanPtr& plan) {
  const std::string relation = context_.FreshName("__domain_");
  std::vector<PlanPtr> branches;
  std::vector<bool> null_safe(columns_.size(), false);
  for (const PlanPtr& branch : plan->inputs()) {
    ARROW_ASSIGN_OR_RAISE(Unnested unnested, Push(branch));
    const auto fits = [&](const Unnested& candidate) {
      for (size_t i = 0; i < columns_.size(); ++i) {
        const int outer = *outer_->schema()->scope().TryResolve(columns_[i]);
        const auto key = candidate.plan->schema()->scope().TryResolve(candidate.keys[i].column->as<ColumnRef>());
        if (!key || !candidate.plan->schema()->field(*key).field->type()->Equals(*outer_->schema()->field(outer).field->type())) return false;
      }
      return true;
    };
    if (!fits(unnested)) {  // keys of all branches must have one type: the outer columns'
      const bool before = std::exchange(use_inner_, false);
      auto again = Push(branch);
      use_inner_ = before;
      ARROW_ASSIGN_OR_RAISE(unnested, std::move(again));
    }
    std::vector<Expr> exprs;
    for (int i = 0; i < plan->schema()->num_fields(); ++i) exprs.push_back(KeepName(plan->schema()->column(i), branch->schema()->column(i)));
    for (size_t i = 0; i < columns_.size(); ++i) {
      exprs.push_back(Named(unnested.keys[i].column, relation, relation + "_" + std::to_string(i)));
      null_safe[i] = null_safe[i] || unnested.keys[i].null_safe;
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, Projection::Make(std::move(unnested.plan), std::move(exprs)));
    branches.push_back(std::move(next));
  }
  Unnested result;
  ARROW_ASSIGN_OR_RAISE(result.plan, Union::Make(std::move(branches)));
  const Schema& schema = *result.plan->schema();
  for (size_t i = 0; i < columns_.size(); ++i) {
    result.keys.push_back({schema.column(schema.num_fields() - static_cast<int>(columns_.size() - i)), null_safe[i]});
  }
  return result;
}

Result<Unnested> Unnester::PushJoin(const PlanPtr& plan) {
  const Join& join = plan->As<Join>();
  if (join.null_aware && Reads(*join.input(1))) {
    return Error(ErrorKind::kNotImplemented, "a correlated subquery that reads outer columns in ", plan->Display());
  }
  // Keys that read outer columns are conditions like others.
  std::vector<std::pair<Expr, Expr>> on;
  std::vector<Expr> conditions;
  if (join.filter) conditions = SplitConjuncts(*join.filter);
  bool null_aware = join.null_aware;
  for (const auto& [a, b] : join.on) {
    if (Reads(a) || Reads(b)) {
      Expr equal = Binary(join.nulls_equal ? BinaryOp::kIsNotDistinctFrom : BinaryOp::kEq, a, b);
      if (null_aware) equal = MakeExpr(ExprKind::kIsNotFalse, {std::move(equal)});  // NOT IN: what may be equal is enough
      null_aware = false;
      conditions.push_back(std::move(equal));
    } else {
      on.emplace_back(a, b);
    }
  }
  const bool reads_left = Reads(*join.input(0)), reads_right = Reads(*join.input(1));
  const bool from_right = join.type == JoinType::kRight || join.type == JoinType::kRightSemi || join.type == JoinType::kRightAnti;
  const bool full = join.type == JoinType::kFull;
  // The side whose rows all come out must know the values; where it alone reads them, or reads none of them in an inner join, one
  // side is enough.
  bool push_left = reads_left, push_right = reads_right;
  if (full) push_left = push_right = true;
  else if (join.type == JoinType::kInner) push_left |= !push_right;
  else if (from_right) push_right = true;
  else push_left = true;
  std::optional<Unnested> left, right;
  if (push_left) {
    ARROW_ASSIGN_OR_RAISE(left, Push(join.input(0)));
    ARROW_ASSIGN_OR_RAISE(left, Ordered(*join.input(0), *std::move(left)));
  }
  if (push_right) {
    ARROW_ASSIGN_OR_RAISE(right, Push(join.input(1)));
    ARROW_ASSIGN_OR_RAISE(right, Ordered(*join.input(1), *std::move(right)));
  }
  const std::vector<DomainKey>& keys = left && !from_right ? left->keys : right->keys;
  for (Expr& condition : conditions) {
    ARROW_ASSIGN_OR_RAISE(condition, Bind(condition, keys));
  }
  bool nulls_equal = join.nulls_equal;
  if (left && right) {
    bool null_safe = false;
    std::vector<std::pair<Expr, Expr>> all;
    for (size_t i = 0; i < columns_.size(); ++i) {
      all.emplace_back(left->keys[i].column, right->keys[i].column);
      null_safe |= left->keys[i].null_safe && right->keys[i].null_safe;
    }
    if (null_safe && !nulls_equal) {
      for (const auto& [a, b] : on) conditions.push_back(IsNotNull(a));
      nulls_equal = true;
    }
    on.insert(on.begin(), all.begin(), all.end());
  }
  std::optional<Expr> filter;
  if (!conditions.empty()) filter = And(std::move(conditions));
  Unnested result;
  ARROW_ASSIGN_OR_RAISE(result.plan, Join::Make(left ? left->plan : join.input(0), right ? right->plan : join.input(1), join.type,
                                                std::move(on), std::move(filter), {JoinConstraint::kOn, nulls_equal, null_aware}));
  result.keys = keys;
  if (!full) return left && right ? Ordered(*plan, std::move(result)) : Result<Unnested>(result);
  // Either side may have been missing.
  const std::string relation = context_.FreshName("__domain_");
  std::vector<Expr> exprs = AllColumns(*plan);
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Expr &a = left->keys[i].column, &b = right->keys[i].column;
    const std::string name = relation + "_" + std::to_string(i);
    exprs.push_back(Named(Case({.has_operand = false, .has_else = true}, {IsNotNull(a), a, b}), relation, name));
    result.keys[i] = {Column(TableName{"", "", relation}, name), left->keys[i].null_safe || right->keys[i].null_safe};
  }
  ARROW_ASSIGN_OR_RAISE(result.plan, Projection::Make(std::move(result.plan), std::move(exprs)));
  return result;
}

}  // namespace bowstring::optimizer
