// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

namespace bowstring {

/// Columns whose values tell a table's rows apart, as PRIMARY KEY and UNIQUE say. Declared, not enforced.
struct TableKey {
  std::vector<int> columns;
  bool nullable = false;  ///< UNIQUE: rows with NULLs in it may be many
};

/// What a table source also is that knows its keys. Thread-safe once it is in a catalog.
class KeyedTable {
 public:
  virtual ~KeyedTable() = default;
  virtual const std::vector<TableKey>& keys() const = 0;
};

}  // namespace bowstring
