// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/session.h>

#include <arrow/scalar.h>

#include <bowstring/error.h>

#include "session/sql_catalog.h"
#include "session/statement.h"
#include "sql/parser.h"
#include "sql/sql_error.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

Result<DataFrame> SessionContext::Sql(std::string_view text, const SQLOptions& options, const Parameters& parameters) const {
  ARROW_ASSIGN_OR_RAISE(auto statements, sql::ParseStatements(text));
  if (statements.empty()) return Error(ErrorKind::kPlan, "No SQL statements were provided in the query string");
  if (statements.size() > 1) {
    return Error(ErrorKind::kNotImplemented, "The context currently only supports a single SQL statement");
  }
  sql::BindOptions bind = BindOptionsOf(*state_);
  if (!parameters.empty()) bind.parameters = parameters;
  std::optional<sql::SourceSpan> error_span;
  bind.error_span = &error_span;
  StatementRunner runner(state_, options, std::move(bind));
  const std::shared_ptr<const sql::AstStatement> statement = std::move(statements[0]);
  Result<PlanPtr> plan = statement->kind == sql::StatementKind::kPrepare ? runner.Prepare(statement) : runner.Run(*statement);
  if (plan.ok()) return DataFrame(state_, *std::move(plan));
  const Status& status = plan.status();
  const ErrorKind kind = KindOf(status);
  const bool located = error_span && error_span->end <= text.size() &&
                       (kind == ErrorKind::kPlan || kind == ErrorKind::kSchema || kind == ErrorKind::kNotImplemented);
  if (!located) return status;
  const sql::SourcePosition position = sql::PositionOf(text, error_span->begin);
  return Error(kind, status.message(), "\nLine: ", position.line, ", Column: ", position.column, "\n", sql::RenderCaret(text, *error_span));
}

Result<Expr> SessionContext::ParseSqlExpr(std::string_view text, const arrow::Schema& schema) const {
  ARROW_ASSIGN_OR_RAISE(const sql::AliasedExpr parsed, sql::ParseAliasedExpression(text));
  const sql::BindOptions options = BindOptionsOf(*state_);
  const auto columns = logical::Schema::From(schema, std::nullopt);
  ARROW_ASSIGN_OR_RAISE(Expr expr, sql::BindExpression(*parsed.expr, *columns, SqlCatalog(*state_), options));
  return parsed.alias ? expr.Alias(sql::BindName(*parsed.alias, options)) : expr;
}

Result<Expr> DataFrame::ParseSqlExpr(std::string_view text) const {
  ARROW_ASSIGN_OR_RAISE(const sql::AliasedExpr parsed, sql::ParseAliasedExpression(text));
  const sql::BindOptions options = BindOptionsOf(*session_);
  ARROW_ASSIGN_OR_RAISE(Expr expr, sql::BindExpression(*parsed.expr, *plan_->schema(), SqlCatalog(*session_), options));
  return parsed.alias ? expr.Alias(sql::BindName(*parsed.alias, options)) : expr;
}

}  // namespace bowstring
