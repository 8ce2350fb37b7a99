// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/execute.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <unordered_map>

#include <arrow/record_batch.h>

#include <bowstring/error.h>

#include "exec/query.h"
#include "logical/limit.h"
#include "logical/scan.h"
#include "physical/memory_needs.h"
#include "physical/plan.h"
#include "session/write_job.h"
#include "sources/memory.h"
#include "sources/stream_reader.h"
#include "stream/lanes.h"
#include "stream/reader.h"

namespace bowstring::session {

std::string DurationText(int64_t ns) {
  char text[32];
  if (ns < 1000) {
    std::snprintf(text, sizeof text, "%dns", static_cast<int>(ns));
  } else if (ns < 1'000'000) {
    std::snprintf(text, sizeof text, "%.2fµs", static_cast<double>(ns) / 1e3);
  } else if (ns < 1'000'000'000) {
    std::snprintf(text, sizeof text, "%.2fms", static_cast<double>(ns) / 1e6);
  } else {
    std::snprintf(text, sizeof text, "%.2fs", static_cast<double>(ns) / 1e9);
  }
  return text;
}

namespace {

// A query and its lanes: what readers keep alive.
struct Run {
  std::shared_ptr<exec::Query> query;
  std::shared_ptr<stream::Lanes> lanes;
};

physical::PlanSettings SettingsOf(const ExecuteSettings& settings, exec::Query& query, bool partitioned) {
  physical::PlanSettings plan;
  const int32_t target = settings.target_partitions > 0 ? settings.target_partitions : exec::Scheduler::Global().workers();
  plan.target_partitions = partitioned ? target : 1;
  plan.workers = target;
  plan.prune = settings.prune;
  plan.dynamic_filters = settings.dynamic_filters;
  plan.share_subplans = settings.share_subplans;
  constexpr int64_t kInnerRows = 16384;
  plan.align_rows = std::max<int64_t>(settings.batch_size, 1);
  plan.batch_rows = plan.align_rows >= kInnerRows ? kInnerRows : kInnerRows / plan.align_rows * plan.align_rows;
  plan.spill = settings.spill;
  plan.memory = &query;
  plan.kernel.query_start_ns = settings.query_start_ns;
  if (plan.kernel.query_start_ns == 0) {
    plan.kernel.query_start_ns =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  plan.kernel.time_zone = settings.time_zone;
  plan.write = settings.write;
  return plan;
}

std::shared_ptr<exec::Query> MakeQuery(const ExecuteSettings& settings) {
  exec::QuerySettings query;
  query.budget = settings.budget ? settings.budget : Budget::Process();
  if (settings.memory_limit >= 0) query.budget = std::make_shared<Budget>("query", settings.memory_limit, query.budget);
  query.max_workers = settings.target_partitions;
  query.consumer_grace_ns = settings.consumer_grace_ns;
  return exec::Query::Make(std::move(query), &exec::Scheduler::Global());
}

std::vector<OperatorStats> FiguresOf(const std::vector<physical::PlanLine>& lines, const exec::Query& query) {
  const auto pipelines = query.Metrics();
  std::unordered_map<const void*, std::vector<const exec::OperatorMetrics*>> by_key;
  for (const auto& pipeline : pipelines) {
    for (const exec::OperatorMetrics& figures : pipeline) by_key[figures.key].push_back(&figures);
  }
  std::vector<OperatorStats> all;
  for (const physical::PlanLine& line : lines) {
    OperatorStats stats;
    stats.line = line.text;
    stats.depth = line.depth;
    for (const void* key : line.keys) {
      int64_t rows = 0, batches = 0;
      for (const exec::OperatorMetrics* figures : by_key[key]) {
        rows += figures->rows;
        batches += figures->batches;
        stats.elapsed_compute_ns += figures->ns;
        stats.spill_count += figures->spilled.count;
        stats.spilled_bytes += figures->spilled.bytes;
        stats.spilled_rows += figures->spilled.rows;
      }
      stats.output_rows = rows;  // the last one's stay
      stats.output_batches = batches;
    }
    all.push_back(std::move(stats));
  }
  for (size_t i = lines.size(); i-- > 0;) {  // names only: nothing runs
    if (!lines[i].keys.empty() || i + 1 == lines.size() || lines[i + 1].depth <= lines[i].depth) continue;
    all[i].output_rows = all[i + 1].output_rows;
    all[i].output_batches = all[i + 1].output_batches;
  }
  return all;
}

/// The plan's lines with the figures of their operators.
std::string WithMetrics(const std::vector<OperatorStats>& operators) {
  std::string text;
  for (const OperatorStats& stats : operators) {
    text += std::string(static_cast<size_t>(stats.depth) * 2, ' ') + stats.line;
    text += std::string(stats.line.find(": ") == std::string::npos ? ":" : ",") + " metrics=[output_rows=" + std::to_string(stats.output_rows) +
            ", elapsed_compute=" + DurationText(std::max<int64_t>(stats.elapsed_compute_ns, 1)) + ", output_batches=" +
            std::to_string(stats.output_batches);
    if (stats.spill_count > 0) {
      text += ", spill_count=" + std::to_string(stats.spill_count) + ", spilled_bytes=" + std::to_string(stats.spilled_bytes) +
              ", spilled_rows=" + std::to_string(stats.spilled_rows);
    }
    text += "]\n";
  }
  return text;
}

// All that the query may take, were it alone.
int64_t LimitOf(const ExecuteSettings& settings) {
  int64_t limit = (settings.budget ? settings.budget : Budget::Process())->least_limit();
  if (settings.memory_limit >= 0) limit = limit < 0 ? settings.memory_limit : std::min(limit, settings.memory_limit);
  return limit;
}

// The rows of a memory table which has batches, and in none of them a row: the peer's readers get such a batch, and its header is shown.
bool HoldsEmptyBatchesOnly(const LogicalPlan& plan) {
  const LogicalPlan* node = &plan;
  while (node->kind() == PlanKind::kLimit) node = node->input().get();
  const auto* scan = node->TryAs<logical::Scan>();
  const auto* table = scan == nullptr ? nullptr : dynamic_cast<const MemoryTable*>(scan->source.get());
  if (table == nullptr || !scan->filters.empty() || scan->fetch == 0) return false;
  bool any = false;
  for (const auto& partition : table->partitions()) {
    for (const auto& batch : partition) {
      if (batch->num_rows() > 0) return false;
      any = true;
    }
  }
  return any;
}

arrow::Status CheckBounded(const physical::PhysicalPlan& plan, const ExecuteSettings& settings, int64_t batch_rows, const exec::Query& query) {
  const physical::MemoryNeeds needs = physical::NeedsOf(plan, batch_rows, query.workers());
  if (!needs.unbounded.empty()) {
    return Error(ErrorKind::kBudgetExceeded, "require_bounded: memory of this plan has no bound: ", needs.unbounded, " must fit");
  }
  const int64_t limit = LimitOf(settings);
  if (limit >= 0 && needs.least > limit) {
    return Error(ErrorKind::kBudgetExceeded, "require_bounded: this plan needs about ", needs.least, " bytes, the memory limit is ", limit);
  }
  return arrow::Status::OK();
}

arrow::Result<std::vector<std::shared_ptr<BatchStream>>> Open(PlanPtr plan, const ExecuteSettings& settings, bool partitioned,
                                                              std::shared_ptr<Run> run) {
  run->query = MakeQuery(settings);
  const auto plan_settings = SettingsOf(settings, *run->query, partitioned);
  ARROW_ASSIGN_OR_RAISE(auto planned, physical::PlanPhysical(plan, plan_settings));
  if (settings.require_bounded) ARROW_RETURN_NOT_OK(CheckBounded(planned, settings, plan_settings.batch_rows, *run->query));
  const LaneId lanes = planned.graph.lanes;
  const bool limited = planned.graph.skip > 0 || planned.graph.fetch >= 0;
  if (settings.schema != nullptr) planned.graph.result_schema = settings.schema;
  if (settings.last && !limited) {
    for (auto& pipeline : planned.graph.pipelines) {
      if (pipeline.sink != nullptr) continue;
      const auto op = settings.last(planned.result_physical);
      if (op == nullptr) break;
      pipeline.operators.push_back(op);
      planned.graph.result_schema = op->schema();
      planned.graph.compact_result = false;
      planned.preserve_batches = true;
    }
  }
  stream::ReaderSettings reader;
  reader.schema = planned.graph.result_schema;
  reader.batch_size = settings.batch_size;
  reader.batch_bytes = settings.batch_bytes;
  reader.preserve_batches = planned.preserve_batches;
  reader.empty_batch = HoldsEmptyBatchesOnly(*plan);
  reader.skip = planned.graph.skip;
  reader.fetch = planned.graph.fetch;
  reader.timeout_ns = settings.timeout_ns;
  reader.pool = run->query->pool();
  const int64_t look_ahead = settings.look_ahead_bytes > 0 ? settings.look_ahead_bytes : run->query->workers() * (int64_t{4} << 20);
  run->lanes = std::make_shared<stream::Lanes>(lanes, look_ahead, settings.spill, run->query->pool());
  run->query->SetGraph(std::move(planned.graph), run->lanes);

  stream::QueryHandle handle;
  handle.demand = std::shared_ptr<LaneDemand>(run, run->query.get());
  handle.operators = [query = run->query.get(), lines = std::move(planned.lines)] { return FiguresOf(lines, *query); };
  handle.fill_stats = [query = run->query.get()](QueryStats* stats) { query->FillStats(stats); };
  std::vector<std::shared_ptr<BatchStream>> streams;
  if (!partitioned || limited) {
    streams.push_back(stream::OpenReader(run->lanes, handle, 0, lanes, reader));
  } else {
    for (LaneId lane = 0; lane < lanes; ++lane) streams.push_back(stream::OpenReader(run->lanes, handle, lane, lane + 1, reader));
  }
  return streams;
}

}  // namespace

arrow::Result<std::vector<std::shared_ptr<BatchStream>>> ExecuteStreams(PlanPtr plan, const ExecuteSettings& settings, bool partitioned) {
  return Open(std::move(plan), settings, partitioned, std::make_shared<Run>());
}

arrow::Result<Analysis> Analyze(PlanPtr plan, const ExecuteSettings& settings) {
  auto run = std::make_shared<Run>();
  Analysis analysis;
  ARROW_ASSIGN_OR_RAISE(auto streams, Open(std::move(plan), settings, /*partitioned=*/false, run));
  const auto start = std::chrono::steady_clock::now();
  while (true) {
    ARROW_ASSIGN_OR_RAISE(auto batch, streams[0]->Next());
    if (batch == nullptr) break;
    analysis.rows += batch->num_rows();
  }
  analysis.ns = (std::chrono::steady_clock::now() - start).count();
  analysis.text = WithMetrics(streams[0]->operators());
  return analysis;
}

arrow::Result<std::string> ExplainPhysical(PlanPtr plan, const ExecuteSettings& settings) {
  auto query = MakeQuery(settings);
  const auto plan_settings = SettingsOf(settings, *query, /*partitioned=*/true);
  ARROW_ASSIGN_OR_RAISE(auto planned, physical::PlanPhysical(plan, plan_settings));
  return planned.text;
}

arrow::Result<MemoryReport> ExplainMemory(PlanPtr plan, const ExecuteSettings& settings) {
  auto query = MakeQuery(settings);
  const auto plan_settings = SettingsOf(settings, *query, /*partitioned=*/false);
  ARROW_ASSIGN_OR_RAISE(auto planned, physical::PlanPhysical(plan, plan_settings));
  physical::MemoryNeeds needs = physical::NeedsOf(planned, plan_settings.batch_rows, query->workers());
  MemoryReport report;
  report.least_bytes = needs.least;
  report.limit_bytes = LimitOf(settings);
  report.unbounded = std::move(needs.unbounded);
  static constexpr MemoryReport::Kind kKinds[] = {MemoryReport::Kind::kStreaming, MemoryReport::Kind::kBounded, MemoryReport::Kind::kSpills,
                                                  MemoryReport::Kind::kUnbounded};
  for (auto& node : needs.nodes) {
    report.nodes.push_back({std::move(node.line), node.depth, kKinds[static_cast<int>(node.use.kind)], node.use.bytes, std::move(node.use.what)});
  }
  return report;
}

}  // namespace bowstring::session

namespace bowstring {

void Shutdown() {
  WriteJob::CancelAll();
  exec::Scheduler::FreezeGlobal();
  StreamReader::StopAll();
}

}  // namespace bowstring
