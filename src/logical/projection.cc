// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/projection.h"

#include <unordered_map>

#include <bowstring/error.h>

#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Projection::Make(PlanPtr input, std::vector<Expr> exprs) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  std::unordered_map<std::string, size_t> names;
  std::vector<QualifiedField> fields;
  fields.reserve(exprs.size());
  for (size_t i = 0; i < exprs.size(); ++i) {
    std::string name = exprs[i].name();
    if (const auto [relation, column] = OutputName(exprs[i]); relation) name = QuotedName(relation, column);
    const auto [at, fresh] = names.emplace(std::move(name), i);
    if (!fresh) {
      return Error(ErrorKind::kPlan, "Projections require unique expression names but the expression \"",
                   exprs[at->second].ToString(), "\" at position ", at->second, " and \"", exprs[i].ToString(), "\" at position ", i,
                   " have the same name. Consider aliasing (\"AS\") one of them.");
    }
    ARROW_ASSIGN_OR_RAISE(auto field, FieldIn(exprs[i], input->schema()->scope()));
    fields.push_back({OutputName(exprs[i]).first, std::move(field)});
  }
  ARROW_ASSIGN_OR_RAISE(auto schema, Schema::Make(std::move(fields), input->schema()->arrow()->metadata()));
  std::shared_ptr<Projection> projection(new Projection(std::move(schema), {std::move(input)}));
  projection->exprs = std::move(exprs);
  return projection;
}

Result<PlanPtr> Projection::WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const {
  return Make(std::move(inputs[0]), std::move(expressions));
}

std::string Projection::Display() const { return exprs.empty() ? "Projection:" : "Projection: " + JoinExprs(exprs); }

}  // namespace bowstring::logical
