// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/sql_catalog.h"

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/session.h>

#include "functions/type_names.h"
#include "logical/builder.h"
#include "session/open_files.h"
#include "sources/range.h"

namespace bowstring {

using arrow::Result;

namespace {

/// The constant that an argument is; null value: NULL.
Result<std::shared_ptr<arrow::Scalar>> Constant(const std::string& function, const Expr& argument) {
  if (argument.kind() != ExprKind::kLiteral) {
    return Error(ErrorKind::kPlan, "arguments of ", function, " must be constants, found ", argument.ToString());
  }
  return argument->as<LiteralValue>().value;
}

Result<std::shared_ptr<TableSource>> NumberRange(const std::vector<std::shared_ptr<arrow::Scalar>>& values,
                                                 bool inclusive) {
  std::vector<int64_t> numbers;
  for (size_t i = 0; i < values.size(); ++i) {
    const arrow::Scalar& value = *values[i];
    if (value.type->id() == arrow::Type::NA || !value.is_valid) return MakeRange(0, 0, 1, false);  // NULL: no rows
    if (!arrow::is_integer(value.type->id())) {
      return Error(ErrorKind::kPlan, "Argument #", i + 1, " must be an INTEGER, TIMESTAMP, DATE or NULL, got ", TypeName(*value.type));
    }
    ARROW_ASSIGN_OR_RAISE(const auto number, value.CastTo(arrow::int64()));
    numbers.push_back(static_cast<const arrow::Int64Scalar&>(*number).value);
  }
  const int64_t start = numbers.size() == 1 ? 0 : numbers[0];
  const int64_t end = numbers.size() == 1 ? numbers[0] : numbers[1];
  const int64_t step = numbers.size() == 3 ? numbers[2] : 1;
  if (numbers.size() == 3 && ((step > 0 && start > end) || (step < 0 && start < end))) return MakeRange(0, 0, 1, false);
  return MakeRange(start, end, step, inclusive);
}

Result<std::shared_ptr<TableSource>> TimestampRange(const std::string& name, const std::vector<std::shared_ptr<arrow::Scalar>>& values,
                                                    bool inclusive) {
  if (values.size() != 3) return Error(ErrorKind::kPlan, name, " with timestamps requires exactly 3 arguments");
  std::shared_ptr<arrow::DataType> type = values[0]->type;
  if (type->id() != arrow::Type::TIMESTAMP) type = arrow::timestamp(arrow::TimeUnit::NANO);
  for (const auto& value : values) {
    if (!value->is_valid) return MakeTimestampRange(type, 0, 0, RangeStep{0, 1, 0}, false);
  }
  if (values[2]->type->id() != arrow::Type::INTERVAL_MONTH_DAY_NANO) {
    return Error(ErrorKind::kPlan, "Argument #3 of ", name, " must be an INTERVAL, got ", TypeName(*values[2]->type));
  }
  int64_t bounds[2];
  for (int i = 0; i < 2; ++i) {
    ARROW_ASSIGN_OR_RAISE(const auto cast, values[i]->CastTo(type));
    bounds[i] = static_cast<const arrow::TimestampScalar&>(*cast).value;
  }
  const auto& step = static_cast<const arrow::MonthDayNanoIntervalScalar&>(*values[2]).value;
  return MakeTimestampRange(type, bounds[0], bounds[1], RangeStep{step.months, step.days, step.nanoseconds}, inclusive);
}

}  // namespace

Result<PlanPtr> SqlCatalog::FindTable(const TableName& name) const { return session_.PlanTable(name); }

Result<PlanPtr> SqlCatalog::FindFile(const std::string& path) const {
  if (!session_.url_tables()) return nullptr;
  ARROW_ASSIGN_OR_RAISE(auto source, OpenUrlTable(session_, path));
  if (source == nullptr) return nullptr;
  return logical::ScanTable(TableName{"", "", path}, std::move(source));
}

Result<PlanPtr> SqlCatalog::FindPath(const std::string& path) const { return FindFile(path); }

Result<PlanPtr> SqlCatalog::CallTableFunction(const std::string& name, const std::vector<Expr>& arguments) const {
  if (const auto function = session_.functions().Table(name)) {
    ARROW_ASSIGN_OR_RAISE(const auto table, function->Call(arguments, SessionContext(session_.shared_from_this())));
    const TableName called{"", "", name + "()"};
    if (table->plan() != nullptr) return logical::AliasPlan(table->plan(), called);
    return logical::ScanTable(called, table->source());
  }
  if (name != "range" && name != "generate_series") return nullptr;
  if (arguments.empty() || arguments.size() > 3) return Error(ErrorKind::kPlan, name, " function requires 1 to 3 arguments");
  std::vector<std::shared_ptr<arrow::Scalar>> values;
  bool temporal = false;
  for (const Expr& argument : arguments) {
    ARROW_ASSIGN_OR_RAISE(auto value, Constant(name, argument));
    temporal |= arrow::is_temporal(value->type->id());
    values.push_back(std::move(value));
  }
  const bool inclusive = name == "generate_series";
  std::shared_ptr<TableSource> source;
  if (temporal) {
    ARROW_ASSIGN_OR_RAISE(source, TimestampRange(name, values, inclusive));
  } else {
    ARROW_ASSIGN_OR_RAISE(source, NumberRange(values, inclusive));
  }
  return logical::ScanTable(TableName{"", "", name + "()"}, std::move(source));
}

std::shared_ptr<const ScalarFunction> SqlCatalog::FindScalar(const std::string& name) const { return session_.functions().Scalar(name); }
std::shared_ptr<const AggregateFunction> SqlCatalog::FindAggregate(const std::string& name) const {
  return session_.functions().Aggregate(name);
}
std::shared_ptr<const WindowFunction> SqlCatalog::FindWindow(const std::string& name) const { return session_.functions().Window(name); }

std::vector<std::string> SqlCatalog::FunctionNames() const {
  std::vector<std::string> names = session_.functions().ScalarNames();
  for (auto& name : session_.functions().AggregateNames()) names.push_back(std::move(name));
  for (auto& name : session_.functions().WindowNames()) names.push_back(std::move(name));
  return names;
}

std::vector<std::string> SqlCatalog::TableNames(const TableName& name) const {
  const auto schema = session_.SchemaOf(session_.Resolve(name));
  if (!schema.ok() || *schema == nullptr) return {};
  return (*schema)->TableNames().ValueOr(std::vector<std::string>());
}

sql::BindOptions BindOptionsOf(const SessionState& session) {
  const SessionConfig config = session.config();
  sql::BindOptions options;
  options.normalize = config.normalize_identifiers();
  options.float_as_decimal = config.GetBool("datafusion.sql_parser.parse_float_as_decimal");
  options.view_strings = config.GetBool("datafusion.sql_parser.map_string_types_to_utf8view");
  options.sized_strings = config.GetBool("datafusion.sql_parser.support_varchar_with_length");
  options.null_ordering = config.GetText("datafusion.sql_parser.default_null_ordering");
  options.time_zone = config.GetText("datafusion.execution.time_zone");
  return options;
}

}  // namespace bowstring
