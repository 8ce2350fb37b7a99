// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Scans TPC-H's lineitem ($BOWSTRING_TPCH/lineitem.parquet) without the scheduler: threads take morsels in order. Beside the time: the first batch's.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include <arrow/array/array_base.h>
#include <arrow/compute/exec.h>
#include <arrow/compute/initialize.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/expr.h>
#include <bowstring/table_source.h>

#include "sources/parquet/parquet.h"

namespace bowstring {
namespace {

using Clock = std::chrono::steady_clock;
double Ms(Clock::duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

class LoopContext final : public TaskContext {
 public:
  explicit LoopContext(int worker) : worker_(worker), exec_(arrow::default_memory_pool(), nullptr) { exec_.set_use_threads(false); }
  arrow::MemoryPool* pool() const override { return arrow::default_memory_pool(); }
  arrow::compute::ExecContext* exec() const override { return const_cast<arrow::compute::ExecContext*>(&exec_); }
  bool Stop() const noexcept override { return Clock::now() - begin_ > std::chrono::milliseconds(1); }
  bool cancelled() const noexcept override { return false; }
  Waker Park(ParkReason) override {
    auto woken = std::make_shared<std::atomic<bool>>(false);
    woken_ = woken;
    return Waker([woken] {
      woken->store(true);
      woken->notify_all();
    });
  }
  int worker() const noexcept override { return worker_; }
  void EnterBlocking() override {}
  void LeaveBlocking() override {}
  void BeginStep() { begin_ = Clock::now(); }
  void WaitForWake() { woken_->wait(false); }

 private:
  const int worker_;
  arrow::compute::ExecContext exec_;
  Clock::time_point begin_ = Clock::now();
  std::shared_ptr<std::atomic<bool>> woken_;
};

struct Result {
  double total = 0, first = 0;
  int64_t rows = 0;
};

void Check(const arrow::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

// Batches go to a bounded queue in morsel order; the main thread takes and drops them, as a consumer would.
Result RunOnce(const TableSource& table, const ScanRequest& request, int threads) {
  const auto begin = Clock::now();
  auto made = table.Scan(request);
  Check(made.status());
  std::shared_ptr<Source> source = *made;
  struct Slot {
    std::deque<Batch> batches;
    bool done = false;
  };
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Morsel> morsels;
  std::deque<Slot> slots;  // slots[i] is morsel `front + i`
  size_t front = 0, started = 0;
  int32_t lane = 0;
  bool split_done = false, splitting = false;
  size_t queued = 0;
  Result result;
  auto work = [&](int worker) {
    LoopContext context(worker);
    while (true) {
      Morsel morsel;
      size_t number;
      {
        std::unique_lock lock(mutex);
        while (true) {
          // Look-ahead: a few batches a worker beyond the front morsel.
          if (!morsels.empty() && (started == front || queued < static_cast<size_t>(threads) * 4)) break;
          if (morsels.empty() && split_done) return;
          if (morsels.empty() && !splitting) {
            splitting = true;
            lock.unlock();
            std::vector<Morsel> more;
            context.BeginStep();
            auto step = source->Split(context, lane, &more);
            Check(step.status());
            if (*step == Step::kParked) context.WaitForWake();
            lock.lock();
            splitting = false;
            if (*step == Step::kFinished && ++lane == source->lanes()) split_done = true;
            for (auto& m : more) morsels.push_back(std::move(m));
            changed.notify_all();
            continue;
          }
          changed.wait(lock);
        }
        morsel = std::move(morsels.front());
        morsels.pop_front();
        number = started++;
        slots.emplace_back();
      }
      auto cursor = source->Open(morsel, nullptr);
      Check(cursor.status());
      while (true) {
        Batch batch;
        context.BeginStep();
        auto step = (*cursor)->Next(context, &batch);
        Check(step.status());
        if (*step == Step::kParked) context.WaitForWake();
        if (batch || *step == Step::kFinished) {
          std::lock_guard lock(mutex);
          Slot& slot = slots[number - front];
          if (batch) {
            slot.batches.push_back(std::move(batch));
            ++queued;
          }
          slot.done = *step == Step::kFinished;
          changed.notify_all();
        }
        if (*step == Step::kFinished) break;
      }
      cursor->reset();
      morsel = {};
    }
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) workers.emplace_back(work, i);
  bool first = true;
  while (true) {
    Batch batch;
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return (!slots.empty() && (!slots[0].batches.empty() || slots[0].done)) || (slots.empty() && split_done && morsels.empty()); });
      if (slots.empty()) break;
      if (slots[0].batches.empty()) {
        slots.pop_front();
        ++front;
        changed.notify_all();
        continue;
      }
      batch = std::move(slots[0].batches.front());
      slots[0].batches.pop_front();
      --queued;
      changed.notify_all();
    }
    if (first) result.first = Ms(Clock::now() - begin);
    first = false;
    result.rows += batch.num_rows();
  }
  for (auto& worker : workers) worker.join();
  result.total = Ms(Clock::now() - begin);
  return result;
}

enum Case { kAll, kTwo, kFilter, kCount };

void Scan(benchmark::State& state) {
  Check(arrow::compute::Initialize());
  const char* folder = std::getenv("BOWSTRING_TPCH");
  if (folder == nullptr) return state.SkipWithError("BOWSTRING_TPCH names no folder");
  auto opened = OpenParquet({std::string(folder) + "/lineitem.parquet"});
  Check(opened.status());
  const TableSource& table = **opened;
  const auto column = [&](const char* name) { return table.schema()->GetFieldIndex(name); };
  const auto threads = static_cast<int>(state.range(1));
  ScanRequest request;
  request.target_partitions = threads;
  switch (state.range(0)) {
    case kAll:
      for (int i = 0; i < table.schema()->num_fields(); ++i) request.projection.push_back(i);
      break;
    case kTwo: request.projection = {column("l_orderkey"), column("l_shipdate")}; break;
    case kFilter:
      request.projection = {column("l_orderkey"), column("l_extendedprice"), column("l_discount"), column("l_shipmode")};
      request.filters = {Binary(BinaryOp::kGtEq, Col("l_shipdate"), Literal(std::make_shared<arrow::Date32Scalar>(9131))),
                         Binary(BinaryOp::kLt, Col("l_quantity"), Literal(int64_t{24}))};
      break;
    default: break;
  }
  double first = 0;
  for (auto _ : state) {
    const Result result = RunOnce(table, request, threads);
    first += result.first;
    benchmark::DoNotOptimize(result.rows);
  }
  state.counters["first_batch_ms"] = benchmark::Counter(first, benchmark::Counter::kAvgIterations);
}
BENCHMARK(Scan)
    ->ArgNames({"case", "threads"})
    ->ArgsProduct({{kAll, kTwo, kFilter, kCount}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace bowstring
