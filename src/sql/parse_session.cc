// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Statements about the session: SET, RESET, SHOW, PREPARE, EXECUTE, DEALLOCATE, USE, and transactions.

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

namespace {

ObjectName NameOf(std::string_view text, SourceSpan span) {
  ObjectName name;
  name.span = span;
  name.parts.push_back({std::string(text), 0, span});
  return name;
}

}  // namespace

// SET [SESSION | LOCAL | GLOBAL] name {= | TO} value, ...; SET TIME ZONE value.
arrow::Result<StatementPtr> Parser::ParseSet() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto set = std::make_unique<AstSet>();
  if (PeekOneOf({K::kSESSION, K::kLOCAL, K::kGLOBAL}) && PeekIsName(1)) {
    set->scope = LowerText(Peek());
    Advance();
  }
  if (PeekWords({K::kTIME, K::kZONE})) {
    set->name = NameOf("timezone", {Peek().span.begin, Peek(1).span.end});
    Advance();
    Advance();
    if (!Accept(T::kEq)) Accept(K::kTO);
  } else {
    ARROW_ASSIGN_OR_RAISE(set->name, ParseObjectNameParts());
    if (!Accept(T::kEq) && !Accept(K::kTO)) return Expected("equals sign or TO");
  }
  do {
    ARROW_ASSIGN_OR_RAISE(auto value, ParseExpr());
    set->values.push_back(std::move(value));
  } while (Accept(T::kComma));
  return Done(std::move(set), begin);
}

arrow::Result<StatementPtr> Parser::ParseReset() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto reset = std::make_unique<AstReset>();
  if (PeekIs(K::kALL) && !PeekIs(T::kDot, 1)) {
    Advance();
  } else if (PeekWords({K::kTIME, K::kZONE})) {
    reset->name = NameOf("timezone", {Peek().span.begin, Peek(1).span.end});
    Advance();
    Advance();
  } else {
    ARROW_ASSIGN_OR_RAISE(reset->name, ParseObjectNameParts());
  }
  return Done(std::move(reset), begin);
}

// SHOW ALL, SHOW TABLES, SHOW COLUMNS FROM t, SHOW FUNCTIONS, SHOW CREATE TABLE t, ..., SHOW <variable>.
arrow::Result<StatementPtr> Parser::ParseShow() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto show = std::make_unique<AstShow>();
  const auto list_next = [&](size_t ahead) {
    return PeekOneOf({K::kTABLES, K::kCOLUMNS, K::kFUNCTIONS, K::kSCHEMAS, K::kVIEWS}, ahead);
  };
  show->extended = PeekIs(K::kEXTENDED) && (list_next(1) || PeekIs(K::kFULL, 1)) && Accept(K::kEXTENDED);
  show->full = PeekIs(K::kFULL) && list_next(1) && Accept(K::kFULL);
  const K word = PeekIs(T::kDot, 1) ? K::kNone : Peek().keyword;
  bool filtered = true;  // [FROM | IN name] [LIKE 'x' | WHERE expr] may follow
  switch (word) {
    case K::kALL: show->show = ShowKind::kAll; filtered = false; break;
    case K::kTABLES: show->show = ShowKind::kTables; break;
    case K::kCOLUMNS: show->show = ShowKind::kColumns; break;
    case K::kFUNCTIONS: show->show = ShowKind::kFunctions; break;
    case K::kSCHEMAS: show->show = ShowKind::kSchemas; break;
    case K::kDATABASES: show->show = ShowKind::kDatabases; break;
    case K::kVIEWS: show->show = ShowKind::kViews; break;
    case K::kCATALOGS: show->show = ShowKind::kCatalogs; break;
    case K::kCREATE: {
      Advance();
      if (!PeekOneOf({K::kTABLE, K::kVIEW})) return Expected("TABLE or VIEW after SHOW CREATE");
      show->show = PeekIs(K::kTABLE) ? ShowKind::kCreateTable : ShowKind::kCreateView;
      Advance();
      ARROW_ASSIGN_OR_RAISE(show->name, ParseObjectNameParts());
      return Done(std::move(show), begin);
    }
    default:
      if (PeekWords({K::kTIME, K::kZONE})) {
        show->name = NameOf("timezone", {Peek().span.begin, Peek(1).span.end});
        Advance();
        Advance();
      } else {
        ARROW_ASSIGN_OR_RAISE(show->name, ParseObjectNameParts());
      }
      show->verbose = Accept(K::kVERBOSE);
      return Done(std::move(show), begin);
  }
  Advance();
  if (!filtered) {
    show->verbose = Accept(K::kVERBOSE);
    return Done(std::move(show), begin);
  }
  if (Accept(K::kFROM) || Accept(K::kIN)) {
    ARROW_ASSIGN_OR_RAISE(show->name, ParseObjectNameParts());
    if (show->show == ShowKind::kColumns && (Accept(K::kFROM) || Accept(K::kIN))) {  // COLUMNS FROM t FROM schema
      ARROW_ASSIGN_OR_RAISE(auto schema, ParseObjectNameParts());
      show->name.parts.insert(show->name.parts.begin(), std::make_move_iterator(schema.parts.begin()),
                              std::make_move_iterator(schema.parts.end()));
    }
  } else if (show->show == ShowKind::kColumns) {
    return Expected("FROM or IN after SHOW COLUMNS");
  }
  if (PeekOneOf({K::kLIKE, K::kILIKE})) {
    show->ilike = PeekIs(K::kILIKE);
    Advance();
    ARROW_ASSIGN_OR_RAISE(show->like, ParseString());
  } else if (Accept(K::kWHERE)) {
    ARROW_ASSIGN_OR_RAISE(show->where, ParseExpr());
  }
  return Done(std::move(show), begin);
}

// PREPARE name [(type, ...)] AS statement.
arrow::Result<StatementPtr> Parser::ParsePrepare() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto prepare = std::make_unique<AstPrepare>();
  ARROW_ASSIGN_OR_RAISE(prepare->name, ParseIdent());
  if (Accept(T::kLeftParen)) {
    do {
      ARROW_ASSIGN_OR_RAISE(auto type, ParseTypeName());
      prepare->types.push_back(std::move(type));
    } while (Accept(T::kComma));
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  }
  ARROW_RETURN_NOT_OK(Expect(K::kAS));
  ARROW_ASSIGN_OR_RAISE(prepare->statement, ParseStatement());
  auto done = Done(std::move(prepare), begin);
  ARROW_RETURN_NOT_OK(CheckHeight());
  return done;
}

// EXECUTE name [(value, ...)].
arrow::Result<StatementPtr> Parser::ParseExecute() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto execute = std::make_unique<AstExecute>();
  ARROW_ASSIGN_OR_RAISE(execute->name, ParseObjectNameParts());
  if (Accept(T::kLeftParen)) {
    ARROW_ASSIGN_OR_RAISE(execute->args, ParseFunctionArgs());
  }
  return Done(std::move(execute), begin);
}

// DEALLOCATE [PREPARE] {name | ALL}.
arrow::Result<StatementPtr> Parser::ParseDeallocate() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto deallocate = std::make_unique<AstDeallocate>();
  if (PeekIs(K::kPREPARE) && PeekIsName(1)) Advance();
  deallocate->all = Accept(K::kALL);
  if (!deallocate->all) {
    ARROW_ASSIGN_OR_RAISE(deallocate->name, ParseIdent());
  }
  return Done(std::move(deallocate), begin);
}

arrow::Result<StatementPtr> Parser::ParseUse() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto use = std::make_unique<AstUse>();
  if (PeekOneOf({K::kSCHEMA, K::kDATABASE}) && PeekIsName(1)) Advance();
  ARROW_ASSIGN_OR_RAISE(use->name, ParseObjectNameParts());
  return Done(std::move(use), begin);
}

arrow::Result<StatementPtr> Parser::ParseTransaction() {
  const uint32_t begin = Peek().span.begin;
  auto transaction = std::make_unique<AstTransaction>();
  switch (Peek().keyword) {
    case K::kCOMMIT: case K::kEND: transaction->action = TransactionKind::kCommit; break;
    case K::kROLLBACK: transaction->action = TransactionKind::kRollback; break;
    case K::kSAVEPOINT: transaction->action = TransactionKind::kSavepoint; break;
    case K::kRELEASE: transaction->action = TransactionKind::kRelease; break;
    default: transaction->action = TransactionKind::kBegin; break;
  }
  while (PeekIsName() || PeekIs(T::kComma)) {
    if (!transaction->text.empty() && !PeekIs(T::kComma)) transaction->text += ' ';
    transaction->text += PeekIs(K::kNone) ? std::string(Text(Peek())) : UpperText(Peek());
    Advance();
  }
  return Done(std::move(transaction), begin);
}

}  // namespace bowstring::sql
