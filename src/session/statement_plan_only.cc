// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cctype>
#include <sstream>

#include <bowstring/error.h>

#include "logical/statement.h"
#include "session/sql_catalog.h"
#include "session/statement.h"
#include "sql/ast_print.h"

namespace bowstring {

using arrow::Result;
using logical::Statement;

// Statements that become plans which nobody can run: callers read them, as the peer's do.

namespace {

/// The words as the plan says them; false where the rest of a statement has others.
bool ReadTransactionStart(const std::string& text, std::map<std::string, std::string>* facts) {
  static constexpr std::pair<const char*, const char*> kModes[] = {{"READ ONLY", "ReadOnly"}, {"READ WRITE", "ReadWrite"}};
  static constexpr std::pair<const char*, const char*> kLevels[] = {
      {"ISOLATION LEVEL READ UNCOMMITTED", "ReadUncommitted"}, {"ISOLATION LEVEL READ COMMITTED", "ReadCommitted"},
      {"ISOLATION LEVEL REPEATABLE READ", "RepeatableRead"},   {"ISOLATION LEVEL SERIALIZABLE", "Serializable"},
      {"ISOLATION LEVEL SNAPSHOT", "Snapshot"},
  };
  *facts = {{"access_mode", "ReadWrite"}, {"isolation_level", "Serializable"}};
  std::string_view rest = text;
  const auto take = [&](std::string_view words) {
    if (!rest.starts_with(words)) return false;
    rest.remove_prefix(words.size());
    return rest.empty() || rest.front() == ' ' || rest.front() == ',';
  };
  if (!take("START TRANSACTION")) return false;
  const auto choose = [&](const auto& choices, const char* fact) {
    for (const auto& [words, name] : choices) {
      if (!rest.starts_with(words)) continue;
      (*facts)[fact] = name;
      return take(words);
    }
    return false;
  };
  while (!rest.empty()) {
    if (rest.front() == ' ' || rest.front() == ',') {
      rest.remove_prefix(1);
    } else if (!choose(kModes, "access_mode") && !choose(kLevels, "isolation_level")) {
      return false;
    }
  }
  return true;
}

bool ReadTransactionEnd(const std::string& text, std::map<std::string, std::string>* facts) {
  std::istringstream words(text);
  std::string word;
  words >> word;
  if (word != "COMMIT" && word != "ROLLBACK") return false;
  *facts = {{"conclusion", word == "COMMIT" ? "Commit" : "Rollback"}, {"chain", "false"}};
  std::string rest;
  while (words >> word) rest += (rest.empty() ? "" : " ") + word;
  for (const char* noise : {"TRANSACTION", "WORK"}) {
    if (rest.starts_with(noise)) rest.erase(0, std::string(noise).size());
  }
  if (rest.starts_with(" ")) rest.erase(0, 1);
  if (rest == "AND CHAIN") (*facts)["chain"] = "true";
  return rest.empty() || rest == "AND CHAIN" || rest == "AND NO CHAIN";
}

}  // namespace

Result<PlanPtr> StatementRunner::Transaction(const sql::AstTransaction& transaction) {
  std::string text = transaction.text;
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::map<std::string, std::string> facts;
  const bool start = ReadTransactionStart(text, &facts);
  if (!start && !ReadTransactionEnd(text, &facts)) {
    return Error(ErrorKind::kNotImplemented, "Unsupported SQL statement: ", sql::ToSql(transaction));
  }
  const Statement::Op op = start ? Statement::kTransactionStart : Statement::kTransactionEnd;
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, Statement::Make(op, std::move(facts)));
  if (!allowed_.allow_statements) return Error(ErrorKind::kPlan, "Statement not supported: ", plan->As<Statement>().Name());
  return plan;
}

Result<PlanPtr> StatementRunner::CreateIndex(const sql::AstCreateIndex& create) {
  ARROW_RETURN_NOT_OK(AllowDdl("CreateIndex"));
  ARROW_ASSIGN_OR_RAISE(const TableName table, sql::BindTableName(create.table, options_));
  ARROW_ASSIGN_OR_RAISE(const auto found, Existing(table));
  if (found == nullptr) return Error(ErrorKind::kPlan, "table '", session_->Resolve(table).ToString(), "' not found");
  const auto schema = logical::Schema::From(*found->schema(), std::nullopt);
  const SqlCatalog catalog(*session_);
  std::vector<SortKey> columns;
  for (const sql::AstOrderItem& item : create.columns) {
    ARROW_ASSIGN_OR_RAISE(Expr column, sql::BindExpression(*item.expr, *schema, catalog, options_));
    const bool ascending = item.ascending.value_or(true);
    columns.push_back({std::move(column), ascending, item.nulls_first.value_or(!ascending)});  // as indexes have it, whatever queries do
  }
  std::map<std::string, std::string> facts{{"table", table.ToString()},
                                           {"unique", create.unique ? "true" : "false"},
                                           {"if_not_exists", create.if_not_exists ? "true" : "false"}};
  if (create.name) facts["name"] = sql::BindName(create.name->parts.back(), options_);
  if (!create.method.empty()) facts["using"] = create.method;
  return Statement::Make(Statement::kCreateIndex, std::move(facts), std::move(columns));
}

}  // namespace bowstring
