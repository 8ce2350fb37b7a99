// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sql/ast_expr.h"

namespace bowstring::sql {

struct AstQuery;
using QueryPtr = std::unique_ptr<AstQuery>;

// ---- Windows

enum class FrameUnits : uint8_t { kRows, kRange, kGroups };
enum class FrameBoundKind : uint8_t { kUnboundedPreceding, kPreceding, kCurrentRow, kFollowing, kUnboundedFollowing };
enum class FrameExclude : uint8_t { kNoOthers, kCurrentRow, kGroup, kTies };

struct AstFrameBound {
  FrameBoundKind kind = FrameBoundKind::kCurrentRow;
  ExprPtr offset;  // kPreceding and kFollowing only
};

struct AstFrame {
  FrameUnits units = FrameUnits::kRange;
  AstFrameBound start;
  std::optional<AstFrameBound> end;  // no value: the short form `ROWS <start>`
  FrameExclude exclude = FrameExclude::kNoOthers;
  SourceSpan span;
};

struct AstWindowSpec {
  std::optional<Ident> base;  // OVER (w ORDER BY ...)
  std::vector<ExprPtr> partition_by;
  std::vector<AstOrderItem> order_by;
  std::optional<AstFrame> frame;
  SourceSpan span;
};

/// `WINDOW name AS (...)` or `WINDOW name AS other`.
struct AstNamedWindow {
  Ident name;
  AstWindowSpec spec;
};

// ---- FROM

struct AstTableAlias {
  Ident name;
  std::vector<Ident> columns;  // may be empty
};

struct AstTableSample {
  std::string method;  // "", "bernoulli", "system", ... in lower case
  ExprPtr quantity;
  enum class Unit : uint8_t { kUnspecified, kPercent, kRows };
  Unit unit = Unit::kUnspecified;
  ExprPtr seed;  // REPEATABLE (n) or SEED (n); may be null
};

struct AstFrom;
using FromPtr = std::unique_ptr<AstFrom>;

enum class TableKind : uint8_t {
  kName,      // t, s.t, 'file.parquet'
  kFunction,  // range(1, 10), LATERAL f(x)
  kUnnest,    // UNNEST(a, b) [WITH ORDINALITY]
  kDerived,   // (SELECT ...), (VALUES ...), [LATERAL]
  kNested,    // (a JOIN b ON ...)
};

/// One table of a FROM clause.
struct AstTable {
  TableKind kind = TableKind::kName;
  SourceSpan span;
  bool lateral = false;                   // kFunction, kUnnest, kDerived
  ObjectName name;                        // kName, kFunction
  std::vector<AstFunctionArg> args;       // kFunction
  std::vector<ExprPtr> arrays;            // kUnnest
  bool with_ordinality = false;           // kFunction, kUnnest
  QueryPtr query;                         // kDerived
  FromPtr nested;                         // kNested
  std::optional<AstTableAlias> alias;
  std::optional<AstTableSample> sample;

  AstTable();
  AstTable(AstTable&&) noexcept;
  AstTable& operator=(AstTable&&) noexcept;
  ~AstTable();
};

enum class JoinKind : uint8_t { kInner, kLeft, kRight, kFull, kCross, kLeftSemi, kRightSemi, kLeftAnti, kRightAnti };

/// `<kind> JOIN table ON ...`; SEMI and ANTI without a side are left.
struct AstJoin {
  JoinKind kind = JoinKind::kInner;
  bool natural = false;
  bool asof = false;  // kInner or kLeft
  AstTable table;
  ExprPtr on;                 // may be null
  std::vector<Ident> using_columns;  // may be empty
  ExprPtr match_condition;    // ASOF ... MATCH_CONDITION (...); may be null
  SourceSpan span;
};

/// A table and what is joined to it, grouped from the left. FROM a, b has two of these.
struct AstFrom {
  AstTable table;
  std::vector<AstJoin> joins;
  SourceSpan span;
};

// ---- SELECT

enum class SelectItemKind : uint8_t { kExpr, kWildcard, kQualifiedWildcard };

struct AstSelectItem {
  SelectItemKind kind = SelectItemKind::kExpr;
  SourceSpan span;
  ExprPtr expr;                // kExpr; kQualifiedWildcard for (expr).*: then qualifier is empty
  std::optional<Ident> alias;  // kExpr
  ObjectName qualifier;        // kQualifiedWildcard
  // Both wildcards:
  std::optional<std::string> ilike;                  // * ILIKE 'pattern'
  std::vector<ObjectName> exclude;                   // EXCLUDE (a, t.b)
  std::vector<Ident> except;                         // EXCEPT (a, b)
  std::vector<std::pair<ExprPtr, Ident>> replace;    // REPLACE (expr AS a)
  std::vector<std::pair<Ident, Ident>> rename;       // RENAME (a AS b)
};

enum class GroupItemKind : uint8_t { kExpr, kSet, kRollup, kCube, kGroupingSets };

/// kExpr: an expression. kSet: `(a, b)` or `()` inside ROLLUP, CUBE or GROUPING SETS, its members kExpr. The others: members.
struct AstGroupItem {
  GroupItemKind kind = GroupItemKind::kExpr;
  ExprPtr expr;
  std::vector<AstGroupItem> members;
  SourceSpan span;
};

enum class DistinctKind : uint8_t { kNone, kAll, kDistinct, kOn };

struct AstSelect {
  SourceSpan span;
  DistinctKind distinct = DistinctKind::kNone;  // kAll: SELECT ALL, the same as kNone
  std::vector<ExprPtr> distinct_on;
  std::vector<AstSelectItem> items;  // one kWildcard for `FROM t` alone
  bool from_first = false;           // FROM t [SELECT ...]
  std::vector<AstFrom> from;
  ExprPtr where;  // may be null, as having and qualify
  bool group_by_all = false;
  std::vector<AstGroupItem> group_by;
  ExprPtr having;
  std::vector<AstNamedWindow> windows;
  ExprPtr qualify;
};

// ---- Queries

enum class SetOp : uint8_t { kUnion, kIntersect, kExcept };

enum class BodyKind : uint8_t { kSelect, kValues, kTable, kNested, kSetOperation };

struct AstBody;
using BodyPtr = std::unique_ptr<AstBody>;

/// What stands before ORDER BY and LIMIT.
struct AstBody {
  BodyKind kind = BodyKind::kSelect;
  SourceSpan span;
  std::unique_ptr<AstSelect> select;              // kSelect
  std::vector<std::vector<ExprPtr>> rows;         // kValues
  ObjectName table;                               // kTable: TABLE t
  QueryPtr nested;                                // kNested: (query)

  /// kSetOperation: operators of one precedence, grouped from the left: first op[0] body[0] op[1] body[1] ...
  struct Term {
    SetOp op = SetOp::kUnion;
    bool all = false;
    bool by_name = false;
    SourceSpan op_span;
    BodyPtr body;
  };
  BodyPtr first;
  std::vector<Term> terms;

  AstBody();
  ~AstBody();
};

struct AstCte {
  Ident name;
  std::vector<Ident> columns;  // may be empty
  QueryPtr query;
  std::optional<bool> materialized;
  SourceSpan span;
};

struct AstQuery {
  SourceSpan span;
  bool recursive = false;
  std::vector<AstCte> with;
  BodyPtr body;
  bool order_by_all = false;  // ORDER BY ALL; its direction and NULLs are order_by[0] without an expression
  std::vector<AstOrderItem> order_by;
  ExprPtr limit;   // LIMIT n or FETCH FIRST n ROWS ONLY; may be null (LIMIT ALL too)
  ExprPtr offset;  // may be null
  bool limit_percent = false;    // FETCH FIRST n PERCENT
  bool limit_with_ties = false;  // FETCH FIRST n ROWS WITH TIES

  AstQuery();
  ~AstQuery();
};

}  // namespace bowstring::sql
