// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/export.h>
#include <bowstring/table_source.h>

namespace bowstring {

class LogicalPlan;

enum class TableType : uint8_t { kPhysical, kView, kTemporary };

/// What a schema holds under a name: a source of data, or a plan (a view). Immutable, thread-safe.
class BOWSTRING_EXPORT Table {
 public:
  /// `definition`: the statement that made it, where there is one.
  static std::shared_ptr<const Table> Of(std::shared_ptr<TableSource> source, std::string definition = "");
  static std::shared_ptr<const Table> View(std::shared_ptr<const LogicalPlan> plan, bool temporary = false,
                                           std::string definition = "");

  TableType type() const { return type_; }
  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  const std::shared_ptr<TableSource>& source() const { return source_; }      ///< null for views
  const std::shared_ptr<const LogicalPlan>& plan() const { return plan_; }    ///< null for sources
  const std::string& definition() const { return definition_; }

 private:
  Table() = default;
  TableType type_ = TableType::kPhysical;
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<TableSource> source_;
  std::shared_ptr<const LogicalPlan> plan_;
  std::string definition_;
};

/// Tables by name. May be implemented by users; called while statements are planned, from any thread. Names come as they are:
/// folding has happened.
class BOWSTRING_EXPORT SchemaProvider {
 public:
  virtual ~SchemaProvider() = default;
  virtual arrow::Result<std::vector<std::string>> TableNames() const = 0;
  /// Null where there is no such table.
  virtual arrow::Result<std::shared_ptr<const Table>> GetTable(const std::string& name) const = 0;
  virtual arrow::Result<bool> TableExists(const std::string& name) const;
  /// kExecution "The table x already exists".
  virtual arrow::Status RegisterTable(const std::string& name, std::shared_ptr<const Table> table);
  /// The table that was there, or null.
  virtual arrow::Result<std::shared_ptr<const Table>> DeregisterTable(const std::string& name);
};

/// Schemas by name. As SchemaProvider.
class BOWSTRING_EXPORT CatalogProvider {
 public:
  virtual ~CatalogProvider() = default;
  virtual arrow::Result<std::vector<std::string>> SchemaNames() const = 0;
  /// Null where there is no such schema.
  virtual arrow::Result<std::shared_ptr<SchemaProvider>> GetSchema(const std::string& name) const = 0;
  /// Replaces one of that name.
  virtual arrow::Status RegisterSchema(const std::string& name, std::shared_ptr<SchemaProvider> schema);
  /// The schema that was there, or null. A schema with tables needs `cascade`: kExecution "Cannot drop schema s because other tables
  /// depend on it: ...".
  virtual arrow::Result<std::shared_ptr<SchemaProvider>> DeregisterSchema(const std::string& name, bool cascade);
};

/// Catalogs by name. As SchemaProvider.
class BOWSTRING_EXPORT CatalogProviderList {
 public:
  virtual ~CatalogProviderList() = default;
  virtual arrow::Result<std::vector<std::string>> CatalogNames() const = 0;
  /// Null where there is no such catalog.
  virtual arrow::Result<std::shared_ptr<CatalogProvider>> GetCatalog(const std::string& name) const = 0;
  virtual arrow::Status RegisterCatalog(const std::string& name, std::shared_ptr<CatalogProvider> catalog);
};

/// Empty ones, held in memory. Thread-safe.
BOWSTRING_EXPORT std::shared_ptr<SchemaProvider> MakeMemorySchema();
BOWSTRING_EXPORT std::shared_ptr<CatalogProvider> MakeMemoryCatalog();
BOWSTRING_EXPORT std::shared_ptr<CatalogProviderList> MakeMemoryCatalogList();

}  // namespace bowstring
