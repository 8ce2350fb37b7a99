// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/plan.h>

#include "logical/nodes.h"

namespace bowstring {

std::string Plan::Display() const { return node_->Display(); }
std::string Plan::DisplayIndent() const { return node_->DisplayIndent(); }
std::string Plan::DisplayIndentSchema() const { return node_->DisplayIndentSchema(); }
std::string Plan::DisplayGraphviz() const { return node_->DisplayGraphviz(); }

std::vector<Plan> Plan::inputs() const {
  std::vector<Plan> inputs;
  for (const PlanPtr& input : node_->inputs()) inputs.emplace_back(input);
  return inputs;
}

bool Plan::Equals(const Plan& other) const { return node_->Equals(*other.node_); }
std::shared_ptr<arrow::Schema> Plan::schema() const { return node_->schema()->arrow(); }

std::vector<Expr> Plan::columns() const {
  std::vector<Expr> columns;
  for (int i = 0; i < node_->schema()->num_fields(); ++i) columns.push_back(node_->schema()->column(i));
  return columns;
}

std::string Plan::variant() const {
  switch (node_->kind()) {
    case PlanKind::kScan: return "TableScan";
    case PlanKind::kProjection: return "Projection";
    case PlanKind::kFilter: return "Filter";
    case PlanKind::kLimit: return "Limit";
    case PlanKind::kSort: return "Sort";
    case PlanKind::kAggregate: return "Aggregate";
    case PlanKind::kJoin: return "Join";
    case PlanKind::kUnion: return "Union";
    case PlanKind::kDistinct:
    case PlanKind::kDistinctOn: return "Distinct";
    case PlanKind::kWindow: return "Window";
    case PlanKind::kValues: return "Values";
    case PlanKind::kEmpty: return "EmptyRelation";
    case PlanKind::kSubqueryAlias: return "SubqueryAlias";
    case PlanKind::kUnnest: return "Unnest";
    case PlanKind::kRepartition: return "Repartition";
    case PlanKind::kRecursiveQuery: return "RecursiveQuery";
    case PlanKind::kWorkTable: return "TableScan";
    case PlanKind::kExplain: return node_->As<logical::Explain>().options.analyze ? "Analyze" : "Explain";
    case PlanKind::kDescribe: return "DescribeTable";
    case PlanKind::kStatement: return node_->As<logical::Statement>().Name();
    case PlanKind::kDml: return node_->As<logical::Dml>().op == logical::Dml::kCopy ? "CopyTo" : "DmlStatement";
  }
  return "";
}

std::vector<Expr> Plan::expressions() const { return node_->Expressions(); }

std::vector<Expr> Plan::group_exprs() const {
  const auto* aggregate = node_->TryAs<logical::Aggregate>();
  return aggregate ? aggregate->groups : std::vector<Expr>();
}

std::vector<Expr> Plan::aggregate_exprs() const {
  const auto* aggregate = node_->TryAs<logical::Aggregate>();
  return aggregate ? aggregate->aggregates : std::vector<Expr>();
}

std::vector<SortKey> Plan::sort_keys() const {
  const auto* sort = node_->TryAs<logical::Sort>();
  if (const auto* statement = node_->TryAs<logical::Statement>()) return statement->columns;
  return sort ? sort->keys : std::vector<SortKey>();
}

std::optional<int64_t> Plan::skip() const {
  const auto* limit = node_->TryAs<logical::Limit>();
  return limit ? std::optional<int64_t>(limit->skip) : std::nullopt;
}

std::optional<int64_t> Plan::fetch() const {
  if (const auto* limit = node_->TryAs<logical::Limit>()) return limit->fetch;
  if (const auto* sort = node_->TryAs<logical::Sort>()) return sort->fetch;
  if (const auto* scan = node_->TryAs<logical::Scan>()) return scan->fetch;
  return std::nullopt;
}

std::string Plan::name() const {
  if (const auto* scan = node_->TryAs<logical::Scan>()) return scan->table.ToString();
  if (const auto* alias = node_->TryAs<logical::SubqueryAlias>()) return alias->alias.ToString();
  if (const auto* query = node_->TryAs<logical::RecursiveQuery>()) return query->name;
  if (const auto* dml = node_->TryAs<logical::Dml>()) return dml->op == logical::Dml::kCopy ? dml->target.path : dml->table.ToString();
  return "";
}

std::map<std::string, std::string> Plan::facts() const {
  if (const auto* statement = node_->TryAs<logical::Statement>()) return statement->facts;
  if (const auto* explain = node_->TryAs<logical::Explain>()) return {{"verbose", explain->options.verbose ? "true" : "false"}};
  return {};
}

std::vector<std::pair<int, std::string>> Plan::scan_columns() const {
  std::vector<std::pair<int, std::string>> columns;
  if (const auto* scan = node_->TryAs<logical::Scan>()) {
    for (int column : scan->Columns()) columns.emplace_back(column, scan->source->schema()->field(column)->name());
  }
  return columns;
}

std::string Plan::join_type() const {
  const auto* join = node_->TryAs<logical::Join>();
  return join ? std::string(logical::ToString(join->type)) : "";
}

std::string Plan::join_constraint() const {
  const auto* join = node_->TryAs<logical::Join>();
  return !join ? "" : join->constraint == logical::JoinConstraint::kUsing ? "Using" : "On";
}

std::vector<std::pair<Expr, Expr>> Plan::join_on() const {
  const auto* join = node_->TryAs<logical::Join>();
  return join ? join->on : std::vector<std::pair<Expr, Expr>>();
}

std::optional<Expr> Plan::join_filter() const {
  const auto* join = node_->TryAs<logical::Join>();
  return join ? join->filter : std::nullopt;
}

}  // namespace bowstring
