// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/type_name.h>

namespace bowstring {

inline std::string TypeName(const std::shared_ptr<arrow::DataType>& type) { return TypeName(*type); }

/// Reads what TypeName writes, and the older forms `Timestamp(Nanosecond, None)`, `List(Field { ... })`-less lists, as arrow_cast takes
/// them. kPlan: "Unsupported type 'x'. Must be a supported arrow type name such as 'Int32' or 'Timestamp(ns)'".
arrow::Result<std::shared_ptr<arrow::DataType>> ParseTypeName(std::string_view text);

/// "s", "ms", "µs", "ns".
std::string_view TimeUnitName(arrow::TimeUnit::type unit);

}  // namespace bowstring
