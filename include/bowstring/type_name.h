// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include <arrow/type_fwd.h>

#include <bowstring/export.h>

namespace bowstring {

/// A type as plans and errors name it, and arrow_cast takes it: "Int64", "Utf8View", "Timestamp(ns, \"UTC\")", "List(non-null Int32, field: 'x')".
BOWSTRING_EXPORT std::string TypeName(const arrow::DataType& type);

}  // namespace bowstring
