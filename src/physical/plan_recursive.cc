// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/type.h>

#include <bowstring/error.h>

#include "exec/distinct.h"
#include "exec/project.h"
#include "exec/recursion.h"
#include "physical/planner.h"

namespace bowstring::physical {

// Types as the node has them: a working table has the same in every round.
arrow::Result<Chain> Planner::AsLogical(Chain chain, const logical::SchemaPtr& schema) {
  bool same = true;
  for (int i = 0; i < schema->num_fields(); ++i) same &= chain.physical->field(i)->type()->Equals(*schema->field(i).field->type());
  if (!same) {
    std::vector<std::shared_ptr<const BoundExpr>> exprs;
    BindOptions wide;
    wide.narrow_output = false;
    for (int i = 0; i < schema->num_fields(); ++i) {
      const bool keep = chain.physical->field(i)->type()->Equals(*schema->field(i).field->type());
      const Expr column = chain.logical->column(i);
      ARROW_ASSIGN_OR_RAISE(auto bound, bowstring::Bind(keep ? column : Cast(column, schema->field(i).field->type()), chain.logical->scope(),
                                                        *chain.physical, keep ? BindOptions{} : wide));
      exprs.push_back(std::move(bound));
    }
    Append(chain, exec::MakeProject(schema->arrow(), std::move(exprs), settings_.kernel));
  }
  chain.physical = schema->arrow();
  chain.logical = schema;
  return chain;
}

// One side of the recursion, ending in the sink. Answers its text.
arrow::Result<PlanText> Planner::PlanTerm(const PlanPtr& term, const logical::SchemaPtr& schema,
                                          const std::shared_ptr<exec::Operator>& distinct, const std::shared_ptr<exec::Sink>& sink) {
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(term, /*one_lane=*/true));
  ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
  ARROW_ASSIGN_OR_RAISE(chain, AsLogical(std::move(chain), schema));
  if (distinct) {
    Append(chain, distinct);
  }
  PlanText text = std::move(chain.text);
  End(std::move(chain), sink);
  return text;
}

// The second input's pipelines are made anew for each round, by this very planner: nothing of a round before is in them but what
// `distinct` has seen.
arrow::Result<Chain> Planner::PlanRecursiveQuery(const logical::RecursiveQuery& node) {
  const auto schema = node.schema();
  std::shared_ptr<exec::Operator> distinct;
  if (node.distinct) {  // in memory: a tail can't wait for the last of many rounds
    ARROW_ASSIGN_OR_RAISE(distinct, exec::MakeDistinct(schema->arrow(), nullptr, settings_.memory));
  }
  const auto plan_round = [settings = settings_, tables = work_tables_, term = node.input(1), name = node.name, schema, distinct](
                              const exec::WorkTable& rows, const std::shared_ptr<exec::Sink>& sink,
                              PlanText* text) -> arrow::Result<std::vector<exec::Pipeline>> {
    Planner planner(settings);
    planner.work_tables_ = tables;
    planner.work_tables_.emplace_back(name, rows);
    ARROW_ASSIGN_OR_RAISE(PlanText made, planner.PlanTerm(term, schema, distinct, sink));
    if (text != nullptr) *text = std::move(made);
    return std::move(planner.pipelines_);
  };
  const auto sink = exec::MakeRecursion(
      schema->arrow(),
      [plan_round](const exec::WorkTable& rows, const std::shared_ptr<exec::Sink>& sink) { return plan_round(rows, sink, nullptr); },
      settings_.memory, settings_.spill);
  PlanText text{"RecursiveQueryExec: name=" + node.name + ", is_distinct=" + (node.distinct ? "true" : "false"), {}};
  ARROW_ASSIGN_OR_RAISE(PlanText first, PlanTerm(node.input(0), schema, distinct, sink));
  // Once for its text and for what can't be run.
  PlanText next;
  const auto nothing = std::make_shared<exec::BatchQueue>(schema->arrow(), nullptr, nullptr, "RecursiveQueryExec");
  ARROW_RETURN_NOT_OK(plan_round(nothing, sink, &next).status());
  text.inputs.push_back(std::move(first));
  text.inputs.push_back(std::move(next));
  return Behind(sink, schema, schema->arrow(), std::move(text));
}

arrow::Result<Chain> Planner::PlanWorkTable(const logical::WorkTable& node) {
  Chain chain;
  chain.logical = node.schema();
  chain.physical = node.schema()->arrow();
  Branch branch;
  branch.label = "WorkTableExec: name=" + node.name;
  for (auto table = work_tables_.rbegin(); table != work_tables_.rend() && !branch.source; ++table) {
    if (table->first == node.name) branch.source = table->second->Read(0, -1);
  }
  if (!branch.source) return bowstring::Error(ErrorKind::kInternal, "no recursive query '", node.name, "' around its working table");
  chain.text.line = branch.label;
  chain.branches.push_back(std::move(branch));
  return chain;
}

}  // namespace bowstring::physical
