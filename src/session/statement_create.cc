// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "logical/nodes.h"
#include "session/open_files.h"
#include "session/option_text.h"
#include "session/run.h"
#include "session/sql_catalog.h"
#include "session/statement.h"
#include "sources/file_list.h"
#include "sources/memory.h"
#include "sql/ast_print.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

Status CheckSupported(const sql::AstConstraint& constraint) {
  if (constraint.kind == sql::ConstraintKind::kCheck) return Error(ErrorKind::kPlan, "Check constraints are not currently supported");
  if (constraint.kind == sql::ConstraintKind::kForeignKey) {
    return Error(ErrorKind::kPlan, "Foreign key constraints are not currently supported");
  }
  return Status::OK();
}

/// The schema that column definitions say; empty where there are none.
Result<std::shared_ptr<arrow::Schema>> DeclaredSchema(const std::vector<sql::AstColumnDef>& columns, const sql::BindOptions& options) {
  arrow::FieldVector fields;
  for (const sql::AstColumnDef& column : columns) {
    if (column.type == nullptr) return Error(ErrorKind::kPlan, "column '", column.name.text, "' has no type");
    ARROW_ASSIGN_OR_RAISE(auto type, sql::BindType(*column.type, options));
    bool nullable = true;
    for (const sql::AstConstraint& constraint : column.constraints) {
      if (constraint.kind == sql::ConstraintKind::kNotNull) nullable = false;
      ARROW_RETURN_NOT_OK(CheckSupported(constraint));
    }
    std::string name = sql::BindName(column.name, options);
    for (const auto& field : fields) {
      if (field->name() == name) return Error(ErrorKind::kSchema, "Schema contains duplicate unqualified field name ", name);
    }
    fields.push_back(arrow::field(std::move(name), std::move(type), nullable));
  }
  return arrow::schema(std::move(fields));
}

/// What PRIMARY KEY and UNIQUE say, those of columns first.
Result<std::vector<TableKey>> KeysOf(const sql::AstCreateTable& create, const arrow::Schema& schema, const sql::BindOptions& options) {
  std::vector<TableKey> keys;
  for (size_t i = 0; i < create.columns.size(); ++i) {
    for (const sql::AstConstraint& constraint : create.columns[i].constraints) {
      const bool unique = constraint.kind == sql::ConstraintKind::kUnique;
      if (unique || constraint.kind == sql::ConstraintKind::kPrimaryKey) keys.push_back({{static_cast<int>(i)}, unique});
    }
  }
  for (const sql::AstConstraint& constraint : create.constraints) {
    const bool unique = constraint.kind == sql::ConstraintKind::kUnique;
    if (!unique && constraint.kind != sql::ConstraintKind::kPrimaryKey) continue;
    TableKey key{{}, unique};
    for (const sql::Ident& column : constraint.columns) {
      const std::string name = sql::BindName(column, options);
      key.columns.push_back(schema.GetFieldIndex(name));
      if (key.columns.back() < 0) {
        return Error(ErrorKind::kPlan, unique ? "Column for unique constraint" : "Column for primary key", " not found in schema: ", name);
      }
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

/// What a table factory is told of the statement.
Result<ExternalTable> ExternalTableOf(const sql::AstCreateTable& create, const TableName& name, const sql::BindOptions& options) {
  ExternalTable out;
  out.name = name;
  out.format = create.format;
  out.locations = create.locations;
  ARROW_ASSIGN_OR_RAISE(out.schema, DeclaredSchema(create.columns, options));
  for (const sql::AstColumnDef& column : create.partitioned_by) out.partition_columns.push_back(sql::BindName(column.name, options));
  for (const sql::AstOption& option : create.options) {
    std::string value = option.value ? sql::ToSql(*option.value) : "";
    if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'') value = value.substr(1, value.size() - 2);
    out.options[option.key.find('.') == std::string::npos ? "format." + option.key : option.key] = value;
  }
  out.definition = sql::ToSql(create);
  out.if_not_exists = create.if_not_exists;
  out.or_replace = create.or_replace;
  out.temporary = create.temporary;
  out.unbounded = create.unbounded;
  return out;
}

/// Columns of WITH ORDER are the table's.
Status CheckOrder(const std::vector<std::vector<sql::AstOrderItem>>& orders, const arrow::Schema& schema, const sql::BindOptions& options) {
  for (const auto& order : orders) {
    for (const sql::AstOrderItem& item : order) {
      const auto* column = item.expr->TryAs<sql::AstColumn>();
      if (column == nullptr) continue;
      const std::string name = sql::BindName(column->parts.back(), options);
      if (schema.GetFieldIndex(name) < 0) return Error(ErrorKind::kPlan, "Column ", name, " is not in schema");
    }
  }
  return Status::OK();
}

/// What information_schema says of an external table: its name, format, order and place.
std::string Definition(const sql::AstCreateTable& create) {
  std::string format = create.format;
  std::transform(format.begin(), format.end(), format.begin(), [](unsigned char c) { return std::toupper(c); });
  std::string text = std::string("CREATE EXTERNAL TABLE ") + (create.if_not_exists ? "IF NOT EXISTS " : "") + sql::ToSql(create.name) +
                     " STORED AS " + format;
  std::string order;
  for (const auto& items : create.with_order) {
    for (const sql::AstOrderItem& item : items) {
      order += (order.empty() ? "" : ", ") + sql::ToSql(*item.expr);
      if (item.ascending) order += *item.ascending ? " ASC" : " DESC";
      if (item.nulls_first) order += *item.nulls_first ? " NULLS FIRST" : " NULLS LAST";
    }
  }
  if (!order.empty()) text += " WITH ORDER (" + order + ")";
  return text + " LOCATION '" + create.locations[0] + "'";
}

/// How the files of a folder end: as the format's do, with the compression's ending where there is one.
std::string FolderExtension(const std::string& format, const std::vector<std::pair<std::string, std::string>>& options) {
  std::string extension = "." + format;
  std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const auto& [key, value] : options) {
    if (key != "compression") continue;
    if (value == "gzip" || value == "gz") extension += ".gz";
    if (value == "bz2" || value == "bzip2") extension += ".bz2";
    if (value == "zstd" || value == "zst") extension += ".zst";
    if (value == "xz") extension += ".xz";
  }
  return extension;
}

/// The DEFAULTs of columns, by their names in `schema`.
Result<std::map<std::string, Expr>> DefaultsOf(const std::vector<sql::AstColumnDef>& columns, const arrow::Schema& schema,
                                               const SqlCatalog& catalog, const sql::BindOptions& options) {
  std::map<std::string, Expr> defaults;
  const logical::SchemaPtr nothing = logical::Schema::From(arrow::Schema(arrow::FieldVector{}), std::nullopt);
  for (const sql::AstColumnDef& column : columns) {
    for (const sql::AstConstraint& constraint : column.constraints) {
      if (constraint.kind != sql::ConstraintKind::kDefault) continue;
      ARROW_ASSIGN_OR_RAISE(Expr value, sql::BindExpression(*constraint.expr, *nothing, catalog, options));
      const auto field = schema.GetFieldByName(sql::BindName(column.name, options));
      if (field != nullptr) defaults.insert_or_assign(field->name(), Cast(std::move(value), field->type()));
    }
  }
  return defaults;
}

}  // namespace

Result<PlanPtr> StatementRunner::CreateTable(const sql::AstCreateTable& create) {
  ARROW_RETURN_NOT_OK(AllowDdl("CreateMemoryTable"));
  for (const sql::AstConstraint& constraint : create.constraints) {
    ARROW_RETURN_NOT_OK(CheckSupported(constraint));
  }
  if (create.temporary) return Error(ErrorKind::kNotImplemented, "Temporary tables not supported");
  ARROW_ASSIGN_OR_RAISE(const TableName name, sql::BindTableName(create.name, options_));
  if (create.if_not_exists && create.or_replace) return Error(ErrorKind::kExecution, "'IF NOT EXISTS' cannot coexist with 'REPLACE'");
  ARROW_ASSIGN_OR_RAISE(const auto old, Existing(name));
  if (old != nullptr && create.if_not_exists) return logical::Empty::Make(false);
  if (old != nullptr && !create.or_replace) return Error(ErrorKind::kExecution, "Table '", name.ToString(), "' already exists");
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Schema> schema, DeclaredSchema(create.columns, options_));
  MemoryTable::Partitions partitions;
  if (create.query != nullptr) {
    std::vector<std::shared_ptr<arrow::DataType>> types;
    for (const auto& field : schema->fields()) types.push_back(field->type());
    ARROW_ASSIGN_OR_RAISE(PlanPtr plan, QueryFor(*create.query, std::move(types)));
    if (schema->num_fields() > 0) {
      if (schema->num_fields() != plan->schema()->num_fields()) {
        return Error(ErrorKind::kPlan, "Mismatch between schema (", schema->num_fields(), ") and input plan (",
                     plan->schema()->num_fields(), ") columns");
      }
      std::vector<Expr> exprs;
      for (int i = 0; i < schema->num_fields(); ++i) {
        const auto& field = schema->field(i);
        Expr expr = plan->schema()->column(i);
        if (!plan->schema()->field(i).field->type()->Equals(*field->type())) expr = Cast(std::move(expr), field->type());
        exprs.push_back(expr.Alias(field->name()));
      }
      ARROW_ASSIGN_OR_RAISE(plan, logical::Projection::Make(std::move(plan), std::move(exprs)));
    } else {
      schema = plan->schema()->arrow();
    }
    const DataFrame frame(session_, std::move(plan));
    ARROW_ASSIGN_OR_RAISE(partitions, frame.CollectPartitioned());
    for (auto& batches : partitions) {
      for (auto& batch : batches) batch = arrow::RecordBatch::Make(schema, batch->num_rows(), batch->column_data());
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto defaults, DefaultsOf(create.columns, *schema, SqlCatalog(*session_), options_));
  if (partitions.empty()) partitions.emplace_back();
  ARROW_ASSIGN_OR_RAISE(auto keys, KeysOf(create, *schema, options_));
  ARROW_ASSIGN_OR_RAISE(auto table, MemoryTable::Make(std::move(schema), std::move(partitions)));
  table->SetKeys(std::move(keys));
  ARROW_RETURN_NOT_OK(Put(name, Table::Of(std::move(table)), old != nullptr));
  session_->SetDefaults(session_->Resolve(name), std::move(defaults));
  return logical::Empty::Make(false);
}

// Declared partition columns are the first of those that the folders have; with others no file would count.
static Status CheckPartitions(const FileReadOptions& options, const std::vector<std::string>& locations) {
  if (options.table_partition_cols.empty()) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto names, InferPartitionNames(locations, options.file_extension));
  std::vector<std::string> declared;
  for (const auto& [name, type] : options.table_partition_cols) declared.push_back(name);
  if (names.empty() || (declared.size() <= names.size() && std::equal(declared.begin(), declared.end(), names.begin()))) return Status::OK();
  const auto list = [](const std::vector<std::string>& all) {
    std::string out;
    for (const std::string& name : all) out += (out.empty() ? "[\"" : ", \"") + name + "\"";
    return out + "]";
  };
  return Error(ErrorKind::kPlan, "Inferred partitions to be ", list(names), ", but got ", list(declared));
}

Result<PlanPtr> StatementRunner::CreateExternalTable(const sql::AstCreateTable& create) {
  ARROW_RETURN_NOT_OK(AllowDdl("CreateExternalTable"));
  ARROW_ASSIGN_OR_RAISE(const TableName name, sql::BindTableName(create.name, options_));
  ARROW_ASSIGN_OR_RAISE(const auto old, Existing(name));
  if (old != nullptr && create.if_not_exists) return logical::Empty::Make(false);
  if (old != nullptr && !create.or_replace) return Error(ErrorKind::kExecution, "External table '", name.ToString(), "' already exists");
  std::string format = create.format;
  std::transform(format.begin(), format.end(), format.begin(), [](unsigned char c) { return std::toupper(c); });
  if (const TableFactory factory = session_->FindTableFactory(format)) {
    ARROW_ASSIGN_OR_RAISE(const ExternalTable external, ExternalTableOf(create, name, options_));
    ARROW_ASSIGN_OR_RAISE(auto table, factory(external));
    ARROW_RETURN_NOT_OK(Put(name, std::move(table), old != nullptr));
    return logical::Empty::Make(false);
  }
  if (create.locations.empty()) return Error(ErrorKind::kPlan, "Missing LOCATION clause in CREATE EXTERNAL TABLE statement");
  FileReadOptions options;
  options.check_extension = false;
  ARROW_ASSIGN_OR_RAISE(const auto declared, DeclaredSchema(create.columns, options_));
  ARROW_ASSIGN_OR_RAISE(const auto option_texts, OptionTexts(create.options));
  options.format_options.assign(option_texts.begin(), option_texts.end());
  arrow::FieldVector fields = declared->fields();
  for (const sql::AstColumnDef& column : create.partitioned_by) {
    const std::string partition = sql::BindName(column.name, options_);
    std::shared_ptr<arrow::DataType> type = InferredPartitionType();
    if (column.type != nullptr) {
      ARROW_ASSIGN_OR_RAISE(type, sql::BindType(*column.type, options_));
    } else if (const int at = declared->GetFieldIndex(partition); at >= 0) {
      type = declared->field(at)->type();
    }
    fields.erase(std::remove_if(fields.begin(), fields.end(), [&](const auto& field) { return field->name() == partition; }),
                 fields.end());
    options.table_partition_cols.emplace_back(partition, std::move(type));
  }
  if (!fields.empty()) options.schema = arrow::schema(std::move(fields));
  for (const auto& items : create.with_order) {
    std::vector<SortKey> order;
    for (const sql::AstOrderItem& item : items) {
      if (item.expr->kind != sql::ExprKind::kColumn) break;  // what stands before it is an order all the same
      const std::string column = sql::BindName(static_cast<const sql::AstColumn&>(*item.expr).parts.back(), options_);
      if (declared->num_fields() > 0 && declared->GetFieldIndex(column) < 0) return Error(ErrorKind::kPlan, "Column ", column, " is not in schema");
      order.push_back(sql::BindSortKey(Column(column), item, options_));
    }
    if (!order.empty()) options.sort_orders.push_back(std::move(order));
  }
  if (format != "CSV" && format != "JSON" && format != "NDJSON" && format != "PARQUET" && format != "ARROW" && format != "AVRO") {
    return Error(ErrorKind::kExecution, "Unable to find factory for ", format);
  }
  // Of a folder, the files with the format's ending count.
  options.file_extension = FolderExtension(format, options.format_options);
  options.infer_partition_cols = session_->config().GetBool("datafusion.execution.listing_table_factory_infer_partitions");
  ARROW_ASSIGN_OR_RAISE(auto source, OpenFiles(*session_, format, create.locations, options));  // refuses places that may not be looked at
  ARROW_RETURN_NOT_OK(CheckPartitions(options, create.locations));
  ARROW_RETURN_NOT_OK(CheckOrder(create.with_order, *source->schema(), options_));
  ARROW_ASSIGN_OR_RAISE(auto defaults, DefaultsOf(create.columns, *source->schema(), SqlCatalog(*session_), options_));
  ARROW_RETURN_NOT_OK(Put(name, Table::Of(std::move(source), Definition(create)), old != nullptr));
  session_->SetDefaults(session_->Resolve(name), std::move(defaults));
  return logical::Empty::Make(false);
}

}  // namespace bowstring
