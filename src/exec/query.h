// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <bowstring/batch_stream.h>

#include "base/budget.h"
#include "base/lane_port.h"
#include "base/nesting.h"
#include "exec/pipeline.h"
#include "exec/scheduler.h"
#include "exec/task.h"

namespace bowstring::exec {

struct QuerySettings {
  std::shared_ptr<Budget> budget;       ///< null: under the process's
  int max_workers = 0;                  ///< 0: the scheduler's
  int64_t consumer_grace_ns = 10'000'000'000;
};

/// Figures of one operator, source or sink. `key`: its address, or a source's Pipeline::source_key; not to be looked into.
struct OperatorMetrics {
  std::string name;
  const void* key = nullptr;
  int64_t rows = 0, batches = 0, ns = 0;  ///< rows and batches that it gave out
  SpillFigures spilled;
};

struct PipelineMetrics;

struct PipelineRun;

/// Pipelines that feed a sink or a lane, in order. There may be ten thousand (a UNION ALL's): those at the front that are done are passed once.
class Feeders {
 public:
  void Add(PipelineRun* run) { runs_.push_back(run); }
  void Clear() { *this = {}; }
  bool empty() const { return runs_.empty(); }
  size_t size() const { return runs_.size(); }
  /// Null where there are none (a recursion's sink after its last round).
  PipelineRun* front() const { return runs_.empty() ? nullptr : runs_.front(); }
  /// From the first that isn't done.
  std::span<PipelineRun* const> Open();

 private:
  std::vector<PipelineRun*> runs_;
  size_t done_ = 0;
};

/// What a query keeps for one sink. `states`: each worker touches its own only, and makes it.
struct SinkRun {
  static constexpr int kMaxWorkers = 512;
  std::shared_ptr<Sink> sink;
  Feeders feeders;                          // of this round
  int feeders_done = 0;
  std::unique_ptr<SinkState> states[kMaxWorkers];
  std::shared_ptr<Task> finishing;          // while Finish is out
  std::vector<std::shared_ptr<Task>> jobs;  // ready, running, parked
  bool finished = false;
  uint64_t asked = 0;                       // the last pick that came here
  bool round_due = false;                   // NextRound is to be asked
  bool rounds_over = false;
  std::vector<PipelineMetrics*> round_metrics;  // of its rounds' pipelines, by their place
  SinkRun* round_of = nullptr;              // the recursive sink that it was made for
};

/// Figures of a pipeline, which outlive its parts.
struct PipelineMetrics {
  std::vector<std::string> names;                  // the source, operators, the sink
  std::vector<const void*> keys;
  std::vector<SpillFigures> spilled;               // when its parts are given up
  std::unique_ptr<std::atomic<int64_t>[]> values;  // rows, batches, ns of each
};

/// What a query keeps for one lane of a pipeline's source.
struct LaneRun {
  std::deque<Morsel> morsels;
  bool split_done = false;
  std::shared_ptr<Task> split;                // while one is out
  std::vector<std::shared_ptr<Task>> tasks;   // open morsels, by turn: ready, running, parked
};

/// What a query keeps for one pipeline.
struct PipelineRun {
  enum Phase : uint8_t { kWaiting, kOpening, kRunning, kDone };
  Pipeline* spec = nullptr;
  std::unique_ptr<Pipeline> own_spec;  // of a round
  int index = 0;
  Phase phase = kWaiting;
  std::shared_ptr<Source> source;
  std::shared_ptr<Task> opening;  // kOpening
  uint32_t segment = 0;           // 0: the source itself; then tails
  size_t first_operator = 0;      // of this segment
  bool tails = false;             // some operator has one
  std::vector<LaneRun> lanes;
  int open = 0;                   // tasks in lanes
  uint64_t last_opened = 0;       // the highest number of a morsel that was opened
  bool stop = false;              // kFinished was answered: hand out no more
  std::vector<SinkRun*> needs;    // dependencies
  SinkRun* sink = nullptr;        // null: the result
  SinkRun* source_sink = nullptr;
  SinkRun* round_of = nullptr;    // the recursive sink that it was made for
  PipelineMetrics* metrics = nullptr;

  /// Its source may give another round's rows when these are done.
  bool more_rounds() const {
    return segment == 0 && !stop && source_sink != nullptr && source_sink->sink->has_rounds() && !source_sink->rounds_over;
  }
  bool idle() const {
    bool none = !opening && open == 0;
    for (const LaneRun& lane : lanes) none = none && !lane.split && lane.tasks.empty();
    return none;
  }
};

/// One run of a pipeline graph: its tasks, its memory, and what readers want of it.
///
/// States: Planned -first Pull-> Active (known to the scheduler) -> Ended | Failed | Cancelled -> Gone (no step runs, nothing is held).
/// Ready and parked tasks are the scheduler's (guarded by its mutex); a running task belongs to its worker. Destroyed by the last of: the
/// readers' handle, the scheduler's list.
class Query final : public LaneDemand, public QueryMemory, public std::enable_shared_from_this<Query> {
 public:
  static std::shared_ptr<Query> Make(QuerySettings settings, Scheduler* scheduler);
  ~Query() override;

  /// Before the first pull, once. The pool may be used for building the graph before.
  void SetGraph(PipelineGraph graph, std::shared_ptr<LanePort> port);
  const PipelineGraph& graph() const { return graph_; }

  // LaneDemand
  void Pull(LaneId lane) noexcept override;
  void Unpull(LaneId lane) noexcept override;
  void Room(LaneId lane) noexcept override;
  void Drop(LaneId lane) noexcept override;
  void MakeRoom(int64_t bytes) noexcept override;
  void Cancel(arrow::Status cause) noexcept override;

  // QueryMemory
  arrow::MemoryPool* pool() const override { return pool_.get(); }
  void Register(Holder* holder) override;
  void Unregister(Holder* holder) override;
  bool pressure() const noexcept override { return pressure_.load(std::memory_order_relaxed); }
  int64_t available() const noexcept override { return pool_->budget()->available(); }
  int workers() const noexcept override;

  // For tasks, on workers.
  int64_t now_ns() const { return scheduler_->now_ns(); }
  LanePort& port() { return *port_; }
  SinkState* StateOf(SinkRun& run, int worker);
  uint64_t room_epoch() const { return room_epoch_.load(std::memory_order_acquire); }
  void CountScanned(int64_t rows) { rows_scanned_.fetch_add(rows, std::memory_order_relaxed); }
  void AddMetrics(const Task& task, int index, int64_t rows, int64_t batches, int64_t ns);
  static void NoteSpills(const PipelineRun& run);

  bool cancelled() const noexcept { return stopping_.load(std::memory_order_relaxed); }
  /// No step runs and nothing but what consumers hold is kept.
  bool gone() const noexcept { return gone_.load(std::memory_order_acquire); }
  /// What the scheduler knows: scan rows, fraction, memory.
  void FillStats(QueryStats* stats) const;
  /// Of each pipeline its source, its operators and its sink (whose rows are counted where they are read, under the same key).
  std::vector<std::vector<OperatorMetrics>> Metrics() const;

 private:
  friend class Scheduler;
  friend class StepContext;

  using TaskPtr = std::shared_ptr<Task>;
  struct OutLane {
    bool pulled = false, dropped = false, ended = false;
    uint64_t pull_age = 0;
    uint64_t turns = 0;
    Feeders runs;
  };

  Query(QuerySettings settings, Scheduler* scheduler);

  // Under the scheduler's mutex.
  TaskPtr Pick(bool pulled_only);
  TaskPtr PickLane(LaneId out_lane);
  TaskPtr PickMorsel(PipelineRun& run, LaneId lane, LaneId out_lane);
  TaskPtr PickInput(PipelineRun& run);
  TaskPtr PickSink(SinkRun& sink);
  TaskPtr PickFeeder(PipelineRun& run);
  TaskPtr Take(const TaskPtr& task);
  TaskPtr NewTask(TaskKind kind, PipelineRun* run, SinkRun* sink);
  TaskPtr CleanupTask();
  SinkRun* RunOf(const std::shared_ptr<Sink>& sink, SinkRun* round_of);
  PipelineRun& AddRun(Pipeline* spec, SinkRun* round_of);
  PipelineMetrics* MetricsOf(const Pipeline& spec);
  void StartRound(SinkRun& sink, Task& task);
  void RetireRound(const SinkRun& sink, Task& task);
  void Running(PipelineRun& run, std::shared_ptr<Source> source);
  bool Exhausted(const PipelineRun& run, LaneId lane) const;
  bool WholeLaneDone(const PipelineRun& run, LaneId lane) const;
  void CheckProgress(PipelineRun& run);
  void CheckLaneEnd(LaneId out_lane);
  void Settle(const TaskPtr& task);
  void SettleDone(const TaskPtr& task);
  void TellPassed(PipelineRun& run, const Task& done);
  void SettleStarved(const TaskPtr& task);
  void WakeMemoryWaiters();
  void WakeRoomWaiters();
  bool EvictTask(const Task& asker);
  bool FreesFor(const Query& asker) const;
  TaskPtr TakeFromIdle();
  TaskPtr TakeRemains(const Task* except);
  TaskPtr TakeShared();
  void Bury(const TaskPtr& task);
  void BuryLane(PipelineRun& run, LaneId lane);
  void StopSegment(const TaskPtr& task);
  void BurySource(PipelineRun& run);
  void Stop(const arrow::Status* cause);
  template <typename Visit>
  void ForEachTask(Visit visit);
  bool graveyard_empty() const { return !has_graves_.load(std::memory_order_relaxed); }
  bool waits_for_memory() const { return memory_waiters_ && !resting_; }
  int cap() const;

  // On a worker, unlocked.
  void Run(const TaskPtr& task, int worker);
  arrow::Result<TaskState> RunControl(Task& task, TaskContext& context);
  arrow::Result<int64_t> Reclaim(TaskContext& context, int64_t want);
  std::vector<std::pair<int64_t, Holder*>> HoldersByBytes() const;  // under holders_mutex_
  arrow::Result<int64_t> ReclaimOwn(TaskContext& context, int64_t want);
  arrow::Status BudgetError(const Task& asker) const;

  Scheduler* const scheduler_;
  const QuerySettings settings_;
  BudgetedPool::Handle pool_;
  std::unique_ptr<arrow::compute::ExecContext> exec_;
  PipelineGraph graph_;
  std::shared_ptr<LanePort> port_;
  std::list<PipelineRun> pipelines_;        // runs of rounds come and go
  std::vector<std::unique_ptr<SinkRun>> sinks_;
  std::vector<std::unique_ptr<OutLane>> lanes_;
  std::deque<PipelineMetrics> metrics_;
  int next_index_ = 0;
  size_t results_left_ = 0;                 // pipelines that feed the result and aren't done
  std::vector<TaskPtr> room_waiters_;       // parked for room
  std::atomic<uint64_t> room_epoch_{0};
  std::vector<TaskPtr> graveyard_;          // of a stopped query: destroyed by a worker
  std::atomic<bool> has_graves_{false};
  TaskPtr cleanup_;
  bool started_ = false, ended_ = false, memory_waiters_ = false;
  bool resting_ = false;                    // memory was short, or went to others, while nobody waited: nothing runs until somebody does
  uint64_t pick_ = 0;                       // the number of this pick
  TaskPtr urgent_;                          // woken to try for memory again: runs next, wherever in the plan it lies
  int running_ = 0, pulled_ = 0;
  uint64_t next_age_ = 0;
  LaneId first_open_ = 0, last_begun_ = -1;  // lanes before the one have ended, behind the other nothing was ever asked for
  NestingPtr nesting_;                      // of the thread that pulled first
  int64_t starved_since_ns_ = -1, starved_consumer_bytes_ = 0;
  std::atomic<bool> stopping_{false}, gone_{false}, pressure_{false};
  std::atomic<int64_t> rows_scanned_{0}, morsels_seen_{0}, morsels_done_{0};
  mutable std::mutex holders_mutex_;
  std::vector<Holder*> holders_;
};

}  // namespace bowstring::exec
