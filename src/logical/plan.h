// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include <bowstring/expr.h>

#include "logical/schema.h"

namespace bowstring {

enum class PlanKind : uint8_t {
  kScan,           // scan.h
  kProjection,     // projection.h
  kFilter,         // filter.h
  kLimit,          // limit.h
  kSort,           // sort.h
  kAggregate,      // aggregate.h
  kJoin,           // join.h
  kUnion,          // union.h
  kDistinct,       // distinct.h
  kDistinctOn,     // distinct.h
  kWindow,         // window.h
  kValues,         // values.h
  kEmpty,          // empty.h
  kSubqueryAlias,  // subquery_alias.h
  kUnnest,         // unnest.h
  kRepartition,    // repartition.h
  kExplain,        // explain.h
  kDescribe,       // explain.h
  kRecursiveQuery, // recursive.h
  kWorkTable,      // recursive.h
  kDml,            // dml.h: INSERT and its kin, COPY
  kStatement,      // statement.h: transactions, CREATE INDEX
};

class LogicalPlan;
using PlanPtr = std::shared_ptr<const LogicalPlan>;

/// A node of a logical plan and all below it. Immutable, thread-safe; nodes are shared between plans. Each kind has a struct of
/// its own in namespace logical, made by its static Make, which checks what it is given and computes the schema.
/// Expressions in nodes are resolved: each column names its relation where the input's schema has one.
class LogicalPlan : public std::enable_shared_from_this<LogicalPlan> {
 public:
  /// Deeper plans are refused when they are made; so walks may recurse.
  static constexpr int kMaxDepth = 400;

  virtual ~LogicalPlan() = default;
  LogicalPlan(const LogicalPlan&) = delete;
  LogicalPlan& operator=(const LogicalPlan&) = delete;

  PlanKind kind() const { return kind_; }
  const std::shared_ptr<const logical::Schema>& schema() const { return schema_; }
  const std::vector<PlanPtr>& inputs() const { return inputs_; }
  const PlanPtr& input(int i = 0) const { return inputs_[i]; }
  int depth() const { return depth_; }

  /// All expressions of this node, in a fixed order; sort keys without their direction.
  virtual std::vector<Expr> Expressions() const { return {}; }
  /// The same node with other expressions (as many as Expressions() gives) and inputs; the schema is computed anew.
  virtual arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const = 0;
  arrow::Result<PlanPtr> WithInputs(std::vector<PlanPtr> inputs) const;

  /// This node alone, one line: "Projection: t.b, sum(t.a) AS s".
  virtual std::string Display() const = 0;
  /// The whole tree, two blanks a level, no newline at the end.
  std::string DisplayIndent() const;
  /// As DisplayIndent, each line with its schema: "[a:Int64;N, b:Utf8]".
  std::string DisplayIndentSchema() const;
  std::string DisplayGraphviz() const;
  /// The tree as JSON, in the form of PostgreSQL.
  std::string DisplayPgJson() const;

  /// Same structure, names, expressions and tables.
  bool Equals(const LogicalPlan& other) const;

  /// This node as T, which must be its kind's struct.
  template <typename T>
  const T& As() const { return static_cast<const T&>(*this); }
  /// This node as T, or null when it is another kind.
  template <typename T>
  const T* TryAs() const { return kind_ == T::kKind ? static_cast<const T*>(this) : nullptr; }

 protected:
  LogicalPlan(PlanKind kind, std::shared_ptr<const logical::Schema> schema, std::vector<PlanPtr> inputs);
  /// Of a node of the same kind, whose expressions and inputs are equal: whether the rest is too.
  virtual bool SameRest(const LogicalPlan& other) const = 0;

 private:
  PlanKind kind_;
  int depth_;
  std::shared_ptr<const logical::Schema> schema_;
  std::vector<PlanPtr> inputs_;
};

namespace logical {

using SchemaPtr = std::shared_ptr<const Schema>;

template <PlanKind K>
struct PlanNode : LogicalPlan {
  static constexpr PlanKind kKind = K;

 protected:
  PlanNode(SchemaPtr schema, std::vector<PlanPtr> inputs) : LogicalPlan(K, std::move(schema), std::move(inputs)) {}
};

/// Fails when a node over these inputs would be too deep.
arrow::Status CheckDepth(const std::vector<PlanPtr>& inputs);

/// "t.a, t.b + Int64(1)": expressions as plans print them.
std::string JoinExprs(const std::vector<Expr>& exprs);
std::string JoinSortKeys(const std::vector<SortKey>& keys);
bool EqualExprs(const std::vector<Expr>& a, const std::vector<Expr>& b);

}  // namespace logical
}  // namespace bowstring
