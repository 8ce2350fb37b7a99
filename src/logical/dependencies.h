// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// Functional dependency: the values of some of a plan's columns say those of others.
struct Dependency {
  std::vector<int> sources;
  std::vector<int> targets;
  bool nullable = false;  ///< the sources may have NULLs
  bool exact = true;      ///< holds for NULLs too, taken as one value
  bool single = true;     ///< a value of the sources stands in one row only, as far as is known
};

/// What is known by the keys of tables, by GROUP BY and by row_number() without partitions.
std::vector<Dependency> DependenciesOf(const LogicalPlan& plan);

/// Columns whose values those of the columns `known` say, in order, `known` among them where it says anything.
std::vector<int> Implied(const std::vector<Dependency>& dependencies, const std::vector<int>& known);

/// Of grouping columns, those that suffice to tell the groups apart. Only dependencies that hold for NULLs too count.
std::vector<int> Sufficient(const std::vector<Dependency>& dependencies, std::vector<int> columns);

}  // namespace bowstring::logical
