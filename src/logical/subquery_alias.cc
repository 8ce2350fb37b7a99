// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/subquery_alias.h"

#include <bowstring/error.h>

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> SubqueryAlias::Make(PlanPtr input, TableName alias) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  std::vector<QualifiedField> fields = input->schema()->fields();
  for (QualifiedField& field : fields) field.relation = alias;
  ARROW_ASSIGN_OR_RAISE(auto schema, Schema::Make(std::move(fields), input->schema()->arrow()->metadata()));
  std::shared_ptr<SubqueryAlias> node(new SubqueryAlias(std::move(schema), {std::move(input)}));
  node->alias = std::move(alias);
  return node;
}

Result<PlanPtr> SubqueryAlias::WithParts(std::vector<Expr>, std::vector<PlanPtr> inputs) const {
  return Make(std::move(inputs[0]), alias);
}

std::string SubqueryAlias::Display() const { return "SubqueryAlias: " + alias.ToString(); }

bool SubqueryAlias::SameRest(const LogicalPlan& other) const { return alias == other.As<SubqueryAlias>().alias; }

}  // namespace bowstring::logical
