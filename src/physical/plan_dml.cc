// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cctype>

#include <arrow/record_batch.h>

#include <bowstring/error.h>

#include "physical/planner.h"

namespace bowstring::physical {

// A statement that writes is a source of one row: the session makes it, because it runs a query of its own. Without the session (EXPLAIN)
// there is the text alone.
arrow::Result<Chain> Planner::PlanDml(const logical::Dml& node) {
  replayable_ = false;
  Chain chain;
  chain.logical = node.schema();
  chain.physical = node.schema()->arrow();
  std::string sink;
  if (node.op == logical::Dml::kCopy) {
    sink = node.target.format;
    if (!sink.empty()) sink[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sink[0])));
    sink += "Sink(file_groups=[])";
  } else {
    sink = "Table(" + node.table.ToString() + ")";
  }
  chain.text.line = "DataSinkExec: sink=" + sink;
  Branch branch;
  branch.label = "DataSinkExec";
  if (settings_.write) {
    ARROW_ASSIGN_OR_RAISE(branch.source, settings_.write(node));
  } else {
    Planner input(settings_);
    ARROW_ASSIGN_OR_RAISE(Chain below, input.Plan(node.input(), /*one_lane=*/true));
    chain.text.inputs.push_back(std::move(below.text));
    ARROW_ASSIGN_OR_RAISE(auto empty, arrow::RecordBatch::MakeEmpty(chain.physical));
    ARROW_ASSIGN_OR_RAISE(branch.source, BatchSource(std::move(empty)));
  }
  chain.branches.push_back(std::move(branch));
  return chain;
}

}  // namespace bowstring::physical
