// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include <bowstring/expr.h>
#include <bowstring/table_source.h>

#include "logical/join.h"
#include "logical/plan.h"

/// Makes plans from what users write: names are looked up, `*` is spread out, aggregates and windows inside of expressions get nodes
/// of their own, types are brought together. What makes no sense fails with the peer's words. DataFrame and the SQL binder both
/// build by these.
namespace bowstring::logical {

arrow::Result<PlanPtr> ScanTable(TableName name, std::shared_ptr<const TableSource> source);

/// Expressions over the plan. Wildcards are spread; window functions inside get Window nodes below, aggregates an Aggregate without
/// groups, unnest() an Unnest.
arrow::Result<PlanPtr> Select(PlanPtr plan, std::vector<Expr> exprs);
/// Rows for which the predicate is true.
arrow::Result<PlanPtr> Where(PlanPtr plan, const Expr& predicate);
/// Rows in order. Columns that a projection at the top left out may be used: they are read and dropped again.
arrow::Result<PlanPtr> OrderBy(PlanPtr plan, std::vector<SortKey> keys);
arrow::Result<PlanPtr> Take(PlanPtr plan, int64_t skip, std::optional<int64_t> fetch);
/// Groups first, then aggregates, which may be inside of larger expressions.
arrow::Result<PlanPtr> GroupBy(PlanPtr plan, std::vector<Expr> groups, std::vector<Expr> aggregates);
arrow::Result<PlanPtr> SelectDistinct(PlanPtr plan);
arrow::Result<PlanPtr> SelectDistinctOn(PlanPtr plan, std::vector<Expr> on, std::vector<Expr> select, std::vector<SortKey> sort);
/// All columns of the plan, then the windows.
arrow::Result<PlanPtr> AddWindows(PlanPtr plan, const std::vector<Expr>& windows);
arrow::Result<PlanPtr> AliasPlan(PlanPtr plan, TableName alias);
arrow::Result<PlanPtr> RepartitionBy(PlanPtr plan, int partitions, const std::vector<Expr>& hash);

/// The named columns put in place of those with their names, new ones at the end.
arrow::Result<PlanPtr> WithColumns(PlanPtr plan, std::vector<std::pair<std::string, Expr>> columns);
/// One column under another name; the plan itself where there is no such column.
arrow::Result<PlanPtr> RenameColumn(PlanPtr plan, const Expr& column, const std::string& name);
/// All columns but these; what isn't there is not missed.
arrow::Result<PlanPtr> DropColumns(PlanPtr plan, const std::vector<Expr>& columns);
/// Spreads the columns (`depths` levels of lists each, under `names` where not empty).
struct UnnestColumn {
  Expr column;
  std::string name;
  int depth = 1;
};
arrow::Result<PlanPtr> UnnestColumns(PlanPtr plan, const std::vector<UnnestColumn>& columns, bool preserve_nulls);

/// Joins by equal columns, pairwise. `coalesce`: keys of one name become one column without relation, at the left's place.
arrow::Result<PlanPtr> JoinOnKeys(PlanPtr left, PlanPtr right, JoinType type, const std::vector<Expr>& left_keys,
                                  const std::vector<Expr>& right_keys, bool coalesce);
/// The two sides of `a op b` as keys of a join, the left input's first; none where a side reads no column, or columns of both inputs.
std::optional<std::pair<Expr, Expr>> KeyPair(const Expr& term, BinaryOp op, const Schema& left, const Schema& right);

/// Joins by conditions over both; `=` between the two sides become keys.
arrow::Result<PlanPtr> JoinOnConditions(PlanPtr left, PlanPtr right, JoinType type, const std::vector<Expr>& conditions);

/// As JoinOnConditions, but no condition becomes a key: plans show them as they were written, until the optimizer finds the keys.
arrow::Result<PlanPtr> JoinFiltered(PlanPtr left, PlanPtr right, JoinType type, const std::vector<Expr>& conditions);

/// UNION ALL by position, types brought together, names from the first.
arrow::Result<PlanPtr> UnionAll(std::vector<PlanPtr> inputs);
/// UNION ALL by name; columns that one side lacks are NULL there.
arrow::Result<PlanPtr> UnionByName(PlanPtr left, PlanPtr right);
/// Rows of the left that are (INTERSECT) or aren't (EXCEPT) in the right; NULLs are equal.
arrow::Result<PlanPtr> Intersect(PlanPtr left, PlanPtr right, bool distinct);
arrow::Result<PlanPtr> Except(PlanPtr left, PlanPtr right, bool distinct);

/// VALUES: rows of constants, each column's types brought together.
arrow::Result<PlanPtr> ValuesOf(std::vector<std::vector<Expr>> rows);

/// Wildcards of `exprs` spread over the plan's columns. `hidden`: columns that `*` leaves out (keys of USING, once).
arrow::Result<std::vector<Expr>> ExpandWildcards(const std::vector<Expr>& exprs, const Schema& schema,
                                                 const std::vector<bool>& hidden = {});
/// The plan's columns as expressions.
std::vector<Expr> AllColumns(const LogicalPlan& plan);
/// The columns cast to these types, under their own names; the plan itself where nothing changes.
arrow::Result<PlanPtr> CastColumns(PlanPtr plan, const std::vector<std::shared_ptr<arrow::DataType>>& types);

/// Different aggregates (windows) inside of the expressions, in order of appearance.
std::vector<Expr> FindAll(const std::vector<Expr>& exprs, ExprKind kind);
/// Each part that equals one of `computed` becomes the column by its name.
arrow::Result<Expr> ReplaceComputed(const Expr& expr, const std::vector<Expr>& computed);

}  // namespace bowstring::logical
