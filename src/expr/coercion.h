// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/expr.h>

#include "functions/common_type.h"  // ComparisonType and UnionType: two values that meet

namespace bowstring {

/// What the two sides of an operator are cast to, and what comes out.
struct BinaryTypes {
  TypePtr left, right, result;
};

/// Types of `left op right`. kPlan where there are none: "Cannot coerce arithmetic expression Utf8 + Int64 to valid types".
/// Temporal arithmetic, decimals and || keep their sides' types as far as their kernels know them.
arrow::Result<BinaryTypes> CoerceBinary(BinaryOp op, const TypePtr& left, const TypePtr& right);

}  // namespace bowstring
