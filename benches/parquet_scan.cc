// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// parquet_scan FILE [threads] [rounds]: scans a lineitem file without the scheduler. Threads take morsels in order; what is printed
// is the least and the median time, the first batch's, and how much resident memory grew at its peak (a fresh process a case shows it best:
// parquet_scan FILE threads rounds CASE).

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

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

int64_t StatusKb(const char* key) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(key, 0) == 0) return std::atoll(line.c_str() + std::strlen(key));
  }
  return 0;
}

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

void RunCase(const std::string& name, const TableSource& table, const ScanRequest& request, int threads, int rounds) {
  arrow::default_memory_pool()->ReleaseUnused();
  std::ofstream("/proc/self/clear_refs") << "5";
  const int64_t base = StatusKb("VmRSS:");
  std::vector<double> totals, firsts;
  int64_t rows = 0, peak = 0;
  for (int i = 0; i < rounds; ++i) {
    Result r = RunOnce(table, request, threads);
    if (i == 0) peak = StatusKb("VmHWM:") - base;
    totals.push_back(r.total);
    firsts.push_back(r.first);
    rows = r.rows;
  }
  const double cold = firsts[0];
  std::sort(totals.begin(), totals.end());
  std::sort(firsts.begin(), firsts.end());
  std::printf("%-8s %8.1f ms (best %.1f)   first batch %5.2f ms (first run %.2f)   %9lld rows   peak +%.1f MB (first run), pool %.1f MB\n", name.c_str(),
              totals[totals.size() / 2], totals[0], firsts[firsts.size() / 2], cold, static_cast<long long>(rows), static_cast<double>(peak) / 1024,
              static_cast<double>(arrow::default_memory_pool()->max_memory()) / 1e6);
}

}  // namespace

int RunBench(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: parquet_scan FILE [threads] [rounds] [all|two|filter|count]\n");
    return 2;
  }
  const int threads = argc > 2 ? std::atoi(argv[2]) : 2, rounds = argc > 3 ? std::atoi(argv[3]) : 7;
  const std::string only = argc > 4 ? argv[4] : "";
  Check(arrow::compute::Initialize());
  const auto begin = Clock::now();
  auto opened = OpenParquet({argv[1]});
  Check(opened.status());
  const TableSource& table = **opened;
  std::printf("open     %8.2f ms\n", Ms(Clock::now() - begin));
  auto column = [&](const char* name) { return table.schema()->GetFieldIndex(name); };
  ScanRequest all;
  all.target_partitions = threads;
  for (int i = 0; i < table.schema()->num_fields(); ++i) all.projection.push_back(i);
  if (only.empty() || only == "all") RunCase("all", table, all, threads, rounds);
  ScanRequest two = all;
  two.projection = {column("l_orderkey"), column("l_shipdate")};
  if (only.empty() || only == "two") RunCase("two", table, two, threads, rounds);
  ScanRequest filter = all;
  filter.projection = {column("l_orderkey"), column("l_extendedprice"), column("l_discount"), column("l_shipmode")};
  filter.filters = {Binary(BinaryOp::kGtEq, Col("l_shipdate"), Literal(std::make_shared<arrow::Date32Scalar>(9131))),
                    Binary(BinaryOp::kLt, Col("l_quantity"), Literal(int64_t{24}))};
  if (only.empty() || only == "filter") RunCase("filter", table, filter, threads, rounds);
  ScanRequest count = all;
  count.projection = {};
  if (only.empty() || only == "count") RunCase("count", table, count, threads, rounds);
  return 0;
}

}  // namespace bowstring

int main(int argc, char** argv) { return bowstring::RunBench(argc, argv); }
