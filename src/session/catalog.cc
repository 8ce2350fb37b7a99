// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/catalog.h>

#include <map>
#include <mutex>
#include <shared_mutex>

#include <bowstring/error.h>

#include "logical/plan.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

std::shared_ptr<const Table> Table::Of(std::shared_ptr<TableSource> source, std::string definition) {
  std::shared_ptr<Table> table(new Table());
  table->definition_ = std::move(definition);
  table->schema_ = source->schema();
  table->source_ = std::move(source);
  return table;
}

std::shared_ptr<const Table> Table::View(std::shared_ptr<const LogicalPlan> plan, bool temporary, std::string definition) {
  std::shared_ptr<Table> table(new Table());
  table->type_ = temporary ? TableType::kTemporary : TableType::kView;
  table->schema_ = plan->schema()->arrow();
  table->plan_ = std::move(plan);
  table->definition_ = std::move(definition);
  return table;
}

Result<bool> SchemaProvider::TableExists(const std::string& name) const {
  ARROW_ASSIGN_OR_RAISE(const auto table, GetTable(name));
  return table != nullptr;
}

Status SchemaProvider::RegisterTable(const std::string&, std::shared_ptr<const Table>) {
  return Error(ErrorKind::kExecution, "schema provider does not support registering tables");
}

Result<std::shared_ptr<const Table>> SchemaProvider::DeregisterTable(const std::string&) {
  return Error(ErrorKind::kExecution, "schema provider does not support deregistering tables");
}

Status CatalogProvider::RegisterSchema(const std::string&, std::shared_ptr<SchemaProvider>) {
  return Error(ErrorKind::kNotImplemented, "Registering new schemas is not supported");
}

Result<std::shared_ptr<SchemaProvider>> CatalogProvider::DeregisterSchema(const std::string&, bool) {
  return Error(ErrorKind::kNotImplemented, "Deregistering new schemas is not supported");
}

Status CatalogProviderList::RegisterCatalog(const std::string&, std::shared_ptr<CatalogProvider>) {
  return Error(ErrorKind::kNotImplemented, "Registering new catalogs is not supported");
}

namespace {

template <typename T>
class NameMap {
 public:
  std::vector<std::string> Names() const {
    std::shared_lock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, value] : values_) names.push_back(name);
    return names;
  }
  T Get(const std::string& name) const {
    std::shared_lock lock(mutex_);
    const auto at = values_.find(name);
    return at == values_.end() ? nullptr : at->second;
  }
  bool Add(const std::string& name, T value) {
    std::unique_lock lock(mutex_);
    return values_.emplace(name, std::move(value)).second;
  }
  void Put(const std::string& name, T value) {
    std::unique_lock lock(mutex_);
    values_[name].swap(value);  // the old one is destroyed after the lock
  }
  T Take(const std::string& name) {
    std::unique_lock lock(mutex_);
    const auto at = values_.find(name);
    if (at == values_.end()) return nullptr;
    T value = std::move(at->second);
    values_.erase(at);
    return value;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, T> values_;
};

class MemorySchema final : public SchemaProvider {
 public:
  Result<std::vector<std::string>> TableNames() const override { return tables_.Names(); }
  Result<std::shared_ptr<const Table>> GetTable(const std::string& name) const override { return tables_.Get(name); }
  Status RegisterTable(const std::string& name, std::shared_ptr<const Table> table) override {
    if (!tables_.Add(name, std::move(table))) return Error(ErrorKind::kExecution, "The table ", name, " already exists");
    return Status::OK();
  }
  Result<std::shared_ptr<const Table>> DeregisterTable(const std::string& name) override { return tables_.Take(name); }

 private:
  NameMap<std::shared_ptr<const Table>> tables_;
};

class MemoryCatalog final : public CatalogProvider {
 public:
  Result<std::vector<std::string>> SchemaNames() const override { return schemas_.Names(); }
  Result<std::shared_ptr<SchemaProvider>> GetSchema(const std::string& name) const override { return schemas_.Get(name); }
  Status RegisterSchema(const std::string& name, std::shared_ptr<SchemaProvider> schema) override {
    schemas_.Put(name, std::move(schema));
    return Status::OK();
  }
  Result<std::shared_ptr<SchemaProvider>> DeregisterSchema(const std::string& name, bool cascade) override {
    const std::shared_ptr<SchemaProvider> schema = schemas_.Get(name);
    if (schema == nullptr) return nullptr;
    ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> tables, schema->TableNames());
    if (!tables.empty() && !cascade) {
      std::string list;
      for (const std::string& table : tables) list += (list.empty() ? "" : ",") + table;
      return Error(ErrorKind::kExecution, "Cannot drop schema ", name, " because other tables depend on it: ", list);
    }
    return schemas_.Take(name);
  }

 private:
  NameMap<std::shared_ptr<SchemaProvider>> schemas_;
};

class MemoryCatalogList final : public CatalogProviderList {
 public:
  Result<std::vector<std::string>> CatalogNames() const override { return catalogs_.Names(); }
  Result<std::shared_ptr<CatalogProvider>> GetCatalog(const std::string& name) const override { return catalogs_.Get(name); }
  Status RegisterCatalog(const std::string& name, std::shared_ptr<CatalogProvider> catalog) override {
    catalogs_.Put(name, std::move(catalog));
    return Status::OK();
  }

 private:
  NameMap<std::shared_ptr<CatalogProvider>> catalogs_;
};

}  // namespace

std::shared_ptr<SchemaProvider> MakeMemorySchema() { return std::make_shared<MemorySchema>(); }
std::shared_ptr<CatalogProvider> MakeMemoryCatalog() { return std::make_shared<MemoryCatalog>(); }
std::shared_ptr<CatalogProviderList> MakeMemoryCatalogList() { return std::make_shared<MemoryCatalogList>(); }

}  // namespace bowstring
