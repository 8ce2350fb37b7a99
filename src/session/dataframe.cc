// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/dataframe.h>

#include <algorithm>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/scope.h"
#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"
#include "session/state.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

Result<logical::JoinType> ParseJoinType(std::string_view how) {
  using logical::JoinType;
  if (how == "inner") return JoinType::kInner;
  if (how == "left") return JoinType::kLeft;
  if (how == "right") return JoinType::kRight;
  if (how == "full") return JoinType::kFull;
  if (how == "semi") return JoinType::kLeftSemi;
  if (how == "anti") return JoinType::kLeftAnti;
  return Error(ErrorKind::kPlan, "The join type ", how, " does not exist or is not implemented");
}

std::vector<Expr> Columns(const std::vector<std::string>& names) {
  std::vector<Expr> columns;
  for (const std::string& name : names) columns.push_back(Col(name));
  return columns;
}

Result<PlanPtr> MaybeDistinct(Result<PlanPtr> plan, bool distinct) {
  ARROW_RETURN_NOT_OK(plan.status());
  return distinct ? logical::SelectDistinct(*std::move(plan)) : plan;
}

}  // namespace

DataFrame::DataFrame(std::shared_ptr<SessionState> session, std::shared_ptr<const LogicalPlan> plan)
    : session_(std::move(session)), plan_(std::move(plan)) {}

Result<DataFrame> DataFrame::With(Result<std::shared_ptr<const LogicalPlan>> plan) const {
  ARROW_RETURN_NOT_OK(plan.status());
  return DataFrame(session_, *std::move(plan));
}

std::shared_ptr<arrow::Schema> DataFrame::schema() const { return plan_->schema()->arrow(); }

Result<Plan> DataFrame::OptimizedLogicalPlan() const {
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, optimizer::Optimize(plan_, session_->optimizer_options()));
  return Plan(std::move(plan));
}

Result<Expr> DataFrame::column(const std::string& name) const {
  const auto at = plan_->schema()->scope().Resolve(ColumnRef{std::nullopt, name});
  if (!at.ok()) return Error(ErrorKind::kPlan, "Column '", name, "' not found\n", at.status().message());
  return plan_->schema()->column(*at);
}

Result<std::vector<Expr>> DataFrame::FindQualifiedColumns(const std::vector<std::string>& names) const {
  std::vector<Expr> columns;
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(Expr next, column(name));
    columns.push_back(std::move(next));
  }
  return columns;
}

Result<DataFrame> DataFrame::Select(std::vector<Expr> exprs) const { return With(logical::Select(plan_, std::move(exprs))); }

Result<DataFrame> DataFrame::Select(const std::vector<std::string>& columns) const { return Select(Columns(columns)); }

Result<DataFrame> DataFrame::SelectExprs(const std::vector<std::string>& sql) const {
  std::vector<Expr> exprs;
  for (const std::string& text : sql) {
    ARROW_ASSIGN_OR_RAISE(Expr expr, ParseSqlExpr(text));
    exprs.push_back(std::move(expr));
  }
  return Select(std::move(exprs));
}

Result<DataFrame> DataFrame::Filter(const std::vector<Expr>& predicates) const {
  PlanPtr plan = plan_;
  for (const Expr& predicate : predicates) {
    ARROW_ASSIGN_OR_RAISE(plan, logical::Where(std::move(plan), predicate));
  }
  return With(std::move(plan));
}

Result<DataFrame> DataFrame::Filter(const Expr& predicate) const { return With(logical::Where(plan_, predicate)); }

Result<DataFrame> DataFrame::Filter(std::string_view sql) const {
  ARROW_ASSIGN_OR_RAISE(const Expr predicate, ParseSqlExpr(sql));
  return Filter(predicate);
}

Result<DataFrame> DataFrame::WithColumn(const std::string& name, const Expr& expr) const {
  return With(logical::WithColumns(plan_, {{name, expr}}));
}

Result<DataFrame> DataFrame::WithColumns(const std::vector<Expr>& exprs) const {
  std::vector<std::pair<std::string, Expr>> columns;
  for (const Expr& expr : exprs) columns.emplace_back(OutputName(expr).second, expr);
  return With(logical::WithColumns(plan_, std::move(columns)));
}

Result<DataFrame> DataFrame::WithColumnRenamed(const std::string& old_name, const std::string& new_name) const {
  return With(logical::RenameColumn(plan_, Col(old_name), new_name));
}

Result<DataFrame> DataFrame::Drop(const std::vector<std::string>& columns) const {
  return With(logical::DropColumns(plan_, Columns(columns)));
}

Result<DataFrame> DataFrame::Cast(const std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>>& types) const {
  std::vector<std::pair<std::string, Expr>> columns;
  for (const auto& [name, type] : types) {
    ARROW_ASSIGN_OR_RAISE(const int at, plan_->schema()->scope().Resolve(Col(name)->as<ColumnRef>()));
    columns.emplace_back(plan_->schema()->field(at).field->name(), bowstring::Cast(plan_->schema()->column(at), type));
  }
  return With(logical::WithColumns(plan_, std::move(columns)));
}

Result<DataFrame> DataFrame::Aggregate(std::vector<Expr> groups, std::vector<Expr> aggregates) const {
  return With(logical::GroupBy(plan_, std::move(groups), std::move(aggregates)));
}

Result<DataFrame> DataFrame::Window(const std::vector<Expr>& windows) const { return With(logical::AddWindows(plan_, windows)); }

Result<DataFrame> DataFrame::Sort(std::vector<SortKey> keys) const { return With(logical::OrderBy(plan_, std::move(keys))); }

Result<DataFrame> DataFrame::Limit(int64_t count, int64_t offset) const { return With(logical::Take(plan_, offset, count)); }

Result<DataFrame> DataFrame::Tail(int64_t n) const {
  if (n < 0) return Error(ErrorKind::kPlan, "LIMIT must be >= 0, '", n, "' was provided");
  ARROW_ASSIGN_OR_RAISE(const int64_t rows, Count());
  return Limit(n, std::max<int64_t>(rows - n, 0));
}

Result<DataFrame> DataFrame::Distinct() const { return With(logical::SelectDistinct(plan_)); }

Result<DataFrame> DataFrame::DistinctOn(std::vector<Expr> on, std::vector<Expr> select, std::vector<SortKey> sort) const {
  return With(logical::SelectDistinctOn(plan_, std::move(on), std::move(select), std::move(sort)));
}

Result<DataFrame> DataFrame::Union(const DataFrame& other, bool distinct) const {
  return With(MaybeDistinct(logical::UnionAll({plan_, other.plan_}), distinct));
}

Result<DataFrame> DataFrame::UnionByName(const DataFrame& other, bool distinct) const {
  return With(MaybeDistinct(logical::UnionByName(plan_, other.plan_), distinct));
}

Result<DataFrame> DataFrame::Intersect(const DataFrame& other, bool distinct) const {
  return With(logical::Intersect(plan_, other.plan_, distinct));
}

Result<DataFrame> DataFrame::ExceptAll(const DataFrame& other, bool distinct) const {
  return With(logical::Except(plan_, other.plan_, distinct));
}

Result<DataFrame> DataFrame::Join(const DataFrame& right, const std::vector<std::string>& left_on,
                                  const std::vector<std::string>& right_on, std::string_view how,
                                  bool coalesce_duplicate_keys) const {
  ARROW_ASSIGN_OR_RAISE(const logical::JoinType type, ParseJoinType(how));
  return With(logical::JoinOnKeys(plan_, right.plan_, type, Columns(left_on), Columns(right_on), coalesce_duplicate_keys));
}

Result<DataFrame> DataFrame::JoinOn(const DataFrame& right, const std::vector<Expr>& conditions, std::string_view how) const {
  ARROW_ASSIGN_OR_RAISE(const logical::JoinType type, ParseJoinType(how));
  return With(logical::JoinFiltered(plan_, right.plan_, type, conditions));
}

Result<DataFrame> DataFrame::UnnestColumns(const std::vector<UnnestSpec>& columns, bool preserve_nulls) const {
  std::vector<logical::UnnestColumn> specs;
  for (const UnnestSpec& spec : columns) specs.push_back({Col(spec.column), spec.name, spec.depth});
  return With(logical::UnnestColumns(plan_, specs, preserve_nulls));
}

Result<DataFrame> DataFrame::Repartition(int partitions) const { return With(logical::RepartitionBy(plan_, partitions, {})); }

Result<DataFrame> DataFrame::RepartitionByHash(const std::vector<Expr>& exprs, int partitions) const {
  return With(logical::RepartitionBy(plan_, partitions, exprs));
}

Result<DataFrame> DataFrame::Alias(const std::string& name) const {
  return With(logical::AliasPlan(plan_, TableName{"", "", name}));
}

Result<DataFrame> DataFrame::Explain(const ExplainOptions& options) const {
  logical::Explain::Options shape{options.verbose, options.analyze, logical::ExplainFormat::kIndent};
  std::string format = options.format.empty() ? session_->config().GetText("datafusion.explain.format") : options.format;
  std::transform(format.begin(), format.end(), format.begin(), [](unsigned char c) { return std::tolower(c); });
  ARROW_ASSIGN_OR_RAISE(shape.format, logical::ParseExplainFormat(format));
  return With(logical::Explain::Make(plan_, shape));
}

std::shared_ptr<const Table> DataFrame::IntoView(bool temporary) const { return Table::View(plan_, temporary); }

}  // namespace bowstring
