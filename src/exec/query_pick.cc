// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// What a query runs next. Under the scheduler's mutex.
#include <algorithm>
#include <utility>

#include "exec/query.h"

namespace bowstring::exec {

using TaskPtr = std::shared_ptr<Task>;

TaskPtr Query::Take(const TaskPtr& task) {
  if (!task || task->state != TaskState::kReady) return nullptr;
  task->state = TaskState::kRunning;
  task->woken = false;
  ++running_;
  return task;
}

TaskPtr Query::NewTask(TaskKind kind, PipelineRun* run, SinkRun* sink) {
  auto task = std::make_shared<Task>();
  task->kind = kind;
  task->query = this;
  task->run = run;
  task->sink_run = sink;
  return task;
}

TaskPtr Query::CleanupTask() {
  if (running_ > 0 || cleanup_) return nullptr;
  cleanup_ = NewTask(TaskKind::kCleanup, nullptr, nullptr);
  return Take(cleanup_);
}

TaskPtr Query::Pick(bool pulled_only) {
  if (ended_) return CleanupTask();
  if (resting_) return nullptr;
  ++pick_;
  // All others that are starved wait until this one has tried: it must not wait for a turn of its own.
  if (urgent_ && (pulled_ > 0 || !pulled_only)) {
    if (auto task = Take(std::exchange(urgent_, nullptr))) return task;
  }
  if (!pulled_only) {
    while (first_open_ < graph_.lanes && lanes_[first_open_]->ended) ++first_open_;
    for (LaneId lane = first_open_; lane < graph_.lanes; ++lane) {
      if (lane > last_begun_ && !lanes_[lane]->dropped && !port_->WantsMore(lane)) break;  // nor do those behind it, which have nothing open
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
  last_begun_ = std::max(last_begun_, out_lane);
  for (PipelineRun* each : out.runs.Open()) {
    auto& run = *each;
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
    if (!Exhausted(run, lane) || run.tails || run.more_rounds()) return nullptr;
  }
  return nullptr;
}

TaskPtr Query::PickMorsel(PipelineRun& run, LaneId lane, LaneId out_lane) {
  auto& from = run.lanes[lane];
  for (auto& task : from.tasks) {
    if (auto taken = Take(task)) return taken;
  }
  if (auto taken = Take(from.split)) return taken;
  if (run.stop) return nullptr;
  const bool result = run.sink == nullptr;
  // The front of a pulled lane always gets its task; all else within the cap, and as far as the look-ahead has room.
  const bool front = result && from.tasks.empty() && lanes_[out_lane]->pulled;
  if (!front && run.open >= cap()) return nullptr;
  if (run.source->serial() && !from.tasks.empty()) return nullptr;
  if (result && !lanes_[out_lane]->dropped && !port_->WantsMore(out_lane)) return nullptr;
  auto next = from.morsels.begin();
  if (!result && !pressure()) {
    next = std::find_if(from.morsels.begin(), from.morsels.end(), [&](const Morsel& morsel) {
      return !morsel.apart || std::none_of(from.tasks.begin(), from.tasks.end(), [&](const TaskPtr& task) { return task->morsel.shared == morsel.shared; });
    });
  }
  if (next == from.morsels.end() && !from.split && !from.split_done) {
    from.split = NewTask(TaskKind::kSplit, &run, nullptr);
    from.split->lane = lane;
    from.split->source = run.source;
    return Take(from.split);
  }
  if (from.morsels.empty()) return nullptr;
  if (next == from.morsels.end()) next = from.morsels.begin();
  auto task = NewTask(TaskKind::kMorsel, &run, run.sink);
  task->lane = lane;
  task->morsel = std::move(*next);
  run.last_opened = std::max(run.last_opened, task->morsel.number);
  from.morsels.erase(next);
  task->run_spec = run.spec;
  task->source = run.source;
  task->first_operator = run.first_operator;
  task->seq_stage = run.spec->stage * 64 + run.segment;
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
  for (SinkRun* dependency : run.needs) {
    if (auto task = need(dependency)) return task;
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
  // Many pipelines may need the same sink: what was asked in vain isn't asked again.
  if (sink.finished || std::exchange(sink.asked, pick_) == pick_) return nullptr;
  if (sink.round_due) {
    if (!sink.finishing) sink.finishing = NewTask(TaskKind::kRound, nullptr, &sink);
    return Take(sink.finishing);
  }
  if (sink.feeders_done < static_cast<int>(sink.feeders.size())) {
    for (PipelineRun* feeder : sink.feeders.Open()) {
      if (auto task = PickFeeder(*feeder)) return task;
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

}  // namespace bowstring::exec
