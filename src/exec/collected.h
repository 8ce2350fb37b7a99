// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "base/budget.h"
#include "exec/pipeline.h"

namespace bowstring::exec {

/// What one worker of a sink collects. Sinks derive what they keep beside it. The mutex is held by Consume, so that an eviction from another
/// worker can tell a busy collection from a quiet one.
struct Collected {
  std::mutex mutex;
  std::atomic<int64_t> bytes{0};
  std::atomic<bool> wish{false};  ///< an eviction found it busy: to be written out at the end of its step
};

/// The collections of a sink's workers, evicted one by one, the largest first.
template <typename Own>
class Collections {
 public:
  /// Less than this isn't worth a file's block.
  static constexpr int64_t kSmallest = 128 << 10;
  /// Less than this is written only when it must.
  static constexpr int64_t kLeastDue = 1 << 20;

  std::shared_ptr<Own> Open() {
    auto own = std::make_shared<Own>();
    const std::lock_guard lock(mutex_);
    all_.push_back(own);
    return own;
  }
  std::vector<std::shared_ptr<Own>> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  /// All of them locked: no eviction and no Consume in between.
  std::vector<std::unique_lock<std::mutex>> Quiet() const {
    std::vector<std::unique_lock<std::mutex>> quiet;
    for (const auto& own : all()) quiet.emplace_back(own->mutex);
    return quiet;
  }
  int64_t Evictable() const noexcept {
    int64_t bytes = 0;
    const std::lock_guard lock(mutex_);
    for (const auto& own : all_) bytes += Worth(*own);
    return bytes;
  }
  /// Writes out by `spill(Own*) -> Status`, which sets `bytes` anew, until `want` bytes are free or `over()` says that it is too late. Busy ones
  /// are told. A failure counts only where nothing was freed before it.
  template <typename Spill, typename Over>
  arrow::Result<int64_t> Evict(int64_t want, Spill&& spill, Over&& over) {
    std::vector<std::pair<int64_t, std::shared_ptr<Own>>> by_bytes;  // by what they hold now
    for (auto& own : all()) {
      if (const int64_t bytes = Worth(*own); bytes > 0) by_bytes.emplace_back(bytes, std::move(own));
    }
    std::sort(by_bytes.begin(), by_bytes.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    int64_t freed = 0;
    for (const auto& [held, own] : by_bytes) {
      if (freed >= want) break;
      const std::unique_lock lock(own->mutex, std::try_to_lock);
      if (!lock) {
        own->wish = true;
        continue;
      }
      if (over()) break;
      const int64_t before = own->bytes;
      const arrow::Status status = spill(own.get());
      freed += before - own->bytes;
      if (!status.ok() && (freed == 0 || !status.IsOutOfMemory())) return status;
    }
    return freed;
  }

  /// At the end of a Consume, under its mutex: writes out what an eviction has wished for in vain, and what one would wish for soon: then the workers
  /// write side by side, each its own, where an eviction writes for one while the others wait. The batch is in and must not come again: being short
  /// of memory is no failure.
  template <typename Spill>
  arrow::Status MakeRoom(Own* own, const QueryMemory& memory, Spill&& spill) const {
    if (!own->wish.exchange(false, std::memory_order_relaxed) && !Due(*own, memory)) return arrow::Status::OK();
    const WritingOut writing;
    const arrow::Status spilled = spill(own);
    return spilled.IsOutOfMemory() ? arrow::Status::OK() : spilled;
  }

 private:
  // Less than a fifth is left of what these collections and the rest of the memory are, and this one has its share.
  bool Due(const Own& own, const QueryMemory& memory) const {
    const int64_t free = std::min(memory.available(), int64_t{1} << 50), held = Evictable();
    return own.bytes >= kLeastDue && free < (free + held) / 5 && own.bytes >= held / (2 * memory.workers());
  }
  static int64_t Worth(const Own& own) {
    const int64_t bytes = own.bytes.load(std::memory_order_relaxed);
    return bytes >= kSmallest ? bytes : 0;
  }
  mutable std::mutex mutex_;  // guards all_ while states are opened
  std::vector<std::shared_ptr<Own>> all_;
};

}  // namespace bowstring::exec
