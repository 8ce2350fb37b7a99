// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <charconv>
#include <cmath>

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include <bowstring/error.h>

#include "expr/fold_constants.h"
#include "functions/text_parse.h"
#include "logical/rewrite.h"
#include "sql/ast_print.h"
#include "sql/binder.h"

namespace bowstring::sql {

using arrow::Result;

Result<Expr> Binder::BindLiteral(const AstLiteral& literal) {
  switch (literal.literal) {
    case LiteralKind::kNull: return Expr();
    case LiteralKind::kBoolean: return Literal(literal.boolean);
    case LiteralKind::kNumber: return BindNumber(literal.text);
    case LiteralKind::kString:
    case LiteralKind::kNationalString: return Literal(literal.text);
    case LiteralKind::kHexString: return Literal(std::make_shared<arrow::BinaryScalar>(literal.text));
  }
  return Error(ErrorKind::kInternal, "a literal of an unknown kind");
}

namespace {

/// A number as the decimal that its digits make: of 128 bits, or of 256 from 39 digits on. 1e3 is the digit 1 at a scale of -3.
Result<Expr> DecimalNumber(const std::string& text) {
  constexpr int32_t kNarrow = 38, kWide = 76;
  std::string digits;
  int64_t scale = 0, exponent = 0;
  bool point = false, negative = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '-') {
      negative = true;
    } else if (c == '.') {
      point = true;
    } else if (c == 'e' || c == 'E') {
      const char* begin = text.data() + i + 1;
      if (*begin == '+') ++begin;
      if (std::from_chars(begin, text.data() + text.size(), exponent).ec != std::errc()) exponent = INT32_MAX;
      break;
    } else {
      if (!digits.empty() || c != '0') digits += c;
      scale += point;
    }
  }
  scale -= exponent;
  const int64_t precision = std::max<int64_t>({static_cast<int64_t>(digits.size()), scale, 1});
  if (precision > kWide || scale < -kWide) {
    return Error(ErrorKind::kNotImplemented, "Decimal precision ", precision, " exceeds the maximum supported precision: ", kWide);
  }
  arrow::Decimal256 value;
  if (!digits.empty()) {
    ARROW_ASSIGN_OR_RAISE(value, arrow::Decimal256::FromString(digits));
  }
  if (negative) value.Negate();
  const auto p = static_cast<int32_t>(precision), s = static_cast<int32_t>(scale);
  if (p > kNarrow) return Literal(std::make_shared<arrow::Decimal256Scalar>(value, arrow::decimal256(p, s)));
  const auto& words = value.little_endian_array();
  return Literal(std::make_shared<arrow::Decimal128Scalar>(arrow::Decimal128(static_cast<int64_t>(words[1]), words[0]), arrow::decimal128(p, s)));
}

}  // namespace

/// Digits without a sign, or with a minus.
Result<Expr> Binder::BindNumber(const std::string& text) {
  const char* end = text.data() + text.size();
  const bool whole = text.find_first_of(".eE") == std::string::npos;
  if (whole) {
    int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec == std::errc() && parsed.ptr == end) return Literal(value);
    uint64_t large = 0;
    const auto unsigned_parsed = std::from_chars(text.data(), end, large);
    if (unsigned_parsed.ec == std::errc() && unsigned_parsed.ptr == end) return Literal(std::make_shared<arrow::UInt64Scalar>(large));
  }
  if (options_.float_as_decimal) return DecimalNumber(text);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), end, value);
  if ((parsed.ec != std::errc() && parsed.ec != std::errc::result_out_of_range) || parsed.ptr != end) {
    return Error(ErrorKind::kPlan, "Cannot parse ", text, " as f64");
  }
  if (parsed.ec == std::errc::result_out_of_range) value = std::strtod(text.c_str(), nullptr);
  return Literal(value);
}

Result<Expr> Binder::BindInterval(const AstInterval& interval) {
  if (!interval.to_unit.empty()) {
    return Error(ErrorKind::kNotImplemented, "Unsupported interval: ", ToSql(interval));
  }
  const AstExpr* value = interval.value.get();
  std::string text;
  if (const auto* unary = value->TryAs<AstUnary>(); unary != nullptr && unary->op == UnaryOp::kMinus) {
    text = "-";
    value = unary->operand.get();
  }
  const auto* literal = value->TryAs<AstLiteral>();
  if (literal == nullptr || literal->literal == LiteralKind::kNull || literal->literal == LiteralKind::kBoolean) {
    return Error(ErrorKind::kNotImplemented, "Unsupported interval argument. Expected string literal or number but got: ",
                 ToSql(*interval.value));
  }
  text += literal->text;
  if (!interval.unit.empty()) text += " " + interval.unit;
  const auto parsed = ParseInterval(text);
  if (!parsed) return Error(ErrorKind::kUnknown, "Parser error: Invalid input syntax for type interval: \"", text, "\"");
  return Literal(std::make_shared<arrow::MonthDayNanoIntervalScalar>(*parsed));
}

Result<Expr> Binder::BindPlaceholder(const AstPlaceholder& placeholder) {
  const std::string id = placeholder.text;
  placeholder_seen_ = true;
  if (options_.placeholders != nullptr) options_.placeholders->insert(id);
  if (options_.parameters && !name_placeholders_) {
    for (const auto& [name, value] : *options_.parameters) {
      if (id.substr(1) == name) return Literal(value);
    }
    return Error(ErrorKind::kPlan, "No value found for placeholder with name ", id);
  }
  PlaceholderName name;
  name.id = id;
  size_t number = 0;
  std::from_chars(id.data() + 1, id.data() + id.size(), number);
  name.field = arrow::field("", number > 0 && number <= options_.parameter_types.size() ? options_.parameter_types[number - 1] : arrow::null());
  return MakeExpr(NodeKind::kPlaceholder, {}, std::move(name));
}

/// A placeholder beside another expression has its type, where none is declared.
Result<Expr> Binder::InferPlaceholder(const AstExpr& ast, Expr bound, const Expr& other, const Frame& frame) {
  if (!options_.infer_parameters || ast.kind != AstKind::kPlaceholder) return bound;
  const Scope nothing;
  const auto field = logical::FieldIn(other, frame.schema != nullptr ? frame.schema->scope() : nothing);
  if (!field.ok() || (*field)->type()->id() == arrow::Type::NA) return bound;
  if (bound.kind() == NodeKind::kLiteral) return FoldConstants(Cast(std::move(bound), (*field)->type()), nothing);
  if (bound.kind() != NodeKind::kPlaceholder) return bound;
  PlaceholderName name = bound->as<PlaceholderName>();
  if (name.field->type()->id() == arrow::Type::NA) name.field = *field;
  return MakeExpr(NodeKind::kPlaceholder, {}, std::move(name));
}

}  // namespace bowstring::sql
