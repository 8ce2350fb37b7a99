// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <charconv>

#include "sql/lexer.h"
#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

namespace {

// Types that a string may follow as a literal: DATE '2020-01-01'. Any other word before a string is a column with an alias.
bool IsLiteralType(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "bigint", "binary", "bool", "boolean", "bytea", "char", "character", "date", "datetime", "decimal", "double", "float",
      "float4", "float8", "int", "int2", "int4", "int8", "integer", "json", "numeric", "real", "smallint", "string", "text",
      "time", "timestamp", "timestamptz", "tinyint", "uuid", "varchar"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

// An interval's unit in upper case, or "".
std::string_view IntervalUnit(std::string_view upper) {
  constexpr std::string_view kUnits[] = {
      "MILLENNIUM", "MILLENNIUMS", "MILLENNIA", "CENTURY", "CENTURIES", "DECADE", "DECADES", "YEAR", "YEARS", "QUARTER",
      "QUARTERS", "MONTH", "MONTHS", "WEEK", "WEEKS", "DAY", "DAYS", "HOUR", "HOURS", "MINUTE", "MINUTES", "SECOND",
      "SECONDS", "MILLISECOND", "MILLISECONDS", "MICROSECOND", "MICROSECONDS", "NANOSECOND", "NANOSECONDS"};
  const auto* found = std::find(std::begin(kUnits), std::end(kUnits), upper);
  return found == std::end(kUnits) ? std::string_view() : *found;
}

}  // namespace

arrow::Result<ExprPtr> Parser::ParseLiteral() {
  const Token token = Peek();
  const uint32_t begin = token.span.begin;
  auto literal = std::make_unique<AstLiteral>();
  switch (token.kind) {
    case T::kColon:
      // `:name`, in one piece.
      if (!PeekIs(T::kWord, 1) || Peek(1).span.begin != token.span.end) return Expected("an expression");
      Advance();
      [[fallthrough]];
    case T::kPlaceholder: {
      auto placeholder = std::make_unique<AstPlaceholder>();
      Advance();
      placeholder->text = text_.substr(begin, last_end_ - begin);
      return Done(std::move(placeholder), begin);
    }
    case T::kWord:
      if (token.keyword != K::kNULL) {
        literal->literal = LiteralKind::kBoolean;
        literal->boolean = token.keyword == K::kTRUE;
      }
      Advance();
      return Done(std::move(literal), begin);
    case T::kNumber: literal->literal = LiteralKind::kNumber; break;
    case T::kHexString: literal->literal = LiteralKind::kHexString; break;
    case T::kNationalString: literal->literal = LiteralKind::kNationalString; break;
    default: literal->literal = LiteralKind::kString; break;
  }
  ARROW_ASSIGN_OR_RAISE(literal->text, TokenValue(text_, token));
  Advance();
  return Done(std::move(literal), begin);
}

// INTERVAL <operand> [unit [(p [, f])] [TO unit [(f)]]].
arrow::Result<ExprPtr> Parser::ParseInterval() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto interval = std::make_unique<AstInterval>();
  {
    Nesting nesting(this);
    ARROW_RETURN_NOT_OK(nesting.Check());
    ARROW_ASSIGN_OR_RAISE(interval->value, ParsePrefix());
    ARROW_RETURN_NOT_OK(CheckHeight());
  }
  const auto accept_unit = [this](std::string* unit) {
    if (!PeekIs(T::kWord)) return false;
    *unit = IntervalUnit(UpperText(Peek()));
    if (unit->empty()) return false;
    Advance();
    return true;
  };
  const auto number = [this](std::optional<int64_t>* out) -> arrow::Status {
    const std::string_view digits = Text(Peek());
    int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (!PeekIs(T::kNumber) || error != std::errc() || end != digits.data() + digits.size()) {
      return Expected("a precision");
    }
    Advance();
    *out = value;
    return arrow::Status::OK();
  };
  if (accept_unit(&interval->unit)) {
    if (Accept(T::kLeftParen)) {
      ARROW_RETURN_NOT_OK(number(&interval->precision));
      if (Accept(T::kComma)) ARROW_RETURN_NOT_OK(number(&interval->fraction_precision));
      ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    }
    if (Accept(K::kTO)) {
      if (!accept_unit(&interval->to_unit)) return Expected("an interval's unit");
      if (Accept(T::kLeftParen)) {
        ARROW_RETURN_NOT_OK(number(&interval->fraction_precision));
        ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
      }
    }
  }
  return Done(std::move(interval), begin);
}

// A type and a string: `DATE '...'`, `TIMESTAMP(3) '...'`, `DOUBLE PRECISION '1'`, `TIMESTAMP WITH TIME ZONE '...'`.
bool Parser::PeekTypedLiteral() const {
  if (!PeekIs(T::kWord)) return false;
  size_t ahead = 1;
  if (PeekIs(T::kLeftParen, 1)) {
    if (Peek(1).match <= at_) return false;
    ahead = Peek(1).match - at_ + 1;
  }
  if (PeekIs(K::kDOUBLE) && PeekIs(K::kPRECISION, 1)) ahead = 2;
  if (PeekOneOf({K::kCHAR, K::kCHARACTER}) && PeekIs(K::kVARYING, 1)) ahead = 2;
  if (PeekOneOf({K::kTIME, K::kTIMESTAMP}) && PeekOneOf({K::kWITH, K::kWITHOUT}, ahead) && PeekIs(K::kTIME, ahead + 1) &&
      PeekIs(K::kZONE, ahead + 2)) {
    ahead += 3;
  }
  if (PeekIs(K::kUNSIGNED, ahead)) ++ahead;
  return PeekIs(T::kString, ahead) && IsLiteralType(LowerText(Peek()));
}

arrow::Result<ExprPtr> Parser::ParseTypedLiteral() {
  const uint32_t begin = Peek().span.begin;
  auto literal = std::make_unique<AstTypedLiteral>();
  ARROW_ASSIGN_OR_RAISE(literal->type, ParseTypeName());
  ARROW_ASSIGN_OR_RAISE(literal->text, ParseString());
  return Done(std::move(literal), begin);
}

}  // namespace bowstring::sql
