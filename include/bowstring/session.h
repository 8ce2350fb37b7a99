// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/catalog.h>
#include <bowstring/dataframe.h>
#include <bowstring/export.h>
#include <bowstring/function.h>
#include <bowstring/options.h>
#include <bowstring/table_factory.h>
#include <bowstring/table_function.h>

namespace bowstring {

/// Where a session's tables, functions, settings and memory hang together, and where frames come from. A handle: copies share one
/// session. Thread-safe.
///
/// Table names given as text have one to three parts and are read as in SQL: `Up` is up, `"Up"` is Up, `s.t` is table t of schema s.
class BOWSTRING_EXPORT SessionContext {
 public:
  /// With information_schema.
  SessionContext();
  explicit SessionContext(SessionConfig config, RuntimeEnvBuilder runtime = {});
  explicit SessionContext(std::shared_ptr<SessionState> state) : state_(std::move(state)) {}

  const std::shared_ptr<SessionState>& state() const { return state_; }
  std::string session_id() const;          ///< a UUID
  std::string session_start_time() const;  ///< RFC 3339, with nanoseconds
  SessionConfig config() const;            ///< a copy
  arrow::Status SetConfig(std::string_view key, std::string_view value);

  // ---- SQL

  using Parameters = std::vector<std::pair<std::string, std::shared_ptr<arrow::Scalar>>>;
  /// Plans one statement. Queries are lazy; CREATE, DROP, SET act now. `parameters`: values of $name.
  arrow::Result<DataFrame> Sql(std::string_view sql, const SQLOptions& options = {}, const Parameters& parameters = {}) const;
  /// Quoted paths in FROM, and paths given to table(), are files from now on. The answer is this session.
  SessionContext EnableUrlTable() const;
  /// An SQL expression over a schema's columns.
  arrow::Result<Expr> ParseSqlExpr(std::string_view sql, const arrow::Schema& schema) const;

  // ---- Tables

  /// kPlan "No table named 'x'".
  arrow::Result<DataFrame> table(std::string_view name) const;
  arrow::Result<bool> TableExists(std::string_view name) const;
  /// Null where there is none.
  arrow::Result<std::shared_ptr<const Table>> FindTable(std::string_view name) const;
  arrow::Status RegisterTable(std::string_view name, std::shared_ptr<const Table> table) const;
  arrow::Status RegisterTable(std::string_view name, std::shared_ptr<TableSource> source) const;
  arrow::Status RegisterView(std::string_view name, const DataFrame& frame) const;
  /// Partitions of batches, kept as partitions.
  arrow::Status RegisterRecordBatches(std::string_view name,
                                      std::vector<std::vector<std::shared_ptr<arrow::RecordBatch>>> partitions,
                                      std::shared_ptr<arrow::Schema> schema = nullptr) const;
  /// Silent where there is no such table.
  arrow::Status DeregisterTable(std::string_view name) const;

  /// A frame over a registered table of these batches; no name: "c" and 32 hex digits.
  arrow::Result<DataFrame> CreateDataFrame(std::vector<std::vector<std::shared_ptr<arrow::RecordBatch>>> partitions,
                                           std::string_view name = "", std::shared_ptr<arrow::Schema> schema = nullptr) const;
  /// A frame over these, registered nowhere; the columns' relation is `?table?`.
  arrow::Result<DataFrame> ReadTable(std::shared_ptr<const Table> table) const;
  arrow::Result<DataFrame> ReadTable(std::shared_ptr<TableSource> source) const;
  arrow::Result<DataFrame> ReadBatches(std::vector<std::shared_ptr<arrow::RecordBatch>> batches,
                                       std::shared_ptr<arrow::Schema> schema = nullptr) const;
  /// One row, no columns.
  arrow::Result<DataFrame> ReadEmpty() const;
  /// Column `value`: start, start + step, ... below end.
  arrow::Result<DataFrame> Range(int64_t start, int64_t end, int64_t step = 1) const;
  arrow::Result<DataFrame> FromPlan(Plan plan) const;

  /// Any Arrow stream producer as a table: see MakeStreamTable in sources/c_stream.h.
  struct StreamOptions {
    bool once = false;   ///< keep nothing; a second use is an error
    bool trust = true;   ///< false: the data is checked in full, not its structure only
  };
  /// A one-shot stream: read lazily, and kept for later queries. Moves from `stream`.
  arrow::Result<std::shared_ptr<TableSource>> StreamTable(struct ArrowArrayStream* stream, const StreamOptions& options) const;
  /// A producer that gives a fresh stream to each query. Called on any thread; `schema` is what its streams have.
  using StreamProducer = std::function<arrow::Status(struct ArrowArrayStream*)>;
  arrow::Result<std::shared_ptr<TableSource>> StreamTable(std::shared_ptr<arrow::Schema> schema, StreamProducer producer,
                                                          const StreamOptions& options) const;

  struct ParquetReadOptions {
    std::string file_extension = ".parquet";
    std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>> table_partition_cols;
    bool pruning = true;
    bool skip_metadata = true;
    std::shared_ptr<arrow::Schema> schema;
    std::vector<std::vector<SortKey>> file_sort_order;
  };
  arrow::Result<DataFrame> ReadParquet(const std::vector<std::string>& paths) const;
  arrow::Result<DataFrame> ReadParquet(const std::vector<std::string>& paths, const ParquetReadOptions& options) const;
  arrow::Status RegisterParquet(std::string_view name, const std::vector<std::string>& paths,
                                const ParquetReadOptions& options) const;

  // ---- Catalogs

  std::shared_ptr<CatalogProviderList> catalogs() const;
  /// CREATE EXTERNAL TABLE ... STORED AS `format` (in any case) asks it; replaces one of that format, ours too.
  arrow::Status RegisterTableFactory(std::string_view format, TableFactory factory) const;
  arrow::Status RegisterCatalogList(std::shared_ptr<CatalogProviderList> list) const;

  // ---- Functions

  /// Replaces one of that name, built-in ones too.
  arrow::Status RegisterFunction(std::shared_ptr<const ScalarFunction> function) const;
  arrow::Status RegisterFunction(std::shared_ptr<const AggregateFunction> function) const;
  arrow::Status RegisterFunction(std::shared_ptr<const WindowFunction> function) const;
  arrow::Status RegisterFunction(std::shared_ptr<const TableFunction> function) const;
  /// By exact name; null where there is none.
  std::shared_ptr<const ScalarFunction> FindScalarFunction(std::string_view name) const;
  std::shared_ptr<const AggregateFunction> FindAggregateFunction(std::string_view name) const;
  std::shared_ptr<const WindowFunction> FindWindowFunction(std::string_view name) const;
  /// Whether there was one.
  bool DeregisterScalarFunction(std::string_view name) const;
  bool DeregisterAggregateFunction(std::string_view name) const;
  bool DeregisterWindowFunction(std::string_view name) const;
  bool DeregisterTableFunction(std::string_view name) const;
  /// Puts Spark's functions over SQL's names: `spark_x` is what `x` means from here on.
  void EnableSparkFunctions() const;
  std::vector<std::string> ScalarFunctionNames() const;
  std::vector<std::string> AggregateFunctionNames() const;
  std::vector<std::string> WindowFunctionNames() const;
  std::vector<std::string> TableFunctionNames() const;  ///< the user's

  /// Switches an optimizer rule off; whether there is one of that name that was on.
  bool RemoveOptimizerRule(std::string_view name) const;

 private:
  std::shared_ptr<SessionState> state_;
};

}  // namespace bowstring
