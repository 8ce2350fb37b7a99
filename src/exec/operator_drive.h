// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// For tests and benchmarks of single operators: runs a sink, an operator or a source without the scheduler, on a few threads, with a
// pool that refuses at random or past a limit, and with evictions at random moments.

#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <arrow/api.h>
#include <arrow/compute/exec.h>

#include "exec/pipeline.h"

namespace bowstring::exec::drive {

struct Settings {
  int threads = 1;
  int64_t limit = INT64_MAX;   ///< bytes of the pool
  double refuse = 0;           ///< chance of an allocation to fail
  double evict = 0;            ///< chance of an eviction before a step
  double stop = 0;             ///< chance of Stop
  uint64_t seed = 1;
  bool move_states = false;    ///< batches meet any worker's state
};

// This thread's allocations aren't refused at random: what runs on the reserve. (The limit holds.)
inline thread_local bool t_reserve = false;

class Pool final : public arrow::MemoryPool {
 public:
  explicit Pool(const Settings& settings) : limit_(settings.limit), refuse_(settings.refuse), state_(settings.seed * 2 + 1) {}
  using MemoryPool::Allocate;
  using MemoryPool::Free;
  using MemoryPool::Reallocate;
  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override {
    ARROW_RETURN_NOT_OK(Take(size));
    const arrow::Status status = base_->Allocate(size, alignment, out);
    if (!status.ok()) used_ -= size;
    return status;
  }
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) override {
    ARROW_RETURN_NOT_OK(Take(std::max<int64_t>(new_size - old_size, 0)));
    used_ -= std::max<int64_t>(old_size - new_size, 0);
    return base_->Reallocate(old_size, new_size, alignment, ptr);
  }
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override {
    base_->Free(buffer, size, alignment);
    used_ -= size;
  }
  int64_t bytes_allocated() const override { return used_; }
  int64_t total_bytes_allocated() const override { return 0; }
  int64_t num_allocations() const override { return 0; }
  int64_t max_memory() const override { return peak_; }
  std::string backend_name() const override { return "drive"; }
  int64_t available() const { return std::max<int64_t>(limit_ - reserve() - used_, 0); }
  int64_t reserve() const { return limit_ == INT64_MAX ? 0 : limit_ / 4; }  // as a Budget's
  void set_refuse(double chance) { refuse_ = chance; }

 private:
  arrow::Status Take(int64_t bytes) {
    if (refuse_ > 0 && bytes > 0 && !t_reserve) {
      const uint64_t random = state_.fetch_add(0x9e3779b97f4a7c15u);
      uint64_t z = (random ^ random >> 30) * 0xbf58476d1ce4e5b9u;
      z = (z ^ z >> 27) * 0x94d049bb133111ebu;
      if (static_cast<double>(z >> 11) / 9007199254740992.0 < refuse_) return arrow::Status::OutOfMemory("refused at random");
    }
    const int64_t now = used_ += bytes;
    if (now > limit_ - (t_reserve ? 0 : reserve())) {
      used_ -= bytes;
      return arrow::Status::OutOfMemory("past the limit of ", limit_);
    }
    int64_t peak = peak_;
    while (now > peak && !peak_.compare_exchange_weak(peak, now)) {
    }
    return arrow::Status::OK();
  }
  arrow::MemoryPool* const base_ = arrow::default_memory_pool();
  const int64_t limit_;
  std::atomic<double> refuse_;
  std::atomic<uint64_t> state_;
  std::atomic<int64_t> used_{0}, peak_{0};
};

class Memory final : public QueryMemory {
 public:
  explicit Memory(const Settings& settings) : settings_(settings), pool_(settings), exec_(&pool_) { exec_.set_use_threads(false); }
  arrow::MemoryPool* pool() const override { return const_cast<Pool*>(&pool_); }
  void Register(Holder* holder) override {
    const std::lock_guard lock(mutex_);
    holders_.push_back(holder);
  }
  void Unregister(Holder* holder) override {
    const std::lock_guard lock(mutex_);
    std::erase(holders_, holder);
  }
  bool pressure() const noexcept override { return false; }
  int64_t available() const noexcept override { return pool_.available(); }
  int workers() const noexcept override { return settings_.threads; }
  /// From one thread at a time; others wait.
  int64_t Evict(TaskContext& context, int64_t want) {
    const std::lock_guard lock(mutex_);
    int64_t freed = 0;
    t_reserve = settings_.limit != INT64_MAX || ++calls_ % 4 == 0;  // as the scheduler's evictions do; here now and then, so that failing ones are met too
    for (Holder* holder : holders_) {
      if (freed >= want || holder->Evictable() <= 0) continue;
      auto got = holder->Evict(context, want - freed);
      if (got.ok()) freed += *got;
      if (!got.ok() && !got.status().IsOutOfMemory()) error_ = got.status();
    }
    t_reserve = false;
    evictions_ += freed > 0;
    return freed;
  }
  arrow::Status error() {
    const std::lock_guard lock(mutex_);
    return error_;
  }
  int64_t evictions() const { return evictions_; }
  const Settings& settings() const { return settings_; }
  arrow::compute::ExecContext* exec() { return &exec_; }
  Pool& raw_pool() { return pool_; }
  std::mutex& privilege() { return privilege_; }

 private:
  const Settings settings_;
  Pool pool_;
  arrow::compute::ExecContext exec_;
  std::mutex mutex_, privilege_;
  std::vector<Holder*> holders_;
  arrow::Status error_;
  std::atomic<int64_t> evictions_{0};
  uint64_t calls_ = 0;
};

class Context final : public TaskContext {
 public:
  Context(Memory* memory, int worker) : memory_(memory), worker_(worker), random_(memory->settings().seed * 977 + worker) {}
  arrow::MemoryPool* pool() const override { return memory_->pool(); }
  arrow::compute::ExecContext* exec() const override { return memory_->exec(); }
  bool Stop() const noexcept override { return Chance(memory_->settings().stop); }
  bool cancelled() const noexcept override { return false; }
  Waker Park(ParkReason) override { return Waker{}; }
  int worker() const noexcept override { return worker_; }
  void EnterBlocking() override {}
  void LeaveBlocking() override {}
  bool Chance(double p) const { return p > 0 && std::uniform_real_distribution<double>(0, 1)(random_) < p; }
  uint64_t Random() const { return random_(); }

  /// Runs a step until it answers: evicts at random, and when memory is short.
  template <typename Call>
  auto Try(Call&& call) -> decltype(call()) {
    for (int attempt = 0;; ++attempt) {
      if (Chance(memory_->settings().evict)) memory_->Evict(*this, int64_t{1} << (10 + Random() % 20));
      ARROW_RETURN_NOT_OK(memory_->error());
      // A step that finds no memory again and again gets the reserve, one at a time, as the scheduler does it.
      std::unique_lock privilege(memory_->privilege(), std::defer_lock);
      t_reserve = attempt > 40 && privilege.try_lock();
      auto result = call();
      t_reserve = false;
      if (result.ok() || !result.status().IsOutOfMemory() || attempt > 2000) return result;
      if (memory_->Evict(*this, 1 << 20) == 0) std::this_thread::sleep_for(std::chrono::microseconds(attempt));  // another thread is writing out what we wait for
    }
  }

 private:
  Memory* const memory_;
  const int worker_;
  mutable std::mt19937_64 random_;
};

/// Runs `work(context)` on all threads and gives the first failure.
template <typename Work>
arrow::Status Parallel(Memory* memory, Work&& work) {
  std::vector<std::thread> threads;
  std::vector<arrow::Status> status(memory->settings().threads);
  for (int t = 0; t < memory->settings().threads; ++t) {
    threads.emplace_back([&, t] {
      Context context(memory, t);
      status[t] = work(context);
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& s : status) ARROW_RETURN_NOT_OK(s);
  return memory->error();
}

/// Reads a source whose first Split gives all morsels, on all threads, and throws its rows away; their number. For measuring: nothing is injected.
inline arrow::Result<int64_t> Drain(Memory* memory, Source* source) {
  std::vector<Morsel> morsels;
  Context context(memory, 0);
  ARROW_RETURN_NOT_OK(source->Split(context, 0, &morsels).status());
  std::atomic<size_t> next{0};
  std::atomic<int64_t> rows{0};
  ARROW_RETURN_NOT_OK(Parallel(memory, [&](Context& own) -> arrow::Status {
    for (size_t m = next++; m < morsels.size(); m = next++) {
      ARROW_ASSIGN_OR_RAISE(auto cursor, source->Open(morsels[m], nullptr));
      for (Step step = Step::kHaveMore; step != Step::kFinished;) {
        Batch batch;
        ARROW_ASSIGN_OR_RAISE(step, cursor->Next(own, &batch));
        if (batch) rows += batch.data->num_rows();
      }
    }
    return arrow::Status::OK();
  }));
  return rows.load();
}

/// Feeds a sink and runs its jobs.
inline arrow::Status RunSink(Memory* memory, Sink* sink, const std::vector<Batch>& batches) {
  std::atomic<size_t> next{0};
  std::vector<std::unique_ptr<SinkState>> states(memory->settings().threads);
  std::vector<std::mutex> guards(states.size());
  for (size_t t = 0; t < states.size(); ++t) states[t] = sink->Open(static_cast<int>(t));
  ARROW_RETURN_NOT_OK(Parallel(memory, [&](Context& context) -> arrow::Status {
    for (size_t i = next++; i < batches.size(); i = next++) {
      const size_t state = memory->settings().move_states ? context.Random() % states.size() : context.worker();
      const std::lock_guard lock(guards[state]);
      ARROW_ASSIGN_OR_RAISE(const Step step, context.Try([&] { return sink->Consume(context, states[state].get(), &batches[i], batches[i].seq); }));
      if (step == Step::kFinished) break;
      if (step != Step::kNeedInput) return arrow::Status::Invalid("unexpected answer of Consume");
    }
    return arrow::Status::OK();
  }));
  while (true) {
    Context context(memory, 0);
    ARROW_ASSIGN_OR_RAISE(auto jobs, context.Try([&] { return sink->Finish(context); }));
    if (jobs.empty()) return arrow::Status::OK();
    std::atomic<size_t> job{0};
    ARROW_RETURN_NOT_OK(Parallel(memory, [&](Context& own) -> arrow::Status {
      for (size_t j = job++; j < jobs.size(); j = job++) {
        while (true) {
          ARROW_ASSIGN_OR_RAISE(const Step step, own.Try([&] { return jobs[j]->Run(own); }));
          if (step == Step::kFinished) break;
        }
        jobs[j].reset();
      }
      return arrow::Status::OK();
    }));
  }
}

/// Where memory is limited what comes out is copied out of it.
inline arrow::Status KeepOutside(Memory* memory, Batch* batch) {
  if (memory->settings().limit == INT64_MAX) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(batch->data, batch->data->CopyTo(arrow::default_cpu_memory_manager()));
  return arrow::Status::OK();
}

/// All batches of a source by morsel. Morsels that are handed out later than others wait for nothing but Split itself.
inline arrow::Result<std::vector<Batch>> ReadSource(Memory* memory, Source* source, uint32_t stage = 0) {
  std::vector<Batch> all;
  std::mutex mutex;
  std::vector<Morsel> morsels;
  size_t next = 0;
  bool split_done = false, splitting = false;
  std::atomic<int> failed{0};
  std::vector<std::vector<Batch>> out;
  ARROW_RETURN_NOT_OK(Parallel(memory, [&](Context& context) -> arrow::Status {
    const arrow::Status status = [&]() -> arrow::Status {
      while (!failed) {
        Morsel morsel;
        size_t slot = 0;
        {
          std::unique_lock lock(mutex);
          if (next == morsels.size()) {
            if (split_done) return arrow::Status::OK();
            if (splitting) {
              lock.unlock();
              std::this_thread::yield();
              continue;
            }
            splitting = true;
            lock.unlock();
            std::vector<Morsel> fresh;
            auto step = context.Try([&] { return source->Split(context, 0, &fresh); });
            lock.lock();
            splitting = false;
            ARROW_RETURN_NOT_OK(step.status());
            for (auto& m : fresh) morsels.push_back(std::move(m));
            out.resize(morsels.size());
            split_done = *step == Step::kFinished;
            if (*step == Step::kParked) std::this_thread::yield();
            continue;
          }
          slot = next++;
          morsel = morsels[slot];
        }
        ARROW_ASSIGN_OR_RAISE(auto cursor, source->Open(morsel, nullptr));
        std::vector<Batch> batches;
        int64_t row = 0;
        while (true) {
          Batch batch;
          ARROW_ASSIGN_OR_RAISE(const Step step, context.Try([&] {
            batch = Batch{};
            return cursor->Next(context, &batch);
          }));
          if (batch) {
            batch.seq = Seq{stage, morsel.number};
            batch.first_row = row;
            row += batch.data->num_rows();
            ARROW_RETURN_NOT_OK(KeepOutside(memory, &batch));
            batches.push_back(std::move(batch));
          }
          if (step == Step::kFinished) break;
          if (step == Step::kParked) std::this_thread::yield();
        }
        cursor.reset();
        const std::lock_guard lock(mutex);
        out[slot] = std::move(batches);
      }
      return arrow::Status::OK();
    }();
    if (!status.ok()) failed = 1;
    return status;
  }));
  for (size_t m = 0; m < out.size(); ++m) {
    if (m > 0 && morsels[m].number <= morsels[m - 1].number) return arrow::Status::Invalid("morsel numbers don't rise");
    for (auto& batch : out[m]) all.push_back(std::move(batch));
  }
  return all;
}

/// Runs batches through an operator, each as a morsel of its own unless they share one (then in order, on one state), and then its tail.
inline arrow::Result<std::vector<Batch>> RunOperator(Memory* memory, Operator* op, const std::vector<Batch>& batches) {
  std::vector<std::pair<size_t, size_t>> morsels;  // [begin, end) of batches
  for (size_t i = 0; i < batches.size();) {
    size_t end = i + 1;
    while (end < batches.size() && batches[end].seq == batches[i].seq) ++end;
    morsels.emplace_back(i, end);
    i = end;
  }
  std::vector<std::vector<Batch>> out(morsels.size());
  std::atomic<size_t> next{0};
  ARROW_RETURN_NOT_OK(Parallel(memory, [&](Context& context) -> arrow::Status {
    for (size_t m = next++; m < morsels.size(); m = next++) {
      auto state = op->Open();
      for (size_t i = morsels[m].first; i <= morsels[m].second; ++i) {
        const Batch* in = i < morsels[m].second ? &batches[i] : nullptr;
        while (true) {
          Batch batch;
          ARROW_ASSIGN_OR_RAISE(const Step step, context.Try([&] {
            batch = Batch{};
            return op->Process(context, state.get(), in, &batch);
          }));
          if (batch) {
            ARROW_RETURN_NOT_OK(KeepOutside(memory, &batch));
            out[m].push_back(std::move(batch));
          }
          if (step == Step::kNeedInput || step == Step::kFinished) break;
          if (step == Step::kParked) std::this_thread::yield();
        }
      }
    }
    return arrow::Status::OK();
  }));
  std::vector<Batch> all;
  for (auto& m : out) {
    for (auto& batch : m) all.push_back(std::move(batch));
  }
  ARROW_ASSIGN_OR_RAISE(auto tail, op->Tail());
  if (tail) {
    ARROW_ASSIGN_OR_RAISE(auto rest, ReadSource(memory, tail.get(), 1));
    for (auto& batch : rest) all.push_back(std::move(batch));
  }
  return all;
}

}  // namespace bowstring::exec::drive
