// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/information_schema.h"

#include <algorithm>
#include <functional>

#include <arrow/type.h>

#include <bowstring/error.h>

#include "functions/type_names.h"
#include "session/information_schema_rows.h"
#include "session/state.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

constexpr const char* kTables[] = {"tables", "views", "columns", "df_settings", "schemata", "routines", "parameters"};

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
    const auto definition = table.definition().empty() ? std::optional<std::string>() : table.definition();
    rows.push_back({catalog, schema, name, definition});
    return Status::OK();
  }));
  return MakeTable(TextFields({"table_catalog", "table_schema", "table_name", "definition?"}), rows);
}

Result<std::shared_ptr<const Table>> Columns(const SessionState& session) {
  std::vector<TextRow> rows;
  ARROW_RETURN_NOT_OK(ForEachTable(session, [&](const auto& catalog, const auto& schema, const auto& name, const Table& table) {
    int position = 0;
    for (const auto& field : table.schema()->fields()) {
      TextRow row = {catalog, schema, name, field->name(), std::to_string(position++), std::nullopt, field->nullable() ? "YES" : "NO",
                     TypeName(*field->type())};
      row.resize(15);
      const arrow::DataType& type = *field->type();
      if (type.id() == arrow::Type::STRING || type.id() == arrow::Type::BINARY) row[9] = std::to_string(int64_t{2147483647});
      if (type.id() == arrow::Type::LARGE_STRING || type.id() == arrow::Type::LARGE_BINARY) row[9] = "9223372036854775807";
      if (arrow::is_integer(type.id()) && static_cast<const arrow::FixedWidthType&>(type).bit_width() < 64) {
        row[10] = std::to_string(static_cast<const arrow::FixedWidthType&>(type).bit_width());
        row[11] = "2";
      } else if (type.id() == arrow::Type::HALF_FLOAT || type.id() == arrow::Type::FLOAT || type.id() == arrow::Type::DOUBLE) {
        row[10] = type.id() == arrow::Type::HALF_FLOAT ? "15" : "24";
        row[11] = "2";
      } else if (type.id() == arrow::Type::DECIMAL128 || type.id() == arrow::Type::DECIMAL256) {
        const auto& decimal = static_cast<const arrow::DecimalType&>(type);
        row[10] = std::to_string(decimal.precision());
        row[11] = "10";
        row[12] = std::to_string(decimal.scale());
      }
      rows.push_back(std::move(row));
    }
    return Status::OK();
  }));
  arrow::FieldVector fields = TextFields({"table_catalog", "table_schema", "table_name", "column_name"});
  fields.push_back(arrow::field("ordinal_position", arrow::uint64(), false));
  for (auto& field : TextFields({"column_default?", "is_nullable", "data_type"})) fields.push_back(field);
  for (const char* number : {"character_maximum_length", "character_octet_length", "numeric_precision", "numeric_precision_radix",
                             "numeric_scale", "datetime_precision"}) {
    fields.push_back(arrow::field(number, arrow::uint64()));
  }
  fields.push_back(arrow::field("interval_type", arrow::utf8()));
  return MakeTable(std::move(fields), rows);
}

/// `own`: settings that only this engine has.
Result<std::shared_ptr<const Table>> Settings(const SessionState& session, bool own) {
  std::vector<TextRow> rows;
  for (auto& [key, value] : session.config().Entries()) {
    if (key.starts_with("bowstring.") == own) rows.push_back({key, value, std::nullopt});
  }
  return MakeTable(TextFields({"name", "value?", "description?"}), rows);
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
    for (const std::string& name : names) {
      if (name == "information_schema") continue;
      rows.push_back({catalog_name, name, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt});
    }
  }
  return MakeTable(TextFields({"catalog_name", "schema_name", "schema_owner?", "default_character_set_catalog?",
                               "default_character_set_schema?", "default_character_set_name?", "sql_path?"}),
                   rows);
}

}  // namespace

Result<std::shared_ptr<const Table>> InformationSchemaTable(const SessionState& session, const std::string& name) {
  if (name == "tables") return Tables(session);
  if (name == "views") return Views(session);
  if (name == "columns") return Columns(session);
  if (name == "df_settings") return Settings(session, false);
  if (name == "bowstring_settings") return Settings(session, true);
  if (name == "schemata") return Schemata(session);
  if (name == "routines") return Routines(session);
  if (name == "parameters") return RoutineParameters(session);
  if (name == "__functions") return ShownFunctions(session);
  return nullptr;
}

}  // namespace bowstring
