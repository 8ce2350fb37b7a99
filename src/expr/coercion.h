// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/expr.h>

namespace bowstring {

using TypePtr = std::shared_ptr<arrow::DataType>;

/// What the two sides of an operator are cast to, and what comes out.
struct BinaryTypes {
  TypePtr left, right, result;
};

/// Types of `left op right`. kPlan where there are none: "Cannot coerce arithmetic expression Utf8 + Int64 to valid types".
arrow::Result<BinaryTypes> CoerceBinary(BinaryOp op, const TypePtr& left, const TypePtr& right);

/// The type in which two values are compared (=, <, BETWEEN, IN, join keys, CASE operand); null where there is none.
TypePtr ComparisonType(const TypePtr& left, const TypePtr& right);

/// The type of a column whose values come from several expressions (CASE branches, UNION, VALUES, coalesce); null where there is none.
TypePtr UnionType(const TypePtr& left, const TypePtr& right);
TypePtr UnionType(const std::vector<TypePtr>& types);

/// The type in which an IN list is compared with its operand; null where there is none.
TypePtr InListType(const TypePtr& operand, const std::vector<TypePtr>& list);

}  // namespace bowstring
