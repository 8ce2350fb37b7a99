// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Calls with words between their arguments. They become plain calls under the names that the peer gives them, which also name
// the result's column: EXTRACT(year FROM ts) is date_part('YEAR', ts).

#include "sql/lexer.h"
#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

ExprPtr Parser::MakeCall(std::string_view name, std::vector<ExprPtr> args, SourceSpan name_span, uint32_t begin) {
  auto call = std::make_unique<AstFunction>();
  call->name.parts.push_back({std::string(name), 0, name_span});
  call->name.span = name_span;
  for (auto& arg : args) call->args.push_back({std::nullopt, std::move(arg)});
  return Done(std::move(call), begin);
}

ExprPtr Parser::MakeString(std::string text, SourceSpan span) {
  auto literal = std::make_unique<AstLiteral>();
  literal->literal = LiteralKind::kString;
  literal->text = std::move(text);
  literal->span = span;
  return literal;
}

// EXTRACT(field FROM expr), EXTRACT(field, expr).
arrow::Result<ExprPtr> Parser::ParseExtract() {
  const Token word = Peek();
  Advance();
  Advance();
  const Token field = Peek();
  std::string name;
  if (PeekIsString()) {
    ARROW_ASSIGN_OR_RAISE(name, ParseString());
  } else if (PeekIs(T::kWord)) {
    name = UpperText(field);
    Advance();
    // `WEEK(MONDAY)`
    if (PeekIs(T::kLeftParen)) return NotSupported("EXTRACT(" + name + "(...))", Peek().span);
  } else {
    return Expected("a date or time field");
  }
  if (!Accept(T::kComma)) ARROW_RETURN_NOT_OK(Expect(K::kFROM));
  std::vector<ExprPtr> args;
  args.push_back(MakeString(std::move(name), field.span));
  ARROW_ASSIGN_OR_RAISE(auto operand, ParseExpr());
  args.push_back(std::move(operand));
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return MakeCall("date_part", std::move(args), word.span, word.span.begin);
}

// SUBSTRING(s FROM a FOR b), FOR b, FROM a, or with commas.
arrow::Result<ExprPtr> Parser::ParseSubstring() {
  const Token word = Peek();
  Advance();
  Advance();
  std::vector<AstFunctionArg> args;
  const auto add = [&args](ExprPtr arg) { args.push_back({std::nullopt, std::move(arg)}); };
  if (!PeekIs(T::kRightParen)) {
    ARROW_ASSIGN_OR_RAISE(auto operand, ParseFunctionArg());
    args.push_back(std::move(operand));
    if (PeekOneOf({K::kFROM, K::kFOR})) {
      if (Accept(K::kFROM)) {
        ARROW_ASSIGN_OR_RAISE(auto from, ParseExpr());
        add(std::move(from));
      } else {
        auto one = std::make_unique<AstLiteral>();
        one->literal = LiteralKind::kNumber;
        one->text = "1";
        one->span = Peek().span;
        add(std::move(one));
      }
      if (Accept(K::kFOR)) {
        ARROW_ASSIGN_OR_RAISE(auto length, ParseExpr());
        add(std::move(length));
      }
    } else {
      while (Accept(T::kComma)) {
        ARROW_ASSIGN_OR_RAISE(auto next, ParseFunctionArg());
        args.push_back(std::move(next));
      }
    }
  }
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  ExprPtr call = MakeCall("substr", {}, word.span, word.span.begin);
  static_cast<AstFunction&>(*call).args = std::move(args);
  return call;
}

// POSITION(needle IN text), or a plain call.
arrow::Result<ExprPtr> Parser::ParsePosition() {
  constexpr int kTighterThanIn = 20;
  const Token word = Peek();
  Advance();
  Advance();
  ARROW_ASSIGN_OR_RAISE(auto first, ParseSubexpr(kTighterThanIn));
  std::vector<ExprPtr> args;
  if (Accept(K::kIN)) {
    ARROW_ASSIGN_OR_RAISE(auto text, ParseExpr());
    args.push_back(std::move(text));
    args.push_back(std::move(first));
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    return MakeCall("strpos", std::move(args), word.span, word.span.begin);
  }
  args.push_back(std::move(first));
  while (Accept(T::kComma)) {
    ARROW_ASSIGN_OR_RAISE(auto next, ParseExpr());
    args.push_back(std::move(next));
  }
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return MakeCall(Text(word), std::move(args), word.span, word.span.begin);
}

// TRIM(s), TRIM(s, chars), TRIM([BOTH | LEADING | TRAILING] [chars] FROM s), TRIM(BOTH s).
arrow::Result<ExprPtr> Parser::ParseTrim() {
  const Token word = Peek();
  Advance();
  Advance();
  std::string_view name = "btrim";
  bool sided = false;
  if (PeekOneOf({K::kBOTH, K::kLEADING, K::kTRAILING}) && (PeekOperand(1) || PeekIs(K::kFROM, 1))) {
    name = PeekIs(K::kLEADING) ? "ltrim" : PeekIs(K::kTRAILING) ? "rtrim" : "btrim";
    sided = true;
    Advance();
  }
  std::vector<ExprPtr> args;
  if (sided && Accept(K::kFROM)) {
    ARROW_ASSIGN_OR_RAISE(auto text, ParseExpr());
    args.push_back(std::move(text));
  } else {
    ARROW_ASSIGN_OR_RAISE(auto first, ParseExpr());
    if (Accept(K::kFROM)) {
      ARROW_ASSIGN_OR_RAISE(auto text, ParseExpr());
      args.push_back(std::move(text));
      args.push_back(std::move(first));
    } else {
      args.push_back(std::move(first));
      if (!sided && Accept(T::kComma)) {
        ARROW_ASSIGN_OR_RAISE(auto characters, ParseExpr());
        args.push_back(std::move(characters));
      }
    }
  }
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return MakeCall(name, std::move(args), word.span, word.span.begin);
}

// OVERLAY(s PLACING t FROM a [FOR b]), or with commas.
arrow::Result<ExprPtr> Parser::ParseOverlay() {
  const Token word = Peek();
  Advance();
  Advance();
  std::vector<ExprPtr> args;
  ARROW_ASSIGN_OR_RAISE(auto text, ParseExpr());
  args.push_back(std::move(text));
  if (Accept(K::kPLACING)) {
    ARROW_ASSIGN_OR_RAISE(auto replacement, ParseExpr());
    args.push_back(std::move(replacement));
    ARROW_RETURN_NOT_OK(Expect(K::kFROM));
    ARROW_ASSIGN_OR_RAISE(auto from, ParseExpr());
    args.push_back(std::move(from));
    if (Accept(K::kFOR)) {
      ARROW_ASSIGN_OR_RAISE(auto length, ParseExpr());
      args.push_back(std::move(length));
    }
  } else {
    while (Accept(T::kComma)) {
      ARROW_ASSIGN_OR_RAISE(auto next, ParseExpr());
      args.push_back(std::move(next));
    }
  }
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return MakeCall("overlay", std::move(args), word.span, word.span.begin);
}

// FLOOR(x), and FLOOR(ts TO DAY), which is date_trunc('DAY', ts).
arrow::Result<ExprPtr> Parser::ParseCeilFloor() {
  const Token word = Peek();
  Advance();
  Advance();
  std::vector<ExprPtr> args;
  if (!PeekIs(T::kRightParen)) {
    do {
      ARROW_ASSIGN_OR_RAISE(auto next, ParseExpr());
      args.push_back(std::move(next));
    } while (Accept(T::kComma));
  }
  if (args.size() == 1 && PeekIs(K::kTO)) {
    if (word.keyword != K::kFLOOR) return NotSupported("CEIL with a date or time field", Peek().span);
    Advance();
    if (!PeekIs(T::kWord)) return Expected("a date or time field");
    args.insert(args.begin(), MakeString(UpperText(Peek()), Peek().span));
    Advance();
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    return MakeCall("date_trunc", std::move(args), word.span, word.span.begin);
  }
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return MakeCall(Text(word), std::move(args), word.span, word.span.begin);
}

}  // namespace bowstring::sql
