// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/type_names.h"

#include <cctype>
#include <charconv>

#include <arrow/extension_type.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include <bowstring/error.h>

namespace bowstring {
namespace {

using arrow::Type;

// Nested types may come from files: deeper ones are cut off in the text.
constexpr int kMaxDepth = 64;

std::string Name(const arrow::DataType& type, int depth);

std::string Metadata(const arrow::Field& field) {
  if (!field.metadata() || field.metadata()->size() == 0) return "";
  std::string out = ", metadata: {";
  for (int64_t i = 0; i < field.metadata()->size(); ++i) {
    if (i > 0) out += ", ";
    out += "\"" + field.metadata()->key(i) + "\": \"" + field.metadata()->value(i) + "\"";
  }
  return out + "}";
}

std::string FieldType(const arrow::Field& field, int depth) {
  return (field.nullable() ? "" : "non-null ") + Name(*field.type(), depth);
}

// The only child of a list: its name is shown where it isn't the usual one.
std::string Element(const arrow::Field& field, int depth) {
  std::string out = FieldType(field, depth);
  if (field.name() != "item") out += ", field: '" + field.name() + "'";
  return out + Metadata(field);
}

std::string Named(const arrow::Field& field, int depth) {
  return "\"" + field.name() + "\": " + FieldType(field, depth) + Metadata(field);
}

std::string Decimal(std::string_view name, const arrow::DataType& type) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(type);
  return std::string(name) + "(" + std::to_string(decimal.precision()) + ", " + std::to_string(decimal.scale()) + ")";
}

template <typename T>
std::string WithUnit(std::string_view name, const arrow::DataType& type) {
  return std::string(name) + "(" + std::string(TimeUnitName(static_cast<const T&>(type).unit())) + ")";
}

std::string Union(const arrow::DataType& type, std::string_view mode, int depth) {
  std::string out = "Union(" + std::string(mode);
  const auto& codes = static_cast<const arrow::UnionType&>(type).type_codes();
  for (int i = 0; i < type.num_fields(); ++i) {
    out += ", " + std::to_string(codes[i]) + ": (" + Named(*type.field(i), depth) + ")";
  }
  return out + ")";
}

std::string Name(const arrow::DataType& type, int depth) {
  if (depth > kMaxDepth) return "...";
  ++depth;
  switch (type.id()) {
    case Type::NA: return "Null";
    case Type::BOOL: return "Boolean";
    case Type::INT8: return "Int8";
    case Type::INT16: return "Int16";
    case Type::INT32: return "Int32";
    case Type::INT64: return "Int64";
    case Type::UINT8: return "UInt8";
    case Type::UINT16: return "UInt16";
    case Type::UINT32: return "UInt32";
    case Type::UINT64: return "UInt64";
    case Type::HALF_FLOAT: return "Float16";
    case Type::FLOAT: return "Float32";
    case Type::DOUBLE: return "Float64";
    case Type::STRING: return "Utf8";
    case Type::LARGE_STRING: return "LargeUtf8";
    case Type::STRING_VIEW: return "Utf8View";
    case Type::BINARY: return "Binary";
    case Type::LARGE_BINARY: return "LargeBinary";
    case Type::BINARY_VIEW: return "BinaryView";
    case Type::FIXED_SIZE_BINARY:
      return "FixedSizeBinary(" + std::to_string(static_cast<const arrow::FixedSizeBinaryType&>(type).byte_width()) + ")";
    case Type::DATE32: return "Date32";
    case Type::DATE64: return "Date64";
    case Type::TIME32: return WithUnit<arrow::Time32Type>("Time32", type);
    case Type::TIME64: return WithUnit<arrow::Time64Type>("Time64", type);
    case Type::DURATION: return WithUnit<arrow::DurationType>("Duration", type);
    case Type::TIMESTAMP: {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
      std::string out = "Timestamp(" + std::string(TimeUnitName(timestamp.unit()));
      if (!timestamp.timezone().empty()) out += ", \"" + timestamp.timezone() + "\"";
      return out + ")";
    }
    case Type::INTERVAL_MONTHS: return "Interval(YearMonth)";
    case Type::INTERVAL_DAY_TIME: return "Interval(DayTime)";
    case Type::INTERVAL_MONTH_DAY_NANO: return "Interval(MonthDayNano)";
    case Type::DECIMAL32: return Decimal("Decimal32", type);
    case Type::DECIMAL64: return Decimal("Decimal64", type);
    case Type::DECIMAL128: return Decimal("Decimal128", type);
    case Type::DECIMAL256: return Decimal("Decimal256", type);
    case Type::LIST: return "List(" + Element(*type.field(0), depth) + ")";
    case Type::LARGE_LIST: return "LargeList(" + Element(*type.field(0), depth) + ")";
    case Type::LIST_VIEW: return "ListView(" + Element(*type.field(0), depth) + ")";
    case Type::LARGE_LIST_VIEW: return "LargeListView(" + Element(*type.field(0), depth) + ")";
    case Type::FIXED_SIZE_LIST:
      return "FixedSizeList(" + std::to_string(static_cast<const arrow::FixedSizeListType&>(type).list_size()) + " x " +
             Element(*type.field(0), depth) + ")";
    case Type::STRUCT: {
      std::string out = "Struct(";
      for (int i = 0; i < type.num_fields(); ++i) out += (i > 0 ? ", " : "") + Named(*type.field(i), depth);
      return out + ")";
    }
    case Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(type);
      return "Map(" + Named(*map.value_field(), depth) + (map.keys_sorted() ? ", sorted)" : ", unsorted)");
    }
    case Type::DICTIONARY: {
      const auto& dictionary = static_cast<const arrow::DictionaryType&>(type);
      return "Dictionary(" + Name(*dictionary.index_type(), depth) + ", " + Name(*dictionary.value_type(), depth) + ")";
    }
    case Type::RUN_END_ENCODED:
      return "RunEndEncoded(" + Named(*type.field(0), depth) + ", " + Named(*type.field(1), depth) + ")";
    case Type::SPARSE_UNION: return Union(type, "Sparse", depth);
    case Type::DENSE_UNION: return Union(type, "Dense", depth);
    case Type::EXTENSION: return Name(*static_cast<const arrow::ExtensionType&>(type).storage_type(), depth);
    default: return type.ToString();
  }
}

// Reads type names by descent. Words, numbers, quoted texts; depth is bounded by kMaxDepth.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  arrow::Result<std::shared_ptr<arrow::DataType>> ParseAll() {
    ARROW_ASSIGN_OR_RAISE(auto type, Parse(0));
    Blanks();
    if (at_ != text_.size()) return Fail();
    return type;
  }

 private:
  arrow::Status Fail() const {
    return Error(ErrorKind::kPlan, "Unsupported type '", text_,
                 "'. Must be a supported arrow type name such as 'Int32' or 'Timestamp(ns)'");
  }
  void Blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool Take(std::string_view token) {
    Blanks();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }
  arrow::Status Expect(std::string_view token) { return Take(token) ? arrow::Status::OK() : Fail(); }
  std::string_view Word() {
    Blanks();
    size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_' ||
                                  text_[at_] == '-' || static_cast<unsigned char>(text_[at_]) >= 0x80)) {
      ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }
  arrow::Result<int32_t> Number() {
    std::string_view word = Word();
    int32_t value = 0;
    auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size()) return Fail();
    return value;
  }
  arrow::Result<std::string> Quoted() {
    Blanks();
    if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) return Fail();
    size_t end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) return Fail();
    std::string out(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return out;
  }
  arrow::Result<arrow::TimeUnit::type> Unit() {
    std::string_view word = Word();
    if (word == "s" || word == "Second") return arrow::TimeUnit::SECOND;
    if (word == "ms" || word == "Millisecond") return arrow::TimeUnit::MILLI;
    if (word == "us" || word == "µs" || word == "Microsecond") return arrow::TimeUnit::MICRO;
    if (word == "ns" || word == "Nanosecond") return arrow::TimeUnit::NANO;
    return Fail();
  }
  // "non-null Int32, field: 'x'"
  arrow::Result<std::shared_ptr<arrow::Field>> Item(int depth, std::string name) {
    bool nullable = !Take("non-null ");
    if (nullable) Take("nullable ");
    ARROW_ASSIGN_OR_RAISE(auto type, Parse(depth));
    size_t before = at_;
    if (Take(",") && Take("field:")) {
      ARROW_ASSIGN_OR_RAISE(name, Quoted());
    } else {
      at_ = before;
    }
    return arrow::field(std::move(name), std::move(type), nullable);
  }
  arrow::Result<std::shared_ptr<arrow::Field>> NamedField(int depth) {
    ARROW_ASSIGN_OR_RAISE(std::string name, Quoted());
    ARROW_RETURN_NOT_OK(Expect(":"));
    return Item(depth, std::move(name));
  }
  template <typename Make>
  arrow::Result<std::shared_ptr<arrow::DataType>> Decimal(Make make) {
    ARROW_RETURN_NOT_OK(Expect("("));
    ARROW_ASSIGN_OR_RAISE(int32_t precision, Number());
    ARROW_RETURN_NOT_OK(Expect(","));
    ARROW_ASSIGN_OR_RAISE(int32_t scale, Number());
    ARROW_RETURN_NOT_OK(Expect(")"));
    return make(precision, scale);
  }

  arrow::Result<std::shared_ptr<arrow::DataType>> Parse(int depth) {
    if (depth > kMaxDepth) return Fail();
    std::string_view word = Word();
    if (word == "Null") return arrow::null();
    if (word == "Boolean") return arrow::boolean();
    if (word == "Int8") return arrow::int8();
    if (word == "Int16") return arrow::int16();
    if (word == "Int32") return arrow::int32();
    if (word == "Int64") return arrow::int64();
    if (word == "UInt8") return arrow::uint8();
    if (word == "UInt16") return arrow::uint16();
    if (word == "UInt32") return arrow::uint32();
    if (word == "UInt64") return arrow::uint64();
    if (word == "Float16") return arrow::float16();
    if (word == "Float32") return arrow::float32();
    if (word == "Float64") return arrow::float64();
    if (word == "Utf8") return arrow::utf8();
    if (word == "LargeUtf8") return arrow::large_utf8();
    if (word == "Utf8View") return arrow::utf8_view();
    if (word == "Binary") return arrow::binary();
    if (word == "LargeBinary") return arrow::large_binary();
    if (word == "BinaryView") return arrow::binary_view();
    if (word == "Date32") return arrow::date32();
    if (word == "Date64") return arrow::date64();
    if (word == "Decimal32") return Decimal([](int32_t p, int32_t s) { return arrow::Decimal32Type::Make(p, s); });
    if (word == "Decimal64") return Decimal([](int32_t p, int32_t s) { return arrow::Decimal64Type::Make(p, s); });
    if (word == "Decimal128") return Decimal([](int32_t p, int32_t s) { return arrow::Decimal128Type::Make(p, s); });
    if (word == "Decimal256") return Decimal([](int32_t p, int32_t s) { return arrow::Decimal256Type::Make(p, s); });
    ARROW_RETURN_NOT_OK(Expect("("));
    ARROW_ASSIGN_OR_RAISE(auto type, Parameters(word, depth + 1));
    ARROW_RETURN_NOT_OK(Expect(")"));
    return type;
  }

  arrow::Result<std::shared_ptr<arrow::DataType>> Parameters(std::string_view word, int depth) {
    if (word == "FixedSizeBinary") {
      ARROW_ASSIGN_OR_RAISE(int32_t width, Number());
      if (width < 0) return Fail();
      return arrow::fixed_size_binary(width);
    }
    if (word == "Timestamp") {
      ARROW_ASSIGN_OR_RAISE(auto unit, Unit());
      if (!Take(",") || Take("None")) return arrow::timestamp(unit);
      bool some = Take("Some(");
      ARROW_ASSIGN_OR_RAISE(std::string zone, Quoted());
      if (some) ARROW_RETURN_NOT_OK(Expect(")"));
      return arrow::timestamp(unit, zone);
    }
    if (word == "Time32" || word == "Time64" || word == "Duration") {
      ARROW_ASSIGN_OR_RAISE(auto unit, Unit());
      bool coarse = unit == arrow::TimeUnit::SECOND || unit == arrow::TimeUnit::MILLI;
      if (word == "Duration") return arrow::duration(unit);
      if (coarse != (word == "Time32")) return Fail();
      return coarse ? arrow::time32(unit) : arrow::time64(unit);
    }
    if (word == "Interval") {
      std::string_view kind = Word();
      if (kind == "YearMonth") return arrow::month_interval();
      if (kind == "DayTime") return arrow::day_time_interval();
      if (kind == "MonthDayNano") return arrow::month_day_nano_interval();
      return Fail();
    }
    if (word == "List" || word == "LargeList" || word == "ListView" || word == "LargeListView") {
      ARROW_ASSIGN_OR_RAISE(auto item, Item(depth, "item"));
      if (word == "List") return arrow::list(item);
      if (word == "LargeList") return arrow::large_list(item);
      return word == "ListView" ? arrow::list_view(item) : arrow::large_list_view(item);
    }
    if (word == "FixedSizeList") {
      size_t before = at_;
      auto count = Number();
      if (count.ok() && *count >= 0) {
        if (!Expect("x").ok()) ARROW_RETURN_NOT_OK(Expect(","));
        ARROW_ASSIGN_OR_RAISE(auto item, Item(depth, "item"));
        return arrow::fixed_size_list(item, *count);
      }
      at_ = before;
      return Fail();
    }
    if (word == "Dictionary") {
      ARROW_ASSIGN_OR_RAISE(auto index, Parse(depth));
      ARROW_RETURN_NOT_OK(Expect(","));
      ARROW_ASSIGN_OR_RAISE(auto value, Parse(depth));
      if (!arrow::is_integer(index->id())) return Fail();
      return arrow::dictionary(index, value);
    }
    if (word == "Struct") {
      arrow::FieldVector fields;
      while (!Peek(")")) {
        if (!fields.empty()) ARROW_RETURN_NOT_OK(Expect(","));
        ARROW_ASSIGN_OR_RAISE(auto field, NamedField(depth));
        fields.push_back(std::move(field));
      }
      return arrow::struct_(std::move(fields));
    }
    if (word == "Map") {
      ARROW_ASSIGN_OR_RAISE(auto entries, NamedField(depth));
      bool sorted = false;
      if (Take(",")) {
        std::string_view order = Word();
        if (order != "sorted" && order != "unsorted") return Fail();
        sorted = order == "sorted";
      }
      if (entries->type()->id() != Type::STRUCT || entries->type()->num_fields() != 2) return Fail();
      return arrow::MapType::Make(entries->WithNullable(false), sorted);
    }
    if (word == "RunEndEncoded") {
      ARROW_ASSIGN_OR_RAISE(auto ends, NamedField(depth));
      ARROW_RETURN_NOT_OK(Expect(","));
      ARROW_ASSIGN_OR_RAISE(auto values, NamedField(depth));
      return arrow::run_end_encoded(ends->type(), values->type());
    }
    return Fail();
  }

  bool Peek(std::string_view token) {
    Blanks();
    return text_.substr(at_, token.size()) == token;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::string TypeName(const arrow::DataType& type) { return Name(type, 0); }

arrow::Result<std::shared_ptr<arrow::DataType>> ParseTypeName(std::string_view text) { return TypeParser(text).ParseAll(); }

std::string_view TimeUnitName(arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND: return "s";
    case arrow::TimeUnit::MILLI: return "ms";
    case arrow::TimeUnit::MICRO: return "µs";
    case arrow::TimeUnit::NANO: return "ns";
  }
  return "?";
}

}  // namespace bowstring
