// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/value_type.h"

#include <cassert>
#include <cstring>

#include <arrow/type.h>
#include <arrow/util/binary_view_util.h>
#include <arrow/util/endian.h>

#include <bowstring/error.h>

namespace bowstring::pq {
namespace {

using ::parquet::Type;

bool FromInt32(arrow::Type::type id, Convert* convert) {
  switch (id) {
    case arrow::Type::INT8:
    case arrow::Type::UINT8: *convert = Convert::kInt32To8; return true;
    case arrow::Type::INT16:
    case arrow::Type::UINT16: *convert = Convert::kInt32To16; return true;
    case arrow::Type::INT32:
    case arrow::Type::UINT32:
    case arrow::Type::DATE32:
    case arrow::Type::TIME32: return true;
    case arrow::Type::DECIMAL64: *convert = Convert::kInt32To64; return true;
    default: return false;
  }
}

bool FromInt64(arrow::Type::type id) {
  switch (id) {
    case arrow::Type::INT64:
    case arrow::Type::UINT64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DATE64:
    case arrow::Type::TIME64:
    case arrow::Type::DURATION:
    case arrow::Type::DECIMAL64: return true;
    default: return false;
  }
}

bool BytesToDecimal(arrow::Type::type id, Convert* convert) {
  if (id == arrow::Type::DECIMAL64) *convert = Convert::kBytesToInt64;
  if (id == arrow::Type::DECIMAL128) *convert = Convert::kBytesToInt128;
  return *convert != Convert::kNone;
}

// Big-endian two's complement of any length.
__extension__ typedef __int128 Int128;
bool BigEndian(const uint8_t* bytes, int64_t size, int64_t limit, Int128* out) {
  Int128 value = size > 0 && (bytes[0] & 0x80) != 0 ? -1 : 0;
  const uint8_t sign = static_cast<uint8_t>(value);
  // Leading sign bytes carry nothing.
  while (size > limit && *bytes == sign) ++bytes, --size;
  if (size > limit) return false;
  for (int64_t i = 0; i < size; ++i) value = static_cast<Int128>((static_cast<unsigned __int128>(value) << 8) | bytes[i]);
  *out = value;
  return true;
}

uint64_t LoadBigEndian(const uint8_t* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, 8);
  return __builtin_bswap64(word);
}

// Decimals of one length up to 16 bytes fit whatever they hold; the bytes behind the last are read and shifted out.
void FixedDecimals(const uint8_t* in, int64_t size, int64_t n, int64_t width, uint8_t* out) {
  if (size <= 8) {
    const int shift = static_cast<int>(64 - 8 * size);
    for (int64_t i = 0; i < n; ++i) {
      const int64_t value = static_cast<int64_t>(LoadBigEndian(in + i * size)) >> shift;
      if (width == 8) {
        std::memcpy(out + i * 8, &value, 8);
      } else {
        const int64_t words[2] = {value, value >> 63};
        std::memcpy(out + i * 16, words, 16);
      }
    }
    return;
  }
  const int shift = static_cast<int>(128 - 8 * size);
  for (int64_t i = 0; i < n; ++i) {
    const int64_t high = static_cast<int64_t>(LoadBigEndian(in + i * size)) >> shift;
    const uint64_t words[2] = {LoadBigEndian(in + i * size + size - 8), static_cast<uint64_t>(high)};
    std::memcpy(out + i * 16, words, 16);
  }
}

template <typename GetBytes>
arrow::Status Decimals(Convert convert, int64_t n, uint8_t* out, GetBytes&& get) {
  const int64_t width = convert == Convert::kBytesToInt64 ? 8 : 16;
  for (int64_t i = 0; i < n; ++i) {
    auto [bytes, size] = get(i);
    Int128 value = 0;
    bool fits = BigEndian(bytes, size, 16, &value);
    if (width == 8) {
      int64_t narrow = static_cast<int64_t>(value);
      fits = fits && narrow == value;
      std::memcpy(out + i * 8, &narrow, 8);
    } else {
      std::memcpy(out + i * 16, &value, 16);
    }
    if (!fits) return Error(ErrorKind::kExecution, "a decimal of ", size, " bytes does not fit its precision");
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<ValueType> MakeValueType(Type::type physical, int32_t type_length, const std::shared_ptr<arrow::DataType>& type) {
  ValueType out;
  out.physical = physical;
  out.arrow_type = type;
  const arrow::Type::type id = type->id();
  bool known = false;
  switch (physical) {
    case Type::BOOLEAN:
      out.physical_width = 1;
      known = id == arrow::Type::BOOL;
      break;
    case Type::INT32:
      out.physical_width = 4;
      known = FromInt32(id, &out.convert);
      break;
    case Type::INT64:
      out.physical_width = 8;
      known = FromInt64(id);
      break;
    case Type::INT96:
      out.physical_width = 12;
      out.convert = Convert::kInt96ToNs;
      known = id == arrow::Type::TIMESTAMP && static_cast<const arrow::TimestampType&>(*type).unit() == arrow::TimeUnit::NANO;
      break;
    case Type::FLOAT:
      out.physical_width = 4;
      known = id == arrow::Type::FLOAT;
      break;
    case Type::DOUBLE:
      out.physical_width = 8;
      known = id == arrow::Type::DOUBLE;
      break;
    case Type::BYTE_ARRAY:
      out.physical_width = 16;
      out.is_view = id == arrow::Type::STRING_VIEW || id == arrow::Type::BINARY_VIEW;
      known = out.is_view || BytesToDecimal(id, &out.convert);
      break;
    case Type::FIXED_LEN_BYTE_ARRAY:
      out.physical_width = type_length;
      known = type_length > 0 &&
              ((id == arrow::Type::FIXED_SIZE_BINARY && static_cast<const arrow::FixedSizeBinaryType&>(*type).byte_width() == type_length) ||
               (id == arrow::Type::HALF_FLOAT && type_length == 2) || BytesToDecimal(id, &out.convert));
      break;
    default: break;
  }
  if (!known) return arrow::Status::NotImplemented("no decoder of ours");
  switch (out.convert) {
    case Convert::kNone: out.width = out.physical_width; break;
    case Convert::kInt32To8: out.width = 1; break;
    case Convert::kInt32To16: out.width = 2; break;
    case Convert::kBytesToInt128: out.width = 16; break;
    default: out.width = 8;
  }
  return out;
}

arrow::Status ConvertValues(const ValueType& type, const uint8_t* in, int64_t n, const uint8_t* text, uint8_t* out) {
  switch (type.convert) {
    case Convert::kNone: std::memcpy(out, in, static_cast<size_t>(n * type.width)); break;
    case Convert::kInt32To8:
      for (int64_t i = 0; i < n; ++i) out[i] = in[i * 4];
      break;
    case Convert::kInt32To16:
      for (int64_t i = 0; i < n; ++i) std::memcpy(out + i * 2, in + i * 4, 2);
      break;
    case Convert::kInt32To64:
      for (int64_t i = 0; i < n; ++i) {
        int32_t value;
        std::memcpy(&value, in + i * 4, 4);
        int64_t wide = value;
        std::memcpy(out + i * 8, &wide, 8);
      }
      break;
    case Convert::kInt96ToNs:
      for (int64_t i = 0; i < n; ++i) {
        uint64_t nanos;
        uint32_t julian_day;
        std::memcpy(&nanos, in + i * 12, 8);
        std::memcpy(&julian_day, in + i * 12 + 8, 4);
        uint64_t days = static_cast<uint64_t>(static_cast<int64_t>(julian_day) - 2440588);
        uint64_t value = days * 86400000000000ULL + nanos;  // wraps, as Arrow's does
        std::memcpy(out + i * 8, &value, 8);
      }
      break;
    case Convert::kBytesToInt64:
    case Convert::kBytesToInt128:
      if (type.physical == Type::FIXED_LEN_BYTE_ARRAY) {
        if (type.physical_width <= type.width) {
          FixedDecimals(in, type.physical_width, n, type.width, out);
          return arrow::Status::OK();
        }
        return Decimals(type.convert, n, out, [&](int64_t i) { return std::pair(in + i * type.physical_width, int64_t{type.physical_width}); });
      }
      return Decimals(type.convert, n, out, [&](int64_t i) {
        arrow::BinaryViewType::c_type view;
        std::memcpy(&view, in + i * 16, 16);
        const uint8_t* bytes = view.is_inline() ? in + i * 16 + 4 : text + view.ref.offset;
        return std::pair(bytes, int64_t{view.size()});
      });
  }
  return arrow::Status::OK();
}

}  // namespace bowstring::pq
