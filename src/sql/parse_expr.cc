// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Operators between and behind operands: precedence climbing. The precedences are the peer's (sqlparser-rs, generic
// dialect), so that `a -> 'k' = 1` groups as there.

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

namespace {

enum Precedence : int {
  kLoosest = 0,
  kOr = 5,
  kAnd = 10,
  kPgOther = 16,
  kIs = 17,
  kLike = 19,
  kComparison = 20,
  kPipe = 21,
  kCaret = 22,
  kAmpersand = 23,
  kXor = 24,
  kPlusMinus = 30,
  kMultiply = 40,
  kAtTimeZone = 41,
  kCollate = 42,
  kPostfix = 50,
  kDot = 100,
};

struct Operator {
  BinaryOp op;
  int precedence;
};

// No value for tokens that are no binary operator.
std::optional<Operator> OperatorOf(TokenKind kind) {
  switch (kind) {
    case T::kEq: case T::kDoubleEq: return Operator{BinaryOp::kEq, kComparison};
    case T::kNotEq: return Operator{BinaryOp::kNotEq, kComparison};
    case T::kLt: return Operator{BinaryOp::kLt, kComparison};
    case T::kLtEq: return Operator{BinaryOp::kLtEq, kComparison};
    case T::kGt: return Operator{BinaryOp::kGt, kComparison};
    case T::kGtEq: return Operator{BinaryOp::kGtEq, kComparison};
    case T::kSpaceship: return Operator{BinaryOp::kNullSafeEq, kComparison};
    case T::kTilde: return Operator{BinaryOp::kRegexMatch, kComparison};
    case T::kTildeStar: return Operator{BinaryOp::kRegexIMatch, kComparison};
    case T::kBangTilde: return Operator{BinaryOp::kRegexNotMatch, kComparison};
    case T::kBangTildeStar: return Operator{BinaryOp::kRegexNotIMatch, kComparison};
    case T::kDoubleTilde: return Operator{BinaryOp::kLikeMatch, kComparison};
    case T::kDoubleTildeStar: return Operator{BinaryOp::kILikeMatch, kComparison};
    case T::kBangDoubleTilde: return Operator{BinaryOp::kNotLikeMatch, kComparison};
    case T::kBangDoubleTildeStar: return Operator{BinaryOp::kNotILikeMatch, kComparison};
    case T::kPipe: return Operator{BinaryOp::kBitOr, kPipe};
    case T::kCaret: return Operator{BinaryOp::kBitXor, kCaret};
    case T::kHash: return Operator{BinaryOp::kBitXorHash, kCaret};
    case T::kShiftLeft: return Operator{BinaryOp::kShiftLeft, kCaret};
    case T::kShiftRight: return Operator{BinaryOp::kShiftRight, kCaret};
    case T::kAmp: return Operator{BinaryOp::kBitAnd, kAmpersand};
    case T::kPlus: return Operator{BinaryOp::kPlus, kPlusMinus};
    case T::kMinus: return Operator{BinaryOp::kMinus, kPlusMinus};
    case T::kStar: return Operator{BinaryOp::kMultiply, kMultiply};
    case T::kSlash: return Operator{BinaryOp::kDivide, kMultiply};
    case T::kDoubleSlash: return Operator{BinaryOp::kIntDivideSlashes, kMultiply};
    case T::kPercent: return Operator{BinaryOp::kModulo, kMultiply};
    case T::kConcat: return Operator{BinaryOp::kConcat, kMultiply};
    case T::kCaretAt: return Operator{BinaryOp::kStartsWith, kPgOther};
    case T::kDoubleAmp: return Operator{BinaryOp::kOverlap, kPgOther};
    case T::kAtArrow: return Operator{BinaryOp::kContains, kPgOther};
    case T::kArrowAt: return Operator{BinaryOp::kContainedBy, kPgOther};
    case T::kArrow: return Operator{BinaryOp::kArrow, kPgOther};
    case T::kLongArrow: return Operator{BinaryOp::kLongArrow, kPgOther};
    case T::kHashArrow: return Operator{BinaryOp::kHashArrow, kPgOther};
    case T::kHashLongArrow: return Operator{BinaryOp::kHashLongArrow, kPgOther};
    case T::kHashMinus: return Operator{BinaryOp::kHashMinus, kPgOther};
    case T::kAtQuestion: return Operator{BinaryOp::kAtQuestion, kPgOther};
    case T::kDoubleAt: return Operator{BinaryOp::kAtAt, kPgOther};
    case T::kQuestionPipe: return Operator{BinaryOp::kQuestionPipe, kPgOther};
    case T::kQuestionAmp: return Operator{BinaryOp::kQuestionAnd, kPgOther};
    default: return std::nullopt;
  }
}

// Those that ANY and ALL may follow.
bool IsComparison(BinaryOp op) {
  return op <= BinaryOp::kNullSafeEq || (op >= BinaryOp::kRegexMatch && op <= BinaryOp::kNotILikeMatch);
}

}  // namespace

/// What the loop in ParseSubexpr has on its left: a chain of this precedence that it can go on with, or 0.
struct Parser::Chain {
  int precedence = 0;
};

arrow::Result<ExprPtr> Parser::ParseSubexpr(int min_precedence) {
  Nesting nesting(this);
  ARROW_RETURN_NOT_OK(nesting.Check());
  const uint32_t begin = Peek().span.begin;
  ARROW_ASSIGN_OR_RAISE(ExprPtr left, ParsePrefix());
  ARROW_RETURN_NOT_OK(CheckHeight());
  Chain chain;
  while (true) {
    const int precedence = NextPrecedence();
    if (precedence <= min_precedence) return left;
    ARROW_RETURN_NOT_OK(ParseInfix(&left, precedence, &chain, begin));
    ARROW_RETURN_NOT_OK(CheckHeight());
  }
}

int Parser::NextPrecedence() const {
  const Token& next = Peek();
  if (next.kind == T::kWord) {
    switch (next.keyword) {
      case K::kOR: return kOr;
      case K::kAND: return kAnd;
      case K::kXOR: return kXor;
      case K::kIS: case K::kISNULL: case K::kNOTNULL: return kIs;
      case K::kIN: case K::kBETWEEN: case K::kOVERLAPS: return kComparison;
      case K::kLIKE: case K::kILIKE: case K::kRLIKE: case K::kREGEXP: return kLike;
      case K::kSIMILAR: return PeekIs(K::kTO, 1) ? kLike : kLoosest;
      case K::kGLOB: return PeekIs(T::kString, 1) ? kLike : kLoosest;
      case K::kDIV: return kMultiply;
      case K::kCOLLATE: return kCollate;
      case K::kAT: return PeekIs(K::kTIME, 1) && PeekIs(K::kZONE, 2) ? kAtTimeZone : kLoosest;
      case K::kNOT:
        if (PeekOneOf({K::kIN, K::kBETWEEN}, 1)) return kComparison;
        if (PeekOneOf({K::kLIKE, K::kILIKE, K::kRLIKE, K::kREGEXP, K::kSIMILAR, K::kGLOB}, 1)) return kLike;
        return kLoosest;
      default: return kLoosest;
    }
  }
  switch (next.kind) {
    case T::kDoubleColon: case T::kLeftBracket: return kPostfix;
    case T::kDot: return PeekIsName(1) ? kDot : kLoosest;
    default: break;
  }
  const auto op = OperatorOf(next.kind);
  return op ? op->precedence : kLoosest;
}

arrow::Status Parser::ParseInfix(ExprPtr* left, int precedence, Chain* chain, uint32_t begin) {
  const Token next = Peek();
  if (next.kind == T::kWord) return ParseWordInfix(left, chain, begin);
  if (const auto op = OperatorOf(next.kind)) return ParseBinaryTerm(left, op->op, precedence, chain, begin);
  chain->precedence = 0;
  Advance();
  if (next.kind == T::kDoubleColon) {
    auto cast = std::make_unique<AstCast>();
    cast->double_colon = true;
    cast->operand = std::move(*left);
    ARROW_ASSIGN_OR_RAISE(cast->type, ParseTypeName());
    *left = Done(std::move(cast), begin);
    return arrow::Status::OK();
  }
  if (next.kind == T::kLeftBracket) return ParseSubscript(left, begin);
  auto field = std::make_unique<AstField>();
  field->base = std::move(*left);
  ARROW_ASSIGN_OR_RAISE(field->field, ParseIdent());
  *left = Done(std::move(field), begin);
  return arrow::Status::OK();
}

arrow::Status Parser::ParseWordInfix(ExprPtr* left, Chain* chain, uint32_t begin) {
  const K word = Peek().keyword;
  switch (word) {
    case K::kOR: case K::kAND: return ParseLogicalTerm(left, word == K::kAND, chain, begin);
    case K::kXOR: return ParseBinaryTerm(left, BinaryOp::kXor, kXor, chain, begin);
    case K::kDIV: return ParseBinaryTerm(left, BinaryOp::kIntDivide, kMultiply, chain, begin);
    case K::kOVERLAPS: return ParseBinaryTerm(left, BinaryOp::kOverlaps, kComparison, chain, begin);
    default: break;
  }
  chain->precedence = 0;
  if (word == K::kIS || word == K::kISNULL || word == K::kNOTNULL) return ParseIs(left, begin);
  const bool negated = Accept(K::kNOT);
  if (Accept(K::kIN)) return ParseIn(left, negated, begin);
  if (Accept(K::kBETWEEN)) return ParseBetween(left, negated, begin);
  if (Accept(K::kCOLLATE)) {
    auto collate = std::make_unique<AstCollate>();
    collate->operand = std::move(*left);
    ARROW_ASSIGN_OR_RAISE(collate->collation, ParseObjectNameParts());
    *left = Done(std::move(collate), begin);
    return arrow::Status::OK();
  }
  if (AcceptWords({K::kAT, K::kTIME, K::kZONE})) {
    auto at = std::make_unique<AstAtTimeZone>();
    at->operand = std::move(*left);
    ARROW_ASSIGN_OR_RAISE(at->zone, ParseSubexpr(kAtTimeZone));
    *left = Done(std::move(at), begin);
    return arrow::Status::OK();
  }
  return ParseLike(left, negated, begin);
}

// Chains stay flat: a new term goes to the node of the terms before, and the height counts the highest operand once.
arrow::Status Parser::ParseLogicalTerm(ExprPtr* left, bool is_and, Chain* chain, uint32_t begin) {
  const int precedence = is_and ? kAnd : kOr;
  Advance();
  const int left_height = height_;
  height_ = 0;
  ARROW_ASSIGN_OR_RAISE(ExprPtr right, ParseSubexpr(precedence));
  if (chain->precedence == precedence) {
    (*left)->As<AstLogical>().operands.push_back(std::move(right));
    (*left)->span = SpanFrom(begin);
    height_ = std::max(left_height, height_ + 1);
    return arrow::Status::OK();
  }
  auto logical = std::make_unique<AstLogical>();
  logical->is_and = is_and;
  logical->operands.push_back(std::move(*left));
  logical->operands.push_back(std::move(right));
  height_ = std::max(left_height, height_);
  *left = Done(std::move(logical), begin);
  chain->precedence = precedence;
  return arrow::Status::OK();
}

arrow::Status Parser::ParseBinaryTerm(ExprPtr* left, BinaryOp op, int precedence, Chain* chain, uint32_t begin) {
  const SourceSpan op_span = Peek().span;
  Advance();
  if (IsComparison(op) && PeekOneOf({K::kANY, K::kALL, K::kSOME}) && PeekIs(T::kLeftParen, 1)) {
    auto quantified = std::make_unique<AstQuantified>();
    quantified->op = op;
    quantified->all = PeekIs(K::kALL);
    quantified->left = std::move(*left);
    Advance();
    ARROW_ASSIGN_OR_RAISE(quantified->right, ParseParenthesized());
    *left = Done(std::move(quantified), begin);
    chain->precedence = 0;
    return arrow::Status::OK();
  }
  const int left_height = height_;
  height_ = 0;
  ARROW_ASSIGN_OR_RAISE(ExprPtr right, ParseSubexpr(precedence));
  if (chain->precedence == precedence) {
    (*left)->As<AstBinary>().terms.push_back({op, op_span, std::move(right)});
    (*left)->span = SpanFrom(begin);
    height_ = std::max(left_height, height_ + 1);
    return arrow::Status::OK();
  }
  auto binary = std::make_unique<AstBinary>();
  binary->first = std::move(*left);
  binary->terms.push_back({op, op_span, std::move(right)});
  height_ = std::max(left_height, height_);
  *left = Done(std::move(binary), begin);
  chain->precedence = precedence;
  return arrow::Status::OK();
}

arrow::Status Parser::ParseIs(ExprPtr* left, uint32_t begin) {
  auto test = std::make_unique<AstIsTest>();
  if (PeekOneOf({K::kISNULL, K::kNOTNULL})) {
    test->negated = PeekIs(K::kNOTNULL);
    Advance();
    test->operand = std::move(*left);
    *left = Done(std::move(test), begin);
    return arrow::Status::OK();
  }
  Advance();
  const bool negated = Accept(K::kNOT);
  if (AcceptWords({K::kDISTINCT, K::kFROM})) {
    auto distinct = std::make_unique<AstIsDistinctFrom>();
    distinct->negated = negated;
    distinct->left = std::move(*left);
    ARROW_ASSIGN_OR_RAISE(distinct->right, ParseSubexpr(kIs));
    *left = Done(std::move(distinct), begin);
    return arrow::Status::OK();
  }
  switch (Peek().keyword) {
    case K::kNULL: test->test = IsTestKind::kNull; break;
    case K::kTRUE: test->test = IsTestKind::kTrue; break;
    case K::kFALSE: test->test = IsTestKind::kFalse; break;
    case K::kUNKNOWN: test->test = IsTestKind::kUnknown; break;
    default: return Expected("[NOT] NULL | TRUE | FALSE | UNKNOWN | DISTINCT FROM after IS");
  }
  Advance();
  test->negated = negated;
  test->operand = std::move(*left);
  *left = Done(std::move(test), begin);
  return arrow::Status::OK();
}

arrow::Status Parser::ParseIn(ExprPtr* left, bool negated, uint32_t begin) {
  if (PeekIs(T::kLeftParen) && QueryStartsAt(at_ + 1)) {
    Advance();
    auto in = std::make_unique<AstInSubquery>();
    in->negated = negated;
    in->operand = std::move(*left);
    ARROW_ASSIGN_OR_RAISE(in->query, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    *left = Done(std::move(in), begin);
    return arrow::Status::OK();
  }
  auto in = std::make_unique<AstInList>();
  in->negated = negated;
  in->operand = std::move(*left);
  if (Accept(T::kLeftParen)) {
    if (PeekIs(T::kRightParen)) return Expected("an expression");
    ARROW_ASSIGN_OR_RAISE(in->list, ParseExprList(T::kRightParen, ")"));
  } else {
    in->bare = true;
    ARROW_ASSIGN_OR_RAISE(auto list, ParseSubexpr(kComparison));
    in->list.push_back(std::move(list));
  }
  *left = Done(std::move(in), begin);
  return arrow::Status::OK();
}

arrow::Status Parser::ParseBetween(ExprPtr* left, bool negated, uint32_t begin) {
  auto between = std::make_unique<AstBetween>();
  between->negated = negated;
  between->symmetric = PeekIs(K::kSYMMETRIC) && PeekOperand(1) && Accept(K::kSYMMETRIC);
  between->operand = std::move(*left);
  ARROW_ASSIGN_OR_RAISE(between->low, ParseSubexpr(kComparison));
  ARROW_RETURN_NOT_OK(Expect(K::kAND));
  ARROW_ASSIGN_OR_RAISE(between->high, ParseSubexpr(kComparison));
  *left = Done(std::move(between), begin);
  return arrow::Status::OK();
}

arrow::Status Parser::ParseLike(ExprPtr* left, bool negated, uint32_t begin) {
  auto like = std::make_unique<AstLike>();
  like->negated = negated;
  switch (Peek().keyword) {
    case K::kLIKE: like->like = LikeKind::kLike; break;
    case K::kILIKE: like->like = LikeKind::kILike; break;
    case K::kRLIKE: case K::kREGEXP: like->like = LikeKind::kRLike; break;
    case K::kGLOB: like->like = LikeKind::kGlob; break;
    case K::kSIMILAR: like->like = LikeKind::kSimilarTo; break;
    default: return Expected("IN, BETWEEN, LIKE, ILIKE or SIMILAR TO after NOT");
  }
  Advance();
  if (like->like == LikeKind::kSimilarTo) ARROW_RETURN_NOT_OK(Expect(K::kTO));
  if (PeekOneOf({K::kANY, K::kALL, K::kSOME}) && PeekIs(T::kLeftParen, 1)) {
    return NotSupported("LIKE " + UpperText(Peek()), Peek().span);
  }
  like->operand = std::move(*left);
  ARROW_ASSIGN_OR_RAISE(like->pattern, ParseSubexpr(kLike));
  if (Accept(K::kESCAPE)) {
    ARROW_ASSIGN_OR_RAISE(like->escape, ParseString());
  }
  *left = Done(std::move(like), begin);
  return arrow::Status::OK();
}

// Behind the `[`.
arrow::Status Parser::ParseSubscript(ExprPtr* left, uint32_t begin) {
  ExprPtr lower, upper, stride;
  if (!PeekIs(T::kColon)) {
    ARROW_ASSIGN_OR_RAISE(lower, ParseExpr());
    if (Accept(T::kRightBracket)) {
      auto subscript = std::make_unique<AstSubscript>();
      subscript->base = std::move(*left);
      subscript->index = std::move(lower);
      *left = Done(std::move(subscript), begin);
      return arrow::Status::OK();
    }
  }
  if (!Accept(T::kColon)) return Expected("]");
  if (!PeekIs(T::kColon) && !PeekIs(T::kRightBracket)) {
    ARROW_ASSIGN_OR_RAISE(upper, ParseExpr());
  }
  if (Accept(T::kColon) && !PeekIs(T::kRightBracket)) {
    ARROW_ASSIGN_OR_RAISE(stride, ParseExpr());
  }
  ARROW_RETURN_NOT_OK(Expect(T::kRightBracket, "]"));
  auto slice = std::make_unique<AstSlice>();
  slice->base = std::move(*left);
  slice->lower = std::move(lower);
  slice->upper = std::move(upper);
  slice->stride = std::move(stride);
  *left = Done(std::move(slice), begin);
  return arrow::Status::OK();
}

arrow::Result<std::vector<ExprPtr>> Parser::ParseExprList(TokenKind close, std::string_view shown) {
  std::vector<ExprPtr> out;
  if (Accept(close)) return out;
  do {
    ARROW_ASSIGN_OR_RAISE(auto expr, ParseExpr());
    out.push_back(std::move(expr));
  } while (Accept(T::kComma));
  ARROW_RETURN_NOT_OK(Expect(close, shown));
  return out;
}

}  // namespace bowstring::sql
