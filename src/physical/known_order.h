// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "logical/nodes.h"

namespace bowstring::physical {

/// One key of an order that rows are in anyway.
struct KnownKey {
  int column = 0;  ///< of the plan's schema
  bool ascending = true, nulls_first = false;
};

/// The orders that a plan's rows come in, read in one lane: declared of files, and kept by projections, filters and limits.
std::vector<std::vector<KnownKey>> KnownOrders(const LogicalPlan& plan);

/// Whether rows of `plan` are in the order of `keys` without a sort. The first `grouped` of them only have to bring equal values
/// together: in any direction, and among them in any order.
bool ComesInOrder(const LogicalPlan& plan, const std::vector<SortKey>& keys, size_t grouped = 0);

}  // namespace bowstring::physical
