// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include <arrow/type_fwd.h>

namespace bowstring {

/// A type as plans and errors name it: "Int64", "List(Utf8View)" (functions/type_names.h, for rooms that may not see functions).
std::string TypeText(const arrow::DataType& type);

}  // namespace bowstring
