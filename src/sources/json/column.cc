// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/json/column.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <unordered_map>

#include <arrow/array/array_nested.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/util.h>
#include <arrow/buffer_builder.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

#include "sources/text_value.h"

namespace bowstring::json {
namespace {

using arrow::Result;
using arrow::Status;
using arrow::Type;

bool Took(const Status& status, Parser& parser) {
  if (status.ok()) [[likely]] return true;
  parser.failed_memory = status.IsOutOfMemory();
  return parser.Fail(status.message());
}

// The JSON text of the value at the parser's place, which is gone past.
bool RawText(Parser& parser, std::string_view* out, int depth) {
  const char* from = parser.at;
  if (!parser.Skip(depth)) return false;
  *out = {from, static_cast<size_t>(parser.at - from)};
  return true;
}

bool FailedToParse(Parser& parser, const char* from, const arrow::DataType& type) {
  std::string text(from, parser.at);
  parser.at = from;
  return parser.Fail("failed to parse " + text + " as " + TypeName(type));
}
bool Expected(Parser& parser, const char* what, int depth) {
  const char* from = parser.at;
  std::string_view text;
  if (!RawText(parser, &text, depth)) return false;
  parser.at = from;
  return parser.Fail(std::string("expected ") + what + " got " + std::string(text.substr(0, 200)));
}

// The text of a number or a string; others are refused.
bool ScalarText(Parser& parser, std::string_view* text, std::string* scratch, int depth) {
  const char c = parser.Peek();
  if (c == '"') return parser.String(text, scratch);
  if (c == '-' || (c >= '0' && c <= '9')) return parser.Number(text);
  if (c == '{' || c == '[' || c == 't' || c == 'f') return Expected(parser, "primitive", depth);
  return parser.Fail(parser.Unexpected());
}

// A whole number, also one that is written with a point or an exponent.
template <typename T>
bool WholeNumber(std::string_view text, T* out) {
  if constexpr (std::is_unsigned_v<T>) {
    uint64_t value;
    if (ParseUInt64(text, &value) && value <= std::numeric_limits<T>::max()) {
      *out = static_cast<T>(value);
      return true;
    }
  } else {
    int64_t value;
    if (ParseInt64(text, &value) && value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max()) {
      *out = static_cast<T>(value);
      return true;
    }
  }
  double value;
  if (text.find_first_of(".eE") == std::string_view::npos || !ParseDouble(text, &value) || value != std::floor(value) || std::abs(value) > 9e15) return false;
  if (value < static_cast<double>(std::numeric_limits<T>::min()) || value > static_cast<double>(std::numeric_limits<T>::max())) return false;
  *out = static_cast<T>(value);
  return true;
}

template <typename ArrowType>
class NumberColumn final : public Column {
 public:
  using Value = typename ArrowType::c_type;
  NumberColumn(const std::shared_ptr<arrow::DataType>& type, arrow::MemoryPool* pool) : type_(type), builder_(type, pool) {}
  bool Null(Parser& parser) override { return Took(builder_.AppendNull(), parser); }
  void Reset() override { builder_.Reset(); }
  Result<std::shared_ptr<arrow::Array>> Finish(KernelContext&) override { return builder_.Finish(); }

 private:
  bool Read(Parser& parser, int depth) override {
    const char* from = parser.at;
    std::string_view text;
    if (!ScalarText(parser, &text, &scratch_, depth)) return false;
    Value value;
    bool good;
    if constexpr (std::is_floating_point_v<Value>) {
      double wide = 0;
      good = ParseDouble(text, &wide);
      value = static_cast<Value>(wide);
    } else {
      good = WholeNumber(text, &value);
    }
    if (!good) return FailedToParse(parser, from, *type_);
    return Took(builder_.Append(value), parser);
  }

  std::shared_ptr<arrow::DataType> type_;
  arrow::NumericBuilder<ArrowType> builder_;
  std::string scratch_;
};

class BooleanColumn final : public Column {
 public:
  explicit BooleanColumn(arrow::MemoryPool* pool) : builder_(pool) {}
  bool Null(Parser& parser) override { return Took(builder_.AppendNull(), parser); }
  void Reset() override { builder_.Reset(); }
  Result<std::shared_ptr<arrow::Array>> Finish(KernelContext&) override { return builder_.Finish(); }

 private:
  bool Read(Parser& parser, int depth) override {
    if (parser.Peek() == 't') return parser.Word("true") && Took(builder_.Append(true), parser);
    if (parser.Peek() == 'f') return parser.Word("false") && Took(builder_.Append(false), parser);
    return Expected(parser, "boolean", depth);
  }
  arrow::BooleanBuilder builder_;
};

class NullColumn final : public Column {
 public:
  bool Null(Parser&) override {
    ++rows_;
    return true;
  }
  void Reset() override { rows_ = 0; }
  Result<std::shared_ptr<arrow::Array>> Finish(KernelContext&) override {
    auto out = arrow::MakeArray(arrow::ArrayData::Make(arrow::null(), rows_, {nullptr}, rows_));
    rows_ = 0;
    return out;
  }

 private:
  bool Read(Parser& parser, int depth) override { return Expected(parser, "null", depth); }
  int64_t rows_ = 0;
};

/// Text: strings as they are, anything else as its JSON text.
template <typename Builder>
class TextColumn final : public Column {
 public:
  TextColumn(const std::shared_ptr<arrow::DataType>& type, arrow::MemoryPool* pool) : builder_(type, pool) {}
  bool Null(Parser& parser) override { return Took(builder_.AppendNull(), parser); }
  void Reset() override { builder_.Reset(); }
  Result<std::shared_ptr<arrow::Array>> Finish(KernelContext&) override {
    std::shared_ptr<arrow::Array> out;
    ARROW_RETURN_NOT_OK(builder_.Finish(&out));
    return out;
  }

 private:
  bool Read(Parser& parser, int depth) override {
    std::string_view text;
    if (parser.Peek() == '"' ? !parser.String(&text, &scratch_) : !RawText(parser, &text, depth)) return false;
    return Took(builder_.Append(text), parser);
  }
  Builder builder_;
  std::string scratch_;
};

/// Bytes as hexadecimal digits.
class HexColumn final : public Column {
 public:
  HexColumn(std::shared_ptr<arrow::DataType> type, arrow::MemoryPool* pool) : type_(std::move(type)), builder_(pool) {}
  bool Null(Parser& parser) override { return Took(builder_.AppendNull(), parser); }
  void Reset() override { builder_.Reset(); }
  Result<std::shared_ptr<arrow::Array>> Finish(KernelContext&) override { return builder_.Finish(); }

 private:
  bool Read(Parser& parser, int depth) override {
    if (parser.Peek() != '"') return Expected(parser, "string", depth);
    const char* from = parser.at;
    std::string_view text;
    if (!parser.String(&text, &scratch_)) return false;
    bytes_.clear();
    auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1; };
    for (size_t i = 0; i + 1 < text.size(); i += 2) {
      const int high = digit(text[i]), low = digit(text[i + 1]);
      if (high < 0 || low < 0) return FailedToParse(parser, from, *type_);
      bytes_.push_back(static_cast<char>(high * 16 + low));
    }
    if (text.size() % 2 != 0) return FailedToParse(parser, from, *type_);
    return Took(builder_.Append(bytes_), parser);
  }
  std::shared_ptr<arrow::DataType> type_;
  arrow::BinaryBuilder builder_;
  std::string scratch_, bytes_;
};

/// Other types (times, decimals, ...): their texts, cast together. Whole numbers stand for themselves where the type is a count of units.
class CastColumn final : public Column {
 public:
  CastColumn(std::shared_ptr<arrow::DataType> type, std::shared_ptr<const TextCast> cast, arrow::MemoryPool* pool)
      : type_(std::move(type)), cast_(std::move(cast)), texts_(pool) {}
  bool Null(Parser& parser) override { return Took(texts_.AppendNull(), parser); }
  void Reset() override { texts_.Reset(); }
  Result<std::shared_ptr<arrow::Array>> Finish(KernelContext& context) override {
    std::shared_ptr<arrow::Array> texts;
    ARROW_RETURN_NOT_OK(texts_.Finish(&texts));
    auto values = cast_->Run(texts, context);
    if (values.ok() || values.status().IsOutOfMemory()) return values;
    return Error(ErrorKind::kUnknown, "Json error: ", values.status().message());
  }

 private:
  bool Read(Parser& parser, int depth) override {
    std::string_view text;
    if (!ScalarText(parser, &text, &scratch_, depth)) return false;
    return Took(texts_.Append(text), parser);
  }
  std::shared_ptr<arrow::DataType> type_;
  std::shared_ptr<const TextCast> cast_;
  arrow::StringBuilder texts_;
  std::string scratch_;
};

/// Dates and timestamps: text, or the number of units.
template <typename T>
class TemporalColumn final : public Column {
 public:
  TemporalColumn(std::shared_ptr<arrow::DataType> type, arrow::MemoryPool* pool) : type_(std::move(type)), builder_(pool) {
    if (type_->id() == Type::TIMESTAMP) {
      switch (static_cast<const arrow::TimestampType&>(*type_).unit()) {
        case arrow::TimeUnit::SECOND: per_second_ = 1; break;
        case arrow::TimeUnit::MILLI: per_second_ = 1000; break;
        case arrow::TimeUnit::MICRO: per_second_ = 1000000; break;
        case arrow::TimeUnit::NANO: per_second_ = 1000000000; break;
      }
    }
  }
  bool Null(Parser& parser) override { return Took(builder_.AppendNull(), parser); }
  void Reset() override { builder_.Reset(); }
  Result<std::shared_ptr<arrow::Array>> Finish(KernelContext&) override {
    ARROW_ASSIGN_OR_RAISE(auto plain, builder_.Finish());
    return plain->View(type_);
  }

 private:
  bool Read(Parser& parser, int depth) override {
    const char* from = parser.at;
    const bool quoted = parser.Peek() == '"';
    std::string_view text;
    if (!ScalarText(parser, &text, &scratch_, depth)) return false;
    T value;
    bool good;
    if (!quoted) {
      good = WholeNumber(text, &value);
    } else if constexpr (sizeof(T) == 4) {
      good = ParseDate(text, &value);
    } else {
      good = ParseTimestamp(text, per_second_, &value);
    }
    if (!good) return FailedToParse(parser, from, *type_);
    return Took(builder_.Append(value), parser);
  }
  std::shared_ptr<arrow::DataType> type_;
  std::conditional_t<sizeof(T) == 4, arrow::Int32Builder, arrow::Int64Builder> builder_;
  int64_t per_second_ = 1;
  std::string scratch_;
};

/// Validity and offsets that grow with the rows.
class NestedRows {
 public:
  explicit NestedRows(arrow::MemoryPool* pool) : valid_(pool) {}
  Status Append(bool valid) { return valid_.Append(valid); }
  void Reset() { valid_.Reset(); }
  int64_t rows() const { return valid_.length(); }
  int64_t nulls() const { return valid_.false_count(); }
  Result<std::shared_ptr<arrow::Buffer>> Finish() {
    if (valid_.false_count() == 0) {
      valid_.Reset();
      return nullptr;
    }
    return valid_.Finish();
  }

 private:
  arrow::TypedBufferBuilder<bool> valid_;
};

template <typename Offset>
class ListColumn final : public Column {
 public:
  ListColumn(std::shared_ptr<arrow::DataType> type, std::unique_ptr<Column> items, arrow::MemoryPool* pool)
      : type_(std::move(type)), items_(std::move(items)), rows_(pool), ends_(pool) {}
  bool Null(Parser& parser) override { return Took(rows_.Append(false), parser) && Took(ends_.Append(static_cast<Offset>(count_)), parser); }
  void Reset() override {
    items_->Reset();
    rows_.Reset();
    ends_.Reset();
    count_ = 0;
  }
  Result<std::shared_ptr<arrow::Array>> Finish(KernelContext& context) override {
    const int64_t rows = rows_.rows(), nulls = rows_.nulls();
    ARROW_ASSIGN_OR_RAISE(auto valid, rows_.Finish());
    ARROW_ASSIGN_OR_RAISE(auto items, items_->Finish(context));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets, arrow::AllocateBuffer((rows + 1) * static_cast<int64_t>(sizeof(Offset)), context.exec->memory_pool()));
    auto* to = reinterpret_cast<Offset*>(offsets->mutable_data());
    to[0] = 0;
    if (rows > 0) std::memcpy(to + 1, ends_.data(), static_cast<size_t>(rows) * sizeof(Offset));
    ends_.Reset();
    count_ = 0;
    return arrow::MakeArray(arrow::ArrayData::Make(type_, rows, {std::move(valid), std::move(offsets)}, {items->data()}, nulls));
  }

 private:
  bool Read(Parser& parser, int depth) override {
    if (parser.Peek() != '[') return Expected(parser, "[", depth);
    if (depth > kMaxDepth) return parser.Fail("values nest deeper than 200 levels");
    const bool whole = parser.Sequence(']', [&] {
      if (!items_->Value(parser, depth + 1)) return false;
      ++count_;
      return true;
    });
    return whole && Took(rows_.Append(true), parser) && Took(ends_.Append(static_cast<Offset>(count_)), parser);
  }
  std::shared_ptr<arrow::DataType> type_;
  std::unique_ptr<Column> items_;
  NestedRows rows_;
  arrow::TypedBufferBuilder<Offset> ends_;
  int64_t count_ = 0;
};

/// An object read as a map: its keys in order.
class MapColumn final : public Column {
 public:
  MapColumn(std::shared_ptr<arrow::DataType> type, std::unique_ptr<Column> values, arrow::MemoryPool* pool)
      : type_(std::move(type)), keys_(pool), values_(std::move(values)), rows_(pool), ends_(pool) {}
  bool Null(Parser& parser) override { return Took(rows_.Append(false), parser) && Took(ends_.Append(static_cast<int32_t>(count_)), parser); }
  void Reset() override {
    keys_.Reset();
    values_->Reset();
    rows_.Reset();
    ends_.Reset();
    count_ = 0;
  }
  Result<std::shared_ptr<arrow::Array>> Finish(KernelContext& context) override {
    const int64_t rows = rows_.rows(), nulls = rows_.nulls(), count = count_;
    ARROW_ASSIGN_OR_RAISE(auto valid, rows_.Finish());
    std::shared_ptr<arrow::Array> keys;
    ARROW_RETURN_NOT_OK(keys_.Finish(&keys));
    ARROW_ASSIGN_OR_RAISE(auto values, values_->Finish(context));
    const auto& map = static_cast<const arrow::MapType&>(*type_);
    if (!map.key_type()->Equals(*keys->type())) {
      ARROW_ASSIGN_OR_RAISE(const auto cast, TextCast::Make(map.key_type()));
      ARROW_ASSIGN_OR_RAISE(keys, cast->Run(keys, context));
    }
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets, arrow::AllocateBuffer((rows + 1) * 4, context.exec->memory_pool()));
    auto* to = reinterpret_cast<int32_t*>(offsets->mutable_data());
    to[0] = 0;
    if (rows > 0) std::memcpy(to + 1, ends_.data(), static_cast<size_t>(rows) * 4);
    ends_.Reset();
    count_ = 0;
    auto entries = arrow::ArrayData::Make(map.value_type(), count, {nullptr}, {keys->data(), values->data()}, 0);
    return arrow::MakeArray(arrow::ArrayData::Make(type_, rows, {std::move(valid), std::move(offsets)}, {std::move(entries)}, nulls));
  }

 private:
  bool Read(Parser& parser, int depth) override {
    if (parser.Peek() != '{') return Expected(parser, "{", depth);
    if (depth > kMaxDepth) return parser.Fail("values nest deeper than 200 levels");
    const bool whole = parser.Sequence('}', [&] {
      std::string_view key;
      if (!parser.String(&key, &scratch_) || !Took(keys_.Append(key), parser) || !parser.Expect(':') || !values_->Value(parser, depth + 1)) return false;
      ++count_;
      return true;
    });
    return whole && Took(rows_.Append(true), parser) && Took(ends_.Append(static_cast<int32_t>(count_)), parser);
  }
  std::shared_ptr<arrow::DataType> type_;
  arrow::StringBuilder keys_;
  std::unique_ptr<Column> values_;
  NestedRows rows_;
  arrow::TypedBufferBuilder<int32_t> ends_;
  int64_t count_ = 0;
  std::string scratch_;
};

}  // namespace

struct Members::Names {
  std::vector<std::string> names;
  std::unordered_map<std::string_view, int> by_name;
  std::string scratch;
};

class StructColumn final : public Column {
 public:
  StructColumn(std::shared_ptr<arrow::DataType> type, std::unique_ptr<Members> members, arrow::MemoryPool* pool)
      : type_(std::move(type)), members_(std::move(members)), rows_(pool) {
    members_->set_careful();  // a part can't be read again by itself
  }
  bool Null(Parser& parser) override { return members_->Null(parser) && Took(rows_.Append(false), parser); }
  void Reset() override {
    for (auto& column : members_->columns()) column->Reset();
    rows_.Reset();
  }
  Result<std::shared_ptr<arrow::Array>> Finish(KernelContext& context) override {
    const int64_t rows = rows_.rows(), nulls = rows_.nulls();
    ARROW_ASSIGN_OR_RAISE(auto valid, rows_.Finish());
    std::vector<std::shared_ptr<arrow::ArrayData>> children;
    for (auto& column : members_->columns()) {
      ARROW_ASSIGN_OR_RAISE(auto child, column->Finish(context));
      children.push_back(child->data());
    }
    return arrow::MakeArray(arrow::ArrayData::Make(type_, rows, {std::move(valid)}, std::move(children), nulls));
  }

 private:
  bool Read(Parser& parser, int depth) override {
    if (parser.Peek() != '{') return Expected(parser, "{", depth);
    if (depth > kMaxDepth) return parser.Fail("values nest deeper than 200 levels");
    return members_->Read(parser, depth + 1) && Took(rows_.Append(true), parser);
  }
  std::shared_ptr<arrow::DataType> type_;
  std::unique_ptr<Members> members_;
  NestedRows rows_;
};

Members::~Members() = default;

Result<std::unique_ptr<Members>> Members::Make(const arrow::FieldVector& fields, arrow::MemoryPool* pool, int depth) {
  auto out = std::make_unique<Members>();
  out->names_ = std::make_unique<Names>();
  out->names_->names.reserve(fields.size());
  for (const auto& field : fields) {
    ARROW_ASSIGN_OR_RAISE(auto column, Column::Make(field, pool, depth));
    out->columns_.push_back(std::move(column));
    out->names_->names.push_back(field->name());
  }
  for (size_t i = 0; i < fields.size(); ++i) out->names_->by_name.emplace(out->names_->names[i], static_cast<int>(i));
  out->seen_.assign(fields.size(), 0);
  out->places_.assign(fields.size(), nullptr);
  return out;
}

bool Members::repeated() const { return repeated_; }

int Members::Find(std::string_view key) {
  const size_t count = names_->names.size();
  if (expected_ < count && names_->names[expected_] == key) [[likely]] return static_cast<int>(expected_);
  const auto found = names_->by_name.find(key);
  return found == names_->by_name.end() ? -1 : found->second;
}

void Members::Name(Parser& parser, size_t member) const {
  if (parser.failed_memory || parser.named) return;  // the innermost member is the one to name
  parser.error = "whilst decoding field '" + names_->names[member] + "': " + parser.error;
  parser.named = true;
}

bool Members::Null(Parser& parser) {
  for (auto& column : columns_) {
    if (!column->Null(parser)) return false;
  }
  return true;
}

bool Members::Read(Parser& parser, int depth) {
  ++object_;
  expected_ = 0;
  if (!parser.Expect('{')) return false;
  parser.SkipBlanks();
  if (parser.Peek() == '}') {
    ++parser.at;
    return Null(parser);
  }
  while (true) {
    std::string_view key;
    parser.SkipBlanks();
    if (!parser.String(&key, &names_->scratch) || !parser.Expect(':')) return false;
    const int place = Find(key);
    if (place < 0) {
      if (!parser.Skip(depth)) return false;
    } else {
      const auto at = static_cast<size_t>(place);
      expected_ = at + 1;
      if (careful_) {
        places_[at] = parser.at;
        seen_[at] = object_;
        if (!parser.Skip(depth)) return false;
      } else {
        if (seen_[at] == object_) {
          repeated_ = true;
          return parser.Fail("a key comes twice");
        }
        seen_[at] = object_;
        if (!columns_[at]->Value(parser, depth)) {
          Name(parser, at);
          return false;
        }
      }
    }
    parser.SkipBlanks();
    if (parser.Peek() == '}') {
      ++parser.at;
      break;
    }
    if (!parser.Expect(',')) return false;
  }
  const char* behind = parser.at;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (seen_[i] != object_) {
      if (!columns_[i]->Null(parser)) return false;
    } else if (careful_) {
      parser.at = places_[i];
      if (!columns_[i]->Value(parser, depth)) {
        Name(parser, i);
        return false;
      }
    }
  }
  parser.at = behind;
  return true;
}

Result<std::unique_ptr<Column>> Column::Make(const std::shared_ptr<arrow::Field>& field, arrow::MemoryPool* pool, int depth) {
  const auto& type = field->type();
  if (depth > kMaxDepth) return Error(ErrorKind::kPlan, "types nest deeper than ", kMaxDepth, " levels");
  auto give = [](auto column) -> Result<std::unique_ptr<Column>> { return column; };
  switch (type->id()) {
    case Type::NA: return give(std::make_unique<NullColumn>());
    case Type::BOOL: return give(std::make_unique<BooleanColumn>(pool));
    case Type::INT8: return give(std::make_unique<NumberColumn<arrow::Int8Type>>(type, pool));
    case Type::INT16: return give(std::make_unique<NumberColumn<arrow::Int16Type>>(type, pool));
    case Type::INT32: return give(std::make_unique<NumberColumn<arrow::Int32Type>>(type, pool));
    case Type::INT64: return give(std::make_unique<NumberColumn<arrow::Int64Type>>(type, pool));
    case Type::UINT8: return give(std::make_unique<NumberColumn<arrow::UInt8Type>>(type, pool));
    case Type::UINT16: return give(std::make_unique<NumberColumn<arrow::UInt16Type>>(type, pool));
    case Type::UINT32: return give(std::make_unique<NumberColumn<arrow::UInt32Type>>(type, pool));
    case Type::UINT64: return give(std::make_unique<NumberColumn<arrow::UInt64Type>>(type, pool));
    case Type::FLOAT: return give(std::make_unique<NumberColumn<arrow::FloatType>>(type, pool));
    case Type::DOUBLE: return give(std::make_unique<NumberColumn<arrow::DoubleType>>(type, pool));
    case Type::STRING: return give(std::make_unique<TextColumn<arrow::StringBuilder>>(type, pool));
    case Type::LARGE_STRING: return give(std::make_unique<TextColumn<arrow::LargeStringBuilder>>(type, pool));
    case Type::STRING_VIEW: return give(std::make_unique<TextColumn<arrow::StringViewBuilder>>(type, pool));
    case Type::BINARY: return give(std::make_unique<HexColumn>(type, pool));
    case Type::DATE32: return give(std::make_unique<TemporalColumn<int32_t>>(type, pool));
    case Type::TIMESTAMP: return give(std::make_unique<TemporalColumn<int64_t>>(type, pool));
    case Type::LIST:
    case Type::LARGE_LIST: {
      ARROW_ASSIGN_OR_RAISE(auto items, Make(type->field(0), pool, depth + 1));
      if (type->id() == Type::LIST) return give(std::make_unique<ListColumn<int32_t>>(type, std::move(items), pool));
      return give(std::make_unique<ListColumn<int64_t>>(type, std::move(items), pool));
    }
    case Type::STRUCT: {
      ARROW_ASSIGN_OR_RAISE(auto members, Members::Make(type->fields(), pool, depth + 1));
      return give(std::make_unique<StructColumn>(type, std::move(members), pool));
    }
    case Type::MAP: {
      ARROW_ASSIGN_OR_RAISE(auto values, Make(static_cast<const arrow::MapType&>(*type).item_field(), pool, depth + 1));
      return give(std::make_unique<MapColumn>(type, std::move(values), pool));
    }
    case Type::FIXED_SIZE_LIST:
    case Type::LIST_VIEW:
    case Type::LARGE_LIST_VIEW:
    case Type::SPARSE_UNION:
    case Type::DENSE_UNION:
    case Type::RUN_END_ENCODED: return Error(ErrorKind::kNotImplemented, "Support for ", TypeName(*type), " in JSON reader");
    default: {
      ARROW_ASSIGN_OR_RAISE(auto cast, TextCast::Make(type));
      return give(std::make_unique<CastColumn>(type, std::move(cast), pool));
    }
  }
}

}  // namespace bowstring::json
