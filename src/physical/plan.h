// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/function.h>

#include "base/spill.h"
#include "exec/pipeline.h"
#include "logical/dml.h"
#include "logical/plan.h"

namespace bowstring::physical {

struct PlanSettings {
  int32_t target_partitions = 1;       ///< lanes of scans that have none of their own
  int32_t workers = 1;                 ///< that the query may have, for the plan's text
  int64_t batch_rows = 16384;          ///< inner; a multiple of align_rows
  int64_t align_rows = 8192;           ///< outward batch size
  bool prune = true;                   ///< use statistics of files
  bool dynamic_filters = true;         ///< scans use join keys and top-k bounds
  bool share_subplans = true;          ///< what stands in the plan several times is computed once, where it pays
  KernelContext kernel;                ///< the query's start and time zone
  std::shared_ptr<SpillSpace> spill;   ///< may be null
  exec::QueryMemory* memory = nullptr; ///< outlives the graph
  /// A source that carries the statement out when it is first read, and gives its one row. Null: the plan is only to be shown.
  std::function<arrow::Result<std::shared_ptr<Source>>(const logical::Dml&)> write;
};

/// A line of the plan's text. `keys`: what runs it, in Query::Metrics(); its rows are the last one's.
struct PlanLine {
  std::string text;
  int depth = 0;
  std::vector<const void*> keys;
};

struct PhysicalPlan {
  exec::PipelineGraph graph;
  std::shared_ptr<arrow::Schema> result_physical;  ///< of the batches that the last operators give: decimal64 for decimal128
  std::vector<PlanLine> lines;
  std::string text;                    ///< two blanks a level, the peer's operator names, no newline at the end
  bool preserve_batches = false;       ///< nothing but a memory table's own batches comes out
};

/// Turns an optimized plan into pipelines: what breaks them, which side of a join is built, lanes and order are decided here. Reads no
/// data; footers at most. kNotImplemented names what can't be run.
arrow::Result<PhysicalPlan> PlanPhysical(const PlanPtr& plan, const PlanSettings& settings);

}  // namespace bowstring::physical
