// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// A SELECT is gathered from the top of a plan down: LIMIT, ORDER BY, DISTINCT, the projection, HAVING, windows, GROUP BY, WHERE. What comes in
// another order is a query of its own in FROM.

#include "sql/unparse.h"

#include <algorithm>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "logical/nodes.h"

namespace bowstring::sql {

using arrow::Result;

namespace {

const char* JoinWords(logical::JoinType type) {
  using logical::JoinType;
  switch (type) {
    case JoinType::kInner: return "INNER JOIN";
    case JoinType::kLeft: return "LEFT OUTER JOIN";
    case JoinType::kRight: return "RIGHT OUTER JOIN";
    case JoinType::kFull: return "FULL OUTER JOIN";
    case JoinType::kLeftSemi: return "LEFT SEMI JOIN";
    case JoinType::kRightSemi: return "RIGHT SEMI JOIN";
    case JoinType::kLeftAnti: return "LEFT ANTI JOIN";
    case JoinType::kRightAnti: return "RIGHT ANTI JOIN";
  }
  return "";
}

}  // namespace

Result<std::string> Unparser::Query(const LogicalPlan& plan) {
  const bool distinct = plan.kind() == PlanKind::kDistinct && plan.input()->kind() == PlanKind::kUnion;
  if (const LogicalPlan& both = distinct ? *plan.input() : plan; both.kind() == PlanKind::kUnion) {
    std::string text;
    for (const PlanPtr& input : both.inputs()) {
      ARROW_ASSIGN_OR_RAISE(std::string one, Query(*input));
      if (input->kind() == PlanKind::kLimit || input->kind() == PlanKind::kSort) one = "(" + one + ")";
      text += (text.empty() ? "" : distinct ? " UNION " : " UNION ALL ") + one;
    }
    return text;
  }
  if (const auto* values = plan.TryAs<logical::Values>()) {
    std::string text = "VALUES ";
    for (size_t i = 0; i < values->rows.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const std::string row, List(values->rows[i], {}));
      text += (i > 0 ? ", (" : "(") + row + ")";
    }
    return text;
  }
  return Select(plan);
}

Result<std::string> Unparser::Select(const LogicalPlan& top) {
  const LogicalPlan* plan = &top;
  const auto below = [&] { plan = plan->input().get(); };
  const logical::Limit* limit = nullptr;
  const logical::Sort* sort = nullptr;
  bool distinct = false;
  std::string distinct_on;
  const std::vector<Expr>* items = nullptr;
  std::vector<Expr> having, where;
  Computed computed;
  const logical::Aggregate* aggregate = nullptr;

  if ((limit = plan->TryAs<logical::Limit>()) != nullptr) below();
  if ((sort = plan->TryAs<logical::Sort>()) != nullptr) below();
  if (plan->kind() == PlanKind::kDistinct) {
    distinct = true;
    below();
  }
  const logical::DistinctOn* first_of = nullptr;
  if (!distinct && (first_of = plan->TryAs<logical::DistinctOn>()) != nullptr) {
    items = &first_of->select;
    below();
  } else if (const auto* projection = plan->TryAs<logical::Projection>()) {
    items = &projection->exprs;
    below();
    // ORDER BY of columns that the projection leaves out stands below it.
    if (!distinct && limit == nullptr && sort == nullptr && (limit = plan->TryAs<logical::Limit>()) != nullptr) below();
    if (!distinct && sort == nullptr && (sort = plan->TryAs<logical::Sort>()) != nullptr) below();
    const auto* wider = plan->TryAs<logical::Projection>();
    if (wider != nullptr && std::all_of(wider->exprs.begin(), wider->exprs.end(), [](const Expr& e) { return e.kind() == ExprKind::kColumn; })) {
      below();
    }
  }
  // Windows and groups have names that the projection uses; without one their columns are the answer.
  const LogicalPlan* start = plan;
  std::vector<Expr> above;
  while (const auto* filter = plan->TryAs<logical::Filter>()) {
    above.push_back(filter->predicate);
    below();
  }
  bool windows = false;
  while (const auto* window = plan->TryAs<logical::Window>()) {
    windows = true;
    for (const Expr& expr : window->windows) computed.emplace(OutputName(expr).second, expr);
    below();
  }
  if ((aggregate = plan->TryAs<logical::Aggregate>()) != nullptr) {
    for (const Expr& expr : aggregate->aggregates) computed.emplace(OutputName(expr).second, expr);
    below();
  }
  std::vector<Expr> columns;
  if (items == nullptr && (windows || aggregate != nullptr)) {
    columns = logical::AllColumns(*start);
    items = &columns;
  }
  if (windows && !above.empty()) return Error(ErrorKind::kNotImplemented, "a filter of window functions (QUALIFY) as SQL");
  if (aggregate != nullptr) {
    having = std::move(above);
    while (const auto* filter = plan->TryAs<logical::Filter>()) {
      where.push_back(filter->predicate);
      below();
    }
  } else {
    where = std::move(above);
  }
  if (const auto* scan = plan->TryAs<logical::Scan>()) {
    where.insert(where.end(), scan->filters.begin(), scan->filters.end());
    if (scan->projection && items == nullptr) {
      columns = logical::AllColumns(*plan);
      items = &columns;
    }
  }

  std::string text = "SELECT ";
  if (distinct) text += "DISTINCT ";
  if (first_of != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const std::string keys, List(first_of->on, computed));
    text += "DISTINCT ON (" + keys + ") ";
  }
  if (items == nullptr) {
    text += "*";
  } else {
    std::string list;
    for (const Expr& item : *items) {
      ARROW_ASSIGN_OR_RAISE(const std::string one, Item(item, computed));
      list += (list.empty() ? "" : ", ") + one;
    }
    text += list;
  }
  const auto* empty = plan->TryAs<logical::Empty>();
  if (empty == nullptr || !empty->one_row) {
    ARROW_ASSIGN_OR_RAISE(const std::string from, Relation(*plan));
    text += " FROM " + from;
  }
  if (!where.empty()) {
    ARROW_ASSIGN_OR_RAISE(const std::string condition, Flat(And(where), computed));
    text += " WHERE " + condition;
  }
  if (aggregate != nullptr && !aggregate->groups.empty()) {
    ARROW_ASSIGN_OR_RAISE(const std::string keys, List(aggregate->groups, {}));
    text += " GROUP BY " + keys;
  }
  if (!having.empty()) {
    ARROW_ASSIGN_OR_RAISE(const std::string condition, Flat(And(having), computed));
    text += " HAVING " + condition;
  }
  int64_t fetch = limit != nullptr ? limit->fetch.value_or(-1) : -1;
  const std::vector<SortKey>* keys = sort != nullptr ? &sort->keys : first_of != nullptr && !first_of->sort.empty() ? &first_of->sort : nullptr;
  if (keys != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const std::string order, Keys(*keys, computed));
    text += " ORDER BY " + order;
    if (sort != nullptr && fetch < 0) fetch = sort->fetch.value_or(-1);
  }
  if (fetch >= 0) text += " LIMIT " + std::to_string(fetch);
  if (limit != nullptr && limit->skip > 0) text += " OFFSET " + std::to_string(limit->skip);
  return text;
}

Result<std::string> Unparser::Relation(const LogicalPlan& plan) {
  switch (plan.kind()) {
    case PlanKind::kScan:
      return Name(plan.As<logical::Scan>().table);
    case PlanKind::kSubqueryAlias: {
      const LogicalPlan& input = *plan.input();
      const std::string alias = Name(plan.As<logical::SubqueryAlias>().alias);
      const auto* scan = input.TryAs<logical::Scan>();
      if (scan != nullptr && scan->filters.empty() && !scan->fetch) return Name(scan->table) + " AS " + alias;
      ARROW_ASSIGN_OR_RAISE(const std::string query, Query(input));
      return "(" + query + ") AS " + alias;
    }
    case PlanKind::kJoin:
      return JoinText(plan);
    case PlanKind::kRepartition:
      return Relation(*plan.input());
    case PlanKind::kUnnest:
    case PlanKind::kExplain:
    case PlanKind::kDescribe:
    case PlanKind::kStatement:
    case PlanKind::kDml:
      return Error(ErrorKind::kNotImplemented, plan.Display(), " as SQL");
    default: {
      ARROW_ASSIGN_OR_RAISE(const std::string query, Query(plan));
      return "(" + query + ") AS " + Name("derived_" + std::to_string(++derived_));
    }
  }
}

Result<std::string> Unparser::JoinText(const LogicalPlan& plan) {
  const auto& join = plan.As<logical::Join>();
  ARROW_ASSIGN_OR_RAISE(const std::string left, Relation(*plan.input(0)));
  ARROW_ASSIGN_OR_RAISE(std::string right, Relation(*plan.input(1)));
  if (plan.input(1)->kind() == PlanKind::kJoin) right = "(" + right + ")";
  if (join.cross()) return left + " CROSS JOIN " + right;
  std::vector<Expr> conditions;
  for (const auto& [a, b] : join.on) {
    conditions.push_back(bowstring::Binary(join.nulls_equal ? BinaryOp::kIsNotDistinctFrom : BinaryOp::kEq, a, b));
  }
  if (join.filter) conditions.push_back(*join.filter);
  ARROW_ASSIGN_OR_RAISE(std::string on, Flat(And(conditions), {}));
  return left + " " + JoinWords(join.type) + " " + right + " ON " + on;
}

Result<std::string> Unparser::Item(const Expr& expr, const Computed& computed) {
  ARROW_ASSIGN_OR_RAISE(std::string text, Flat(expr, computed));
  if (expr.kind() == ExprKind::kColumn) {  // of a group or window that has got a name of its own
    const auto found = computed.find(OutputName(expr).second);
    if (found != computed.end() && found->second.kind() == ExprKind::kAlias) return text + " AS " + Name(found->first);
  }
  return expr.kind() == ExprKind::kAlias ? text + " AS " + Name(expr->as<AliasName>().name) : text;
}

Result<std::string> Unparser::Keys(const std::vector<SortKey>& keys, const Computed& computed) {
  std::string text;
  for (const SortKey& key : keys) {
    ARROW_ASSIGN_OR_RAISE(const std::string one, Flat(key.expr, computed));
    text += (text.empty() ? "" : ", ") + one + (key.ascending ? " ASC" : " DESC");
    if (options_.dialect != SqlDialect::kMySql) text += key.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  }
  return text;
}

Result<std::string> Unparser::List(const std::vector<Expr>& exprs, const Computed& computed) {
  std::string text;
  for (const Expr& expr : exprs) {
    ARROW_ASSIGN_OR_RAISE(const std::string one, Flat(expr, computed));
    text += (text.empty() ? "" : ", ") + one;
  }
  return text;
}

}  // namespace bowstring::sql

namespace bowstring {

arrow::Result<std::string> ToSql(const Plan& plan, const UnparseOptions& options) { return sql::Unparser(options).Query(*plan.node()); }
arrow::Result<std::string> ToSql(const Expr& expr, const UnparseOptions& options) { return sql::Unparser(options).Text(expr); }

}  // namespace bowstring
