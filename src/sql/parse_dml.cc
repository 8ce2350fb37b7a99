// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// INSERT, UPDATE, DELETE, MERGE, COPY, TRUNCATE.

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

// INSERT [OR REPLACE] [OVERWRITE] [INTO] [TABLE] t [AS x] [(a, b)] [BY NAME] {query | DEFAULT VALUES} ...; REPLACE INTO t ...
arrow::Result<StatementPtr> Parser::ParseInsert() {
  const uint32_t begin = Peek().span.begin;
  auto insert = std::make_unique<AstInsert>();
  insert->replace = Accept(K::kREPLACE);
  if (!insert->replace) {
    Advance();
    insert->replace = AcceptWords({K::kOR, K::kREPLACE});
  }
  insert->overwrite = !insert->replace && Accept(K::kOVERWRITE);
  Accept(K::kINTO);
  if (PeekIs(K::kTABLE) && PeekIsName(1)) Advance();
  ARROW_ASSIGN_OR_RAISE(insert->table, ParseObjectNameParts());
  if (Accept(K::kAS)) {
    ARROW_ASSIGN_OR_RAISE(insert->alias, ParseIdent());
  }
  if (PeekIs(T::kLeftParen) && !QueryStartsAt(at_ + 1)) {
    ARROW_ASSIGN_OR_RAISE(insert->columns, ParseIdentList());
  }
  insert->by_name = AcceptWords({K::kBY, K::kNAME});
  if (AcceptWords({K::kDEFAULT, K::kVALUES})) {
    insert->default_values = true;
  } else {
    ARROW_ASSIGN_OR_RAISE(insert->query, ParseQuery());
  }
  if (AcceptWords({K::kON, K::kCONFLICT})) {
    if (PeekIs(T::kLeftParen)) ARROW_RETURN_NOT_OK(ParseIdentList());
    ARROW_RETURN_NOT_OK(Expect(K::kDO));
    if (!Accept(K::kNOTHING)) return NotSupported("ON CONFLICT DO UPDATE", Peek().span);
    insert->on_conflict = "";
  }
  ARROW_ASSIGN_OR_RAISE(insert->returning, ParseReturning());
  return Done(std::move(insert), begin);
}

arrow::Result<std::vector<AstSelectItem>> Parser::ParseReturning() {
  if (!Accept(K::kRETURNING)) return std::vector<AstSelectItem>();
  return ParseSelectItems();
}

// a = 1, t.b = 2, (c, d) = (3, 4).
arrow::Result<std::vector<AstAssignment>> Parser::ParseAssignments() {
  std::vector<AstAssignment> out;
  do {
    AstAssignment assignment;
    const uint32_t begin = Peek().span.begin;
    const bool list = Accept(T::kLeftParen);
    do {
      ARROW_ASSIGN_OR_RAISE(auto target, ParseObjectNameParts());
      assignment.targets.push_back(std::move(target));
    } while (list && Accept(T::kComma));
    if (list) ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    ARROW_RETURN_NOT_OK(Expect(T::kEq, "="));
    ARROW_ASSIGN_OR_RAISE(assignment.value, ParseExpr());
    assignment.span = SpanFrom(begin);
    out.push_back(std::move(assignment));
  } while (Accept(T::kComma));
  return out;
}

arrow::Result<StatementPtr> Parser::ParseUpdate() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto update = std::make_unique<AstUpdate>();
  ARROW_ASSIGN_OR_RAISE(update->table, ParseFrom());
  ARROW_RETURN_NOT_OK(Expect(K::kSET));
  ARROW_ASSIGN_OR_RAISE(update->assignments, ParseAssignments());
  if (Accept(K::kFROM)) {
    ARROW_ASSIGN_OR_RAISE(update->from, ParseFromList());
  }
  if (Accept(K::kWHERE)) {
    ARROW_ASSIGN_OR_RAISE(update->where, ParseExpr());
  }
  ARROW_ASSIGN_OR_RAISE(update->returning, ParseReturning());
  return Done(std::move(update), begin);
}

arrow::Result<StatementPtr> Parser::ParseDelete() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  Accept(K::kFROM);
  auto out = std::make_unique<AstDelete>();
  ARROW_ASSIGN_OR_RAISE(out->table, ParseFrom());
  if (Accept(K::kUSING)) {
    ARROW_ASSIGN_OR_RAISE(out->using_tables, ParseFromList());
  }
  if (Accept(K::kWHERE)) {
    ARROW_ASSIGN_OR_RAISE(out->where, ParseExpr());
  }
  if (PeekOneOf({K::kORDER, K::kLIMIT})) {
    return NotSupported(std::string(ToString(Peek().keyword)) + " in DELETE", Peek().span);
  }
  ARROW_ASSIGN_OR_RAISE(out->returning, ParseReturning());
  return Done(std::move(out), begin);
}

arrow::Result<StatementPtr> Parser::ParseMerge() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  Accept(K::kINTO);
  auto merge = std::make_unique<AstMerge>();
  ARROW_ASSIGN_OR_RAISE(merge->target, ParseTable());
  ARROW_RETURN_NOT_OK(Expect(K::kUSING));
  ARROW_ASSIGN_OR_RAISE(merge->source, ParseTable());
  ARROW_RETURN_NOT_OK(Expect(K::kON));
  ARROW_ASSIGN_OR_RAISE(merge->on, ParseExpr());
  if (!PeekIs(K::kWHEN)) return Expected("WHEN");
  while (Accept(K::kWHEN)) {
    ARROW_ASSIGN_OR_RAISE(auto clause, ParseMergeClause());
    merge->clauses.push_back(std::move(clause));
  }
  return Done(std::move(merge), begin);
}

// Behind WHEN: [NOT] MATCHED [BY {SOURCE | TARGET}] [AND expr] THEN {UPDATE SET ... | DELETE | DO NOTHING | INSERT ...}.
arrow::Result<AstMergeClause> Parser::ParseMergeClause() {
  AstMergeClause clause;
  clause.matched = !Accept(K::kNOT);
  ARROW_RETURN_NOT_OK(Expect(K::kMATCHED));
  if (!clause.matched && Accept(K::kBY)) {
    clause.by_source = Accept(K::kSOURCE);
    if (!clause.by_source) ARROW_RETURN_NOT_OK(Expect(K::kTARGET));
  }
  if (Accept(K::kAND)) {
    ARROW_ASSIGN_OR_RAISE(clause.condition, ParseExpr());
  }
  ARROW_RETURN_NOT_OK(Expect(K::kTHEN));
  if (Accept(K::kUPDATE)) {
    clause.action = AstMergeClause::Action::kUpdate;
    ARROW_RETURN_NOT_OK(Expect(K::kSET));
    ARROW_ASSIGN_OR_RAISE(clause.assignments, ParseAssignments());
  } else if (Accept(K::kDELETE)) {
    clause.action = AstMergeClause::Action::kDelete;
  } else if (Accept(K::kDO)) {
    ARROW_RETURN_NOT_OK(Expect(K::kNOTHING));
    clause.action = AstMergeClause::Action::kDoNothing;
  } else if (Accept(K::kINSERT)) {
    clause.action = AstMergeClause::Action::kInsert;
    if (PeekIs(T::kLeftParen)) {
      ARROW_ASSIGN_OR_RAISE(clause.columns, ParseIdentList());
    }
    ARROW_RETURN_NOT_OK(Expect(K::kVALUES));
    ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
    ARROW_ASSIGN_OR_RAISE(clause.values, ParseExprList(T::kRightParen, ")"));
  } else {
    return Expected("UPDATE, DELETE, INSERT or DO NOTHING after THEN");
  }
  return clause;
}

// COPY {t [(a, b)] | (query)} {TO | FROM} 'path', then in any order: STORED AS format, PARTITIONED BY (a, b), OPTIONS (...).
arrow::Result<StatementPtr> Parser::ParseCopy() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto copy = std::make_unique<AstCopy>();
  if (Accept(T::kLeftParen)) {
    ARROW_ASSIGN_OR_RAISE(copy->query, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  } else {
    ARROW_ASSIGN_OR_RAISE(copy->table, ParseObjectNameParts());
    if (PeekIs(T::kLeftParen)) {
      ARROW_ASSIGN_OR_RAISE(copy->columns, ParseIdentList());
    }
  }
  copy->is_from = !copy->query && Accept(K::kFROM);
  if (!copy->is_from) ARROW_RETURN_NOT_OK(Expect(K::kTO));
  if (PeekIs(T::kWord)) {  // COPY t TO folder
    ARROW_ASSIGN_OR_RAISE(copy->target, ParseWord("a path"));
  } else {
    ARROW_ASSIGN_OR_RAISE(copy->target, ParseString());
  }
  while (true) {
    const SourceSpan span = Peek().span;
    if (Accept(K::kSTORED)) {
      ARROW_RETURN_NOT_OK(Expect(K::kAS));
      if (!copy->format.empty()) return ErrorAt("STORED AS specified more than once", span);
      ARROW_ASSIGN_OR_RAISE(copy->format, ParseWord("a file format"));
    } else if (AcceptWords({K::kPARTITIONED, K::kBY})) {
      if (!copy->partitioned_by.empty()) return ErrorAt("PARTITIONED BY specified more than once", span);
      ARROW_ASSIGN_OR_RAISE(copy->partitioned_by, ParseIdentList());
    } else if (PeekIs(K::kOPTIONS) || (PeekIs(K::kWITH) && PeekIs(T::kLeftParen, 1)) || PeekIs(T::kLeftParen)) {
      if (!copy->options.empty()) return ErrorAt("OPTIONS specified more than once", span);
      if (!PeekIs(T::kLeftParen)) Advance();
      ARROW_ASSIGN_OR_RAISE(copy->options, ParseOptions());
    } else if (PeekIs(T::kEof) || PeekIs(T::kSemicolon)) {
      return Done(std::move(copy), begin);
    } else {
      return Expected("STORED AS, PARTITIONED BY, OPTIONS or end of statement");
    }
  }
}

arrow::Result<StatementPtr> Parser::ParseTruncate() {
  const uint32_t begin = Peek().span.begin;
  Advance();
  auto truncate = std::make_unique<AstTruncate>();
  Accept(K::kTABLE);
  ARROW_ASSIGN_OR_RAISE(truncate->if_exists, ParseIfExists());
  do {
    ARROW_ASSIGN_OR_RAISE(auto table, ParseObjectNameParts());
    truncate->tables.push_back(std::move(table));
  } while (Accept(T::kComma));
  while (PeekIs(T::kWord)) {
    if (!truncate->options.empty()) truncate->options += ' ';
    truncate->options += UpperText(Peek());
    Advance();
  }
  return Done(std::move(truncate), begin);
}

}  // namespace bowstring::sql
