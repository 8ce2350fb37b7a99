// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// FROM: tables, joins, aliases, samples.

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

arrow::Result<std::vector<AstFrom>> Parser::ParseFromList() {
  std::vector<AstFrom> list;
  do {
    ARROW_ASSIGN_OR_RAISE(auto from, ParseFrom());
    list.push_back(std::move(from));
  } while (Accept(T::kComma));
  return list;
}

arrow::Result<AstFrom> Parser::ParseFrom() {
  constexpr int kWeight = 3;
  Nesting nesting(this, kWeight);
  ARROW_RETURN_NOT_OK(nesting.Check());
  AstFrom from;
  const uint32_t begin = Peek().span.begin;
  ARROW_ASSIGN_OR_RAISE(from.table, ParseTable());
  while (true) {
    const uint32_t join_begin = Peek().span.begin;
    ARROW_ASSIGN_OR_RAISE(auto join, ParseJoinWords());
    if (!join) break;
    ARROW_ASSIGN_OR_RAISE(join->table, ParseTable());
    ARROW_RETURN_NOT_OK(ParseJoinConstraint(&*join));
    join->span = SpanFrom(join_begin);
    from.joins.push_back(std::move(*join));
  }
  from.span = SpanFrom(begin);
  ++height_;
  ARROW_RETURN_NOT_OK(CheckHeight());
  return from;
}

// [NATURAL] [ASOF] [INNER | CROSS | {LEFT | RIGHT | FULL} [OUTER] | [LEFT | RIGHT] {SEMI | ANTI}] JOIN, or no value.
arrow::Result<std::optional<AstJoin>> Parser::ParseJoinWords() {
  AstJoin join;
  const bool starts = PeekOneOf({K::kJOIN, K::kNATURAL, K::kASOF, K::kINNER, K::kCROSS, K::kLEFT, K::kRIGHT, K::kFULL,
                                 K::kSEMI, K::kANTI});
  if (!starts) return std::optional<AstJoin>();
  join.natural = Accept(K::kNATURAL);
  join.asof = Accept(K::kASOF);
  if (Accept(K::kINNER)) {
    join.kind = JoinKind::kInner;
  } else if (!join.natural && !join.asof && Accept(K::kCROSS)) {
    join.kind = JoinKind::kCross;
  } else if (Accept(K::kSEMI)) {
    join.kind = JoinKind::kLeftSemi;
  } else if (Accept(K::kANTI)) {
    join.kind = JoinKind::kLeftAnti;
  } else if (PeekOneOf({K::kLEFT, K::kRIGHT})) {
    const bool left = PeekIs(K::kLEFT);
    Advance();
    if (Accept(K::kSEMI)) {
      join.kind = left ? JoinKind::kLeftSemi : JoinKind::kRightSemi;
    } else if (Accept(K::kANTI)) {
      join.kind = left ? JoinKind::kLeftAnti : JoinKind::kRightAnti;
    } else {
      Accept(K::kOUTER);
      join.kind = left ? JoinKind::kLeft : JoinKind::kRight;
    }
  } else if (Accept(K::kFULL)) {
    Accept(K::kOUTER);
    join.kind = JoinKind::kFull;
  }
  if (join.asof && join.kind != JoinKind::kInner && join.kind != JoinKind::kLeft) {
    return NotSupported("An ASOF join of this kind", Peek().span);
  }
  ARROW_RETURN_NOT_OK(Expect(K::kJOIN));
  return std::optional<AstJoin>(std::move(join));
}

// [MATCH_CONDITION (expr)] [ON expr | USING (a, b)]. A missing constraint is the binder's to judge.
arrow::Status Parser::ParseJoinConstraint(AstJoin* join) {
  if (join->asof && Accept(K::kMATCH_CONDITION)) {
    ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
    ARROW_ASSIGN_OR_RAISE(join->match_condition, ParseExpr());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  }
  if (join->kind == JoinKind::kCross || join->natural) return arrow::Status::OK();
  if (Accept(K::kON)) {
    ARROW_ASSIGN_OR_RAISE(join->on, ParseExpr());
  } else if (Accept(K::kUSING)) {
    ARROW_ASSIGN_OR_RAISE(join->using_columns, ParseIdentList());
  }
  return arrow::Status::OK();
}

arrow::Result<AstTable> Parser::ParseTable() {
  AstTable table;
  const uint32_t begin = Peek().span.begin;
  table.lateral = Accept(K::kLATERAL);
  if (Accept(T::kLeftParen)) {
    ARROW_RETURN_NOT_OK(ParseParenthesizedTable(&table));
  } else if (PeekIs(K::kVALUES) && PeekIs(T::kLeftParen, 1)) {
    table.kind = TableKind::kDerived;
    ARROW_ASSIGN_OR_RAISE(auto body, ParseBodyOperand());
    auto query = std::make_unique<AstQuery>();
    query->span = body->span;
    query->body = std::move(body);
    table.query = std::move(query);
  } else if (PeekIs(K::kUNNEST) && PeekIs(T::kLeftParen, 1)) {
    table.kind = TableKind::kUnnest;
    Advance();
    Advance();
    ARROW_ASSIGN_OR_RAISE(table.arrays, ParseExprList(T::kRightParen, ")"));
    if (PeekIs(K::kWITH) && PeekIs(K::kOFFSET, 1)) return NotSupported("UNNEST ... WITH OFFSET", Peek().span);
    table.with_ordinality = AcceptWords({K::kWITH, K::kORDINALITY});
  } else if (PeekIs(K::kTABLE) && PeekIs(T::kLeftParen, 1)) {  // TABLE(f(x)) is f(x)
    Advance();
    Advance();
    ARROW_RETURN_NOT_OK(ParseNamedTable(&table));
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  } else {
    ARROW_RETURN_NOT_OK(ParseNamedTable(&table));
  }
  if (table.lateral && (table.kind == TableKind::kName || table.kind == TableKind::kNested)) {
    return ErrorAt("Expected: a subquery or a table function after LATERAL", SpanFrom(begin));
  }
  ARROW_ASSIGN_OR_RAISE(table.sample, ParseTableSample());
  ARROW_ASSIGN_OR_RAISE(table.alias, ParseTableAlias());
  if (!table.sample) {
    ARROW_ASSIGN_OR_RAISE(table.sample, ParseTableSample());
  }
  if (PeekOneOf({K::kPIVOT, K::kUNPIVOT, K::kMATCH_RECOGNIZE}) && PeekIs(T::kLeftParen, 1)) {
    return NotSupported(ToString(Peek().keyword), Peek().span);
  }
  table.span = SpanFrom(begin);
  return table;
}

// Behind `(`: a query, or tables joined.
arrow::Status Parser::ParseParenthesizedTable(AstTable* table) {
  if (QueryStartsAt(at_)) {
    table->kind = TableKind::kDerived;
    ARROW_ASSIGN_OR_RAISE(table->query, ParseQuery());
  } else {
    table->kind = TableKind::kNested;
    ARROW_ASSIGN_OR_RAISE(auto from, ParseFrom());
    table->nested = std::make_unique<AstFrom>(std::move(from));
  }
  return Expect(T::kRightParen, ")");
}

// t, s.t, 'path', f(args).
arrow::Status Parser::ParseNamedTable(AstTable* table) {
  table->kind = TableKind::kName;
  if (PeekIsString()) {
    Ident path;
    path.span = Peek().span;
    path.quote = '\'';
    ARROW_ASSIGN_OR_RAISE(path.text, ParseString());
    table->name.span = path.span;
    table->name.parts.push_back(std::move(path));
    return arrow::Status::OK();
  }
  if (!PeekIsName() || IsReservedForTable(Peek().keyword)) return Expected("a table name or a subquery");
  ARROW_ASSIGN_OR_RAISE(table->name, ParseObjectNameParts());
  if (Accept(T::kLeftParen)) {
    table->kind = TableKind::kFunction;
    ARROW_ASSIGN_OR_RAISE(table->args, ParseFunctionArgs());
    table->with_ordinality = AcceptWords({K::kWITH, K::kORDINALITY});
  }
  return arrow::Status::OK();
}

// [AS] name [(a, b)].
arrow::Result<std::optional<AstTableAlias>> Parser::ParseTableAlias() {
  const bool as = Accept(K::kAS);
  const bool name = PeekIsName() && (as || !IsReservedForTableAlias(Peek().keyword));
  if (!name && !PeekIs(T::kString)) {
    if (as) return Expected("an identifier after AS");
    return std::optional<AstTableAlias>();
  }
  AstTableAlias alias;
  alias.name = IdentOf(Peek());
  Advance();
  if (PeekIs(T::kLeftParen)) {
    ARROW_ASSIGN_OR_RAISE(alias.columns, ParseIdentList());
  }
  return std::optional<AstTableAlias>(std::move(alias));
}

// {TABLESAMPLE | SAMPLE} [method] {(n [PERCENT | ROWS]) | n [PERCENT | ROWS] | n%} [{REPEATABLE | SEED} (n)].
arrow::Result<std::optional<AstTableSample>> Parser::ParseTableSample() {
  if (!Accept(K::kTABLESAMPLE) && !(PeekIs(K::kSAMPLE) && PeekOperand(1) && Accept(K::kSAMPLE))) {
    return std::optional<AstTableSample>();
  }
  AstTableSample sample;
  if (PeekIs(T::kWord)) {
    sample.method = LowerText(Peek());
    Advance();
  }
  const bool parenthesized = Accept(T::kLeftParen);
  if (!parenthesized && !PeekIs(T::kNumber)) return Expected("a sample's size");
  if (parenthesized && !(PeekIs(T::kNumber) && PeekIs(T::kPercent, 1) && PeekIs(T::kRightParen, 2))) {
    ARROW_ASSIGN_OR_RAISE(sample.quantity, ParseExpr());
  } else {
    ARROW_ASSIGN_OR_RAISE(sample.quantity, ParseLiteral());
  }
  if (Accept(K::kPERCENT) || Accept(T::kPercent)) {
    sample.unit = AstTableSample::Unit::kPercent;
  } else if (Accept(K::kROWS)) {
    sample.unit = AstTableSample::Unit::kRows;
  }
  if (parenthesized) ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  if (PeekOneOf({K::kREPEATABLE, K::kSEED}) && PeekIs(T::kLeftParen, 1)) {
    Advance();
    Advance();
    ARROW_ASSIGN_OR_RAISE(sample.seed, ParseExpr());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  }
  return std::optional<AstTableSample>(std::move(sample));
}

}  // namespace bowstring::sql
