// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/literal_text.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>

#include "functions/type_names.h"
#include "functions/value_text.h"

namespace bowstring {
namespace {

using arrow::Type;

// Digits without an exponent, as Rust's Display: 1e20 is 100000000000000000000, 1.0 is 1.
template <typename T>
std::string PlainFloat(T value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  // The shortest digits that read back; std::to_chars' fixed form gives all of a large number's instead.
  char buffer[64];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string digits(buffer, end);
  const size_t e = digits.find('e');
  const int exponent = std::atoi(digits.c_str() + e + 1);
  digits.resize(e);
  const std::string sign = digits[0] == '-' ? "-" : "";
  digits.erase(0, sign.size());
  if (digits.size() > 1) digits.erase(1, 1);  // the point
  const int places = static_cast<int>(digits.size()) - 1;
  if (exponent < 0) return sign + "0." + std::string(-exponent - 1, '0') + digits;
  if (places <= exponent) return sign + digits + std::string(exponent - places, '0');
  return sign + digits.substr(0, exponent + 1) + "." + digits.substr(exponent + 1);
}

std::string Bytes(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) out += (out.empty() ? "" : ",") + std::to_string(c);
  return out;
}

std::string UnitWord(arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND: return "Second";
    case arrow::TimeUnit::MILLI: return "Millisecond";
    case arrow::TimeUnit::MICRO: return "Microsecond";
    default: return "Nanosecond";
  }
}

std::string Quoted(const std::string& name, const std::string& text) { return name + "(\"" + text + "\")"; }

template <typename T>
std::string QuotedInt(const std::string& name, const arrow::Scalar& scalar) {
  return Quoted(name, scalar.is_valid ? std::to_string(static_cast<const T&>(scalar).value) : "NULL");
}

// {"k":"1"}: the peer prints entries of maps so.
std::string MapText(const arrow::Scalar& scalar) {
  const auto& map = static_cast<const arrow::MapScalar&>(scalar);
  if (!scalar.is_valid || !map.value) return "NULL";
  const auto& entries = static_cast<const arrow::StructArray&>(*map.value);
  std::string out = "[{";
  for (int64_t i = 0; i < entries.length(); ++i) {
    if (i > 0) out += ",";
    for (int f = 0; f < 2; ++f) {
      auto value = entries.field(f)->GetScalar(i);
      std::string text = value.ok() ? ScalarText(**value).ValueOr("") : "";
      out += (f == 1 ? ":\"" : "\"") + text + "\"";
    }
  }
  return out + "}]";
}

std::string StructText(const arrow::Scalar& scalar) {
  const auto& value = static_cast<const arrow::StructScalar&>(scalar);
  if (!scalar.is_valid) return "NULL";
  std::string out = "{";
  for (size_t i = 0; i < value.value.size(); ++i) {
    if (i > 0) out += ",";
    out += scalar.type->field(static_cast<int>(i))->name() + ":" + ScalarText(*value.value[i]).ValueOr("");
  }
  return out + "}";
}

}  // namespace

std::string LiteralText(const arrow::Scalar& scalar) {
  const arrow::DataType& type = *scalar.type;
  // By far the most common, and long chains are made of them.
  if (type.id() == Type::INT64 && scalar.is_valid) return "Int64(" + std::to_string(static_cast<const arrow::Int64Scalar&>(scalar).value) + ")";
  const std::string name = TypeName(type);
  const std::string text = scalar.is_valid ? ScalarText(scalar).ValueOr("...") : "NULL";
  switch (type.id()) {
    case Type::NA: return "NULL";
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW: return scalar.is_valid ? Quoted(name, text) : name + "(NULL)";
    case Type::BINARY:
    case Type::LARGE_BINARY:
    case Type::BINARY_VIEW:
      if (!scalar.is_valid) return name + "(NULL)";
      return Quoted(name, Bytes(static_cast<const arrow::BaseBinaryScalar&>(scalar).view()));
    case Type::FIXED_SIZE_BINARY: {
      const std::string width = std::to_string(static_cast<const arrow::FixedSizeBinaryType&>(type).byte_width());
      if (!scalar.is_valid) return "FixedSizeBinary(" + width + ", NULL)";
      return "FixedSizeBinary(" + width + ", \"" + Bytes(static_cast<const arrow::BaseBinaryScalar&>(scalar).view()) + "\")";
    }
    case Type::FLOAT:
      return name + "(" + (scalar.is_valid ? PlainFloat(static_cast<const arrow::FloatScalar&>(scalar).value) : text) + ")";
    case Type::DOUBLE:
      return name + "(" + (scalar.is_valid ? PlainFloat(static_cast<const arrow::DoubleScalar&>(scalar).value) : text) + ")";
    case Type::HALF_FLOAT: {
      if (!scalar.is_valid) return name + "(NULL)";
      return name + "(" + PlainFloat(arrow::util::Float16::FromBits(static_cast<const arrow::HalfFloatScalar&>(scalar).value).ToFloat()) + ")";
    }
    case Type::DECIMAL32:
    case Type::DECIMAL64:
    case Type::DECIMAL128:
    case Type::DECIMAL256: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(type);
      return name.substr(0, name.find('(')) + "(" + text + "," + std::to_string(decimal.precision()) + "," +
             std::to_string(decimal.scale()) + ")";
    }
    case Type::DATE32: return Quoted(name, text);
    case Type::DATE64: {
      if (!scalar.is_valid) return Quoted(name, text);
      return Quoted(name, text.substr(0, text.find('T')));
    }
    case Type::TIME32:
      return QuotedInt<arrow::Time32Scalar>("Time32" + UnitWord(static_cast<const arrow::Time32Type&>(type).unit()), scalar);
    case Type::TIME64:
      return QuotedInt<arrow::Time64Scalar>("Time64" + UnitWord(static_cast<const arrow::Time64Type&>(type).unit()), scalar);
    case Type::DURATION:
      return QuotedInt<arrow::DurationScalar>("Duration" + UnitWord(static_cast<const arrow::DurationType&>(type).unit()), scalar);
    case Type::TIMESTAMP: {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
      return "Timestamp" + UnitWord(timestamp.unit()) + "(" +
             (scalar.is_valid ? std::to_string(static_cast<const arrow::TimestampScalar&>(scalar).value) : "NULL") + ", " +
             (timestamp.timezone().empty() ? "None" : "Some(\"" + timestamp.timezone() + "\")") + ")";
    }
    case Type::INTERVAL_MONTHS: return Quoted("IntervalYearMonth", text);
    case Type::INTERVAL_DAY_TIME: {
      if (!scalar.is_valid) return Quoted("IntervalDayTime", "NULL");
      const auto value = static_cast<const arrow::DayTimeIntervalScalar&>(scalar).value;
      return Quoted("IntervalDayTime", "IntervalDayTime { days: " + std::to_string(value.days) +
                                           ", milliseconds: " + std::to_string(value.milliseconds) + " }");
    }
    case Type::INTERVAL_MONTH_DAY_NANO: {
      if (!scalar.is_valid) return Quoted("IntervalMonthDayNano", "NULL");
      const auto value = static_cast<const arrow::MonthDayNanoIntervalScalar&>(scalar).value;
      return Quoted("IntervalMonthDayNano", "IntervalMonthDayNano { months: " + std::to_string(value.months) + ", days: " +
                                                std::to_string(value.days) + ", nanoseconds: " + std::to_string(value.nanoseconds) + " }");
    }
    case Type::STRUCT: return "Struct(" + StructText(scalar) + ")";
    case Type::MAP: return "Map(" + MapText(scalar) + ")";
    case Type::DICTIONARY: {
      const auto& dictionary = static_cast<const arrow::DictionaryScalar&>(scalar);
      auto value = scalar.is_valid ? dictionary.GetEncodedValue() : arrow::Result<std::shared_ptr<arrow::Scalar>>(
                                                                        arrow::MakeNullScalar(static_cast<const arrow::DictionaryType&>(type).value_type()));
      return "Dictionary(" + TypeName(*static_cast<const arrow::DictionaryType&>(type).index_type()) + ", " +
             (value.ok() ? LiteralText(**value) : "...") + ")";
    }
    case Type::EXTENSION: {
      const auto& extension = static_cast<const arrow::ExtensionScalar&>(scalar);
      return extension.value ? LiteralText(*extension.value) : name + "(NULL)";
    }
    default: return name.substr(0, name.find('(')) + "(" + text + ")";
  }
}

}  // namespace bowstring
