// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/query.h"

#include <algorithm>
#include <cstdio>

#include <arrow/util/logging.h>

#include <bowstring/error.h>

namespace bowstring::exec {

std::shared_ptr<Query> Query::Make(QuerySettings settings, Scheduler* scheduler) {
  return std::shared_ptr<Query>(new Query(std::move(settings), scheduler));
}

Query::Query(QuerySettings settings, Scheduler* scheduler) : scheduler_(scheduler), settings_(std::move(settings)) {
  pool_ = BudgetedPool::Make(settings_.budget ? settings_.budget : Budget::Process());
  exec_ = std::make_unique<arrow::compute::ExecContext>(pool_.get());
  exec_->set_use_threads(false);
}

Query::~Query() = default;

int Query::cap() const {
  const int workers = scheduler_->workers();
  return settings_.max_workers > 0 ? std::min(settings_.max_workers, workers) : workers;
}

int Query::workers() const noexcept { return cap(); }

void Query::SetGraph(PipelineGraph graph, std::shared_ptr<LanePort> port) {
  graph_ = std::move(graph);
  port_ = std::move(port);
  for (LaneId i = 0; i < graph_.lanes; ++i) lanes_.push_back(std::make_unique<OutLane>());
  std::vector<PipelineRun*> runs;
  for (Pipeline& spec : graph_.pipelines) {
    PipelineRun& run = AddRun(&spec, nullptr);
    run.metrics = MetricsOf(spec);
    runs.push_back(&run);
    if (!spec.sink) {
      ++results_left_;
      for (LaneId lane = 0; lane < spec.lane_count; ++lane) lanes_[spec.first_lane + lane]->runs.Add(&run);
    }
  }
  for (PipelineRun* run : runs) {
    for (const int dependency : run->spec->dependencies) run->needs.push_back(runs[dependency]->sink);
  }
}

SinkRun* Query::RunOf(const std::shared_ptr<Sink>& sink, SinkRun* round_of) {
  for (auto run = sinks_.rbegin(); run != sinks_.rend(); ++run) {
    if ((*run)->sink == sink) return run->get();
  }
  sinks_.push_back(std::make_unique<SinkRun>());
  sinks_.back()->sink = sink;
  sinks_.back()->round_of = round_of;
  return sinks_.back().get();
}

// Dependencies are settled when all pipelines of the graph, or the round, are there.
PipelineRun& Query::AddRun(Pipeline* spec, SinkRun* round_of) {
  PipelineRun& run = pipelines_.emplace_back();
  run.spec = spec;
  run.index = next_index_++;
  run.round_of = round_of;
  if (spec->sink) {
    run.sink = RunOf(spec->sink, round_of);
    run.sink->feeders.Add(&run);
  }
  if (spec->source_sink) run.source_sink = RunOf(spec->source_sink, round_of);
  for (const auto& op : spec->operators) run.tails |= op->has_tail();
  return run;
}

PipelineMetrics* Query::MetricsOf(const Pipeline& spec) {
  PipelineMetrics& metrics = metrics_.emplace_back();
  metrics.names.push_back(spec.label);
  metrics.keys.push_back(spec.source_sink ? spec.source_sink.get() : spec.source_key);
  for (const auto& op : spec.operators) {
    metrics.names.push_back(op->name());
    metrics.keys.push_back(op.get());
  }
  metrics.names.push_back(spec.sink ? spec.sink->name() : "");
  metrics.keys.push_back(spec.sink.get());
  metrics.spilled.resize(metrics.names.size());
  metrics.values = std::make_unique<std::atomic<int64_t>[]>(metrics.names.size() * 3);
  return &metrics;
}

std::span<PipelineRun* const> Feeders::Open() {
  while (done_ < runs_.size() && runs_[done_]->phase == PipelineRun::kDone) ++done_;
  return std::span(runs_).subspan(done_);
}

// ---- recursion

// The pipelines of the round before, of which nothing runs any more. They are destroyed with the task.
void Query::RetireRound(const SinkRun& sink, Task& task) {
  const auto within = [&](const SinkRun* of) {
    while (of != nullptr && of != &sink) of = of->round_of;
    return of == &sink;
  };
  auto old = std::make_shared<std::list<PipelineRun>>();
  bool all = true;
  for (auto run = pipelines_.begin(); run != pipelines_.end();) {
    const auto next = std::next(run);
    if (within(run->round_of)) {
      if (run->idle()) {
        NoteSpills(*run);
        old->splice(old->end(), pipelines_, run);
      } else {
        all = false;
      }
    }
    run = next;
  }
  task.remains.push_back(std::move(old));
  for (const auto& run : sinks_) {
    if (within(run->round_of) && run.get() != &sink) all = all && !run->finishing && run->jobs.empty();
  }
  if (!all) return;  // what is left still points to the sinks
  for (auto& run : sinks_) {
    if (!within(run->round_of) || run.get() == &sink) continue;
    task.remains.push_back(std::shared_ptr<SinkRun>(std::move(run)));
  }
  std::erase_if(sinks_, [](const auto& run) { return run == nullptr; });
}

void Query::StartRound(SinkRun& sink, Task& task) {
  sink.round_due = false;
  RetireRound(sink, task);
  sink.feeders.Clear();
  if (task.round.empty()) {
    sink.rounds_over = sink.finished = true;
    return;
  }
  sink.feeders_done = 0;
  std::vector<PipelineRun*> runs;
  for (size_t i = 0; i < task.round.size(); ++i) {
    auto spec = std::make_unique<Pipeline>(std::move(task.round[i]));
    PipelineRun& run = AddRun(spec.get(), &sink);
    run.own_spec = std::move(spec);
    if (i == sink.round_metrics.size()) sink.round_metrics.push_back(MetricsOf(*run.spec));
    run.metrics = sink.round_metrics[i];
    runs.push_back(&run);
  }
  for (PipelineRun* run : runs) {
    for (const int dependency : run->spec->dependencies) run->needs.push_back(runs[dependency]->sink);
  }
}

// ---- what readers want

void Query::Pull(LaneId lane) noexcept {
  {
    std::lock_guard lock(scheduler_->mutex_);
    auto& out = *lanes_[lane];
    if (ended_ || out.pulled) return;
    if (scheduler_->shutdown_) {
      const arrow::Status cause = MakeError(ErrorKind::kCancelled, "the process is ending");
      Stop(&cause);
      return;
    }
    out.pulled = true;
    out.pull_age = next_age_++;
    ++pulled_;
    if (std::exchange(resting_, false)) WakeMemoryWaiters();
    if (!started_) {
      started_ = true;
      nesting_ = CurrentNesting();
      scheduler_->Start(shared_from_this());
    }
  }
  scheduler_->Notify(1);
}

void Query::Unpull(LaneId lane) noexcept {
  std::lock_guard lock(scheduler_->mutex_);
  auto& out = *lanes_[lane];
  if (!out.pulled) return;
  out.pulled = false;
  --pulled_;
}

void Query::Room(LaneId) noexcept {
  {
    std::lock_guard lock(scheduler_->mutex_);
    WakeRoomWaiters();
  }
  scheduler_->Notify(1);
}

// Room in one lane is room in the look-ahead that all lanes share.
void Query::WakeRoomWaiters() {
  if (ended_) return;  // the parts are the cleanup's
  room_epoch_.fetch_add(1, std::memory_order_release);
  for (const TaskPtr& task : room_waiters_) {
    if (task->state == TaskState::kParked && task->park == ParkReason::kRoom) task->state = TaskState::kReady;
  }
  room_waiters_.clear();
}

void Query::Drop(LaneId lane) noexcept {
  {
    std::lock_guard lock(scheduler_->mutex_);
    auto& out = *lanes_[lane];
    if (out.dropped) return;
    out.dropped = true;
    if (out.pulled) {
      out.pulled = false;
      --pulled_;
    }
    if (!ended_) {
      const bool all = std::all_of(lanes_.begin(), lanes_.end(), [](const auto& l) { return l->dropped; });
      if (all) {
        const arrow::Status cause = MakeError(ErrorKind::kCancelled, "the stream was closed");
        Stop(&cause);
      } else {
        for (PipelineRun* run : out.runs.Open()) {
          if (!run->tails && run->phase == PipelineRun::kRunning) {
            BuryLane(*run, lane - run->spec->first_lane);
            CheckProgress(*run);
          }
        }
      }
    }
  }
  scheduler_->Notify(1);
}

void Query::Cancel(arrow::Status cause) noexcept {
  {
    std::lock_guard lock(scheduler_->mutex_);
    Stop(&cause);
  }
  scheduler_->Notify(2);
}

// ---- memory

void Query::Register(Holder* holder) {
  std::lock_guard lock(holders_mutex_);
  holders_.push_back(holder);
}

void Query::Unregister(Holder* holder) {
  std::lock_guard lock(holders_mutex_);  // waits while the holder is being evicted
  std::erase(holders_, holder);
}

// What each could write out, the largest first. It changes while one looks, and a sort by what changes leaves its array: each is asked once.
std::vector<std::pair<int64_t, Holder*>> Query::HoldersByBytes() const {
  std::vector<std::pair<int64_t, Holder*>> holders;
  for (Holder* holder : holders_) holders.emplace_back(holder->Evictable(), holder);
  std::sort(holders.begin(), holders.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  return holders;
}

arrow::Result<int64_t> Query::ReclaimOwn(TaskContext& context, int64_t want) {
  int64_t freed = port_ ? port_->Evict(want) : 0;
  if (freed >= want) return freed;
  std::lock_guard lock(holders_mutex_);
  for (const auto& [bytes, holder] : HoldersByBytes()) {
    if (freed >= want || bytes <= 0) break;
    const WritingOut writing;  // it needs a spill buffer: that is what the reserve is for
    const auto evicted = holder->Evict(context, want - freed);
    if (evicted.ok()) {
      freed += *evicted;
    } else if (!evicted.status().IsOutOfMemory()) {
      return evicted.status();  // the disk is full, or broken
    }
  }
  return freed;
}

arrow::Result<int64_t> Query::Reclaim(TaskContext& context, int64_t want) {
  pressure_.store(true, std::memory_order_relaxed);
  const int64_t before = pool_->bytes_allocated();
  ARROW_ASSIGN_OR_RAISE(int64_t freed, ReclaimOwn(context, want));
  if (freed >= want) return freed;
  // Others under the same budget, or all where it is one above that is short: those nobody waits for first.
  std::vector<std::shared_ptr<Query>> others;
  {
    std::lock_guard lock(scheduler_->mutex_);
    for (const bool idle : {true, false}) {
      for (const auto& query : scheduler_->queries_) {
        if ((query->pulled_ == 0) == idle && query->FreesFor(*this)) others.push_back(query);
      }
    }
  }
  for (const auto& other : others) {
    if (freed >= want) break;
    freed += other->ReclaimOwn(context, want - freed).ValueOr(0);  // its troubles are its own
  }
  return std::max(freed, before - pool_->bytes_allocated());
}

void Query::MakeRoom(int64_t bytes) noexcept {
  std::vector<std::shared_ptr<Query>> idle;
  {
    std::lock_guard lock(scheduler_->mutex_);
    for (const auto& query : scheduler_->queries_) {
      if (query->pulled_ == 0 && query->port_ && query->FreesFor(*this)) idle.push_back(query);
    }
  }
  int64_t freed = 0;
  for (const auto& query : idle) {
    if (freed < bytes) freed += query->port_->Evict(bytes - freed);
  }
  while (freed < bytes) {
    TaskPtr remains;
    {
      std::lock_guard lock(scheduler_->mutex_);
      remains = TakeFromIdle();
    }
    if (!remains) return;
    const auto owner = remains->owner;
    const int64_t before = owner->pool_->bytes_allocated();
    remains.reset();
    freed += std::max<int64_t>(0, before - owner->pool_->bytes_allocated());
  }
}

arrow::Status Query::BudgetError(const Task& asker) const {
  const auto& budget = *pool_->budget();
  std::string who = asker.kind == TaskKind::kMorsel || asker.kind == TaskKind::kSplit ? "a scan" : "a step";
  if (asker.run != nullptr) {
    who = "the pipeline";
    for (const auto& name : asker.run->metrics->names) who += (name.empty() ? "" : " ") + name;
    if (asker.run_sink != nullptr) who += " " + asker.run_sink->name();
  } else if (asker.sink_run != nullptr) {
    who = asker.sink_run->sink->name();
  }
  // Everything that could be written out has been: what is held now and the step's own is what it takes, if what comes after takes no more.
  long long asked = 0;
  (void)std::sscanf(asker.refused.c_str(), "allocation of %lld bytes", &asked);
  const int64_t least = (pool_->bytes_allocated() + static_cast<int64_t>(asked)) / 4 * 5 + budget.reserve() + (4 << 20);
  std::string held;
  {
    std::lock_guard lock(holders_mutex_);
    const auto holders = HoldersByBytes();
    for (size_t i = 0; i < std::min<size_t>(3, holders.size()) && holders[i].first > 0; ++i) {
      held += (i == 0 ? "; top holders: " : ", ") + holders[i].second->holder_name() + " " + std::to_string(holders[i].first);
    }
  }
  return bowstring::Error(ErrorKind::kBudgetExceeded, "memory budget '", budget.name(), "' of ", budget.limit(), " bytes is used up: ",
                          budget.used(), " in use, ", who, " asks for ", asked, " more. Of them this query holds ", pool_->bytes_allocated(), " (batches held by the consumer ",
                          port_->consumer_bytes(), ", waiting to be read ", port_->Evictable(), held,
                          "). It takes ", std::max(least, budget.limit() / 2 * 3) / (1 << 20) + 1,
                          " MB or more: release batches, raise the memory limit, or allow spilling");
}

// ---- figures

SinkState* Query::StateOf(SinkRun& run, int worker) {
  auto& state = run.states[worker];
  if (!state) state = run.sink->Open(worker);
  return state.get();
}

void Query::AddMetrics(const Task& task, int index, int64_t rows, int64_t batches, int64_t ns) {
  auto* values = &task.run->metrics->values[index * 3];
  values[0].fetch_add(rows, std::memory_order_relaxed);
  values[1].fetch_add(batches, std::memory_order_relaxed);
  values[2].fetch_add(ns, std::memory_order_relaxed);
}

void Query::FillStats(QueryStats* stats) const {
  stats->rows_scanned = rows_scanned_.load(std::memory_order_relaxed);
  const int64_t seen = morsels_seen_.load(std::memory_order_relaxed);
  stats->fraction = seen == 0 ? 0 : static_cast<double>(morsels_done_.load(std::memory_order_relaxed)) / static_cast<double>(seen);
  stats->memory_bytes = pool_->bytes_allocated();
  stats->peak_bytes = pool_->max_memory();
  const auto add = [&](const SpillFigures& spilled) {
    stats->spill_count += spilled.count;
    stats->spilled_bytes += spilled.bytes;
  };
  const std::lock_guard lock(scheduler_->mutex_);
  for (const auto& metrics : metrics_) {
    for (const SpillFigures& spilled : metrics.spilled) add(spilled);
  }
  if (ended_) return;  // all are noted
  for (const PipelineRun& run : pipelines_) {
    for (const auto& op : run.spec->operators) add(op->spilled());
    if (run.spec->sink && run.sink->feeders.front() == &run) add(run.spec->sink->spilled());
  }
}

// A sink with several feeders is noted by each: it counts once, with its first.
void Query::NoteSpills(const PipelineRun& run) {
  auto& spilled = run.metrics->spilled;
  const auto add = [](SpillFigures* to, const SpillFigures& more) {
    to->count += more.count;
    to->bytes += more.bytes;
    to->rows += more.rows;
  };
  for (size_t i = 0; i < run.spec->operators.size(); ++i) add(&spilled[i + 1], run.spec->operators[i]->spilled());
  if (run.spec->sink && run.sink->feeders.front() == &run) add(&spilled.back(), run.spec->sink->spilled());
}

std::vector<std::vector<OperatorMetrics>> Query::Metrics() const {
  std::vector<std::vector<OperatorMetrics>> all;
  const std::lock_guard lock(scheduler_->mutex_);  // rounds add theirs
  for (const auto& metrics : metrics_) {
    auto& pipeline = all.emplace_back();
    for (size_t i = 0; i < metrics.names.size(); ++i) {
      const auto* values = &metrics.values[i * 3];
      pipeline.push_back({metrics.names[i], metrics.keys[i], values[0].load(), values[1].load(), values[2].load(), metrics.spilled[i]});
    }
  }
  return all;
}

}  // namespace bowstring::exec
