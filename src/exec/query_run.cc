// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Slices of a query's tasks, on workers, without the scheduler's mutex.
#include <bowstring/error.h>

#include "exec/blocking.h"
#include "exec/query.h"

namespace bowstring::exec {

using TaskPtr = std::shared_ptr<Task>;

void Query::Run(const TaskPtr& task, int worker) {
  StepContext context(*this, *scheduler_, task, worker);
  StepScope step(context);
  std::vector<TaskPtr> dead;
  if (task->kind == TaskKind::kCleanup || !graveyard_empty()) {
    std::lock_guard lock(scheduler_->mutex_);
    dead.swap(graveyard_);
    has_graves_.store(false, std::memory_order_relaxed);
  }
  dead.clear();
  PrivilegedStep privileged(task->privileged);
  const NestingScope nesting(nesting_);
  const int64_t begin = now_ns();
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
    // What a sink does after its last batch.
    if (task->sink_run != nullptr && !task->sink_run->feeders.empty()) {
      PipelineMetrics& metrics = *task->sink_run->feeders.front()->metrics;
      metrics.values[metrics.names.size() * 3 - 1].fetch_add(now_ns() - begin, std::memory_order_relaxed);
    }
  }
  if (task->outcome == TaskState::kFailed && task->error.IsOutOfMemory() && !cancelled()) {
    const auto freed = Reclaim(context, 8 << 20);
    task->refused = task->error.message();
    task->error = freed.status();
    if (freed.ok()) {
      // What is freed time and again may be what the step itself had made before it was refused: that is no progress.
      constexpr int kMostRefusals = 64;
      const bool hopeful = *freed > 0 && ++task->refusals < kMostRefusals;
      task->park = ParkReason::kMemory;
      task->outcome = hopeful ? TaskState::kReady : TaskState::kParked;
    }
  } else if (task->kind != TaskKind::kMorsel) {
    task->refusals = 0;
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
      auto& run = *task.run;  // nobody else touches its source while it opens
      if (run.segment == 0) {
        ARROW_ASSIGN_OR_RAISE(task.opened, run.source_sink->sink->Output());
      } else {
        ARROW_ASSIGN_OR_RAISE(task.opened, run.spec->operators[run.first_operator - 1]->Tail());
      }
      return TaskState::kDone;
    }
    case TaskKind::kFinish: {
      ARROW_ASSIGN_OR_RAISE(task.jobs, task.sink_run->sink->Finish(context));
      return TaskState::kDone;
    }
    case TaskKind::kRound: {
      ARROW_ASSIGN_OR_RAISE(task.round, task.sink_run->sink->NextRound(context));
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
        run.own_spec = nullptr;
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
