// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// gcd and lcm: of integers as int64, of decimals by their digits at a common scale.

#include <numeric>
#include <type_traits>

#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include "functions/families.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"

namespace bowstring {
namespace {

using arrow::Decimal256;
using arrow::Type;

Cell Overflow(const std::string& name, arrow::Status* error) {
  *error = Error(ErrorKind::kUnknown, "Compute error: Signed integer overflow in ", name, "()");
  return Cell::kFail;
}

uint64_t Magnitude(int64_t value) { return value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value); }

Cell Integers(const std::string& name, bool multiple, int64_t a, int64_t b, int64_t* out, arrow::Status* error) {
  const uint64_t x = Magnitude(a), y = Magnitude(b), divisor = std::gcd(x, y);
  uint64_t value = divisor;
  if (multiple && (divisor == 0 || __builtin_mul_overflow(x / divisor, y, &value))) {
    if (divisor != 0) return Overflow(name, error);
    value = 0;
  }
  if (value > static_cast<uint64_t>(INT64_MAX)) return Overflow(name, error);
  *out = static_cast<int64_t>(value);
  return Cell::kValue;
}

template <typename T>
Decimal256 Widened(const T& value) {
  if constexpr (std::is_same_v<T, __int128>) {
    return Decimal256(arrow::Decimal128(static_cast<int64_t>(value >> 64), static_cast<uint64_t>(value)));
  } else {
    return Decimal256(value);
  }
}

template <typename T>
T Narrowed(const Decimal256& value) {
  if constexpr (std::is_same_v<T, Decimal256>) return value;
  else return static_cast<T>(static_cast<unsigned __int128>(value.little_endian_array()[1]) << 64 | value.little_endian_array()[0]);
}

template <typename T>
Kernel Decimals(const std::string& name, bool multiple, const TypePtr& type) {
  const int32_t precision = static_cast<const arrow::DecimalType&>(*type).precision();
  return [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
    return FixedRows<T>(context, values, n, type, [&](const Rows& rows, int64_t i, T* out, arrow::Status* error) {
      const Decimal256 a = Decimal256::Abs(Widened(rows.value<T>(0, i))), b = Decimal256::Abs(Widened(rows.value<T>(1, i)));
      Decimal256 divisor = a, rest = b;
      while (rest != Decimal256(0)) {
        const Decimal256 next = divisor % rest;
        divisor = rest;
        rest = next;
      }
      if (multiple && divisor != Decimal256(0)) {
        const Decimal256 factor = a / divisor;
        divisor = factor * b;
        if (b != Decimal256(0) && divisor / b != factor) return Overflow(name, error);
      }
      if (!divisor.FitsInPrecision(precision)) return Overflow(name, error);
      *out = Narrowed<T>(divisor);
      return Cell::kValue;
    });
  };
}

Kernel DecimalKernel(const std::string& name, bool multiple, const TypePtr& type) {
  switch (type->id()) {
    case Type::DECIMAL32: return Decimals<int32_t>(name, multiple, type);
    case Type::DECIMAL64: return Decimals<int64_t>(name, multiple, type);
    case Type::DECIMAL128: return Decimals<__int128>(name, multiple, type);
    default: return Decimals<Decimal256>(name, multiple, type);
  }
}

ScalarFunctionPtr Make(std::string name, std::string description, bool multiple) {
  FunctionSpec spec;
  spec.name = name;
  spec.doc = {"math", std::move(description), name + "(expression_x, expression_y)", ""};
  spec.resolve = [name, multiple, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch(name, syntax, arguments);
    const TypePtr left = ValueType(TypeOfArgument(arguments, 0)), right = ValueType(TypeOfArgument(arguments, 1));
    const auto fits = [](const TypePtr& type) { return IsNumeric(*type) || type->id() == Type::NA; };
    if (!fits(left) || !fits(right)) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    call.fallible = true;
    if (IsDecimal(*left) || IsDecimal(*right)) {
      const TypePtr type = ComparisonType(left, right);
      call.argument_types = {type, type};
      call.result = ResultField(type);
      call.kernel = DecimalKernel(name, multiple, type);
      return call;
    }
    // A float has no divisors; beside NULL it doesn't matter.
    const bool null = left->id() == Type::NA || right->id() == Type::NA;
    if (!null && (IsFloat(*left) || IsFloat(*right))) return NoMatch(name, syntax, arguments);
    call.argument_types = {arrow::int64(), arrow::int64()};
    call.result = ResultField(arrow::int64());
    call.kernel = [name, multiple](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int64_t>(context, values, n, arrow::int64(), [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
        return Integers(name, multiple, rows.value<int64_t>(0, i), rows.value<int64_t>(1, i), out, error);
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddDivisorFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(Make("gcd", "Greatest common divisor.", false));
  out->push_back(Make("lcm", "Least common multiple.", true));
}

}  // namespace bowstring
