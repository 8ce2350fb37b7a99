// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/ast.h"

namespace bowstring::sql {

// Here and not in the headers because expressions hold queries and queries hold expressions.
AstInSubquery::AstInSubquery() = default;
AstInSubquery::~AstInSubquery() = default;
AstFunction::AstFunction() = default;
AstFunction::~AstFunction() = default;
AstSubquery::AstSubquery() = default;
AstSubquery::~AstSubquery() = default;
AstExists::AstExists() = default;
AstExists::~AstExists() = default;
AstTable::AstTable() = default;
AstTable::AstTable(AstTable&&) noexcept = default;
AstTable& AstTable::operator=(AstTable&&) noexcept = default;
AstTable::~AstTable() = default;
AstBody::AstBody() = default;
AstBody::~AstBody() = default;
AstQuery::AstQuery() = default;
AstQuery::~AstQuery() = default;

std::string_view ToString(UnaryOp op) {
  switch (op) {
    case UnaryOp::kNot: return "NOT";
    case UnaryOp::kMinus: return "-";
    case UnaryOp::kPlus: return "+";
    case UnaryOp::kBitNot: return "~";
    case UnaryOp::kBang: return "!";
    case UnaryOp::kAbs: return "@";
    case UnaryOp::kSquareRoot: return "|/";
    case UnaryOp::kCubeRoot: return "||/";
    case UnaryOp::kFactorial: return "!!";
  }
  return "?";
}

std::string_view ToString(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEq: return "=";
    case BinaryOp::kNotEq: return "<>";
    case BinaryOp::kLt: return "<";
    case BinaryOp::kLtEq: return "<=";
    case BinaryOp::kGt: return ">";
    case BinaryOp::kGtEq: return ">=";
    case BinaryOp::kNullSafeEq: return "<=>";
    case BinaryOp::kPlus: return "+";
    case BinaryOp::kMinus: return "-";
    case BinaryOp::kMultiply: return "*";
    case BinaryOp::kDivide: return "/";
    case BinaryOp::kModulo: return "%";
    case BinaryOp::kIntDivide: return "DIV";
    case BinaryOp::kIntDivideSlashes: return "//";
    case BinaryOp::kConcat: return "||";
    case BinaryOp::kStartsWith: return "^@";
    case BinaryOp::kRegexMatch: return "~";
    case BinaryOp::kRegexIMatch: return "~*";
    case BinaryOp::kRegexNotMatch: return "!~";
    case BinaryOp::kRegexNotIMatch: return "!~*";
    case BinaryOp::kLikeMatch: return "~~";
    case BinaryOp::kILikeMatch: return "~~*";
    case BinaryOp::kNotLikeMatch: return "!~~";
    case BinaryOp::kNotILikeMatch: return "!~~*";
    case BinaryOp::kBitAnd: return "&";
    case BinaryOp::kBitOr: return "|";
    case BinaryOp::kBitXor: return "^";
    case BinaryOp::kBitXorHash: return "#";
    case BinaryOp::kShiftLeft: return "<<";
    case BinaryOp::kShiftRight: return ">>";
    case BinaryOp::kContains: return "@>";
    case BinaryOp::kContainedBy: return "<@";
    case BinaryOp::kOverlap: return "&&";
    case BinaryOp::kArrow: return "->";
    case BinaryOp::kLongArrow: return "->>";
    case BinaryOp::kHashArrow: return "#>";
    case BinaryOp::kHashLongArrow: return "#>>";
    case BinaryOp::kHashMinus: return "#-";
    case BinaryOp::kAtQuestion: return "@?";
    case BinaryOp::kAtAt: return "@@";
    case BinaryOp::kQuestion: return "?";
    case BinaryOp::kQuestionAnd: return "?&";
    case BinaryOp::kQuestionPipe: return "?|";
    case BinaryOp::kXor: return "XOR";
    case BinaryOp::kOverlaps: return "OVERLAPS";
  }
  return "?";
}

}  // namespace bowstring::sql
