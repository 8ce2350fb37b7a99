// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/session.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "logical/empty.h"
#include "logical/nodes.h"
#include "session/sql_catalog.h"
#include "session/state.h"
#include "sources/memory.h"
#include "sources/range.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

const TableName kUnregistered{"", "", "?table?"};

std::string Rfc3339(int64_t ns) {
  using namespace std::chrono;
  const sys_time<nanoseconds> time{nanoseconds(ns)};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  char text[64];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d.%09lld+00:00", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<long long>(clock.subseconds().count()));
  return text;
}

}  // namespace

SessionContext::SessionContext() : SessionContext(SessionConfig().WithInformationSchema(true)) {}

SessionContext::SessionContext(SessionConfig config, RuntimeEnvBuilder runtime)
    : state_(std::make_shared<SessionState>(std::move(config), runtime)) {}

std::string SessionContext::session_id() const { return state_->id(); }
std::string SessionContext::session_start_time() const { return Rfc3339(state_->start_ns()); }
SessionConfig SessionContext::config() const { return state_->config(); }
Status SessionContext::SetConfig(std::string_view key, std::string_view value) { return state_->SetConfig(key, value); }

Result<std::shared_ptr<const Table>> SessionContext::FindTable(std::string_view name) const {
  return state_->FindTable(ParseTableName(name));
}

Result<bool> SessionContext::TableExists(std::string_view name) const {
  ARROW_ASSIGN_OR_RAISE(const auto table, FindTable(name));
  return table != nullptr;
}

Result<DataFrame> SessionContext::table(std::string_view name) const {
  const TableName parsed = ParseTableName(name);
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, state_->PlanTable(parsed));
  if (plan == nullptr) {
    ARROW_ASSIGN_OR_RAISE(plan, SqlCatalog(*state_).FindPath(std::string(name)));
  }
  if (plan == nullptr) return Error(ErrorKind::kPlan, "No table named '", name, "'");
  return DataFrame(state_, std::move(plan));
}

Status SessionContext::RegisterTable(std::string_view name, std::shared_ptr<const Table> table) const {
  const TableName full = state_->Resolve(ParseTableName(name));
  ARROW_ASSIGN_OR_RAISE(const auto schema, state_->SchemaOf(full));
  return schema->RegisterTable(full.table, std::move(table));
}

Status SessionContext::RegisterTable(std::string_view name, std::shared_ptr<TableSource> source) const {
  return RegisterTable(name, Table::Of(std::move(source)));
}

Status SessionContext::RegisterView(std::string_view name, const DataFrame& frame) const {
  return RegisterTable(name, frame.IntoView());
}

Status SessionContext::RegisterRecordBatches(std::string_view name,
                                             std::vector<std::vector<std::shared_ptr<arrow::RecordBatch>>> partitions,
                                             std::shared_ptr<arrow::Schema> schema) const {
  std::shared_ptr<MemoryTable> table;
  if (schema != nullptr) {
    ARROW_ASSIGN_OR_RAISE(table, MemoryTable::Make(std::move(schema), std::move(partitions)));
  } else {
    ARROW_ASSIGN_OR_RAISE(table, MemoryTable::Make(std::move(partitions)));
  }
  return RegisterTable(name, std::shared_ptr<TableSource>(std::move(table)));
}

Status SessionContext::DeregisterTable(std::string_view name) const {
  const TableName full = state_->Resolve(ParseTableName(name));
  ARROW_ASSIGN_OR_RAISE(const auto catalog, state_->catalogs()->GetCatalog(full.catalog));
  if (catalog == nullptr) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto schema, catalog->GetSchema(full.schema));
  if (schema == nullptr) return Status::OK();
  return schema->DeregisterTable(full.table).status();
}

Result<DataFrame> SessionContext::CreateDataFrame(std::vector<std::vector<std::shared_ptr<arrow::RecordBatch>>> partitions,
                                                  std::string_view name, std::shared_ptr<arrow::Schema> schema) const {
  const std::string table = name.empty() ? FreshTableName() : std::string(name);
  ARROW_RETURN_NOT_OK(RegisterRecordBatches(table, std::move(partitions), std::move(schema)));
  return this->table(table);
}

Result<DataFrame> SessionContext::ReadTable(std::shared_ptr<const Table> table) const {
  if (table->plan() != nullptr) return DataFrame(state_, table->plan());
  return ReadTable(table->source());
}

Result<DataFrame> SessionContext::ReadTable(std::shared_ptr<TableSource> source) const {
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::ScanTable(kUnregistered, std::move(source)));
  return DataFrame(state_, std::move(plan));
}

Result<DataFrame> SessionContext::ReadBatches(std::vector<std::shared_ptr<arrow::RecordBatch>> batches,
                                              std::shared_ptr<arrow::Schema> schema) const {
  std::shared_ptr<MemoryTable> table;
  if (schema != nullptr) {
    ARROW_ASSIGN_OR_RAISE(table, MemoryTable::Make(std::move(schema), {std::move(batches)}));
  } else {
    ARROW_ASSIGN_OR_RAISE(table, MemoryTable::Make({std::move(batches)}));
  }
  return ReadTable(std::shared_ptr<TableSource>(std::move(table)));
}

Result<DataFrame> SessionContext::ReadEmpty() const {
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::Empty::Make(true));
  return DataFrame(state_, std::move(plan));
}

Result<DataFrame> SessionContext::Range(int64_t start, int64_t end, int64_t step) const {
  ARROW_ASSIGN_OR_RAISE(auto source, MakeRange(start, end, step, /*inclusive=*/false));
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::ScanTable(TableName{"", "", "range()"}, std::move(source)));
  return DataFrame(state_, std::move(plan));
}

Result<DataFrame> SessionContext::FromPlan(Plan plan) const { return DataFrame(state_, plan.node()); }

std::shared_ptr<CatalogProviderList> SessionContext::catalogs() const { return state_->catalogs(); }

Status SessionContext::RegisterTableFactory(std::string_view format, TableFactory factory) const {
  std::string upper(format);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  state_->SetTableFactory(std::move(upper), std::move(factory));
  return Status::OK();
}

Status SessionContext::RegisterCatalogList(std::shared_ptr<CatalogProviderList> list) const {
  state_->SetCatalogs(std::move(list));
  return Status::OK();
}

SessionContext SessionContext::EnableUrlTable() const {
  state_->EnableUrlTables();
  return *this;
}

bool SessionContext::RemoveOptimizerRule(std::string_view name) const { return state_->RemoveRule(name); }

}  // namespace bowstring
