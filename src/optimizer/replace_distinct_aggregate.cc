// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/error.h>

#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

/// DISTINCT ON as groups and the first values of each.
Result<PlanPtr> ReplaceDistinctAggregate(const PlanPtr& plan, Context& context) {
  return TransformUp(plan, [&](const PlanPtr& node) -> Result<PlanPtr> {
    const auto* distinct = node->TryAs<DistinctOn>();
    if (distinct == nullptr) return node;
    if (context.functions.first_value == nullptr) return Error(ErrorKind::kNotImplemented, "DISTINCT ON without the function first_value");
    std::vector<Expr> firsts, outputs;
    for (size_t i = 0; i < distinct->select.size(); ++i) {
      AggregateCall call;
      call.function = context.functions.first_value;
      call.order_by = distinct->sort;
      const std::string name = "__first" + std::to_string(i);
      firsts.push_back(MakeExpr(ExprKind::kAggregate, {Unalias(distinct->select[i])}, std::move(call)).Alias(name));
      const QualifiedField& field = distinct->schema()->field(static_cast<int>(i));
      AliasName alias;
      alias.name = field.field->name();
      alias.relation = field.relation;
      outputs.push_back(MakeExpr(ExprKind::kAlias, {Column(name)}, std::move(alias)));
    }
    std::vector<Expr> groups;
    std::vector<SortKey> keys;
    for (size_t i = 0; i < distinct->on.size(); ++i) {
      const std::string name = "__on" + std::to_string(i);
      groups.push_back(distinct->on[i].Alias(name));
      if (i < distinct->sort.size()) keys.push_back(SortKey{Column(name), distinct->sort[i].ascending, distinct->sort[i].nulls_first});
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, Aggregate::Make(distinct->input(), std::move(groups), std::move(firsts)));
    if (!keys.empty()) {
      ARROW_ASSIGN_OR_RAISE(next, Sort::Make(std::move(next), std::move(keys)));
    }
    return Projection::Make(std::move(next), std::move(outputs));
  });
}

}  // namespace bowstring::optimizer
