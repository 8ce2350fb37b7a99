// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <charconv>

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

arrow::Result<TypePtr> Parser::ParseTypeName() {
  Nesting nesting(this);
  ARROW_RETURN_NOT_OK(nesting.Check());
  const uint32_t begin = Peek().span.begin;
  if (!PeekIsName()) return Expected("a data type name");
  const bool opens = PeekIs(T::kLt, 1) || PeekIs(T::kLeftParen, 1);
  TypePtr type;
  if (opens && PeekIs(K::kSTRUCT)) {
    ARROW_ASSIGN_OR_RAISE(type, ParseNestedType(TypeKind::kStruct));
  } else if (opens && PeekIs(K::kROW)) {
    ARROW_ASSIGN_OR_RAISE(type, ParseNestedType(TypeKind::kStruct));
  } else if (opens && PeekIs(K::kMAP)) {
    ARROW_ASSIGN_OR_RAISE(type, ParseNestedType(TypeKind::kMap));
  } else if (PeekIs(T::kLt, 1) && PeekOneOf({K::kARRAY, K::kLIST})) {
    ARROW_ASSIGN_OR_RAISE(type, ParseNestedType(TypeKind::kArray));
  } else {
    type = std::make_unique<AstType>();
    ARROW_RETURN_NOT_OK(ParseNamedType(type.get()));
    type = Done(std::move(type), begin);
  }
  ARROW_RETURN_NOT_OK(CheckHeight());
  // type[], type[3], any number of times.
  while (!half_shift_ && Accept(T::kLeftBracket)) {
    auto array = std::make_unique<AstType>();
    array->kind = TypeKind::kArray;
    if (PeekIs(T::kNumber)) {
      const std::string_view digits = Text(Peek());
      uint64_t size = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
      if (error != std::errc() || end != digits.data() + digits.size()) return Expected("an array's size");
      array->array_size = size;
      Advance();
    }
    ARROW_RETURN_NOT_OK(Expect(T::kRightBracket, "]"));
    array->children.push_back({std::nullopt, std::move(type)});
    type = Done(std::move(array), begin);
    ARROW_RETURN_NOT_OK(CheckHeight());
  }
  return type;
}

// struct<name type, ...>, struct(name type, ...), map<type, type>, array<type>.
arrow::Result<TypePtr> Parser::ParseNestedType(TypeKind kind) {
  const uint32_t begin = Peek().span.begin;
  auto type = std::make_unique<AstType>();
  type->kind = kind;
  Advance();
  const TokenKind open = Peek().kind;
  Advance();
  do {
    AstTypeField field;
    // A name, then a type; `struct<int>` has a type alone. `name: type` is Hive's.
    if (kind == TypeKind::kStruct && PeekIsName() && (PeekIsName(1) || PeekIs(T::kColon, 1))) {
      ARROW_ASSIGN_OR_RAISE(field.name, ParseIdent());
      Accept(T::kColon);
    }
    ARROW_ASSIGN_OR_RAISE(field.type, ParseTypeName());
    type->children.push_back(std::move(field));
  } while (!half_shift_ && Accept(T::kComma));
  ARROW_RETURN_NOT_OK(ExpectTypeClose(open));
  const size_t wanted = kind == TypeKind::kMap ? 2 : kind == TypeKind::kArray ? 1 : type->children.size();
  if (type->children.size() != wanted) {
    return ErrorAt("Expected: " + std::to_string(wanted) + (wanted == 1 ? " type" : " types") + " here, found: " +
                       std::to_string(type->children.size()),
                   SpanFrom(begin));
  }
  return Done(std::move(type), begin);
}

// The `>` of `struct<a array<int>>` comes as half of a `>>`.
arrow::Status Parser::ExpectTypeClose(TokenKind open) {
  if (open == T::kLeftParen) return Expect(T::kRightParen, ")");
  if (half_shift_) {
    half_shift_ = false;
    Advance();
    return arrow::Status::OK();
  }
  if (PeekIs(T::kShiftRight)) {
    half_shift_ = true;
    last_end_ = Peek().span.begin + 1;
    return arrow::Status::OK();
  }
  return Expect(T::kGt, ">");
}

// Words, parameters, `with time zone`, `unsigned`.
arrow::Status Parser::ParseNamedType(AstType* type) {
  const Token word = Peek();
  if (word.kind == T::kQuotedIdent) {
    type->name = IdentOf(word).text;
    type->quoted = true;
    Advance();
    return ParseTypeParams(type);
  }
  type->name = LowerText(word);
  Advance();
  const auto append = [&] {
    type->name += ' ' + LowerText(Peek());
    Advance();
  };
  if (word.keyword == K::kDOUBLE && PeekIs(K::kPRECISION)) append();
  if (word.keyword == K::kNATIONAL && PeekOneOf({K::kCHAR, K::kCHARACTER})) append();
  if (PeekIs(K::kVARYING) || (PeekIs(K::kLARGE) && PeekIs(K::kOBJECT, 1))) append();
  if (PeekIs(K::kOBJECT) && type->name.ends_with(" large")) append();
  while (PeekIs(T::kDot) && PeekIsName(1)) {
    Advance();
    type->name += '.' + LowerText(Peek());
    Advance();
  }
  ARROW_RETURN_NOT_OK(ParseTypeParams(type));
  if (word.keyword == K::kTIME || word.keyword == K::kTIMESTAMP) {
    if (PeekOneOf({K::kWITH, K::kWITHOUT}) && PeekIs(K::kTIME, 1) && PeekIs(K::kZONE, 2)) {
      type->time_zone = PeekIs(K::kWITH) ? AstType::TimeZone::kWith : AstType::TimeZone::kWithout;
      ARROW_RETURN_NOT_OK(AcceptWords({K::kWITH, K::kTIME, K::kZONE}) ? arrow::Status::OK()
                                                                      : ExpectWords({K::kWITHOUT, K::kTIME, K::kZONE}));
    }
  }
  if (Accept(K::kUNSIGNED)) type->is_unsigned = true;
  return arrow::Status::OK();
}

// (10, 2), (Nanosecond, Some("UTC")): the texts between the commas of the outermost parentheses.
arrow::Status Parser::ParseTypeParams(AstType* type) {
  if (!PeekIs(T::kLeftParen)) return arrow::Status::OK();
  const size_t close = Peek().match;
  if (tokens_[close].kind != T::kRightParen) return Expected("a closed list of the type's parameters");
  Advance();
  while (at_ < close) {
    const uint32_t begin = Peek().span.begin;
    while (at_ < close && !PeekIs(T::kComma)) {
      if (PeekIs(T::kLeftParen)) at_ = Peek().match;
      Advance();
    }
    if (last_end_ <= begin) return Expected("a type's parameter");
    type->params.emplace_back(text_.substr(begin, last_end_ - begin));
    if (at_ < close) Advance();
  }
  Advance();
  return arrow::Status::OK();
}

}  // namespace bowstring::sql
