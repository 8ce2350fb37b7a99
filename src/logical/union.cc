// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/union.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Union::Make(std::vector<PlanPtr> inputs) {
  if (inputs.empty()) return Error(ErrorKind::kInternal, "a union of nothing");
  ARROW_RETURN_NOT_OK(CheckDepth(inputs));
  const Schema& first = *inputs[0]->schema();
  std::vector<QualifiedField> fields = first.fields();
  for (const PlanPtr& input : inputs) {
    const Schema& schema = *input->schema();
    if (schema.num_fields() != first.num_fields()) {
      return Error(ErrorKind::kPlan, "UNION queries have different number of columns: left has ", first.num_fields(),
                   " columns whereas right has ", schema.num_fields(), " columns");
    }
    for (int i = 0; i < schema.num_fields(); ++i) {
      const arrow::Field& field = *schema.field(i).field;
      if (!field.type()->Equals(*fields[i].field->type())) {
        return Error(ErrorKind::kInternal, "union of ", TypeName(*fields[i].field->type()), " and ", TypeName(*field.type()));
      }
      if (field.nullable() && !fields[i].field->nullable()) fields[i].field = fields[i].field->WithNullable(true);
    }
  }
  // Rows of several tables belong to none: names alone, where they are enough to tell the columns apart.
  std::unordered_set<std::string> names;
  if (std::all_of(fields.begin(), fields.end(), [&](const QualifiedField& field) { return names.insert(field.field->name()).second; })) {
    for (QualifiedField& field : fields) field.relation.reset();
  }
  ARROW_ASSIGN_OR_RAISE(auto schema, Schema::Make(std::move(fields), first.arrow()->metadata()));
  return std::shared_ptr<Union>(new Union(std::move(schema), std::move(inputs)));
}

Result<PlanPtr> Union::WithParts(std::vector<Expr>, std::vector<PlanPtr> inputs) const { return Make(std::move(inputs)); }

}  // namespace bowstring::logical
