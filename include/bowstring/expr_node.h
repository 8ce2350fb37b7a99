// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <arrow/type_fwd.h>

#include <bowstring/export.h>
#include <bowstring/expr_kind.h>

namespace bowstring {

class ScalarFunction;     // function.h
class AggregateFunction;  // function.h
class WindowFunction;     // function.h
class LogicalPlan;        // logical/plan.h
struct ExprNode;

/// An expression as written: columns are names, nothing is typed. An immutable value, cheap to copy, safe to share between threads.
/// Building one never fails; what makes no sense is found when it is bound to a schema. An expression knows its depth: one
/// deeper than kMaxDepth is refused when it is bound, and destroying it takes no recursion.
class BOWSTRING_EXPORT Expr {
 public:
  static constexpr int kMaxDepth = 400;

  Expr();  ///< the literal NULL
  explicit Expr(std::shared_ptr<const ExprNode> node) : node_(std::move(node)) {}

  const ExprNode& node() const { return *node_; }
  const ExprNode* operator->() const { return node_.get(); }
  ExprKind kind() const;
  const std::vector<Expr>& children() const;

  /// The same node with other children (same count unless the kind allows otherwise).
  Expr WithChildren(std::vector<Expr> children) const;
  /// Name of the expression, as the peer writes it: "t.a + Int64(1)", "sum(t.a)", "t.a" (BEHAVIOUR.md 2.2). The column it makes is
  /// named by OutputName: that of a plain column is its name alone.
  std::string name() const;
  /// Canonical text for people: "a + Int64(1)", aliases as "x AS y".
  std::string ToString() const;
  /// Same structure, names, literals and functions.
  bool Equals(const Expr& other) const;
  /// Independent of addresses and process.
  uint64_t Hash() const;

  Expr Alias(std::string name) const;

 private:
  friend struct ExprNode;
  std::shared_ptr<const ExprNode> node_;
};

struct ColumnRef {
  std::optional<TableName> relation;
  std::string name;
  friend bool operator==(const ColumnRef&, const ColumnRef&) = default;
};
struct LiteralValue {
  std::shared_ptr<arrow::Scalar> value;
  std::shared_ptr<const arrow::KeyValueMetadata> metadata;  ///< may be null
};
struct AliasName {
  std::string name;
  std::optional<TableName> relation;  ///< qualifier that the output column keeps; mostly none
  std::shared_ptr<const arrow::KeyValueMetadata> metadata;
};
struct Negated {
  bool negated = false;
};
struct LikePattern {
  enum Dialect : uint8_t { kLike, kILike, kSimilarTo } dialect = kLike;
  bool negated = false;
  std::optional<char> escape;
};
struct CaseShape {
  bool has_operand = false, has_else = false;
};
struct CastTarget {
  std::shared_ptr<arrow::Field> field;  ///< type; metadata where the cast is to a field
};
struct SortKey {
  Expr expr;
  bool ascending = true, nulls_first = false;
  BOWSTRING_EXPORT std::string ToString() const;  ///< "a ASC NULLS LAST"
  BOWSTRING_EXPORT bool Equals(const SortKey&) const;
};
struct ScalarCall {
  std::shared_ptr<const ScalarFunction> function;
};
enum class NullTreatment : uint8_t { kUnset, kRespect, kIgnore };
struct AggregateCall {
  std::shared_ptr<const AggregateFunction> function;
  bool distinct = false;
  std::optional<Expr> filter;
  std::vector<SortKey> order_by;      ///< also WITHIN GROUP's
  NullTreatment nulls = NullTreatment::kUnset;
};
enum class FrameUnits : uint8_t { kRows, kRange, kGroups };
enum class FrameExclude : uint8_t { kNoOthers, kCurrentRow, kGroup, kTies };
struct FrameBound {
  enum Kind : uint8_t { kUnboundedPreceding, kPreceding, kCurrentRow, kFollowing, kUnboundedFollowing } kind = kUnboundedPreceding;
  std::shared_ptr<arrow::Scalar> offset;  ///< of kPreceding and kFollowing
};
struct WindowFrame {
  FrameUnits units = FrameUnits::kRange;
  FrameBound start{FrameBound::kUnboundedPreceding, nullptr}, end{FrameBound::kCurrentRow, nullptr};
  FrameExclude exclude = FrameExclude::kNoOthers;
  BOWSTRING_EXPORT std::string ToString() const;  ///< "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW"
};
struct WindowCall {
  std::shared_ptr<const AggregateFunction> aggregate;  ///< one of the two
  std::shared_ptr<const WindowFunction> function;
  std::vector<Expr> partition_by;
  std::vector<SortKey> order_by;
  WindowFrame frame;
  NullTreatment nulls = NullTreatment::kUnset;
  bool distinct = false;
  std::optional<Expr> filter;
};
struct WildcardShape {
  std::optional<TableName> qualifier;
  std::vector<std::string> exclude;
  std::vector<std::pair<std::string, Expr>> replace;
  std::vector<std::pair<std::string, std::string>> rename;
};
struct PlaceholderName {
  std::string id;  ///< with the dollar sign
  std::shared_ptr<arrow::Field> field;
};
struct SubqueryPlan {
  std::shared_ptr<const LogicalPlan> plan;
  std::shared_ptr<arrow::Field> field;               ///< of the plan's only column, where it has one: the expression's type follows
  bool negated = false;
  BinaryOp op = BinaryOp::kEq;                       ///< kSetComparison
  enum Quantifier : uint8_t { kAny, kAll } quantifier = kAny;
  std::vector<Expr> outer_columns;                   ///< kOuterColumn nodes inside
};
struct GroupingShape {
  enum Kind : uint8_t { kRollup, kCube, kSets } kind = kSets;
  std::vector<int> lengths;  ///< children per set
};
struct LambdaShape {
  std::vector<std::string> parameters;
};
/// A value that a query computes once, before the pipelines that read it start: the result of a scalar subquery. Written by one
/// thread before any reader starts; afterwards it doesn't change.
struct ValueSlot {
  std::shared_ptr<arrow::Field> field;
  std::shared_ptr<arrow::Scalar> value;  ///< null: not known yet
};
struct SlotRef {
  std::shared_ptr<ValueSlot> slot;
};

/// One node. Made by the functions below and by the planner; never changed after.
struct BOWSTRING_EXPORT ExprNode {
  using Data = std::variant<std::monostate, ColumnRef, LiteralValue, AliasName, BinaryOp, Negated, LikePattern, CaseShape,
                            CastTarget, ScalarCall, AggregateCall, WindowCall, WildcardShape, PlaceholderName, SubqueryPlan, GroupingShape,
                            LambdaShape, SlotRef>;
  ExprNode(ExprKind kind, std::vector<Expr> children, Data data);
  ~ExprNode();  // without recursion

  ExprKind kind;
  int32_t depth;  ///< 1 for a leaf
  std::vector<Expr> children;
  Data data;

  template <typename T>
  const T& as() const {
    return std::get<T>(data);
  }
};

}  // namespace bowstring
