// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/information_schema.h"

#include <algorithm>
#include <functional>

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "functions/type_names.h"
#include "session/state.h"
#include "sources/memory.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

constexpr const char* kTables[] = {"tables", "views", "columns", "df_settings", "schemata"};

using TextRow = std::vector<std::optional<std::string>>;

/// A table of text columns; those in `numbers` are uint64.
Result<std::shared_ptr<const Table>> MakeTable(arrow::FieldVector fields, const std::vector<TextRow>& rows) {
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (size_t c = 0; c < fields.size(); ++c) {
    std::shared_ptr<arrow::Array> column;
    if (fields[c]->type()->id() == arrow::Type::UINT64) {
      arrow::UInt64Builder builder;
      for (const TextRow& row : rows) {
        ARROW_RETURN_NOT_OK(row[c] ? builder.Append(std::stoull(*row[c])) : builder.AppendNull());
      }
      ARROW_RETURN_NOT_OK(builder.Finish(&column));
    } else {
      arrow::StringBuilder builder;
      for (const TextRow& row : rows) ARROW_RETURN_NOT_OK(row[c] ? builder.Append(*row[c]) : builder.AppendNull());
      ARROW_RETURN_NOT_OK(builder.Finish(&column));
    }
    columns.push_back(std::move(column));
  }
  const auto schema = arrow::schema(std::move(fields));
  const auto batch = arrow::RecordBatch::Make(schema, static_cast<int64_t>(rows.size()), std::move(columns));
  ARROW_ASSIGN_OR_RAISE(auto source, MemoryTable::Make(schema, {{batch}}));
  return Table::Of(std::move(source));
}

arrow::FieldVector TextFields(std::initializer_list<const char*> names) {
  arrow::FieldVector fields;
  for (const char* name : names) {
    const std::string text = name;
    const bool nullable = text.back() == '?';
    fields.push_back(arrow::field(nullable ? text.substr(0, text.size() - 1) : text, arrow::utf8(), nullable));
  }
  return fields;
}

using Visit = std::function<Status(const std::string& catalog, const std::string& schema, const std::string& name, const Table&)>;

Status ForEachTable(const SessionState& session, const Visit& visit) {
  const auto catalogs = session.catalogs();
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> catalog_names, catalogs->CatalogNames());
  std::sort(catalog_names.begin(), catalog_names.end());
  for (const std::string& catalog_name : catalog_names) {
    ARROW_ASSIGN_OR_RAISE(const auto catalog, catalogs->GetCatalog(catalog_name));
    if (catalog == nullptr) continue;
    ARROW_ASSIGN_OR_RAISE(std::vector<std::string> schema_names, catalog->SchemaNames());
    std::sort(schema_names.begin(), schema_names.end());
    for (const std::string& schema_name : schema_names) {
      if (schema_name == "information_schema") continue;
      ARROW_ASSIGN_OR_RAISE(const auto schema, catalog->GetSchema(schema_name));
      if (schema == nullptr) continue;
      ARROW_ASSIGN_OR_RAISE(std::vector<std::string> names, schema->TableNames());
      std::sort(names.begin(), names.end());
      for (const std::string& name : names) {
        ARROW_ASSIGN_OR_RAISE(const auto table, schema->GetTable(name));
        if (table != nullptr) ARROW_RETURN_NOT_OK(visit(catalog_name, schema_name, name, *table));
      }
    }
  }
  return Status::OK();
}

std::string TypeText(const Table& table) {
  switch (table.type()) {
    case TableType::kPhysical: return "BASE TABLE";
    case TableType::kView: return "VIEW";
    case TableType::kTemporary: return "LOCAL TEMPORARY";
  }
  return "";
}

Result<std::shared_ptr<const Table>> Tables(const SessionState& session) {
  std::vector<TextRow> rows;
  ARROW_RETURN_NOT_OK(ForEachTable(session, [&](const auto& catalog, const auto& schema, const auto& name, const Table& table) {
    rows.push_back({catalog, schema, name, TypeText(table)});
    return Status::OK();
  }));
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> catalogs, session.catalogs()->CatalogNames());
  std::sort(catalogs.begin(), catalogs.end());
  for (const std::string& catalog : catalogs) {
    for (const char* name : kTables) rows.push_back({catalog, "information_schema", name, "VIEW"});
  }
  return MakeTable(TextFields({"table_catalog", "table_schema", "table_name", "table_type"}), rows);
}

Result<std::shared_ptr<const Table>> Views(const SessionState& session) {
  std::vector<TextRow> rows;
  ARROW_RETURN_NOT_OK(ForEachTable(session, [&](const auto& catalog, const auto& schema, const auto& name, const Table& table) {
    if (table.type() != TableType::kPhysical) {
      const auto definition = table.definition().empty() ? std::optional<std::string>() : table.definition();
      rows.push_back({catalog, schema, name, definition});
    }
    return Status::OK();
  }));
  return MakeTable(TextFields({"table_catalog", "table_schema", "table_name", "definition?"}), rows);
}

Result<std::shared_ptr<const Table>> Columns(const SessionState& session) {
  std::vector<TextRow> rows;
  ARROW_RETURN_NOT_OK(ForEachTable(session, [&](const auto& catalog, const auto& schema, const auto& name, const Table& table) {
    int position = 0;
    for (const auto& field : table.schema()->fields()) {
      rows.push_back({catalog, schema, name, field->name(), std::to_string(position++), std::nullopt,
                      field->nullable() ? "YES" : "NO", TypeName(*field->type())});
    }
    return Status::OK();
  }));
  arrow::FieldVector fields = TextFields({"table_catalog", "table_schema", "table_name", "column_name"});
  fields.push_back(arrow::field("ordinal_position", arrow::uint64(), false));
  for (auto& field : TextFields({"column_default?", "is_nullable", "data_type"})) fields.push_back(field);
  return MakeTable(std::move(fields), rows);
}

Result<std::shared_ptr<const Table>> Settings(const SessionState& session) {
  std::vector<TextRow> rows;
  for (auto& [key, value] : session.config().Entries()) rows.push_back({key, value});
  return MakeTable(TextFields({"name", "value?"}), rows);
}

Result<std::shared_ptr<const Table>> Schemata(const SessionState& session) {
  std::vector<TextRow> rows;
  const auto catalogs = session.catalogs();
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> catalog_names, catalogs->CatalogNames());
  std::sort(catalog_names.begin(), catalog_names.end());
  for (const std::string& catalog_name : catalog_names) {
    ARROW_ASSIGN_OR_RAISE(const auto catalog, catalogs->GetCatalog(catalog_name));
    if (catalog == nullptr) continue;
    ARROW_ASSIGN_OR_RAISE(std::vector<std::string> names, catalog->SchemaNames());
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) rows.push_back({catalog_name, name});
  }
  return MakeTable(TextFields({"catalog_name", "schema_name"}), rows);
}

}  // namespace

Result<std::shared_ptr<const Table>> InformationSchemaTable(const SessionState& session, const std::string& name) {
  if (name == "tables") return Tables(session);
  if (name == "views") return Views(session);
  if (name == "columns") return Columns(session);
  if (name == "df_settings") return Settings(session);
  if (name == "schemata") return Schemata(session);
  return nullptr;
}

}  // namespace bowstring
