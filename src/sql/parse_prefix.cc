// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// What an operand of an expression begins with.

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

namespace {

// How tight prefix operators bind, as in parse_expr.cc: `-a * b` is (-a) * b, `NOT a = b` is NOT (a = b), `-a::int` is -(a::int).
constexpr int kNotPrecedence = 15;
constexpr int kPgPrefixPrecedence = 30;
constexpr int kSignPrecedence = 40;

}  // namespace

arrow::Result<ExprPtr> Parser::ParsePrefix() {
  switch (Peek().kind) {
    case T::kWord: return ParseWordPrefix();
    case T::kQuotedIdent: return ParseColumnOrCall();
    case T::kNumber: case T::kString: case T::kEscapeString: case T::kUnicodeString: case T::kNationalString:
    case T::kDollarString: case T::kHexString: case T::kPlaceholder: case T::kColon:
      return ParseLiteral();
    case T::kLeftParen: return ParseParenthesized();
    case T::kLeftBracket: return ParseArray();
    case T::kLeftBrace: return ParseBraces();
    case T::kMinus: return ParseUnary(UnaryOp::kMinus, kSignPrecedence);
    case T::kPlus: return ParseUnary(UnaryOp::kPlus, kSignPrecedence);
    case T::kTilde: return ParseUnary(UnaryOp::kBitNot, kPgPrefixPrecedence);
    case T::kBang: return ParseUnary(UnaryOp::kBang, kNotPrecedence);
    case T::kAt: return ParseUnary(UnaryOp::kAbs, kPgPrefixPrecedence);
    case T::kPipeSlash: return ParseUnary(UnaryOp::kSquareRoot, kPgPrefixPrecedence);
    case T::kDoublePipeSlash: return ParseUnary(UnaryOp::kCubeRoot, kPgPrefixPrecedence);
    case T::kDoubleBang: return ParseUnary(UnaryOp::kFactorial, kPgPrefixPrecedence);
    default: return Expected("an expression");
  }
}

arrow::Result<ExprPtr> Parser::ParseWordPrefix() {
  const uint32_t begin = Peek().span.begin;
  const bool call = PeekIs(T::kLeftParen, 1);
  switch (Peek().keyword) {
    case K::kNULL: case K::kTRUE: case K::kFALSE: return ParseLiteral();
    case K::kNOT:
      if (PeekIs(K::kEXISTS, 1) && PeekIs(T::kLeftParen, 2)) {
        Advance();
        return ParseExists(/*negated=*/true, begin);
      }
      return ParseUnary(UnaryOp::kNot, kNotPrecedence);
    case K::kEXISTS:
      if (call) return ParseExists(/*negated=*/false, begin);
      break;
    case K::kCASE:
      if (PeekIs(K::kWHEN, 1) || PeekOperand(1) || PeekIs(T::kLeftBracket, 1) || PeekIs(T::kLeftBrace, 1) ||
          (PeekIs(K::kNOT, 1) && !PeekOneOf({K::kIN, K::kLIKE, K::kILIKE, K::kBETWEEN, K::kSIMILAR}, 2))) {
        return ParseCase();
      }
      break;
    case K::kCAST:
      if (call) return ParseCast(/*is_try=*/false);
      break;
    case K::kTRY_CAST: case K::kSAFE_CAST:
      if (call) return ParseCast(/*is_try=*/true);
      break;
    case K::kEXTRACT:
      if (call) return ParseExtract();
      break;
    case K::kSUBSTRING: case K::kSUBSTR:
      if (call) return ParseSubstring();
      break;
    case K::kPOSITION:
      if (call) return ParsePosition();
      break;
    case K::kTRIM:
      if (call) return ParseTrim();
      break;
    case K::kOVERLAY:
      if (call) return ParseOverlay();
      break;
    case K::kCEIL: case K::kCEILING: case K::kFLOOR:
      if (call) return ParseCeilFloor();
      break;
    case K::kARRAY:
      if (PeekIs(T::kLeftBracket, 1) || (call && QueryWordAt(at_ + 2))) return ParseArray();
      break;
    case K::kSTRUCT:
      if (call || PeekIs(T::kLt, 1)) return ParseStruct();
      break;
    case K::kMAP:
      if (PeekIs(T::kLeftBrace, 1)) return ParseMap();
      break;
    case K::kINTERVAL:
      if (PeekOperand(1)) return ParseInterval();
      break;
    case K::kGROUP: case K::kORDER:
      if (!PeekIs(K::kBY, 1)) return ParseColumnOrCall();
      break;
    default: break;
  }
  if (PeekTypedLiteral()) return ParseTypedLiteral();
  if (IsReservedForColumn(Peek().keyword)) return Expected("an expression");
  return ParseColumnOrCall();
}

// Whether an operand, and neither an operator nor the end of something, stands there. For words that begin a construct or
// are plain columns: `interval '1 day'` but `interval + 1`.
bool Parser::PeekOperand(size_t ahead) const {
  switch (Peek(ahead).kind) {
    case T::kWord:
      return !IsReservedForColumnAlias(Peek(ahead).keyword) && !IsReservedForColumn(Peek(ahead).keyword) &&
             !PeekOneOf({K::kDESC, K::kASC, K::kNULLS}, ahead);
    case T::kQuotedIdent: case T::kNumber: case T::kString: case T::kEscapeString: case T::kUnicodeString:
    case T::kNationalString: case T::kDollarString: case T::kHexString: case T::kPlaceholder: case T::kLeftParen:
    case T::kMinus: case T::kLeftBrace:
      return true;
    default:
      return false;
  }
}

arrow::Result<ExprPtr> Parser::ParseUnary(UnaryOp op, int precedence) {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto unary = std::make_unique<AstUnary>();
  unary->op = op;
  ARROW_ASSIGN_OR_RAISE(unary->operand, ParseSubexpr(precedence));
  return Done(std::move(unary), begin);
}

// (query), (expr), (a, b).
arrow::Result<ExprPtr> Parser::ParseParenthesized() {
  const uint32_t begin = Peek().span.begin;
  ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
  if (QueryStartsAt(at_)) {
    auto subquery = std::make_unique<AstSubquery>();
    ARROW_ASSIGN_OR_RAISE(subquery->query, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    return Done(std::move(subquery), begin);
  }
  if (PeekIs(T::kRightParen)) return Expected("an expression");
  auto tuple = std::make_unique<AstTuple>();
  ARROW_ASSIGN_OR_RAISE(tuple->elements, ParseExprList(T::kRightParen, ")"));
  if (tuple->elements.size() != 1) return Done(std::move(tuple), begin);
  ExprPtr inner = std::move(tuple->elements[0]);
  inner->parenthesized = true;
  inner->span = SpanFrom(begin);
  return inner;
}

// a, t.a, or a call of either. `t.*` is left to the callers that know it.
arrow::Result<ExprPtr> Parser::ParseColumnOrCall() {
  const uint32_t begin = Peek().span.begin;
  ARROW_ASSIGN_OR_RAISE(auto name, ParseObjectNameParts());
  if (PeekIs(T::kLeftParen)) return ParseCall(std::move(name), begin);
  if (name.parts.size() == 1 && !name.parts[0].quoted()) {
    switch (FindKeyword(name.parts[0].text)) {
      case K::kCURRENT_DATE: case K::kCURRENT_TIME: case K::kCURRENT_TIMESTAMP: {
        auto call = std::make_unique<AstFunction>();
        call->name = std::move(name);
        call->no_parentheses = true;
        return Done(std::move(call), begin);
      }
      default: break;
    }
  }
  auto column = std::make_unique<AstColumn>();
  column->parts = std::move(name.parts);
  return Done(std::move(column), begin);
}

arrow::Result<ExprPtr> Parser::ParseCase() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto out = std::make_unique<AstCase>();
  if (!PeekIs(K::kWHEN)) {
    ARROW_ASSIGN_OR_RAISE(out->operand, ParseExpr());
  }
  ARROW_RETURN_NOT_OK(Expect(K::kWHEN));
  do {
    AstCase::When when;
    ARROW_ASSIGN_OR_RAISE(when.condition, ParseExpr());
    ARROW_RETURN_NOT_OK(Expect(K::kTHEN));
    ARROW_ASSIGN_OR_RAISE(when.result, ParseExpr());
    out->whens.push_back(std::move(when));
  } while (Accept(K::kWHEN));
  if (Accept(K::kELSE)) {
    ARROW_ASSIGN_OR_RAISE(out->otherwise, ParseExpr());
  }
  ARROW_RETURN_NOT_OK(Expect(K::kEND));
  return Done(std::move(out), begin);
}

arrow::Result<ExprPtr> Parser::ParseCast(bool is_try) {
  const uint32_t begin = Peek().span.begin;
  Advance();
  ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
  auto cast = std::make_unique<AstCast>();
  cast->is_try = is_try;
  ARROW_ASSIGN_OR_RAISE(cast->operand, ParseExpr());
  ARROW_RETURN_NOT_OK(Expect(K::kAS));
  ARROW_ASSIGN_OR_RAISE(cast->type, ParseTypeName());
  if (PeekIs(K::kFORMAT)) return NotSupported("CAST ... FORMAT", Peek().span);
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return Done(std::move(cast), begin);
}

arrow::Result<ExprPtr> Parser::ParseExists(bool negated, uint32_t begin) {
  Advance();
  ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
  auto exists = std::make_unique<AstExists>();
  exists->negated = negated;
  ARROW_ASSIGN_OR_RAISE(exists->query, ParseQuery());
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return Done(std::move(exists), begin);
}

// [1, 2], ARRAY[1, 2], ARRAY(SELECT ...).
arrow::Result<ExprPtr> Parser::ParseArray() {
  const uint32_t begin = Peek().span.begin;
  Accept(K::kARRAY);
  if (Accept(T::kLeftParen)) {
    auto subquery = std::make_unique<AstSubquery>();
    subquery->is_array = true;
    ARROW_ASSIGN_OR_RAISE(subquery->query, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    return Done(std::move(subquery), begin);
  }
  ARROW_RETURN_NOT_OK(Expect(T::kLeftBracket, "["));
  auto array = std::make_unique<AstArray>();
  ARROW_ASSIGN_OR_RAISE(array->elements, ParseExprList(T::kRightBracket, "]"));
  return Done(std::move(array), begin);
}

// {'k': 1, k: 2}.
arrow::Result<ExprPtr> Parser::ParseBraces() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto out = std::make_unique<AstStruct>();
  out->braces = true;
  if (!Accept(T::kRightBrace)) {
    do {
      AstStruct::Field field;
      if (PeekIsName() || PeekIs(T::kString)) {
        field.name = IdentOf(Peek());
        Advance();
      } else {
        return Expected("a field name");
      }
      ARROW_RETURN_NOT_OK(Expect(T::kColon, ":"));
      ARROW_ASSIGN_OR_RAISE(field.value, ParseExpr());
      out->fields.push_back(std::move(field));
    } while (Accept(T::kComma));
    ARROW_RETURN_NOT_OK(Expect(T::kRightBrace, "}"));
  }
  return Done(std::move(out), begin);
}

// STRUCT(1 AS k, 2), STRUCT<k int>(1).
arrow::Result<ExprPtr> Parser::ParseStruct() {
  const uint32_t begin = Peek().span.begin;
  auto out = std::make_unique<AstStruct>();
  if (PeekIs(T::kLt, 1)) {
    ARROW_ASSIGN_OR_RAISE(out->type, ParseTypeName());
  } else {
    Advance();
  }
  ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
  if (!Accept(T::kRightParen)) {
    do {
      AstStruct::Field field;
      ARROW_ASSIGN_OR_RAISE(field.value, ParseExpr());
      if (Accept(K::kAS)) {
        ARROW_ASSIGN_OR_RAISE(field.name, ParseIdent());
      }
      out->fields.push_back(std::move(field));
    } while (Accept(T::kComma));
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  }
  return Done(std::move(out), begin);
}

arrow::Result<ExprPtr> Parser::ParseMap() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  ARROW_RETURN_NOT_OK(Expect(T::kLeftBrace, "{"));
  auto out = std::make_unique<AstMap>();
  if (!Accept(T::kRightBrace)) {
    do {
      ARROW_ASSIGN_OR_RAISE(auto key, ParseExpr());
      ARROW_RETURN_NOT_OK(Expect(T::kColon, ":"));
      ARROW_ASSIGN_OR_RAISE(auto value, ParseExpr());
      out->entries.emplace_back(std::move(key), std::move(value));
    } while (Accept(T::kComma));
    ARROW_RETURN_NOT_OK(Expect(T::kRightBrace, "}"));
  }
  return Done(std::move(out), begin);
}

}  // namespace bowstring::sql
