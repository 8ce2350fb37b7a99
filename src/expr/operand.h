// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

// Two sides of an operator, each an array or a constant, for loops over fixed-width values.

#include <cstdint>
#include <cstring>
#include <memory>

#include <arrow/array/data.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

namespace bowstring {

template <typename T>
struct ConstantOperand {
  T value;
  T operator[](int64_t) const { return value; }
};

inline bool IsNullScalar(const arrow::Datum& datum) { return datum.is_scalar() && !datum.scalar()->is_valid; }
inline const arrow::ArrayData* ArrayOf(const arrow::Datum& datum) { return datum.is_array() ? datum.array().get() : nullptr; }

/// The value of a fixed-width scalar by its bytes.
template <typename T>
T ScalarValue(const arrow::Scalar& scalar) {
  T out;
  const auto view = static_cast<const arrow::internal::PrimitiveScalarBase&>(scalar).view();
  std::memcpy(&out, view.data(), sizeof(T));
  return out;
}
template <>
inline __int128 ScalarValue<__int128>(const arrow::Scalar& scalar) {
  const auto& value = static_cast<const arrow::Decimal128Scalar&>(scalar).value;
  return static_cast<__int128>((static_cast<unsigned __int128>(static_cast<uint64_t>(value.high_bits())) << 64) | value.low_bits());
}
/// The unscaled value of a decimal scalar of up to 64 bits.
inline int64_t NarrowValue(const arrow::Scalar& scalar) {
  return scalar.type->id() == arrow::Type::DECIMAL32 ? static_cast<int64_t>(static_cast<const arrow::Decimal32Scalar&>(scalar).value.value())
                                                     : static_cast<const arrow::Decimal64Scalar&>(scalar).value.value();
}

/// A scalar of a number's, date's, ... type.
template <typename T>
std::shared_ptr<arrow::Scalar> MakeNumberScalar(const std::shared_ptr<arrow::DataType>& type, T value) {
  if constexpr (std::is_floating_point_v<T>) {
    return sizeof(T) == 8 ? std::static_pointer_cast<arrow::Scalar>(std::make_shared<arrow::DoubleScalar>(value))
                          : std::static_pointer_cast<arrow::Scalar>(std::make_shared<arrow::FloatScalar>(static_cast<float>(value)));
  } else {
    return arrow::MakeScalar(type, value).ValueOrDie();
  }
}

/// visit(left, right): each `const T*` or ConstantOperand<T>; not both constants.
template <typename T, typename Visit>
auto VisitOperands(const arrow::Datum& left, const arrow::Datum& right, Visit&& visit) {
  if (left.is_scalar()) return visit(ConstantOperand<T>{ScalarValue<T>(*left.scalar())}, right.array()->template GetValues<T>(1));
  const T* a = left.array()->template GetValues<T>(1);
  if (right.is_scalar()) return visit(a, ConstantOperand<T>{ScalarValue<T>(*right.scalar())});
  return visit(a, right.array()->template GetValues<T>(1));
}

}  // namespace bowstring
