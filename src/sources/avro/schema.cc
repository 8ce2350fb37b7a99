// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/avro/schema.h"

#include <cstring>
#include <map>
#include <optional>

#include <arrow/type.h>
#include <arrow/util/utf8.h>

#include <bowstring/error.h>

#include "sources/json/parser.h"
#include "sources/text_value.h"

namespace bowstring::avro {
namespace {

using arrow::Result;
using arrow::Status;
using TypePtr = std::shared_ptr<const Type>;

constexpr int kMaxDepth = 64;

Status Bad(std::string_view why) { return Error(ErrorKind::kExecution, "Avro error: invalid schema: ", why); }

/// A JSON value: text of a string, or the members or elements.
struct Json {
  enum Shape : uint8_t { kText, kOther, kList, kObject } shape = kOther;
  std::string text;  // a string's content, or the JSON text of what is no list or object
  std::vector<Json> items;
  std::vector<std::string> keys;  // of an object; `items` are its values
  const Json* Find(std::string_view key) const {
    for (size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] == key) return &items[i];
    }
    return nullptr;
  }
};

bool Read(json::Parser& parser, Json* out, int depth) {
  if (depth > kMaxDepth) return parser.Fail("it nests too deep");
  parser.SkipBlanks();
  const char c = parser.Peek();
  std::string_view text;
  std::string scratch;
  if (c == '"') {
    out->shape = Json::kText;
    if (!parser.String(&text, &scratch)) return false;
    out->text = text;
    return true;
  }
  if (c != '{' && c != '[') {
    const char* from = parser.at;
    if (!parser.Skip()) return false;
    out->text.assign(from, parser.at);
    return true;
  }
  const char close = c == '{' ? '}' : ']';
  out->shape = c == '{' ? Json::kObject : Json::kList;
  ++parser.at;
  parser.SkipBlanks();
  if (parser.Peek() == close) {
    ++parser.at;
    return true;
  }
  while (true) {
    parser.SkipBlanks();
    if (close == '}') {
      if (!parser.String(&text, &scratch)) return false;
      out->keys.emplace_back(text);
      if (!parser.Expect(':')) return false;
    }
    if (!Read(parser, &out->items.emplace_back(), depth + 1)) return false;
    parser.SkipBlanks();
    if (parser.Peek() == close) {
      ++parser.at;
      return true;
    }
    if (!parser.Expect(',')) return false;
  }
}

class Builder {
 public:
  Result<TypePtr> Make(const Json& json, int depth) {
    if (depth > kMaxDepth) return Bad("types nest too deep");
    if (json.shape == Json::kText) return Named(json.text);
    if (json.shape == Json::kList) return Union(json, depth);
    if (json.shape != Json::kObject) return Bad("a type is a name, a list or an object");
    const Json* type = json.Find("type");
    if (type == nullptr) return Bad("a type without \"type\"");
    if (type->shape != Json::kText) return Make(*type, depth + 1);
    const std::string& word = type->text;
    if (word == "record" || word == "error") return Record(json, depth);
    if (word == "enum") return Enum(json);
    if (word == "fixed") return Fixed(json);
    if (word == "array" || word == "map") return Nested(json, word == "map", depth);
    ARROW_ASSIGN_OR_RAISE(const auto plain, Named(word));
    return Logical(*plain, json);
  }

 private:
  static TypePtr Of(Kind kind, std::shared_ptr<arrow::DataType> arrow, int32_t size = 0) {
    auto out = std::make_shared<Type>();
    out->kind = kind;
    out->arrow = std::move(arrow);
    out->size = size;
    return out;
  }
  static std::string Text(const Json& json, std::string_view key) {
    const Json* found = json.Find(key);
    return found == nullptr ? "" : found->text;
  }
  static std::optional<int32_t> Int(const Json& json, std::string_view key) {
    int64_t value;
    if (!ParseInt64(Text(json, key), &value) || value < 0 || value > INT32_MAX) return std::nullopt;
    return static_cast<int32_t>(value);
  }

  Result<TypePtr> Named(const std::string& name) {
    if (name == "null") return Of(Kind::kNull, arrow::null());
    if (name == "boolean") return Of(Kind::kBoolean, arrow::boolean());
    if (name == "int") return Of(Kind::kInt, arrow::int32());
    if (name == "long") return Of(Kind::kLong, arrow::int64());
    if (name == "float") return Of(Kind::kFloat, arrow::float32());
    if (name == "double") return Of(Kind::kDouble, arrow::float64());
    if (name == "bytes") return Of(Kind::kBytes, arrow::binary());
    if (name == "string") return Of(Kind::kString, arrow::utf8());
    const size_t dot = name.rfind('.');
    const auto found = named_.find(dot == std::string::npos ? name : name.substr(dot + 1));
    if (found == named_.end()) return Bad("unknown type '" + name + "'");
    if (found->second == nullptr) return Error(ErrorKind::kNotImplemented, "Avro's recursive type '", name, "'");
    return found->second;
  }
  void Remember(const Json& json, TypePtr type) {
    const std::string name = Text(json, "name");
    const size_t dot = name.rfind('.');
    named_[dot == std::string::npos ? name : name.substr(dot + 1)] = std::move(type);
  }

  Result<TypePtr> Union(const Json& json, int depth) {
    int null_branch = -1;
    const Json* other = nullptr;
    for (size_t i = 0; i < json.items.size(); ++i) {
      const Json& branch = json.items[i];
      if (branch.shape == Json::kText && branch.text == "null") {
        null_branch = static_cast<int>(i);
      } else if (other != nullptr) {
        return Error(ErrorKind::kNotImplemented, "Avro's unions of several types");
      } else {
        other = &branch;
      }
    }
    if (other == nullptr || null_branch < 0 || json.items.size() != 2) {
      return Error(ErrorKind::kNotImplemented, "Avro's unions other than of null and one type");
    }
    ARROW_ASSIGN_OR_RAISE(const auto inner, Make(*other, depth + 1));
    if (inner->null_branch >= 0) return Bad("a union within a union");
    auto out = std::make_shared<Type>(*inner);
    out->null_branch = null_branch;
    return out;
  }

  Result<TypePtr> Record(const Json& json, int depth) {
    Remember(json, nullptr);
    const Json* fields = json.Find("fields");
    if (fields == nullptr || fields->shape != Json::kList) return Bad("a record without fields");
    auto out = std::make_shared<Type>();
    out->kind = Kind::kRecord;
    arrow::FieldVector arrow_fields;
    for (const Json& field : fields->items) {
      const Json* type = field.Find("type");
      if (type == nullptr) return Bad("a field without type");
      // {"name": .., "type": "int", "logicalType": ..} says it beside the type.
      ARROW_ASSIGN_OR_RAISE(auto child, type->shape == Json::kText && field.Find("logicalType") != nullptr ? Make(field, depth + 1) : Make(*type, depth + 1));
      out->names.push_back(Text(field, "name"));
      arrow_fields.push_back(arrow::field(out->names.back(), child->arrow, child->nullable()));
      out->children.push_back(std::move(child));
    }
    out->arrow = arrow::struct_(std::move(arrow_fields));
    Remember(json, out);
    return out;
  }

  Result<TypePtr> Enum(const Json& json) {
    const Json* symbols = json.Find("symbols");
    if (symbols == nullptr || symbols->shape != Json::kList) return Bad("an enum without symbols");
    auto out = std::make_shared<Type>();
    out->kind = Kind::kEnum;
    for (const Json& symbol : symbols->items) out->names.push_back(symbol.text);
    out->arrow = arrow::dictionary(arrow::int32(), arrow::utf8());
    Remember(json, out);
    return out;
  }

  Result<TypePtr> Fixed(const Json& json) {
    const auto size = Int(json, "size");
    if (!size) return Bad("a fixed type without size");
    const std::string logical = Text(json, "logicalType");
    TypePtr out = Of(Kind::kFixed, arrow::fixed_size_binary(*size), *size);
    if (logical == "decimal") {
      ARROW_ASSIGN_OR_RAISE(auto type, Decimal(json));
      out = Of(Kind::kDecimalFixed, std::move(type), *size);
    } else if (logical == "duration" && *size == 12) {
      out = Of(Kind::kDuration, arrow::month_day_nano_interval(), 12);
    } else if (logical == "uuid" && *size == 16) {
      out = Of(Kind::kUuidFixed, arrow::fixed_size_binary(16), 16);
    }
    Remember(json, out);
    return out;
  }

  Result<TypePtr> Nested(const Json& json, bool map, int depth) {
    const Json* inner = json.Find(map ? "values" : "items");
    if (inner == nullptr) return Bad(map ? "a map without values" : "an array without items");
    ARROW_ASSIGN_OR_RAISE(auto child, Make(*inner, depth + 1));
    auto out = std::make_shared<Type>();
    out->kind = map ? Kind::kMap : Kind::kArray;
    const bool nullable = child->null_branch >= 0;
    out->arrow = map ? arrow::map(arrow::utf8(), arrow::field("value", child->arrow, nullable)) : arrow::list(arrow::field("item", child->arrow, nullable));
    out->children.push_back(std::move(child));
    return out;
  }

  static Result<std::shared_ptr<arrow::DataType>> Decimal(const Json& json) {
    const auto precision = Int(json, "precision");
    const auto scale = json.Find("scale") == nullptr ? std::optional<int32_t>(0) : Int(json, "scale");
    if (!precision || !scale || *precision < 1 || *scale > *precision) return Bad("a decimal's precision or scale");
    if (*precision > 38) return Error(ErrorKind::kNotImplemented, "Avro's decimals of more than 38 digits");
    return arrow::decimal128(*precision, *scale);
  }

  static Result<TypePtr> Logical(const Type& plain, const Json& json) {
    using arrow::TimeUnit;
    const std::string word = Text(json, "logicalType");
    auto with = [&](std::shared_ptr<arrow::DataType> type) { return Of(plain.kind, std::move(type)); };
    if (plain.kind == Kind::kInt && word == "date") return with(arrow::date32());
    if (plain.kind == Kind::kInt && word == "time-millis") return with(arrow::time32(TimeUnit::MILLI));
    if (plain.kind == Kind::kLong) {
      if (word == "time-micros") return with(arrow::time64(TimeUnit::MICRO));
      if (word == "timestamp-millis") return with(arrow::timestamp(TimeUnit::MILLI, "+00:00"));
      if (word == "timestamp-micros") return with(arrow::timestamp(TimeUnit::MICRO, "+00:00"));
      if (word == "timestamp-nanos") return with(arrow::timestamp(TimeUnit::NANO, "+00:00"));
      if (word == "local-timestamp-millis") return with(arrow::timestamp(TimeUnit::MILLI));
      if (word == "local-timestamp-micros") return with(arrow::timestamp(TimeUnit::MICRO));
      if (word == "local-timestamp-nanos") return with(arrow::timestamp(TimeUnit::NANO));
    }
    if (plain.kind == Kind::kBytes && word == "decimal") {
      ARROW_ASSIGN_OR_RAISE(auto type, Decimal(json));
      return Of(Kind::kDecimalBytes, std::move(type));
    }
    if (plain.kind == Kind::kString && word == "uuid") return Of(Kind::kUuidString, arrow::fixed_size_binary(16));
    return std::make_shared<Type>(plain);
  }

  std::map<std::string, TypePtr> named_;  // null: being read
};

}  // namespace

Result<TypePtr> ParseSchema(std::string_view text) {
  json::Parser parser;
  parser.begin = parser.at = text.data();
  parser.end = text.data() + text.size();
  Json json;
  if (!Read(parser, &json, 0)) return Bad(parser.error);
  return Builder().Make(json, 0);
}

bool ReadLong(const uint8_t* data, int64_t size, int64_t* at, int64_t* out) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (*at >= size) return false;
    const uint8_t byte = data[(*at)++];
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      *out = static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
      return true;
    }
  }
  return false;
}

Result<std::shared_ptr<const Header>> ParseHeader(const uint8_t* data, int64_t size) {
  static constexpr uint8_t kMagic[] = {'O', 'b', 'j', 1};
  if (size < 4) return nullptr;
  if (std::memcmp(data, kMagic, 4) != 0) return Error(ErrorKind::kExecution, "Avro error: the file doesn't begin as an Avro object container file");
  auto header = std::make_shared<Header>();
  header->codec = "null";
  int64_t at = 4;
  std::string schema;
  while (true) {
    int64_t count, bytes;
    if (!ReadLong(data, size, &at, &count)) return nullptr;
    if (count == 0) break;
    if (count < 0) {
      if (!ReadLong(data, size, &at, &bytes)) return nullptr;
      count = count == INT64_MIN ? 0 : -count;
    }
    for (; count > 0; --count) {
      std::string_view parts[2];
      for (auto& part : parts) {
        if (!ReadLong(data, size, &at, &bytes)) return nullptr;
        if (bytes < 0) return Error(ErrorKind::kExecution, "Avro error: damaged header");
        if (bytes > size - at) return nullptr;
        part = {reinterpret_cast<const char*>(data) + at, static_cast<size_t>(bytes)};
        at += bytes;
      }
      if (parts[0] == "avro.schema") schema = parts[1];
      if (parts[0] == "avro.codec") header->codec = parts[1];
    }
  }
  if (size - at < 16) return nullptr;
  std::memcpy(header->sync, data + at, 16);
  header->size = at + 16;
  arrow::util::InitializeUTF8();
  if (!arrow::util::ValidateUTF8(schema)) return Bad("text that is no UTF-8");
  ARROW_ASSIGN_OR_RAISE(header->type, ParseSchema(schema));
  if (header->type->kind != Kind::kRecord || header->type->null_branch >= 0) {
    return Error(ErrorKind::kNotImplemented, "Avro files whose values are no records");
  }
  header->schema = arrow::schema(header->type->arrow->fields());
  return header;
}

}  // namespace bowstring::avro
