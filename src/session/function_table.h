// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include <bowstring/function.h>
#include <bowstring/table_function.h>

namespace bowstring {

/// A session's functions: the built-in ones, and over them the user's. A later one of a name replaces an earlier, and stands under
/// its aliases too. Thread-safe.
class FunctionTable {
 public:
  /// With all built-in functions.
  FunctionTable();

  /// Null where there is none.
  std::shared_ptr<const ScalarFunction> Scalar(std::string_view name) const;
  std::shared_ptr<const AggregateFunction> Aggregate(std::string_view name) const;
  std::shared_ptr<const WindowFunction> Window(std::string_view name) const;
  std::shared_ptr<const TableFunction> Table(std::string_view name) const;  ///< the user's only

  void Add(std::shared_ptr<const ScalarFunction> function);
  void Add(std::shared_ptr<const AggregateFunction> function);
  void Add(std::shared_ptr<const WindowFunction> function);
  void Add(std::shared_ptr<const TableFunction> function);
  /// Whether there was one.
  bool RemoveScalar(std::string_view name);
  bool RemoveAggregate(std::string_view name);
  bool RemoveWindow(std::string_view name);
  bool RemoveTable(std::string_view name);

  std::vector<std::string> ScalarNames() const;
  std::vector<std::string> AggregateNames() const;
  std::vector<std::string> WindowNames() const;
  std::vector<std::string> TableNames() const;

 private:
  template <typename F>
  using Map = std::map<std::string, std::shared_ptr<const F>, std::less<>>;

  mutable std::shared_mutex mutex_;
  Map<ScalarFunction> scalars_;
  Map<AggregateFunction> aggregates_;
  Map<WindowFunction> windows_;
  Map<TableFunction> tables_;
};

}  // namespace bowstring
