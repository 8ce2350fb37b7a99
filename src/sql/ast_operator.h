// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace bowstring::sql {

enum class UnaryOp : uint8_t { kNot, kMinus, kPlus, kBitNot, kBang, kAbs, kSquareRoot, kCubeRoot, kFactorial };

enum class BinaryOp : uint8_t {
  // Comparisons
  kEq, kNotEq, kLt, kLtEq, kGt, kGtEq, kNullSafeEq,  // = (and ==), <> (and !=), <, <=, >, >=, <=>
  // Arithmetic
  kPlus, kMinus, kMultiply, kDivide, kModulo, kIntDivide, kIntDivideSlashes,  // ..., DIV, //
  // Text
  kConcat, kStartsWith,                                            // ||, ^@
  kRegexMatch, kRegexIMatch, kRegexNotMatch, kRegexNotIMatch,      // ~, ~*, !~, !~*
  kLikeMatch, kILikeMatch, kNotLikeMatch, kNotILikeMatch,          // ~~, ~~*, !~~, !~~*
  // Bits
  kBitAnd, kBitOr, kBitXor, kBitXorHash, kShiftLeft, kShiftRight,  // &, |, ^, #, <<, >>
  // Containers and JSON
  kContains, kContainedBy, kOverlap,                         // @>, <@, &&
  kArrow, kLongArrow, kHashArrow, kHashLongArrow,            // ->, ->>, #>, #>>
  kHashMinus, kAtQuestion, kAtAt, kQuestion, kQuestionAnd, kQuestionPipe,  // #-, @?, @@, ?, ?&, ?|
  // Words
  kXor, kOverlaps,  // XOR, OVERLAPS
};

/// The operator as written in canonical SQL: "<>", "AND", "//".
std::string_view ToString(UnaryOp op);
std::string_view ToString(BinaryOp op);

}  // namespace bowstring::sql
