// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/scheduler.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <cstdlib>
#include <optional>
#include <thread>

#include <arrow/compute/registry.h>
#include <arrow/memory_pool.h>

#include <bowstring/error.h>

#include "base/fork.h"
#include "exec/query.h"
#include "exec/task.h"

namespace bowstring::exec {
namespace {

constexpr int kMaxSpares = 128;
constexpr size_t kStackBytes = 2 << 20;  // touched only as far as used; Arrow's kernels need more than 512 KB in sanitizer builds

int64_t SteadyNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// CPUs' worth of time that the cgroup gives; a large number where it doesn't say.
double CgroupCpus() {
  double cpus = 1e9;
  if (std::ifstream file("/sys/fs/cgroup/cpu.max"); file) {
    std::string quota;
    double period = 0;
    if (file >> quota >> period && quota != "max" && period > 0) cpus = std::strtod(quota.c_str(), nullptr) / period;
  } else {
    double quota = -1, period = 0;
    std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") >> quota;
    std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_period_us") >> period;
    if (quota > 0 && period > 0) cpus = quota / period;
  }
  return cpus;
}

}  // namespace

int Scheduler::UsableCpus() {
  int cpus = 1;
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) cpus = CPU_COUNT(&set);
  return std::max(1, static_cast<int>(std::min<double>(cpus, std::ceil(CgroupCpus()))));
}

Scheduler::Scheduler(Options options)
    : now_(options.now_ns ? std::move(options.now_ns) : SteadyNow),
      slice_ns_(options.slice_ns),
      threaded_(options.threads),
      target_(options.workers) {}

Scheduler::~Scheduler() {
  {
    std::lock_guard lock(mutex_);
    shutdown_ = true;
  }
  work_.notify_all();
  for (pthread_t thread : threads_started_) pthread_join(thread, nullptr);
}

namespace {
std::atomic<Scheduler*> current{nullptr};
std::atomic<uint64_t> generation{0};
}  // namespace

void Scheduler::FreezeGlobal() {
  Scheduler* scheduler = current.load(std::memory_order_acquire);
  if (scheduler != nullptr && generation.load() == ForkGeneration()) scheduler->Freeze();
}

Scheduler& Scheduler::Global() {
  static std::mutex mutex;
  Scheduler* scheduler = current.load(std::memory_order_acquire);
  if (scheduler != nullptr && generation.load(std::memory_order_relaxed) == ForkGeneration()) return *scheduler;
  // A child forked while another thread held `mutex` can't get it; but that window is one allocation, in the process's first query.
  std::lock_guard lock(mutex);
  if (current.load() == nullptr || generation.load() != ForkGeneration()) {
    Options options;
    options.workers = UsableCpus();
    current.store(new Scheduler(std::move(options)), std::memory_order_release);  // never destroyed: threads may outlive main
    generation.store(ForkGeneration());
    static bool registered = false;
    if (!registered) {
      // Made before our handler is registered, so that they are destroyed after it has run.
      arrow::compute::GetFunctionRegistry();
      arrow::default_memory_pool();
      std::atexit(FreezeGlobal);
    }
    registered = true;
  }
  return *current.load();
}

void Scheduler::SetWorkers(int workers) {
  {
    std::lock_guard lock(mutex_);
    target_.store(std::max(1, workers));
    if (!queries_.empty()) EnsureThreads();
  }
  work_.notify_all();
}

void Scheduler::Freeze() {
  std::unique_lock lock(mutex_);
  shutdown_ = true;
  const arrow::Status cause = MakeError(ErrorKind::kCancelled, "the process is ending");
  for (auto& query : queries_) query->Stop(&cause);
  work_.notify_all();
  for (int i = 0; i < 1000 && living_ > 0; ++i) {
    lock.unlock();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    lock.lock();
  }
}

int Scheduler::running() {
  std::lock_guard lock(mutex_);
  return active_;
}

void Scheduler::EnsureThreads() {
  if (!threaded_) return;
  while (threads_ < target_.load() && threads_ < SinkRun::kMaxWorkers - kMaxSpares) {
    const int worker = threads_++;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    struct Arguments {
      Scheduler* scheduler;
      int worker;
    };
    pthread_t thread;
    auto* arguments = new Arguments{this, worker};
    const int failed = pthread_create(
        &thread, &attributes,
        [](void* p) -> void* {
          auto arguments = std::unique_ptr<Arguments>(static_cast<Arguments*>(p));
          arguments->scheduler->Loop(arguments->worker);
          return nullptr;
        },
        arguments);
    pthread_attr_destroy(&attributes);
    if (failed != 0) {
      delete arguments;
      --threads_;
      break;  // fewer workers; with none at all the reader's wait ends by its timeout or a signal
    }
    threads_started_.push_back(thread);
    ++living_;
  }
}

void Scheduler::Start(std::shared_ptr<Query> query) {
  queries_.push_back(std::move(query));
  EnsureThreads();
}

void Scheduler::Notify(int workers) {
  if (!threaded_) return;
  if (workers == 1) {
    work_.notify_one();
  } else {
    work_.notify_all();
  }
}

void Scheduler::Wake(const std::shared_ptr<Task>& task) {
  {
    std::lock_guard lock(mutex_);
    if (task->state == TaskState::kParked) {
      task->state = TaskState::kReady;
    } else {
      task->woken = true;
    }
  }
  work_.notify_one();
}

std::shared_ptr<Task> Scheduler::Pick() {
  // Queries that somebody waits for come first, among equals in turn; then the others' look-ahead.
  for (const bool pulled_only : {true, false}) {
    for (auto it = queries_.begin(); it != queries_.end(); ++it) {
      if (auto task = (*it)->Pick(pulled_only)) {
        queries_.splice(queries_.end(), queries_, it);
        return task;
      }
    }
  }
  return nullptr;
}

bool Scheduler::RunOne(int worker) {
  std::shared_ptr<Task> task;
  std::shared_ptr<Query> query;
  {
    std::lock_guard lock(mutex_);
    task = Pick();
    if (!task) {  // as an idle worker does
      for (auto& waiting : queries_) waiting->WakeMemoryWaiters();
      task = Pick();
    }
    if (!task) return false;
    query = task->query->shared_from_this();
    ++active_;
  }
  query->Run(task, worker);
  {
    std::lock_guard lock(mutex_);
    --active_;
    query->Settle(task);
  }
  return true;  // task and query may die here, outside the lock
}

void Scheduler::Loop(int worker) {
  std::unique_lock lock(mutex_);
  while (!shutdown_) {
    std::shared_ptr<Task> task;
    if (active_ < target_.load(std::memory_order_relaxed)) task = Pick();
    if (!task) {
      ++idle_;
      // Waiters for memory are looked after by whoever is idle: what consumers release makes no noise here.
      const bool starving = std::any_of(queries_.begin(), queries_.end(), [](const auto& query) { return query->waits_for_memory(); });
      if (starving) {
        work_.wait_for(lock, std::chrono::milliseconds(5));
        for (auto& query : queries_) query->WakeMemoryWaiters();
      } else {
        work_.wait(lock);
      }
      --idle_;
      continue;
    }
    auto query = task->query->shared_from_this();
    ++active_;
    if (idle_ > 0 && active_ < target_.load(std::memory_order_relaxed)) work_.notify_one();  // there may be more to do
    lock.unlock();
    query->Run(task, worker);
    lock.lock();
    --active_;
    query->Settle(task);
    lock.unlock();
    task.reset();  // what they held is freed outside the lock
    query.reset();
    lock.lock();
  }
  --living_;
}

void Scheduler::EnterBlocking() {
  if (!threaded_) return;
  bool notify = false;
  {
    std::lock_guard lock(mutex_);
    --active_;
    if (idle_ == 0 && threads_ < target_.load() + kMaxSpares) {
      const int target = target_.load();
      target_.store(threads_ + 1);  // EnsureThreads makes up to the target
      EnsureThreads();
      target_.store(target);
    } else {
      notify = true;
    }
  }
  if (notify) work_.notify_one();
}

void Scheduler::LeaveBlocking() {
  if (!threaded_) return;
  std::lock_guard lock(mutex_);
  ++active_;  // may pass the target until a spare's slice ends
}

}  // namespace bowstring::exec
