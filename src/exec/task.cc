// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/task.h"

#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/error.h>

#include "exec/fault.h"
#include "exec/query.h"
#include "exec/scheduler.h"
#include "expr/conform.h"
#include "expr/gather.h"

namespace bowstring::exec {
namespace {

// All but the first `n` rows of a batch.
void DropFront(Batch& batch, int64_t n) {
  if (batch.rows) {
    auto kept = std::make_shared<Selection>();
    kept->indices = arrow::SliceBuffer(batch.rows->indices, n * static_cast<int64_t>(sizeof(int32_t)));
    kept->length = batch.rows->length - n;
    batch.rows = std::move(kept);
  } else {
    batch.data = batch.data->Slice(n);
    batch.first_row += n;
  }
}

// Its first `n` rows.
Batch Front(const Batch& batch, int64_t n) {
  Batch front = batch;
  if (batch.rows) {
    auto kept = std::make_shared<Selection>();
    kept->indices = arrow::SliceBuffer(batch.rows->indices, 0, n * static_cast<int64_t>(sizeof(int32_t)));
    kept->length = n;
    front.rows = std::move(kept);
  } else {
    front.data = batch.data->Slice(0, n);
  }
  return front;
}

// Rows beyond what was delivered before an eviction; nothing left: an empty batch.
void DropReplayed(Task& task, Batch& batch) {
  const int64_t drop = std::min(batch.num_rows(), task.replay_rows);
  if (drop == 0) return;
  task.replay_rows -= drop;
  DropFront(batch, drop);
}

}  // namespace

StepContext::StepContext(Query& query, Scheduler& scheduler, const std::shared_ptr<Task>& task, int worker)
    : query_(query), scheduler_(scheduler), task_(task), worker_(worker), deadline_(scheduler.now_ns() + scheduler.slice_ns_) {}

arrow::MemoryPool* StepContext::pool() const { return query_.pool_.get(); }
arrow::compute::ExecContext* StepContext::exec() const { return query_.exec_.get(); }
bool StepContext::Stop() const noexcept { return query_.cancelled() || scheduler_.now_ns() >= deadline_; }
bool StepContext::cancelled() const noexcept { return query_.cancelled(); }
void StepContext::EnterBlocking() { scheduler_.EnterBlocking(); }
void StepContext::LeaveBlocking() { scheduler_.LeaveBlocking(); }

Waker StepContext::Park(ParkReason why) {
  task_->park = why;
  std::weak_ptr<Task> weak = task_;
  Scheduler* scheduler = &scheduler_;
  return Waker([weak, scheduler] {
    if (auto task = weak.lock()) scheduler->Wake(task);
  });
}

namespace {

// One morsel's chain. Every call moves at most one batch by one stage.
class MorselRunner {
 public:
  MorselRunner(Task& task, TaskContext& context) : task_(task), context_(context), query_(*task.query) {}

  // The state that the task is to have.
  arrow::Result<TaskState> Run() {
    if (!task_.started) ARROW_RETURN_NOT_OK(Start());
    const int last = static_cast<int>(task_.stages.size()) - 1;
    for (;;) {
      int i = last;
      while (i >= 0 && !task_.stages[i].input && !task_.stages[i].flush) --i;
      Step step;
      if (i < 0) {
        if (task_.cursor_done) return TaskState::kDone;
        ARROW_ASSIGN_OR_RAISE(step, Read());
      } else if (i < last) {
        ARROW_ASSIGN_OR_RAISE(step, Process(i));
      } else {
        ARROW_ASSIGN_OR_RAISE(step, Deliver());
      }
      task_.refusals = 0;
      if (step == Step::kParked) return TaskState::kParked;
      // One that uses the reserve takes one step, then asks anew: the reserve must not be used up by what it collects.
      if (context_.Stop() || task_.privileged) return TaskState::kReady;
    }
  }

 private:
  arrow::Status Start() {
    const auto& run = *task_.run_spec;
    const size_t operators = run.operators.size() - task_.first_operator;
    if (task_.stages.empty()) task_.stages.resize(operators + 1);
    for (size_t i = 0; i < operators; ++i) {
      auto& stage = task_.stages[i];
      if (!stage.open) {
        stage.state = run.operators[task_.first_operator + i]->Open();
        stage.open = true;
      }
    }
    ARROW_ASSIGN_OR_RAISE(task_.cursor, task_.source->Open(task_.morsel, nullptr));
    task_.started = true;
    return arrow::Status::OK();
  }

  arrow::Result<Step> Read() {
    Batch out;
    MetricsScope metrics(task_, 0);
    if (task_.resume) {
      ARROW_ASSIGN_OR_RAISE(task_.cursor, task_.source->Open(task_.morsel, &*task_.resume));
      task_.resume.reset();
    }
    ARROW_ASSIGN_OR_RAISE(Step step, task_.cursor->Next(context_, &out));
    if (step == Step::kParked) return step;
    if (out) {
      ARROW_RETURN_NOT_OK(FaultPoint(task_.run_spec->label, context_));
      out.seq = Seq{task_.seq_stage, task_.morsel.number};
      out.first_row = task_.rows_in;
      task_.rows_in += out.data->num_rows();
      metrics.Count(out);
      query_.CountScanned(out.data->num_rows());
      task_.stages[0].input = std::move(out);
    }
    if (step == Step::kFinished || step == Step::kMorselDone) {
      task_.cursor_done = true;
      task_.cursor.reset();
      task_.stages[0].flush = true;
    }
    return step;
  }

  // The stages above i give nothing more.
  void CloseAbove(int i) {
    for (int j = 0; j <= i; ++j) {
      task_.stages[j].input = Batch{};
      task_.stages[j].flush = false;
    }
    task_.cursor_done = true;
    task_.cursor.reset();
    task_.resume.reset();
  }

  void Finished(int i) {
    task_.finished_pipeline = true;
    task_.finished_by = task_.first_operator + static_cast<size_t>(i);
  }

  arrow::Result<Step> Process(int i) {
    auto& stage = task_.stages[i];
    const Operator& op = *task_.run_spec->operators[task_.first_operator + i];
    Batch out;
    MetricsScope metrics(task_, static_cast<int>(task_.first_operator) + i + 1);
    const bool has_input = static_cast<bool>(stage.input);
    ARROW_ASSIGN_OR_RAISE(Step step, op.Process(context_, stage.state.get(), has_input ? &stage.input : nullptr, &out));
    if (step == Step::kParked) return step;
    if (out && out.num_rows() > 0) {
      ARROW_RETURN_NOT_OK(FaultPoint(op.name(), context_));
      out.seq = Seq{task_.seq_stage, task_.morsel.number};
      metrics.Count(out);
      task_.stages[i + 1].input = std::move(out);
    }
    switch (step) {
      case Step::kHaveMore:
      case Step::kParked:
        break;
      case Step::kNeedInput:
        if (has_input) {
          stage.input = Batch{};
        } else {
          stage.flush = false;
          task_.stages[i + 1].flush = true;
        }
        break;
      case Step::kFinished:
        Finished(i);
        [[fallthrough]];
      case Step::kMorselDone:
        CloseAbove(i);
        task_.stages[i + 1].flush = true;
        break;
    }
    return step;
  }

  arrow::Result<Step> Deliver() {
    auto& stage = task_.stages.back();
    if (stage.input && task_.replay_rows > 0 && task_.out_bytes < 0) {
      DropReplayed(task_, stage.input);
      if (stage.input.num_rows() == 0) {
        stage.input = Batch{};
        return Step::kNeedInput;
      }
    }
    Step step;
    if (task_.run_sink == nullptr) {
      ARROW_ASSIGN_OR_RAISE(step, DeliverResult(stage));
    } else {
      ARROW_ASSIGN_OR_RAISE(step, DeliverSink(stage));
    }
    if (step == Step::kFinished) Finished(static_cast<int>(task_.stages.size()) - 1);
    if (step == Step::kFinished || step == Step::kMorselDone) CloseAbove(static_cast<int>(task_.stages.size()) - 1);
    return step;
  }

  arrow::Result<Step> DeliverSink(Task::Stage& stage) {
    const Seq seq{task_.seq_stage, task_.morsel.number};
    const bool has_input = static_cast<bool>(stage.input);
    MetricsScope metrics(task_, static_cast<int>(task_.run_spec->operators.size()) + 1);
    SinkState* const state = query_.StateOf(*task_.sink_run, context_.worker());
    if (!has_input) {
      ARROW_ASSIGN_OR_RAISE(const Step step, task_.run_sink->Consume(context_, state, nullptr, seq));
      if (step != Step::kParked && step != Step::kHaveMore) stage.flush = false;
      return step;
    }
    ARROW_RETURN_NOT_OK(FaultPoint(task_.run_sink->name(), context_));
    stage.input.first_row = task_.rows_out;
    const int64_t rows = stage.input.num_rows(), now = std::min(rows, task_.sink_rows);
    const Batch front = now < rows ? Front(stage.input, now) : Batch{};
    const auto step = task_.run_sink->Consume(context_, state, now < rows ? &front : &stage.input, seq);
    if (step.status().IsOutOfMemory()) task_.sink_rows = std::max<int64_t>(now / 2, 1);
    ARROW_RETURN_NOT_OK(step.status());
    if (*step == Step::kParked || *step == Step::kHaveMore) return step;
    task_.sink_rows = std::min(task_.sink_rows * 2, Task::kAllRows);
    task_.rows_delivered += now;
    if (now < rows) {
      DropFront(stage.input, now);
      task_.rows_out = stage.input.first_row;
      return *step == Step::kNeedInput ? Step::kHaveMore : *step;
    }
    task_.rows_out += stage.input.data->num_rows();
    stage.input = Batch{};
    return step;
  }

  arrow::Result<Step> DeliverResult(Task::Stage& stage) {
    if (!stage.input) {
      stage.flush = false;
      return Step::kNeedInput;
    }
    if (task_.out_bytes < 0) ARROW_RETURN_NOT_OK(MakeOutward(stage.input));
    task_.room_epoch = query_.room_epoch();  // before the offer: room that comes after a refusal isn't missed
    const int64_t rows = stage.input.data->num_rows();
    if (!query_.port().TryPut(task_.out_lane, task_.turn, stage.input, task_.out_bytes)) {
      task_.park = ParkReason::kRoom;
      return Step::kParked;
    }
    task_.rows_delivered += rows;
    task_.out_bytes = -1;
    stage.input = Batch{};
    return Step::kNeedInput;
  }

  // Rows gathered, types outward, memory that it doesn't need let go.
  arrow::Status MakeOutward(Batch& batch) {
    ARROW_ASSIGN_OR_RAISE(auto data, Compact(batch, context_.pool()));
    const auto& schema = query_.graph().result_schema;
    KernelContext kernel;
    kernel.task = &context_;
    kernel.exec = context_.exec();
    if (data->schema().get() != schema.get()) {
      ARROW_ASSIGN_OR_RAISE(data, ConformBatch(kernel, *data, schema));
    }
    // Looking at every view costs more than decoding it did.
    const int64_t least = ReferencedBytes(*data, 32);
    int64_t held = HeldBytes(*data);
    if (query_.graph().compact_result && held > 4 * least) {
      ARROW_ASSIGN_OR_RAISE(data, CompactViews(std::move(data), context_.pool()));
      held = HeldBytes(*data);
    }
    batch.data = std::move(data);
    batch.rows = nullptr;
    // Pages are shared with the batches around; a batch costs something even where it has no columns.
    constexpr int64_t kBatchCost = 4096;
    task_.out_bytes = std::max(kBatchCost, std::min(held, 2 * least));
    return arrow::Status::OK();
  }

  struct MetricsScope {
    MetricsScope(Task& task, int index) : task(task), index(index), start(task.query->now_ns()) {}
    ~MetricsScope() { task.query->AddMetrics(task, index, rows, batches, task.query->now_ns() - start); }
    void Count(const Batch& batch) {
      rows += batch.num_rows();
      ++batches;
    }
    Task& task;
    int index;
    int64_t start, rows = 0, batches = 0;
  };

  Task& task_;
  TaskContext& context_;
  Query& query_;
};

}  // namespace

void RunMorsel(Task& task, TaskContext& context) {
  arrow::Result<TaskState> state = TaskState::kFailed;
  try {
    state = MorselRunner(task, context).Run();
  } catch (const std::bad_alloc&) {
    state = arrow::Status::OutOfMemory("allocation failed");
  } catch (const std::exception& e) {
    state = bowstring::Error(ErrorKind::kInternal, "unexpected exception: ", e.what());
  } catch (...) {
    state = bowstring::Error(ErrorKind::kInternal, "unexpected exception of unknown type");
  }
  if (state.ok()) {
    task.outcome = *state;
  } else {
    task.outcome = TaskState::kFailed;
    task.error = state.status();
  }
}

}  // namespace bowstring::exec
