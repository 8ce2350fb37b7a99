// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/values.h"

#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

#include "expr/type.h"

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Values::Make(std::vector<std::vector<Expr>> rows, SchemaPtr schema) {
  if (rows.empty()) return Error(ErrorKind::kPlan, "Values list cannot be empty");
  const Scope nothing;
  arrow::FieldVector fields;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != rows[0].size()) {
      return Error(ErrorKind::kPlan, "Inconsistent data length across values list: got ", rows[i].size(), " values in row ", i,
                   " but expected ", rows[0].size());
    }
    for (size_t column = 0; column < rows[i].size(); ++column) {
      ARROW_ASSIGN_OR_RAISE(auto field, FieldOf(rows[i][column], nothing));
      if (i == 0) {
        fields.push_back(field->WithName("column" + std::to_string(column + 1)));
      } else if (!field->type()->Equals(*fields[column]->type())) {
        return Error(ErrorKind::kInternal, "values of ", TypeName(*fields[column]->type()), " and ", TypeName(*field->type()));
      } else if (field->nullable() && !fields[column]->nullable()) {
        fields[column] = fields[column]->WithNullable(true);
      }
    }
  }
  if (fields.empty()) return Error(ErrorKind::kPlan, "Values list cannot be zero length");
  if (schema == nullptr) schema = Schema::From(*arrow::schema(std::move(fields)), std::nullopt);
  std::shared_ptr<Values> values(new Values(std::move(schema), {}));
  values->rows = std::move(rows);
  return values;
}

std::vector<Expr> Values::Expressions() const {
  std::vector<Expr> exprs;
  for (const auto& row : rows) exprs.insert(exprs.end(), row.begin(), row.end());
  return exprs;
}

Result<PlanPtr> Values::WithParts(std::vector<Expr> expressions, std::vector<PlanPtr>) const {
  std::vector<std::vector<Expr>> next;
  next.reserve(rows.size());
  auto at = expressions.begin();
  for (const auto& row : rows) {
    next.emplace_back(std::make_move_iterator(at), std::make_move_iterator(at + row.size()));
    at += row.size();
  }
  return Make(std::move(next), schema());
}

std::string Values::Display() const {
  constexpr size_t kShown = 5;
  std::string text = "Values: ";
  for (size_t i = 0; i < rows.size() && i < kShown; ++i) {
    if (i > 0) text += ", ";
    text += "(" + JoinExprs(rows[i]) + ")";
  }
  return rows.size() > kShown ? text + "..." : text;
}

bool Values::SameRest(const LogicalPlan& other) const { return rows.size() == other.As<Values>().rows.size(); }

}  // namespace bowstring::logical
