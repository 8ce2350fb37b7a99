// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/error.h>

#include "logical/nodes.h"
#include "session/copy_target.h"
#include "session/option_text.h"
#include "session/sql_catalog.h"
#include "session/statement.h"
#include "sql/ast_print.h"

namespace bowstring {

using arrow::Result;

Result<PlanPtr> StatementRunner::Copy(const sql::AstCopy& copy) {
  if (!allowed_.allow_dml) return Error(ErrorKind::kPlan, "DML not supported: COPY");
  if (copy.is_from) return Error(ErrorKind::kNotImplemented, "COPY ... FROM: read the file with CREATE EXTERNAL TABLE and INSERT INTO");
  PlanPtr plan;
  if (copy.query != nullptr) {
    ARROW_ASSIGN_OR_RAISE(plan, Query(*copy.query));
  } else {
    ARROW_ASSIGN_OR_RAISE(const TableName name, sql::BindTableName(copy.table, options_));
    ARROW_ASSIGN_OR_RAISE(plan, session_->PlanTable(name));
    if (plan == nullptr) return Error(ErrorKind::kPlan, "table '", session_->Resolve(name).ToString(), "' not found");
    if (!copy.columns.empty()) {
      std::vector<Expr> columns;
      for (const sql::Ident& column : copy.columns) {
        ARROW_ASSIGN_OR_RAISE(const int at, plan->schema()->scope().Resolve(ColumnRef{std::nullopt, sql::BindName(column, options_)}));
        columns.push_back(plan->schema()->column(at));
      }
      ARROW_ASSIGN_OR_RAISE(plan, logical::Projection::Make(std::move(plan), std::move(columns)));
    }
  }
  logical::CopyTarget target;
  target.path = copy.target;
  ARROW_ASSIGN_OR_RAISE(target.options, OptionTexts(copy.options));
  for (const sql::Ident& column : copy.partitioned_by) target.partition_by.push_back(sql::BindName(column, options_));
  ARROW_ASSIGN_OR_RAISE(target.format, CopyFormat(copy.format, copy.target));
  return logical::Dml::Copy(std::move(plan), std::move(target));
}

}  // namespace bowstring
