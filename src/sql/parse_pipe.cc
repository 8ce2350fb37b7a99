// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Pipe operators: `query |> WHERE a > 1 |> SELECT b`. Each makes the query so far the derived table of another one.

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

namespace {

// The levels that one operator puts around a query: query, body, FROM, table.
constexpr int kPipeHeight = 4;

AstSelectItem Everything(SourceSpan span) {
  AstSelectItem all;
  all.kind = SelectItemKind::kWildcard;
  all.span = span;
  return all;
}

}  // namespace

arrow::Result<QueryPtr> Parser::ParsePipes(QueryPtr query, uint32_t begin) {
  while (Accept(T::kPipeArrow)) {
    height_ += kPipeHeight;
    ARROW_RETURN_NOT_OK(CheckHeight());
    ARROW_ASSIGN_OR_RAISE(query, ParsePipe(std::move(query), begin));
  }
  return query;
}

arrow::Result<QueryPtr> Parser::ParsePipe(QueryPtr input, uint32_t begin) {
  const SourceSpan span = SpanFrom(begin);
  auto query = std::make_unique<AstQuery>();
  auto body = std::make_unique<AstBody>();
  if (PeekOneOf({K::kUNION, K::kINTERSECT, K::kEXCEPT})) {
    ARROW_RETURN_NOT_OK(ParsePipeSets(std::move(input), body.get()));
    body->span = query->span = SpanFrom(begin);
    query->body = std::move(body);
    return query;
  }
  auto select = std::make_unique<AstSelect>();
  AstFrom from;
  from.table.kind = TableKind::kDerived;
  from.table.query = std::move(input);
  from.table.span = from.span = span;
  if (Accept(K::kWHERE)) {
    ARROW_ASSIGN_OR_RAISE(select->where, ParseExpr());
  } else if (PeekIs(K::kORDER)) {
    ARROW_RETURN_NOT_OK(ParseOrderBy(query.get()));
  } else if (PeekIs(K::kLIMIT)) {
    ARROW_RETURN_NOT_OK(ParseLimits(query.get()));
  } else if (Accept(K::kSELECT)) {
    ARROW_RETURN_NOT_OK(ParseDistinct(select.get()));
    ARROW_ASSIGN_OR_RAISE(select->items, ParseSelectItems());
  } else if (AcceptText("extend")) {
    select->items.push_back(Everything(span));
    ARROW_ASSIGN_OR_RAISE(auto items, ParseSelectItems());
    for (auto& item : items) select->items.push_back(std::move(item));
  } else if (Accept(K::kAS)) {
    AstTableAlias alias;
    ARROW_ASSIGN_OR_RAISE(alias.name, ParseIdent());
    from.table.alias = std::move(alias);
  } else if (AcceptText("aggregate")) {
    ARROW_RETURN_NOT_OK(ParsePipeAggregate(select.get()));
  } else {
    ARROW_ASSIGN_OR_RAISE(auto join, ParseJoinWords());
    if (!join) return Expected("WHERE, ORDER BY, LIMIT, SELECT, EXTEND, AS, AGGREGATE, JOIN or a set operation after |>");
    ARROW_ASSIGN_OR_RAISE(join->table, ParseTable());
    ARROW_RETURN_NOT_OK(ParseJoinConstraint(&*join));
    join->span = SpanFrom(begin);
    from.joins.push_back(std::move(*join));
  }
  if (select->items.empty()) select->items.push_back(Everything(span));
  select->from.push_back(std::move(from));
  body->kind = BodyKind::kSelect;
  select->span = body->span = query->span = SpanFrom(begin);
  body->select = std::move(select);
  query->body = std::move(body);
  return query;
}

// {UNION | INTERSECT | EXCEPT} [ALL | DISTINCT] (query) [, (query)]...
arrow::Status Parser::ParsePipeSets(QueryPtr input, AstBody* body) {
  body->kind = BodyKind::kSetOperation;
  body->first = std::make_unique<AstBody>();
  body->first->kind = BodyKind::kNested;
  body->first->span = input->span;
  body->first->nested = std::move(input);
  const SourceSpan op_span = Peek().span;
  const SetOp op = PeekIs(K::kUNION) ? SetOp::kUnion : PeekIs(K::kINTERSECT) ? SetOp::kIntersect : SetOp::kExcept;
  Advance();
  const bool all = Accept(K::kALL);
  if (!all) Accept(K::kDISTINCT);
  do {
    AstBody::Term term;
    term.op = op;
    term.all = all;
    term.op_span = op_span;
    const uint32_t begin = Peek().span.begin;
    ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
    auto operand = std::make_unique<AstBody>();
    operand->kind = BodyKind::kNested;
    ARROW_ASSIGN_OR_RAISE(operand->nested, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    term.body = Done(std::move(operand), begin);
    body->terms.push_back(std::move(term));
  } while (Accept(T::kComma));
  return CheckHeight();
}

// AGGREGATE [aggregate [AS name], ...] [GROUP BY key [AS name], ...]: the keys are the first columns of the answer.
arrow::Status Parser::ParsePipeAggregate(AstSelect* select) {
  std::vector<AstSelectItem> aggregates;
  if (!PeekIs(K::kGROUP)) {
    ARROW_ASSIGN_OR_RAISE(aggregates, ParseSelectItems());
  }
  if (AcceptWords({K::kGROUP, K::kBY})) {
    ARROW_ASSIGN_OR_RAISE(select->items, ParseSelectItems());
    for (size_t i = 0; i < select->items.size(); ++i) {
      if (select->items[i].kind != SelectItemKind::kExpr) return ErrorAt("GROUP BY takes expressions", select->items[i].span);
      auto position = std::make_unique<AstLiteral>();
      position->literal = LiteralKind::kNumber;
      position->text = std::to_string(i + 1);
      AstGroupItem key;
      position->span = key.span = select->items[i].span;
      key.expr = std::move(position);
      select->group_by.push_back(std::move(key));
    }
  }
  for (auto& aggregate : aggregates) select->items.push_back(std::move(aggregate));
  return arrow::Status::OK();
}

}  // namespace bowstring::sql
