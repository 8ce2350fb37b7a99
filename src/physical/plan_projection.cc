// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/type.h>

#include "exec/project.h"
#include "physical/planner.h"

namespace bowstring::physical {

arrow::Result<Chain> Planner::PlanProjection(const logical::Projection& node, bool one_lane) {
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(node.input(), one_lane));
  std::vector<std::shared_ptr<const BoundExpr>> exprs;
  arrow::FieldVector fields;
  bool same = static_cast<int>(node.exprs.size()) == chain.physical->num_fields();
  for (size_t i = 0; i < node.exprs.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto bound, Bind(node.exprs[i], chain));
    same &= bound->column() == static_cast<int>(i);
    fields.push_back(node.schema()->field(static_cast<int>(i)).field->WithType(bound->physical_type()));
    exprs.push_back(std::move(bound));
  }
  chain.text = PlanText{"ProjectionExec: expr=[" + logical::JoinExprs(node.exprs) + "]", {std::move(chain.text)}};
  if (same) {  // names only
    chain.physical = arrow::schema(std::move(fields));
  } else {
    Append(chain, exec::MakeProject(arrow::schema(std::move(fields)), std::move(exprs), settings_.kernel));
  }
  chain.logical = node.schema();
  return chain;
}

}  // namespace bowstring::physical
