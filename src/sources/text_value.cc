// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/text_value.h"

#include <charconv>

#include <arrow/array/array_base.h>
#include <arrow/array/array_dict.h>
#include <arrow/compute/api_vector.h>
#include <arrow/compute/cast.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/expr.h>
#include <bowstring/table_source.h>

#include "expr/bind.h"
#include "expr/scope.h"

namespace bowstring {
namespace {

bool IsDigit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

bool TwoDigits(const char* p, int* out) {
  if (!IsDigit(p[0]) || !IsDigit(p[1])) return false;
  *out = (p[0] - '0') * 10 + (p[1] - '0');
  return true;
}

// Days since 1970 of the first ten characters.
bool ParseDay(const char* p, int64_t* out) {
  int high, low, month, day;
  if (!TwoDigits(p, &high) || !TwoDigits(p + 2, &low) || p[4] != '-' || !TwoDigits(p + 5, &month) || p[7] != '-' || !TwoDigits(p + 8, &day)) return false;
  const int year = high * 100 + low;
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (day > kDays[month - 1] + (month == 2 && leap ? 1 : 0)) return false;
  // Days from the civil calendar's March-based years.
  const int y = month <= 2 ? year - 1 : year;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int of_era = y - era * 400;
  const int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  *out = static_cast<int64_t>(era) * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
  return true;
}

}  // namespace

bool ParseInt64(std::string_view text, int64_t* out) {
  const char* p = text.data();
  const char* end = p + text.size();
  const bool negative = p != end && *p == '-';
  if (p != end && (*p == '-' || *p == '+')) ++p;
  if (p == end) return false;
  uint64_t value = 0;
  if (end - p <= 18) {
    for (; p != end; ++p) {
      const auto digit = static_cast<unsigned char>(*p - '0');
      if (digit > 9) return false;
      value = value * 10 + digit;
    }
    *out = negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
    return true;
  }
  for (; p != end; ++p) {
    const auto digit = static_cast<unsigned char>(*p - '0');
    if (digit > 9 || value > (UINT64_MAX - digit) / 10) return false;
    value = value * 10 + digit;
  }
  const uint64_t limit = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (value > limit) return false;
  *out = static_cast<int64_t>(negative ? 0 - value : value);
  return true;
}

bool ParseUInt64(std::string_view text, uint64_t* out) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (text.empty()) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

bool ParseDouble(std::string_view text, double* out) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  if (end != text.data() + text.size() || text.empty()) return false;
  if (error == std::errc::result_out_of_range) {  // as others read it: infinite, or zero
    const bool negative = text[0] == '-';
    const auto exponent = text.find_first_of("eE");
    const bool tiny = exponent != std::string_view::npos ? text.find('-', exponent) != std::string_view::npos : text.find("0.") <= 1;
    *out = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    if (negative) *out = -*out;
    return true;
  }
  return error == std::errc();
}

bool ParseBool(std::string_view text, bool* out) {
  auto is = [text](std::string_view word) {
    if (text.size() != word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if ((text[i] | 0x20) != word[i]) return false;
    }
    return true;
  };
  if (is("true")) *out = true;
  else if (is("false")) *out = false;
  else return false;
  return true;
}

bool ParseDate(std::string_view text, int32_t* out) {
  int64_t day;
  if (text.size() != 10 || !ParseDay(text.data(), &day)) return false;
  *out = static_cast<int32_t>(day);
  return true;
}

bool ParseTimestamp(std::string_view text, int64_t units_per_second, int64_t* out) {
  int64_t day;
  if (text.size() < 10 || !ParseDay(text.data(), &day)) return false;
  int64_t seconds = day * 86400, fraction = 0;
  size_t at = 10;
  if (at < text.size() && (text[at] == 'T' || text[at] == ' ' || text[at] == 't')) {
    int hour, minute, second = 0;
    if (text.size() < 16 || !TwoDigits(text.data() + 11, &hour) || text[13] != ':' || !TwoDigits(text.data() + 14, &minute)) return false;
    at = 16;
    if (at + 2 < text.size() && text[at] == ':') {
      if (!TwoDigits(text.data() + 17, &second)) return false;
      at = 19;
    }
    if (hour > 23 || minute > 59 || second > 59) return false;
    seconds += hour * 3600 + minute * 60 + second;
    if (at < text.size() && text[at] == '.') {
      int64_t unit = units_per_second;
      const size_t begin = ++at;
      for (; at < text.size() && IsDigit(text[at]); ++at) {
        unit /= 10;
        fraction += unit * (text[at] - '0');
      }
      if (at == begin) return false;
    }
  } else if (at < text.size()) {
    return false;
  }
  std::string_view zone = text.substr(at);
  if (!zone.empty() && zone[0] == ' ') zone.remove_prefix(1);
  if (zone == "Z" || zone == "z" || zone == "UTC") {
  } else if (!zone.empty()) {
    int hours, minutes = 0;
    if ((zone[0] != '+' && zone[0] != '-') || zone.size() < 3 || !TwoDigits(zone.data() + 1, &hours)) return false;
    if (zone.size() == 6 && zone[3] == ':') {
      if (!TwoDigits(zone.data() + 4, &minutes)) return false;
    } else if (zone.size() == 5) {
      if (!TwoDigits(zone.data() + 3, &minutes)) return false;
    } else if (zone.size() != 3) {
      return false;
    }
    const int64_t offset = hours * 3600 + minutes * 60;
    seconds -= zone[0] == '+' ? offset : -offset;
  }
  int64_t value;
  return !__builtin_mul_overflow(seconds, units_per_second, &value) && !__builtin_add_overflow(value, fraction, out);
}

struct TextCast::Parts {
  std::unique_ptr<BoundExpr> bound;  // null: a dictionary of text
  std::shared_ptr<arrow::Schema> schema;
  std::shared_ptr<arrow::DataType> type;
};

TextCast::~TextCast() = default;

arrow::Result<std::shared_ptr<const TextCast>> TextCast::Make(const std::shared_ptr<arrow::DataType>& type) {
  auto out = std::make_shared<TextCast>();
  out->parts_ = std::make_unique<Parts>();
  out->parts_->type = type;
  out->parts_->schema = arrow::schema({arrow::field("value", arrow::utf8())});
  std::shared_ptr<arrow::DataType> to = type;
  if (type->id() == arrow::Type::DICTIONARY) to = static_cast<const arrow::DictionaryType&>(*type).value_type();
  ARROW_ASSIGN_OR_RAISE(out->parts_->bound, Bind(Cast(Column("value"), to), Scope::Of(*out->parts_->schema), *out->parts_->schema, {.narrow_output = false}));
  return out;
}

arrow::Result<std::shared_ptr<arrow::Array>> TextCast::Run(const std::shared_ptr<arrow::Array>& texts, KernelContext& context) const {
  Batch batch;
  batch.data = arrow::RecordBatch::Make(parts_->schema, texts->length(), {texts});
  ARROW_ASSIGN_OR_RAISE(auto values, parts_->bound->EvaluateArray(context, batch));
  if (parts_->type->id() != arrow::Type::DICTIONARY) return values;
  ARROW_ASSIGN_OR_RAISE(auto encoded, arrow::compute::DictionaryEncode(values, arrow::compute::DictionaryEncodeOptions::Defaults(), context.exec));
  const auto whole = encoded.make_array();
  const auto& dictionary = static_cast<const arrow::DictionaryArray&>(*whole);
  const auto& index_type = static_cast<const arrow::DictionaryType&>(*parts_->type).index_type();
  ARROW_ASSIGN_OR_RAISE(auto indices, arrow::compute::Cast(*dictionary.indices(), index_type, arrow::compute::CastOptions::Safe(), context.exec));
  return arrow::DictionaryArray::FromArrays(parts_->type, indices, dictionary.dictionary());
}

}  // namespace bowstring
