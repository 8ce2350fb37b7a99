// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// What a statement begins with; EXPLAIN, DESCRIBE, and statements that the engine hasn't.

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

namespace {

// Statements of other engines that are not keywords here.
bool IsForeignStatement(std::string_view lower) {
  constexpr std::string_view kWords[] = {"assert",  "cache", "checkpoint", "close", "discard", "export",    "flush",
                                         "import",  "install", "kill",     "listen", "msck",   "notify",    "open",
                                         "optimize", "pragma", "print",    "raise", "rename",  "summarize", "uncache",
                                         "unload",  "unlisten", "unlock"};
  return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords);
}

}  // namespace

arrow::Result<StatementPtr> Parser::ParseStatement() {
  Nesting nesting(this);
  ARROW_RETURN_NOT_OK(nesting.Check());
  if (PeekIs(T::kLeftParen)) return ParseQueryStatement();
  switch (Peek().keyword) {
    case K::kSELECT: case K::kWITH: case K::kVALUES: case K::kFROM: case K::kTABLE: return ParseQueryStatement();
    case K::kEXPLAIN: return ParseExplain();
    case K::kDESCRIBE: case K::kDESC: return ParseDescribe();
    case K::kCREATE: return ParseCreate();
    case K::kDROP: return ParseDrop();
    case K::kINSERT: case K::kREPLACE: return ParseInsert();
    case K::kUPDATE: return ParseUpdate();
    case K::kDELETE: return ParseDelete();
    case K::kMERGE: return ParseMerge();
    case K::kCOPY: return ParseCopy();
    case K::kTRUNCATE: return ParseTruncate();
    case K::kSET: return ParseSet();
    case K::kRESET: return ParseReset();
    case K::kSHOW: return ParseShow();
    case K::kPREPARE: return ParsePrepare();
    case K::kEXECUTE: return ParseExecute();
    case K::kDEALLOCATE: return ParseDeallocate();
    case K::kUSE: return ParseUse();
    case K::kBEGIN: case K::kSTART: case K::kCOMMIT: case K::kROLLBACK: case K::kSAVEPOINT: case K::kRELEASE: case K::kEND:
      return ParseTransaction();
    case K::kALTER: case K::kCOMMENT: return ParseUnsupported(2);
    case K::kGRANT: case K::kREVOKE: case K::kVACUUM: case K::kANALYZE: case K::kCALL: case K::kATTACH: case K::kDETACH:
    case K::kLOCK: case K::kREFRESH: case K::kLOAD: case K::kDECLARE: case K::kDO: case K::kFETCH: case K::kPIVOT:
    case K::kUNPIVOT:
      return ParseUnsupported(1);
    default: break;
  }
  if (PeekIs(T::kWord) && IsForeignStatement(LowerText(Peek()))) return ParseUnsupported(1);
  return Expected("an SQL statement");
}

// A query. `SELECT ... INTO t ...` is CREATE TABLE t AS.
arrow::Result<StatementPtr> Parser::ParseQueryStatement() {
  const uint32_t begin = Peek().span.begin;
  auto statement = std::make_unique<AstQueryStatement>();
  into_.reset();
  into_allowed_ = depth_ == 1;  // neither EXPLAIN nor PREPARE is around it
  ARROW_ASSIGN_OR_RAISE(statement->query, ParseQuery());
  into_allowed_ = false;
  if (into_) {
    auto create = std::make_unique<AstCreateTable>();
    create->name = *std::exchange(into_, std::nullopt);
    create->query = std::move(statement->query);
    return Done(std::move(create), begin);
  }
  return Done(std::move(statement), begin);
}

// Everything up to the `;`; the first `words` words are the statement's name.
arrow::Result<StatementPtr> Parser::ParseUnsupported(size_t words) {
  const uint32_t begin = Peek().span.begin;
  auto statement = std::make_unique<AstUnsupported>();
  for (size_t i = 0; i < words && PeekIs(T::kWord, i); ++i) {
    if (i > 0) statement->name += ' ';
    statement->name += UpperText(Peek(i));
  }
  while (!PeekIs(T::kSemicolon) && !PeekIs(T::kEof)) Advance();
  statement->text = text_.substr(begin, last_end_ - begin);
  return Done(std::move(statement), begin);
}

// EXPLAIN [ANALYZE] [VERBOSE] [FORMAT [=] name] statement; EXPLAIN (ANALYZE [bool], VERBOSE [bool], FORMAT name) statement.
arrow::Result<StatementPtr> Parser::ParseExplain() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto explain = std::make_unique<AstExplain>();
  bool in_parens = false;
  const auto chosen = [&] { return !in_parens || Accept(K::kTRUE) || !Accept(K::kFALSE); };
  const auto option = [&]() -> arrow::Result<bool> {
    if (Accept(K::kANALYZE)) {
      explain->analyze = chosen();
    } else if (Accept(K::kVERBOSE)) {
      explain->verbose = chosen();
    } else if (Accept(K::kFORMAT)) {
      Accept(T::kEq);
      if (PeekIsString()) {
        ARROW_ASSIGN_OR_RAISE(explain->format, ParseString());
        for (char& c : explain->format) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      } else if (PeekIs(T::kWord)) {
        explain->format = LowerText(Peek());
        Advance();
      } else {
        return Expected("a format's name");
      }
    } else {
      return false;
    }
    return true;
  };
  if (PeekIs(T::kLeftParen) && PeekOneOf({K::kANALYZE, K::kVERBOSE, K::kFORMAT}, 1)) {
    Advance();
    in_parens = true;
    do {
      ARROW_ASSIGN_OR_RAISE(bool known, option());
      if (!known) return Expected("ANALYZE, VERBOSE or FORMAT");
    } while (Accept(T::kComma));
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  } else {
    bool more = true;
    while (more) {
      ARROW_ASSIGN_OR_RAISE(more, option());
    }
  }
  ARROW_ASSIGN_OR_RAISE(explain->statement, ParseStatement());
  auto done = Done(std::move(explain), begin);
  ARROW_RETURN_NOT_OK(CheckHeight());
  return done;
}

arrow::Result<StatementPtr> Parser::ParseDescribe() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto describe = std::make_unique<AstDescribe>();
  if (PeekIs(K::kTABLE) && PeekIsName(1)) Advance();
  if (QueryStartsAt(at_)) {
    ARROW_ASSIGN_OR_RAISE(describe->query, ParseQuery());
  } else if (PeekIs(T::kString)) {
    Ident path = IdentOf(Peek());
    describe->table.span = path.span;
    describe->table.parts.push_back(std::move(path));
    Advance();
  } else {
    ARROW_ASSIGN_OR_RAISE(describe->table, ParseObjectNameParts());
  }
  return Done(std::move(describe), begin);
}

}  // namespace bowstring::sql
