// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/type.h>

#include "exec/project.h"
#include "physical/planner.h"

namespace bowstring::physical {

arrow::Result<Chain> Planner::PlanUnion(const logical::Union& node, bool one_lane) {
  Chain all;
  all.logical = node.schema();
  all.text.line = "UnionExec";
  std::vector<Chain> inputs;
  for (const PlanPtr& input : node.inputs()) {
    ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(input, one_lane));
    ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
    inputs.push_back(std::move(chain));
  }
  // Where one input has a decimal narrow and another wide, all of them are made wide.
  arrow::FieldVector fields;
  for (int i = 0; i < node.schema()->num_fields(); ++i) {
    auto type = inputs[0].physical->field(i)->type();
    for (const Chain& chain : inputs) {
      if (!chain.physical->field(i)->type()->Equals(*type)) type = node.schema()->field(i).field->type();
    }
    fields.push_back(node.schema()->field(i).field->WithType(std::move(type)));
  }
  all.physical = arrow::schema(std::move(fields));
  for (Chain& chain : inputs) {
    bool same = true;
    for (int i = 0; i < all.physical->num_fields(); ++i) same &= chain.physical->field(i)->type()->Equals(*all.physical->field(i)->type());
    if (!same) {
      std::vector<std::shared_ptr<const BoundExpr>> exprs;
      for (int i = 0; i < all.physical->num_fields(); ++i) {
        BindOptions options;
        options.narrow_output = false;
        const bool keep = chain.physical->field(i)->type()->Equals(*all.physical->field(i)->type());
        const Expr column = chain.logical->column(i);
        ARROW_ASSIGN_OR_RAISE(auto bound, bowstring::Bind(keep ? column : Cast(column, all.physical->field(i)->type()),
                                                          chain.logical->scope(), *chain.physical, keep ? BindOptions{} : options));
        exprs.push_back(std::move(bound));
      }
      Append(chain, exec::MakeProject(all.physical, std::move(exprs), settings_.kernel));
    }
    for (auto& branch : chain.branches) all.branches.push_back(std::move(branch));
    all.text.inputs.push_back(std::move(chain.text));
  }
  return all;
}

}  // namespace bowstring::physical
