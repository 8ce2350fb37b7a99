// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include <bowstring/dataframe.h>
#include <bowstring/options.h>

#include "logical/dml.h"
#include "session/state.h"
#include "sql/ast.h"
#include "sql/bind.h"

namespace bowstring {

/// The option that SET, RESET and SHOW mean: lower case, with the name of the time zone's.
std::string VariableName(const sql::ObjectName& name);

/// Carries out, or plans, one statement: queries, EXPLAIN, DESCRIBE, INSERT and COPY become lazy plans, all else acts now and answers a
/// plan without rows.
class StatementRunner {
 public:
  StatementRunner(std::shared_ptr<SessionState> session, const SQLOptions& allowed, sql::BindOptions options);

  arrow::Result<PlanPtr> Run(const sql::AstStatement& statement);
  /// PREPARE: the session keeps the statement.
  arrow::Result<PlanPtr> Prepare(std::shared_ptr<const sql::AstStatement> statement);

 private:
  arrow::Result<PlanPtr> Query(const sql::AstQuery& query);
  /// The same for rows that are to have these types: VALUES are cast one by one.
  arrow::Result<PlanPtr> QueryFor(const sql::AstQuery& query, std::vector<std::shared_ptr<arrow::DataType>> types);
  arrow::Result<PlanPtr> Explain(const sql::AstExplain& explain);
  arrow::Result<PlanPtr> Describe(const sql::AstDescribe& describe);
  arrow::Result<PlanPtr> CreateTable(const sql::AstCreateTable& create);
  arrow::Result<PlanPtr> CreateExternalTable(const sql::AstCreateTable& create);
  arrow::Result<PlanPtr> CreateView(const sql::AstCreateView& create);
  arrow::Result<PlanPtr> CreateSchema(const sql::AstCreateSchema& create);
  arrow::Result<PlanPtr> Drop(const sql::AstDrop& drop);
  arrow::Result<PlanPtr> Set(const sql::AstSet& set);
  arrow::Result<PlanPtr> Show(const sql::AstShow& show);
  arrow::Result<PlanPtr> Insert(const sql::AstInsert& insert);
  arrow::Result<PlanPtr> Copy(const sql::AstCopy& copy);
  arrow::Result<PlanPtr> Update(const sql::AstUpdate& update);
  arrow::Result<PlanPtr> Delete(const sql::AstDelete& statement);
  arrow::Result<PlanPtr> ChangedTable(const sql::AstFrom& from, const sql::AstStatement& statement, TableName* name);
  arrow::Result<PlanPtr> Change(PlanPtr plan, const sql::AstExpr* where, std::vector<std::pair<int, Expr>> values, logical::Dml::Op op,
                                TableName name);
  arrow::Result<PlanPtr> Execute(const sql::AstExecute& execute);
  arrow::Result<PlanPtr> Transaction(const sql::AstTransaction& transaction);
  arrow::Result<PlanPtr> CreateIndex(const sql::AstCreateIndex& create);
  arrow::Result<PlanPtr> Deallocate(const sql::AstDeallocate& deallocate);
  arrow::Result<PlanPtr> ShowFunctions(const sql::AstShow& show);
  arrow::Result<PlanPtr> InformationSchema(const std::string& table, std::vector<std::string> columns, std::vector<Expr> filters);
  arrow::Result<std::shared_ptr<const Table>> Existing(const TableName& name) const;
  arrow::Status Put(const TableName& name, std::shared_ptr<const Table> table, bool replace);
  arrow::Status AllowDdl(const char* what) const;

  std::shared_ptr<SessionState> session_;
  SQLOptions allowed_;
  sql::BindOptions options_;
};

}  // namespace bowstring
