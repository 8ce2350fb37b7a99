// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/filter.h"

#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Filter::Make(PlanPtr input, Expr predicate) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  ARROW_ASSIGN_OR_RAISE(const auto field, FieldIn(predicate, input->schema()->scope()));
  const auto& type = field->type();
  if (type->id() != arrow::Type::BOOL && type->id() != arrow::Type::NA) {
    return Error(ErrorKind::kPlan, "Cannot create filter with non-boolean predicate '", predicate.ToString(), "' returning ",
                 TypeName(*type));
  }
  SchemaPtr schema = input->schema();
  std::shared_ptr<Filter> filter(new Filter(std::move(schema), {std::move(input)}));
  filter->predicate = Unalias(predicate);
  return filter;
}

Result<PlanPtr> Filter::WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const {
  return Make(std::move(inputs[0]), std::move(expressions[0]));
}

std::string Filter::Display() const { return "Filter: " + predicate.ToString(); }

}  // namespace bowstring::logical
