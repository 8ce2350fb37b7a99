// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <vector>

#include <bowstring/table_source.h>

#include "logical/plan.h"

namespace bowstring::logical {

/// Rows of a table. `filters` and `fetch` are put in by the optimizer.
struct Scan final : PlanNode<PlanKind::kScan> {
  TableName table;
  std::shared_ptr<const TableSource> source;
  /// Columns of the source's schema, in the schema's order; none: all of them. The plan's schema has just these.
  std::optional<std::vector<int>> projection;
  /// Conjuncts that the source takes part in. Columns are qualified with `table`, and may be outside of the projection. What
  /// the source takes only inexactly is in a Filter above too.
  std::vector<Expr> filters;
  /// Rows beyond so many are not needed (after the filters).
  std::optional<int64_t> fetch;

  static arrow::Result<PlanPtr> Make(TableName table, std::shared_ptr<const TableSource> source,
                                     std::optional<std::vector<int>> projection = {}, std::vector<Expr> filters = {},
                                     std::optional<int64_t> fetch = {});

  /// The projection, or all columns' indices.
  std::vector<int> Columns() const;
  /// A filter as sources take it: columns without relation.
  static arrow::Result<Expr> SourceFilter(const Expr& filter);
  /// All columns of the source, with `table` as their relation: what `filters` are written over.
  SchemaPtr FullSchema() const;

  std::vector<Expr> Expressions() const override { return filters; }
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
