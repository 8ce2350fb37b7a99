// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cmath>
#include <limits>

#include <arrow/util/float16.h>

#include "functions/cast_internal.h"
#include "functions/decimal_math.h"

namespace bowstring::cast {
namespace {

using arrow::Type;
using arrow::util::Float16;

std::string MostOf(const arrow::DecimalType& type) {
  std::string most(static_cast<size_t>(type.precision()), '9');
  if (type.scale() > 0 && type.scale() < type.precision()) most.insert(most.size() - static_cast<size_t>(type.scale()), ".");
  if (type.scale() >= type.precision()) most.insert(0, "0." + std::string(static_cast<size_t>(type.scale() - type.precision()), '0'));
  return most;
}

}  // namespace

arrow::Status NumberDoesNotFit(const Job& job, int64_t i) {
  return Error(ErrorKind::kUnknown, "Cast error: Can't cast value ", TextAt(job, i), " to type ", TypeName(*job.to));
}

arrow::Status TooManyDigits(const Job& job, int64_t i) {
  const auto& type = static_cast<const arrow::DecimalType&>(*job.to);
  if (IsFloat(*job.in->type) && !(std::abs(std::strtod(TextAt(job, i).c_str(), nullptr)) * std::pow(10, type.scale()) < 1e38)) {
    return Error(ErrorKind::kUnknown, "Cast error: Cannot cast to ", TypeName(*job.to), ". Overflowing on ", TextAt(job, i));
  }
  return Error(ErrorKind::kUnknown, "Invalid argument error: ", TextAt(job, i), " is too large to store in a ",
               TypeName(*job.to).substr(0, TypeName(*job.to).find('(')), " of precision ", type.precision(), ". Max is ", MostOf(type));
}

namespace {

// One number to another, where neither is a decimal.
template <typename From, typename To>
bool Convert(From value, To* out) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    const From whole = std::trunc(value);
    // 2^63 is a double, 2^63 - 1 isn't: compare with the first value outside.
    constexpr From kAbove = static_cast<From>(std::numeric_limits<To>::max() / 2 + 1) * 2;
    if (!(whole >= static_cast<From>(std::numeric_limits<To>::min()) && whole < kAbove)) return false;
    *out = static_cast<To>(whole);
    return true;
  } else if constexpr (std::is_integral_v<From> && std::is_integral_v<To>) {
    if (!std::in_range<To>(value)) return false;
    *out = static_cast<To>(value);
    return true;
  } else {
    *out = static_cast<To>(value);
    return true;
  }
}

// All values fit: a plain loop, NULLs' values too.
template <typename From, typename To>
DataResult Plain(const Job& job) {
  const int64_t n = job.in->length;
  ARROW_ASSIGN_OR_RAISE(auto validity, InputValidity(job));
  ARROW_ASSIGN_OR_RAISE(auto values, arrow::AllocateBuffer(n * static_cast<int64_t>(sizeof(To)), job.pool));
  const From* __restrict in = job.in->GetValues<From>(1);
  To* __restrict out = reinterpret_cast<To*>(values->mutable_data());
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<To>(in[i]);
  return std::make_shared<arrow::ArrayData>(job.to, n, std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(values)},
                                            validity ? arrow::kUnknownNullCount : 0, 0);
}

template <typename From, typename To>
consteval bool AlwaysFits() {
  if constexpr (std::is_floating_point_v<To>) {
    return true;
  } else if constexpr (std::is_integral_v<From>) {
    return std::in_range<To>(std::numeric_limits<From>::min()) && std::in_range<To>(std::numeric_limits<From>::max());
  } else {
    return false;
  }
}

template <typename From, typename To>
DataResult NumberTo(const Job& job) {
  if constexpr (AlwaysFits<From, To>()) {
    return Plain<From, To>(job);
  } else {
    const From* in = job.in->GetValues<From>(1);
    return ConvertRows<To>(job, [in](int64_t i, To* out) { return Convert(in[i], out); }, [&](int64_t i) { return NumberDoesNotFit(job, i); });
  }
}

template <typename From>
DataResult ToBool(const Job& job) {
  const From* in = job.in->GetValues<From>(1);
  const int64_t n = job.in->length;
  ARROW_ASSIGN_OR_RAISE(auto validity, InputValidity(job));
  ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateEmptyBitmap(n, job.pool));
  for (int64_t i = 0; i < n; ++i) {
    if (in[i] != From{}) arrow::bit_util::SetBit(bits->mutable_data(), i);
  }
  return std::make_shared<arrow::ArrayData>(job.to, n, std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(bits)},
                                            validity ? arrow::kUnknownNullCount : 0, 0);
}

// Decimals, loaded and stored as 128 bits.
__int128 LoadDecimal(const uint8_t* bytes, int width) {
  if (width == 4) {
    int32_t value;
    std::memcpy(&value, bytes, 4);
    return value;
  }
  if (width == 8) {
    int64_t value;
    std::memcpy(&value, bytes, 8);
    return value;
  }
  __int128 value;
  std::memcpy(&value, bytes, 16);
  return value;
}

template <typename Out, typename Load>
DataResult StoreDecimal(const Job& job, Load load) {
  const int32_t precision = static_cast<const arrow::DecimalType&>(*job.to).precision();
  const __int128 limit = PowerOfTen(precision);
  return ConvertRows<Out>(
      job,
      [&](int64_t i, Out* out) {
        __int128 value;
        if (!load(i, &value) || value >= limit || value <= -limit) return false;
        *out = static_cast<Out>(value);
        return true;
      },
      [&](int64_t i) { return TooManyDigits(job, i); });
}

template <typename Load>
DataResult ToDecimal(const Job& job, Load load) {
  switch (job.to->id()) {
    case Type::DECIMAL32: return StoreDecimal<int32_t>(job, load);
    case Type::DECIMAL64: return StoreDecimal<int64_t>(job, load);
    default: return StoreDecimal<__int128>(job, load);
  }
}

int32_t ScaleOf(const arrow::DataType& type) { return static_cast<const arrow::DecimalType&>(type).scale(); }

template <typename From>
DataResult NumberToDecimal(const Job& job) {
  const From* in = job.in->GetValues<From>(1);
  const int32_t scale = ScaleOf(*job.to);
  if constexpr (std::is_floating_point_v<From>) {
    const double factor = std::pow(10.0, scale);
    return ToDecimal(job, [in, factor](int64_t i, __int128* out) {
      const double value = std::round(static_cast<double>(in[i]) * factor);
      if (!(std::abs(value) < 1e38)) return false;
      *out = static_cast<__int128>(value);
      return true;
    });
  } else {
    return ToDecimal(job, [in, scale](int64_t i, __int128* out) { return Rescale(static_cast<__int128>(in[i]), scale, out); });
  }
}

// A decimal column widened with its scale kept: the door does this to every batch.
DataResult WidenDecimal(const Job& job) {
  const int64_t n = job.in->length;
  ARROW_ASSIGN_OR_RAISE(auto validity, InputValidity(job));
  ARROW_ASSIGN_OR_RAISE(auto values, arrow::AllocateBuffer(n * 16, job.pool));
  const int64_t* __restrict in = job.in->GetValues<int64_t>(1);
  auto* __restrict out = reinterpret_cast<int64_t*>(values->mutable_data());
  for (int64_t i = 0; i < n; ++i) {
    out[2 * i] = in[i];
    out[2 * i + 1] = in[i] >> 63;
  }
  return std::make_shared<arrow::ArrayData>(job.to, n, std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(values)},
                                            validity ? arrow::kUnknownNullCount : 0, 0);
}

template <typename To>
DataResult DecimalToNumber(const Job& job, const uint8_t* bytes, int width, int32_t scale) {
  if constexpr (std::is_floating_point_v<To>) {
    const double factor = std::pow(10.0, scale);
    const auto convert = [&](auto load) {
      return ConvertRows<To>(
          job,
          [=](int64_t i, To* out) {
            *out = static_cast<To>(static_cast<double>(load(bytes + i * width)) / factor);
            return true;
          },
          [&](int64_t i) { return NumberDoesNotFit(job, i); });
    };
    if (width != 8) return convert([=](const uint8_t* at) { return LoadDecimal(at, width); });
    return convert([](const uint8_t* at) {  // decimals of up to 18 digits
      int64_t value;
      std::memcpy(&value, at, 8);
      return value;
    });
  } else {
    const __int128 factor = scale > 0 ? PowerOfTen(scale) : 1;
    return ConvertRows<To>(
        job,
        [=](int64_t i, To* out) {
          __int128 value = LoadDecimal(bytes + i * width, width) / factor;
          if (scale < 0 && !Rescale(value, -scale, &value)) return false;
          if (value < std::numeric_limits<To>::min() || value > std::numeric_limits<To>::max()) return false;
          *out = static_cast<To>(value);
          return true;
        },
        [&](int64_t i) { return NumberDoesNotFit(job, i); });
  }
}

DataResult FromDecimal(const Job& job) {
  const int width = job.in->type->byte_width();
  const uint8_t* bytes = job.in->buffers[1]->data() + job.in->offset * width;
  const int32_t scale = ScaleOf(*job.in->type);
  if (IsDecimal(*job.to)) {
    const int32_t change = ScaleOf(*job.to) - scale;
    const auto& from = static_cast<const arrow::DecimalType&>(*job.in->type);
    const auto& to = static_cast<const arrow::DecimalType&>(*job.to);
    if (change == 0 && from.id() == Type::DECIMAL64 && to.id() == Type::DECIMAL128 && to.precision() >= from.precision()) return WidenDecimal(job);
    if (change == 0 && from.id() == to.id() && to.precision() >= from.precision()) {
      auto same = job.in->Copy();
      same->type = job.to;
      return same;
    }
    return ToDecimal(job, [=](int64_t i, __int128* out) { return Rescale(LoadDecimal(bytes + i * width, width), change, out); });
  }
  switch (job.to->id()) {
    case Type::INT8: return DecimalToNumber<int8_t>(job, bytes, width, scale);
    case Type::INT16: return DecimalToNumber<int16_t>(job, bytes, width, scale);
    case Type::INT32: return DecimalToNumber<int32_t>(job, bytes, width, scale);
    case Type::INT64: return DecimalToNumber<int64_t>(job, bytes, width, scale);
    case Type::UINT8: return DecimalToNumber<uint8_t>(job, bytes, width, scale);
    case Type::UINT16: return DecimalToNumber<uint16_t>(job, bytes, width, scale);
    case Type::UINT32: return DecimalToNumber<uint32_t>(job, bytes, width, scale);
    case Type::UINT64: return DecimalToNumber<uint64_t>(job, bytes, width, scale);
    case Type::FLOAT: return DecimalToNumber<float>(job, bytes, width, scale);
    default: return DecimalToNumber<double>(job, bytes, width, scale);
  }
}

template <typename From>
DataResult FromNumber(const Job& job) {
  switch (job.to->id()) {
    case Type::BOOL: return ToBool<From>(job);
    case Type::INT8: return NumberTo<From, int8_t>(job);
    case Type::INT16: return NumberTo<From, int16_t>(job);
    case Type::INT32: return NumberTo<From, int32_t>(job);
    case Type::INT64: return NumberTo<From, int64_t>(job);
    case Type::UINT8: return NumberTo<From, uint8_t>(job);
    case Type::UINT16: return NumberTo<From, uint16_t>(job);
    case Type::UINT32: return NumberTo<From, uint32_t>(job);
    case Type::UINT64: return NumberTo<From, uint64_t>(job);
    case Type::FLOAT: return NumberTo<From, float>(job);
    case Type::DOUBLE: return NumberTo<From, double>(job);
    default: return NumberToDecimal<From>(job);
  }
}

// Booleans as bytes 0 and 1.
DataResult BoolBytes(const Job& job) {
  const int64_t n = job.in->length;
  ARROW_ASSIGN_OR_RAISE(auto validity, InputValidity(job));
  ARROW_ASSIGN_OR_RAISE(auto values, arrow::AllocateBuffer(n, job.pool));
  for (int64_t i = 0; i < n; ++i) values->mutable_data()[i] = arrow::bit_util::GetBit(job.in->buffers[1]->data(), job.in->offset + i);
  return std::make_shared<arrow::ArrayData>(arrow::uint8(), n, std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(values)},
                                            validity ? arrow::kUnknownNullCount : 0, 0);
}

bool IsNumber(const arrow::DataType& type) {
  return type.id() == Type::BOOL || IsInteger(type) || IsFloat(type) || (IsDecimal(type) && type.id() != Type::DECIMAL256);
}

}  // namespace

bool IsNumberCast(const arrow::DataType& from, const arrow::DataType& to) {
  const bool bool_and_decimal = (from.id() == Type::BOOL && IsDecimal(to)) || (to.id() == Type::BOOL && IsDecimal(from));
  return IsNumber(from) && IsNumber(to) && !bool_and_decimal;
}

DataResult Numbers(const Job& job) {
  // Half floats go by float.
  if (job.to->id() == Type::HALF_FLOAT) {
    ARROW_ASSIGN_OR_RAISE(auto single, CastArray(job.context, job.in, arrow::float32(), job.mode));
    const Job second{job.context, single, job.to, job.mode, job.pool};
    const float* in = single->GetValues<float>(1);
    return ConvertRows<uint16_t>(
        second,
        [in](int64_t i, uint16_t* out) {
          *out = Float16(in[i]).bits();
          return true;
        },
        [&](int64_t i) { return NumberDoesNotFit(job, i); });
  }
  switch (job.in->type->id()) {
    case Type::HALF_FLOAT: {
      const uint16_t* in = job.in->GetValues<uint16_t>(1);
      const Job first{job.context, job.in, arrow::float32(), job.mode, job.pool};
      ARROW_ASSIGN_OR_RAISE(auto single, ConvertRows<float>(
                                             first,
                                             [in](int64_t i, float* out) {
                                               *out = Float16::FromBits(in[i]).ToFloat();
                                               return true;
                                             },
                                             [&](int64_t i) { return NumberDoesNotFit(job, i); }));
      return CastArray(job.context, single, job.to, job.mode);
    }
    case Type::BOOL: {
      ARROW_ASSIGN_OR_RAISE(auto bytes, BoolBytes(job));
      return CastArray(job.context, bytes, job.to, job.mode);
    }
    case Type::INT8: return FromNumber<int8_t>(job);
    case Type::INT16: return FromNumber<int16_t>(job);
    case Type::INT32: return FromNumber<int32_t>(job);
    case Type::INT64: return FromNumber<int64_t>(job);
    case Type::UINT8: return FromNumber<uint8_t>(job);
    case Type::UINT16: return FromNumber<uint16_t>(job);
    case Type::UINT32: return FromNumber<uint32_t>(job);
    case Type::UINT64: return FromNumber<uint64_t>(job);
    case Type::FLOAT: return FromNumber<float>(job);
    case Type::DOUBLE: return FromNumber<double>(job);
    default: return FromDecimal(job);
  }
}

}  // namespace bowstring::cast
