// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/batch_stream.h>
#include <bowstring/catalog.h>
#include <bowstring/export.h>
#include <bowstring/expr.h>
#include <bowstring/plan.h>
#include <bowstring/write_options.h>

namespace bowstring {

class SessionState;  // session/state.h

/// How a query is run.
struct ExecuteOptions {
  /// What the consumer wants: columns by name, in this order, in these types (of the same kind). Part of the plan: other columns
  /// aren't read. kConsumer where a column isn't there, or "Fail to merge schema ..." where a type doesn't fit.
  std::shared_ptr<arrow::Schema> requested_schema;
  std::optional<std::chrono::nanoseconds> timeout;
  std::optional<int64_t> memory_limit;  ///< bytes, inside of the session's
  std::optional<bool> require_bounded;  ///< refuse a plan that isn't sure to run inside the memory limit; none: the session's option
};

/// What a plan takes of its memory limit, node by node. Bytes are estimates by the columns' widths.
struct BOWSTRING_EXPORT MemoryReport {
  enum class Kind : uint8_t {
    kStreaming,  ///< a batch at a time
    kBounded,    ///< at most `bytes`
    kSpills,     ///< any amount; all but about `bytes` goes to disk when memory is short
    kUnbounded,  ///< `what` must fit into memory
  };
  struct Node {
    std::string line;     ///< the operator, as EXPLAIN prints it
    int depth = 0;
    Kind kind = Kind::kStreaming;
    int64_t bytes = 0;
    std::string what;
  };
  std::vector<Node> nodes;  ///< inputs below what reads them
  int64_t least_bytes = 0;  ///< the limit at which the plan runs, if what is unbounded fits
  int64_t limit_bytes = 0;  ///< the session's; below 0: none
  std::string unbounded;    ///< the first node that is, and what must fit; empty: none
  std::string ToString() const;
};

struct ExplainOptions {
  bool verbose = false, analyze = false;
  std::string format;  ///< "indent", "tree", "pgjson", "graphviz"; empty: the session's
};

/// A lazy table: a plan and the session it belongs to. Immutable, cheap to copy, thread-safe; methods answer new frames. Nothing
/// runs before one of the doors below the line is called; each call runs the query anew.
///
/// Column names given as text are read as in SQL: `A` is a, `"A"` is A, `t.a` is column a of t (bowstring::Col).
class BOWSTRING_EXPORT DataFrame {
 public:
  DataFrame(std::shared_ptr<SessionState> session, std::shared_ptr<const LogicalPlan> plan);

  std::shared_ptr<arrow::Schema> schema() const;
  Plan logical_plan() const { return Plan(plan_); }
  arrow::Result<Plan> OptimizedLogicalPlan() const;
  const std::shared_ptr<SessionState>& session() const { return session_; }

  /// A column of this frame, by exact name, with its relation. kSchema where it is missing or ambiguous.
  arrow::Result<Expr> column(const std::string& name) const;
  arrow::Result<std::vector<Expr>> FindQualifiedColumns(const std::vector<std::string>& names) const;
  /// An SQL expression over this frame's columns.
  arrow::Result<Expr> ParseSqlExpr(std::string_view sql) const;

  arrow::Result<DataFrame> Select(std::vector<Expr> exprs) const;
  arrow::Result<DataFrame> Select(const std::vector<std::string>& columns) const;
  /// SQL expressions, with or without AS.
  arrow::Result<DataFrame> SelectExprs(const std::vector<std::string>& sql) const;
  /// Rows for which all predicates are true; none: the frame itself.
  arrow::Result<DataFrame> Filter(const std::vector<Expr>& predicates) const;
  arrow::Result<DataFrame> Filter(const Expr& predicate) const;
  arrow::Result<DataFrame> Filter(std::string_view sql) const;
  arrow::Result<DataFrame> WithColumn(const std::string& name, const Expr& expr) const;
  /// Under the expressions' own names.
  arrow::Result<DataFrame> WithColumns(const std::vector<Expr>& exprs) const;
  arrow::Result<DataFrame> WithColumnRenamed(const std::string& old_name, const std::string& new_name) const;
  arrow::Result<DataFrame> Drop(const std::vector<std::string>& columns) const;
  arrow::Result<DataFrame> Cast(const std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>>& types) const;
  arrow::Result<DataFrame> Aggregate(std::vector<Expr> groups, std::vector<Expr> aggregates) const;
  arrow::Result<DataFrame> Window(const std::vector<Expr>& windows) const;
  arrow::Result<DataFrame> Sort(std::vector<SortKey> keys) const;
  arrow::Result<DataFrame> Limit(int64_t count, int64_t offset = 0) const;
  arrow::Result<DataFrame> Head(int64_t n = 5) const { return Limit(n); }
  /// Counts the rows first.
  arrow::Result<DataFrame> Tail(int64_t n = 5) const;
  arrow::Result<DataFrame> Distinct() const;
  arrow::Result<DataFrame> DistinctOn(std::vector<Expr> on, std::vector<Expr> select, std::vector<SortKey> sort = {}) const;
  arrow::Result<DataFrame> Union(const DataFrame& other, bool distinct = false) const;
  arrow::Result<DataFrame> UnionByName(const DataFrame& other, bool distinct = false) const;
  arrow::Result<DataFrame> Intersect(const DataFrame& other, bool distinct = false) const;
  arrow::Result<DataFrame> ExceptAll(const DataFrame& other, bool distinct = false) const;
  /// `how`: inner, left, right, full, semi, anti.
  arrow::Result<DataFrame> Join(const DataFrame& right, const std::vector<std::string>& left_on,
                                const std::vector<std::string>& right_on, std::string_view how = "inner",
                                bool coalesce_duplicate_keys = true) const;
  arrow::Result<DataFrame> JoinOn(const DataFrame& right, const std::vector<Expr>& conditions, std::string_view how = "inner") const;
  /// The value, cast to each column's type, in place of NULL; columns where that fails stay. No subset: all columns.
  arrow::Result<DataFrame> FillNull(std::shared_ptr<arrow::Scalar> value, const std::vector<std::string>& subset = {}) const;
  /// As FillNull, for NaN, in columns of floats only.
  arrow::Result<DataFrame> FillNan(std::shared_ptr<arrow::Scalar> value, const std::vector<std::string>& subset = {}) const;
  struct UnnestSpec {
    std::string column, name;  ///< name: of the output; empty: the column's
    int depth = 1;
  };
  arrow::Result<DataFrame> UnnestColumns(const std::vector<UnnestSpec>& columns, bool preserve_nulls = true) const;
  arrow::Result<DataFrame> Repartition(int partitions) const;
  arrow::Result<DataFrame> RepartitionByHash(const std::vector<Expr>& exprs, int partitions) const;
  arrow::Result<DataFrame> Alias(const std::string& name) const;
  /// Rows count, null_count, mean, std, min, max, median of each column. Runs the query.
  arrow::Result<DataFrame> Describe() const;
  /// The frame of EXPLAIN: columns plan_type, plan.
  arrow::Result<DataFrame> Explain(const ExplainOptions& options = {}) const;
  /// How much memory the query takes, node by node, and the least that does. Runs nothing.
  arrow::Result<MemoryReport> ExplainMemory() const;
  /// Runs the query now and keeps its rows in memory, partition by partition.
  arrow::Result<DataFrame> Cache() const;
  std::shared_ptr<const Table> IntoView(bool temporary = false) const;

  // ---- The doors. All give the same rows in the same order.

  /// One stream over all partitions, in order. Lazy: work starts at the first Next().
  arrow::Result<std::shared_ptr<BatchStream>> Execute(const ExecuteOptions& options = {}) const;
  /// One stream a partition; they may be read in any order, at once, or not at all.
  arrow::Result<std::vector<std::shared_ptr<BatchStream>>> ExecutePartitioned(const ExecuteOptions& options = {}) const;
  arrow::Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> Collect(const ExecuteOptions& options = {}) const;
  arrow::Result<std::vector<std::vector<std::shared_ptr<arrow::RecordBatch>>>> CollectPartitioned(
      const ExecuteOptions& options = {}) const;
  arrow::Result<int64_t> Count(const ExecuteOptions& options = {}) const;

  // ---- Writing. Runs now, in order, in bounded memory. Files appear under their names when all is written; a failure leaves what was there.

  /// Files at `path` (plain, or a file:// URL). A folder gets a file for each partition; an empty result no file there.
  arrow::Status Write(const std::string& path, const WriteOptions& options = {}) const;
  /// Adds the rows to a table, columns by place, cast to its types. kPlan "No table named 'x'".
  arrow::Status WriteTable(std::string_view name, InsertOperation operation = InsertOperation::kAppend) const;

 private:
  DataFrame With(std::shared_ptr<const LogicalPlan> plan) const { return DataFrame(session_, std::move(plan)); }
  arrow::Result<DataFrame> With(arrow::Result<std::shared_ptr<const LogicalPlan>> plan) const;

  std::shared_ptr<SessionState> session_;
  std::shared_ptr<const LogicalPlan> plan_;
};

}  // namespace bowstring
