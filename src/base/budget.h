// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include <arrow/memory_pool.h>

namespace bowstring {

/// A limit that several pools share: the process's, a session's. Thread-safe. Lives as long as what charges it.
class Budget {
 public:
  /// `limit` in bytes; below 0: none. `parent` may be null.
  Budget(std::string name, int64_t limit, std::shared_ptr<Budget> parent);
  /// Takes bytes here and in all parents, or nothing. The last `reserve()` bytes below the limit go only to a thread inside a
  /// PrivilegedStep, the last half of them only to one that is WritingOut.
  bool Charge(int64_t bytes) noexcept;
  void Release(int64_t bytes) noexcept;
  const std::string& name() const { return name_; }
  int64_t limit() const noexcept { return limit_.load(std::memory_order_relaxed); }
  void set_limit(int64_t bytes) noexcept { limit_.store(bytes, std::memory_order_relaxed); }
  int64_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  int64_t peak() const noexcept { return peak_.load(std::memory_order_relaxed); }
  int64_t reserve() const noexcept;
  /// The least that is free here or in a parent; a large number where nothing limits.
  int64_t available() const noexcept;
  /// Whether some of the reserve is in use, here or in a parent.
  bool in_reserve() const noexcept;
  /// Whether less is free in a parent than here.
  bool short_above() const noexcept;
  /// The least limit here or in a parent; below 0: none.
  int64_t least_limit() const noexcept;

  /// The whole process's: 75 % of what it may use (physical memory, cgroup v1 and v2 limits, RLIMIT_AS less what is mapped).
  static const std::shared_ptr<Budget>& Process();

 private:
  int64_t own_available() const noexcept;
  const std::string name_;
  std::atomic<int64_t> limit_, used_{0}, peak_{0};
  const std::shared_ptr<Budget> parent_;
};

/// Bytes this process may use by machine, cgroup and rlimit.
int64_t UsableMemory();

/// Scope in which this thread may use some of the reserve: the step that the oldest waiting pull depends on. It may keep what it takes, so a half
/// of the reserve stays for those that write out.
class PrivilegedStep {
 public:
  explicit PrivilegedStep(bool privileged);
  ~PrivilegedStep();

 private:
  const int before_;
};

/// Scope in which this thread may use the whole reserve: it writes out what is held and keeps nothing, or reads back what the consumer waits for.
class WritingOut {
 public:
  WritingOut();
  ~WritingOut();

 private:
  const int before_;
};

/// For tests: the nth allocation (from 1) of any query's pool from now on is refused, once or from there on for ever; 0: none.
void FailAllocations(int64_t nth, bool for_ever);
/// Whether one has been refused so.
bool AllocationFailed();

/// A query's memory pool, under a Budget. Buffers keep the pool alive: it deletes itself at the last Free after Close (Arrow's buffers hold
/// a raw pointer to it, and a consumer may keep them longer than query and session). Thread-safe. An allocation past the budget is OutOfMemory.
class BudgetedPool final : public arrow::MemoryPool {
 public:
  struct Closer {
    void operator()(BudgetedPool* pool) const { pool->Close(); }
  };
  using Handle = std::unique_ptr<BudgetedPool, Closer>;
  static Handle Make(std::shared_ptr<Budget> budget);

  /// Blocks up to this size are not refused, as long as what is owed for them stays below 1 MiB; the next larger block has to make up for it.
  /// (Arrow's hash tables don't ask whether they got their first 768 bytes.)
  static constexpr int64_t kNeverRefused = 1 << 10;

  using arrow::MemoryPool::Allocate;
  using arrow::MemoryPool::Free;
  using arrow::MemoryPool::Reallocate;
  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override;
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override;
  void ReleaseUnused() override;
  int64_t bytes_allocated() const override { return used_.load(std::memory_order_relaxed); }
  int64_t total_bytes_allocated() const override { return total_.load(std::memory_order_relaxed); }
  int64_t num_allocations() const override { return allocations_.load(std::memory_order_relaxed); }
  int64_t max_memory() const override { return peak_.load(std::memory_order_relaxed); }
  /// What the budget counts for this pool: a little more than bytes_allocated().
  int64_t granted() const { return granted_.load(std::memory_order_relaxed); }
  std::string backend_name() const override { return "bowstring"; }

  /// Counts memory that doesn't come from this pool (vectors, rows of hash tables). As Allocate and Free.
  arrow::Status Reserve(int64_t bytes);
  void Unreserve(int64_t bytes);

  /// Raised by every Free; the scheduler clears it before it looks for waiters of memory.
  bool TakeFreed() noexcept { return freed_.exchange(false, std::memory_order_acq_rel); }
  const std::shared_ptr<Budget>& budget() const { return budget_; }

 private:
  explicit BudgetedPool(std::shared_ptr<Budget> budget);
  ~BudgetedPool() override;
  void Close();
  arrow::Status Take(int64_t bytes);
  void Give(int64_t bytes) noexcept;
  void Deref() noexcept;

  // Charged to the budget in steps, so that workers meet on its counters rarely: granted_ >= used_.
  // Small budgets are counted finely.
  static constexpr int64_t kGranule = 256 << 10;
  int64_t Granule() const noexcept;
  /// Gives what is granted and not used back to the budget, but for `keep` bytes.
  void ReturnSpare(int64_t keep) noexcept;
  std::shared_ptr<Budget> budget_;
  arrow::MemoryPool* const base_;
  std::atomic<int64_t> used_{0}, granted_{0}, peak_{0}, total_{0}, allocations_{0};
  std::atomic<int64_t> references_{1};  // live allocations, and one until Close
  std::atomic<bool> freed_{false};
  std::mutex grant_mutex_;
};

}  // namespace bowstring
