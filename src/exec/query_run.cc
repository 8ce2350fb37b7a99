// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// What a query does next: everything here but the Run functions is called under the scheduler's mutex.
#include <algorithm>

#include <bowstring/error.h>

#include "exec/query.h"

namespace bowstring::exec {

using TaskPtr = std::shared_ptr<Task>;

// ---- choosing

TaskPtr Query::Take(const TaskPtr& task) {
  if (!task || task->state != TaskState::kReady) return nullptr;
  task->state = TaskState::kRunning;
  task->woken = false;
  ++running_;
  return task;
}

TaskPtr Query::NewTask(TaskKind kind, const PipelineRun* run, const SinkRun* sink) {
  auto task = std::make_shared<Task>();
  task->kind = kind;
  task->query = this;
  task->pipeline = run ? run->index : -1;
  task->sink = sink ? sink->index : -1;
  return task;
}

TaskPtr Query::CleanupTask() {
  if (running_ > 0 || cleanup_) return nullptr;
  cleanup_ = NewTask(TaskKind::kCleanup, nullptr, nullptr);
  return Take(cleanup_);
}

TaskPtr Query::Pick(bool pulled_only) {
  if (ended_) return CleanupTask();
  if (!pulled_only) {
    for (LaneId lane = 0; lane < graph_.lanes; ++lane) {
      if (auto task = PickLane(lane)) return task;
    }
    return nullptr;
  }
  if (pulled_ == 0) return nullptr;
  // Pulled lanes, the longest waiting first.
  uint64_t after = 0;
  for (int i = 0; i < pulled_; ++i) {
    LaneId best = -1;
    for (LaneId lane = 0; lane < graph_.lanes; ++lane) {
      const auto& out = *lanes_[lane];
      if (out.pulled && out.pull_age >= after && (best < 0 || out.pull_age < lanes_[best]->pull_age)) best = lane;
    }
    if (best < 0) break;
    if (auto task = PickLane(best)) return task;
    after = lanes_[best]->pull_age + 1;
  }
  return nullptr;
}

TaskPtr Query::PickLane(LaneId out_lane) {
  auto& out = *lanes_[out_lane];
  if (out.ended) return nullptr;
  for (int index : out.runs) {
    auto& run = pipelines_[index];
    if (run.phase == PipelineRun::kDone) continue;
    if (out.dropped && !run.tails) continue;
    if (run.phase == PipelineRun::kWaiting) {
      if (!out.pulled && !port_->WantsMore(out_lane)) return nullptr;
      if (auto task = PickInput(run)) return task;
    }
    if (run.phase == PipelineRun::kOpening) return Take(run.opening);
    if (run.phase == PipelineRun::kWaiting) return nullptr;
    const LaneId lane = run.segment == 0 ? out_lane - run.spec->first_lane : 0;
    if (auto task = PickMorsel(run, lane, out_lane)) return task;
    // What comes behind in this lane may be opened only when all turns before it are known.
    if (!Exhausted(run, lane) || run.tails) return nullptr;
  }
  return nullptr;
}

TaskPtr Query::PickMorsel(PipelineRun& run, LaneId lane, LaneId out_lane) {
  auto& from = run.lanes[lane];
  for (auto& task : from.tasks) {
    if (auto taken = Take(task)) return taken;
  }
  if (auto taken = Take(from.split)) return taken;
  if (run.stop || from.split) return nullptr;
  const bool result = run.sink == nullptr;
  // The front of a pulled lane always gets its task; all else within the cap, and as far as the look-ahead has room.
  const bool front = result && from.tasks.empty() && lanes_[out_lane]->pulled;
  if (!front && run.open >= cap()) return nullptr;
  if (run.source->serial() && !from.tasks.empty()) return nullptr;
  if (result && !lanes_[out_lane]->dropped && !port_->WantsMore(out_lane)) return nullptr;
  if (from.morsels.empty()) {
    if (from.split_done) return nullptr;
    from.split = NewTask(TaskKind::kSplit, &run, nullptr);
    from.split->lane = lane;
    from.split->source = run.source;
    return Take(from.split);
  }
  auto task = NewTask(TaskKind::kMorsel, &run, nullptr);
  task->lane = lane;
  task->morsel = std::move(from.morsels.front());
  run.last_opened = task->morsel.number;
  from.morsels.pop_front();
  task->run_spec = run.spec;
  task->source = run.source;
  task->first_operator = run.first_operator;
  task->seq_stage = run.spec->stage * 64 + run.segment;
  task->sink_run = run.sink;
  task->run_sink = run.sink ? run.sink->sink.get() : nullptr;
  if (result) {
    task->out_lane = out_lane;
    task->turn = lanes_[out_lane]->turns++;
  }
  from.tasks.push_back(task);
  ++run.open;
  return Take(task);
}

TaskPtr Query::PickInput(PipelineRun& run) {
  bool ready = true;
  auto need = [&](SinkRun* sink) -> TaskPtr {
    if (sink == nullptr || sink->finished) return nullptr;
    ready = false;
    return PickSink(*sink);
  };
  for (int dependency : run.spec->dependencies) {
    if (auto task = need(pipelines_[dependency].sink)) return task;
    if (!ready && pressure()) return nullptr;  // one build at a time while memory is short
  }
  if (auto task = need(run.source_sink)) return task;
  if (!ready) return nullptr;
  if (run.spec->source) {
    Running(run, run.spec->source);
    return nullptr;
  }
  run.phase = PipelineRun::kOpening;
  run.opening = NewTask(TaskKind::kOpen, &run, run.source_sink);
  return nullptr;
}

TaskPtr Query::PickSink(SinkRun& sink) {
  if (sink.finished) return nullptr;
  if (sink.feeders_done < static_cast<int>(sink.feeders.size())) {
    for (int feeder : sink.feeders) {
      if (auto task = PickFeeder(pipelines_[feeder])) return task;
    }
    return nullptr;
  }
  if (sink.finishing) return Take(sink.finishing);
  for (auto& job : sink.jobs) {
    if (auto task = Take(job)) return task;
  }
  if (!sink.jobs.empty()) return nullptr;
  sink.finishing = NewTask(TaskKind::kFinish, nullptr, &sink);
  return Take(sink.finishing);
}

TaskPtr Query::PickFeeder(PipelineRun& run) {
  if (run.phase == PipelineRun::kDone) return nullptr;
  if (run.phase == PipelineRun::kWaiting) {
    if (auto task = PickInput(run)) return task;
  }
  if (run.phase == PipelineRun::kOpening) return Take(run.opening);
  if (run.phase != PipelineRun::kRunning) return nullptr;
  for (LaneId lane = 0; lane < static_cast<LaneId>(run.lanes.size()); ++lane) {
    if (auto task = PickMorsel(run, lane, 0)) return task;
  }
  return nullptr;
}

// ---- progress

void Query::Running(PipelineRun& run, std::shared_ptr<Source> source) {
  run.source = std::move(source);
  run.lanes.clear();
  run.lanes.resize(static_cast<size_t>(run.source->lanes()));
  run.phase = PipelineRun::kRunning;
  run.opening = nullptr;
  if (run.sink == nullptr && run.segment == 0 && run.source->lanes() != run.spec->lane_count) {
    const arrow::Status cause = bowstring::Error(ErrorKind::kInternal, "pipeline ", run.spec->label, " was planned with ", run.spec->lane_count,
                                      " lanes, its source has ", run.source->lanes());
    Stop(&cause);
    return;
  }
  if (run.sink == nullptr && !run.tails) {
    for (LaneId lane = 0; lane < run.spec->lane_count; ++lane) {
      if (lanes_[run.spec->first_lane + lane]->dropped) BuryLane(run, lane);
    }
  }
}

bool Query::Exhausted(const PipelineRun& run, LaneId lane) const {
  const auto& from = run.lanes[lane];
  return run.stop || (from.split_done && from.morsels.empty());
}

bool Query::WholeLaneDone(const PipelineRun& run, LaneId lane) const {
  const auto& from = run.lanes[lane];
  return Exhausted(run, lane) && from.tasks.empty() && !from.split;
}

void Query::CheckLaneEnd(LaneId out_lane) {
  auto& out = *lanes_[out_lane];
  if (out.ended) return;
  for (int index : out.runs) {
    const auto& run = pipelines_[index];
    if (run.phase == PipelineRun::kDone) continue;
    if (run.phase != PipelineRun::kRunning || run.tails || !WholeLaneDone(run, out_lane - run.spec->first_lane)) return;
  }
  out.ended = true;
  port_->LaneEnd(out_lane, out.turns);
}

// After something of the pipeline has ended: lanes, segment, pipeline, sink, query.
void Query::CheckProgress(PipelineRun& run) {
  if (run.phase != PipelineRun::kRunning) return;
  const LaneId lanes = static_cast<LaneId>(run.lanes.size());
  bool all = true;
  for (LaneId lane = 0; lane < lanes; ++lane) {
    const bool done = WholeLaneDone(run, lane);
    all &= done;
    if (done && run.sink == nullptr && !run.tails) CheckLaneEnd(run.spec->first_lane + lane);
  }
  if (!all) return;
  // The next operator with a tail, nearest to the source first. After kFinished nothing more matters.
  const auto& operators = run.spec->operators;
  size_t next = run.first_operator;
  while (!run.stop && next < operators.size() && !operators[next]->has_tail()) ++next;
  if (!run.stop && next < operators.size()) {
    run.first_operator = next + 1;
    ++run.segment;
    run.source = nullptr;
    run.phase = PipelineRun::kOpening;
    run.opening = NewTask(TaskKind::kOpen, &run, nullptr);
    return;
  }
  run.phase = PipelineRun::kDone;
  if (run.sink != nullptr) {
    ++run.sink->feeders_done;
    return;
  }
  for (LaneId lane = 0; lane < run.spec->lane_count; ++lane) CheckLaneEnd(run.spec->first_lane + lane);
  const bool ended = std::all_of(pipelines_.begin(), pipelines_.end(),
                                 [](const PipelineRun& p) { return p.sink != nullptr || p.phase == PipelineRun::kDone; });
  if (ended) Stop(nullptr);
}

void Query::Bury(const TaskPtr& task) {
  graveyard_.push_back(task);
  has_graves_.store(true, std::memory_order_relaxed);
}

// The lane gives no more: what waits is thrown away (running tasks when they settle).
void Query::BuryLane(PipelineRun& run, LaneId lane) {
  auto& from = run.lanes[lane];
  from.split_done = true;
  from.morsels.clear();
  std::erase_if(from.tasks, [&](const TaskPtr& task) {
    if (task->state == TaskState::kRunning) return false;
    Bury(task);
    --run.open;
    return true;
  });
  if (from.split && from.split->state != TaskState::kRunning) {
    Bury(from.split);
    from.split = nullptr;
  }
}

template <typename Visit>
void Query::ForEachTask(Visit visit) {
  for (auto& run : pipelines_) {
    if (run.opening) visit(run.opening);
    for (auto& lane : run.lanes) {
      if (lane.split) visit(lane.split);
      for (auto& task : lane.tasks) visit(task);
    }
  }
  for (auto& sink : sinks_) {
    if (sink->finishing) visit(sink->finishing);
    for (auto& job : sink->jobs) visit(job);
  }
}

void Query::Stop(const arrow::Status* cause) {
  if (ended_) return;
  ended_ = true;
  stopping_.store(true, std::memory_order_relaxed);
  memory_waiters_ = false;
  if (port_) {
    if (cause != nullptr) port_->Fail(*cause);
  }
  for (auto& out : lanes_) out->pulled = false;
  pulled_ = 0;
}

// ---- after a slice

void Query::Settle(const TaskPtr& task) {
  --running_;
  task->state = task->outcome;
  if (task->kind == TaskKind::kCleanup) {
    gone_.store(true, std::memory_order_release);
    scheduler_->queries_.remove_if([this](const auto& query) { return query.get() == this; });
    return;
  }
  if (ended_) {
    if (running_ == 0) scheduler_->Notify(1);
    return;  // its parts go with the cleanup
  }
  const bool starved = task->state == TaskState::kParked && task->park == ParkReason::kMemory;
  task->starving = starved;
  if (!starved) {
    starved_since_ns_ = -1;
    task->privileged = false;
    WakeMemoryWaiters();
  }
  switch (task->state) {
    case TaskState::kParked:
      if (starved) {
        SettleStarved(task);
      } else if (task->park == ParkReason::kRoom) {
        if (task->room_epoch != RoomEpoch(task->out_lane)) task->state = TaskState::kReady;
      } else if (task->woken) {
        task->state = TaskState::kReady;
      }
      break;
    case TaskState::kFailed:
      Stop(&task->error);
      break;
    case TaskState::kDone:
      SettleDone(task);
      break;
    default:
      break;
  }
  if (!ended_ && task->kind == TaskKind::kMorsel && task->state != TaskState::kDone) {
    // What it was for is over: its lane was dropped, or its pipeline was finished, while it ran.
    auto& run = pipelines_[task->pipeline];
    const bool unwanted = run.sink == nullptr ? lanes_[task->out_lane]->dropped && !run.tails : run.stop;
    if (unwanted && std::erase(run.lanes[task->lane].tasks, task) > 0) {
      --run.open;
      CheckProgress(run);
    }
  }
  if (!ended_ && task->kind == TaskKind::kMorsel && task->finished_pipeline) {
    auto& run = pipelines_[task->pipeline];
    run.stop = true;
    for (LaneId lane = 0; lane < static_cast<LaneId>(run.lanes.size()); ++lane) {
      if (run.sink != nullptr) BuryLane(run, lane);
    }
    CheckProgress(run);
  }
}

// Up to where a sink's input is complete: the lowest morsel that is open, or the one behind the last that was.
void Query::TellPassed(PipelineRun& run, const Task& done) {
  const uint32_t stage = run.spec->stage * 64 + run.segment;
  for (int feeder : run.sink->feeders) {  // feeders before this one come first
    if (feeder < run.index && pipelines_[feeder].phase != PipelineRun::kDone) return;
  }
  Seq before{stage, std::max(run.last_opened, done.morsel.number) + 1};
  for (const auto& lane : run.lanes) {
    for (const auto& task : lane.tasks) before = std::min(before, Seq{stage, task->morsel.number});
  }
  run.sink->sink->Passed(before);
}

void Query::SettleDone(const TaskPtr& task) {
  switch (task->kind) {
    case TaskKind::kMorsel: {
      auto& run = pipelines_[task->pipeline];
      std::erase(run.lanes[task->lane].tasks, task);
      --run.open;
      morsels_done_.fetch_add(1, std::memory_order_relaxed);
      if (run.sink != nullptr) {
        TellPassed(run, *task);
      } else {
        WakeRoomWaiters();  // a later turn has become its lane's front: what was refused may be wanted now
      }
      CheckProgress(run);
      break;
    }
    case TaskKind::kSplit: {
      auto& run = pipelines_[task->pipeline];
      auto& from = run.lanes[task->lane];
      from.split = nullptr;
      if (!from.split_done) {  // else the lane was dropped meanwhile
        morsels_seen_.fetch_add(static_cast<int64_t>(task->split.size()), std::memory_order_relaxed);
        for (auto& morsel : task->split) from.morsels.push_back(std::move(morsel));
        from.split_done = task->split_step == Step::kFinished;
      }
      CheckProgress(run);
      break;
    }
    case TaskKind::kOpen: {
      auto& run = pipelines_[task->pipeline];
      if (task->opened) {
        Running(run, std::move(task->opened));
      } else {  // a tail that has nothing
        run.opening = nullptr;
        run.lanes.clear();
        run.phase = PipelineRun::kRunning;
        CheckProgress(run);
      }
      break;
    }
    case TaskKind::kFinish: {
      auto& sink = *sinks_[task->sink];
      sink.finishing = nullptr;
      if (task->jobs.empty()) {
        sink.finished = true;
        for (auto& state : sink.states) {
          if (state) task->states.push_back(std::move(state));  // destroyed with the task, outside the lock
        }
      }
      for (auto& job : task->jobs) {
        auto next = NewTask(TaskKind::kJob, nullptr, &sink);
        next->job = std::move(job);
        sink.jobs.push_back(std::move(next));
      }
      break;
    }
    case TaskKind::kJob:
      std::erase(sinks_[task->sink]->jobs, task);
      break;
    case TaskKind::kCleanup:
      break;
  }
}

// ---- memory

// A step found no memory, and nothing could be written out. One task at a time may use the reserve; when that isn't enough, parked
// tasks are given up to be run again; then consumers are waited for.
void Query::SettleStarved(const TaskPtr& task) {
  bool others = false;
  ForEachTask([&](const TaskPtr& t) { others |= t != task && (t->privileged || t->state == TaskState::kRunning); });
  if (!task->privileged && !others) {
    task->privileged = true;
    task->state = TaskState::kReady;
    return;
  }
  if (!others && EvictParkedTask(task.get())) {
    task->state = TaskState::kReady;
    return;
  }
  memory_waiters_ = true;
  const int64_t consumer = port_->consumer_bytes();
  if (starved_since_ns_ < 0 || consumer < starved_consumer_bytes_) starved_since_ns_ = scheduler_->now_ns();
  starved_consumer_bytes_ = consumer;
  const bool hopeless = !others && consumer == 0 && scheduler_->queries_.size() == 1 &&
                        pool_->budget()->used() <= pool_->bytes_allocated() + (4 << 20);
  if (!others && (hopeless || scheduler_->now_ns() - starved_since_ns_ > settings_.consumer_grace_ns)) {
    const arrow::Status cause = BudgetError();
    Stop(&cause);
  }
}

// One at a time, the most urgent first: two that are woken together would each take the other for somebody who may free memory.
void Query::WakeMemoryWaiters() {
  if (!memory_waiters_) return;
  memory_waiters_ = false;
  TaskPtr first;
  uint64_t first_age = UINT64_MAX;
  ForEachTask([&](const TaskPtr& task) {
    const bool starved = task->starving;
    if (starved && (task->state == TaskState::kReady || task->state == TaskState::kRunning)) {
      first = task;  // one is on its way already
      first_age = 0;
    }
    if (task->state != TaskState::kParked || !starved) return;
    memory_waiters_ = true;
    uint64_t age = 1;  // what the result depends on comes before it
    if (task->kind == TaskKind::kMorsel && task->run_sink == nullptr) {
      const auto& out = *lanes_[task->out_lane];
      age = out.pulled ? 2 + out.pull_age : UINT64_MAX - 1;
    }
    if (age < first_age) {
      first = task;
      first_age = age;
    }
  });
  if (first && first->state == TaskState::kParked) first->state = TaskState::kReady;
}

// Takes everything from the parked task whose rows are needed last; it will run from its morsel's start and drop what it had delivered.
bool Query::EvictParkedTask(const Task* except) {
  if (!graph_.replayable) return false;
  TaskPtr last;
  for (auto& run : pipelines_) {
    if (run.sink != nullptr || run.phase != PipelineRun::kRunning || run.segment > 0 || run.source->serial()) continue;
    for (auto& lane : run.lanes) {
      for (auto& task : lane.tasks) {
        if (task.get() != except && task->state == TaskState::kParked && task->started &&
            (task->park == ParkReason::kRoom || task->park == ParkReason::kMemory)) {
          last = task;
        }
      }
    }
  }
  if (!last) return false;
  auto remains = std::make_shared<Task>();
  remains->cursor = std::move(last->cursor);
  remains->stages = std::move(last->stages);
  Bury(remains);
  last->stages.clear();
  last->started = last->cursor_done = last->finished_pipeline = false;
  last->out_bytes = -1;
  last->rows_in = last->rows_out = 0;
  last->replay_rows = last->rows_delivered;
  return true;
}

// ---- running, on a worker, unlocked

void Query::Run(const TaskPtr& task, int worker) {
  StepContext context(*this, *scheduler_, task, worker);
  std::vector<TaskPtr> dead;
  if (task->kind == TaskKind::kCleanup || !graveyard_empty()) {
    std::lock_guard lock(scheduler_->mutex_);
    dead.swap(graveyard_);
    has_graves_.store(false, std::memory_order_relaxed);
  }
  dead.clear();
  PrivilegedStep privileged(task->privileged);
  if (task->kind == TaskKind::kMorsel) {
    RunMorsel(*task, context);
    if (task->outcome == TaskState::kDone && task->run_sink == nullptr) port_->TurnDone(task->out_lane, task->turn);
  } else {
    arrow::Result<TaskState> state = TaskState::kFailed;
    try {
      state = RunControl(*task, context);
    } catch (const std::bad_alloc&) {
      state = arrow::Status::OutOfMemory("allocation failed");
    } catch (const std::exception& e) {
      state = bowstring::Error(ErrorKind::kInternal, "unexpected exception: ", e.what());
    }
    task->outcome = state.ok() ? *state : TaskState::kFailed;
    if (!state.ok()) task->error = state.status();
  }
  if (task->outcome == TaskState::kFailed && task->error.IsOutOfMemory() && !cancelled()) {
    const int64_t freed = Reclaim(context, 8 << 20);
    task->error = arrow::Status::OK();
    task->park = ParkReason::kMemory;
    task->outcome = freed > 0 ? TaskState::kReady : TaskState::kParked;
  }
}

arrow::Result<TaskState> Query::RunControl(Task& task, TaskContext& context) {
  switch (task.kind) {
    case TaskKind::kSplit: {
      ARROW_ASSIGN_OR_RAISE(task.split_step, task.source->Split(context, task.lane, &task.split));
      if (task.split_step == Step::kParked) return TaskState::kParked;
      if (task.split.empty() && task.split_step == Step::kHaveMore) return TaskState::kReady;
      return TaskState::kDone;
    }
    case TaskKind::kOpen: {
      auto& run = pipelines_[task.pipeline];  // nobody else touches its source while it opens
      if (run.segment == 0) {
        ARROW_ASSIGN_OR_RAISE(task.opened, run.source_sink->sink->Output());
      } else {
        ARROW_ASSIGN_OR_RAISE(task.opened, run.spec->operators[run.first_operator - 1]->Tail());
      }
      return TaskState::kDone;
    }
    case TaskKind::kFinish: {
      ARROW_ASSIGN_OR_RAISE(task.jobs, sinks_[task.sink]->sink->Finish(context));
      return TaskState::kDone;
    }
    case TaskKind::kJob: {
      ARROW_ASSIGN_OR_RAISE(Step step, task.job->Run(context));
      if (step == Step::kParked) return TaskState::kParked;
      return step == Step::kHaveMore ? TaskState::kReady : TaskState::kDone;
    }
    case TaskKind::kCleanup: {
      // Nothing runs any more and nothing will be picked: the parts are this worker's alone.
      for (auto& run : pipelines_) {
        run.lanes.clear();
        run.source = nullptr;
        run.opening = nullptr;
      }
      for (auto& sink : sinks_) {
        for (auto& state : sink->states) state = nullptr;
        sink->jobs.clear();
        sink->finishing = nullptr;
        sink->sink = nullptr;
      }
      graph_.pipelines.clear();
      pool_->ReleaseUnused();
      return TaskState::kDone;
    }
    case TaskKind::kMorsel:
      break;
  }
  return bowstring::Error(ErrorKind::kInternal, "a morsel is not a control task");
}

}  // namespace bowstring::exec
