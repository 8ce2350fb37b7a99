// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/function_table.h"

#include <mutex>
#include <type_traits>

#include "functions/aggregate_functions.h"
#include "functions/registry.h"
#include "functions/renamed.h"
#include "functions/window_functions.h"

namespace bowstring {

namespace {

template <typename Map>
typename Map::mapped_type Find(const Map& map, std::shared_mutex& mutex, std::string_view name) {
  std::shared_lock lock(mutex);
  const auto at = map.find(name);
  return at == map.end() ? nullptr : at->second;
}

template <typename Map, typename Function>
void Put(Map& map, std::shared_mutex& mutex, const std::shared_ptr<const Function>& function) {
  std::unique_lock lock(mutex);
  map.insert_or_assign(function->name(), function);
  for (const std::string& alias : function->aliases()) {
    if constexpr (std::is_same_v<Function, WindowFunction>) map.insert_or_assign(alias, function);
    else map.insert_or_assign(alias, Renamed(function, alias));
  }
}

template <typename Map>
bool Remove(Map& map, std::shared_mutex& mutex, std::string_view name) {
  std::unique_lock lock(mutex);
  const auto at = map.find(name);
  if (at == map.end()) return false;
  const auto function = at->second;
  map.erase(at);
  for (const std::string& alias : function->aliases()) map.erase(alias);
  return true;
}

template <typename Map>
std::vector<std::string> Names(const Map& map, std::shared_mutex& mutex) {
  std::shared_lock lock(mutex);
  std::vector<std::string> names;
  for (const auto& [name, function] : map) names.push_back(name);
  return names;
}

}  // namespace

FunctionTable::FunctionTable() {
  for (const auto& function : BuiltinScalars()) Add(function);
  for (const auto& function : AggregateFunctions()) Add(function);
  for (const auto& function : WindowFunctions()) Add(function);
}

std::shared_ptr<const ScalarFunction> FunctionTable::Scalar(std::string_view name) const { return Find(scalars_, mutex_, name); }
std::shared_ptr<const AggregateFunction> FunctionTable::Aggregate(std::string_view name) const {
  return Find(aggregates_, mutex_, name);
}
std::shared_ptr<const WindowFunction> FunctionTable::Window(std::string_view name) const { return Find(windows_, mutex_, name); }
std::shared_ptr<const TableFunction> FunctionTable::Table(std::string_view name) const { return Find(tables_, mutex_, name); }

void FunctionTable::Add(std::shared_ptr<const ScalarFunction> function) { Put(scalars_, mutex_, function); }
void FunctionTable::Add(std::shared_ptr<const AggregateFunction> function) { Put(aggregates_, mutex_, function); }
void FunctionTable::Add(std::shared_ptr<const WindowFunction> function) { Put(windows_, mutex_, function); }
void FunctionTable::Add(std::shared_ptr<const TableFunction> function) {
  std::unique_lock lock(mutex_);
  tables_.insert_or_assign(function->name(), function);
}

bool FunctionTable::RemoveScalar(std::string_view name) { return Remove(scalars_, mutex_, name); }
bool FunctionTable::RemoveAggregate(std::string_view name) { return Remove(aggregates_, mutex_, name); }
bool FunctionTable::RemoveWindow(std::string_view name) { return Remove(windows_, mutex_, name); }
bool FunctionTable::RemoveTable(std::string_view name) {
  std::unique_lock lock(mutex_);
  const auto at = tables_.find(name);
  if (at == tables_.end()) return false;
  tables_.erase(at);
  return true;
}

std::vector<std::string> FunctionTable::ScalarNames() const { return Names(scalars_, mutex_); }
std::vector<std::string> FunctionTable::AggregateNames() const { return Names(aggregates_, mutex_); }
std::vector<std::string> FunctionTable::WindowNames() const { return Names(windows_, mutex_); }
std::vector<std::string> FunctionTable::TableNames() const { return Names(tables_, mutex_); }

}  // namespace bowstring
