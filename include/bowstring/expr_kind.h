// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include <bowstring/export.h>

namespace bowstring {

/// A one- to three-part table name; parts that weren't given are empty. As resolved text: folding has happened.
struct TableName {
  std::string catalog, schema, table;
  friend bool operator==(const TableName&, const TableName&) = default;
  /// "c.s.t", only the parts that are there.
  BOWSTRING_EXPORT std::string ToString() const;
};

enum class ExprKind : uint8_t {
  kColumn,          // ColumnRef
  kLiteral,         // LiteralValue
  kAlias,           // AliasName; child: expression
  kBinary,          // BinaryOp; two children; kAnd and kOr may have more
  kNot, kNegative,  // one child
  kIsNull, kIsNotNull, kIsTrue, kIsNotTrue, kIsFalse, kIsNotFalse, kIsUnknown, kIsNotUnknown,  // one child
  kBetween,         // Negated; children: expression, low, high
  kInList,          // Negated; children: expression, then the list
  kLike,            // LikePattern; children: expression, pattern
  kCase,            // CaseShape; children: [operand], when, then, when, then, ..., [else]
  kCast, kTryCast,  // CastTarget; one child
  kScalarFunction,  // ScalarCall; children: arguments
  kAggregate,       // AggregateCall; children: arguments
  kWindow,          // WindowCall; children: arguments
  kWildcard,        // WildcardShape: `*`, `t.*`
  kPlaceholder,     // PlaceholderName: $1, $name
  kScalarSubquery, kExists, kInSubquery,  // SubqueryPlan; kInSubquery has a child
  kSetComparison,   // SubqueryPlan with op and quantifier; one child
  kOuterColumn,     // ColumnRef of an enclosing query
  kGroupingSet,     // GroupingShape; children flat, set by set
  kLambda,          // LambdaShape; child: body
  kLambdaVariable,  // ColumnRef (name only)
  kUnnest,          // one child
  kSlot,            // SlotRef: a value known when the query runs, before the rows it is used on
};

enum class BinaryOp : uint8_t {
  kAnd, kOr, kEq, kNotEq, kLt, kLtEq, kGt, kGtEq, kIsDistinctFrom, kIsNotDistinctFrom,
  kPlus, kMinus, kMultiply, kDivide, kModulo, kIntDivide, kConcat,
  kBitAnd, kBitOr, kBitXor, kShiftLeft, kShiftRight,
  kRegexMatch, kRegexIMatch, kRegexNotMatch, kRegexNotIMatch,
  kAtArrow, kArrowAt, kArrow, kLongArrow,
};

}  // namespace bowstring
