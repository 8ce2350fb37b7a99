// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/sort.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/budget.h"
#include "exec/collected.h"
#include "exec/memory_use.h"
#include "exec/sort_memory.h"
#include "exec/sort_rows.h"
#include "exec/sort_runs.h"

namespace bowstring::exec {
namespace {

struct WorkerRows final : Collected {
  std::shared_ptr<SortRows> rows;
};

struct SortState final : SinkState {
  std::shared_ptr<WorkerRows> collected;
};

// Phases: collecting (rows by worker; runs on disk as Evict asks) -> finishing (jobs: either split what is in memory, or spill the rest and merge
// runs until few are left) -> output. Only while collecting is this the holder of the rows; MemorySort is another.
class SortSink final : public Sink, public Holder {
 public:
  SortSink(std::shared_ptr<const SortPlan> plan, QueryMemory* memory, std::shared_ptr<SpillSpace> spill)
      : plan_(std::move(plan)), memory_(memory), spill_(std::move(spill)), runs_(std::make_shared<SortRuns>(plan_, memory_, spill_)) {
    memory_->Register(this);
  }
  ~SortSink() override { memory_->Unregister(this); }

  std::unique_ptr<SinkState> Open(int) override {
    auto state = std::make_unique<SortState>();
    state->collected = workers_.Open();
    return state;
  }

  arrow::Result<Step> Consume(TaskContext& context, SinkState* state, const Batch* in, Seq) override {
    if (in == nullptr) return Step::kNeedInput;
    WorkerRows& own = *static_cast<SortState*>(state)->collected;
    const std::lock_guard lock(own.mutex);
    if (!own.rows) own.rows = std::make_shared<SortRows>(*plan_, memory_->pool());
    ARROW_RETURN_NOT_OK(CollectRows(context, *plan_, *in, own.rows.get()));
    own.bytes.store(own.rows->store.bytes(), std::memory_order_relaxed);
    ARROW_RETURN_NOT_OK(workers_.MakeRoom(&own, *memory_, [&](WorkerRows* rows) { return Spill(context, rows); }));
    return Step::kNeedInput;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext& context) override {
    if (!finishing_) {
      const auto quiet = workers_.Quiet();
      if (runs_->empty()) {
        std::vector<std::shared_ptr<SortRows>> parts;
        for (const auto& worker : workers_.all()) {
          if (worker->rows) parts.push_back(worker->rows);
        }
        ARROW_ASSIGN_OR_RAISE(in_memory_, MakeMemorySort(plan_, std::move(parts), memory_, spill_));
        finishing_ = true;
        for (const auto& worker : workers_.all()) {
          worker->rows.reset();
          worker->bytes.store(0, std::memory_order_relaxed);
        }
        return in_memory_->Jobs();
      }
      finishing_ = true;
      std::vector<std::unique_ptr<Job>> jobs;
      for (const auto& worker : workers_.all()) {
        if (worker->rows) jobs.push_back(std::make_unique<SpillJob>(this, worker));
      }
      if (!jobs.empty()) return jobs;
    }
    if (in_memory_) return std::vector<std::unique_ptr<Job>>{};
    return runs_->MergeJobs(context);
  }

  arrow::Result<std::shared_ptr<Source>> Output() override {
    if (in_memory_) return std::move(in_memory_)->Output();
    return SortRunsSource(std::move(runs_));
  }
  std::string name() const override { return "SortExec"; }
  // A batch as rows, or the blocks of the fewest runs that are merged at once.
  MemoryUse memory_use() const override {
    const int64_t row = RowBytes(*plan_->spec().schema) + 32;
    return SpillingUse(spill_.get(), std::max<int64_t>(row * plan_->spec().batch_rows * 2, int64_t{4} << 20), "all rows");
  }
  SpillFigures spilled() const override {
    const auto& spilled = plan_->spilled();
    return {spilled.count, spilled.bytes, spilled.rows};
  }

  int64_t Evictable() const noexcept override {
    return finishing_.load(std::memory_order_relaxed) ? 0 : workers_.Evictable();
  }
  arrow::Result<int64_t> Evict(TaskContext& context, int64_t want) override {
    if (finishing_) return 0;
    return workers_.Evict(want, [&](WorkerRows* worker) { return Spill(context, worker); }, [&] { return finishing_.load(); });
  }
  std::string holder_name() const override { return "SortExec"; }

 private:
  class SpillJob final : public Job {
   public:
    SpillJob(SortSink* sink, std::shared_ptr<WorkerRows> worker) : sink_(sink), worker_(std::move(worker)) {}
    arrow::Result<Step> Run(TaskContext& context) override {
      const std::lock_guard lock(worker_->mutex);
      const WritingOut writing;
      if (worker_->rows) ARROW_RETURN_NOT_OK(sink_->Spill(context, worker_.get()));
      return Step::kFinished;
    }

   private:
    SortSink* sink_;
    std::shared_ptr<WorkerRows> worker_;
  };

  arrow::Status Spill(TaskContext& context, WorkerRows* worker) {
    if (!worker->rows) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(runs_->Add(context, *worker->rows));
    worker->rows.reset();
    worker->bytes.store(0, std::memory_order_relaxed);
    return arrow::Status::OK();
  }

  const std::shared_ptr<const SortPlan> plan_;
  QueryMemory* const memory_;
  const std::shared_ptr<SpillSpace> spill_;
  Collections<WorkerRows> workers_;
  std::shared_ptr<SortRuns> runs_;
  std::shared_ptr<MemorySort> in_memory_;
  std::atomic<bool> finishing_{false};
};

}  // namespace

arrow::Result<std::shared_ptr<Sink>> MakeSort(SortSpec spec, QueryMemory* memory, std::shared_ptr<SpillSpace> spill) {
  ARROW_ASSIGN_OR_RAISE(auto plan, SortPlan::Make(std::move(spec), false));
  return std::make_shared<SortSink>(std::move(plan), memory, std::move(spill));
}

}  // namespace bowstring::exec
