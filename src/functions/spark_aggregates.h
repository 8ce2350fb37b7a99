// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include <bowstring/aggregate_function.h>

namespace bowstring {

/// avg, collect_list, collect_set and try_sum as Spark has them, made of those in the list.
void AddSparkAggregates(std::vector<std::shared_ptr<const AggregateFunction>>* list);

}  // namespace bowstring
