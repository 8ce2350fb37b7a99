// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>

#include <bowstring/aggregate_function.h>

namespace bowstring {

/// The same function under another name: a call by an alias is named by it ("list_append(t.l,Int64(1))").
std::shared_ptr<const ScalarFunction> Renamed(std::shared_ptr<const ScalarFunction> function, std::string name);
std::shared_ptr<const AggregateFunction> Renamed(std::shared_ptr<const AggregateFunction> function, std::string name);

}  // namespace bowstring
