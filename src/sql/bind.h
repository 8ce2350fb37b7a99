// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/expr.h>
#include <bowstring/function.h>

#include "logical/plan.h"
#include "sql/ast.h"

namespace bowstring::sql {

/// What names in SQL text mean: implemented by the session.
class BindCatalog {
 public:
  virtual ~BindCatalog() = default;
  /// A plan that reads the table or view; null where there is none.
  virtual arrow::Result<PlanPtr> FindTable(const TableName& name) const = 0;
  /// As FindTable, for a path in quotes; null where files are no tables.
  virtual arrow::Result<PlanPtr> FindFile(const std::string& path) const = 0;
  /// The rows of a table function; null where there is none of that name. Arguments are constants where they could be folded.
  virtual arrow::Result<PlanPtr> CallTableFunction(const std::string& name, const std::vector<Expr>& arguments) const = 0;
  /// The name as an error shows it: with the session's catalog and schema.
  virtual std::string FullName(const TableName& name) const = 0;
  /// Null where there is none.
  virtual std::shared_ptr<const ScalarFunction> FindScalar(const std::string& name) const = 0;
  virtual std::shared_ptr<const AggregateFunction> FindAggregate(const std::string& name) const = 0;
  virtual std::shared_ptr<const WindowFunction> FindWindow(const std::string& name) const = 0;
  virtual std::vector<std::string> FunctionNames() const = 0;
  /// Tables and views where the name would be looked up.
  virtual std::vector<std::string> TableNames(const TableName& name) const = 0;
};

struct BindOptions {
  bool normalize = true;         ///< unquoted names fold to lower case
  bool float_as_decimal = false;
  bool view_strings = true;      ///< varchar and its kin are string views
  bool sized_strings = true;     ///< varchar(5) is allowed (and no shorter than varchar)
  std::string null_ordering = "nulls_max";
  std::string time_zone;         ///< of timestamptz; empty: none
  /// Values of $name and $1, without the dollar sign. None given at all: placeholders stay in the plan.
  std::optional<std::vector<std::pair<std::string, std::shared_ptr<arrow::Scalar>>>> parameters;
  std::vector<std::shared_ptr<arrow::DataType>> parameter_types;  ///< of $1, $2, ... where they have no values yet
  bool infer_parameters = false;                                  ///< `a = $1` gives $1 the type of a
  std::optional<SourceSpan>* error_span = nullptr;                ///< where the place of an error is noted down
  const AstBody* typed_values = nullptr;                          ///< these VALUES are cast to `value_types`, value by value
  std::vector<std::shared_ptr<arrow::DataType>> value_types;
  std::set<std::string>* placeholders = nullptr;                  ///< where those found are noted down
};

/// The plan of a query. Errors as the peer's: kPlan, kSchema, kNotImplemented.
arrow::Result<PlanPtr> BindQuery(const AstQuery& query, const BindCatalog& catalog, const BindOptions& options);

/// An expression over a schema's columns, all qualified as the schema has them.
arrow::Result<Expr> BindExpression(const AstExpr& expr, const logical::Schema& schema, const BindCatalog& catalog,
                                   const BindOptions& options);

arrow::Result<std::shared_ptr<arrow::DataType>> BindType(const AstType& type, const BindOptions& options);

/// The name with folding done.
std::string BindName(const Ident& name, const BindOptions& options);
/// A key of ORDER BY, with the settings' word on NULLs where the item has none.
SortKey BindSortKey(Expr expr, const AstOrderItem& item, const BindOptions& options);
/// kPlan for more than three parts.
arrow::Result<TableName> BindTableName(const ObjectName& name, const BindOptions& options);

}  // namespace bowstring::sql
