// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/ast_name.h"
#include "sql/ast_operator.h"
#include "sql/ast_type.h"

namespace bowstring::sql {

struct AstQuery;
struct AstWindowSpec;

enum class ExprKind : uint8_t {
  kColumn, kLiteral, kTypedLiteral, kInterval, kPlaceholder, kWildcard,
  kUnary, kBinary, kLogical, kIsTest, kIsDistinctFrom, kBetween, kLike, kInList, kInSubquery, kQuantified,
  kCase, kCast, kFunction, kSubquery, kExists, kArray, kTuple, kStruct, kMap,
  kSubscript, kSlice, kField, kAtTimeZone, kCollate, kLambda,
};

/// Base of all expressions. Trees are at most kMaxNesting (parser.h) deep, so walks may recurse; long chains of
/// operators are flat (AstBinary, AstLogical), so a walk must loop over their operands.
struct AstExpr {
  const ExprKind kind;
  /// It stood in parentheses of its own: `(1)`. Only positions (`ORDER BY (1)`) and printing care.
  bool parenthesized = false;
  SourceSpan span;

  explicit AstExpr(ExprKind k) : kind(k) {}
  virtual ~AstExpr() = default;
  AstExpr(const AstExpr&) = delete;
  AstExpr& operator=(const AstExpr&) = delete;

  /// The node as its own type; `T::kKind` must be this node's kind.
  template <typename T>
  const T& As() const { return static_cast<const T&>(*this); }
  template <typename T>
  T& As() { return static_cast<T&>(*this); }
  /// The node as T, or null when it is another kind.
  template <typename T>
  const T* TryAs() const { return kind == T::kKind ? static_cast<const T*>(this) : nullptr; }
};
using ExprPtr = std::unique_ptr<AstExpr>;

template <ExprKind K>
struct AstExprOf : AstExpr {
  static constexpr ExprKind kKind = K;
  AstExprOf() : AstExpr(K) {}
};

/// `a`, `t.a`, `s.t.a`, and `t.a.field`: which part is table, column or struct field is the binder's.
struct AstColumn : AstExprOf<ExprKind::kColumn> {
  std::vector<Ident> parts;
};

enum class LiteralKind : uint8_t { kNull, kBoolean, kNumber, kString, kNationalString, kHexString };
struct AstLiteral : AstExprOf<ExprKind::kLiteral> {
  LiteralKind literal = LiteralKind::kNull;
  bool boolean = false;
  /// kNumber: the digits without `_`; never signed: `-1` is a kUnary. Strings: unescaped; kHexString: the raw bytes.
  std::string text;
};

/// `DATE '2020-01-01'`, `TIMESTAMP '...'`, `BIGINT '5'`.
struct AstTypedLiteral : AstExprOf<ExprKind::kTypedLiteral> {
  TypePtr type;
  std::string text;
};

/// `INTERVAL '1' DAY`, `INTERVAL '1 year 2 months'` (no unit), `INTERVAL 3 DAYS`, `INTERVAL '1-2' YEAR TO MONTH`,
/// `INTERVAL '1.5' SECOND(3)`. Units are in upper case, singular or plural as written.
struct AstInterval : AstExprOf<ExprKind::kInterval> {
  ExprPtr value;
  std::string unit;
  std::string to_unit;
  std::optional<int64_t> precision;
  std::optional<int64_t> fraction_precision;
};

/// `$1`, `$name`, `?`, `?1`, `:name`; the text with its mark.
struct AstPlaceholder : AstExprOf<ExprKind::kPlaceholder> {
  std::string text;
};

/// `*` or `t.*` as a function's argument.
struct AstWildcard : AstExprOf<ExprKind::kWildcard> {
  std::optional<ObjectName> qualifier;
};

struct AstUnary : AstExprOf<ExprKind::kUnary> {
  UnaryOp op = UnaryOp::kNot;
  ExprPtr operand;
};

/// A chain of operators of one precedence, grouped from the left: `first op[0] x[0] op[1] x[1] ...`. Never empty.
struct AstBinary : AstExprOf<ExprKind::kBinary> {
  struct Term {
    BinaryOp op;
    SourceSpan op_span;
    ExprPtr operand;
  };
  ExprPtr first;
  std::vector<Term> terms;
};

/// `a AND b AND c` or `a OR b OR c`: at least two operands.
struct AstLogical : AstExprOf<ExprKind::kLogical> {
  bool is_and = true;
  std::vector<ExprPtr> operands;
};

enum class IsTestKind : uint8_t { kNull, kTrue, kFalse, kUnknown };
struct AstIsTest : AstExprOf<ExprKind::kIsTest> {
  IsTestKind test = IsTestKind::kNull;
  bool negated = false;
  ExprPtr operand;
};

struct AstIsDistinctFrom : AstExprOf<ExprKind::kIsDistinctFrom> {
  bool negated = false;
  ExprPtr left, right;
};

struct AstBetween : AstExprOf<ExprKind::kBetween> {
  bool negated = false;
  bool symmetric = false;
  ExprPtr operand, low, high;
};

enum class LikeKind : uint8_t { kLike, kILike, kSimilarTo, kRLike, kGlob };
struct AstLike : AstExprOf<ExprKind::kLike> {
  LikeKind like = LikeKind::kLike;
  bool negated = false;
  ExprPtr operand, pattern;
  std::optional<std::string> escape;
};

struct AstInList : AstExprOf<ExprKind::kInList> {
  bool negated = false;
  ExprPtr operand;
  std::vector<ExprPtr> list;  // never empty
  /// `x IN column_of_lists` or `x IN [1, 2]` (no parentheses): list has the one expression.
  bool bare = false;
};

struct AstInSubquery : AstExprOf<ExprKind::kInSubquery> {
  AstInSubquery();
  ~AstInSubquery() override;
  bool negated = false;
  ExprPtr operand;
  std::unique_ptr<AstQuery> query;
};

/// `left op ANY (right)`, `left op ALL (right)`; right is a kSubquery or a list. SOME is ANY.
struct AstQuantified : AstExprOf<ExprKind::kQuantified> {
  BinaryOp op = BinaryOp::kEq;
  bool all = false;
  ExprPtr left, right;
};

struct AstCase : AstExprOf<ExprKind::kCase> {
  struct When {
    ExprPtr condition, result;
  };
  ExprPtr operand;  // may be null
  std::vector<When> whens;
  ExprPtr otherwise;  // may be null
};

struct AstCast : AstExprOf<ExprKind::kCast> {
  bool is_try = false;       // TRY_CAST or SAFE_CAST
  bool double_colon = false;  // x::type
  ExprPtr operand;
  TypePtr type;
};

struct AstOrderItem {
  ExprPtr expr;
  std::optional<bool> ascending;    // nothing written: no value
  std::optional<bool> nulls_first;  // nothing written: no value
  SourceSpan span;
};

struct AstFunctionArg {
  std::optional<Ident> name;  // name => expr, name := expr
  ExprPtr expr;               // kWildcard for `*`; kLambda; kSubquery for f(SELECT ...)
};

/// A call. EXTRACT, SUBSTRING FROM, POSITION, TRIM, OVERLAY and the like arrive as plain calls under the engine's names
/// (date_part, substr, strpos, btrim, ltrim, rtrim, overlay); CURRENT_DATE and its kin as calls without parentheses.
struct AstFunction : AstExprOf<ExprKind::kFunction> {
  enum class NullTreatment : uint8_t { kUnspecified, kRespect, kIgnore };
  AstFunction();
  ~AstFunction() override;
  ObjectName name;
  bool no_parentheses = false;
  bool distinct = false;
  std::vector<AstFunctionArg> args;
  std::vector<AstOrderItem> order_by;      // inside the parentheses
  std::vector<AstOrderItem> within_group;  // WITHIN GROUP (ORDER BY ...)
  NullTreatment nulls = NullTreatment::kUnspecified;
  ExprPtr filter;                       // may be null
  std::unique_ptr<AstWindowSpec> over;  // may be null
  std::optional<Ident> over_name;       // OVER w
};

/// `(SELECT ...)`, or the list of its rows for `ARRAY(SELECT ...)`.
struct AstSubquery : AstExprOf<ExprKind::kSubquery> {
  AstSubquery();
  ~AstSubquery() override;
  bool is_array = false;
  std::unique_ptr<AstQuery> query;
};

struct AstExists : AstExprOf<ExprKind::kExists> {
  AstExists();
  ~AstExists() override;
  bool negated = false;
  std::unique_ptr<AstQuery> query;
};

/// `[1, 2]` or `ARRAY[1, 2]`.
struct AstArray : AstExprOf<ExprKind::kArray> {
  std::vector<ExprPtr> elements;
};

/// `(a, b)`: at least two. `ROW(a, b)` is a call.
struct AstTuple : AstExprOf<ExprKind::kTuple> {
  std::vector<ExprPtr> elements;
};

/// `{'k': 1}`, `{k: 1}`, `STRUCT(1 AS k, 2)`, `STRUCT<k int>(1)`.
struct AstStruct : AstExprOf<ExprKind::kStruct> {
  struct Field {
    std::optional<Ident> name;  // quote is `'` for `{'k': 1}`
    ExprPtr value;
  };
  bool braces = false;
  std::vector<Field> fields;
  TypePtr type;  // STRUCT<...>(...) only, else null
};

/// `MAP {'k': 1}`.
struct AstMap : AstExprOf<ExprKind::kMap> {
  std::vector<std::pair<ExprPtr, ExprPtr>> entries;
};

/// `base[index]`.
struct AstSubscript : AstExprOf<ExprKind::kSubscript> {
  ExprPtr base, index;
};

/// `base[lower:upper:stride]`; each may be null.
struct AstSlice : AstExprOf<ExprKind::kSlice> {
  ExprPtr base, lower, upper, stride;
};

/// `(expr).field`, `f(x).field`, `a[1].field`.
struct AstField : AstExprOf<ExprKind::kField> {
  ExprPtr base;
  Ident field;
};

struct AstAtTimeZone : AstExprOf<ExprKind::kAtTimeZone> {
  ExprPtr operand, zone;
};

struct AstCollate : AstExprOf<ExprKind::kCollate> {
  ExprPtr operand;
  ObjectName collation;
};

/// `x -> body`, `(x, y) -> body`, `lambda x, y: body`; only as a function's argument.
struct AstLambda : AstExprOf<ExprKind::kLambda> {
  std::vector<Ident> params;
  ExprPtr body;
};

}  // namespace bowstring::sql
