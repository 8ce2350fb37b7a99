// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "logical/nodes.h"
#include "session/sql_catalog.h"
#include "session/statement.h"
#include "sql/ast_print.h"

namespace bowstring {

using arrow::Result;

// UPDATE and DELETE as queries: all rows of the table as they are to be, and a last column that tells which are meant. The statement's
// run (dml.cc) counts these, and puts the rows in the table's place.

Result<PlanPtr> StatementRunner::ChangedTable(const sql::AstFrom& from, const sql::AstStatement& statement, TableName* name) {
  if (!from.joins.empty() || from.table.kind != sql::TableKind::kName) {
    return Error(ErrorKind::kNotImplemented, "Unsupported SQL statement: ", sql::ToSql(statement));
  }
  ARROW_ASSIGN_OR_RAISE(*name, sql::BindTableName(from.table.name, options_));
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, session_->PlanTable(*name));
  if (plan == nullptr) return Error(ErrorKind::kPlan, "table '", session_->Resolve(*name).ToString(), "' not found");
  if (!from.table.alias) return plan;
  return logical::AliasPlan(std::move(plan), TableName{"", "", sql::BindName(from.table.alias->name, options_)});
}

Result<PlanPtr> StatementRunner::Change(PlanPtr plan, const sql::AstExpr* where, std::vector<std::pair<int, Expr>> values,
                                        logical::Dml::Op op, TableName name) {
  const logical::Schema& schema = *plan->schema();
  Expr meant = Literal(true);
  if (where != nullptr) {
    ARROW_ASSIGN_OR_RAISE(meant, sql::BindExpression(*where, schema, SqlCatalog(*session_), options_));
    meant = MakeExpr(ExprKind::kIsTrue, {std::move(meant)});
  }
  constexpr const char* kMeant = "__meant";
  std::vector<Expr> exprs = logical::AllColumns(*plan);
  exprs.push_back(meant.Alias(kMeant));
  ARROW_ASSIGN_OR_RAISE(plan, logical::Select(std::move(plan), std::move(exprs)));
  std::vector<Expr> columns;
  const logical::Schema& marked = *plan->schema();
  for (int i = 0; i + 1 < marked.num_fields(); ++i) {
    Expr column = marked.column(i);
    for (auto& [at, value] : values) {
      if (at != i) continue;
      column = Case({.has_operand = false, .has_else = true}, {Column(kMeant), Cast(std::move(value), marked.field(i).field->type()), column});
    }
    columns.push_back(column.Alias(marked.field(i).field->name()));
  }
  columns.push_back(Column(kMeant));
  ARROW_ASSIGN_OR_RAISE(plan, logical::Select(std::move(plan), std::move(columns)));
  return logical::Dml::Write(std::move(plan), op, std::move(name));
}

Result<PlanPtr> StatementRunner::Update(const sql::AstUpdate& update) {
  if (!allowed_.allow_dml) return Error(ErrorKind::kPlan, "DML not supported: Update");
  if (!update.from.empty() || !update.returning.empty()) {
    return Error(ErrorKind::kNotImplemented, "Unsupported SQL statement: ", sql::ToSql(update));
  }
  TableName name;
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, ChangedTable(update.table, update, &name));
  std::vector<std::pair<int, Expr>> values;
  for (const sql::AstAssignment& assignment : update.assignments) {
    if (assignment.targets.size() != 1) return Error(ErrorKind::kPlan, "Tuples are not supported");
    const std::string column = sql::BindName(assignment.targets[0].parts.back(), options_);
    const std::vector<int> at = plan->schema()->FindAll(column);
    if (at.empty()) return plan->schema()->scope().Resolve(ColumnRef{std::nullopt, column}).status();
    const bool twice = std::any_of(values.begin(), values.end(), [&](const auto& other) { return other.first == at[0]; });
    if (twice) return Error(ErrorKind::kPlan, "column '", column, "' is set twice");
    ARROW_ASSIGN_OR_RAISE(Expr value, sql::BindExpression(*assignment.value, *plan->schema(), SqlCatalog(*session_), options_));
    values.emplace_back(at[0], std::move(value));
  }
  return Change(std::move(plan), update.where.get(), std::move(values), logical::Dml::kUpdate, std::move(name));
}

Result<PlanPtr> StatementRunner::Delete(const sql::AstDelete& statement) {
  if (!allowed_.allow_dml) return Error(ErrorKind::kPlan, "DML not supported: Delete");
  if (!statement.using_tables.empty() || !statement.returning.empty()) {
    return Error(ErrorKind::kNotImplemented, "Unsupported SQL statement: ", sql::ToSql(statement));
  }
  TableName name;
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, ChangedTable(statement.table, statement, &name));
  return Change(std::move(plan), statement.where.get(), {}, logical::Dml::kDelete, std::move(name));
}

}  // namespace bowstring
