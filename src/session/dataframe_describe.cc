// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/dataframe.h>

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "session/state.h"
#include "sources/memory.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

constexpr const char* kFigures[] = {"count", "null_count", "mean", "std", "min", "max", "median"};
constexpr size_t kFigureCount = std::size(kFigures);

bool IsNumber(const arrow::DataType& type) {
  return arrow::is_integer(type.id()) || arrow::is_floating(type.id()) || arrow::is_decimal(type.id());
}

/// Which figures make sense for a type: the others are NULL.
bool Applies(size_t figure, const arrow::DataType& type) {
  if (figure < 2 || IsNumber(type)) return true;
  if (figure != 4 && figure != 5) return false;  // min and max: what has an order and a text
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
    case arrow::Type::DURATION:
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST: return true;
    default: return false;
  }
}

/// The aggregate that answers a figure of a column, as double (numbers) or text.
Result<Expr> FigureOf(const SessionState& session, size_t figure, const Expr& column, const arrow::DataType& type) {
  static constexpr const char* kFunctions[] = {"count", "count", "avg", "stddev", "min", "max", "median"};
  const auto function = session.functions().Aggregate(kFunctions[figure]);
  if (function == nullptr) return Error(ErrorKind::kNotImplemented, "describe without the function ", kFunctions[figure]);
  AggregateCall call;
  call.function = function;
  Expr argument = column;
  if (figure == 1) {  // rows that are NULL
    argument = Case({.has_operand = false, .has_else = false}, {IsNull(column), Literal(int64_t{1})});
  } else if (figure == 2 || figure == 3 || figure == 6) {
    argument = Cast(column, arrow::float64());
  }
  const Expr value = MakeExpr(ExprKind::kAggregate, {argument}, std::move(call));
  if (figure > 1 && type.id() == arrow::Type::DURATION) return value;
  return Cast(value, IsNumber(type) ? arrow::float64() : arrow::utf8());
}

/// A figure as text; a duration as its seconds in the form of ISO 8601, "PT86400S".
std::string TextOf(const arrow::Scalar& value) {
  if (value.type->id() != arrow::Type::DURATION) return value.ToString();
  static constexpr int kDigits[] = {0, 3, 6, 9};  // by the unit
  const int digits = kDigits[static_cast<const arrow::DurationType&>(*value.type).unit()];
  const int64_t count = static_cast<const arrow::DurationScalar&>(value).value;
  std::string figures = std::to_string(count);
  if (count < 0) figures.erase(0, 1);
  if (static_cast<int>(figures.size()) <= digits) figures.insert(0, static_cast<size_t>(digits) + 1 - figures.size(), '0');
  std::string fraction = figures.substr(figures.size() - static_cast<size_t>(digits));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  figures.resize(figures.size() - static_cast<size_t>(digits));
  return (count < 0 ? "-PT" : "PT") + figures + (fraction.empty() ? "" : "." + fraction) + "S";
}

}  // namespace

Result<DataFrame> DataFrame::Describe() const {
  const logical::Schema& schema = *plan_->schema();
  std::vector<Expr> figures;
  for (int c = 0; c < schema.num_fields(); ++c) {
    const arrow::DataType& type = *schema.field(c).field->type();
    for (size_t figure = 0; figure < kFigureCount; ++figure) {
      if (!Applies(figure, type)) continue;
      ARROW_ASSIGN_OR_RAISE(Expr expr, FigureOf(*session_, figure, schema.column(c), type));
      figures.push_back(expr.Alias(std::to_string(c) + ":" + kFigures[figure]));
    }
  }
  std::shared_ptr<arrow::RecordBatch> row;
  if (!figures.empty()) {
    ARROW_ASSIGN_OR_RAISE(const DataFrame aggregated, With(logical::GroupBy(plan_, {}, std::move(figures))));
    ARROW_ASSIGN_OR_RAISE(const auto batches, aggregated.Collect());
    row = batches.at(0);
  }
  arrow::StringBuilder names;
  for (const char* figure : kFigures) ARROW_RETURN_NOT_OK(names.Append(figure));
  arrow::FieldVector fields{arrow::field("describe", arrow::utf8(), false)};
  arrow::ArrayVector columns;
  columns.emplace_back();
  ARROW_RETURN_NOT_OK(names.Finish(&columns.back()));
  for (int c = 0; c < schema.num_fields(); ++c) {
    const auto& field = schema.field(c).field;
    const bool number = IsNumber(*field->type());
    arrow::DoubleBuilder doubles;
    arrow::StringBuilder texts;
    for (size_t figure = 0; figure < kFigureCount; ++figure) {
      std::shared_ptr<arrow::Scalar> value;
      if (Applies(figure, *field->type())) {
        const auto array = row->GetColumnByName(std::to_string(c) + ":" + kFigures[figure]);
        ARROW_ASSIGN_OR_RAISE(value, array->GetScalar(0));
      }
      const bool known = value != nullptr && value->is_valid;
      if (number) {
        ARROW_RETURN_NOT_OK(known ? doubles.Append(static_cast<const arrow::DoubleScalar&>(*value).value) : doubles.AppendNull());
      } else {
        ARROW_RETURN_NOT_OK(texts.Append(known ? TextOf(*value) : "null"));
      }
    }
    columns.emplace_back();
    ARROW_RETURN_NOT_OK(number ? doubles.Finish(&columns.back()) : texts.Finish(&columns.back()));
    fields.push_back(arrow::field(field->name(), number ? arrow::float64() : arrow::utf8(), true));
  }
  const auto described = arrow::schema(std::move(fields));
  const auto batch = arrow::RecordBatch::Make(described, static_cast<int64_t>(kFigureCount), std::move(columns));
  ARROW_ASSIGN_OR_RAISE(auto table, MemoryTable::Make(described, {{batch}}));
  return With(logical::ScanTable(TableName{"", "", "?table?"}, std::move(table)));
}

}  // namespace bowstring
