// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <arrow/compute/exec.h>
#include <arrow/status.h>

#include "exec/pipeline.h"

namespace bowstring::exec {

class Query;
class Scheduler;
struct PipelineRun;
struct SinkRun;

enum class TaskKind : uint8_t {
  kMorsel,   // one morsel through a pipeline's operators into its sink
  kOpen,     // a pipeline's source is made: Output() of the breaker before it, or an operator's Tail()
  kSplit,    // a source hands out morsels of one lane
  kFinish,   // a sink's Finish
  kJob,      // one of its jobs
  kRound,    // a recursive sink's NextRound
  kCleanup,  // a stopped query's tasks, sinks and sources are destroyed
};

/// Ready -> Running -> Ready (slice over) | Parked (until its event) | Done | Failed. Only Running has a worker; all else is the scheduler's.
enum class TaskState : uint8_t { kReady, kRunning, kParked, kDone, kFailed };

/// A unit that the scheduler runs. Between slices a morsel's task is its cursor plus at most one batch before each operator.
struct Task {
  std::shared_ptr<Query> owner;  // of what was taken from another query: outlives it
  std::vector<std::shared_ptr<void>> shed;  // see Source::Shed
  TaskKind kind = TaskKind::kMorsel;
  TaskState state = TaskState::kReady;
  Query* query = nullptr;  // kept alive by the scheduler's list while the task is ready, parked or running
  PipelineRun* run = nullptr;
  SinkRun* sink_run = nullptr;  // of kMorsel (null: the result), kFinish, kJob and kRound
  LaneId lane = 0;         // the source's
  LaneId out_lane = 0;     // the result's
  uint64_t turn = 0;       // in out_lane
  Morsel morsel;
  std::unique_ptr<Job> job;

  // kMorsel. Stage i < operators is operator first_operator + i, the last stage is the sink.
  struct Stage {
    std::unique_ptr<OpState> state;
    Batch input;         // waits here
    bool flush = false;  // the morsel has ended above
    bool open = false;
  };
  const Pipeline* run_spec = nullptr;
  Sink* run_sink = nullptr;      // null: the result
  size_t first_operator = 0;
  uint32_t seq_stage = 0;
  std::shared_ptr<Source> source;
  std::unique_ptr<Cursor> cursor;
  std::optional<Mark> resume;  // where it stood when it was taken for its memory: the next one begins there
  std::vector<Stage> stages;
  bool started = false, cursor_done = false;
  int64_t out_bytes = -1;    // of the batch that waits at the result; below 0: not yet made ready to go out
  int64_t rows_in = 0;       // source rows given out so far, for first_row
  int64_t rows_out = 0;      // rows of batches that have reached the sink, unselected ones counted, for first_row
  int64_t rows_delivered = 0;  // rows that have reached the sink
  int64_t replay_rows = 0;   // of these, delivered before the task was evicted: dropped when they come again
  int64_t sink_rows = kAllRows;  // at most so many of a batch are given to the sink at once: fewer after it found no memory for more
  static constexpr int64_t kAllRows = int64_t{1} << 32;

  // Outcome of a slice, written by its worker; `state` follows under the scheduler's mutex, in Settle.
  TaskState outcome = TaskState::kReady;
  ParkReason park = ParkReason::kIo;
  uint64_t room_epoch = 0;
  bool starving = false;           // its last slice found no memory; the scheduler's
  std::string refused;             // and what it asked for
  int refusals = 0;                // of memory, since its last step that succeeded
  bool woken = false;              // the event came before the park; the scheduler's
  bool finished_pipeline = false;  // a stage answered kFinished
  size_t finished_by = 0;          // which: the operator's index in the pipeline; the sink's is behind the last
  bool privileged = false;         // may use the budget's reserve
  arrow::Status error;
  std::vector<Morsel> split;       // kSplit's answer
  Step split_step = Step::kHaveMore;
  std::shared_ptr<Source> opened;  // kOpen's answer
  std::vector<std::unique_ptr<Job>> jobs;  // kFinish's answer
  std::vector<std::unique_ptr<SinkState>> states;  // of a finished sink, to be destroyed
  std::vector<Pipeline> round;                     // kRound's answer
  std::vector<std::shared_ptr<void>> remains;      // what is to be destroyed with the task, outside the scheduler's mutex
};

/// A TaskContext of one slice.
class StepContext final : public TaskContext {
 public:
  StepContext(Query& query, Scheduler& scheduler, const std::shared_ptr<Task>& task, int worker);
  arrow::MemoryPool* pool() const override;
  arrow::compute::ExecContext* exec() const override;
  bool Stop() const noexcept override;
  bool cancelled() const noexcept override;
  Waker Park(ParkReason why) override;
  int worker() const noexcept override { return worker_; }
  void EnterBlocking() override;
  void LeaveBlocking() override;

 private:
  Query& query_;
  Scheduler& scheduler_;
  const std::shared_ptr<Task>& task_;
  const int worker_;
  const int64_t deadline_;
};

/// Runs a morsel's task until its slice ends. Sets outcome, park, error and finished_pipeline. Throws nothing.
void RunMorsel(Task& task, TaskContext& context);

}  // namespace bowstring::exec
