// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <filesystem>

#include <arrow/type.h>

#include <bowstring/dataframe.h>
#include <bowstring/error.h>
#include <bowstring/write_options.h>

#include "logical/nodes.h"
#include "session/copy_target.h"
#include "session/option_text.h"
#include "session/state.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

Result<std::string> CopyFormat(const std::string& named, const std::string& path) {
  std::string format = named;
  if (format.empty()) {
    format = std::filesystem::path(path).extension().string();
    if (format.size() < 2) {
      return Error(ErrorKind::kConfig, "Format not explicitly set and unable to get file extension! Use STORED AS to define file format.");
    }
    format.erase(0, 1);
  }
  std::transform(format.begin(), format.end(), format.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (format == "ndjson" && !named.empty()) format = "json";
  if (format != "parquet" && format != "csv" && format != "json" && format != "arrow" && format != "avro") {
    return Error(ErrorKind::kPlan, "There is no registered file format with ext ", format);
  }
  return format;
}

Status DataFrame::Write(const std::string& path, const WriteOptions& options) const {
  if (options.operation != InsertOperation::kAppend) {
    return Error(ErrorKind::kNotImplemented, options.operation == InsertOperation::kOverwrite ? "Insert Overwrite" : "Replace Into",
                 " is not implemented for DataFrame::write_", options.format, ".");
  }
  logical::CopyTarget target;
  target.path = path;
  target.single_file = options.single_file;
  target.partition_by = options.partition_by;
  for (const auto& [key, value] : options.options) target.options[OptionKey(key)] = value;
  ARROW_ASSIGN_OR_RAISE(target.format, CopyFormat(options.format, path));
  PlanPtr plan = plan_;
  if (!options.sort_by.empty()) {
    ARROW_ASSIGN_OR_RAISE(const DataFrame sorted, Sort(options.sort_by));
    plan = sorted.plan_;
  }
  ARROW_ASSIGN_OR_RAISE(const DataFrame copy, With(logical::Dml::Copy(std::move(plan), std::move(target))));
  return copy.Collect().status();
}

Status DataFrame::WriteTable(std::string_view name, InsertOperation operation) const {
  if (operation == InsertOperation::kReplace) return Error(ErrorKind::kNotImplemented, "Replace Into is not implemented");
  const TableName table_name = ParseTableName(name, session_->config().normalize_identifiers());
  ARROW_ASSIGN_OR_RAISE(const auto table, session_->FindTable(table_name));
  if (table == nullptr) return Error(ErrorKind::kPlan, "No table named '", table_name.ToString(), "'");
  const arrow::Schema& wanted = *table->schema();
  const auto& have = *plan_->schema();
  if (wanted.num_fields() != have.num_fields()) {
    return Error(ErrorKind::kPlan, "Inserting query must have the same schema length as the table. Expected table schema length: ",
                 wanted.num_fields(), ", got: ", have.num_fields());
  }
  std::vector<Expr> exprs;
  for (int i = 0; i < wanted.num_fields(); ++i) {
    const auto& field = wanted.field(i);
    Expr expr = have.column(i);
    if (!have.field(i).field->type()->Equals(*field->type())) expr = bowstring::Cast(std::move(expr), field->type());
    exprs.push_back(expr.Alias(field->name()));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::Projection::Make(plan_, std::move(exprs)));
  const auto op = operation == InsertOperation::kOverwrite ? logical::Dml::kInsertOverwrite : logical::Dml::kInsert;
  ARROW_ASSIGN_OR_RAISE(const DataFrame insert, With(logical::Dml::Write(std::move(plan), op, table_name)));
  return insert.Collect().status();
}

}  // namespace bowstring
