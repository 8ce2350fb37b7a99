// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/ordered_key.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include <arrow/api.h>
#include <arrow/buffer_builder.h>

#include <bowstring/error.h>

#include "functions/extension.h"
#include "functions/aggregate_loops.h"

namespace bowstring {
namespace {

constexpr int kMaxDepth = 64;

arrow::Status Check(const arrow::DataType& type, int depth) {
  if (depth > kMaxDepth) return Error(ErrorKind::kNotImplemented, "values nested more than ", kMaxDepth, " deep");
  switch (type.id()) {
    case arrow::Type::LIST: case arrow::Type::LARGE_LIST: case arrow::Type::FIXED_SIZE_LIST: case arrow::Type::STRUCT:
      for (const auto& field : type.fields()) ARROW_RETURN_NOT_OK(Check(*field->type(), depth + 1));
      return arrow::Status::OK();
    case arrow::Type::NA: case arrow::Type::BOOL: return arrow::Status::OK();
    case arrow::Type::INTERVAL_DAY_TIME: case arrow::Type::INTERVAL_MONTH_DAY_NANO: return arrow::Status::OK();
    case arrow::Type::DICTIONARY: return Check(*static_cast<const arrow::DictionaryType&>(type).value_type(), depth + 1);
    case arrow::Type::EXTENSION: return Check(*StorageType(type), depth + 1);
    default:
      if (TextColumn::Takes(type) || arrow::is_fixed_width(type.id())) return arrow::Status::OK();
      return Error(ErrorKind::kNotImplemented, "the order of values of type ", type.ToString());
  }
}

class OrderEncoder {
 public:
  explicit OrderEncoder(arrow::MemoryPool* pool) : bytes_(pool) {}
  int64_t size() const { return bytes_.length(); }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Finish() { return bytes_.Finish(); }

  /// The sign byte is not turned over by `descending`, so that NULLs go where they are asked to; those inside go the same way.
  arrow::Status Put(const arrow::ArrayData& data, int64_t i, KeyOrder order) {
    flip_ = 0;
    inner_null_ = order.nulls_first == order.ascending ? kNullBelow : kNullAbove;
    const bool valid = IsValid(data, i);
    ARROW_RETURN_NOT_OK(Byte(valid ? 1 : order.nulls_first ? 0 : 2));
    if (!valid) return arrow::Status::OK();
    flip_ = order.ascending ? 0 : 0xff;
    return Value(data, i);
  }

 private:
  arrow::Status Byte(uint8_t byte) {
    byte ^= flip_;
    return bytes_.Append(&byte, 1);
  }
  template <typename U>
  arrow::Status BigEndian(U bits) {
    uint8_t out[sizeof(U)];
    for (size_t k = 0; k < sizeof(U); ++k) out[k] = static_cast<uint8_t>(bits >> (8 * (sizeof(U) - 1 - k))) ^ flip_;
    return bytes_.Append(out, sizeof(U));
  }
  template <typename U, typename S>
  arrow::Status Signed(S value) {
    return BigEndian<U>(static_cast<U>(value) ^ (U{1} << (8 * sizeof(U) - 1)));
  }
  template <typename U, typename F>
  arrow::Status Float(F value) {
    if (std::isnan(value)) value = std::numeric_limits<F>::quiet_NaN();
    U bits = std::bit_cast<U>(value);
    bits = bits >> (8 * sizeof(U) - 1) ? ~bits : bits | (U{1} << (8 * sizeof(U) - 1));
    return BigEndian<U>(bits);
  }
  arrow::Status Nested(const arrow::ArrayData& child, int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k) {
      const bool valid = IsValid(child, k);
      ARROW_RETURN_NOT_OK(Byte(valid ? kValue : inner_null_));
      if (valid) ARROW_RETURN_NOT_OK(Value(child, k));
    }
    return arrow::Status::OK();
  }
  arrow::Status List(const arrow::ArrayData& child, int64_t begin, int64_t end) {
    ARROW_RETURN_NOT_OK(Nested(child, begin, end));
    return Byte(0);  // a prefix comes first
  }

  arrow::Status Value(const arrow::ArrayData& data, int64_t i) {
    switch (data.type->id()) {
      case arrow::Type::NA: return arrow::Status::OK();
      case arrow::Type::BOOL: return Byte(arrow::bit_util::GetBit(data.buffers[1]->data(), data.offset + i));
      case arrow::Type::UINT8: return BigEndian<uint8_t>(data.GetValues<uint8_t>(1)[i]);
      case arrow::Type::UINT16: return BigEndian<uint16_t>(data.GetValues<uint16_t>(1)[i]);
      case arrow::Type::UINT32: return BigEndian<uint32_t>(data.GetValues<uint32_t>(1)[i]);
      case arrow::Type::UINT64: return BigEndian<uint64_t>(data.GetValues<uint64_t>(1)[i]);
      case arrow::Type::INT8: return Signed<uint8_t>(data.GetValues<int8_t>(1)[i]);
      case arrow::Type::INT16: return Signed<uint16_t>(data.GetValues<int16_t>(1)[i]);
      case arrow::Type::HALF_FLOAT: {
        const uint16_t bits = data.GetValues<uint16_t>(1)[i];
        return BigEndian<uint16_t>(bits >> 15 ? static_cast<uint16_t>(~bits) : static_cast<uint16_t>(bits | 0x8000));
      }
      case arrow::Type::FLOAT: return Float<uint32_t>(data.GetValues<float>(1)[i]);
      case arrow::Type::DOUBLE: return Float<uint64_t>(data.GetValues<double>(1)[i]);
      case arrow::Type::DECIMAL128: {
        const Int128& value = data.GetValues<Int128>(1)[i];
        ARROW_RETURN_NOT_OK(Signed<uint64_t>(value.high));
        return BigEndian<uint64_t>(value.low);
      }
      case arrow::Type::INTERVAL_MONTH_DAY_NANO: {
        const auto& value = data.GetValues<arrow::MonthDayNanoIntervalType::MonthDayNanos>(1)[i];
        ARROW_RETURN_NOT_OK(Signed<uint32_t>(value.months));
        ARROW_RETURN_NOT_OK(Signed<uint32_t>(value.days));
        return Signed<uint64_t>(value.nanoseconds);
      }
      case arrow::Type::INTERVAL_DAY_TIME: {
        const auto& value = data.GetValues<arrow::DayTimeIntervalType::DayMilliseconds>(1)[i];
        ARROW_RETURN_NOT_OK(Signed<uint32_t>(value.days));
        return Signed<uint32_t>(value.milliseconds);
      }
      case arrow::Type::DECIMAL256: {
        const uint64_t* words = data.GetValues<uint64_t>(1, 0) + 4 * (data.offset + i);
        ARROW_RETURN_NOT_OK(Signed<uint64_t>(words[3]));
        for (int k = 2; k >= 0; --k) ARROW_RETURN_NOT_OK(BigEndian<uint64_t>(words[k]));
        return arrow::Status::OK();
      }
      case arrow::Type::EXTENSION: return Value(*StorageOf(data), i);
      case arrow::Type::DICTIONARY: return Value(*data.dictionary, arrow::DictionaryArray(data.Copy()).GetValueIndex(i));
      case arrow::Type::LIST: return List(*data.child_data[0], data.GetValues<int32_t>(1)[i], data.GetValues<int32_t>(1)[i + 1]);
      case arrow::Type::LARGE_LIST: return List(*data.child_data[0], data.GetValues<int64_t>(1)[i], data.GetValues<int64_t>(1)[i + 1]);
      case arrow::Type::FIXED_SIZE_LIST: {
        const int64_t size = static_cast<const arrow::FixedSizeListType&>(*data.type).list_size();
        return Nested(*data.child_data[0], (data.offset + i) * size, (data.offset + i + 1) * size);
      }
      case arrow::Type::STRUCT:
        for (const auto& child : data.child_data) ARROW_RETURN_NOT_OK(Nested(*child, data.offset + i, data.offset + i + 1));
        return arrow::Status::OK();
      default: break;
    }
    if (TextColumn::Takes(*data.type)) {
      // A zero byte is written as 0 255, the end as 0 0.
      for (const char c : TextColumn(data)[i]) {
        ARROW_RETURN_NOT_OK(Byte(static_cast<uint8_t>(c)));
        if (c == 0) ARROW_RETURN_NOT_OK(Byte(255));
      }
      ARROW_RETURN_NOT_OK(Byte(0));
      return Byte(0);
    }
    switch (static_cast<const arrow::FixedWidthType&>(*data.type).bit_width()) {
      case 32: return Signed<uint32_t>(data.GetValues<int32_t>(1)[i]);
      case 64: return Signed<uint64_t>(data.GetValues<int64_t>(1)[i]);
      default: return Error(ErrorKind::kNotImplemented, "the order of values of type ", data.type->ToString());
    }
  }

  static constexpr uint8_t kNullBelow = 1, kValue = 2, kNullAbove = 3;  // 0 ends a list
  arrow::BufferBuilder bytes_;
  uint8_t flip_ = 0, inner_null_ = kNullAbove;
};

}  // namespace

arrow::Status CheckOrderable(const arrow::DataType& type) { return Check(type, 0); }

arrow::Result<std::shared_ptr<arrow::ArrayData>> EncodeOrder(std::span<const std::shared_ptr<arrow::ArrayData>> columns,
                                                             const std::vector<KeyOrder>& orders, const int32_t* positions, int64_t n,
                                                             arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets, arrow::AllocateBuffer((n + 1) * 8, pool));
  int64_t* out = reinterpret_cast<int64_t*>(offsets->mutable_data());
  OrderEncoder encoder(pool);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = encoder.size();
    for (size_t k = 0; k < columns.size(); ++k) ARROW_RETURN_NOT_OK(encoder.Put(*columns[k], positions ? positions[i] : i, orders[k]));
  }
  out[n] = encoder.size();
  ARROW_ASSIGN_OR_RAISE(auto bytes, encoder.Finish());
  return arrow::ArrayData::Make(arrow::large_binary(), n, {nullptr, std::move(offsets), std::move(bytes)}, 0);
}

}  // namespace bowstring
