// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/statement.h"

#include <algorithm>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "logical/nodes.h"
#include "session/sql_catalog.h"
#include "sql/ast_print.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;
using sql::StatementKind;

namespace {

Result<PlanPtr> Nothing() { return logical::Empty::Make(false); }

/// `SET x = word`: the text of a value as it was written.
Result<std::string> ValueText(const sql::AstExpr& expr) {
  if (const auto* literal = expr.TryAs<sql::AstLiteral>()) {
    switch (literal->literal) {
      case sql::LiteralKind::kBoolean: return literal->boolean ? "true" : "false";
      case sql::LiteralKind::kNull: return Error(ErrorKind::kPlan, "Unsupported value NULL in SET statement");
      default: return literal->text;
    }
  }
  if (const auto* column = expr.TryAs<sql::AstColumn>()) {
    std::string text;
    for (const sql::Ident& part : column->parts) text += (text.empty() ? "" : ".") + part.text;
    return text;
  }
  if (const auto* unary = expr.TryAs<sql::AstUnary>()) {
    ARROW_ASSIGN_OR_RAISE(const std::string operand, ValueText(*unary->operand));
    return (unary->op == sql::UnaryOp::kMinus ? "-" : "") + operand;
  }
  return Error(ErrorKind::kPlan, "Unsupported value in SET statement: ", sql::ToSql(expr));
}

}  // namespace

std::string VariableName(const sql::ObjectName& name) {
  std::string text;
  for (const sql::Ident& part : name.parts) text += (text.empty() ? "" : ".") + part.text;
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  if (text == "timezone" || text == "time.zone" || text == "time zone") text = "datafusion.execution.time_zone";
  return text;
}

StatementRunner::StatementRunner(std::shared_ptr<SessionState> session, const SQLOptions& allowed, sql::BindOptions options)
    : session_(std::move(session)), allowed_(allowed), options_(std::move(options)) {}

Status StatementRunner::AllowDdl(const char* what) const {
  if (!allowed_.allow_ddl) return Error(ErrorKind::kPlan, "DDL not supported: ", what);
  return Status::OK();
}

Result<PlanPtr> StatementRunner::Query(const sql::AstQuery& query) {
  return sql::BindQuery(query, SqlCatalog(*session_), options_);
}

Result<PlanPtr> StatementRunner::QueryFor(const sql::AstQuery& query, std::vector<std::shared_ptr<arrow::DataType>> types) {
  sql::BindOptions options = options_;
  options.typed_values = query.body.get();
  options.value_types = std::move(types);
  return sql::BindQuery(query, SqlCatalog(*session_), options);
}

Result<std::shared_ptr<const Table>> StatementRunner::Existing(const TableName& name) const { return session_->FindTable(name); }

Status StatementRunner::Put(const TableName& name, std::shared_ptr<const Table> table, bool replace) {
  const TableName full = session_->Resolve(name);
  ARROW_ASSIGN_OR_RAISE(const auto schema, session_->SchemaOf(full));
  if (replace) ARROW_RETURN_NOT_OK(schema->DeregisterTable(full.table).status());
  session_->SetDefaults(full, {});
  return schema->RegisterTable(full.table, std::move(table));
}

Result<PlanPtr> StatementRunner::Describe(const sql::AstDescribe& describe) {
  if (describe.query != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const PlanPtr plan, Query(*describe.query));
    return logical::Describe::Make(plan->schema());
  }
  ARROW_ASSIGN_OR_RAISE(const TableName name, sql::BindTableName(describe.table, options_));
  ARROW_ASSIGN_OR_RAISE(const auto table, Existing(name));
  if (table == nullptr) return Error(ErrorKind::kPlan, "table '", session_->Resolve(name).ToString(), "' not found");
  return logical::Describe::Make(logical::Schema::From(*table->schema(), name));
}

Result<PlanPtr> StatementRunner::CreateView(const sql::AstCreateView& create) {
  ARROW_RETURN_NOT_OK(AllowDdl("CreateView"));
  if (create.materialized) return Error(ErrorKind::kNotImplemented, "Materialized views not supported");
  ARROW_ASSIGN_OR_RAISE(const TableName name, sql::BindTableName(create.name, options_));
  ARROW_ASSIGN_OR_RAISE(const auto old, Existing(name));
  if (old != nullptr && create.if_not_exists) return Nothing();
  if (old != nullptr && !create.or_replace) return Error(ErrorKind::kExecution, "Table '", name.ToString(), "' already exists");
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, Query(*create.query));
  if (!create.columns.empty()) {
    if (static_cast<int>(create.columns.size()) != plan->schema()->num_fields()) {
      return Error(ErrorKind::kPlan, "Source table contains ", plan->schema()->num_fields(), " columns but only ",
                   create.columns.size(), " names given as column alias");
    }
    std::vector<Expr> exprs = logical::AllColumns(*plan);
    for (size_t i = 0; i < exprs.size(); ++i) exprs[i] = exprs[i].Alias(sql::BindName(create.columns[i], options_));
    ARROW_ASSIGN_OR_RAISE(plan, logical::Projection::Make(std::move(plan), std::move(exprs)));
  }
  ARROW_RETURN_NOT_OK(Put(name, Table::View(std::move(plan), false, sql::ToSql(create)), old != nullptr));
  return Nothing();
}

Result<PlanPtr> StatementRunner::CreateSchema(const sql::AstCreateSchema& create) {
  ARROW_RETURN_NOT_OK(AllowDdl(create.is_database ? "CreateCatalog" : "CreateCatalogSchema"));
  std::vector<std::string> parts;
  for (const sql::Ident& part : create.name.parts) parts.push_back(sql::BindName(part, options_));
  const auto catalogs = session_->catalogs();
  if (create.is_database) {
    ARROW_ASSIGN_OR_RAISE(const auto old, catalogs->GetCatalog(parts.back()));
    if (old != nullptr && create.if_not_exists) return Nothing();
    if (old != nullptr) return Error(ErrorKind::kExecution, "Catalog '", parts.back(), "' already exists");
    ARROW_RETURN_NOT_OK(catalogs->RegisterCatalog(parts.back(), MakeMemoryCatalog()));
    return Nothing();
  }
  if (parts.size() > 2) return Error(ErrorKind::kExecution, "Unable to parse catalog from ", sql::ToSql(create.name));
  const std::string catalog_name = parts.size() == 2 ? parts[0] : session_->config().default_catalog();
  ARROW_ASSIGN_OR_RAISE(const auto catalog, catalogs->GetCatalog(catalog_name));
  if (catalog == nullptr) return Error(ErrorKind::kExecution, "Missing '", catalog_name, "' catalog");
  ARROW_ASSIGN_OR_RAISE(const auto old, catalog->GetSchema(parts.back()));
  if (old != nullptr && create.if_not_exists) return Nothing();
  if (old != nullptr) return Error(ErrorKind::kExecution, "Schema '", parts.back(), "' already exists");
  ARROW_RETURN_NOT_OK(catalog->RegisterSchema(parts.back(), MakeMemorySchema()));
  return Nothing();
}

Result<PlanPtr> StatementRunner::Drop(const sql::AstDrop& drop) {
  switch (drop.object) {
    case sql::ObjectKind::kTable:
    case sql::ObjectKind::kView: {
      const bool is_table = drop.object == sql::ObjectKind::kTable;
      ARROW_RETURN_NOT_OK(AllowDdl(is_table ? "DropTable" : "DropView"));
      for (const sql::ObjectName& object : drop.names) {
        ARROW_ASSIGN_OR_RAISE(const TableName name, sql::BindTableName(object, options_));
        ARROW_ASSIGN_OR_RAISE(const auto table, Existing(name));
        const bool fits = table != nullptr && (is_table == (table->type() != TableType::kView));
        if (!fits && drop.if_exists) continue;
        if (!fits) return Error(ErrorKind::kExecution, is_table ? "Table" : "View", " '", name.ToString(), "' doesn't exist.");
        const TableName full = session_->Resolve(name);
        ARROW_ASSIGN_OR_RAISE(const auto schema, session_->SchemaOf(full));
        ARROW_RETURN_NOT_OK(schema->DeregisterTable(full.table).status());
      }
      return Nothing();
    }
    case sql::ObjectKind::kSchema: {
      ARROW_RETURN_NOT_OK(AllowDdl("DropCatalogSchema"));
      for (const sql::ObjectName& object : drop.names) {
        const std::string name = sql::BindName(object.parts.back(), options_);
        const std::string catalog_name =
            object.parts.size() > 1 ? sql::BindName(object.parts[0], options_) : session_->config().default_catalog();
        ARROW_ASSIGN_OR_RAISE(const auto catalog, session_->catalogs()->GetCatalog(catalog_name));
        std::shared_ptr<SchemaProvider> old;
        if (catalog != nullptr) {
          ARROW_ASSIGN_OR_RAISE(old, catalog->DeregisterSchema(name, drop.cascade));
        }
        if (old == nullptr && !drop.if_exists) return Error(ErrorKind::kExecution, "Schema '", name, "' doesn't exist.");
      }
      return Nothing();
    }
    default: return Error(ErrorKind::kNotImplemented, "Unsupported SQL statement: ", sql::ToSql(drop));
  }
}

Result<PlanPtr> StatementRunner::Set(const sql::AstSet& set) {
  if (!allowed_.allow_statements) return Error(ErrorKind::kPlan, "Statement not supported: SetVariable");
  if (set.values.size() != 1) return Error(ErrorKind::kPlan, "SET needs one value: ", sql::ToSql(set));
  ARROW_ASSIGN_OR_RAISE(const std::string value, ValueText(*set.values[0]));
  ARROW_RETURN_NOT_OK(session_->SetConfig(VariableName(set.name), value));
  return Nothing();
}

Result<PlanPtr> StatementRunner::InformationSchema(const std::string& table, std::vector<std::string> columns, std::vector<Expr> filters) {
  if (!session_->config().information_schema()) {
    return Error(ErrorKind::kPlan, "this statement is not supported unless information_schema is enabled");
  }
  const TableName name{"", "information_schema", table};
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, session_->PlanTable(name));
  if (!filters.empty()) {
    ARROW_ASSIGN_OR_RAISE(plan, logical::Where(std::move(plan), And(std::move(filters))));
  }
  std::vector<Expr> exprs;
  for (std::string& column : columns) exprs.push_back(Column(name, std::move(column)));
  return logical::Select(std::move(plan), std::move(exprs));
}

Result<PlanPtr> StatementRunner::Show(const sql::AstShow& show) {
  const auto refused = [](const char* what) {
    return Error(ErrorKind::kPlan, what, " is not supported unless information_schema is enabled");
  };
  const bool enabled = session_->config().information_schema();
  std::vector<std::string> setting_columns = {"name", "value"};
  if (show.verbose) setting_columns.push_back("description");
  const bool filtered = show.like || show.where != nullptr;
  switch (show.show) {
    case sql::ShowKind::kTables:
      if (show.full || show.extended) return Error(ErrorKind::kNotImplemented, "SHOW ", show.full ? "FULL" : "EXTENDED", " TABLES not supported");
      if (filtered || !show.name.parts.empty()) return Error(ErrorKind::kNotImplemented, "SHOW TABLES FILTER not supported");
      if (!enabled) return refused("SHOW TABLES");
      return InformationSchema("tables", {"table_catalog", "table_schema", "table_name", "table_type"}, {});
    case sql::ShowKind::kColumns: {
      if (filtered) return Error(ErrorKind::kNotImplemented, "SHOW COLUMNS with WHERE or LIKE is not supported");
      if (!enabled) return refused("SHOW COLUMNS");
      ARROW_ASSIGN_OR_RAISE(const TableName name, sql::BindTableName(show.name, options_));
      const TableName full = session_->Resolve(name);
      ARROW_ASSIGN_OR_RAISE(const auto table, Existing(name));
      if (table == nullptr) return Error(ErrorKind::kPlan, "table '", full.ToString(), "' not found");
      std::vector<std::string> columns = {"table_catalog", "table_schema", "table_name", "column_name"};
      if (show.full || show.extended) {
        columns.insert(columns.end(), {"ordinal_position", "column_default", "is_nullable", "data_type", "character_maximum_length",
                                       "character_octet_length", "numeric_precision", "numeric_precision_radix", "numeric_scale",
                                       "datetime_precision", "interval_type"});
      } else {
        columns.insert(columns.end(), {"data_type", "is_nullable"});
      }
      return InformationSchema("columns", std::move(columns),
                               {Binary(BinaryOp::kEq, Column("table_name"), Literal(full.table)),
                                Binary(BinaryOp::kEq, Column("table_schema"), Literal(full.schema)),
                                Binary(BinaryOp::kEq, Column("table_catalog"), Literal(full.catalog))});
    }
    case sql::ShowKind::kAll:
      if (!enabled) return refused("SHOW [VARIABLE]");
      return InformationSchema("df_settings", setting_columns, {});
    case sql::ShowKind::kVariable: {
      if (!enabled) return refused("SHOW [VARIABLE]");
      const std::string name = VariableName(show.name);
      if (!session_->config().Has(name)) {
        return Error(ErrorKind::kPlan, "'", name, "' is not a variable which can be viewed with 'SHOW'");
      }
      return InformationSchema(name.starts_with("bowstring.") ? "bowstring_settings" : "df_settings", setting_columns,
                               {Binary(BinaryOp::kEq, Column("name"), Literal(name))});
    }
    case sql::ShowKind::kFunctions:
      if (!enabled) return refused("SHOW FUNCTIONS");
      return ShowFunctions(show);
    case sql::ShowKind::kCreateTable:
    case sql::ShowKind::kCreateView: {
      if (!enabled) return refused("SHOW CREATE TABLE");
      ARROW_ASSIGN_OR_RAISE(const TableName name, sql::BindTableName(show.name, options_));
      const TableName full = session_->Resolve(name);
      ARROW_ASSIGN_OR_RAISE(const auto table, Existing(name));
      if (table == nullptr) return Error(ErrorKind::kPlan, "table '", full.ToString(), "' not found");
      return InformationSchema("views", {"table_catalog", "table_schema", "table_name", "definition"},
                               {Binary(BinaryOp::kEq, Column("table_name"), Literal(full.table)),
                                Binary(BinaryOp::kEq, Column("table_schema"), Literal(full.schema)),
                                Binary(BinaryOp::kEq, Column("table_catalog"), Literal(full.catalog))});
    }
    default: return Error(ErrorKind::kNotImplemented, "Unsupported SQL statement: ", sql::ToSql(show));
  }
}

Result<PlanPtr> StatementRunner::ShowFunctions(const sql::AstShow& show) {
  const TableName name{"", "information_schema", "__functions"};
  std::vector<Expr> filters;
  if (show.like) {
    LikePattern pattern;
    pattern.dialect = show.ilike ? LikePattern::kILike : LikePattern::kLike;
    filters.push_back(MakeExpr(ExprKind::kLike, {Column("function_name"), Literal(*show.like)}, pattern));
  }
  return InformationSchema(
      name.table, {"function_name", "return_type", "parameters", "parameter_types", "function_type", "description", "syntax_example"},
      std::move(filters));
}

Result<PlanPtr> StatementRunner::Insert(const sql::AstInsert& insert) {
  if (!allowed_.allow_dml) return Error(ErrorKind::kPlan, "DML not supported: Insert Into");
  if (insert.default_values) return Error(ErrorKind::kPlan, "Inserts without a source not supported");
  if (!insert.returning.empty()) return Error(ErrorKind::kPlan, "Insert-returning clause not supported");
  if (insert.on_conflict) return Error(ErrorKind::kPlan, "Insert-on clause not supported");
  if (insert.replace || insert.by_name) {
    return Error(ErrorKind::kNotImplemented, "Unsupported SQL statement: ", sql::ToSql(insert));
  }
  ARROW_ASSIGN_OR_RAISE(const TableName name, sql::BindTableName(insert.table, options_));
  ARROW_ASSIGN_OR_RAISE(const auto table, Existing(name));
  if (table == nullptr) return Error(ErrorKind::kPlan, "table '", session_->Resolve(name).ToString(), "' not found");
  const arrow::Schema& schema = *table->schema();
  std::vector<int> targets;
  for (const sql::Ident& column : insert.columns) {
    const std::string wanted = sql::BindName(column, options_);
    const int at = schema.GetFieldIndex(wanted);
    if (at < 0) return Error(ErrorKind::kSchema, "No field named ", wanted, ".");
    if (std::find(targets.begin(), targets.end(), at) != targets.end()) {
      return Error(ErrorKind::kSchema, "Schema contains duplicate unqualified field name ", wanted);
    }
    targets.push_back(at);
  }
  if (insert.columns.empty()) {
    for (int i = 0; i < schema.num_fields(); ++i) targets.push_back(i);
  }
  std::vector<std::shared_ptr<arrow::DataType>> types;
  for (const int target : targets) types.push_back(schema.field(target)->type());
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, QueryFor(*insert.query, std::move(types)));
  if (static_cast<int>(targets.size()) != plan->schema()->num_fields()) {
    return Error(ErrorKind::kPlan, "Column count doesn't match insert query!");
  }
  const std::map<std::string, Expr> defaults = session_->DefaultsOf(session_->Resolve(name));
  std::vector<Expr> exprs;
  for (int i = 0; i < schema.num_fields(); ++i) {
    const auto& field = schema.field(i);
    const auto at = std::find(targets.begin(), targets.end(), i);
    if (at == targets.end()) {
      if (const auto value = defaults.find(field->name()); value != defaults.end()) {
        exprs.push_back(value->second.Alias(field->name()));
        continue;
      }
      if (!field->nullable()) return Error(ErrorKind::kExecution, "Invalid batch column at '", i, "' has null but schema specifies non-nullable");
      exprs.push_back(Cast(Expr(), field->type()).Alias(field->name()));
      continue;
    }
    const int from = static_cast<int>(at - targets.begin());
    Expr expr = plan->schema()->column(from);
    if (!plan->schema()->field(from).field->type()->Equals(*field->type())) expr = Cast(std::move(expr), field->type());
    exprs.push_back(expr.Alias(field->name()));
  }
  ARROW_ASSIGN_OR_RAISE(plan, logical::Projection::Make(std::move(plan), std::move(exprs)));
  return logical::Dml::Write(std::move(plan), insert.overwrite ? logical::Dml::kInsertOverwrite : logical::Dml::kInsert, name);
}

Result<PlanPtr> StatementRunner::Run(const sql::AstStatement& statement) {
  switch (statement.kind) {
    case StatementKind::kQuery: return Query(*statement.As<sql::AstQueryStatement>().query);
    case StatementKind::kExplain: return Explain(statement.As<sql::AstExplain>());
    case StatementKind::kDescribe: return Describe(statement.As<sql::AstDescribe>());
    case StatementKind::kCreateTable: {
      const auto& create = statement.As<sql::AstCreateTable>();
      return create.external ? CreateExternalTable(create) : CreateTable(create);
    }
    case StatementKind::kCreateView: return CreateView(statement.As<sql::AstCreateView>());
    case StatementKind::kCreateSchema: return CreateSchema(statement.As<sql::AstCreateSchema>());
    case StatementKind::kDrop: return Drop(statement.As<sql::AstDrop>());
    case StatementKind::kSet: return Set(statement.As<sql::AstSet>());
    case StatementKind::kReset: {
      if (!allowed_.allow_statements) return Error(ErrorKind::kPlan, "Statement not supported: ResetVariable");
      const auto& reset = statement.As<sql::AstReset>();
      if (reset.name.parts.empty()) return Error(ErrorKind::kNotImplemented, "RESET ALL");
      ARROW_RETURN_NOT_OK(session_->ResetConfig(VariableName(reset.name)));
      return Nothing();
    }
    case StatementKind::kShow: return Show(statement.As<sql::AstShow>());
    case StatementKind::kInsert: return Insert(statement.As<sql::AstInsert>());
    case StatementKind::kCopy: return Copy(statement.As<sql::AstCopy>());
    case StatementKind::kUpdate: return Update(statement.As<sql::AstUpdate>());
    case StatementKind::kDelete: return Delete(statement.As<sql::AstDelete>());
    case StatementKind::kExecute: return Execute(statement.As<sql::AstExecute>());
    case StatementKind::kDeallocate: return Deallocate(statement.As<sql::AstDeallocate>());
    case StatementKind::kTransaction: return Transaction(statement.As<sql::AstTransaction>());
    case StatementKind::kCreateIndex: return CreateIndex(statement.As<sql::AstCreateIndex>());
    case StatementKind::kTruncate: {
      const auto& truncate = statement.As<sql::AstTruncate>();
      return Error(ErrorKind::kNotImplemented, "TRUNCATE operation on table '", sql::ToSql(truncate.tables[0]),
                   "'\ncaused by\nThis feature is not implemented: TRUNCATE not supported for Base table");
    }
    case StatementKind::kMerge:
      return Error(ErrorKind::kNotImplemented, "MERGE INTO operation on table '", sql::ToSql(statement.As<sql::AstMerge>().target.name),
                   "'\ncaused by\nThis feature is not implemented: MERGE INTO not supported");
    default: return Error(ErrorKind::kNotImplemented, "Unsupported SQL statement: ", sql::ToSql(statement));
  }
}

}  // namespace bowstring
