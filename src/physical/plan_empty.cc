// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/record_batch.h>

#include "physical/planner.h"

namespace bowstring::physical {

arrow::Result<Chain> Planner::PlanEmpty(const logical::Empty& node) {
  Chain chain;
  chain.logical = node.schema();
  chain.physical = node.schema()->arrow();
  Branch branch;
  branch.label = node.one_row ? "PlaceholderRowExec" : "EmptyExec";
  std::shared_ptr<arrow::RecordBatch> batch;
  if (node.one_row) {
    batch = arrow::RecordBatch::Make(chain.physical, 1, std::vector<std::shared_ptr<arrow::Array>>{});
  } else {
    ARROW_ASSIGN_OR_RAISE(batch, arrow::RecordBatch::MakeEmpty(chain.physical));
  }
  ARROW_ASSIGN_OR_RAISE(branch.source, BatchSource(std::move(batch)));
  chain.text.line = branch.label;
  made_.push_back(branch.source.get());
  chain.branches.push_back(std::move(branch));
  return chain;
}

}  // namespace bowstring::physical
