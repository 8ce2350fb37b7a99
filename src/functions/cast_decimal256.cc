// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <array>
#include <cmath>
#include <limits>

#include <arrow/array/array_decimal.h>
#include <arrow/util/decimal.h>

#include "functions/cast_internal.h"
#include "functions/decimal_math.h"

namespace bowstring::cast {
namespace {

using arrow::Decimal128;
using arrow::Decimal256;
using arrow::Type;
using Bytes = std::array<uint8_t, 32>;

const arrow::DecimalType& AsDecimal(const arrow::DataType& type) { return static_cast<const arrow::DecimalType&>(type); }

Decimal256 Load(const uint8_t* bytes) { return Decimal256(bytes); }

// To another scale, half away from zero; false where the digits don't fit `precision`.
bool Rescaled(Decimal256 value, int32_t change, int32_t precision, Decimal256* out) {
  if (change > 0) {
    auto scaled = value == Decimal256() ? arrow::Result<Decimal256>(value) : value.Rescale(0, change);
    if (!scaled.ok()) return false;
    value = *scaled;
  } else if (change < 0) {
    value = -change > Decimal256::kMaxPrecision ? Decimal256() : Decimal256(value.ReduceScaleBy(-change, true));
  }
  *out = value;
  return value.FitsInPrecision(precision);
}

// The low 128 bits of a value that has no more.
__int128 Narrow(const Decimal256& value) {
  const auto words = value.little_endian_array();
  return static_cast<__int128>((static_cast<unsigned __int128>(words[1]) << 64) | words[0]);
}
bool FitsNarrow(const Decimal256& value) {
  const auto words = value.little_endian_array();
  const uint64_t sign = static_cast<int64_t>(words[1]) < 0 ? ~uint64_t{0} : 0;
  return words[2] == sign && words[3] == sign;
}

template <typename Out>
DataResult ToNarrowDecimal(const Job& job, const uint8_t* bytes) {
  const int32_t change = AsDecimal(*job.to).scale() - AsDecimal(*job.in->type).scale(), precision = AsDecimal(*job.to).precision();
  return ConvertRows<Out>(
      job,
      [=](int64_t i, Out* out) {
        Decimal256 value;
        if (!Rescaled(Load(bytes + 32 * i), change, precision, &value)) return false;
        *out = static_cast<Out>(Narrow(value));
        return true;
      },
      [&](int64_t i) { return TooManyDigits(job, i); });
}

template <typename To>
DataResult ToNumber(const Job& job, const uint8_t* bytes) {
  const int32_t scale = AsDecimal(*job.in->type).scale();
  return ConvertRows<To>(
      job,
      [=](int64_t i, To* out) {
        Decimal256 value = Load(bytes + 32 * i);
        if constexpr (std::is_floating_point_v<To>) {
          *out = static_cast<To>(FitsNarrow(value) && scale >= 0 && scale <= 38 ? static_cast<double>(Narrow(value)) / std::pow(10.0, scale)
                                                                                 : value.ToDouble(scale));
          return true;
        } else {
          if (scale > 0) value = Decimal256(value.ReduceScaleBy(scale, false));
          if (scale < 0 && !Rescaled(value, -scale, Decimal256::kMaxPrecision, &value)) return false;
          if (!FitsNarrow(value)) return false;
          const __int128 whole = Narrow(value);
          if (whole < std::numeric_limits<To>::min() || whole > std::numeric_limits<To>::max()) return false;
          *out = static_cast<To>(whole);
          return true;
        }
      },
      [&](int64_t i) { return NumberDoesNotFit(job, i); });
}

// `load(i, &value)` gives a value of scale 0 + its `change` to the wanted scale.
template <typename Load>
DataResult ToWide(const Job& job, int32_t change, Load load) {
  const int32_t precision = AsDecimal(*job.to).precision();
  return ConvertRows<Bytes>(
      job,
      [=](int64_t i, Bytes* out) {
        Decimal256 value;
        if (!load(i, &value) || !Rescaled(value, change, precision, &value)) return false;
        value.ToBytes(out->data());
        return true;
      },
      [&](int64_t i) { return TooManyDigits(job, i); });
}

template <typename From>
DataResult NumberToWide(const Job& job) {
  const From* in = job.in->GetValues<From>(1);
  const int32_t scale = AsDecimal(*job.to).scale();
  if constexpr (std::is_floating_point_v<From>) {
    const double factor = std::pow(10.0, scale);
    return ToWide(job, 0, [in, factor](int64_t i, Decimal256* out) {
      const double value = std::round(static_cast<double>(in[i]) * factor);
      auto made = std::isfinite(value) ? Decimal256::FromReal(value, Decimal256::kMaxPrecision, 0) : arrow::Result<Decimal256>(arrow::Status::Invalid(""));
      if (!made.ok()) return false;
      *out = *made;
      return true;
    });
  } else {
    return ToWide(job, scale, [in](int64_t i, Decimal256* out) {
      const __int128 value = in[i];
      *out = Decimal256(Decimal128(static_cast<int64_t>(value >> 64), static_cast<uint64_t>(value)));
      return true;
    });
  }
}

template <typename From>
DataResult NarrowToWide(const Job& job) {
  const uint8_t* bytes = job.in->buffers[1]->data() + job.in->offset * static_cast<int64_t>(sizeof(From));
  return ToWide(job, AsDecimal(*job.to).scale() - AsDecimal(*job.in->type).scale(), [bytes](int64_t i, Decimal256* out) {
    From raw;
    std::memcpy(&raw, bytes + i * static_cast<int64_t>(sizeof(From)), sizeof(From));
    const __int128 value = raw;
    *out = Decimal256(Decimal128(static_cast<int64_t>(value >> 64), static_cast<uint64_t>(value)));
    return true;
  });
}

bool IsWide(const arrow::DataType& type) { return type.id() == Type::DECIMAL256; }

}  // namespace

bool IsDecimal256Cast(const arrow::DataType& from, const arrow::DataType& to) {
  return (IsWide(from) || IsWide(to)) && IsNumeric(from) && IsNumeric(to);
}

DataResult Decimals256(const Job& job) {
  if (job.in->type->id() == Type::HALF_FLOAT || job.to->id() == Type::HALF_FLOAT) {  // by float
    ARROW_ASSIGN_OR_RAISE(auto single, CastArray(job.context, job.in, arrow::float32(), job.mode));
    return CastArray(job.context, single, job.to, job.mode);
  }
  if (IsWide(*job.in->type)) {
    const uint8_t* bytes = job.in->buffers[1]->data() + job.in->offset * 32;
    switch (job.to->id()) {
      case Type::DECIMAL32: return ToNarrowDecimal<int32_t>(job, bytes);
      case Type::DECIMAL64: return ToNarrowDecimal<int64_t>(job, bytes);
      case Type::DECIMAL128: return ToNarrowDecimal<__int128>(job, bytes);
      case Type::DECIMAL256:
        return ToWide(job, AsDecimal(*job.to).scale() - AsDecimal(*job.in->type).scale(), [bytes](int64_t i, Decimal256* out) {
          *out = Load(bytes + 32 * i);
          return true;
        });
      case Type::INT8: return ToNumber<int8_t>(job, bytes);
      case Type::INT16: return ToNumber<int16_t>(job, bytes);
      case Type::INT32: return ToNumber<int32_t>(job, bytes);
      case Type::INT64: return ToNumber<int64_t>(job, bytes);
      case Type::UINT8: return ToNumber<uint8_t>(job, bytes);
      case Type::UINT16: return ToNumber<uint16_t>(job, bytes);
      case Type::UINT32: return ToNumber<uint32_t>(job, bytes);
      case Type::UINT64: return ToNumber<uint64_t>(job, bytes);
      case Type::FLOAT: return ToNumber<float>(job, bytes);
      default: return ToNumber<double>(job, bytes);
    }
  }
  switch (job.in->type->id()) {
    case Type::DECIMAL32: return NarrowToWide<int32_t>(job);
    case Type::DECIMAL64: return NarrowToWide<int64_t>(job);
    case Type::DECIMAL128: return NarrowToWide<__int128>(job);
    case Type::INT8: return NumberToWide<int8_t>(job);
    case Type::INT16: return NumberToWide<int16_t>(job);
    case Type::INT32: return NumberToWide<int32_t>(job);
    case Type::INT64: return NumberToWide<int64_t>(job);
    case Type::UINT8: return NumberToWide<uint8_t>(job);
    case Type::UINT16: return NumberToWide<uint16_t>(job);
    case Type::UINT32: return NumberToWide<uint32_t>(job);
    case Type::UINT64: return NumberToWide<uint64_t>(job);
    case Type::FLOAT: return NumberToWide<float>(job);
    default: return NumberToWide<double>(job);
  }
}

}  // namespace bowstring::cast
