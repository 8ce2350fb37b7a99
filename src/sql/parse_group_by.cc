// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

// GROUP BY ALL; GROUP BY items [WITH ROLLUP | WITH CUBE].
arrow::Status Parser::ParseGroupBy(AstSelect* select) {
  Advance();
  Advance();
  const bool column = PeekIs(T::kDot, 1) || PeekIs(T::kLeftParen, 1) || PeekIs(T::kComma, 1);
  if (PeekIs(K::kALL) && !column) {
    Advance();
    select->group_by_all = true;
    return arrow::Status::OK();
  }
  const uint32_t begin = Peek().span.begin;
  do {
    ARROW_ASSIGN_OR_RAISE(auto item, ParseGroupItem(/*nested=*/false));
    select->group_by.push_back(std::move(item));
  } while (Accept(T::kComma));
  if (PeekIs(K::kWITH) && PeekOneOf({K::kROLLUP, K::kCUBE}, 1)) {
    Advance();
    AstGroupItem all;
    all.kind = PeekIs(K::kROLLUP) ? GroupItemKind::kRollup : GroupItemKind::kCube;
    Advance();
    all.members = std::move(select->group_by);
    all.span = SpanFrom(begin);
    select->group_by.clear();
    select->group_by.push_back(std::move(all));
  }
  return arrow::Status::OK();
}

// An expression, ROLLUP (...), CUBE (...), GROUPING SETS (...); `(a, b)` is a set where it stands in one of these (`nested`),
// and `()` everywhere.
arrow::Result<AstGroupItem> Parser::ParseGroupItem(bool nested) {
  Nesting nesting(this);
  ARROW_RETURN_NOT_OK(nesting.Check());
  AstGroupItem item;
  const uint32_t begin = Peek().span.begin;
  if (PeekOneOf({K::kROLLUP, K::kCUBE}) && PeekIs(T::kLeftParen, 1)) {
    item.kind = PeekIs(K::kROLLUP) ? GroupItemKind::kRollup : GroupItemKind::kCube;
    Advance();
  } else if (PeekWords({K::kGROUPING, K::kSETS}) && PeekIs(T::kLeftParen, 2)) {
    item.kind = GroupItemKind::kGroupingSets;
    Advance();
    Advance();
  } else if (PeekIs(T::kLeftParen) && PeekIs(T::kRightParen, 1)) {
    item.kind = GroupItemKind::kSet;
    Advance();
    Advance();
    item.span = SpanFrom(begin);
    return item;
  } else {
    ARROW_ASSIGN_OR_RAISE(item.expr, ParseExpr());
    item.span = SpanFrom(begin);
    auto* tuple = item.expr->kind == ExprKind::kTuple ? &item.expr->As<AstTuple>() : nullptr;
    if (!tuple || tuple->parenthesized || !nested) return item;
    AstGroupItem set;
    set.kind = GroupItemKind::kSet;
    set.span = item.span;
    for (auto& element : tuple->elements) {
      AstGroupItem member;
      member.span = element->span;
      member.expr = std::move(element);
      set.members.push_back(std::move(member));
    }
    return set;
  }
  ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
  do {
    ARROW_ASSIGN_OR_RAISE(auto member, ParseGroupItem(/*nested=*/true));
    item.members.push_back(std::move(member));
  } while (Accept(T::kComma));
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  item.span = SpanFrom(begin);
  ++height_;
  ARROW_RETURN_NOT_OK(CheckHeight());
  return item;
}

}  // namespace bowstring::sql
