// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/bounds.h"

#include <cmath>
#include <cstring>

#include <arrow/compute/cast.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>
#include <parquet/statistics.h>

namespace bowstring::pq {
namespace {

using Int128 = BoundValue::Int128;
using arrow::Type;

bool Rescale(Int128* value, int32_t by) {
  for (; by > 0; --by) {
    if (__builtin_mul_overflow(*value, static_cast<Int128>(10), value)) return false;
  }
  return true;
}

BoundValue Number(Int128 value, int32_t scale = 0) {
  BoundValue out;
  out.number = value;
  out.scale = scale;
  return out;
}
BoundValue Real(double value) {
  BoundValue out;
  out.kind = BoundValue::kDouble;
  out.real = value;
  return out;
}
BoundValue Bytes(std::string_view value) {
  BoundValue out;
  out.kind = BoundValue::kBytes;
  out.bytes = std::string(value);
  return out;
}

std::optional<double> AsDouble(const BoundValue& value) {
  if (value.kind == BoundValue::kDouble) return value.real;
  if (value.kind != BoundValue::kNumber || value.scale != 0) return std::nullopt;
  return static_cast<double>(value.number);  // rounds monotonously: order is kept, but for ties
}

bool IsUnsigned(Type::type id) { return id == Type::UINT8 || id == Type::UINT16 || id == Type::UINT32 || id == Type::UINT64; }
bool IsInteger(Type::type id) { return IsUnsigned(id) || id == Type::INT8 || id == Type::INT16 || id == Type::INT32 || id == Type::INT64; }
bool IsDecimal(Type::type id) { return id == Type::DECIMAL32 || id == Type::DECIMAL64 || id == Type::DECIMAL128; }
bool IsFloat(Type::type id) { return id == Type::FLOAT || id == Type::DOUBLE; }
bool IsText(Type::type id) {
  return id == Type::STRING || id == Type::LARGE_STRING || id == Type::STRING_VIEW || id == Type::BINARY || id == Type::LARGE_BINARY || id == Type::BINARY_VIEW;
}

// Values that are stored as plain signed numbers, and mean no other order.
bool IsPlainNumber(Type::type id) {
  return IsInteger(id) || IsDecimal(id) || id == Type::BOOL || id == Type::DATE32 || id == Type::TIME32 || id == Type::TIME64 || id == Type::TIMESTAMP ||
         id == Type::DURATION;
}

std::optional<Int128> BigEndian(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > 16) return std::nullopt;
  Int128 value = (bytes[0] & 0x80) != 0 ? -1 : 0;
  for (char byte : bytes) value = static_cast<Int128>((static_cast<unsigned __int128>(value) << 8) | static_cast<uint8_t>(byte));
  return value;
}

}  // namespace

std::optional<int> Compare(const BoundValue& a, const BoundValue& b) {
  if (a.kind == BoundValue::kBytes || b.kind == BoundValue::kBytes) {
    if (a.kind != b.kind) return std::nullopt;
    const int order = a.bytes.compare(b.bytes);  // char_traits<char> compares as unsigned
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  if (a.kind == BoundValue::kNumber && b.kind == BoundValue::kNumber) {
    Int128 x = a.number, y = b.number;
    if (!Rescale(&x, b.scale - a.scale) || !Rescale(&y, a.scale - b.scale)) return std::nullopt;
    return x < y ? -1 : x > y ? 1 : 0;
  }
  auto x = AsDouble(a), y = AsDouble(b);
  if (!x || !y || std::isnan(*x) || std::isnan(*y)) return std::nullopt;
  return *x < *y ? -1 : *x > *y ? 1 : 0;
}

std::optional<BoundValue> DecodeBound(std::string_view encoded, ::parquet::Type::type physical, const arrow::DataType& type) {
  const Type::type id = type.id();
  const int32_t scale = IsDecimal(id) ? static_cast<const arrow::DecimalType&>(type).scale() : 0;
  switch (physical) {
    case ::parquet::Type::BOOLEAN:
      if (encoded.size() != 1 || id != Type::BOOL) return std::nullopt;
      return Number(encoded[0] & 1);
    case ::parquet::Type::INT32: {
      int32_t value;
      if (encoded.size() != 4 || !IsPlainNumber(id)) return std::nullopt;
      std::memcpy(&value, encoded.data(), 4);
      return IsUnsigned(id) ? Number(static_cast<uint32_t>(value)) : Number(value, scale);
    }
    case ::parquet::Type::INT64: {
      int64_t value;
      if (encoded.size() != 8 || !IsPlainNumber(id)) return std::nullopt;
      std::memcpy(&value, encoded.data(), 8);
      return IsUnsigned(id) ? Number(static_cast<uint64_t>(value)) : Number(value, scale);
    }
    case ::parquet::Type::FLOAT: {
      float value;
      if (encoded.size() != 4 || id != Type::FLOAT) return std::nullopt;
      std::memcpy(&value, encoded.data(), 4);
      if (std::isnan(value)) return std::nullopt;
      return Real(value);
    }
    case ::parquet::Type::DOUBLE: {
      double value;
      if (encoded.size() != 8 || id != Type::DOUBLE) return std::nullopt;
      std::memcpy(&value, encoded.data(), 8);
      if (std::isnan(value)) return std::nullopt;
      return Real(value);
    }
    case ::parquet::Type::BYTE_ARRAY:
    case ::parquet::Type::FIXED_LEN_BYTE_ARRAY:
      if (IsDecimal(id)) {
        auto value = BigEndian(encoded);
        if (!value) return std::nullopt;
        return Number(*value, scale);
      }
      if (IsText(id) || id == Type::FIXED_SIZE_BINARY) return Bytes(encoded);
      return std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<BoundValue> LiteralBound(const arrow::Scalar& literal, const std::shared_ptr<arrow::DataType>& type) {
  if (!literal.is_valid) return std::nullopt;
  const Type::type from = literal.type->id(), to = type->id();
  if (IsText(from)) {
    const auto& text = static_cast<const arrow::BaseBinaryScalar&>(literal).view();
    if (IsText(to) || to == Type::FIXED_SIZE_BINARY) return Bytes(text);
    if (to != Type::DATE32) return std::nullopt;
    auto cast = arrow::compute::Cast(arrow::Datum(std::string(text)), type);
    if (!cast.ok()) return std::nullopt;
    return LiteralBound(*cast->scalar(), type);
  }
  const bool numeric_column = IsInteger(to) || IsDecimal(to) || IsFloat(to);
  if (IsInteger(from) && numeric_column) {
    if (from == Type::UINT64) return IsFloat(to) ? std::nullopt : std::optional(Number(static_cast<const arrow::UInt64Scalar&>(literal).value));
    auto wide = literal.CastTo(arrow::int64());
    if (!wide.ok()) return std::nullopt;
    const int64_t value = static_cast<const arrow::Int64Scalar&>(**wide).value;
    // Beyond these the literal may be rounded before it is compared.
    const int64_t exact = to == Type::FLOAT ? int64_t{1} << 24 : int64_t{1} << 53;
    if (IsFloat(to) && (value > exact || value < -exact)) return std::nullopt;
    return Number(value);
  }
  if (IsDecimal(from) && (IsInteger(to) || IsDecimal(to))) {
    const int32_t scale = static_cast<const arrow::DecimalType&>(*literal.type).scale();
    if (from == Type::DECIMAL32) return Number(static_cast<int32_t>(static_cast<const arrow::Decimal32Scalar&>(literal).value.value()), scale);
    if (from == Type::DECIMAL64) return Number(static_cast<const arrow::Decimal64Scalar&>(literal).value.value(), scale);
    const arrow::Decimal128& value = static_cast<const arrow::Decimal128Scalar&>(literal).value;
    return Number(static_cast<Int128>((static_cast<unsigned __int128>(static_cast<uint64_t>(value.high_bits())) << 64) | value.low_bits()), scale);
  }
  if (IsFloat(from) && (IsFloat(to) || (IsInteger(to) && from == Type::DOUBLE))) {
    const double value = from == Type::FLOAT ? static_cast<const arrow::FloatScalar&>(literal).value : static_cast<const arrow::DoubleScalar&>(literal).value;
    // A float column may be compared after the literal was rounded to float: only what both are.
    if (std::isnan(value) || (to == Type::FLOAT && static_cast<double>(static_cast<float>(value)) != value)) return std::nullopt;
    return Real(value);
  }
  if (!literal.type->Equals(*type)) return std::nullopt;
  switch (from) {
    case Type::BOOL: return Number(static_cast<const arrow::BooleanScalar&>(literal).value ? 1 : 0);
    case Type::DATE32: return Number(static_cast<const arrow::Date32Scalar&>(literal).value);
    case Type::TIME32: return Number(static_cast<const arrow::Time32Scalar&>(literal).value);
    case Type::TIME64: return Number(static_cast<const arrow::Time64Scalar&>(literal).value);
    case Type::TIMESTAMP: return Number(static_cast<const arrow::TimestampScalar&>(literal).value);
    case Type::DURATION: return Number(static_cast<const arrow::DurationScalar&>(literal).value);
    default: return std::nullopt;
  }
}

std::shared_ptr<arrow::Scalar> BoundScalar(const BoundValue& bound, const std::shared_ptr<arrow::DataType>& type) {
  const Type::type id = type->id();
  if (bound.kind == BoundValue::kBytes) {
    auto buffer = arrow::Buffer::FromString(bound.bytes);
    auto made = arrow::MakeScalar(type, std::move(buffer));
    return made.ok() ? *made : nullptr;
  }
  if (bound.kind == BoundValue::kDouble) {
    if (id == Type::FLOAT) return std::make_shared<arrow::FloatScalar>(static_cast<float>(bound.real));
    return id == Type::DOUBLE ? std::make_shared<arrow::DoubleScalar>(bound.real) : nullptr;
  }
  if (id == Type::DECIMAL128) {
    arrow::Decimal128 value(static_cast<int64_t>(bound.number >> 64), static_cast<uint64_t>(bound.number));
    return std::make_shared<arrow::Decimal128Scalar>(value, type);
  }
  if (id == Type::DECIMAL32) return std::make_shared<arrow::Decimal32Scalar>(arrow::Decimal32(static_cast<int32_t>(bound.number)), type);
  if (id == Type::DECIMAL64) return std::make_shared<arrow::Decimal64Scalar>(arrow::Decimal64(static_cast<int64_t>(bound.number)), type);
  if (id == Type::BOOL) return std::make_shared<arrow::BooleanScalar>(bound.number != 0);
  if (id == Type::UINT64) return std::make_shared<arrow::UInt64Scalar>(static_cast<uint64_t>(bound.number));
  if (!IsPlainNumber(id) || IsDecimal(id)) return nullptr;
  const int64_t value = static_cast<int64_t>(bound.number);
  switch (id) {
    case Type::TIMESTAMP: return std::make_shared<arrow::TimestampScalar>(value, type);
    case Type::TIME64: return std::make_shared<arrow::Time64Scalar>(value, type);
    case Type::DURATION: return std::make_shared<arrow::DurationScalar>(value, type);
    case Type::TIME32: return std::make_shared<arrow::Time32Scalar>(static_cast<int32_t>(value), type);
    case Type::DATE32: return std::make_shared<arrow::Date32Scalar>(static_cast<int32_t>(value));
    default: break;
  }
  auto cast = arrow::Int64Scalar(value).CastTo(type);
  return cast.ok() ? *cast : nullptr;
}

ColumnBounds ChunkBounds(const ::parquet::ColumnChunkMetaData& chunk, const arrow::DataType& type, int64_t rows) {
  ColumnBounds out;
  out.rows = rows;
  auto statistics = chunk.statistics();  // null where the writer is known to have got them wrong
  if (statistics == nullptr) return out;
  if (statistics->HasNullCount() && statistics->null_count() >= 0 && statistics->null_count() <= rows) out.null_count = statistics->null_count();
  if (statistics->HasMinMax()) {
    out.min = DecodeBound(statistics->EncodeMin(), chunk.type(), type);
    out.max = DecodeBound(statistics->EncodeMax(), chunk.type(), type);
    const bool fixed = chunk.type() != ::parquet::Type::BYTE_ARRAY;
    out.is_exact = statistics->is_min_value_exact().value_or(fixed) && statistics->is_max_value_exact().value_or(fixed);
    auto order = out.min && out.max ? Compare(*out.min, *out.max) : std::nullopt;
    if (!order || *order > 0) out.min = out.max = std::nullopt;  // nonsense is no statistics
  }
  return out;
}

}  // namespace bowstring::pq
