// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/dataframe.h>

#include <arrow/compute/cast.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/fold_constants.h"
#include "expr/scope.h"
#include "logical/builder.h"
#include "session/state.h"

namespace bowstring {

using arrow::Result;

namespace {

/// The columns of a subset of names, or all.
Result<std::vector<int>> SubsetOf(const logical::Schema& schema, const std::vector<std::string>& subset) {
  std::vector<int> columns;
  if (subset.empty()) {
    for (int i = 0; i < schema.num_fields(); ++i) columns.push_back(i);
  }
  for (const std::string& name : subset) {
    const auto at = schema.scope().TryResolve(Col(name)->as<ColumnRef>());
    if (!at) return Error(ErrorKind::kPlan, "Column '", name, "' not found");
    columns.push_back(*at);
  }
  return columns;
}

/// The value in the column's type; null where it has none there.
std::shared_ptr<arrow::Scalar> InType(const std::shared_ptr<arrow::Scalar>& value, const std::shared_ptr<arrow::DataType>& type) {
  if (value->type->Equals(*type)) return value;
  // As CAST does it; Arrow's own cast knows some more pairs of types.
  const auto folded = FoldConstants(bowstring::Cast(Literal(value), type), Scope());
  if (folded.ok() && folded->kind() == ExprKind::kLiteral) return (*folded)->as<LiteralValue>().value;
  // Views aren't known to all of Arrow's casts: by plain strings.
  std::shared_ptr<arrow::DataType> target = type;
  if (type->id() == arrow::Type::STRING_VIEW) target = arrow::utf8();
  if (type->id() == arrow::Type::BINARY_VIEW) target = arrow::binary();
  std::shared_ptr<arrow::Scalar> from = value;
  if (from->type->id() == arrow::Type::STRING_VIEW && from->is_valid) {
    from = std::make_shared<arrow::StringScalar>(static_cast<const arrow::StringViewScalar&>(*from).value);
  }
  arrow::compute::CastOptions options = arrow::compute::CastOptions::Safe(target);
  options.allow_float_truncate = true;  // 1.5 fills integers with 1
  const auto cast = arrow::compute::Cast(arrow::Datum(from), options);
  if (!cast.ok()) {
    // Between numbers with a fraction and times: by way of whole numbers, as the peer.
    const auto is_fraction = [](const arrow::DataType& t) { return arrow::is_floating(t.id()) || arrow::is_decimal(t.id()); };
    const auto is_time = [](const arrow::DataType& t) { return t.id() == arrow::Type::TIMESTAMP || t.id() == arrow::Type::DURATION; };
    if ((!is_fraction(*value->type) || !is_time(*type)) && (!is_time(*value->type) || !is_fraction(*type))) return nullptr;
    const auto whole = InType(value, arrow::int64());
    return whole == nullptr ? nullptr : InType(whole, type);
  }
  std::shared_ptr<arrow::Scalar> result = cast->scalar();
  if (!result->is_valid) return result;
  if (type->id() == arrow::Type::STRING_VIEW) {
    return std::make_shared<arrow::StringViewScalar>(static_cast<const arrow::StringScalar&>(*result).value);
  }
  if (type->id() == arrow::Type::BINARY_VIEW) {
    return std::make_shared<arrow::BinaryViewScalar>(static_cast<const arrow::BinaryScalar&>(*result).value);
  }
  return result;
}

}  // namespace

Result<DataFrame> DataFrame::FillNull(std::shared_ptr<arrow::Scalar> value, const std::vector<std::string>& subset) const {
  ARROW_ASSIGN_OR_RAISE(const std::vector<int> columns, SubsetOf(*plan_->schema(), subset));
  ARROW_ASSIGN_OR_RAISE(const auto coalesce, session_->ScalarFunctionNamed("coalesce"));
  std::vector<Expr> exprs = logical::AllColumns(*plan_);
  for (int i : columns) {
    const auto& field = plan_->schema()->field(i).field;
    const auto fill = InType(value, field->type());
    if (fill == nullptr) continue;
    exprs[i] = Call(coalesce, {exprs[i], Literal(fill)}).Alias(field->name());
  }
  return Select(std::move(exprs));
}

Result<DataFrame> DataFrame::FillNan(std::shared_ptr<arrow::Scalar> value, const std::vector<std::string>& subset) const {
  ARROW_ASSIGN_OR_RAISE(const std::vector<int> columns, SubsetOf(*plan_->schema(), subset));
  ARROW_ASSIGN_OR_RAISE(const auto nanvl, session_->ScalarFunctionNamed("nanvl"));
  std::vector<Expr> exprs = logical::AllColumns(*plan_);
  for (int i : columns) {
    const auto& field = plan_->schema()->field(i).field;
    if (!arrow::is_floating(field->type()->id())) continue;
    const auto fill = InType(value, field->type());
    if (fill == nullptr) continue;
    exprs[i] = Call(nanvl, {exprs[i], Literal(fill)}).Alias(field->name());
  }
  return Select(std::move(exprs));
}

}  // namespace bowstring
