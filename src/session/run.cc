// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/run.h"

#include <bowstring/error.h>

#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"
#include "session/execute.h"
#include "session/requested_schema.h"
#include "session/write_job.h"
#include "sources/memory.h"

namespace bowstring {

using arrow::Result;

namespace {

// Rows that are known already, as a plan of their own.
Result<PlanPtr> RowsAsPlan(std::shared_ptr<arrow::RecordBatch> batch) {
  auto schema = batch->schema();
  ARROW_ASSIGN_OR_RAISE(auto table, MemoryTable::Make(std::move(schema), {{std::move(batch)}}));
  return logical::Scan::Make(TableName{"", "", "statement"}, std::move(table));
}

// Statements that answer rows of their own, wherever a frame has put other nodes on top of them.
Result<PlanPtr> AnswerStatements(const std::shared_ptr<SessionState>& session, const PlanPtr& plan) {
  return optimizer::TransformDown(plan, [&](const PlanPtr& node) -> Result<PlanPtr> {
    if (node->kind() == PlanKind::kExplain) {
      ARROW_ASSIGN_OR_RAISE(auto rows, ExplainRows(session, *node));
      return RowsAsPlan(std::move(rows));
    }
    if (node->kind() == PlanKind::kDescribe) {
      ARROW_ASSIGN_OR_RAISE(auto rows, DescribeRows(*node->As<logical::Describe>().described));
      return RowsAsPlan(std::move(rows));
    }
    if (const auto* statement = node->TryAs<logical::Statement>()) {
      const bool ddl = statement->op == logical::Statement::kCreateIndex;
      return Error(ErrorKind::kNotImplemented, "Unsupported logical plan: ", ddl ? "" : "Statement(", statement->Name(), ddl ? "" : ")");
    }
    return node;
  });
}

session::ExecuteSettings SettingsOf(const SessionState& state, const ExecuteOptions& options) {
  const SessionConfig config = state.config();
  session::ExecuteSettings settings;
  settings.target_partitions = config.target_partitions();
  settings.batch_size = config.batch_size();
  settings.batch_bytes = config.GetInt("bowstring.batch_bytes");
  settings.look_ahead_bytes = config.GetInt("bowstring.look_ahead_bytes");
  settings.budget = state.budget();
  settings.memory_limit = options.memory_limit.value_or(-1);
  settings.spill = state.spill();
  settings.consumer_grace_ns = config.GetInt("bowstring.consumer_grace_ms") * 1'000'000;
  if (const int64_t ms = config.GetInt("bowstring.timeout_ms"); ms > 0) settings.timeout_ns = ms * 1'000'000;
  if (options.timeout) settings.timeout_ns = options.timeout->count();
  settings.require_bounded = options.require_bounded.value_or(config.GetBool("bowstring.require_bounded"));
  settings.time_zone = config.GetText("datafusion.execution.time_zone");
  settings.prune = config.GetBool("datafusion.execution.parquet.pruning");
  settings.dynamic_filters = config.GetBool("datafusion.optimizer.enable_dynamic_filter_pushdown");
  settings.share_subplans = config.GetBool("bowstring.optimizer.share_subplans");
  return settings;
}

session::ExecuteSettings SettingsToRun(const std::shared_ptr<SessionState>& session, const ExecuteOptions& options) {
  session::ExecuteSettings settings = SettingsOf(*session, options);
  // Statements that write run queries of their own, with the same settings.
  settings.write = [session, settings](const logical::Dml& dml) -> Result<std::shared_ptr<Source>> {
    return MakeWriteSource(session, std::static_pointer_cast<const LogicalPlan>(dml.shared_from_this()), settings);
  };
  return settings;
}

}  // namespace

Result<std::vector<std::shared_ptr<BatchStream>>> RunPlan(const std::shared_ptr<SessionState>& session, PlanPtr plan,
                                                          const ExecuteOptions& options, bool partitioned) {
  ARROW_ASSIGN_OR_RAISE(plan, AnswerStatements(session, plan));
  if (options.requested_schema) {
    ARROW_ASSIGN_OR_RAISE(plan, ApplyRequestedSchema(std::move(plan), *options.requested_schema));
  }
  session::ExecuteSettings settings = SettingsToRun(session, options);
  settings.schema = plan->schema()->arrow();
  ARROW_ASSIGN_OR_RAISE(plan, optimizer::Optimize(std::move(plan), session->optimizer_options()));
  return session::ExecuteStreams(std::move(plan), settings, partitioned);
}

Result<session::Analysis> AnalyzePlan(const std::shared_ptr<SessionState>& session, const PlanPtr& optimized) {
  return session::Analyze(optimized, SettingsToRun(session, {}));
}

Result<MemoryReport> MemoryReportOf(const std::shared_ptr<SessionState>& session, PlanPtr plan) {
  ARROW_ASSIGN_OR_RAISE(plan, optimizer::Optimize(std::move(plan), session->optimizer_options()));
  return session::ExplainMemory(std::move(plan), SettingsOf(*session, {}));
}

Result<std::string> PhysicalText(const std::shared_ptr<SessionState>& session, const PlanPtr& optimized) {
  return session::ExplainPhysical(optimized, SettingsOf(*session, {}));
}

}  // namespace bowstring
