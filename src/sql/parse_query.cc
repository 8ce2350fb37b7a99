// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Whole queries: WITH, set operations, VALUES, ORDER BY, LIMIT. What stands between SELECT and its clauses' end is in
// parse_select.cc.

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

namespace {

constexpr int kUnionPrecedence = 10;  // and EXCEPT
constexpr int kIntersectPrecedence = 20;

}  // namespace

bool Parser::QueryWordAt(size_t index) const {
  const auto at = [&](size_t ahead) -> const Token& { return tokens_[std::min(index + ahead, tokens_.size() - 1)]; };
  const bool name_next = at(1).kind == T::kWord || at(1).kind == T::kQuotedIdent;
  switch (at(0).keyword) {
    case K::kSELECT: return true;
    case K::kWITH: return name_next;
    case K::kFROM: return name_next || at(1).kind == T::kString || at(1).kind == T::kLeftParen;
    case K::kVALUES: return at(1).kind == T::kLeftParen || at(1).keyword == K::kROW;
    case K::kTABLE: return name_next && at(1).keyword != K::kIS && at(1).keyword != K::kIN && at(1).keyword != K::kAS &&
                           at(1).keyword != K::kFROM;
    default: return false;
  }
}

// `((SELECT 1) UNION SELECT 2)` begins a query, `((SELECT 1) + 1)` and `((SELECT 1) AS x JOIN t)` don't: what follows each of
// the closing parentheses decides.
bool Parser::QueryStartsAt(size_t index) const {
  size_t first = index;
  while (tokens_[first].kind == T::kLeftParen) ++first;
  if (!QueryWordAt(first)) return false;
  for (size_t open = index; open < first; ++open) {
    const size_t behind = tokens_[open].match + 1;
    if (behind >= tokens_.size()) continue;
    const Token& next = tokens_[behind];
    switch (next.kind) {
      case T::kRightParen: case T::kEof: case T::kSemicolon: continue;
      default: break;
    }
    switch (next.keyword) {
      case K::kUNION: case K::kINTERSECT: case K::kEXCEPT: case K::kMINUS: case K::kORDER: case K::kLIMIT: case K::kOFFSET:
      case K::kFETCH:
        continue;
      default: return false;
    }
  }
  return true;
}

arrow::Result<QueryPtr> Parser::ParseQuery() {
  constexpr int kWeight = 2;
  Nesting nesting(this, kWeight);
  ARROW_RETURN_NOT_OK(nesting.Check());
  ++query_depth_;
  const uint32_t begin = Peek().span.begin;
  auto query = std::make_unique<AstQuery>();
  if (PeekIs(K::kWITH)) ARROW_RETURN_NOT_OK(ParseWith(query.get()));
  ARROW_ASSIGN_OR_RAISE(query->body, ParseBody(0));
  if (PeekIs(K::kORDER)) ARROW_RETURN_NOT_OK(ParseOrderBy(query.get()));
  ARROW_RETURN_NOT_OK(ParseLimits(query.get()));
  while (PeekIs(K::kFOR)) ARROW_RETURN_NOT_OK(SkipLocking());
  --query_depth_;
  query = Done(std::move(query), begin);
  ARROW_RETURN_NOT_OK(CheckHeight());
  if (PeekIs(T::kPipeArrow)) return ParsePipes(std::move(query), begin);
  return query;
}

arrow::Status Parser::ParseWith(AstQuery* query) {
  Advance();
  query->recursive = PeekIs(K::kRECURSIVE) && PeekIsName(1) && !PeekIs(K::kAS, 1) && Accept(K::kRECURSIVE);
  do {
    AstCte cte;
    const uint32_t begin = Peek().span.begin;
    ARROW_ASSIGN_OR_RAISE(cte.name, ParseIdent());
    if (PeekIs(T::kLeftParen)) {
      ARROW_ASSIGN_OR_RAISE(cte.columns, ParseIdentList());
    }
    ARROW_RETURN_NOT_OK(Expect(K::kAS));
    if (Accept(K::kMATERIALIZED)) {
      cte.materialized = true;
    } else if (AcceptWords({K::kNOT, K::kMATERIALIZED})) {
      cte.materialized = false;
    }
    ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
    ARROW_ASSIGN_OR_RAISE(cte.query, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    cte.span = SpanFrom(begin);
    query->with.push_back(std::move(cte));
  } while (Accept(T::kComma));
  return arrow::Status::OK();
}

// Set operations of one precedence become one flat node, as operators do in parse_expr.cc.
arrow::Result<BodyPtr> Parser::ParseBody(int min_precedence) {
  Nesting nesting(this);
  ARROW_RETURN_NOT_OK(nesting.Check());
  const uint32_t begin = Peek().span.begin;
  ARROW_ASSIGN_OR_RAISE(BodyPtr left, ParseBodyOperand());
  int chain = 0;
  while (true) {
    ARROW_RETURN_NOT_OK(CheckHeight());
    AstBody::Term term;
    int precedence = kUnionPrecedence;
    switch (Peek().keyword) {
      case K::kUNION: term.op = SetOp::kUnion; break;
      case K::kEXCEPT: case K::kMINUS: term.op = SetOp::kExcept; break;
      case K::kINTERSECT:
        term.op = SetOp::kIntersect;
        precedence = kIntersectPrecedence;
        break;
      default: return left;
    }
    if (precedence <= min_precedence) return left;
    term.op_span = Peek().span;
    Advance();
    term.all = Accept(K::kALL);
    if (!term.all) Accept(K::kDISTINCT);
    if (PeekIs(K::kBY) && PeekIs(K::kNAME, 1)) {
      if (term.op != SetOp::kUnion) return NotSupported("BY NAME after INTERSECT or EXCEPT", Peek().span);
      Advance();
      Advance();
      term.by_name = true;
    }
    const int left_height = height_;
    height_ = 0;
    ARROW_ASSIGN_OR_RAISE(term.body, ParseBody(precedence));
    if (chain == precedence) {
      height_ = std::max(left_height, height_ + 1);
      left->terms.push_back(std::move(term));
      left->span = SpanFrom(begin);
      continue;
    }
    height_ = std::max(left_height, height_);
    auto body = std::make_unique<AstBody>();
    body->kind = BodyKind::kSetOperation;
    body->first = std::move(left);
    body->terms.push_back(std::move(term));
    left = Done(std::move(body), begin);
    chain = precedence;
  }
}

arrow::Result<BodyPtr> Parser::ParseBodyOperand() {
  const uint32_t begin = Peek().span.begin;
  auto body = std::make_unique<AstBody>();
  if (Accept(T::kLeftParen)) {
    body->kind = BodyKind::kNested;
    ARROW_ASSIGN_OR_RAISE(body->nested, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  } else if (Accept(K::kVALUES)) {
    body->kind = BodyKind::kValues;
    ARROW_ASSIGN_OR_RAISE(body->rows, ParseValuesRows());
  } else if (Accept(K::kTABLE)) {
    body->kind = BodyKind::kTable;
    ARROW_ASSIGN_OR_RAISE(body->table, ParseObjectNameParts());
  } else if (PeekOneOf({K::kSELECT, K::kFROM})) {
    ARROW_ASSIGN_OR_RAISE(body->select, ParseSelect());
  } else {
    return Expected("SELECT, VALUES, or a subquery in the query body");
  }
  return Done(std::move(body), begin);
}

// Behind VALUES: (1, 2), ROW(3, 4).
arrow::Result<std::vector<std::vector<ExprPtr>>> Parser::ParseValuesRows() {
  std::vector<std::vector<ExprPtr>> rows;
  do {
    Accept(K::kROW);
    ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
    ARROW_ASSIGN_OR_RAISE(auto row, ParseExprList(T::kRightParen, ")"));
    rows.push_back(std::move(row));
  } while (Accept(T::kComma));
  return rows;
}

// ---- ORDER BY

arrow::Status Parser::ParseOrderBy(AstQuery* query) {
  ARROW_RETURN_NOT_OK(ExpectWords({K::kORDER, K::kBY}));
  // `all` may also be a column: `ORDER BY all.x`, `ORDER BY all, b`.
  const bool operand_ends = PeekIs(T::kEof, 1) || PeekIs(T::kSemicolon, 1) || PeekIs(T::kRightParen, 1) ||
                            PeekOneOf({K::kASC, K::kDESC, K::kNULLS, K::kLIMIT, K::kOFFSET, K::kFETCH}, 1);
  if (PeekIs(K::kALL) && operand_ends) {
    query->order_by_all = true;
    AstOrderItem item;
    const uint32_t begin = Peek().span.begin;
    Advance();
    ARROW_RETURN_NOT_OK(ParseOrderDirection(&item));
    item.span = SpanFrom(begin);
    query->order_by.push_back(std::move(item));
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(query->order_by, ParseOrderItems());
  return arrow::Status::OK();
}

arrow::Result<std::vector<AstOrderItem>> Parser::ParseOrderItems() {
  std::vector<AstOrderItem> items;
  do {
    ARROW_ASSIGN_OR_RAISE(auto item, ParseOrderItem());
    items.push_back(std::move(item));
  } while (Accept(T::kComma));
  return items;
}

arrow::Result<AstOrderItem> Parser::ParseOrderItem() {
  AstOrderItem item;
  const uint32_t begin = Peek().span.begin;
  ARROW_ASSIGN_OR_RAISE(item.expr, ParseExpr());
  ARROW_RETURN_NOT_OK(ParseOrderDirection(&item));
  item.span = SpanFrom(begin);
  return item;
}

arrow::Status Parser::ParseOrderDirection(AstOrderItem* item) {
  if (Accept(K::kASC)) {
    item->ascending = true;
  } else if (Accept(K::kDESC)) {
    item->ascending = false;
  }
  if (AcceptWords({K::kNULLS, K::kFIRST})) {
    item->nulls_first = true;
  } else if (AcceptWords({K::kNULLS, K::kLAST})) {
    item->nulls_first = false;
  } else if (PeekIs(K::kNULLS)) {
    Advance();
    return Expected("FIRST or LAST after NULLS");
  }
  return arrow::Status::OK();
}

// ---- LIMIT, OFFSET and FETCH, in any order, each once.

arrow::Status Parser::ParseLimits(AstQuery* query) {
  bool limited = false;
  while (true) {
    const SourceSpan span = Peek().span;
    if (PeekOneOf({K::kLIMIT, K::kFETCH})) {
      if (limited) return ErrorAt("LIMIT or FETCH is given twice", span);
      limited = true;
    }
    if (PeekIs(K::kOFFSET) && query->offset) return ErrorAt("OFFSET is given twice", span);
    if (Accept(K::kLIMIT)) {
      if (PeekIs(K::kALL) && !PeekIs(T::kLeftParen, 1)) {
        Advance();
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(query->limit, ParseExpr());
      if (Accept(T::kComma)) {  // LIMIT offset, limit
        if (query->offset) return ErrorAt("OFFSET is given twice", span);
        query->offset = std::move(query->limit);
        ARROW_ASSIGN_OR_RAISE(query->limit, ParseExpr());
      }
    } else if (Accept(K::kOFFSET)) {
      ARROW_ASSIGN_OR_RAISE(query->offset, ParseExpr());
      if (!Accept(K::kROWS)) Accept(K::kROW);
    } else if (Accept(K::kFETCH)) {
      ARROW_RETURN_NOT_OK(ParseFetch(query));
    } else {
      return arrow::Status::OK();
    }
  }
}

// FOR {UPDATE | SHARE} [OF t] [NOWAIT | SKIP LOCKED]: a reader here never waits for a writer, so there is nothing to lock.
arrow::Status Parser::SkipLocking() {
  Advance();
  if (!Accept(K::kUPDATE) && !AcceptText("share")) return Expected("UPDATE or SHARE after FOR");
  if (Accept(K::kOF)) ARROW_RETURN_NOT_OK(ParseObjectNameParts());
  if (AcceptText("skip")) {
    if (!AcceptText("locked")) return Expected("LOCKED after SKIP");
  } else {
    AcceptText("nowait");
  }
  return arrow::Status::OK();
}

// Behind FETCH: {FIRST | NEXT} [n [PERCENT]] {ROW | ROWS} {ONLY | WITH TIES}.
arrow::Status Parser::ParseFetch(AstQuery* query) {
  if (!Accept(K::kFIRST) && !Accept(K::kNEXT)) return Expected("FIRST or NEXT after FETCH");
  if (PeekOneOf({K::kROW, K::kROWS})) {
    auto one = std::make_unique<AstLiteral>();
    one->literal = LiteralKind::kNumber;
    one->text = "1";
    one->span = Peek().span;
    query->limit = std::move(one);
  } else {
    ARROW_ASSIGN_OR_RAISE(query->limit, ParseExpr());
    query->limit_percent = Accept(K::kPERCENT);
  }
  if (!Accept(K::kROWS) && !Accept(K::kROW)) return Expected("ROW or ROWS");
  if (AcceptWords({K::kWITH, K::kTIES})) {
    query->limit_with_ties = true;
    return arrow::Status::OK();
  }
  return Accept(K::kONLY) ? arrow::Status::OK() : Expected("ONLY or WITH TIES");
}

}  // namespace bowstring::sql
