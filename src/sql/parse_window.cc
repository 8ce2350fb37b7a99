// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

// ([base] [PARTITION BY ...] [ORDER BY ...] [frame]).
arrow::Result<AstWindowSpec> Parser::ParseWindowSpec() {
  constexpr int kWeight = 2;
  Nesting nesting(this, kWeight);
  ARROW_RETURN_NOT_OK(nesting.Check());
  const uint32_t begin = Peek().span.begin;
  ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
  AstWindowSpec spec;
  const bool clause = (PeekOneOf({K::kPARTITION, K::kORDER}) && PeekIs(K::kBY, 1)) ||
                      (PeekOneOf({K::kROWS, K::kRANGE, K::kGROUPS}) && !PeekIs(T::kRightParen, 1));
  if (PeekIsName() && !clause) {
    ARROW_ASSIGN_OR_RAISE(spec.base, ParseIdent());
  }
  if (AcceptWords({K::kPARTITION, K::kBY})) {
    do {
      ARROW_ASSIGN_OR_RAISE(auto expr, ParseExpr());
      spec.partition_by.push_back(std::move(expr));
    } while (Accept(T::kComma));
  }
  if (AcceptWords({K::kORDER, K::kBY})) {
    ARROW_ASSIGN_OR_RAISE(spec.order_by, ParseOrderItems());
  }
  if (PeekOneOf({K::kROWS, K::kRANGE, K::kGROUPS})) {
    ARROW_ASSIGN_OR_RAISE(spec.frame, ParseFrame());
  }
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  spec.span = SpanFrom(begin);
  return spec;
}

arrow::Result<AstFrame> Parser::ParseFrame() {
  AstFrame frame;
  const uint32_t begin = Peek().span.begin;
  switch (Peek().keyword) {
    case K::kROWS: frame.units = FrameUnits::kRows; break;
    case K::kRANGE: frame.units = FrameUnits::kRange; break;
    default: frame.units = FrameUnits::kGroups; break;
  }
  Advance();
  if (Accept(K::kBETWEEN)) {
    ARROW_ASSIGN_OR_RAISE(frame.start, ParseFrameBound());
    ARROW_RETURN_NOT_OK(Expect(K::kAND));
    ARROW_ASSIGN_OR_RAISE(frame.end, ParseFrameBound());
  } else {
    ARROW_ASSIGN_OR_RAISE(frame.start, ParseFrameBound());
  }
  if (Accept(K::kEXCLUDE)) {
    if (AcceptWords({K::kCURRENT, K::kROW})) {
      frame.exclude = FrameExclude::kCurrentRow;
    } else if (Accept(K::kGROUP)) {
      frame.exclude = FrameExclude::kGroup;
    } else if (Accept(K::kTIES)) {
      frame.exclude = FrameExclude::kTies;
    } else if (!AcceptWords({K::kNO, K::kOTHERS})) {
      return Expected("CURRENT ROW, GROUP, TIES or NO OTHERS after EXCLUDE");
    }
  }
  frame.span = SpanFrom(begin);
  return frame;
}

arrow::Result<AstFrameBound> Parser::ParseFrameBound() {
  AstFrameBound bound;
  if (AcceptWords({K::kCURRENT, K::kROW})) return bound;
  const bool unbounded = PeekOneOf({K::kPRECEDING, K::kFOLLOWING}, 1) && Accept(K::kUNBOUNDED);
  if (!unbounded) {
    // Tighter than the AND between the bounds.
    constexpr int kTighterThanAnd = 10;
    ARROW_ASSIGN_OR_RAISE(bound.offset, ParseSubexpr(kTighterThanAnd));
  }
  if (Accept(K::kPRECEDING)) {
    bound.kind = unbounded ? FrameBoundKind::kUnboundedPreceding : FrameBoundKind::kPreceding;
  } else if (Accept(K::kFOLLOWING)) {
    bound.kind = unbounded ? FrameBoundKind::kUnboundedFollowing : FrameBoundKind::kFollowing;
  } else {
    return Expected("PRECEDING or FOLLOWING");
  }
  return bound;
}

// Behind WINDOW: name AS (...), name AS other.
arrow::Result<std::vector<AstNamedWindow>> Parser::ParseNamedWindows() {
  std::vector<AstNamedWindow> windows;
  do {
    AstNamedWindow window;
    ARROW_ASSIGN_OR_RAISE(window.name, ParseIdent());
    ARROW_RETURN_NOT_OK(Expect(K::kAS));
    if (PeekIs(T::kLeftParen)) {
      ARROW_ASSIGN_OR_RAISE(window.spec, ParseWindowSpec());
    } else {
      ARROW_ASSIGN_OR_RAISE(window.spec.base, ParseIdent());
      window.spec.span = window.spec.base->span;
    }
    windows.push_back(std::move(window));
  } while (Accept(T::kComma));
  return windows;
}

}  // namespace bowstring::sql
