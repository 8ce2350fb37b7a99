// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <bowstring/table_source.h>

namespace bowstring::pq {

template <typename T>
class SharedSlot;

/// Gives a claim back unless its value is published, whatever way its scope is left.
template <typename T>
class ClaimGuard {
 public:
  explicit ClaimGuard(SharedSlot<T>* slot) : slot_(slot) {}
  ~ClaimGuard() {
    if (slot_ != nullptr) slot_->Release();
  }
  ClaimGuard(const ClaimGuard&) = delete;
  ClaimGuard& operator=(const ClaimGuard&) = delete;
  void Publish(std::shared_ptr<T> value) { std::exchange(slot_, nullptr)->Publish(std::move(value)); }

 private:
  SharedSlot<T>* slot_;
};

/// Something that several cursors need and one of them makes: a dictionary, a page that lies across two morsels.
/// Empty -> Busy (TryClaim) -> Ready (Publish) | Empty (Release). A claim is held inside one step only, so whoever waits for it waits
/// for a running step, never for a task that isn't scheduled. Thread-safe.
template <typename T>
class SharedSlot {
 public:
  enum class Claim : uint8_t { kReady, kMine, kBusy };

  Claim TryClaim(std::shared_ptr<T>* value) {
    std::lock_guard lock(mutex_);
    if (value_ != nullptr) {
      *value = value_;
      return Claim::kReady;
    }
    if (busy_) return Claim::kBusy;
    busy_ = true;
    return Claim::kMine;
  }
  void Publish(std::shared_ptr<T> value) { Settle(std::move(value)); }
  void Release() { Settle(nullptr); }
  /// Fires the waker when the slot isn't busy any more (at once, when that is so).
  void Notify(Waker waker) {
    {
      std::lock_guard lock(mutex_);
      if (busy_) {
        wakers_.push_back(std::move(waker));
        return;
      }
    }
    waker.Wake();
  }
  /// Forgets the value; who has it keeps it.
  void Drop() { Take(); }
  /// As Drop; answers what was forgotten.
  std::shared_ptr<T> Take() {
    std::lock_guard lock(mutex_);
    return std::exchange(value_, nullptr);
  }

 private:
  void Settle(std::shared_ptr<T> value) {
    std::vector<Waker> wakers;
    {
      std::lock_guard lock(mutex_);
      busy_ = false;
      value_ = std::move(value);
      wakers.swap(wakers_);
    }
    for (const Waker& waker : wakers) waker.Wake();
  }

  std::mutex mutex_;
  bool busy_ = false;
  std::shared_ptr<T> value_;
  std::vector<Waker> wakers_;
};

}  // namespace bowstring::pq
