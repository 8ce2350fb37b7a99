// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// SELECT and its clauses.

#include "sql/lexer.h"
#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

arrow::Result<std::unique_ptr<AstSelect>> Parser::ParseSelect() {
  const uint32_t begin = Peek().span.begin;
  auto select = std::make_unique<AstSelect>();
  if (Accept(K::kFROM)) {
    select->from_first = true;
    ARROW_ASSIGN_OR_RAISE(select->from, ParseFromList());
    if (!PeekIs(K::kSELECT)) {
      AstSelectItem all;
      all.kind = SelectItemKind::kWildcard;
      all.span = SpanFrom(begin);
      select->items.push_back(std::move(all));
    }
  }
  if (Accept(K::kSELECT)) {
    if (PeekIs(K::kTOP)) return NotSupported("TOP", Peek().span);
    ARROW_RETURN_NOT_OK(ParseDistinct(select.get()));
    if (!PeekIs(K::kFROM)) {  // `SELECT FROM t` has rows and no columns
      ARROW_ASSIGN_OR_RAISE(select->items, ParseSelectItems());
    }
    if (PeekIs(K::kINTO)) {
      // Only the outermost SELECT makes a table (ParseQueryStatement).
      if (!into_allowed_ || query_depth_ != 1 || into_) return NotSupported("INTO in a SELECT inside another statement", Peek().span);
      Advance();
      ARROW_ASSIGN_OR_RAISE(into_, ParseObjectNameParts());
    }
    if (!select->from_first && Accept(K::kFROM)) {
      ARROW_ASSIGN_OR_RAISE(select->from, ParseFromList());
    }
  }
  ARROW_RETURN_NOT_OK(ParseSelectClauses(select.get()));
  select->span = SpanFrom(begin);
  return select;
}

// ALL, DISTINCT, DISTINCT ON (...), or nothing.
arrow::Status Parser::ParseDistinct(AstSelect* select) {
  if (PeekIs(K::kALL) && (PeekOperand(1) || PeekIs(T::kStar, 1))) {
    Advance();
    select->distinct = DistinctKind::kAll;
  } else if (Accept(K::kDISTINCT)) {
    select->distinct = DistinctKind::kDistinct;
    if (PeekIs(K::kON) && PeekIs(T::kLeftParen, 1)) {
      Advance();
      Advance();
      select->distinct = DistinctKind::kOn;
      ARROW_ASSIGN_OR_RAISE(select->distinct_on, ParseExprList(T::kRightParen, ")"));
    }
  }
  return arrow::Status::OK();
}

arrow::Status Parser::ParseSelectClauses(AstSelect* select) {
  if (Accept(K::kWHERE)) {
    ARROW_ASSIGN_OR_RAISE(select->where, ParseExpr());
  }
  if (PeekIs(K::kGROUP) && PeekIs(K::kBY, 1)) ARROW_RETURN_NOT_OK(ParseGroupBy(select));
  if (Accept(K::kHAVING)) {
    ARROW_ASSIGN_OR_RAISE(select->having, ParseExpr());
  }
  for (const K word : {K::kCLUSTER, K::kDISTRIBUTE, K::kSORT}) {
    if (PeekIs(word) && PeekIs(K::kBY, 1)) return NotSupported(std::string(ToString(word)) + " BY", Peek().span);
  }
  // WINDOW and QUALIFY in either order.
  for (int i = 0; i < 2; ++i) {
    if (select->windows.empty() && Accept(K::kWINDOW)) {
      ARROW_ASSIGN_OR_RAISE(select->windows, ParseNamedWindows());
    }
    if (!select->qualify && Accept(K::kQUALIFY)) {
      ARROW_ASSIGN_OR_RAISE(select->qualify, ParseExpr());
    }
  }
  return arrow::Status::OK();
}

arrow::Result<std::vector<AstSelectItem>> Parser::ParseSelectItems() {
  std::vector<AstSelectItem> items;
  do {
    if (!items.empty() && PeekIs(K::kFROM)) break;  // a comma before FROM is forgiven
    ARROW_ASSIGN_OR_RAISE(auto item, ParseSelectItem());
    items.push_back(std::move(item));
  } while (Accept(T::kComma));
  return items;
}

bool Parser::PeekQualifiedWildcard() const {
  if (!PeekIsName()) return false;
  size_t ahead = 1;
  while (PeekIs(T::kDot, ahead) && PeekIsName(ahead + 1)) ahead += 2;
  return PeekIs(T::kDot, ahead) && PeekIs(T::kStar, ahead + 1);
}

arrow::Result<AstSelectItem> Parser::ParseSelectItem() {
  AstSelectItem item;
  const uint32_t begin = Peek().span.begin;
  if (Accept(T::kStar)) {
    item.kind = SelectItemKind::kWildcard;
  } else if (PeekQualifiedWildcard()) {
    item.kind = SelectItemKind::kQualifiedWildcard;
    ARROW_ASSIGN_OR_RAISE(item.qualifier, ParseObjectNameParts());
    Advance();
    Advance();
  } else {
    ARROW_ASSIGN_OR_RAISE(item.expr, ParseExpr());
    if (PeekIs(T::kDot) && PeekIs(T::kStar, 1)) {
      item.kind = SelectItemKind::kQualifiedWildcard;
      Advance();
      Advance();
    }
  }
  if (item.kind == SelectItemKind::kExpr) {
    ARROW_ASSIGN_OR_RAISE(item.alias, ParseColumnAlias());
  } else {
    ARROW_RETURN_NOT_OK(ParseWildcardOptions(&item));
  }
  item.span = SpanFrom(begin);
  return item;
}

// [AS] name or 'name'.
arrow::Result<std::optional<Ident>> Parser::ParseColumnAlias() {
  const bool as = Accept(K::kAS);
  const bool name = PeekIsName() && (as || !IsReservedForColumnAlias(Peek().keyword));
  if (name || PeekIs(T::kString)) {
    std::optional<Ident> alias = IdentOf(Peek());
    Advance();
    return alias;
  }
  if (as) return Expected("an identifier after AS");
  return std::optional<Ident>();
}

// ILIKE 'x', EXCLUDE a, EXCLUDE (a, b), EXCEPT (a), REPLACE (x AS a), RENAME a AS b, RENAME (a AS b).
arrow::Status Parser::ParseWildcardOptions(AstSelectItem* item) {
  if (Accept(K::kILIKE)) {
    ARROW_ASSIGN_OR_RAISE(item->ilike, ParseString());
  }
  if (PeekIs(K::kEXCLUDE)) {
    Advance();
    const bool list = Accept(T::kLeftParen);
    do {
      ARROW_ASSIGN_OR_RAISE(auto name, ParseObjectNameParts());
      item->exclude.push_back(std::move(name));
    } while (list && Accept(T::kComma));
    if (list) ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  } else if (PeekIs(K::kEXCEPT) && PeekIs(T::kLeftParen, 1) && !QueryStartsAt(at_ + 2)) {
    Advance();
    ARROW_ASSIGN_OR_RAISE(item->except, ParseIdentList());
  }
  if (PeekIs(K::kREPLACE) && PeekIs(T::kLeftParen, 1)) {
    Advance();
    Advance();
    do {
      ARROW_ASSIGN_OR_RAISE(auto expr, ParseExpr());
      Accept(K::kAS);
      ARROW_ASSIGN_OR_RAISE(auto name, ParseIdent());
      item->replace.emplace_back(std::move(expr), std::move(name));
    } while (Accept(T::kComma));
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  }
  if (PeekIs(K::kRENAME) && (PeekIs(T::kLeftParen, 1) || PeekIs(K::kAS, 2))) {
    Advance();
    const bool list = Accept(T::kLeftParen);
    do {
      ARROW_ASSIGN_OR_RAISE(auto from, ParseIdent());
      ARROW_RETURN_NOT_OK(Expect(K::kAS));
      ARROW_ASSIGN_OR_RAISE(auto to, ParseIdent());
      item->rename.emplace_back(std::move(from), std::move(to));
    } while (list && Accept(T::kComma));
    if (list) ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  }
  return arrow::Status::OK();
}

}  // namespace bowstring::sql
