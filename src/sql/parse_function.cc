// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Calls, their arguments, lambdas, and what may follow a call: WITHIN GROUP, FILTER, OVER.

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

arrow::Result<ExprPtr> Parser::ParseCall(ObjectName name, uint32_t begin) {
  Nesting nesting(this);
  ARROW_RETURN_NOT_OK(nesting.Check());
  Advance();
  auto call = std::make_unique<AstFunction>();
  call->name = std::move(name);
  // `f(DISTINCT x)` but `f(distinct)` and `f(all, 1)`: columns.
  if (PeekOneOf({K::kDISTINCT, K::kALL}) && (PeekOperand(1) || PeekIs(T::kStar, 1) || PeekIs(T::kLeftBracket, 1))) {
    call->distinct = PeekIs(K::kDISTINCT);
    Advance();
  }
  if (!PeekIs(T::kRightParen) && !PeekIs(K::kORDER)) {
    do {
      ARROW_ASSIGN_OR_RAISE(auto arg, ParseFunctionArg());
      call->args.push_back(std::move(arg));
    } while (Accept(T::kComma));
  }
  AcceptNullTreatment(&call->nulls);
  if (AcceptWords({K::kORDER, K::kBY})) {
    ARROW_ASSIGN_OR_RAISE(call->order_by, ParseOrderItems());
  }
  AcceptNullTreatment(&call->nulls);
  if (PeekIs(K::kLIMIT)) return NotSupported("LIMIT in a function's arguments", Peek().span);
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  ARROW_RETURN_NOT_OK(ParseCallTail(call.get()));
  return Done(std::move(call), begin);
}

arrow::Status Parser::ParseCallTail(AstFunction* call) {
  if (PeekIs(K::kWITHIN) && PeekIs(K::kGROUP, 1)) {
    ARROW_RETURN_NOT_OK(ExpectWords({K::kWITHIN, K::kGROUP}));
    ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
    ARROW_RETURN_NOT_OK(ExpectWords({K::kORDER, K::kBY}));
    ARROW_ASSIGN_OR_RAISE(call->within_group, ParseOrderItems());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  }
  AcceptNullTreatment(&call->nulls);
  if (PeekIs(K::kFILTER) && PeekIs(T::kLeftParen, 1)) {
    Advance();
    Advance();
    ARROW_RETURN_NOT_OK(Expect(K::kWHERE));
    ARROW_ASSIGN_OR_RAISE(call->filter, ParseExpr());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  }
  AcceptNullTreatment(&call->nulls);
  const bool named = PeekIsName(1) && !IsReservedForColumnAlias(Peek(1).keyword);
  if (!PeekIs(K::kOVER) || !(named || PeekIs(T::kLeftParen, 1))) return arrow::Status::OK();
  Advance();
  if (named) {
    ARROW_ASSIGN_OR_RAISE(call->over_name, ParseIdent());
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(auto spec, ParseWindowSpec());
  call->over = std::make_unique<AstWindowSpec>(std::move(spec));
  return arrow::Status::OK();
}

bool Parser::AcceptNullTreatment(AstFunction::NullTreatment* nulls) {
  if (AcceptWords({K::kIGNORE, K::kNULLS})) {
    *nulls = AstFunction::NullTreatment::kIgnore;
    return true;
  }
  if (AcceptWords({K::kRESPECT, K::kNULLS})) {
    *nulls = AstFunction::NullTreatment::kRespect;
    return true;
  }
  return false;
}

arrow::Result<std::vector<AstFunctionArg>> Parser::ParseFunctionArgs() {
  std::vector<AstFunctionArg> args;
  if (Accept(T::kRightParen)) return args;
  do {
    ARROW_ASSIGN_OR_RAISE(auto arg, ParseFunctionArg());
    args.push_back(std::move(arg));
  } while (Accept(T::kComma));
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return args;
}

// *, t.*, name => expr, name := expr, x -> expr, a query without parentheses, expr.
arrow::Result<AstFunctionArg> Parser::ParseFunctionArg() {
  AstFunctionArg arg;
  const uint32_t begin = Peek().span.begin;
  if (PeekIsName() && (PeekIs(T::kFatArrow, 1) || PeekIs(T::kAssign, 1))) {
    ARROW_ASSIGN_OR_RAISE(arg.name, ParseIdent());
    Advance();
  }
  if (PeekIs(T::kStar) || PeekQualifiedWildcard()) {
    auto wildcard = std::make_unique<AstWildcard>();
    if (!PeekIs(T::kStar)) {
      ARROW_ASSIGN_OR_RAISE(wildcard->qualifier, ParseObjectNameParts());
      ARROW_RETURN_NOT_OK(Expect(T::kDot, "."));
    }
    ARROW_RETURN_NOT_OK(Expect(T::kStar, "*"));
    arg.expr = Done(std::move(wildcard), begin);
  } else if (PeekLambda()) {
    ARROW_ASSIGN_OR_RAISE(arg.expr, ParseLambda());
  } else if (QueryWordAt(at_)) {
    auto subquery = std::make_unique<AstSubquery>();
    ARROW_ASSIGN_OR_RAISE(subquery->query, ParseQuery());
    arg.expr = Done(std::move(subquery), begin);
  } else {
    ARROW_ASSIGN_OR_RAISE(arg.expr, ParseExpr());
  }
  return arg;
}

// As an argument, `x -> ...` is always a lambda, never the JSON operator on a column: `(x) -> ...` too.
bool Parser::PeekLambda() const {
  if (PeekIs(T::kWord) && PeekIs(K::kLAMBDA) && PeekIsName(1) && (PeekIs(T::kColon, 2) || PeekIs(T::kComma, 2))) return true;
  if (PeekIsName() && PeekIs(T::kArrow, 1)) return true;
  if (!PeekIs(T::kLeftParen) || Peek().match + 1 >= tokens_.size() || tokens_[Peek().match + 1].kind != T::kArrow) {
    return false;
  }
  for (size_t i = at_ + 1; i < Peek().match; i += 2) {
    const TokenKind name = tokens_[i].kind, next = tokens_[i + 1].kind;
    if (name != T::kWord && name != T::kQuotedIdent) return false;
    if (next != (i + 1 == Peek().match ? T::kRightParen : T::kComma)) return false;
  }
  return true;
}

arrow::Result<ExprPtr> Parser::ParseLambda() {
  Nesting nesting(this);
  ARROW_RETURN_NOT_OK(nesting.Check());
  const uint32_t begin = Peek().span.begin;
  auto lambda = std::make_unique<AstLambda>();
  if (PeekIs(K::kLAMBDA) && !PeekIs(T::kArrow, 1)) {
    Advance();
    do {
      ARROW_ASSIGN_OR_RAISE(auto param, ParseIdent());
      lambda->params.push_back(std::move(param));
    } while (Accept(T::kComma));
    ARROW_RETURN_NOT_OK(Expect(T::kColon, ":"));
  } else {
    if (Accept(T::kLeftParen)) {
      while (!Accept(T::kRightParen)) {
        ARROW_ASSIGN_OR_RAISE(auto param, ParseIdent());
        lambda->params.push_back(std::move(param));
        Accept(T::kComma);
      }
    } else {
      ARROW_ASSIGN_OR_RAISE(auto param, ParseIdent());
      lambda->params.push_back(std::move(param));
    }
    ARROW_RETURN_NOT_OK(Expect(T::kArrow, "->"));
  }
  if (PeekLambda()) {
    ARROW_ASSIGN_OR_RAISE(lambda->body, ParseLambda());
  } else {
    ARROW_ASSIGN_OR_RAISE(lambda->body, ParseExpr());
  }
  auto done = Done(std::move(lambda), begin);
  ARROW_RETURN_NOT_OK(CheckHeight());
  return done;
}

}  // namespace bowstring::sql
