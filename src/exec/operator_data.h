// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// For tests: random batches of many types, and rows as plain values that a reference can be computed from.

#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <arrow/api.h>

#include "exec/pipeline.h"
#include "expr/bind.h"
#include "expr/scope.h"

namespace bowstring::exec::data {

/// A value by itself: what is compared as number, text, list.
struct Value {
  bool null = false;
  int kind = 0;  // 0 integer, 1 floating, 2 text, 3 list
  __int128 i = 0;
  double d = 0;
  std::string s;
  std::vector<Value> items;
};

/// The order of ORDER BY without directions: NULL last (`null_least`: first), NaN above all numbers, -0.0 = 0.0.
inline int Compare(const Value& a, const Value& b, bool null_least = false) {
  if (a.null || b.null) return (static_cast<int>(a.null) - static_cast<int>(b.null)) * (null_least ? -1 : 1);
  switch (a.kind) {
    case 0: return a.i < b.i ? -1 : a.i > b.i;
    case 1: {
      const bool x = std::isnan(a.d), y = std::isnan(b.d);
      if (x || y) return static_cast<int>(x) - static_cast<int>(y);
      return a.d < b.d ? -1 : a.d > b.d;
    }
    case 2: return a.s < b.s ? -1 : a.s > b.s;
    default:
      for (size_t k = 0; k < std::min(a.items.size(), b.items.size()); ++k) {
        const int order = Compare(a.items[k], b.items[k], null_least);
        if (order != 0) return order;
      }
      return a.items.size() < b.items.size() ? -1 : a.items.size() > b.items.size();
  }
}

inline Value ValueAt(const arrow::Array& array, int64_t row) {
  using arrow::Type;
  Value v;
  if (array.IsNull(row)) {
    v.null = true;
    return v;
  }
  auto integer = [&](auto x) { v.i = x; };
  switch (array.type_id()) {
    case Type::NA: v.null = true; break;
    case Type::BOOL: integer(static_cast<const arrow::BooleanArray&>(array).Value(row)); break;
    case Type::INT8: integer(static_cast<const arrow::Int8Array&>(array).Value(row)); break;
    case Type::INT32: integer(static_cast<const arrow::Int32Array&>(array).Value(row)); break;
    case Type::DATE32: integer(static_cast<const arrow::Date32Array&>(array).Value(row)); break;
    case Type::INT64: integer(static_cast<const arrow::Int64Array&>(array).Value(row)); break;
    case Type::TIMESTAMP: integer(static_cast<const arrow::TimestampArray&>(array).Value(row)); break;
    case Type::UINT64: integer(static_cast<const arrow::UInt64Array&>(array).Value(row)); break;
    case Type::FLOAT: v.kind = 1; v.d = static_cast<const arrow::FloatArray&>(array).Value(row); break;
    case Type::DOUBLE: v.kind = 1; v.d = static_cast<const arrow::DoubleArray&>(array).Value(row); break;
    case Type::DECIMAL64: integer(static_cast<const arrow::Int64Array&>(*arrow::MakeArray([&] {
                                    auto data = array.data()->Copy();
                                    data->type = arrow::int64();
                                    return data;
                                  }())).Value(row));
      break;
    case Type::DECIMAL128: {
      const arrow::Decimal128 d(static_cast<const arrow::Decimal128Array&>(array).GetValue(row));
      v.i = static_cast<__int128>(d.high_bits()) << 64 | d.low_bits();
      break;
    }
    case Type::DECIMAL256: {  // small values only
      const arrow::Decimal256 d(static_cast<const arrow::Decimal256Array&>(array).GetValue(row));
      v.i = static_cast<__int128>(d.little_endian_array()[1]) << 64 | d.little_endian_array()[0];
      break;
    }
    case Type::STRING: v.kind = 2; v.s = static_cast<const arrow::StringArray&>(array).GetString(row); break;
    case Type::LARGE_STRING: v.kind = 2; v.s = static_cast<const arrow::LargeStringArray&>(array).GetString(row); break;
    case Type::STRING_VIEW: v.kind = 2; v.s = static_cast<const arrow::StringViewArray&>(array).GetString(row); break;
    case Type::FIXED_SIZE_BINARY: v.kind = 2; v.s = static_cast<const arrow::FixedSizeBinaryArray&>(array).GetString(row); break;
    case Type::DICTIONARY: {
      const auto& typed = static_cast<const arrow::DictionaryArray&>(array);
      return ValueAt(*typed.dictionary(), typed.GetValueIndex(row));
    }
    case Type::LIST: {
      const auto& typed = static_cast<const arrow::ListArray&>(array);
      v.kind = 3;
      for (int64_t k = 0; k < typed.value_length(row); ++k) v.items.push_back(ValueAt(*typed.values(), typed.value_offset(row) + k));
      break;
    }
    case Type::STRUCT: {
      const auto& typed = static_cast<const arrow::StructArray&>(array);
      v.kind = 3;
      for (int c = 0; c < typed.num_fields(); ++c) v.items.push_back(ValueAt(*typed.field(c), row));
      break;
    }
    default: std::abort();
  }
  return v;
}

using Row = std::vector<Value>;
inline std::string Text(const Value& v) {
  if (v.null) return "NULL";
  switch (v.kind) {
    case 0: return std::to_string(static_cast<int64_t>(v.i >> 64)) + ":" + std::to_string(static_cast<uint64_t>(v.i));
    case 1: return std::isnan(v.d) ? "nan" : std::to_string(v.d) + (std::signbit(v.d) ? "-" : "+");
    case 2: return "'" + v.s + "'";
    default: {
      std::string out = "[";
      for (const Value& item : v.items) out += Text(item) + ",";
      return out + "]";
    }
  }
}
inline std::string Text(const Row& row) {
  std::string out;
  for (const Value& v : row) out += Text(v) + "|";
  return out;
}

inline std::vector<Row> Rows(const std::vector<Batch>& batches) {
  std::vector<Row> out;
  for (const Batch& batch : batches) {
    std::vector<std::shared_ptr<arrow::Array>> columns;
    for (int c = 0; c < batch.data->num_columns(); ++c) columns.push_back(batch.data->column(c));
    for (int64_t i = 0; i < batch.num_rows(); ++i) {
      const int64_t row = batch.rows ? batch.rows->data()[i] : i;
      Row values;
      for (const auto& column : columns) values.push_back(ValueAt(*column, row));
      out.push_back(std::move(values));
    }
  }
  return out;
}

/// Few distinct values, edges among them.
inline std::shared_ptr<arrow::Array> RandomArray(const std::shared_ptr<arrow::DataType>& type, int64_t n, std::mt19937_64& random, int distinct,
                                                 double nulls) {
  using arrow::Type;
  auto pick = [&](int most) { return static_cast<int64_t>(random() % static_cast<uint64_t>(most)); };
  auto null = [&] { return std::uniform_real_distribution<double>(0, 1)(random) < nulls; };
  if (type->id() == Type::DICTIONARY) {
    const auto& typed = static_cast<const arrow::DictionaryType&>(*type);
    const auto values = RandomArray(typed.value_type(), std::max(distinct, 1), random, distinct, nulls / 2);
    arrow::Int32Builder indices;
    for (int64_t i = 0; i < n; ++i) (void)(null() ? indices.AppendNull() : indices.Append(static_cast<int32_t>(pick(std::max(distinct, 1)))));
    return *arrow::DictionaryArray::FromArrays(type, *indices.Finish(), values);
  }
  if (type->id() == Type::STRUCT) {
    arrow::ArrayVector children;
    for (const auto& field : type->fields()) children.push_back(RandomArray(field->type(), n, random, distinct, nulls));
    return *arrow::StructArray::Make(children, type->fields());
  }
  if (type->id() == Type::LIST) {
    arrow::Int32Builder offsets;
    int32_t at = 0;
    for (int64_t i = 0; i < n; ++i) {
      (void)(null() ? offsets.AppendNull() : offsets.Append(at));
      at += static_cast<int32_t>(pick(3));
    }
    (void)offsets.Append(at);
    const auto items = RandomArray(type->field(0)->type(), at, random, distinct, nulls);
    return *arrow::ListArray::FromArrays(type, *(*offsets.Finish()), *items);
  }
  std::unique_ptr<arrow::ArrayBuilder> builder;
  (void)arrow::MakeBuilder(arrow::default_memory_pool(), type, &builder);
  static const double kFloats[] = {0.0, -0.0, NAN, -NAN, INFINITY, -INFINITY, 1.5, -1.5};
  for (int64_t i = 0; i < n; ++i) {
    if (null() || type->id() == Type::NA) {
      (void)builder->AppendNull();
      continue;
    }
    const int64_t x = pick(std::max(distinct, 1));
    const int64_t centred = x - distinct / 2;
    switch (type->id()) {
      case Type::BOOL: (void)static_cast<arrow::BooleanBuilder&>(*builder).Append((x & 1) != 0); break;
      case Type::INT8: (void)static_cast<arrow::Int8Builder&>(*builder).Append(static_cast<int8_t>(centred)); break;
      case Type::INT32: (void)static_cast<arrow::Int32Builder&>(*builder).Append(static_cast<int32_t>(centred)); break;
      case Type::DATE32: (void)static_cast<arrow::Date32Builder&>(*builder).Append(static_cast<int32_t>(centred)); break;
      case Type::INT64: (void)static_cast<arrow::Int64Builder&>(*builder).Append(x == 0 ? INT64_MIN : x == 1 ? INT64_MAX : centred); break;
      case Type::TIMESTAMP: (void)static_cast<arrow::TimestampBuilder&>(*builder).Append(centred * 1000003); break;
      case Type::UINT64: (void)static_cast<arrow::UInt64Builder&>(*builder).Append(x == 0 ? UINT64_MAX : static_cast<uint64_t>(x)); break;
      case Type::FLOAT: (void)static_cast<arrow::FloatBuilder&>(*builder).Append(static_cast<float>(x < 8 ? kFloats[x] : centred / 3.0)); break;
      case Type::DOUBLE: (void)static_cast<arrow::DoubleBuilder&>(*builder).Append(x < 8 ? kFloats[x] : static_cast<double>(centred) / 3.0); break;
      case Type::DECIMAL64: (void)static_cast<arrow::Decimal64Builder&>(*builder).Append(arrow::Decimal64(centred)); break;
      case Type::DECIMAL128:
        (void)static_cast<arrow::Decimal128Builder&>(*builder).Append(x % 7 == 0 ? arrow::Decimal128(centred, static_cast<uint64_t>(x))
                                                                                   : arrow::Decimal128(centred));
        break;
      case Type::DECIMAL256: (void)static_cast<arrow::Decimal256Builder&>(*builder).Append(arrow::Decimal256(centred)); break;
      case Type::FIXED_SIZE_BINARY: {
        std::string s(static_cast<const arrow::FixedSizeBinaryType&>(*type).byte_width(), 'q');
        s[0] = static_cast<char>(x);
        s.back() = static_cast<char>(x * 7);
        (void)static_cast<arrow::FixedSizeBinaryBuilder&>(*builder).Append(s);
        break;
      }
      default: {
        // Of all lengths, with common beginnings and zero bytes.
        std::string s = x % 3 == 0 ? "" : x % 3 == 1 ? "common prefix of sixteen and more " : "ab";
        s += std::to_string(x % 5 ? x : 0);
        if (x % 11 == 0) s.push_back('\0');
        if (x % 13 == 0) s.clear();
        if (x % 97 == 3 && random() % 50 == 0) s.append(40000, 'z');
        if (type->id() == Type::STRING) (void)static_cast<arrow::StringBuilder&>(*builder).Append(s);
        if (type->id() == Type::LARGE_STRING) (void)static_cast<arrow::LargeStringBuilder&>(*builder).Append(s);
        if (type->id() == Type::STRING_VIEW) (void)static_cast<arrow::StringViewBuilder&>(*builder).Append(s);
      }
    }
  }
  return *builder->Finish();
}

/// Batches of random sizes, several a morsel, some with a selection; each with its place.
inline std::vector<Batch> RandomBatches(const std::shared_ptr<arrow::Schema>& schema, int64_t rows, int64_t most, std::mt19937_64& random,
                                        int distinct, double nulls, bool selections = true) {
  std::vector<Batch> out;
  Seq seq;
  int64_t first = 0;
  for (int64_t done = 0; done < rows;) {
    const int64_t n = std::min(rows - done, 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(most)));
    arrow::ArrayVector columns;
    for (const auto& field : schema->fields()) {
      // Slices, so that offsets count.
      const auto array = RandomArray(field->type(), n + 3, random, distinct, field->nullable() ? nulls : 0);
      columns.push_back(array->Slice(2, n));
    }
    Batch batch;
    batch.data = arrow::RecordBatch::Make(schema, n, columns);
    batch.seq = seq;
    batch.first_row = first;
    if (selections && random() % 3 == 0) {
      std::vector<int32_t> kept;
      for (int32_t i = 0; i < n; ++i) {
        if (random() % 2) kept.push_back(i);
      }
      auto selection = std::make_shared<Selection>();
      selection->length = static_cast<int64_t>(kept.size());
      selection->indices = *arrow::AllocateBuffer(static_cast<int64_t>(kept.size() * 4) + 4);
      std::copy(kept.begin(), kept.end(), reinterpret_cast<int32_t*>(selection->indices->mutable_data()));
      batch.rows = std::move(selection);
    }
    out.push_back(std::move(batch));
    done += n;
    first += n;
    if (random() % 2) {
      ++seq.morsel;
      if (random() % 8 == 0) ++seq.stage, seq.morsel = 0;
      first = 0;
    }
  }
  return out;
}

inline std::shared_ptr<const BoundExpr> BoundColumn(const std::shared_ptr<arrow::Schema>& schema, int column) {
  return *Bind(Column(schema->field(column)->name()), Scope::Of(*schema), *schema);
}

}  // namespace bowstring::exec::data
