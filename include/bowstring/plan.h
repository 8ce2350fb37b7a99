// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arrow/type_fwd.h>

#include <bowstring/export.h>
#include <bowstring/expr.h>

namespace bowstring {

/// A logical plan as users look at it. An immutable value, cheap to copy, thread-safe.
class BOWSTRING_EXPORT Plan {
 public:
  explicit Plan(std::shared_ptr<const LogicalPlan> node) : node_(std::move(node)) {}
  const std::shared_ptr<const LogicalPlan>& node() const { return node_; }

  /// One line: "Projection: t.b, sum(t.a) AS s".
  std::string Display() const;
  std::string DisplayIndent() const;
  std::string DisplayIndentSchema() const;
  std::string DisplayGraphviz() const;
  std::vector<Plan> inputs() const;
  bool Equals(const Plan& other) const;
  std::shared_ptr<arrow::Schema> schema() const;
  /// The columns as expressions, with their relations.
  std::vector<Expr> columns() const;

  /// The node's kind: "Projection", "Filter", "TableScan", "Limit", "Sort", "Aggregate", "Join", "Union", "Distinct", "Window",
  /// "Values", "EmptyRelation", "SubqueryAlias", "Unnest", "Repartition", "Explain", "DescribeTable", "DmlStatement", "CopyTo",
  /// "TransactionStart", "TransactionEnd", "CreateIndex".
  std::string variant() const;

  /// What variants have; empty or none where the node's kind has no such part.
  std::vector<Expr> expressions() const;      ///< all of the node's own
  std::vector<Expr> group_exprs() const;      ///< Aggregate
  std::vector<Expr> aggregate_exprs() const;  ///< Aggregate
  std::vector<SortKey> sort_keys() const;     ///< Sort; CreateIndex: its columns
  std::optional<int64_t> skip() const;        ///< Limit
  std::optional<int64_t> fetch() const;       ///< Limit, Sort, TableScan
  std::string name() const;                   ///< TableScan, DmlStatement: the table; SubqueryAlias: the alias; RecursiveQuery; CopyTo: the path
  std::vector<std::pair<int, std::string>> scan_columns() const;  ///< TableScan: index and name of each
  /// What else a statement says, by name: "verbose" of Explain; "access_mode", "isolation_level", "conclusion", "chain" of transactions;
  /// "name", "table", "using", "unique", "if_not_exists" of CreateIndex.
  std::map<std::string, std::string> facts() const;
  std::string join_type() const;              ///< "Inner", ...
  std::string join_constraint() const;        ///< "On" or "Using"
  std::vector<std::pair<Expr, Expr>> join_on() const;
  std::optional<Expr> join_filter() const;

 private:
  std::shared_ptr<const LogicalPlan> node_;
};

}  // namespace bowstring
