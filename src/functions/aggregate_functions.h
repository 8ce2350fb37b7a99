// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include <bowstring/aggregate_function.h>

namespace bowstring {

/// The built-in aggregate functions, each once (aliases are theirs to tell). Made at first use.
const std::vector<std::shared_ptr<const AggregateFunction>>& AggregateFunctions();

}  // namespace bowstring
