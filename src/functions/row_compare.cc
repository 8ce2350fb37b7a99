// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/row_compare.h"

#include <cmath>

#include <arrow/compute/api.h>
#include <arrow/array.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>

#include <bowstring/error.h>

#include "functions/text_view.h"
#include "functions/type_names.h"

// Order of values one by one, for types that have no loop: booleans, half floats, wide decimals, intervals, dictionaries, nested.

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;
using DataPtr = std::shared_ptr<ArrayData>;

constexpr int kMaxDepth = 64;

template <typename T>
int ThreeWay(const T& a, const T& b) {
  if constexpr (std::is_floating_point_v<T>) {
    const bool na = std::isnan(a), nb = std::isnan(b);
    if (na || nb) return na - nb;
  }
  return a < b ? -1 : b < a ? 1 : 0;
}

template <typename T>
RowCompare Fixed(const DataPtr& left, const DataPtr& right) {
  return [left, right, a = left->GetValues<T>(1), b = right->GetValues<T>(1)](int64_t i, int64_t k) { return ThreeWay(a[i], b[k]); };
}

arrow::Result<RowCompare> Make(const DataPtr& left, const DataPtr& right, int depth);

// NULLs inside nested values are equal to each other and below all else, as the peer compares.
RowCompare WithNulls(const DataPtr& left, const DataPtr& right, RowCompare inner) {
  if (!left->MayHaveNulls() && !right->MayHaveNulls() && left->type->id() != Type::NA) return inner;
  return [left, right, inner](int64_t i, int64_t k) {
    const bool a = left->IsValid(i), b = right->IsValid(k);
    return a && b ? inner(i, k) : a - b;
  };
}

std::pair<int64_t, int64_t> Bounds(const ArrayData& list, int64_t i) {
  switch (list.type->id()) {
    case Type::LIST:
    case Type::MAP: {
      const int32_t* offsets = list.GetValues<int32_t>(1);
      return {offsets[i], offsets[i + 1]};
    }
    case Type::LARGE_LIST: {
      const int64_t* offsets = list.GetValues<int64_t>(1);
      return {offsets[i], offsets[i + 1]};
    }
    case Type::LIST_VIEW: {
      const int32_t begin = list.GetValues<int32_t>(1)[i];
      return {begin, begin + list.GetValues<int32_t>(2)[i]};
    }
    case Type::LARGE_LIST_VIEW: {
      const int64_t begin = list.GetValues<int64_t>(1)[i];
      return {begin, begin + list.GetValues<int64_t>(2)[i]};
    }
    default: {
      const int64_t size = static_cast<const arrow::FixedSizeListType&>(*list.type).list_size();
      return {(list.offset + i) * size, (list.offset + i + 1) * size};
    }
  }
}

arrow::Result<RowCompare> Lists(const DataPtr& left, const DataPtr& right, int depth) {
  ARROW_ASSIGN_OR_RAISE(auto element, Make(left->child_data[0], right->child_data[0], depth));
  element = WithNulls(left->child_data[0], right->child_data[0], std::move(element));
  return RowCompare([left, right, element](int64_t i, int64_t k) {
    auto [a, a_end] = Bounds(*left, i);
    auto [b, b_end] = Bounds(*right, k);
    for (; a < a_end && b < b_end; ++a, ++b) {
      if (const int order = element(a, b)) return order;
    }
    return ThreeWay(a_end - a, b_end - b);
  });
}

arrow::Result<RowCompare> Structs(const DataPtr& left, const DataPtr& right, int depth) {
  std::vector<RowCompare> fields;
  for (size_t f = 0; f < left->child_data.size(); ++f) {
    ARROW_ASSIGN_OR_RAISE(auto compare, Make(left->child_data[f], right->child_data[f], depth));
    fields.push_back(WithNulls(left->child_data[f], right->child_data[f], std::move(compare)));
  }
  return RowCompare([left, right, fields](int64_t i, int64_t k) {
    for (const auto& field : fields) {
      if (const int order = field(left->offset + i, right->offset + k)) return order;
    }
    return 0;
  });
}

arrow::Result<RowCompare> Make(const DataPtr& left, const DataPtr& right, int depth) {
  if (++depth > kMaxDepth) return Error(ErrorKind::kNotImplemented, "comparison of types nested deeper than ", kMaxDepth);
  if (left->type->id() == Type::DICTIONARY) {
    auto codes = std::make_shared<arrow::DictionaryArray>(left);
    ARROW_ASSIGN_OR_RAISE(auto values, Make(left->dictionary, right, depth));
    return RowCompare([codes, values](int64_t i, int64_t k) { return values(codes->GetValueIndex(i), k); });
  }
  if (right->type->id() == Type::DICTIONARY) {
    auto codes = std::make_shared<arrow::DictionaryArray>(right);
    ARROW_ASSIGN_OR_RAISE(auto values, Make(left, right->dictionary, depth));
    return RowCompare([codes, values](int64_t i, int64_t k) { return values(i, codes->GetValueIndex(k)); });
  }
  if (left->type->id() == Type::RUN_END_ENCODED || right->type->id() == Type::RUN_END_ENCODED) {
    auto plain = [](const DataPtr& data) -> arrow::Result<DataPtr> {
      if (data->type->id() != Type::RUN_END_ENCODED) return data;
      ARROW_ASSIGN_OR_RAISE(auto decoded, arrow::compute::RunEndDecode(arrow::Datum(data)));
      return decoded.array();
    };
    ARROW_ASSIGN_OR_RAISE(auto a, plain(left));
    ARROW_ASSIGN_OR_RAISE(auto b, plain(right));
    ARROW_ASSIGN_OR_RAISE(auto compare, Make(a, b, depth));
    return WithNulls(a, b, std::move(compare));
  }
  switch (left->type->storage_id()) {
    case Type::NA: return RowCompare([](int64_t, int64_t) { return 0; });
    case Type::BOOL: {
      auto a = std::make_shared<arrow::BooleanArray>(left), b = std::make_shared<arrow::BooleanArray>(right);
      return RowCompare([a, b](int64_t i, int64_t k) { return ThreeWay<int>(a->Value(i), b->Value(k)); });
    }
    case Type::INT8: return Fixed<int8_t>(left, right);
    case Type::UINT8: return Fixed<uint8_t>(left, right);
    case Type::INT16: return Fixed<int16_t>(left, right);
    case Type::UINT16: return Fixed<uint16_t>(left, right);
    case Type::UINT32: return Fixed<uint32_t>(left, right);
    case Type::UINT64: return Fixed<uint64_t>(left, right);
    case Type::INT32:
    case Type::DATE32:
    case Type::TIME32:
    case Type::INTERVAL_MONTHS:
    case Type::DECIMAL32: return Fixed<int32_t>(left, right);
    case Type::INT64:
    case Type::DATE64:
    case Type::TIME64:
    case Type::TIMESTAMP:
    case Type::DURATION:
    case Type::DECIMAL64: return Fixed<int64_t>(left, right);
    case Type::FLOAT: return Fixed<float>(left, right);
    case Type::DOUBLE: return Fixed<double>(left, right);
    case Type::HALF_FLOAT: {
      return RowCompare([left, right, a = left->GetValues<uint16_t>(1), b = right->GetValues<uint16_t>(1)](int64_t i, int64_t k) {
        return ThreeWay(arrow::util::Float16::FromBits(a[i]).ToFloat(), arrow::util::Float16::FromBits(b[k]).ToFloat());
      });
    }
    case Type::DECIMAL128: return Fixed<__int128>(left, right);
    case Type::DECIMAL256: {
      auto a = std::make_shared<arrow::Decimal256Array>(left), b = std::make_shared<arrow::Decimal256Array>(right);
      return RowCompare([a, b](int64_t i, int64_t k) { return ThreeWay(arrow::Decimal256(a->GetValue(i)), arrow::Decimal256(b->GetValue(k))); });
    }
    case Type::INTERVAL_MONTH_DAY_NANO: {
      using Value = arrow::MonthDayNanoIntervalType::MonthDayNanos;
      return RowCompare([left, right, a = left->GetValues<Value>(1), b = right->GetValues<Value>(1)](int64_t i, int64_t k) {
        if (int order = ThreeWay(a[i].months, b[k].months)) return order;
        if (int order = ThreeWay(a[i].days, b[k].days)) return order;
        return ThreeWay(a[i].nanoseconds, b[k].nanoseconds);
      });
    }
    case Type::INTERVAL_DAY_TIME: {
      using Value = arrow::DayTimeIntervalType::DayMilliseconds;
      return RowCompare([left, right, a = left->GetValues<Value>(1), b = right->GetValues<Value>(1)](int64_t i, int64_t k) {
        if (int order = ThreeWay(a[i].days, b[k].days)) return order;
        return ThreeWay(a[i].milliseconds, b[k].milliseconds);
      });
    }
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW:
    case Type::BINARY:
    case Type::LARGE_BINARY:
    case Type::BINARY_VIEW:
    case Type::FIXED_SIZE_BINARY:
      return VisitText(*left, [&](auto a) {
        return VisitText(*right, [&](auto b) {
          return RowCompare([left, right, a, b](int64_t i, int64_t k) { return a[i].compare(b[k]); });
        });
      });
    case Type::LIST:
    case Type::LARGE_LIST:
    case Type::MAP:
    case Type::FIXED_SIZE_LIST:
    case Type::LIST_VIEW:
    case Type::LARGE_LIST_VIEW: return Lists(left, right, depth);
    case Type::STRUCT: return Structs(left, right, depth);
    default: return Error(ErrorKind::kNotImplemented, "comparison of values of type ", TypeName(*left->type));
  }
}

}  // namespace

arrow::Result<RowCompare> MakeRowCompare(const DataPtr& left, const DataPtr& right) { return Make(left, right, 0); }

}  // namespace bowstring
