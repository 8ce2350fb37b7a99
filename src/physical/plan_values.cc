// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/array/builder_base.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>

#include "physical/planner.h"

namespace bowstring::physical {

arrow::Result<Chain> Planner::PlanValues(const logical::Values& node) {
  arrow::compute::ExecContext exec;
  exec.set_use_threads(false);
  KernelContext kernel = settings_.kernel;
  kernel.exec = &exec;
  const auto& schema = node.schema()->arrow();
  const Scope nothing;
  const arrow::Schema no_columns({});
  Batch one;  // one row of no columns, for the constants
  one.data = arrow::RecordBatch::Make(arrow::schema({}), 1, std::vector<std::shared_ptr<arrow::Array>>{});
  BindOptions options;
  options.narrow_output = false;
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (int c = 0; c < schema->num_fields(); ++c) {
    ARROW_ASSIGN_OR_RAISE(auto builder, arrow::MakeBuilder(schema->field(c)->type()));
    for (const auto& row : node.rows) {
      ARROW_ASSIGN_OR_RAISE(auto bound, bowstring::Bind(row[c], nothing, no_columns, options));
      ARROW_ASSIGN_OR_RAISE(auto value, bound->EvaluateArray(kernel, one));
      ARROW_RETURN_NOT_OK(builder->AppendArraySlice(arrow::ArraySpan(*value->data()), 0, 1));
    }
    ARROW_ASSIGN_OR_RAISE(auto column, builder->Finish());
    columns.push_back(std::move(column));
  }
  Chain chain;
  chain.logical = node.schema();
  chain.physical = schema;
  Branch branch;
  branch.label = "ValuesExec";
  ARROW_ASSIGN_OR_RAISE(branch.source,
                        BatchSource(arrow::RecordBatch::Make(schema, static_cast<int64_t>(node.rows.size()), std::move(columns))));
  made_.push_back(branch.source.get());
  chain.branches.push_back(std::move(branch));
  chain.text.line = "DataSourceExec: partitions=1, rows=" + std::to_string(node.rows.size()) + ", file_type=values";
  return chain;
}

}  // namespace bowstring::physical
