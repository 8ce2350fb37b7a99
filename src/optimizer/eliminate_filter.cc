// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/scalar.h>

#include "logical/empty.h"
#include "logical/filter.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;

/// WHERE true is no filter, WHERE false or NULL gives no rows.
Result<PlanPtr> EliminateFilter(const PlanPtr& plan) {
  return TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    const auto* filter = node->TryAs<logical::Filter>();
    if (filter == nullptr || filter->predicate.kind() != ExprKind::kLiteral) return node;
    const arrow::Scalar& value = *filter->predicate->as<LiteralValue>().value;
    if (value.is_valid && value.type->id() == arrow::Type::BOOL && static_cast<const arrow::BooleanScalar&>(value).value) {
      return filter->input();
    }
    return logical::Empty::Make(false, node->schema());
  });
}

}  // namespace bowstring::optimizer
