// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <random>

#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include "functions/decimal_math.h"
#include "functions/families.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"
#include "functions/type_names.h"
#include "functions/value_text.h"

namespace bowstring {
namespace {

using arrow::Type;
// A function in double precision and in single.
struct Unary {
  double (*wide)(double);
  float (*single)(float);
};

FunctionDoc Doc(std::string description, std::string syntax, std::string example = "") { return {"math", std::move(description), std::move(syntax), std::move(example)}; }

bool IsNumberOrNull(const TypePtr& type) { return IsNumeric(*ValueType(type)) || type->id() == Type::NA; }

// float32 stays, all other numbers become double.
TypePtr FloatType(const TypePtr& type) { return ValueType(type)->id() == Type::FLOAT ? arrow::float32() : arrow::float64(); }

template <typename T, typename F>
Kernel FloatKernel(const TypePtr& type, F function, const char* error_below_zero) {
  return [=](KernelContext& context, const std::vector<arrow::Datum>& arguments, int64_t n) {
    return FixedRows<T>(context, arguments, n, type, [&](const Rows& rows, int64_t i, T* out, arrow::Status* error) {
      const T value = rows.value<T>(0, i);
      if (error_below_zero && value < 0) {
        *error = Error(ErrorKind::kUnknown, "Compute error: Execution error: ", error_below_zero);
        return Cell::kFail;
      }
      *out = function(value);
      return Cell::kValue;
    });
  };
}

// The whole number below (-1), above (1) or towards zero (0) of a decimal; the type stays.
template <typename T>
ResolvedCall WholeDecimal(const std::string& name, const TypePtr& type, int direction) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
  const __int128 unit = decimal.scale() > 0 ? PowerOfTen(decimal.scale()) : 1, limit = PowerOfTen(decimal.precision());
  ResolvedCall call;
  call.argument_types = {type};
  call.result = ResultField(type);
  call.fallible = direction != 0;
  call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
    return FixedRows<T>(context, values, n, type, [&](const Rows& rows, int64_t i, T* out, arrow::Status* error) {
      const __int128 value = rows.value<T>(0, i), rest = value % unit;
      const __int128 whole = value - rest + (direction > 0 && rest > 0 ? unit : direction < 0 && rest < 0 ? -unit : 0);
      *out = static_cast<T>(whole);
      if (whole < limit && whole > -limit) return Cell::kValue;
      *error = Error(ErrorKind::kExecution, "Decimal overflow while applying ", name);
      return Cell::kFail;
    });
  };
  return call;
}

// The same for decimals of 256 bits.
ResolvedCall WholeWideDecimal(const std::string& name, const TypePtr& type, int direction) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
  const arrow::Decimal256 zero(0), unit = decimal.scale() > 0 ? arrow::Decimal256::GetScaleMultiplier(decimal.scale()) : arrow::Decimal256(1);
  ResolvedCall call;
  call.argument_types = {type};
  call.result = ResultField(type);
  call.fallible = direction != 0;
  call.kernel = [=, precision = decimal.precision()](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
    return FixedRows<arrow::Decimal256>(context, values, n, type, [&](const Rows& rows, int64_t i, arrow::Decimal256* out, arrow::Status* error) {
      const auto value = rows.value<arrow::Decimal256>(0, i);
      const arrow::Decimal256 rest = value % unit;
      *out = value;
      *out -= rest;
      if (direction > 0 && rest > zero) *out += unit;
      if (direction < 0 && rest < zero) *out -= unit;
      if (out->FitsInPrecision(precision)) return Cell::kValue;
      *error = Error(ErrorKind::kExecution, "Decimal overflow while applying ", name);
      return Cell::kFail;
    });
  };
  return call;
}

// Decimals of 256 bits rounded, halves away from zero. A known number of places becomes the scale.
ResolvedCall RoundWideDecimal(const TypePtr& type, const Arguments& arguments) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
  const int32_t scale = decimal.scale();
  const bool places = arguments.size() == 2;
  const auto literal = places ? LiteralInt(arguments, 1) : std::optional<int64_t>(0);
  const int32_t out_scale = literal ? static_cast<int32_t>(std::clamp<int64_t>(*literal, 0, scale)) : scale;
  const int32_t precision = literal ? decimal.precision() : std::min(decimal.precision() + 1, MaxPrecision(Type::DECIMAL256));
  const TypePtr result = arrow::decimal256(precision, out_scale);
  ResolvedCall call;
  call.argument_types = {type};
  if (places) call.argument_types.push_back(arrow::int64());
  call.result = ResultField(result, AnyNullable(arguments));
  call.fallible = true;
  call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
    return FixedRows<arrow::Decimal256>(context, values, n, result, [&](const Rows& rows, int64_t i, arrow::Decimal256* out, arrow::Status* error) {
      const int64_t asked = places ? rows.value<int64_t>(1, i) : 0;
      const int32_t wanted = static_cast<int32_t>(std::clamp<int64_t>(asked, -arrow::Decimal256::kMaxPrecision, scale)), drop = scale - wanted;
      *out = drop > arrow::Decimal256::kMaxPrecision ? arrow::Decimal256() : drop > 0 ? arrow::Decimal256(rows.value<arrow::Decimal256>(0, i).ReduceScaleBy(drop, true)) : rows.value<arrow::Decimal256>(0, i);
      bool fits = true;
      if (out_scale > wanted && *out != arrow::Decimal256()) {
        auto grown = out->Rescale(wanted, out_scale);
        fits = grown.ok();
        if (fits) *out = *grown;
      }
      if (fits && out->FitsInPrecision(precision)) return Cell::kValue;
      *error = Error(ErrorKind::kExecution, "Decimal overflow while applying round");
      return Cell::kFail;
    });
  };
  return call;
}

// A decimal cut off after some places; the type stays.
ResolvedCall CutDecimal(const TypePtr& type) {
  const int32_t scale = static_cast<const arrow::DecimalType&>(*type).scale();
  ResolvedCall call;
  call.argument_types = {type, arrow::int64()};
  call.result = ResultField(type);
  call.kernel = [type, scale](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
    return FixedRows<__int128>(context, values, n, type, [&](const Rows& rows, int64_t i, __int128* out, arrow::Status*) {
      const __int128 value = rows.value<__int128>(0, i);
      const int64_t drop = scale - std::clamp<int64_t>(rows.value<int64_t>(1, i), -76, scale);
      *out = drop > 38 ? 0 : value - value % PowerOfTen(static_cast<int>(drop));
      return Cell::kValue;
    });
  };
  return call;
}

ScalarFunctionPtr MakeUnary(std::string name, std::string description, Unary function, std::vector<std::string> aliases = {}, const char* error_below_zero = nullptr) {
  FunctionSpec spec;
  spec.name = name;
  spec.aliases = std::move(aliases);
  spec.doc = Doc(std::move(description), name + "(numeric_expression)");
  spec.resolve = [name, syntax = spec.doc.syntax, function, error_below_zero](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1 || !IsNumberOrNull(TypeOfArgument(arguments, 0))) return NoMatch(name, syntax, arguments);
    if (name == "ceil" || name == "floor") {
      const TypePtr decimal = TypeOfArgument(arguments, 0);
      const int direction = name == "ceil" ? 1 : -1;
      if (decimal->id() == Type::DECIMAL32) return WholeDecimal<int32_t>(name, decimal, direction);
      if (decimal->id() == Type::DECIMAL64) return WholeDecimal<int64_t>(name, decimal, direction);
      if (decimal->id() == Type::DECIMAL128) return WholeDecimal<__int128>(name, decimal, direction);
      if (decimal->id() == Type::DECIMAL256) return WholeWideDecimal(name, decimal, direction);
    }
    const TypePtr type = FloatType(TypeOfArgument(arguments, 0));
    ResolvedCall call;
    call.argument_types = {type};
    call.result = ResultField(type);
    call.fallible = error_below_zero != nullptr;
    call.kernel = type->id() == Type::FLOAT ? FloatKernel<float>(type, function.single, error_below_zero) : FloatKernel<double>(type, function.wide, error_below_zero);
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeBinary(std::string name, std::string description, std::string syntax, double (*function)(double, double), std::vector<std::string> aliases = {}) {
  FunctionSpec spec;
  spec.name = name;
  spec.aliases = std::move(aliases);
  spec.doc = Doc(std::move(description), std::move(syntax));
  spec.resolve = [name, syntax = spec.doc.syntax, function](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch(name, syntax, arguments);
    for (size_t i = 0; i < 2; ++i) {
      const TypePtr type = TypeOfArgument(arguments, i);
      if (!IsNumberOrNull(type)) return NoMatch(name, syntax, arguments);
    }
    ResolvedCall call;
    if (name != "power" && ValueType(TypeOfArgument(arguments, 0))->id() == Type::FLOAT && ValueType(TypeOfArgument(arguments, 1))->id() == Type::FLOAT) {
      call.argument_types = {arrow::float32(), arrow::float32()};
      call.result = ResultField(arrow::float32());
      call.kernel = [function](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
        return FixedRows<float>(context, values, n, arrow::float32(), [&](const Rows& rows, int64_t i, float* out, arrow::Status*) {
          *out = static_cast<float>(function(rows.value<float>(0, i), rows.value<float>(1, i)));
          return Cell::kValue;
        });
      };
      return call;
    }
    call.argument_types = {arrow::float64(), arrow::float64()};
    call.result = ResultField(arrow::float64());
    call.kernel = [function](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<double>(context, values, n, arrow::float64(), [&](const Rows& rows, int64_t i, double* out, arrow::Status*) {
        *out = function(rows.value<double>(0, i), rows.value<double>(1, i));
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// The second argument may be NULL where it isn't needed.
ScalarFunctionPtr MakeNanvl() {
  FunctionSpec spec;
  spec.name = "nanvl";
  spec.doc = Doc("The first argument, or the second where the first is NaN.", "nanvl(expression_x, expression_y)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch("nanvl", syntax, arguments);
    bool single = true;
    for (size_t i = 0; i < 2; ++i) {
      if (!IsNumberOrNull(TypeOfArgument(arguments, i))) return NoMatch("nanvl", syntax, arguments);
      single = single && ValueType(TypeOfArgument(arguments, i))->id() == Type::FLOAT;
    }
    const TypePtr type = single ? arrow::float32() : arrow::float64();
    auto pick = []<typename T>(const Rows& rows, int64_t i, T* out) {
      for (size_t a = 0; a < 2; ++a) {
        if (!rows.valid(a, i)) return Cell::kNull;
        *out = rows.value<T>(a, i);
        if (!std::isnan(*out)) break;
      }
      return Cell::kValue;
    };
    ResolvedCall call;
    call.argument_types = {type, type};
    call.result = ResultField(type);
    call.kernel = [type, single, pick](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      if (single) return FixedRows<float>(context, values, n, type, [&](const Rows& rows, int64_t i, float* out, arrow::Status*) { return pick(rows, i, out); }, true);
      return FixedRows<double>(context, values, n, type, [&](const Rows& rows, int64_t i, double* out, arrow::Status*) { return pick(rows, i, out); }, true);
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// Functions of integers that stay integers.
template <typename F>
ScalarFunctionPtr MakeInteger(std::string name, std::string description, std::string syntax, size_t count, F compute) {
  FunctionSpec spec;
  spec.name = name;
  spec.doc = Doc(std::move(description), std::move(syntax));
  spec.resolve = [name, syntax = spec.doc.syntax, count, compute](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != count) return NoMatch(name, syntax, arguments);
    for (size_t i = 0; i < count; ++i) {
      const TypePtr type = TypeOfArgument(arguments, i);
      if (!IsNumberOrNull(type) || IsFloat(*type)) return NoMatch(name, syntax, arguments);
    }
    ResolvedCall call;
    call.argument_types.assign(count, arrow::int64());
    call.result = ResultField(arrow::int64());
    call.fallible = true;
    call.kernel = [compute](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int64_t>(context, values, n, arrow::int64(), [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
        const int64_t a = rows.value<int64_t>(0, i), b = rows.arguments() > 1 ? rows.value<int64_t>(1, i) : 0;
        return compute(a, b, out, error);
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

Cell Overflow(const char* name, int64_t a, int64_t b, arrow::Status* error) {
  *error = Error(ErrorKind::kExecution, "Arithmetic overflow: ", name, "(", a, ", ", b, ")");
  return Cell::kFail;
}

template <typename T>
arrow::Result<arrow::Datum> AbsRows(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n, const TypePtr& type) {
  return FixedRows<T>(context, values, n, type, [&](const Rows& rows, int64_t i, T* out, arrow::Status* error) {
    const T value = rows.value<T>(0, i);
    if constexpr (std::is_floating_point_v<T>) {
      *out = std::abs(value);
    } else {
      if (value >= 0) {
        *out = value;
      } else if (__builtin_sub_overflow(T{0}, value, out)) {
        std::string text;
        AppendInt128(value, &text);
        *error = Error(ErrorKind::kUnknown, "Compute error: ", TypeName(*type), "Array overflow on abs(", text, ")");
        return Cell::kFail;
      }
    }
    return Cell::kValue;
  });
}

ScalarFunctionPtr MakeAbs() {
  FunctionSpec spec;
  spec.name = "abs";
  spec.doc = Doc("Absolute value; the type stays.", "abs(numeric_expression)", "SELECT abs(-5) -- 5");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1) return NoMatch("abs", syntax, arguments);
    TypePtr type = ValueType(TypeOfArgument(arguments, 0));
    if (type->id() == Type::NA) type = arrow::float64();
    if (!IsNumeric(*type)) return NoMatch("abs", syntax, arguments);
    ResolvedCall call;
    call.argument_types = {type};
    call.result = ResultField(type);
    call.fallible = !IsFloat(*type);
    call.kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      switch (type->id()) {
        case Type::INT8: return AbsRows<int8_t>(context, values, n, type);
        case Type::INT16: return AbsRows<int16_t>(context, values, n, type);
        case Type::INT32:
        case Type::DECIMAL32: return AbsRows<int32_t>(context, values, n, type);
        case Type::INT64:
        case Type::DECIMAL64: return AbsRows<int64_t>(context, values, n, type);
        case Type::DECIMAL128: return AbsRows<__int128>(context, values, n, type);
        case Type::DECIMAL256:
          return FixedRows<std::array<uint64_t, 4>>(context, values, n, type, [](const Rows& rows, int64_t i, std::array<uint64_t, 4>* out, arrow::Status*) {
            arrow::Decimal256 value(arrow::BasicDecimal256::LittleEndianArray, rows.value<std::array<uint64_t, 4>>(0, i));
            *out = value.Abs().little_endian_array();
            return Cell::kValue;
          });
        case Type::HALF_FLOAT:
          return FixedRows<uint16_t>(context, values, n, type, [](const Rows& rows, int64_t i, uint16_t* out, arrow::Status*) {
            *out = rows.value<uint16_t>(0, i) & 0x7FFF;  // without the sign
            return Cell::kValue;
          });
        case Type::FLOAT: return AbsRows<float>(context, values, n, type);
        case Type::DOUBLE: return AbsRows<double>(context, values, n, type);
        default: return values[0];  // unsigned
      }
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

double RoundTo(double value, int64_t digits) {
  if (digits == 0) return std::round(value);
  const double factor = std::pow(10.0, static_cast<double>(std::abs(digits)));
  if (!std::isfinite(factor)) return digits > 0 ? value : 0.0;
  const double out = digits > 0 ? std::round(value * factor) / factor : std::round(value / factor) * factor;
  return std::isfinite(out) || !std::isfinite(value) ? out : value;
}
double TruncTo(double value, int64_t digits) {
  if (digits == 0) return std::trunc(value);
  const double factor = std::pow(10.0, static_cast<double>(std::abs(digits)));
  if (!std::isfinite(factor)) return digits > 0 ? value : 0.0;
  return digits > 0 ? std::trunc(value * factor) / factor : std::trunc(value / factor) * factor;
}

// round and trunc with a number of places. round keeps integers and decimals, trunc gives floats.
ScalarFunctionPtr MakeRounding(std::string name, std::string description, double (*round)(double, int64_t), bool keep) {
  FunctionSpec spec;
  spec.name = name;
  spec.doc = Doc(std::move(description), name + "(numeric_expression[, decimal_places])");
  spec.resolve = [name, syntax = spec.doc.syntax, round, keep](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty() || arguments.size() > 2) return NoMatch(name, syntax, arguments);
    for (size_t i = 0; i < arguments.size(); ++i) {
      const TypePtr type = TypeOfArgument(arguments, i);
      if (!IsNumberOrNull(type) || (i == 1 && !IsInteger(*type) && type->id() != Type::NA)) return NoMatch(name, syntax, arguments);
    }
    const TypePtr in = ValueType(TypeOfArgument(arguments, 0));
    if (!keep && arguments.size() == 1 && in->id() == Type::DECIMAL128) return WholeDecimal<__int128>(name, in, 0);
    if (!keep && arguments.size() == 1 && in->id() == Type::DECIMAL64) return WholeDecimal<int64_t>(name, in, 0);
    if (!keep && arguments.size() == 1 && in->id() == Type::DECIMAL32) return WholeDecimal<int32_t>(name, in, 0);
    if (!keep && arguments.size() == 1 && in->id() == Type::DECIMAL256) return WholeWideDecimal(name, in, 0);
    if (keep && in->id() == Type::DECIMAL256) return RoundWideDecimal(in, arguments);
    if (!keep && in->id() == Type::DECIMAL128) return CutDecimal(in);
    ResolvedCall call;
    const bool places = arguments.size() == 2;
    TypePtr type = FloatType(in);
    if (keep && IsInteger(*in)) type = arrow::int64();
    // Narrow ones are computed in 128 bits; the caller casts back.
    if (keep && (in->id() == Type::DECIMAL128 || in->id() == Type::DECIMAL64 || in->id() == Type::DECIMAL32)) {
      const auto& decimal = static_cast<const arrow::DecimalType&>(*in);
      type = arrow::decimal128(decimal.precision(), decimal.scale());
    }
    // A known number of places becomes the decimal's scale.
    TypePtr result = type;
    if (type->id() == Type::DECIMAL128) {
      const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
      const auto literal = places ? LiteralInt(arguments, 1) : std::optional<int64_t>(0);
      const int32_t scale = literal ? static_cast<int32_t>(std::clamp<int64_t>(*literal, 0, decimal.scale())) : decimal.scale();
      // 99.95 may become 100.00.
      const int32_t most = in->id() == Type::DECIMAL32 ? 9 : in->id() == Type::DECIMAL64 ? 18 : 38;
      result = arrow::decimal128(literal ? decimal.precision() : std::min(decimal.precision() + 1, most), scale);
    }
    if (keep && IsInteger(*in)) result = type = in;
    call.argument_types = {type->id() == Type::DECIMAL128 ? type : IsInteger(*type) ? arrow::int64() : type};
    if (places) call.argument_types.push_back(arrow::int64());
    TypePtr outward = result;
    if (const auto* decimal = dynamic_cast<const arrow::DecimalType*>(result.get())) {
      if (in->id() == Type::DECIMAL32) outward = arrow::decimal32(decimal->precision(), decimal->scale());
      if (in->id() == Type::DECIMAL64) outward = arrow::decimal64(decimal->precision(), decimal->scale());
    }
    call.result = ResultField(outward, !keep || AnyNullable(arguments));
    call.fallible = IsInteger(*type) || type->id() == Type::DECIMAL128;
    call.kernel = [type, result, round, places](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      auto digits = [places](const Rows& rows, int64_t i) { return places ? rows.value<int64_t>(1, i) : 0; };
      if (type->id() == Type::FLOAT) {
        return FixedRows<float>(context, values, n, type, [&](const Rows& rows, int64_t i, float* out, arrow::Status*) {
          // In single precision: 1.005 has its own nearest value there.
          *out = static_cast<float>(round(rows.value<float>(0, i), digits(rows, i)));
          return Cell::kValue;
        });
      }
      if (type->id() == Type::DOUBLE) {
        return FixedRows<double>(context, values, n, type, [&](const Rows& rows, int64_t i, double* out, arrow::Status*) {
          *out = round(rows.value<double>(0, i), digits(rows, i));
          return Cell::kValue;
        });
      }
      if (IsInteger(*type)) {
        // Evaluated in int64; the caller casts back, checked.
        return FixedRows<int64_t>(context, values, n, arrow::int64(), [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
          const int64_t places_wanted = digits(rows, i), value = rows.value<int64_t>(0, i);
          if (places_wanted >= 0) {
            *out = value;
            return Cell::kValue;
          }
          const __int128 unit = places_wanted < -20 ? PowerOfTen(20) : PowerOfTen(static_cast<int>(-places_wanted));
          const __int128 rounded = DivideRounded(value, unit) * unit;
          if (rounded > INT64_MAX || rounded < INT64_MIN) return Overflow("round", value, places_wanted, error);
          *out = static_cast<int64_t>(rounded);
          return Cell::kValue;
        });
      }
      const int32_t scale = static_cast<const arrow::DecimalType&>(*type).scale(), out_scale = static_cast<const arrow::DecimalType&>(*result).scale();
      return FixedRows<__int128>(context, values, n, result, [&](const Rows& rows, int64_t i, __int128* out, arrow::Status* error) {
        const int64_t wanted = std::clamp<int64_t>(digits(rows, i), -38, scale);
        __int128 value = 0;
        Rescale(rows.value<__int128>(0, i), static_cast<int32_t>(wanted) - scale, &value);
        if (!Rescale(value, out_scale - static_cast<int32_t>(wanted), out)) return Overflow("round", 0, wanted, error);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeFloatTest(std::string name, std::string description, bool (*test)(double)) {
  FunctionSpec spec;
  spec.name = name;
  spec.doc = Doc(std::move(description), name + "(numeric_expression)");
  spec.resolve = [name, syntax = spec.doc.syntax, test](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1 || !IsNumberOrNull(TypeOfArgument(arguments, 0))) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    call.argument_types = {arrow::float64()};
    call.result = ResultField(arrow::boolean());
    call.kernel = [test](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return BoolRows(context, values, n, [&](const Rows& rows, int64_t i, bool* out, arrow::Status*) {
        *out = test(rows.value<double>(0, i));
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeLog() {
  FunctionSpec spec;
  spec.name = "log";
  spec.doc = Doc("Logarithm to base 10, or to the given base.", "log([base, ]numeric_expression)", "SELECT log(2, 8) -- 3.0");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty() || arguments.size() > 2) return NoMatch("log", syntax, arguments);
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (!IsNumberOrNull(TypeOfArgument(arguments, i))) return NoMatch("log", syntax, arguments);
    }
    ResolvedCall call;
    // A single precision argument has a single precision logarithm.
    const TypePtr answer = ValueType(TypeOfArgument(arguments, arguments.size() - 1))->id() == Type::FLOAT ? arrow::float32() : arrow::float64();
    call.argument_types.assign(arguments.size(), arrow::float64());
    call.result = ResultField(answer);
    const auto log = [](auto base, auto value) { return base == 2 ? std::log2(value) : base == 10 ? std::log10(value) : std::log(value) / std::log(base); };
    call.kernel = [log, single = answer->id() == Type::FLOAT](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<double>(context, values, n, arrow::float64(), [&](const Rows& rows, int64_t i, double* out, arrow::Status*) {
        const double base = rows.arguments() == 1 ? 10 : rows.value<double>(0, i), value = rows.value<double>(rows.arguments() - 1, i);
        *out = single ? log(static_cast<float>(base), static_cast<float>(value)) : log(base, value);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeConstant(std::string name, std::string description, double value) {
  FunctionSpec spec;
  spec.name = name;
  spec.doc = Doc(std::move(description), name + "()");
  spec.resolve = [name, syntax = spec.doc.syntax, value](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (!arguments.empty()) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    call.result = ResultField(arrow::float64(), false);
    call.kernel = [value](KernelContext&, const std::vector<arrow::Datum>&, int64_t) -> arrow::Result<arrow::Datum> { return arrow::Datum(value); };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeRandom() {
  FunctionSpec spec;
  spec.name = "random";
  spec.aliases = {"rand"};
  spec.volatility = Volatility::kVolatile;
  spec.doc = Doc("A random number in [0, 1), another for each row.", "random()");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (!arguments.empty()) return NoMatch("random", syntax, arguments);
    ResolvedCall call;
    call.result = ResultField(arrow::float64(), false);
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>&, int64_t n) {
      thread_local std::mt19937_64 engine{std::random_device{}()};
      return FixedRows<double>(context, {}, n, arrow::float64(), [&](const Rows&, int64_t, double* out, arrow::Status*) {
        *out = static_cast<double>(engine() >> 11) * 0x1.0p-53;
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

/// The cube root rounded as well as the type allows: the C library's may be off by one place, also for whole cubes.
double CubeRoot(double x) {
  const double near = std::cbrt(x);
  if (near == 0 || !std::isfinite(near)) return near;
  const long double y = near;
  return static_cast<double>(y - (y * y * y - x) / (3 * y * y));
}

float CubeRoot(float x) { return static_cast<float>(std::cbrt(static_cast<double>(x))); }

}  // namespace

void AddMathFunctions(std::vector<ScalarFunctionPtr>* out) {
  auto unary = [&](const char* name, const char* description, auto function, const char* error = nullptr) {
    out->push_back(MakeUnary(name, description, Unary{function, function}, {}, error));
  };
  unary("sin", "Sine of an angle in radians.", [](auto x) { return std::sin(x); });
  unary("cos", "Cosine of an angle in radians.", [](auto x) { return std::cos(x); });
  unary("tan", "Tangent of an angle in radians.", [](auto x) { return std::tan(x); });
  unary("cot", "Cotangent of an angle in radians.", [](auto x) { return 1 / std::tan(x); });
  unary("asin", "Inverse sine; NaN outside of -1 to 1.", [](auto x) { return std::asin(x); });
  unary("acos", "Inverse cosine; NaN outside of -1 to 1.", [](auto x) { return std::acos(x); });
  unary("atan", "Inverse tangent.", [](auto x) { return std::atan(x); });
  unary("sinh", "Hyperbolic sine.", [](auto x) { return std::sinh(x); });
  unary("cosh", "Hyperbolic cosine.", [](auto x) { return std::cosh(x); });
  unary("tanh", "Hyperbolic tangent.", [](auto x) { return std::tanh(x); });
  unary("asinh", "Inverse hyperbolic sine.", [](auto x) { return std::asinh(x); });
  unary("acosh", "Inverse hyperbolic cosine.", [](auto x) { return std::acosh(x); });
  unary("atanh", "Inverse hyperbolic tangent.", [](auto x) { return decltype(x)(0.5) * std::log1p(2 * x / (1 - x)); });
  unary("sqrt", "Square root.", [](auto x) { return std::sqrt(x); }, "cannot take square root of a negative number");
  unary("cbrt", "Cube root.", [](auto x) { return CubeRoot(x); });
  unary("exp", "e raised to a power.", [](auto x) { return std::exp(x); });
  unary("ln", "Natural logarithm.", [](auto x) { return std::log(x); });
  unary("log2", "Logarithm to base 2.", [](auto x) { return std::log2(x); });
  unary("log10", "Logarithm to base 10.", [](auto x) { return std::log10(x); });
  unary("ceil", "Nearest whole number that is not less.", [](auto x) { return std::ceil(x); });
  unary("floor", "Nearest whole number that is not greater.", [](auto x) { return std::floor(x); });
  unary("signum", "-1, 0 or 1 by the sign.", [](auto x) { return std::isnan(x) ? x : decltype(x)(x > 0 ? 1 : x < 0 ? -1 : 0); });
  unary("degrees", "Radians to degrees.", [](auto x) { return x * static_cast<decltype(x)>(180 / std::numbers::pi); });
  unary("radians", "Degrees to radians.", [](auto x) { return x * static_cast<decltype(x)>(std::numbers::pi / 180); });
  out->push_back(MakeBinary("power", "A base raised to an exponent.", "power(base, exponent)", [](double a, double b) { return std::pow(a, b); }, {"pow"}));
  out->push_back(MakeBinary("atan2", "Inverse tangent of y / x.", "atan2(expression_y, expression_x)", [](double a, double b) { return std::atan2(a, b); }));
  out->push_back(MakeNanvl());
  out->push_back(MakeInteger("factorial", "1 * 2 * ... * n; n is at most 20.", "factorial(numeric_expression)", 1, [](int64_t a, int64_t, int64_t* o, arrow::Status* error) {
    int64_t value = 1;
    if (a < 0) {
      *error = Error(ErrorKind::kExecution, "factorial of a negative number is undefined");
      return Cell::kFail;
    }
    for (int64_t i = 2; i <= a; ++i) {
      if (__builtin_mul_overflow(value, i, &value)) {
        *error = Error(ErrorKind::kExecution, "Overflow happened on FACTORIAL(", a, ")");
        return Cell::kFail;
      }
    }
    *o = value;
    return Cell::kValue;
  }));
  out->push_back(MakeAbs());
  out->push_back(MakeRounding("round", "Rounded to a number of places, halves away from zero.", RoundTo, true));
  out->push_back(MakeRounding("trunc", "Cut off after a number of places.", TruncTo, false));
  out->push_back(MakeFloatTest("isnan", "Whether a number is NaN.", [](double x) { return std::isnan(x); }));
  out->push_back(MakeFloatTest("iszero", "Whether a number is 0.0 or -0.0.", [](double x) { return x == 0; }));
  out->push_back(MakeLog());
  out->push_back(MakeConstant("pi", "The number pi.", std::numbers::pi));
  out->push_back(MakeRandom());
}

}  // namespace bowstring
