// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/parser.h"

#include "sql/lexer.h"
#include "sql/parser_internal.h"
#include "sql/sql_error.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

arrow::Result<std::vector<StatementPtr>> ParseStatements(std::string_view text) {
  ARROW_ASSIGN_OR_RAISE(auto tokens, Tokenize(text));
  return Parser(text, std::move(tokens)).ParseAllStatements();
}

arrow::Result<ExprPtr> ParseExpression(std::string_view text) {
  ARROW_ASSIGN_OR_RAISE(auto tokens, Tokenize(text));
  ARROW_ASSIGN_OR_RAISE(auto parsed, Parser(text, std::move(tokens)).ParseWholeExpression(/*with_alias=*/false));
  return std::move(parsed.expr);
}

arrow::Result<AliasedExpr> ParseAliasedExpression(std::string_view text) {
  ARROW_ASSIGN_OR_RAISE(auto tokens, Tokenize(text));
  return Parser(text, std::move(tokens)).ParseWholeExpression(/*with_alias=*/true);
}

arrow::Result<TypePtr> ParseType(std::string_view text) {
  ARROW_ASSIGN_OR_RAISE(auto tokens, Tokenize(text));
  return Parser(text, std::move(tokens)).ParseWholeType();
}

arrow::Result<ObjectName> ParseObjectName(std::string_view text) {
  ARROW_ASSIGN_OR_RAISE(auto tokens, Tokenize(text));
  return Parser(text, std::move(tokens)).ParseWholeName();
}

// ---- Whole texts

arrow::Result<std::vector<StatementPtr>> Parser::ParseAllStatements() {
  std::vector<StatementPtr> statements;
  while (true) {
    while (Accept(T::kSemicolon)) {
    }
    if (PeekIs(T::kEof)) return statements;
    ARROW_ASSIGN_OR_RAISE(auto statement, ParseStatement());
    statements.push_back(std::move(statement));
    if (!PeekIs(T::kSemicolon) && !PeekIs(T::kEof)) return Expected("end of statement");
  }
}

arrow::Result<AliasedExpr> Parser::ParseWholeExpression(bool with_alias) {
  AliasedExpr out;
  ARROW_ASSIGN_OR_RAISE(out.expr, ParseExpr());
  if (with_alias) {
    ARROW_ASSIGN_OR_RAISE(out.alias, ParseColumnAlias());
  }
  if (!PeekIs(T::kEof)) return Expected("end of expression");
  return out;
}

arrow::Result<TypePtr> Parser::ParseWholeType() {
  ARROW_ASSIGN_OR_RAISE(auto type, ParseTypeName());
  if (!PeekIs(T::kEof)) return Expected("end of the type");
  return type;
}

arrow::Result<ObjectName> Parser::ParseWholeName() {
  ARROW_ASSIGN_OR_RAISE(auto name, ParseObjectNameParts());
  if (!PeekIs(T::kEof)) return Expected("end of the name");
  return name;
}

// ---- Tokens

bool Parser::PeekWords(std::initializer_list<Keyword> words) const {
  size_t ahead = 0;
  for (Keyword word : words) {
    if (!PeekIs(word, ahead++)) return false;
  }
  return true;
}

bool Parser::PeekOneOf(std::initializer_list<Keyword> words, size_t ahead) const {
  const Keyword next = Peek(ahead).keyword;
  return next != K::kNone && std::find(words.begin(), words.end(), next) != words.end();
}

bool Parser::PeekText(std::string_view lower, size_t ahead) const {
  return PeekIs(T::kWord, ahead) && LowerText(Peek(ahead)) == lower;
}

bool Parser::PeekIsString() const {
  switch (Peek().kind) {
    case T::kString:
    case T::kEscapeString:
    case T::kUnicodeString:
    case T::kNationalString:
    case T::kDollarString:
      return true;
    default:
      return false;
  }
}

bool Parser::Accept(TokenKind kind) {
  if (!PeekIs(kind)) return false;
  Advance();
  return true;
}

bool Parser::Accept(Keyword keyword) {
  if (!PeekIs(keyword)) return false;
  Advance();
  return true;
}

bool Parser::AcceptWords(std::initializer_list<Keyword> words) {
  if (!PeekWords(words)) return false;
  for (size_t i = 0; i < words.size(); ++i) Advance();
  return true;
}

bool Parser::AcceptText(std::string_view lower) {
  if (!PeekText(lower)) return false;
  Advance();
  return true;
}

arrow::Status Parser::Expect(TokenKind kind, std::string_view shown) {
  return Accept(kind) ? arrow::Status::OK() : Expected(shown);
}

arrow::Status Parser::Expect(Keyword keyword) {
  return Accept(keyword) ? arrow::Status::OK() : Expected(ToString(keyword));
}

arrow::Status Parser::ExpectWords(std::initializer_list<Keyword> words) {
  for (Keyword word : words) ARROW_RETURN_NOT_OK(Expect(word));
  return arrow::Status::OK();
}

arrow::Status Parser::Expected(std::string_view what) const {
  // A token may be a megabyte of string; nobody wants it back.
  constexpr size_t kShown = 60;
  std::string found = PeekIs(T::kEof) ? "EOF" : std::string(Text(Peek()));
  if (found.size() > kShown) {
    size_t end = kShown;
    while (end > 0 && (static_cast<unsigned char>(found[end]) & 0xC0) == 0x80) --end;
    found.resize(end);
    found += "...";
  }
  return ErrorAt("Expected: " + std::string(what) + ", found: " + found, Peek().span);
}

arrow::Status Parser::ErrorAt(std::string_view message, SourceSpan span) const {
  return SqlError("ParserError", message, text_, span);
}

arrow::Status Parser::NotSupported(std::string_view what, SourceSpan span) const {
  return ErrorAt(std::string(what) + " is not supported", span);
}

arrow::Status Parser::TooDeep(int limit) const {
  return SqlError("RecursionLimitExceeded", "Nested too deeply (current limit: " + std::to_string(limit) + ")", text_,
                  Peek().span);
}

// ---- Names

Ident Parser::IdentOf(const Token& token) const {
  Ident ident;
  ident.span = token.span;
  const std::string_view raw = Text(token);
  if (token.kind == T::kWord) {
    ident.text = raw;
    return ident;
  }
  ident.quote = token.kind == T::kQuotedIdent ? raw[0] : '\'';
  // A name in quotes has no escapes that could fail; strings with some were checked by the caller.
  ident.text = TokenValue(text_, token).ValueOr(std::string(raw));
  return ident;
}

arrow::Result<Ident> Parser::ParseIdent() {
  if (!PeekIsName()) return Expected("identifier");
  Ident ident = IdentOf(Peek());
  Advance();
  return ident;
}

arrow::Result<ObjectName> Parser::ParseObjectNameParts() {
  ObjectName name;
  const uint32_t begin = Peek().span.begin;
  do {
    ARROW_ASSIGN_OR_RAISE(auto part, ParseIdent());
    name.parts.push_back(std::move(part));
  } while (PeekIsName(1) && Accept(T::kDot));
  if (PeekIs(T::kDot) && !PeekIs(T::kStar, 1)) {  // `t.*` is its callers'
    Advance();
    return Expected("identifier");
  }
  name.span = SpanFrom(begin);
  return name;
}

arrow::Result<std::vector<Ident>> Parser::ParseIdentList() {
  ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
  std::vector<Ident> out;
  do {
    ARROW_ASSIGN_OR_RAISE(auto ident, ParseIdent());
    out.push_back(std::move(ident));
  } while (Accept(T::kComma));
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return out;
}

arrow::Result<std::string> Parser::ParseString() {
  if (!PeekIsString()) return Expected("a string literal");
  ARROW_ASSIGN_OR_RAISE(auto value, TokenValue(text_, Peek()));
  Advance();
  return value;
}

arrow::Result<std::string> Parser::ParseWord(std::string_view what) {
  if (!PeekIs(T::kWord)) return Expected(what);
  std::string word(Text(Peek()));
  Advance();
  return word;
}

std::string Parser::LowerText(const Token& token) const {
  std::string out(Text(token));
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string Parser::UpperText(const Token& token) const {
  std::string out(Text(token));
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace bowstring::sql
