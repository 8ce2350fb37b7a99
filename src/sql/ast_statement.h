// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sql/ast_query.h"

namespace bowstring::sql {

enum class StatementKind : uint8_t {
  kQuery, kExplain, kDescribe,
  kCreateTable, kCreateView, kCreateSchema, kCreateFunction, kCreateIndex, kDrop,
  kInsert, kUpdate, kDelete, kCopy,
  kSet, kReset, kShow, kPrepare, kExecute, kDeallocate, kUse,
  kTransaction, kTruncate, kMerge, kUnsupported,
};

/// Base of all statements, used as AstExpr is.
struct AstStatement {
  const StatementKind kind;
  SourceSpan span;

  explicit AstStatement(StatementKind k) : kind(k) {}
  virtual ~AstStatement() = default;
  AstStatement(const AstStatement&) = delete;
  AstStatement& operator=(const AstStatement&) = delete;

  template <typename T>
  const T& As() const { return static_cast<const T&>(*this); }
  template <typename T>
  T& As() { return static_cast<T&>(*this); }
  template <typename T>
  const T* TryAs() const { return kind == T::kKind ? static_cast<const T*>(this) : nullptr; }
};
using StatementPtr = std::unique_ptr<AstStatement>;

template <StatementKind K>
struct AstStatementOf : AstStatement {
  static constexpr StatementKind kKind = K;
  AstStatementOf() : AstStatement(K) {}
};

/// A key and its value as written in OPTIONS (...), SET and WITH (...). Keys keep their dots: `format.delimiter`.
struct AstOption {
  std::string key;
  ExprPtr value;
  SourceSpan span;
};

struct AstQueryStatement : AstStatementOf<StatementKind::kQuery> {
  QueryPtr query;
};

struct AstExplain : AstStatementOf<StatementKind::kExplain> {
  bool analyze = false;
  bool verbose = false;
  std::string format;  // in lower case; "" when not written
  StatementPtr statement;
};

/// DESCRIBE t (DESC t), or DESCRIBE <query>.
struct AstDescribe : AstStatementOf<StatementKind::kDescribe> {
  ObjectName table;
  QueryPtr query;  // then table is empty
};

// ---- CREATE and DROP

enum class ConstraintKind : uint8_t { kNotNull, kNull, kDefault, kPrimaryKey, kUnique, kCheck, kForeignKey };

/// Of a column (no `columns`) or of a table.
struct AstConstraint {
  ConstraintKind kind = ConstraintKind::kNotNull;
  std::optional<Ident> name;      // CONSTRAINT name
  std::vector<Ident> columns;
  ExprPtr expr;                   // kDefault, kCheck
  ObjectName references;          // kForeignKey
  std::vector<Ident> referenced;  // kForeignKey
  SourceSpan span;
};

struct AstColumnDef {
  Ident name;
  TypePtr type;  // null in PARTITIONED BY (a, b)
  std::vector<AstConstraint> constraints;
  SourceSpan span;
};

struct AstCreateTable : AstStatementOf<StatementKind::kCreateTable> {
  bool or_replace = false;
  bool external = false;
  bool temporary = false;
  bool unbounded = false;
  bool if_not_exists = false;
  ObjectName name;
  std::vector<AstColumnDef> columns;
  std::vector<AstConstraint> constraints;
  QueryPtr query;  // AS <query>; may be null
  // External tables:
  std::string format;                                   // STORED AS, as written
  std::vector<std::string> locations;
  std::vector<AstColumnDef> partitioned_by;
  std::vector<std::vector<AstOrderItem>> with_order;    // one list a WITH ORDER (...)
  std::vector<AstOption> options;                       // OPTIONS (...) or WITH (...)
};

struct AstCreateView : AstStatementOf<StatementKind::kCreateView> {
  bool or_replace = false;
  bool temporary = false;
  bool materialized = false;
  bool if_not_exists = false;
  ObjectName name;
  std::vector<Ident> columns;
  QueryPtr query;
};

/// CREATE SCHEMA or CREATE DATABASE.
struct AstCreateSchema : AstStatementOf<StatementKind::kCreateSchema> {
  bool is_database = false;
  bool or_replace = false;
  bool if_not_exists = false;
  ObjectName name;
};

struct AstFunctionParam {
  std::optional<Ident> name;
  TypePtr type;
  ExprPtr default_value;  // may be null
};

struct AstCreateFunction : AstStatementOf<StatementKind::kCreateFunction> {
  bool or_replace = false;
  bool temporary = false;
  bool if_not_exists = false;
  ObjectName name;
  std::vector<AstFunctionParam> params;
  TypePtr returns;         // may be null
  std::string volatility;  // "immutable", "stable", "volatile" or ""
  std::string language;
  ExprPtr body;  // RETURN expr, AS 'text'; may be null
};

struct AstCreateIndex : AstStatementOf<StatementKind::kCreateIndex> {
  bool unique = false;
  bool if_not_exists = false;
  std::optional<ObjectName> name;
  ObjectName table;
  std::string method;  // USING method, or ""
  std::vector<AstOrderItem> columns;
};

enum class ObjectKind : uint8_t { kTable, kView, kMaterializedView, kSchema, kDatabase, kFunction, kIndex };

struct AstDrop : AstStatementOf<StatementKind::kDrop> {
  ObjectKind object = ObjectKind::kTable;
  bool temporary = false;
  bool if_exists = false;
  bool cascade = false;
  bool restrict = false;
  std::vector<ObjectName> names;
};

// ---- DML

struct AstAssignment {
  std::vector<ObjectName> targets;  // several for (a, b) = (1, 2)
  ExprPtr value;
  SourceSpan span;
};

struct AstInsert : AstStatementOf<StatementKind::kInsert> {
  bool overwrite = false;  // INSERT OVERWRITE
  bool replace = false;    // REPLACE INTO, INSERT OR REPLACE INTO
  ObjectName table;
  std::optional<Ident> alias;
  std::vector<Ident> columns;
  bool by_name = false;
  bool default_values = false;
  QueryPtr query;  // null for DEFAULT VALUES
  std::optional<std::string> on_conflict;  // "" for DO NOTHING, "update" for DO UPDATE; always refused by the binder
  std::vector<AstSelectItem> returning;
};

struct AstUpdate : AstStatementOf<StatementKind::kUpdate> {
  AstFrom table;
  std::vector<AstAssignment> assignments;
  std::vector<AstFrom> from;
  ExprPtr where;
  std::vector<AstSelectItem> returning;
};

struct AstDelete : AstStatementOf<StatementKind::kDelete> {
  AstFrom table;
  std::vector<AstFrom> using_tables;
  ExprPtr where;
  std::vector<AstSelectItem> returning;
};

/// COPY t TO 'x' or COPY (query) TO 'x'; COPY t FROM 'x' has is_from.
struct AstCopy : AstStatementOf<StatementKind::kCopy> {
  ObjectName table;            // empty when there is a query
  std::vector<Ident> columns;  // COPY t (a, b)
  QueryPtr query;
  bool is_from = false;
  std::string target;
  std::string format;  // STORED AS, as written
  std::vector<Ident> partitioned_by;
  std::vector<AstOption> options;
};

// ---- Session

/// SET x = v, SET x TO v, SET TIME ZONE v (name "timezone"), SET x = a, b.
struct AstSet : AstStatementOf<StatementKind::kSet> {
  std::string scope;  // "session", "local", "global" or ""
  ObjectName name;
  std::vector<ExprPtr> values;  // an unquoted word is a kColumn
};

/// RESET x; RESET ALL has an empty name.
struct AstReset : AstStatementOf<StatementKind::kReset> {
  ObjectName name;
};

enum class ShowKind : uint8_t {
  kVariable, kAll, kTables, kColumns, kFunctions, kCreateTable, kCreateView, kSchemas, kDatabases, kViews, kCatalogs,
};

struct AstShow : AstStatementOf<StatementKind::kShow> {
  ShowKind show = ShowKind::kVariable;
  bool verbose = false;  // SHOW ALL VERBOSE, SHOW x VERBOSE
  bool extended = false;
  bool full = false;
  ObjectName name;  // the variable, the table of kColumns and kCreate*, the schema of kTables; may be empty
  std::optional<std::string> like;
  bool ilike = false;
  ExprPtr where;
};

struct AstPrepare : AstStatementOf<StatementKind::kPrepare> {
  Ident name;
  std::vector<TypePtr> types;
  StatementPtr statement;
};

struct AstExecute : AstStatementOf<StatementKind::kExecute> {
  ObjectName name;
  std::vector<AstFunctionArg> args;
};

struct AstDeallocate : AstStatementOf<StatementKind::kDeallocate> {
  Ident name;
  bool all = false;
};

struct AstUse : AstStatementOf<StatementKind::kUse> {
  ObjectName name;
};

// ---- Refused by name

enum class TransactionKind : uint8_t { kBegin, kCommit, kRollback, kSavepoint, kRelease };

struct AstTransaction : AstStatementOf<StatementKind::kTransaction> {
  TransactionKind action = TransactionKind::kBegin;
  std::string text;  // the statement in upper case keywords as it prints
};

struct AstTruncate : AstStatementOf<StatementKind::kTruncate> {
  bool if_exists = false;
  std::vector<ObjectName> tables;
  std::string options;  // "", "CASCADE", "RESTART IDENTITY RESTRICT", ...
};

struct AstMergeClause {
  bool matched = true;
  bool by_source = false;  // NOT MATCHED BY SOURCE
  ExprPtr condition;       // AND ...; may be null
  enum class Action : uint8_t { kUpdate, kInsert, kDelete, kDoNothing };
  Action action = Action::kUpdate;
  std::vector<AstAssignment> assignments;
  std::vector<Ident> columns;
  std::vector<ExprPtr> values;
};

struct AstMerge : AstStatementOf<StatementKind::kMerge> {
  AstTable target;
  AstTable source;
  ExprPtr on;
  std::vector<AstMergeClause> clauses;
};

/// A statement that SQL has and this engine doesn't: ALTER, GRANT, VACUUM, ... Not parsed past its first words.
struct AstUnsupported : AstStatementOf<StatementKind::kUnsupported> {
  std::string name;  // "ALTER TABLE"
  std::string text;  // the statement as written
};

}  // namespace bowstring::sql
