// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// What follows from a slice's outcome: lanes, pipelines and sinks that end, waits for room and memory. Under the scheduler's mutex.
#include <algorithm>

#include <bowstring/error.h>

#include "exec/query.h"

namespace bowstring::exec {

using TaskPtr = std::shared_ptr<Task>;

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

void Query::Running(PipelineRun& run, std::shared_ptr<Source> source) {
  run.source = std::move(source);
  run.lanes.clear();
  run.lanes.resize(static_cast<size_t>(run.source->lanes()));
  run.phase = PipelineRun::kRunning;
  run.opening = nullptr;
  run.stop = false;
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
  for (const PipelineRun* each : out.runs.Open()) {
    const auto& run = *each;
    if (run.phase == PipelineRun::kDone) continue;
    if (run.phase != PipelineRun::kRunning || run.tails || run.more_rounds() || !WholeLaneDone(run, out_lane - run.spec->first_lane)) return;
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
    if (done && run.sink == nullptr && !run.tails && !run.more_rounds()) CheckLaneEnd(run.spec->first_lane + lane);
  }
  if (!all) return;
  if (run.more_rounds()) {
    BurySource(run);
    run.phase = PipelineRun::kWaiting;
    run.source_sink->finished = false;
    run.source_sink->round_due = true;
    return;
  }
  // The next operator with a tail, nearest to the source first; after kFinished none before the one that answered it.
  const auto& operators = run.spec->operators;
  size_t next = run.first_operator;
  while (next < operators.size() && !operators[next]->has_tail()) ++next;
  if (next < operators.size()) {
    run.first_operator = next + 1;
    ++run.segment;
    BurySource(run);
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
  if (--results_left_ == 0) Stop(nullptr);
}

void Query::Bury(const TaskPtr& task) {
  if (urgent_ == task) urgent_ = nullptr;
  std::erase(room_waiters_, task);
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

// Whoever destroys a source may take locks of holders.
void Query::BurySource(PipelineRun& run) {
  auto remains = std::make_shared<Task>();
  remains->source = std::move(run.source);
  run.source = nullptr;
  Bury(remains);
}

void Query::Stop(const arrow::Status* cause) {
  if (ended_) return;
  ended_ = true;
  stopping_.store(true, std::memory_order_relaxed);
  memory_waiters_ = false;
  urgent_ = nullptr;
  room_waiters_.clear();
  if (port_) {
    if (cause != nullptr) port_->Fail(*cause);
  }
  for (auto& out : lanes_) out->pulled = false;
  pulled_ = 0;
  for (const auto& run : pipelines_) NoteSpills(run);
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
  if (task->kind == TaskKind::kMorsel && task->finished_pipeline && task->state != TaskState::kFailed) StopSegment(task);
  switch (task->state) {
    case TaskState::kParked:
      if (starved) {
        SettleStarved(task);
      } else if (task->park == ParkReason::kRoom) {
        if (task->room_epoch != room_epoch()) {
          task->state = TaskState::kReady;
        } else {
          room_waiters_.push_back(task);
        }
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
    auto& run = *task->run;
    const bool unwanted = run.sink == nullptr ? lanes_[task->out_lane]->dropped && !run.tails : run.stop;
    if (unwanted && std::erase(run.lanes[task->lane].tasks, task) > 0) {
      if (urgent_ == task) urgent_ = nullptr;
      std::erase(room_waiters_, task);  // its worker destroys it, outside the lock
      --run.open;
      CheckProgress(run);
    }
  }
}

// One of its stages needs no more input: the segment hands out no more, and tails before that stage don't matter.
void Query::StopSegment(const TaskPtr& task) {
  auto& run = *task->run;
  task->finished_pipeline = false;
  run.stop = true;
  run.first_operator = std::max(run.first_operator, task->finished_by);
  if (run.sink == nullptr) {
    if (task->state != TaskState::kDone) CheckProgress(run);  // the other lanes may have ended by it
    return;
  }
  const TaskState state = task->state;
  task->state = TaskState::kRunning;  // it is settled after this
  for (LaneId lane = 0; lane < static_cast<LaneId>(run.lanes.size()); ++lane) BuryLane(run, lane);
  task->state = state;
}

// Up to where a sink's input is complete: the lowest morsel that is open or was left for later, or the one behind the last that was open.
void Query::TellPassed(PipelineRun& run, const Task& done) {
  const uint32_t stage = run.spec->stage * 64 + run.segment;
  for (const PipelineRun* feeder : run.sink->feeders.Open()) {  // feeders before this one come first
    if (feeder->index >= run.index) break;
    if (feeder->phase != PipelineRun::kDone) return;
  }
  Seq before{stage, std::max(run.last_opened, done.morsel.number) + 1};
  for (const auto& lane : run.lanes) {
    if (!lane.morsels.empty()) before = std::min(before, Seq{stage, lane.morsels.front().number});
    for (const auto& task : lane.tasks) before = std::min(before, Seq{stage, task->morsel.number});
  }
  run.sink->sink->Passed(before);
}

void Query::SettleDone(const TaskPtr& task) {
  switch (task->kind) {
    case TaskKind::kMorsel: {
      auto& run = *task->run;
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
      auto& run = *task->run;
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
      auto& run = *task->run;
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
      auto& sink = *task->sink_run;
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
      std::erase(task->sink_run->jobs, task);
      break;
    case TaskKind::kRound:
      task->sink_run->finishing = nullptr;
      StartRound(*task->sink_run, *task);
      break;
    case TaskKind::kCleanup:
      break;
  }
}

// ---- memory

// A step found no memory, and nothing could be written out. Where nobody waits for its rows it tries again when somebody does. Else one task at a time may use the reserve; when that isn't enough, parked
// tasks are given up to be run again; then consumers are waited for.
void Query::SettleStarved(const TaskPtr& task) {
  if (pulled_ == 0) {
    resting_ = true;
    memory_waiters_ = true;
    return;
  }
  bool others = false;
  ForEachTask([&](const TaskPtr& t) {
    if (t == task) return;
    others |= t->state == TaskState::kRunning || (t->privileged && t->state == TaskState::kReady);
  });
  if (!task->privileged && !others) {
    ForEachTask([&](const TaskPtr& t) { t->privileged = false; });  // one that has tried in vain gives its turn away
    task->privileged = true;
    task->state = TaskState::kReady;
    urgent_ = task;
    return;
  }
  if (!others && EvictTask(*task)) {
    task->state = TaskState::kReady;
    urgent_ = task;
    return;
  }
  memory_waiters_ = true;
  const int64_t consumer = port_->consumer_bytes();
  if (starved_since_ns_ < 0 || consumer < starved_consumer_bytes_) starved_since_ns_ = scheduler_->now_ns();
  starved_consumer_bytes_ = consumer;
  const auto& budget = *pool_->budget();
  const bool hopeless = !others && consumer == 0 && scheduler_->queries_.size() == 1 && budget.used() <= pool_->granted() + budget.limit() / 16;
  if (!others && (hopeless || scheduler_->now_ns() - starved_since_ns_ > settings_.consumer_grace_ns)) {
    const arrow::Status cause = BudgetError(*task);
    Stop(&cause);
  }
}

// One at a time, the most urgent first: two that are woken together would each take the other for somebody who may free memory.
void Query::WakeMemoryWaiters() {
  if (!waits_for_memory()) return;
  memory_waiters_ = false;
  TaskPtr first;
  uint64_t first_age = UINT64_MAX;
  ForEachTask([&](const TaskPtr& task) {
    const bool starved = task->starving;
    if (starved && (task->state == TaskState::kReady || task->state == TaskState::kRunning)) {
      first = task;  // one is on its way already
      first_age = 0;
      memory_waiters_ |= task->state == TaskState::kReady;
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
  if (first && first->state == TaskState::kReady) urgent_ = first;  // another may have taken that place meanwhile
}

// Gives up a task for the memory it holds: one of this query's, or of those that nobody waits for.
bool Query::EvictTask(const Task& asker) {
  TaskPtr remains = TakeRemains(&asker);
  if (!remains) remains = TakeFromIdle();
  if (!remains) return false;
  Bury(remains);
  return true;
}

// Whether what it gives up is another's: both are under the same budget, or it is one above that is short.
bool Query::FreesFor(const Query& asker) const {
  return this != &asker && !ended_ && (asker.pool_->budget()->short_above() || pool_->budget() == asker.pool_->budget());
}

Query::TaskPtr Query::TakeFromIdle() {
  for (const auto& other : scheduler_->queries_) {
    if (other->pulled_ > 0 || !other->FreesFor(*this)) continue;
    TaskPtr remains = other->TakeRemains(nullptr);
    if (!remains) remains = other->TakeShared();
    if (!remains) continue;
    other->resting_ = true;
    remains->owner = other;
    return remains;
  }
  return nullptr;
}

// Takes from the waiting task whose rows are needed last its cursor, which is opened anew where it stood; where no task has one, all there is: that
// task will run from its morsel's start and drop what it had delivered.
Query::TaskPtr Query::TakeRemains(const Task* except) {
  TaskPtr reading, last;
  for (auto& run : pipelines_) {
    if (run.phase != PipelineRun::kRunning) continue;
    const bool again = graph_.replayable && run.sink == nullptr && run.segment == 0 && !run.source->serial();
    for (auto& lane : run.lanes) {
      for (auto& task : lane.tasks) {
        const bool parked = task->state == TaskState::kParked && (task->park == ParkReason::kRoom || task->park == ParkReason::kMemory);
        const bool idle = task->state == TaskState::kReady && pulled_ == 0;
        if (task.get() == except || !task->started || !(parked || idle)) continue;
        if (task->cursor && task->cursor->Position()) reading = task;
        const bool waits = std::any_of(task->stages.begin(), task->stages.end(), [](const Task::Stage& stage) { return static_cast<bool>(stage.input); });
        if (again && (task->cursor || waits || task->stages.size() > 1)) last = task;
      }
    }
  }
  auto remains = std::make_shared<Task>();
  if (reading) {
    reading->resume = reading->cursor->Position();
    remains->source = reading->source;  // the query may end, and give its own up, before this is destroyed
    remains->cursor = std::move(reading->cursor);
    return remains;
  }
  if (!last) return nullptr;
  remains->source = last->source;
  remains->cursor = std::move(last->cursor);
  remains->stages = std::move(last->stages);
  last->stages.clear();
  last->resume.reset();
  last->started = last->cursor_done = last->finished_pipeline = false;
  last->out_bytes = -1;
  last->rows_in = last->rows_out = 0;
  last->replay_rows = last->rows_delivered;
  return remains;
}

// What the sources keep for morsels that are still to come.
Query::TaskPtr Query::TakeShared() {
  auto remains = std::make_shared<Task>();
  for (auto& run : pipelines_) {
    if (run.phase != PipelineRun::kRunning || run.source == nullptr) continue;
    const void* last = nullptr;
    const auto shed = [&](const Morsel& morsel) {
      if (morsel.shared.get() == std::exchange(last, morsel.shared.get())) return;
      if (auto value = run.source->Shed(morsel)) remains->shed.push_back(std::move(value));
    };
    for (auto& lane : run.lanes) {
      for (const TaskPtr& task : lane.tasks) shed(task->morsel);
      for (const Morsel& morsel : lane.morsels) shed(morsel);
    }
  }
  return remains->shed.empty() ? nullptr : remains;
}

}  // namespace bowstring::exec
