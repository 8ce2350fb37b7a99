// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include <arrow/type_fwd.h>

namespace bowstring {

/// A literal as expressions print it: "Int64(1)", "Utf8(\"x\")", "Decimal128(1.23,3,2)", "NULL".
std::string LiteralText(const arrow::Scalar& scalar);

}  // namespace bowstring
