// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/batch_stream.h>
#include <bowstring/dataframe.h>

#include "logical/plan.h"
#include "session/execute.h"
#include "session/state.h"

namespace bowstring {

/// Optimizes a plan and makes its streams: one a partition, or one in all. Statements (EXPLAIN, DESCRIBE) become the rows that they
/// answer, when they are run. Nothing of the query runs before the first pull.
arrow::Result<std::vector<std::shared_ptr<BatchStream>>> RunPlan(const std::shared_ptr<SessionState>& session, PlanPtr plan,
                                                                 const ExecuteOptions& options, bool partitioned);

/// Runs an optimized plan for EXPLAIN ANALYZE.
arrow::Result<session::Analysis> AnalyzePlan(const std::shared_ptr<SessionState>& session, const PlanPtr& optimized);

/// What a plan, not yet optimized, takes of the session's memory limit.
arrow::Result<MemoryReport> MemoryReportOf(const std::shared_ptr<SessionState>& session, PlanPtr plan);

/// The physical plan's text.
arrow::Result<std::string> PhysicalText(const std::shared_ptr<SessionState>& session, const PlanPtr& optimized);

/// Rows of EXPLAIN: plan_type, plan.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> ExplainRows(const std::shared_ptr<SessionState>& session, const LogicalPlan& explain);
/// Rows of DESCRIBE: column_name, data_type, is_nullable.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> DescribeRows(const logical::Schema& schema);

}  // namespace bowstring
