// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/common_type.h"

#include <algorithm>

#include <arrow/extension_type.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

namespace bowstring {
namespace {

using arrow::Type;

constexpr int kMaxDepth = 64;

// What becomes of a dictionary beside another type.
enum class Dictionaries {
  kOpen,      // its values' type counts
  kKeepSame,  // stays beside its values' own type
  kKeep,      // stays; its values take the common type
};

struct Rules {
  bool texts_win;  // over numbers
  Dictionaries dictionaries;
};
constexpr Rules kCompared{false, Dictionaries::kOpen}, kUnited{true, Dictionaries::kKeepSame}, kChosen{false, Dictionaries::kKeepSame},
    kCollected{false, Dictionaries::kKeep};

TypePtr ValueOfRuns(const TypePtr& type) {
  return type->id() == Type::RUN_END_ENCODED ? static_cast<const arrow::RunEndEncodedType&>(*type).value_type() : type;
}

// Among values that are kept, numbers are no dates and texts no bytes; durations of several units are intervals, and the last zone counts.
bool IsStrict(const Rules& rules) { return &rules == &kCollected; }

bool IsUnsigned(const arrow::DataType& type) { return arrow::is_unsigned_integer(type.id()); }
int Width(const arrow::DataType& type) { return type.bit_width(); }

TypePtr SignedOfWidth(int bits) {
  return bits <= 8 ? arrow::int8() : bits <= 16 ? arrow::int16() : bits <= 32 ? arrow::int32() : arrow::int64();
}
TypePtr UnsignedOfWidth(int bits) {
  return bits <= 8 ? arrow::uint8() : bits <= 16 ? arrow::uint16() : bits <= 32 ? arrow::uint32() : arrow::uint64();
}

// Decimals and floats meet in the decimal that shows a float's reliable digits.
TypePtr DecimalOfFloat(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::HALF_FLOAT: return arrow::decimal128(6, 3);
    case Type::FLOAT: return arrow::decimal128(14, 7);
    default: return arrow::decimal128(30, 15);
  }
}

// A number as a decimal, a narrow one beside a narrow decimal that has room for all its digits.
TypePtr DecimalBeside(const TypePtr& number, const TypePtr& other) {
  if (IsDecimal(*number)) return number;
  const TypePtr wide = IsFloat(*number) ? DecimalOfFloat(*number) : DecimalOf(*number);
  const auto& decimal = static_cast<const arrow::DecimalType&>(*wide);
  const bool narrow = (other->id() == Type::DECIMAL32 && decimal.precision() <= 6) || (other->id() == Type::DECIMAL64 && decimal.precision() <= 14);
  return narrow ? MakeDecimal(other->id(), decimal.precision(), decimal.scale()) : wide;
}

TypePtr CommonDecimal(const arrow::DataType& left, const arrow::DataType& right) {
  const auto& l = static_cast<const arrow::DecimalType&>(left);
  const auto& r = static_cast<const arrow::DecimalType&>(right);
  const int32_t scale = std::max(l.scale(), r.scale());
  const int32_t range = std::max(l.precision() - l.scale(), r.precision() - r.scale());
  return MakeDecimal(WiderDecimal(l.id(), r.id()), range + scale, scale);
}

TypePtr Timestamps(const arrow::TimestampType& left, const arrow::TimestampType& right) {
  const std::string& zone = left.timezone().empty() ? right.timezone() : left.timezone();
  return arrow::timestamp(std::max(left.unit(), right.unit()), zone);
}

TypePtr Binaries(const TypePtr& left, const TypePtr& right) {
  auto view = [](const TypePtr& t) { return t->id() == Type::BINARY_VIEW || t->id() == Type::STRING_VIEW; };
  auto large = [](const TypePtr& t) { return t->id() == Type::LARGE_BINARY || t->id() == Type::LARGE_STRING; };
  if (view(left) || view(right)) return arrow::binary_view();
  if (large(left) || large(right)) return arrow::large_binary();
  return arrow::binary();
}

TypePtr TextWith(const TypePtr& text, const TypePtr& other, const Rules& rules) {
  switch (other->id()) {
    case Type::DATE32:
    case Type::DATE64:
    case Type::TIME32:
    case Type::TIME64: return other;
    case Type::TIMESTAMP: return arrow::timestamp(arrow::TimeUnit::NANO, static_cast<const arrow::TimestampType&>(*other).timezone());
    default: break;
  }
  if (IsBytes(*other) && other->id() != Type::FIXED_SIZE_BINARY && !IsStrict(rules)) return Binaries(text, other);
  if (IsNumeric(*other)) return rules.texts_win ? text : other;
  return nullptr;
}

TypePtr Common(const TypePtr& left, const TypePtr& right, const Rules& rules, int depth);

TypePtr Lists(const TypePtr& left, const TypePtr& right, const Rules& rules, int depth) {
  const auto& l = left->field(0);
  const auto& r = right->field(0);
  TypePtr item = Common(l->type(), r->type(), rules, depth);
  if (!item) return nullptr;
  auto field = l->WithType(item)->WithNullable(l->nullable() || r->nullable());
  auto large = [](Type::type id) { return id == Type::LARGE_LIST || id == Type::LARGE_LIST_VIEW; };
  if (left->id() == Type::FIXED_SIZE_LIST && right->id() == Type::FIXED_SIZE_LIST) {
    const int32_t size = static_cast<const arrow::FixedSizeListType&>(*left).list_size();
    if (size == static_cast<const arrow::FixedSizeListType&>(*right).list_size()) return arrow::fixed_size_list(field, size);
  }
  return large(left->id()) || large(right->id()) ? arrow::large_list(field) : arrow::list(field);
}

TypePtr Structs(const TypePtr& left, const TypePtr& right, const Rules& rules, int depth) {
  if (left->num_fields() != right->num_fields()) return nullptr;
  // By name where both have the same names, else by position.
  const auto& l = static_cast<const arrow::StructType&>(*left);
  const auto& r = static_cast<const arrow::StructType&>(*right);
  bool by_name = true;
  for (const auto& field : l.fields()) by_name = by_name && r.GetFieldIndex(field->name()) >= 0;
  arrow::FieldVector fields;
  for (int i = 0; i < l.num_fields(); ++i) {
    const auto& other = by_name ? r.field(r.GetFieldIndex(l.field(i)->name())) : r.field(i);
    TypePtr type = Common(l.field(i)->type(), other->type(), rules, depth);
    if (!type) return nullptr;
    fields.push_back(l.field(i)->WithType(type)->WithNullable(l.field(i)->nullable() || other->nullable()));
  }
  return arrow::struct_(std::move(fields));
}

TypePtr Maps(const arrow::MapType& left, const arrow::MapType& right, const Rules& rules, int depth) {
  TypePtr key = Common(left.key_type(), right.key_type(), rules, depth), item = Common(left.item_type(), right.item_type(), rules, depth);
  if (!key || !item) return nullptr;
  const bool nullable = left.item_field()->nullable() || right.item_field()->nullable();
  return std::make_shared<arrow::MapType>(left.key_field()->WithType(key), left.item_field()->WithType(item)->WithNullable(nullable));
}

TypePtr Dictionary(const TypePtr& left, const TypePtr& right, const Rules& rules, int depth) {
  TypePtr value = Common(ValueType(left), ValueType(right), rules, depth);
  if (!value || rules.dictionaries == Dictionaries::kOpen) return value;
  const bool both = left->id() == right->id();
  const TypePtr& dictionary = left->id() == Type::DICTIONARY ? left : right;
  if (rules.dictionaries == Dictionaries::kKeepSame) return !both && ValueType(left)->Equals(*ValueType(right)) ? dictionary : value;
  if (!both && value->id() == Type::STRING_VIEW) return value;
  auto index = [](const TypePtr& t) { return static_cast<const arrow::DictionaryType&>(*t).index_type(); };
  if (!both || Width(*index(left)) >= Width(*index(right))) return arrow::dictionary(index(dictionary), value);
  return arrow::dictionary(index(right), value);
}

TypePtr Common(const TypePtr& left, const TypePtr& right, const Rules& rules, int depth) {
  if (++depth > kMaxDepth) return nullptr;
  if (&rules == &kCompared && (left->id() == Type::EXTENSION || right->id() == Type::EXTENSION)) {  // what is stored is compared
    auto storage = [](const TypePtr& t) { return t->id() == Type::EXTENSION ? static_cast<const arrow::ExtensionType&>(*t).storage_type() : t; };
    return Common(storage(left), storage(right), rules, depth);
  }
  if (left->Equals(*right)) return &rules == &kCompared ? ValueOfRuns(left) : left;
  if (left->id() == Type::NA || right->id() == Type::NA) {
    const TypePtr& type = left->id() == Type::NA ? right : left;
    if (&rules == &kCompared) return ValueOfRuns(type);
    return rules.dictionaries == Dictionaries::kKeepSame ? ValueType(type) : type;
  }
  if (left->id() == Type::DICTIONARY || right->id() == Type::DICTIONARY) return Dictionary(left, right, rules, depth);
  if (left->id() == Type::RUN_END_ENCODED || right->id() == Type::RUN_END_ENCODED) {
    return Common(ValueOfRuns(left), ValueOfRuns(right), rules, depth);
  }
  if (IsNumeric(*left) && IsNumeric(*right)) {
    if (IsDecimal(*left) || IsDecimal(*right)) {
      return CommonDecimal(*DecimalBeside(left, right), *DecimalBeside(right, left));
    }
    return CommonNumber(left, right);
  }
  if (IsText(*left) && IsText(*right)) return CommonText(*left, *right);
  if (IsText(*left)) return TextWith(left, right, rules);
  if (IsText(*right)) return TextWith(right, left, rules);
  if (IsBytes(*left) && IsBytes(*right)) return Binaries(left, right);
  if (IsTimestamp(*left) && IsTimestamp(*right)) {
    const TypePtr &first = IsStrict(rules) ? right : left, &second = IsStrict(rules) ? left : right;
    return Timestamps(static_cast<const arrow::TimestampType&>(*first), static_cast<const arrow::TimestampType&>(*second));
  }
  auto is_date = [](const TypePtr& t) { return t->id() == Type::DATE32 || t->id() == Type::DATE64; };
  if (is_date(left) && is_date(right)) return arrow::date64();
  if ((is_date(left) && IsTimestamp(*right)) || (IsTimestamp(*left) && is_date(right))) {
    // Comparing in the timestamp's own unit gives the same answers and can't overflow.
    const auto& timestamp = static_cast<const arrow::TimestampType&>(is_date(left) ? *right : *left);
    if (!rules.texts_win) return arrow::timestamp(std::max(timestamp.unit(), arrow::TimeUnit::MILLI));
    return arrow::timestamp(arrow::TimeUnit::NANO);
  }
  auto day_number = [](const TypePtr& t) { return t->id() == Type::INT32 || t->id() == Type::INT64; };
  if (is_date(left) && day_number(right) && !IsStrict(rules)) return left;
  if (is_date(right) && day_number(left) && !IsStrict(rules)) return right;
  auto is_time = [](const TypePtr& t) { return t->id() == Type::TIME32 || t->id() == Type::TIME64; };
  if (is_time(left) && is_time(right)) return arrow::time64(arrow::TimeUnit::NANO);
  if (left->id() == Type::DURATION && right->id() == Type::DURATION && !IsStrict(rules)) {
    return arrow::duration(std::max(static_cast<const arrow::DurationType&>(*left).unit(), static_cast<const arrow::DurationType&>(*right).unit()));
  }
  auto is_span = [](const TypePtr& t) { return t->id() == Type::DURATION || arrow::is_interval(t->id()); };
  if (is_span(left) && is_span(right)) return arrow::month_day_nano_interval();
  if (IsListLike(*left) && IsListLike(*right)) return Lists(left, right, rules, depth);
  if (left->id() == Type::MAP && right->id() == Type::MAP) {
    return Maps(static_cast<const arrow::MapType&>(*left), static_cast<const arrow::MapType&>(*right), rules, depth);
  }
  if (left->id() == Type::STRUCT && right->id() == Type::STRUCT) return Structs(left, right, rules, depth);
  return nullptr;
}

TypePtr FoldTypes(const std::vector<TypePtr>& types, const Rules& rules) {
  if (types.empty()) return arrow::null();
  TypePtr out = types[0];
  for (size_t i = 1; i < types.size() && out; ++i) {
    if (types[i] != types[i - 1]) out = Common(out, types[i], rules, 0);
  }
  if (&rules == &kCompared && out && out->id() == Type::EXTENSION) return static_cast<const arrow::ExtensionType&>(*out).storage_type();
  return out;
}

TypePtr ArgumentType(const std::vector<TypePtr>& types, const Rules& rules) {
  TypePtr out = FoldTypes(types, rules);
  if (!out || !IsTimestamp(*out)) return out;
  for (const auto& type : types) {
    if (type->id() == Type::DATE32 || type->id() == Type::DATE64) return arrow::timestamp(arrow::TimeUnit::NANO);
  }
  return out;
}

}  // namespace

bool IsInteger(const arrow::DataType& type) { return arrow::is_integer(type.id()); }
bool IsSignedInteger(const arrow::DataType& type) { return arrow::is_signed_integer(type.id()); }
bool IsFloat(const arrow::DataType& type) { return arrow::is_floating(type.id()); }
bool IsDecimal(const arrow::DataType& type) { return arrow::is_decimal(type.id()); }
bool IsNumeric(const arrow::DataType& type) { return IsInteger(type) || IsFloat(type) || IsDecimal(type); }
bool IsText(const arrow::DataType& type) {
  return type.id() == Type::STRING || type.id() == Type::LARGE_STRING || type.id() == Type::STRING_VIEW;
}
bool IsBytes(const arrow::DataType& type) {
  return type.id() == Type::BINARY || type.id() == Type::LARGE_BINARY || type.id() == Type::BINARY_VIEW ||
         type.id() == Type::FIXED_SIZE_BINARY;
}
bool IsTimestamp(const arrow::DataType& type) { return type.id() == Type::TIMESTAMP; }
bool IsTemporal(const arrow::DataType& type) {
  return IsTimestamp(type) || type.id() == Type::DATE32 || type.id() == Type::DATE64 || type.id() == Type::TIME32 || type.id() == Type::TIME64;
}
bool IsListLike(const arrow::DataType& type) {
  return type.id() == Type::LIST || type.id() == Type::LARGE_LIST || type.id() == Type::FIXED_SIZE_LIST || type.id() == Type::LIST_VIEW ||
         type.id() == Type::LARGE_LIST_VIEW;
}
TypePtr ValueType(const TypePtr& type) {
  return type->id() == Type::DICTIONARY ? static_cast<const arrow::DictionaryType&>(*type).value_type() : type;
}

TypePtr DecimalOf(const arrow::DataType& integer) {
  switch (Width(integer)) {
    case 8: return arrow::decimal128(3, 0);
    case 16: return arrow::decimal128(5, 0);
    case 32: return arrow::decimal128(10, 0);
    default: return arrow::decimal128(20, 0);
  }
}

int32_t MaxPrecision(Type::type width) {
  switch (width) {
    case Type::DECIMAL32: return 9;
    case Type::DECIMAL64: return 18;
    case Type::DECIMAL128: return 38;
    default: return 76;
  }
}

Type::type WiderDecimal(Type::type a, Type::type b) { return MaxPrecision(a) > MaxPrecision(b) ? a : b; }

TypePtr MakeDecimal(Type::type width, int32_t precision, int32_t scale) {
  precision = std::min(precision, MaxPrecision(width));
  switch (width) {
    case Type::DECIMAL32: return arrow::decimal32(precision, scale);
    case Type::DECIMAL64: return arrow::decimal64(precision, scale);
    case Type::DECIMAL128: return arrow::decimal128(precision, scale);
    default: return arrow::decimal256(precision, scale);
  }
}

TypePtr CommonNumber(const TypePtr& left, const TypePtr& right) {
  if (IsDecimal(*left) || IsDecimal(*right) || !IsNumeric(*left) || !IsNumeric(*right)) return nullptr;
  if (IsFloat(*left) && IsFloat(*right)) return Width(*left) >= Width(*right) ? left : right;
  if (IsFloat(*left)) return left;
  if (IsFloat(*right)) return right;
  const bool lu = IsUnsigned(*left), ru = IsUnsigned(*right);
  const int lw = Width(*left), rw = Width(*right);
  if (lu && ru) return UnsignedOfWidth(std::max(lw, rw));
  if (!lu && !ru) return SignedOfWidth(std::max(lw, rw));
  const int unsigned_width = lu ? lw : rw, signed_width = lu ? rw : lw;
  if (unsigned_width == 64) return arrow::decimal128(20, 0);
  return SignedOfWidth(std::max(signed_width, unsigned_width * 2));
}

TypePtr CommonText(const arrow::DataType& left, const arrow::DataType& right) {
  if (left.id() == Type::STRING_VIEW || right.id() == Type::STRING_VIEW) return arrow::utf8_view();
  if (left.id() == Type::LARGE_STRING || right.id() == Type::LARGE_STRING) return arrow::large_utf8();
  return arrow::utf8();
}

TypePtr ComparisonType(const TypePtr& left, const TypePtr& right) { return Common(left, right, kCompared, 0); }
TypePtr UnionType(const TypePtr& left, const TypePtr& right) { return Common(left, right, kUnited, 0); }
TypePtr UnionType(const std::vector<TypePtr>& types) { return FoldTypes(types, kUnited); }
TypePtr ComparisonType(const std::vector<TypePtr>& types) { return FoldTypes(types, kCompared); }
TypePtr ElementType(const TypePtr& left, const TypePtr& right) { return Common(left, right, kCollected, 0); }
TypePtr ElementType(const std::vector<TypePtr>& types) { return ArgumentType(types, kCollected); }
TypePtr ArgumentType(const std::vector<TypePtr>& types) { return ArgumentType(types, kChosen); }

}  // namespace bowstring
