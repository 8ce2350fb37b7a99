// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace bowstring::exec {

class Query;
struct Task;

/// Runs the steps of all queries of the process on one set of workers.
///
/// One mutex guards every queue and every state that is named in query.h as the scheduler's; no step, no destructor of a batch and no foreign
/// code runs under it. Lock order: scheduler, then a lane port's own; readers call in without holding theirs.
class Scheduler {
 public:
  struct Options {
    int workers = 1;
    bool threads = true;                  ///< false: RunOne is called by hand (simulation)
    std::function<int64_t()> now_ns;      ///< null: the steady clock
    int64_t slice_ns = 1'000'000;
  };
  explicit Scheduler(Options options);
  ~Scheduler();  ///< only of simulations; the process's is leaked

  /// The process's: as many workers as the process may use. Made at first use, and anew in a forked child.
  static Scheduler& Global();
  /// At the process's end, before the libraries' own ends: workers take no more steps; waits up to a second for those that run.
  void Freeze();
  /// The process's, if there is one.
  static void FreezeGlobal();
  /// CPUs this process may use: affinity and cgroup cpu.max.
  static int UsableCpus();

  /// Grows or shrinks the number of workers that run at once.
  void SetWorkers(int workers);
  int workers() const { return target_.load(std::memory_order_relaxed); }

  /// Runs one slice of the most urgent task as this worker. False: nothing can run now.
  bool RunOne(int worker);

  /// Ends a park. From any thread.
  void Wake(const std::shared_ptr<Task>& task);

  int64_t now_ns() const { return now_(); }
  /// Tasks of all queries that are running now; for tests.
  int running();

 private:
  friend class Query;
  friend class StepContext;

  std::shared_ptr<Task> Pick();                     // locked
  void Start(std::shared_ptr<Query> query);         // locked
  void Notify(int workers);                         // locked or not
  void EnsureThreads();                             // locked
  void Loop(int worker);
  void EnterBlocking();
  void LeaveBlocking();

  std::mutex mutex_;
  std::condition_variable work_;
  std::list<std::shared_ptr<Query>> queries_;  // by first pull; rotated among equals
  std::function<int64_t()> now_;
  const int64_t slice_ns_;
  const bool threaded_;
  std::atomic<int> target_;
  int threads_ = 0, living_ = 0, idle_ = 0, active_ = 0;
  bool shutdown_ = false;
  std::vector<pthread_t> threads_started_;
};

}  // namespace bowstring::exec
