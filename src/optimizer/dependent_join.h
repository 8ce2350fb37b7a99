// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "logical/join.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

/// Columns of `outer` that the plan reads as columns of a query around it; each once.
std::vector<ColumnRef> OuterColumnsOf(const LogicalPlan& plan, const logical::Schema& outer);

/// The expression with outer column columns[i] as exprs[i].
arrow::Result<Expr> ReplaceOuter(const Expr& expr, const std::vector<ColumnRef>& columns, const std::vector<Expr>& exprs);

/// A column of an unnested subquery that holds the value of an outer column.
struct DomainKey {
  Expr column;
  bool null_safe = true;  ///< may be NULL, and then belongs to outer rows with NULL; else it is never NULL
};

/// A subquery made independent of the rows around it: its rows for every value of the outer columns that it reads, beside these.
struct Unnested {
  PlanPtr plan;                 ///< the subquery's columns (by their names, in any order), and the keys
  std::vector<DomainKey> keys;  ///< one for each outer column
};

/// General unnesting (Neumann and Kemper, "Unnesting Arbitrary Queries"): a subquery that reads outer columns is joined with the
/// set of their values, the domain, and this join is pushed down until nothing above reads them from outside. Where a filter says
/// `outer = inner` for each of them, the inner columns stand in for the domain.
class Unnester {
 public:
  /// `outer`: the plan whose rows the subquery was to run for; `columns`: what it reads of them.
  Unnester(PlanPtr outer, std::vector<ColumnRef> columns, Context& context)
      : outer_(std::move(outer)), columns_(std::move(columns)), context_(context) {}

  arrow::Result<Unnested> Unnest(const PlanPtr& subquery) { return Push(subquery); }

  /// The rows of LATERAL beside all of the outer plan's, where it only computes, filters and unnests (RunsOnOuterRows): it then runs
  /// on the outer rows themselves, and needs no join. `columns` must be all columns of the outer plan.
  arrow::Result<Unnested> UnnestOnOuterRows(const PlanPtr& subquery);
  static bool RunsOnOuterRows(const LogicalPlan& subquery);

  /// The plan of an aggregate without groups as groups by the keys: a value of the domain without input rows has none.
  arrow::Result<Unnested> GroupByKeys(const PlanPtr& aggregate);

  /// Pairs for a join of the outer plan to an unnested one; `null_safe`: some need NULL = NULL.
  std::vector<std::pair<Expr, Expr>> OuterKeys(const Unnested& unnested, bool* null_safe) const;

 private:
  arrow::Result<Unnested> Push(const PlanPtr& plan);
  arrow::Result<Unnested> PushFilter(const PlanPtr& plan);
  arrow::Result<std::optional<Unnested>> FilterByInner(const PlanPtr& plan);
  arrow::Result<Unnested> PushProjection(const PlanPtr& plan, bool alias);
  arrow::Result<Unnested> PushAggregate(const PlanPtr& plan);
  arrow::Result<Unnested> PushWindow(const PlanPtr& plan);
  arrow::Result<Unnested> PushLimit(const PlanPtr& plan);
  arrow::Result<Unnested> TopRows(const PlanPtr& input, const std::vector<SortKey>& order, int64_t skip, std::optional<int64_t> fetch);
  arrow::Result<Unnested> PushJoin(const PlanPtr& plan);
  arrow::Result<Unnested> PushUnion(const PlanPtr& plan);
  arrow::Result<Unnested> PushDistinctOn(const PlanPtr& plan);
  /// The domain: distinct values of the outer columns, under fresh names.
  arrow::Result<Unnested> Domain();
  bool Reads(const LogicalPlan& plan) const;
  bool Reads(const Expr& expr) const;
  arrow::Result<Expr> Bind(const Expr& expr, const std::vector<DomainKey>& keys) const;
  arrow::Result<std::vector<Expr>> BindAll(const std::vector<Expr>& exprs, const std::vector<DomainKey>& keys) const;
  /// Exactly the plan's columns, in order, then the keys.
  arrow::Result<Unnested> Ordered(const LogicalPlan& plan, Unnested unnested) const;

  PlanPtr outer_;
  std::vector<ColumnRef> columns_;
  Context& context_;
  std::optional<Unnested> rows_;  // of UnnestOnOuterRows: stands for the domain
  bool use_inner_ = true;         // inner columns may stand in for the domain
};

}  // namespace bowstring::optimizer
