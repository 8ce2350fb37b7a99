// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sql/keyword.h"
#include "sql/source_span.h"

namespace bowstring::sql {

enum class TokenKind : uint8_t {
  kEof,
  kWord,              // an unquoted identifier or keyword
  kQuotedIdent,       // "x" or `x`
  kNumber,            // 1, 1.5, .5, 1e3, 1_000
  kString,            // 'x'
  kEscapeString,      // E'x'
  kUnicodeString,     // U&'x'
  kNationalString,    // N'x'
  kDollarString,      // $$x$$, $tag$x$tag$
  kHexString,         // X'ab', 0xab
  kPlaceholder,       // $1, $name, ?, ?1
  kComma, kSemicolon, kDot, kColon, kDoubleColon, kAssign,  // , ; . : :: :=
  kLeftParen, kRightParen, kLeftBracket, kRightBracket, kLeftBrace, kRightBrace,
  kPlus, kMinus, kStar, kSlash, kDoubleSlash, kPercent,
  kEq, kDoubleEq, kNotEq, kLt, kLtEq, kGt, kGtEq, kSpaceship, kFatArrow,  // ... <=> =>
  kPipe, kConcat, kAmp, kDoubleAmp, kCaret, kCaretAt, kHash, kShiftLeft, kShiftRight,
  kTilde, kTildeStar, kBangTilde, kBangTildeStar,
  kDoubleTilde, kDoubleTildeStar, kBangDoubleTilde, kBangDoubleTildeStar,
  kBang, kDoubleBang, kPipeSlash, kDoublePipeSlash, kPipeArrow, kAt,
  kArrow, kLongArrow, kHashArrow, kHashLongArrow, kHashMinus,  // -> ->> #> #>> #-
  kAtArrow, kArrowAt, kAtQuestion, kDoubleAt, kQuestionPipe, kQuestionAmp,  // @> <@ @? @@ ?| ?&
};

struct Token {
  TokenKind kind = TokenKind::kEof;
  Keyword keyword = Keyword::kNone;  // kWord only
  SourceSpan span;
  /// Of a kLeftParen: the index of the token that closes it, or of the end of the text.
  uint32_t match = 0;
};

}  // namespace bowstring::sql
