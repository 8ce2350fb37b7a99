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

// DISTINCT ON as groups and the first values of each.
Result<PlanPtr> FirstOfGroups(const SessionState& session, const logical::DistinctOn& node) {
  const auto first_value = session.functions().Aggregate("first_value");
  if (first_value == nullptr) return Error(ErrorKind::kNotImplemented, "DISTINCT ON without the function first_value");
  std::vector<Expr> firsts, outputs;
  for (size_t i = 0; i < node.select.size(); ++i) {
    AggregateCall call;
    call.function = first_value;
    call.order_by = node.sort;
    const std::string name = "__first" + std::to_string(i);
    firsts.push_back(MakeExpr(ExprKind::kAggregate, {logical::Unalias(node.select[i])}, std::move(call)).Alias(name));
    const logical::QualifiedField& field = node.schema()->field(static_cast<int>(i));
    AliasName alias;
    alias.name = field.field->name();
    alias.relation = field.relation;
    outputs.push_back(MakeExpr(ExprKind::kAlias, {Column(name)}, std::move(alias)));
  }
  std::vector<Expr> groups;
  std::vector<SortKey> keys;
  for (size_t i = 0; i < node.on.size(); ++i) {
    const std::string name = "__on" + std::to_string(i);
    groups.push_back(node.on[i].Alias(name));
    if (i < node.sort.size()) keys.push_back(SortKey{Column(name), node.sort[i].ascending, node.sort[i].nulls_first});
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::Aggregate::Make(node.input(), std::move(groups), std::move(firsts)));
  if (!keys.empty()) {
    ARROW_ASSIGN_OR_RAISE(plan, logical::Sort::Make(std::move(plan), std::move(keys)));
  }
  return logical::Projection::Make(std::move(plan), std::move(outputs));
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
    if (node->kind() == PlanKind::kDistinctOn) return FirstOfGroups(*session, node->As<logical::DistinctOn>());
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
  settings.time_zone = config.GetText("datafusion.execution.time_zone");
  settings.prune = config.GetBool("datafusion.execution.parquet.pruning");
  settings.dynamic_filters = config.GetBool("datafusion.optimizer.enable_dynamic_filter_pushdown");
  return settings;
}

}  // namespace

Result<std::vector<std::shared_ptr<BatchStream>>> RunPlan(const std::shared_ptr<SessionState>& session, PlanPtr plan,
                                                          const ExecuteOptions& options, bool partitioned) {
  ARROW_ASSIGN_OR_RAISE(plan, AnswerStatements(session, plan));
  if (options.requested_schema) {
    ARROW_ASSIGN_OR_RAISE(plan, ApplyRequestedSchema(std::move(plan), *options.requested_schema));
  }
  session::ExecuteSettings settings = SettingsOf(*session, options);
  // Statements that write run queries of their own, with the same settings.
  settings.write = [session, settings](const logical::Dml& dml) -> Result<std::shared_ptr<Source>> {
    return MakeWriteSource(session, std::static_pointer_cast<const LogicalPlan>(dml.shared_from_this()), settings);
  };
  settings.schema = plan->schema()->arrow();
  ARROW_ASSIGN_OR_RAISE(plan, optimizer::Optimize(std::move(plan), session->optimizer_options()));
  return session::ExecuteStreams(std::move(plan), settings, partitioned);
}

Result<std::string> PhysicalText(const std::shared_ptr<SessionState>& session, const PlanPtr& optimized) {
  return session::ExplainPhysical(optimized, SettingsOf(*session, {}));
}

}  // namespace bowstring
