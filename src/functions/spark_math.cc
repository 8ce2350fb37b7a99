// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bit>
#include <cmath>

#include <arrow/type.h>

#include "functions/decimal_math.h"
#include "functions/spark.h"

namespace bowstring {
namespace {

using arrow::Type;
using MonthDayNanos = arrow::MonthDayNanoIntervalType::MonthDayNanos;

// A function of integers, each width by its own: compute(T a, int64 b) -> T; one or two arguments. `widen`: to int32 at least.
template <typename Compute>
ScalarFunctionPtr MakeIntegers(std::string name, std::string description, size_t count, bool widen, Compute compute) {
  FunctionSpec spec = SparkSpec(name, std::move(description));
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != count) return NoMatch(name, syntax, arguments);
    TypePtr type = ValueType(TypeOfArgument(arguments, 0));
    if (type->id() == Type::NA) type = arrow::int64();
    for (size_t i = 0; i < count; ++i) {
      const auto& given = *ValueType(TypeOfArgument(arguments, i));
      if (!IsInteger(given) && given.id() != Type::NA) return NoMatch(name, syntax, arguments);
    }
    if (widen && type->byte_width() < 4) type = arrow::is_unsigned_integer(type->id()) ? arrow::uint32() : arrow::int32();
    if (count == 1) {  // turned bits of unsigned numbers are negative
      if (type->id() == Type::UINT8) type = arrow::int16();
      if (type->id() == Type::UINT16) type = arrow::int32();
      if (type->id() == Type::UINT32) type = arrow::int64();
    }
    ResolvedCall call;
    call.argument_types = {type};
    if (count > 1) call.argument_types.push_back(arrow::int64());
    call.result = ResultField(type);
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      auto run = [&]<typename T>(T) {
        return FixedRows<T>(context, values, n, type, [&](const Rows& rows, int64_t i, T* out, arrow::Status*) {
          *out = compute(rows.value<T>(0, i), count > 1 ? rows.value<int64_t>(1, i) : 0);
          return Cell::kValue;
        });
      };
      switch (type->id()) {
        case Type::INT8: return run(int8_t{});
        case Type::INT16: return run(int16_t{});
        case Type::INT32: return run(int32_t{});
        case Type::UINT8: return run(uint8_t{});
        case Type::UINT16: return run(uint16_t{});
        case Type::UINT32: return run(uint32_t{});
        case Type::UINT64: return run(uint64_t{});
        default: return run(int64_t{});
      }
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// As SQL's round, but decimals keep their type.
ScalarFunctionPtr MakeRound() {
  FunctionSpec spec = SparkSpec("round", "Rounded to a number of places, halves away from zero.");
  spec.resolve = [](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr type = arguments.size() == 2 ? ValueType(TypeOfArgument(arguments, 0)) : nullptr;
    if (type == nullptr || type->id() != Type::DECIMAL128 || !IsInteger(*ValueType(TypeOfArgument(arguments, 1)))) {
      return FindBuiltinScalar("round")->Resolve(arguments);
    }
    ResolvedCall call;
    call.argument_types = {type, arrow::int64()};
    call.result = ResultField(type);
    const int64_t scale = static_cast<const arrow::DecimalType&>(*type).scale();
    call.kernel = [type, scale](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<__int128>(context, values, n, type, [&](const Rows& rows, int64_t i, __int128* out, arrow::Status*) {
        const int64_t dropped = scale - std::clamp<int64_t>(rows.value<int64_t>(1, i), -64, 64);
        *out = dropped > 38 ? 0 : rows.value<__int128>(0, i);
        if (dropped <= 0 || dropped > 38) return Cell::kValue;
        __int128 unit = 1;
        for (int64_t k = 0; k < dropped; ++k) unit *= 10;
        const __int128 rest = *out % unit;
        *out -= rest;
        if (rest >= unit - unit / 2) *out += unit;
        if (-rest >= unit - unit / 2) *out -= unit;
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// ceil and floor: int64 of numbers, decimal without places of decimals.
ScalarFunctionPtr MakeWhole(std::string name, bool up) {
  FunctionSpec spec = SparkSpec(name, up ? "The nearest whole number that is not less." : "The nearest whole number that is not greater.");
  if (up) spec.aliases = {"spark_ceiling"};
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr given = arguments.size() == 1 ? ValueType(TypeOfArgument(arguments, 0)) : nullptr;
    if (!given || (!IsNumeric(*given) && given->id() != Type::NA)) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    if (given->id() == Type::DECIMAL128) {
      const auto& decimal = static_cast<const arrow::DecimalType&>(*given);
      const int32_t scale = decimal.scale();
      const TypePtr type = arrow::decimal128(std::clamp(decimal.precision() - scale + 1, 1, 38), std::min(scale, 0));
      const __int128 unit = scale > 0 ? PowerOfTen(scale) : 1;
      call.argument_types = {given};
      call.result = ResultField(type);
      call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
        return FixedRows<__int128>(context, values, n, type, [&](const Rows& rows, int64_t i, __int128* out, arrow::Status*) {
          const __int128 value = rows.value<__int128>(0, i), rest = value % unit;
          *out = value / unit + (up && rest > 0 ? 1 : !up && rest < 0 ? -1 : 0);
          return Cell::kValue;
        });
      };
      return call;
    }
    const bool whole = IsInteger(*given);
    call.argument_types = {whole ? arrow::int64() : arrow::float64()};
    call.result = ResultField(arrow::int64());
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      if (whole) return values[0];
      return FixedRows<int64_t>(context, values, n, arrow::int64(), [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
        const double value = up ? std::ceil(rows.value<double>(0, i)) : std::floor(rows.value<double>(0, i));
        *out = std::isnan(value) ? 0 : value >= 9.2233720368547758e18 ? INT64_MAX : value <= -9.2233720368547758e18 ? INT64_MIN : static_cast<int64_t>(value);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// The remainder, its sign the dividend's, or never negative; NULL of a division by zero.
ScalarFunctionPtr MakeRemainder(std::string name, std::vector<std::string> aliases, bool positive) {
  FunctionSpec spec = SparkSpec(name, positive ? "The remainder, never negative; NULL of a division by 0." : "The remainder; NULL of a division by 0.");
  spec.aliases = std::move(aliases);
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    TypePtr type = arguments.size() == 2 ? ComparisonType(ValueType(TypeOfArgument(arguments, 0)), ValueType(TypeOfArgument(arguments, 1))) : nullptr;
    if (type && type->id() == Type::NA) type = arrow::int64();
    if (!type || !IsNumeric(*type) || type->id() == Type::DECIMAL256) return NoMatch(name, syntax, arguments);
    const TypePtr computed = IsInteger(*type) ? arrow::int64() : IsFloat(*type) ? arrow::float64() : type;
    ResolvedCall call;
    call.argument_types = {computed, computed};
    call.result = ResultField(type);
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      if (computed->id() == Type::DOUBLE) {
        return FixedRows<double>(context, values, n, computed, [&](const Rows& rows, int64_t i, double* out, arrow::Status*) {
          const double a = rows.value<double>(0, i), b = rows.value<double>(1, i);
          if (b == 0) return Cell::kNull;
          *out = std::fmod(a, b);
          if (positive && *out < 0) *out = std::fmod(*out + b, b);
          return Cell::kValue;
        });
      }
      auto whole = [positive]<typename T>(T a, T b, T* out) {
        if (b == 0) return Cell::kNull;
        *out = b == -1 ? 0 : static_cast<T>(a % b);
        if (positive && *out < 0) *out = static_cast<T>((*out + b) % b);
        return Cell::kValue;
      };
      if (computed->id() == Type::INT64) {
        return FixedRows<int64_t>(context, values, n, computed, [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status*) { return whole(rows.value<int64_t>(0, i), rows.value<int64_t>(1, i), out); });
      }
      return FixedRows<__int128>(context, values, n, computed, [&](const Rows& rows, int64_t i, __int128* out, arrow::Status*) { return whole(rows.value<__int128>(0, i), rows.value<__int128>(1, i), out); });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// The opposite number; integers wrap, as Spark's do without ANSI.
ScalarFunctionPtr MakeNegative() {
  FunctionSpec spec = SparkSpec("negative", "The opposite number.");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    TypePtr type = arguments.size() == 1 ? ValueType(TypeOfArgument(arguments, 0)) : nullptr;
    if (type && type->id() == Type::NA) type = arrow::float64();
    const bool span = type && (arrow::is_interval(type->id()) || type->id() == Type::DURATION);
    if (!type || (!span && !IsNumeric(*type)) || type->id() == Type::DECIMAL256 || type->id() == Type::HALF_FLOAT) return NoMatch("negative", syntax, arguments);
    if (arrow::is_interval(type->id())) type = arrow::month_day_nano_interval();
    ResolvedCall call;
    call.argument_types = {type};
    call.result = ResultField(type);
    call.kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      auto run = [&]<typename T>(T) {
        return FixedRows<T>(context, values, n, type, [&](const Rows& rows, int64_t i, T* out, arrow::Status*) {
          const T value = rows.value<T>(0, i);
          if constexpr (std::is_same_v<T, MonthDayNanos>) *out = {-value.months, -value.days, -value.nanoseconds};
          else if constexpr (std::is_floating_point_v<T>) *out = -value;
          else *out = static_cast<T>(0 - static_cast<unsigned __int128>(value));
          return Cell::kValue;
        });
      };
      switch (type->id()) {
        case Type::INT8: case Type::UINT8: return run(int8_t{});
        case Type::INT16: case Type::UINT16: return run(int16_t{});
        case Type::INT32: case Type::UINT32: case Type::DECIMAL32: return run(int32_t{});
        case Type::FLOAT: return run(float{});
        case Type::DOUBLE: return run(double{});
        case Type::DECIMAL128: return run(__int128{});
        case Type::INTERVAL_MONTH_DAY_NANO: return run(MonthDayNanos{});
        default: return run(int64_t{});
      }
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeBits(std::string name, std::string description, TypePtr type, size_t count, bool booleans, std::function<Cell(const Rows&, int64_t, int64_t*, arrow::Status*)> compute) {
  FunctionSpec spec = SparkSpec(name, std::move(description));
  if (name == "bit_get") spec.aliases = {"spark_getbit"};
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != count) return NoMatch(name, syntax, arguments);
    int64_t bits = 64;
    for (size_t i = 0; i < count; ++i) {
      const auto& given = *ValueType(TypeOfArgument(arguments, i));
      if (!IsInteger(given) && given.id() != Type::NA && !(booleans && given.id() == Type::BOOL)) return NoMatch(name, syntax, arguments);
      if (i == 0 && IsInteger(given)) bits = given.byte_width() * 8;
    }
    ResolvedCall call;
    call.argument_types.assign(count, arrow::int64());
    call.result = ResultField(type);
    call.fallible = count > 1;
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int64_t>(context, values, n, arrow::int64(), [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
        if (count > 1 && (rows.value<int64_t>(1, i) < 0 || rows.value<int64_t>(1, i) >= bits)) {
          return Fail(error, name + ": position " + std::to_string(rows.value<int64_t>(1, i)) + " is out of bounds. Expected pos < " + std::to_string(bits) + " and pos >= 0");
        }
        return compute(rows, i, out, error);
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

Cell Bucket(const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
  const double value = rows.value<double>(0, i), low = rows.value<double>(1, i), high = rows.value<double>(2, i);
  const int64_t count = rows.value<int64_t>(3, i);
  if (count <= 0 || count == INT64_MAX || std::isnan(value) || low == high || !std::isfinite(low) || !std::isfinite(high)) return Cell::kNull;
  const double from = low < high ? value - low : low - value, width = std::abs(high - low);
  *out = from < 0 ? 0 : from >= width ? count + 1 : static_cast<int64_t>(from * static_cast<double>(count) / width) + 1;
  return Cell::kValue;
}

}  // namespace

void AddSparkMathFunctions(std::vector<ScalarFunctionPtr>* out) {
  auto one = [out](const char* name, const char* description, double (*function)(double)) {
    out->push_back(DefineDouble(SparkDefinition(name, "f", description), [function](const Rows& rows, int64_t i, double* o, arrow::Status*) {
      *o = function(rows.value<double>(0, i));
      return Cell::kValue;
    }));
  };
  out->push_back(SparkAlias("abs", "abs"));
  out->push_back(MakeRound());
  out->push_back(SparkAlias("pow", "power"));
  out->push_back(SparkAlias("power", "power"));
  out->push_back(MakeWhole("ceil", true));
  out->push_back(MakeWhole("floor", false));
  one("expm1", "e raised to a power, less 1.", [](double x) { return std::expm1(x); });
  one("rint", "The nearest whole number, halves to the even one.", [](double x) { return std::nearbyint(x); });
  one("csc", "Cosecant.", [](double x) { return 1 / std::sin(x); });
  one("sec", "Secant.", [](double x) { return 1 / std::cos(x); });
  out->push_back(DefineDouble(SparkDefinition("atan2", "ff", "Inverse tangent of y / x."), [](const Rows& rows, int64_t i, double* o, arrow::Status*) {
    *o = std::atan2(rows.value<double>(0, i), rows.value<double>(1, i));
    return Cell::kValue;
  }));
  out->push_back(DefineDouble(SparkDefinition("hypot", "ff", "The hypotenuse of a right triangle."), [](const Rows& rows, int64_t i, double* o, arrow::Status*) {
    *o = std::hypot(rows.value<double>(0, i), rows.value<double>(1, i));
    return Cell::kValue;
  }));
  out->push_back(DefineInt(SparkDefinition("factorial", "n", "1 * 2 * ... * n; NULL outside of 0 to 20."), true, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    const int64_t n = rows.value<int64_t>(0, i);
    if (n < 0 || n > 20) return Cell::kNull;
    *o = 1;
    for (int64_t k = 2; k <= n; ++k) *o *= k;
    return Cell::kValue;
  }));
  out->push_back(MakeRemainder("mod", {"spark_modulus"}, false));
  out->push_back(MakeRemainder("pmod", {}, true));
  out->push_back(MakeNegative());
  out->push_back(DefineInt(SparkDefinition("width_bucket", "fffn", "The number of the equal-width bucket that a value is in."), true, Bucket));
  out->push_back(MakeIntegers("bitwise_not", "All bits turned.", 1, false, []<typename T>(T a, int64_t) { return static_cast<T>(~a); }));
  out->push_back(MakeIntegers("shiftleft", "Bits shifted left.", 2, true, []<typename T>(T a, int64_t b) { return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) << (b & (sizeof(T) * 8 - 1))); }));
  out->push_back(MakeIntegers("shiftright", "Bits shifted right, the sign kept.", 2, true, []<typename T>(T a, int64_t b) { return static_cast<T>(a >> (b & (sizeof(T) * 8 - 1))); }));
  out->push_back(MakeIntegers("shiftrightunsigned", "Bits shifted right, zeros from the left.", 2, true, []<typename T>(T a, int64_t b) { return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) >> (b & (sizeof(T) * 8 - 1))); }));
  out->push_back(MakeBits("bit_count", "The number of bits that are set.", arrow::int32(), 1, true, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    *o = std::popcount(static_cast<uint64_t>(rows.value<int64_t>(0, i)));
    return Cell::kValue;
  }));
  out->push_back(MakeBits("bit_get", "The bit at a position, from 0 at the right.", arrow::int8(), 2, false, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    *o = rows.value<int64_t>(0, i) >> rows.value<int64_t>(1, i) & 1;
    return Cell::kValue;
  }));
  constexpr int64_t kBitmap = 4096 * 8;
  out->push_back(MakeBits("bitmap_bit_position", "The bit of a bitmap that stands for a number.", arrow::int64(), 1, false, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    const int64_t v = rows.value<int64_t>(0, i);
    *o = v > 0 ? (v - 1) % kBitmap : -(v % kBitmap);
    return Cell::kValue;
  }));
  out->push_back(MakeBits("bitmap_bucket_number", "The bitmap that has the bit of a number.", arrow::int64(), 1, false, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    const int64_t v = rows.value<int64_t>(0, i);
    *o = v > 0 ? 1 + (v - 1) / kBitmap : v / kBitmap;
    return Cell::kValue;
  }));
  out->push_back(DefineInt(SparkDefinition("bitmap_count", "b", "The number of bits that are set in bytes."), true, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    for (const unsigned char c : rows.text(0, i)) *o += std::popcount(c);
    return Cell::kValue;
  }));
}

}  // namespace bowstring
