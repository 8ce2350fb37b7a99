// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include <bowstring/allowed_paths.h>
#include <bowstring/catalog.h>
#include <bowstring/options.h>
#include <bowstring/table_factory.h>

#include "base/budget.h"
#include "base/spill.h"
#include "optimizer/optimizer.h"
#include "session/function_table.h"
#include "sql/ast.h"

namespace bowstring {

/// A statement that PREPARE has put aside.
struct PreparedStatement {
  std::shared_ptr<const sql::AstStatement> statement;
  std::vector<std::shared_ptr<arrow::DataType>> types;  ///< of $1, $2, ...; empty: they follow from where they stand
  size_t parameters = 0;
};

/// What all handles and frames of one session share. Thread-safe.
class SessionState : public std::enable_shared_from_this<SessionState> {
 public:
  SessionState(SessionConfig config, const RuntimeEnvBuilder& runtime);

  const std::string& id() const { return id_; }
  int64_t start_ns() const { return start_ns_; }  ///< since 1970 UTC

  SessionConfig config() const;
  /// SQL's SET: `datafusion.runtime.memory_limit` and its kin take effect at once.
  /// kConfig where the settings are locked, or this one never changes.
  arrow::Status CheckChange(std::string_view key) const;
  arrow::Status SetConfig(std::string_view key, std::string_view value);
  arrow::Status ResetConfig(std::string_view key);

  std::shared_ptr<CatalogProviderList> catalogs() const;
  void SetCatalogs(std::shared_ptr<CatalogProviderList> catalogs);

  /// By upper-case format; an empty function where there is none.
  TableFactory FindTableFactory(const std::string& format) const;
  void SetTableFactory(std::string format, TableFactory factory);

  const std::shared_ptr<Budget>& budget() const { return budget_; }
  std::shared_ptr<SpillSpace> spill() const;
  /// Where this session may read and write; null: everywhere.
  const AllowedPathsPtr& allowed() const { return allowed_; }

  optimizer::Options optimizer_options() const;
  bool RemoveRule(std::string_view name);

  /// The three parts of a name, those that weren't given from the session's defaults.
  TableName Resolve(const TableName& name) const;
  /// The schema that a resolved name points into; kPlan "failed to resolve catalog: x" or "failed to resolve schema: x".
  arrow::Result<std::shared_ptr<SchemaProvider>> SchemaOf(const TableName& resolved) const;
  /// Null where there is no such table, schema or catalog. information_schema's tables are found where it is on.
  arrow::Result<std::shared_ptr<const Table>> FindTable(const TableName& name) const;

  /// A plan that reads the table: a scan, or the view's plan under its name. Null where there is none.
  arrow::Result<PlanPtr> PlanTable(const TableName& name) const;

  /// kPlan "There is no function 'x'" for one that this build lacks.
  arrow::Result<std::shared_ptr<const ScalarFunction>> ScalarFunctionNamed(std::string_view name) const;
  FunctionTable& functions() { return functions_; }
  const FunctionTable& functions() const { return functions_; }

  /// False where there is one of that name.
  bool AddPrepared(const std::string& name, std::shared_ptr<const PreparedStatement> statement);
  std::shared_ptr<const PreparedStatement> FindPrepared(const std::string& name) const;  ///< null where there is none
  bool RemovePrepared(const std::string& name);
  void RemoveAllPrepared();

  /// DEFAULT of a table's columns, by their names; the name is resolved. None: empty.
  void SetDefaults(const TableName& table, std::map<std::string, Expr> defaults);
  std::map<std::string, Expr> DefaultsOf(const TableName& table) const;

  bool url_tables() const { return url_tables_.load(std::memory_order_relaxed); }
  void EnableUrlTables() { url_tables_.store(true, std::memory_order_relaxed); }

 private:
  arrow::Status ApplyRuntime(std::string_view key, const std::string& value);

  FunctionTable functions_;
  std::string id_;
  int64_t start_ns_;
  std::atomic<bool> url_tables_{false};
  mutable std::mutex mutex_;  // guards the rest
  SessionConfig config_;
  const AllowedPathsPtr allowed_;
  std::shared_ptr<CatalogProviderList> catalogs_;
  std::map<std::string, TableFactory> table_factories_;
  std::shared_ptr<SpillSpace> spill_;
  std::map<std::string, std::shared_ptr<const PreparedStatement>> prepared_;
  std::map<std::string, std::map<std::string, Expr>> defaults_;  // by the table's full name
  std::set<std::string, std::less<>> removed_rules_;
  std::shared_ptr<Budget> budget_;  // set once
};

/// A name given as text, as SQL reads it: one to three parts, unquoted ones folded to lower case (`normalize` off: as they are).
TableName ParseTableName(std::string_view text, bool normalize = true);

/// "c" and 32 hex digits.
std::string FreshTableName();
/// A random UUID, as text.
std::string MakeUuid();

}  // namespace bowstring
