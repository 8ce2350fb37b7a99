// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/batch_stream.h>
#include <bowstring/dataframe.h>

#include "base/budget.h"
#include "base/spill.h"
#include "exec/pipeline.h"
#include "logical/dml.h"
#include "logical/plan.h"

// (Here and not in physical/: it wires physical/, exec/ and stream/, which only session/ may see together.)

namespace bowstring::session {

/// What one run of a plan takes from its session and its call.
struct ExecuteSettings {
  int32_t target_partitions = 0;             ///< lanes of scans that have none of their own, workers at most; 0: the number of workers
  int64_t batch_size = 8192;
  int64_t batch_bytes = 4 << 20;
  int64_t look_ahead_bytes = 0;              ///< results that may wait unasked; 0: 4 MiB a worker
  std::shared_ptr<Budget> budget;            ///< the session's; null: the process's
  int64_t memory_limit = -1;                 ///< of this query alone, under `budget`; -1: none
  std::shared_ptr<SpillSpace> spill;         ///< null: the query can't spill
  int64_t consumer_grace_ns = 10'000'000'000;
  int64_t timeout_ns = -1;
  int64_t query_start_ns = 0;                ///< now() of this query; 0: the clock is asked
  std::string time_zone;
  bool prune = true;                         ///< use statistics of files
  bool dynamic_filters = true;               ///< scans use join keys and top-k bounds
  bool share_subplans = true;                ///< what stands in a plan several times is computed once, where it pays
  bool require_bounded = false;              ///< refuse a plan that isn't sure to run inside the budget
  std::shared_ptr<arrow::Schema> schema;     ///< outward, of the plan's types; null: the plan's. The optimizer may have learnt that a column has no NULLs
  /// Makes the source that carries out a statement which writes; see physical::PlanSettings.
  std::function<arrow::Result<std::shared_ptr<Source>>(const logical::Dml&)> write;
  /// Behind the plan's last operator, given its physical schema; may answer null. Then batches come as they are made, uncut. Not asked
  /// where the reader itself has rows to skip or count.
  std::function<std::shared_ptr<exec::Operator>(const std::shared_ptr<arrow::Schema>&)> last;
};

/// Streams of an optimized plan: one over all rows, or (`partitioned`) one for each of its lanes. Nothing runs before the first pull.
arrow::Result<std::vector<std::shared_ptr<BatchStream>>> ExecuteStreams(PlanPtr plan, const ExecuteSettings& settings, bool partitioned);

/// A plan that has run, and what its operators did.
struct Analysis {
  std::string text;   ///< as ExplainPhysical, each line with ", metrics=[output_rows=3, elapsed_compute=1.82µs, output_batches=1]"
  int64_t rows = 0;   ///< of the result
  int64_t ns = 0;     ///< from the first pull to the end
};

/// Runs the plan to its end and throws its rows away. Blocks; a KeyboardInterrupt or timeout ends it as any query.
arrow::Result<Analysis> Analyze(PlanPtr plan, const ExecuteSettings& settings);

/// "1.82µs"
std::string DurationText(int64_t ns);

/// The physical plan as text, two blanks a level, in the peer's operator names ("ProjectionExec: expr=[...]").
arrow::Result<std::string> ExplainPhysical(PlanPtr plan, const ExecuteSettings& settings);

/// What each node of the plan takes of the budget, and the budget.
arrow::Result<MemoryReport> ExplainMemory(PlanPtr plan, const ExecuteSettings& settings);

}  // namespace bowstring::session
