// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include <arrow/type_fwd.h>

namespace bowstring {

using TypePtr = std::shared_ptr<arrow::DataType>;

bool IsInteger(const arrow::DataType& type);
bool IsSignedInteger(const arrow::DataType& type);
bool IsFloat(const arrow::DataType& type);
bool IsDecimal(const arrow::DataType& type);
bool IsNumeric(const arrow::DataType& type);  ///< integer, float, decimal
bool IsText(const arrow::DataType& type);     ///< string, large string, string view
bool IsBytes(const arrow::DataType& type);    ///< binary, large binary, binary view, fixed-size binary
bool IsTimestamp(const arrow::DataType& type);
bool IsTemporal(const arrow::DataType& type);  ///< date, time, timestamp
bool IsListLike(const arrow::DataType& type);  ///< list, large list, fixed-size list, list views
/// A dictionary's value type, else the type itself.
TypePtr ValueType(const TypePtr& type);

/// The decimal that holds every value of an integer type: decimal128(3, 0) for int8 ... decimal128(20, 0) for int64.
TypePtr DecimalOf(const arrow::DataType& integer);
/// Decimal of the wider width of two, with `precision` cut to what it can hold.
TypePtr MakeDecimal(arrow::Type::type width, int32_t precision, int32_t scale);
int32_t MaxPrecision(arrow::Type::type width);
arrow::Type::type WiderDecimal(arrow::Type::type a, arrow::Type::type b);

/// Common type of integers and floats: int32 with int64 is int64, signed with unsigned the next signed width, uint64 with signed
/// decimal128(20, 0), integer with float the float. Null where one is no such number.
TypePtr CommonNumber(const TypePtr& left, const TypePtr& right);

/// The type in which two values are compared; null where there is none. Numbers win over texts, dates and times too. Dictionaries count as
/// their values.
TypePtr ComparisonType(const TypePtr& left, const TypePtr& right);
/// The type of values from several places (CASE, UNION): as ComparisonType, but texts win over numbers, and a dictionary stays one beside
/// its values' own type.
TypePtr UnionType(const TypePtr& left, const TypePtr& right);
TypePtr UnionType(const std::vector<TypePtr>& types);
/// ComparisonType over several, for IN.
TypePtr ComparisonType(const std::vector<TypePtr>& types);

/// ComparisonType for values of which one is chosen (greatest, nullif): a date beside a timestamp becomes one in nanoseconds, and a
/// dictionary stays one beside its values' own type.
TypePtr ArgumentType(const std::vector<TypePtr>& types);
/// The same for values that are kept (coalesce, make_array, VALUES): a dictionary stays one, its values take the common type.
TypePtr ElementType(const std::vector<TypePtr>& types);
TypePtr ElementType(const TypePtr& left, const TypePtr& right);

/// The text type of two texts: a view if any is, else large if any is, else string.
TypePtr CommonText(const arrow::DataType& left, const arrow::DataType& right);

}  // namespace bowstring
