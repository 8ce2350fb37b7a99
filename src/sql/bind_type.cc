// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <charconv>
#include <map>

#include <arrow/type.h>

#include <bowstring/error.h>

#include "sql/ast_print.h"
#include "sql/bind.h"

namespace bowstring::sql {

using arrow::Result;

namespace {

using TypeHandle = std::shared_ptr<arrow::DataType>;

Result<int32_t> Number(const AstType& type, size_t i) {
  int32_t value = 0;
  const std::string& text = type.params[i];
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Error(ErrorKind::kPlan, "'", text, "' is not a number, in the type ", ToSql(type));
  }
  return value;
}

/// Integers by the width in their name; null for other names.
TypeHandle Integer(const std::string& name, bool is_unsigned) {
  if (name == "tinyint") return is_unsigned ? arrow::uint8() : arrow::int8();
  if (name == "smallint" || name == "int2") return is_unsigned ? arrow::uint16() : arrow::int16();
  if (name == "int" || name == "integer" || name == "int4" || name == "mediumint") {
    return is_unsigned ? arrow::uint32() : arrow::int32();
  }
  if (name == "bigint" || name == "int8") return is_unsigned ? arrow::uint64() : arrow::int64();
  return nullptr;
}

TypeHandle Plain(const std::string& name) {
  static const std::map<std::string, TypeHandle> kTypes = {
      {"boolean", arrow::boolean()},      {"bool", arrow::boolean()},
      {"real", arrow::float32()},         {"float4", arrow::float32()},
      {"float", arrow::float32()},        {"double", arrow::float64()},
      {"double precision", arrow::float64()}, {"float8", arrow::float64()},
      {"bytea", arrow::binary()},         {"blob", arrow::binary()},
      {"binary", arrow::binary()},        {"varbinary", arrow::binary()},
      {"date", arrow::date32()},          {"interval", arrow::month_day_nano_interval()},
      {"utf8", arrow::utf8()},            {"utf8view", arrow::utf8_view()},
      {"largeutf8", arrow::large_utf8()}, {"binaryview", arrow::binary_view()},
      {"float32", arrow::float32()},      {"float64", arrow::float64()},
      {"int16", arrow::int16()},          {"int32", arrow::int32()},
      {"int64", arrow::int64()},          {"uint8", arrow::uint8()},
      {"uint16", arrow::uint16()},        {"uint32", arrow::uint32()},
      {"uint64", arrow::uint64()},        {"date32", arrow::date32()},
      {"date64", arrow::date64()},
  };
  const auto at = kTypes.find(name);
  return at == kTypes.end() ? nullptr : at->second;
}

bool IsText(const std::string& name) {
  static constexpr const char* kNames[] = {"varchar", "char", "text", "string", "character varying", "character", "nvarchar",
                                           "char varying", "bpchar"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

Result<TypeHandle> Timestamp(const AstType& type, const BindOptions& options) {
  arrow::TimeUnit::type unit = arrow::TimeUnit::NANO;
  if (!type.params.empty()) {
    ARROW_ASSIGN_OR_RAISE(const int32_t digits, Number(type, 0));
    switch (digits) {
      case 0: unit = arrow::TimeUnit::SECOND; break;
      case 3: unit = arrow::TimeUnit::MILLI; break;
      case 6: unit = arrow::TimeUnit::MICRO; break;
      case 9: break;
      default: return Error(ErrorKind::kPlan, "Unsupported precision ", digits, " of a timestamp: 0, 3, 6 and 9 are known");
    }
  }
  const bool zoned = type.name == "timestamptz" || type.time_zone == AstType::TimeZone::kWith;
  return arrow::timestamp(unit, zoned ? options.time_zone : "");
}

Result<TypeHandle> Decimal(const AstType& type) {
  int32_t precision = 38, scale = 10;
  if (!type.params.empty()) {
    ARROW_ASSIGN_OR_RAISE(precision, Number(type, 0));
    scale = 0;
  }
  if (type.params.size() > 1) {
    ARROW_ASSIGN_OR_RAISE(scale, Number(type, 1));
  }
  if (precision < 1 || precision > 76 || scale > precision || scale < -precision) {
    return Error(ErrorKind::kPlan, "Decimal(precision = ", precision, ", scale = ", scale,
                 ") should satisfy `0 < precision <= 76`, and `scale <= precision`.");
  }
  if (precision <= 38) return arrow::decimal128(precision, scale);
  return arrow::decimal256(precision, scale);
}

Result<TypeHandle> Named(const AstType& type, const BindOptions& options) {
  if (const TypeHandle integer = Integer(type.name, type.is_unsigned)) return integer;
  if (const TypeHandle plain = Plain(type.name); plain != nullptr) {
    // FLOAT(53) and the like: the digits decide.
    if (type.name == "float" && !type.params.empty()) {
      ARROW_ASSIGN_OR_RAISE(const int32_t bits, Number(type, 0));
      return bits > 24 ? arrow::float64() : arrow::float32();
    }
    return plain;
  }
  if (IsText(type.name) && !type.params.empty() && !options.sized_strings) {
    return Error(ErrorKind::kPlan, "does not support Varchar with length, please set `support_varchar_with_length` to be true");
  }
  if (IsText(type.name)) return options.view_strings ? arrow::utf8_view() : arrow::utf8();
  if (type.name == "decimal" || type.name == "numeric" || type.name == "dec") return Decimal(type);
  if (type.name == "timestamp" || type.name == "timestamptz" || type.name == "datetime") return Timestamp(type, options);
  if (type.name == "time") {
    if (type.time_zone == AstType::TimeZone::kWith) return Error(ErrorKind::kNotImplemented, "Unsupported SQL type ", ToSql(type));
    return arrow::time64(arrow::TimeUnit::NANO);
  }
  return Error(ErrorKind::kNotImplemented, "Unsupported SQL type ", ToSql(type));
}

}  // namespace

Result<TypeHandle> BindType(const AstType& type, const BindOptions& options) {
  switch (type.kind) {
    case TypeKind::kNamed: return Named(type, options);
    case TypeKind::kArray: {
      ARROW_ASSIGN_OR_RAISE(auto element, BindType(*type.children[0].type, options));
      if (type.array_size) return arrow::fixed_size_list(arrow::field("item", element), static_cast<int32_t>(*type.array_size));
      return arrow::list(arrow::field("item", std::move(element)));
    }
    case TypeKind::kStruct: {
      arrow::FieldVector fields;
      for (size_t i = 0; i < type.children.size(); ++i) {
        ARROW_ASSIGN_OR_RAISE(auto child, BindType(*type.children[i].type, options));
        const auto& name = type.children[i].name;
        fields.push_back(arrow::field(name ? BindName(*name, options) : "c" + std::to_string(i), std::move(child)));
      }
      return arrow::struct_(std::move(fields));
    }
    case TypeKind::kMap: {
      ARROW_ASSIGN_OR_RAISE(auto key, BindType(*type.children[0].type, options));
      ARROW_ASSIGN_OR_RAISE(auto value, BindType(*type.children[1].type, options));
      return arrow::map(std::move(key), std::move(value));
    }
  }
  return Error(ErrorKind::kInternal, "a type of an unknown kind");
}

std::string BindName(const Ident& name, const BindOptions& options) {
  if (name.quoted() || !options.normalize) return name.text;
  std::string folded = name.text;
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  }
  return folded;
}

Result<TableName> BindTableName(const ObjectName& name, const BindOptions& options) {
  const auto part = [&](size_t i) { return BindName(name.parts[i], options); };
  switch (name.parts.size()) {
    case 1: return TableName{"", "", part(0)};
    case 2: return TableName{"", part(0), part(1)};
    case 3: return TableName{part(0), part(1), part(2)};
    default: return Error(ErrorKind::kPlan, "Unsupported compound identifier '", ToSql(name), "'. Expected 1, 2 or 3 parts");
  }
}

}  // namespace bowstring::sql
