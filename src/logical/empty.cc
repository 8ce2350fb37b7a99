// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/empty.h"

#include <arrow/type.h>

#include <bowstring/error.h>

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Empty::Make(bool one_row, SchemaPtr schema) {
  if (schema == nullptr) schema = Schema::From(*arrow::schema(arrow::FieldVector{}), std::nullopt);
  if (one_row && schema->num_fields() > 0) return Error(ErrorKind::kInternal, "an empty relation with a row of values");
  std::shared_ptr<Empty> empty(new Empty(std::move(schema), {}));
  empty->one_row = one_row;
  return empty;
}

Result<PlanPtr> Empty::WithParts(std::vector<Expr>, std::vector<PlanPtr>) const { return Make(one_row, schema()); }

std::string Empty::Display() const { return one_row ? "EmptyRelation: rows=1" : "EmptyRelation: rows=0"; }

bool Empty::SameRest(const LogicalPlan& other) const {
  return one_row == other.As<Empty>().one_row && schema()->Equals(*other.schema());
}

}  // namespace bowstring::logical
