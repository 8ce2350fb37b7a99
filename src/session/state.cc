// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/state.h"

#include <algorithm>
#include <chrono>
#include <random>

#include <bowstring/error.h>
#include <bowstring/expr.h>

#include "expr/scope.h"
#include "logical/builder.h"
#include "session/information_schema.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

constexpr char kHex[] = "0123456789abcdef";

std::string RandomHex(int digits) {
  static thread_local std::mt19937_64 engine{std::random_device{}()};
  std::string text;
  for (int i = 0; i < digits; ++i) text += kHex[engine() & 15];
  return text;
}

AllowedPathsPtr MakeAllowed(const SessionConfig& config) {
  const auto paths = config.Get("bowstring.allowed_paths");
  if (!paths) return nullptr;
  std::vector<std::string> list;
  for (size_t begin = 0; begin <= paths->size();) {
    const size_t end = std::min(paths->find('\n', begin), paths->size());
    if (end > begin) list.push_back(paths->substr(begin, end - begin));
    begin = end + 1;
  }
  return std::make_shared<AllowedPaths>(list);
}

/// Those folders for temporary files that are allowed; of none, the first allowed place.
std::vector<std::string> SpillFolders(const std::vector<std::string>& wanted, const AllowedPathsPtr& allowed) {
  if (!allowed) return wanted;
  std::vector<std::string> folders;
  for (const std::string& folder : wanted) {
    if (auto resolved = allowed->Resolve(folder); resolved.ok()) folders.push_back(*std::move(resolved));
  }
  if (folders.empty() && !allowed->roots().empty()) folders.push_back(allowed->roots()[0]);
  return folders;
}

std::shared_ptr<SpillSpace> MakeSpill(const RuntimeEnvBuilder& runtime, const AllowedPathsPtr& allowed) {
  constexpr int64_t kDefaultLimit = int64_t{100} << 30;
  if (runtime.disk() == RuntimeEnvBuilder::Disk::kDisabled) return SpillSpace::Disabled();
  const auto folders = SpillFolders(runtime.directories(), allowed);
  if (allowed && folders.empty()) return SpillSpace::Disabled();
  return std::make_shared<SpillSpace>(folders, kDefaultLimit);
}

std::shared_ptr<Budget> MakeBudget(const RuntimeEnvBuilder& runtime) {
  switch (runtime.pool()) {
    case RuntimeEnvBuilder::Pool::kUnbounded: return std::make_shared<Budget>("session", -1, nullptr);
    case RuntimeEnvBuilder::Pool::kGreedy:
    case RuntimeEnvBuilder::Pool::kFair: return std::make_shared<Budget>("session", runtime.memory_limit(), Budget::Process());
    case RuntimeEnvBuilder::Pool::kDefault: break;
  }
  return std::make_shared<Budget>("session", -1, Budget::Process());
}

}  // namespace

std::string MakeUuid() {
  std::string hex = RandomHex(32);
  hex[12] = '4';
  hex[16] = kHex[8 + (hex[16] & 3)];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
}

std::string FreshTableName() { return "c" + RandomHex(32); }

TableName ParseTableName(std::string_view text, bool normalize) {
  const Expr parsed = Col(text);
  const auto& column = parsed->as<ColumnRef>();
  TableName name;
  name.table = column.name;
  if (column.relation) {
    name.schema = column.relation->table;
    name.catalog = column.relation->schema;
  }
  // Four parts are no table's name, and without folding the text is one name.
  if (!normalize || (column.relation && !column.relation->catalog.empty())) return TableName{"", "", std::string(text)};
  return name;
}

SessionState::SessionState(SessionConfig config, const RuntimeEnvBuilder& runtime)
    : id_(MakeUuid()),
      start_ns_(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count()),
      config_(std::move(config)), allowed_(MakeAllowed(config_)), catalogs_(MakeMemoryCatalogList()), spill_(MakeSpill(runtime, allowed_)), budget_(MakeBudget(runtime)) {
  if (config_.GetBool("datafusion.catalog.create_default_catalog_and_schema")) {
    const auto catalog = MakeMemoryCatalog();
    // In memory neither can fail.
    ARROW_UNUSED(catalog->RegisterSchema(config_.default_schema(), MakeMemorySchema()));
    ARROW_UNUSED(catalogs_->RegisterCatalog(config_.default_catalog(), catalog));
  }
  if (const auto limit = config_.Get("bowstring.memory_limit")) {
    if (const auto bytes = ParseCapacity("bowstring.memory_limit", *limit); bytes.ok()) budget_->set_limit(*bytes);
  }
}

SessionConfig SessionState::config() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return config_;
}

Status SessionState::ApplyRuntime(std::string_view key, const std::string& value) {
  if (key == "datafusion.runtime.memory_limit" || key == "bowstring.memory_limit") {
    ARROW_ASSIGN_OR_RAISE(const int64_t bytes, ParseCapacity(key, value));
    budget_->set_limit(bytes);
  } else if (key == "datafusion.runtime.temp_directory" || key == "bowstring.spill_directory") {
    if (allowed_) ARROW_RETURN_NOT_OK(allowed_->Resolve(value).status());
    const auto space = std::make_shared<SpillSpace>(std::vector<std::string>{value}, spill()->limit());
    std::lock_guard<std::mutex> lock(mutex_);
    spill_ = space;
  } else if (key == "datafusion.runtime.max_temp_directory_size" || key == "bowstring.spill_limit") {
    ARROW_ASSIGN_OR_RAISE(const int64_t bytes, ParseCapacity(key, value));
    const auto space = spill()->WithLimit(bytes);
    std::lock_guard<std::mutex> lock(mutex_);
    spill_ = space;
  }
  return Status::OK();
}

Status SessionState::CheckChange(std::string_view key) const {
  if (key == "bowstring.allowed_paths" || key == "bowstring.locked_config") {
    return Error(ErrorKind::kConfig, "Error setting config ", key, ": it is part of what a session begins with");
  }
  if (config().GetBool("bowstring.locked_config")) return Error(ErrorKind::kConfig, "Error setting config ", key, ": the session's settings are locked");
  return Status::OK();
}

Status SessionState::SetConfig(std::string_view key, std::string_view value) {
  ARROW_RETURN_NOT_OK(CheckChange(key));
  {
    SessionConfig tried = config();
    ARROW_RETURN_NOT_OK(tried.SetAny(key, value));
  }
  ARROW_RETURN_NOT_OK(ApplyRuntime(key, std::string(value)));
  std::lock_guard<std::mutex> lock(mutex_);
  return config_.SetAny(key, value);
}

Status SessionState::ResetConfig(std::string_view key) {
  ARROW_RETURN_NOT_OK(CheckChange(key));
  std::string value;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ARROW_RETURN_NOT_OK(config_.Reset(key));
    value = config_.GetText(key);
  }
  return value.empty() ? Status::OK() : ApplyRuntime(key, value);
}

std::shared_ptr<CatalogProviderList> SessionState::catalogs() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return catalogs_;
}

void SessionState::SetCatalogs(std::shared_ptr<CatalogProviderList> catalogs) {
  std::lock_guard<std::mutex> lock(mutex_);
  catalogs_.swap(catalogs);
}

TableFactory SessionState::FindTableFactory(const std::string& format) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = table_factories_.find(format);
  return found == table_factories_.end() ? nullptr : found->second;
}

void SessionState::SetTableFactory(std::string format, TableFactory factory) {
  std::lock_guard<std::mutex> lock(mutex_);
  table_factories_.insert_or_assign(std::move(format), std::move(factory));
}

std::shared_ptr<SpillSpace> SessionState::spill() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return spill_;
}

bool SessionState::AddPrepared(const std::string& name, std::shared_ptr<const PreparedStatement> statement) {
  std::lock_guard<std::mutex> lock(mutex_);
  return prepared_.emplace(name, std::move(statement)).second;
}

std::shared_ptr<const PreparedStatement> SessionState::FindPrepared(const std::string& name) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto at = prepared_.find(name);
  return at == prepared_.end() ? nullptr : at->second;
}

bool SessionState::RemovePrepared(const std::string& name) {
  std::lock_guard<std::mutex> lock(mutex_);
  return prepared_.erase(name) > 0;
}

void SessionState::RemoveAllPrepared() {
  std::lock_guard<std::mutex> lock(mutex_);
  prepared_.clear();
}

void SessionState::SetDefaults(const TableName& table, std::map<std::string, Expr> defaults) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (defaults.empty()) {
    defaults_.erase(table.ToString());
  } else {
    defaults_.insert_or_assign(table.ToString(), std::move(defaults));
  }
}

std::map<std::string, Expr> SessionState::DefaultsOf(const TableName& table) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto at = defaults_.find(table.ToString());
  return at == defaults_.end() ? std::map<std::string, Expr>() : at->second;
}

optimizer::Options SessionState::optimizer_options() const {
  std::lock_guard<std::mutex> lock(mutex_);
  optimizer::Options options;
  options.disabled = removed_rules_;
  options.functions = {functions_.Aggregate("count"), functions_.Aggregate("sum"), functions_.Aggregate("min"), functions_.Aggregate("max"),
                       functions_.Aggregate("first_value"), functions_.Window("row_number")};
  options.max_passes = static_cast<int>(std::clamp<int64_t>(config_.GetInt("datafusion.optimizer.max_passes"), 0, 100));
  options.skip_failed_rules = config_.GetBool("datafusion.optimizer.skip_failed_rules");
  const std::string disabled = config_.GetText("bowstring.optimizer.disabled_rules");
  for (size_t begin = 0; begin < disabled.size();) {
    const size_t end = std::min(disabled.find(',', begin), disabled.size());
    options.disabled.insert(disabled.substr(begin, end - begin));
    begin = end + 1;
  }
  return options;
}

bool SessionState::RemoveRule(std::string_view name) {
  bool known = false;
  for (const optimizer::NamedRule& rule : optimizer::AllRules()) known |= rule.name == name;
  std::lock_guard<std::mutex> lock(mutex_);
  return known && removed_rules_.emplace(name).second;
}

TableName SessionState::Resolve(const TableName& name) const {
  TableName full = name;
  std::lock_guard<std::mutex> lock(mutex_);
  if (full.schema.empty()) full.schema = config_.default_schema();
  if (full.catalog.empty()) full.catalog = config_.default_catalog();
  return full;
}

Result<std::shared_ptr<SchemaProvider>> SessionState::SchemaOf(const TableName& resolved) const {
  ARROW_ASSIGN_OR_RAISE(const auto catalog, catalogs()->GetCatalog(resolved.catalog));
  if (catalog == nullptr) return Error(ErrorKind::kPlan, "failed to resolve catalog: ", resolved.catalog);
  ARROW_ASSIGN_OR_RAISE(auto schema, catalog->GetSchema(resolved.schema));
  if (schema == nullptr) return Error(ErrorKind::kPlan, "failed to resolve schema: ", resolved.schema);
  return schema;
}

Result<std::shared_ptr<const Table>> SessionState::FindTable(const TableName& name) const {
  const TableName full = Resolve(name);
  if (full.schema == "information_schema" && config().information_schema()) {
    return InformationSchemaTable(*this, full.table);
  }
  ARROW_ASSIGN_OR_RAISE(const auto catalog, catalogs()->GetCatalog(full.catalog));
  if (catalog == nullptr) return nullptr;
  ARROW_ASSIGN_OR_RAISE(const auto schema, catalog->GetSchema(full.schema));
  if (schema == nullptr) return nullptr;
  return schema->GetTable(full.table);
}

Result<std::shared_ptr<const ScalarFunction>> SessionState::ScalarFunctionNamed(std::string_view name) const {
  auto function = functions_.Scalar(name);
  if (function == nullptr) return Error(ErrorKind::kNotImplemented, "function '", name, "'");
  return function;
}

Result<PlanPtr> SessionState::PlanTable(const TableName& name) const {
  ARROW_ASSIGN_OR_RAISE(const auto table, FindTable(name));
  if (table == nullptr) return nullptr;
  if (table->plan() != nullptr) return logical::AliasPlan(table->plan(), name);
  return logical::ScanTable(name, table->source());
}

}  // namespace bowstring
