// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include <bowstring/table_source.h>

namespace bowstring::exec {

/// Lets one step at a time work on something that a holder's Evict may touch from another worker. Nobody waits: who finds it taken parks or goes away.
class Gate {
 public:
  bool TryEnter() {
    std::lock_guard lock(mutex_);
    return !std::exchange(taken_, true);
  }
  /// False: taken; this call must answer kParked, and will be woken.
  bool EnterOrPark(TaskContext& context) {
    if (TryEnter()) return true;
    Waker waker = context.Park(ParkReason::kMemory);
    std::lock_guard lock(mutex_);
    if (!taken_) {
      waker.Wake();
    } else {
      waiters_.push_back(std::move(waker));
    }
    return false;
  }
  void Leave() {
    std::vector<Waker> waiters;
    {
      std::lock_guard lock(mutex_);
      taken_ = false;
      waiters.swap(waiters_);
    }
    for (const Waker& waker : waiters) waker.Wake();
  }

 private:
  std::mutex mutex_;
  bool taken_ = false;
  std::vector<Waker> waiters_;
};

/// Leaves a gate that was entered.
class GateGuard {
 public:
  explicit GateGuard(Gate& gate) : gate_(gate) {}
  ~GateGuard() { gate_.Leave(); }
  GateGuard(const GateGuard&) = delete;
  GateGuard& operator=(const GateGuard&) = delete;

 private:
  Gate& gate_;
};

}  // namespace bowstring::exec
