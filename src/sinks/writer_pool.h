// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <arrow/memory_pool.h>

#include "base/budget.h"

namespace bowstring {

/// Memory of file writers, counted in a budget, but never refused: Arrow's writers can't go on after a failed allocation (some of
/// them end the process). Instead they are asked to hold less where `overdrawn`: a batch's worth at most is past the budget. Thread-safe.
class WriterPool final : public arrow::MemoryPool {
 public:
  explicit WriterPool(std::shared_ptr<Budget> budget);
  ~WriterPool() override;

  using arrow::MemoryPool::Allocate;
  using arrow::MemoryPool::Free;
  using arrow::MemoryPool::Reallocate;
  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override;
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override;
  int64_t bytes_allocated() const override;
  int64_t max_memory() const override;
  int64_t total_bytes_allocated() const override { return base_->total_bytes_allocated(); }
  int64_t num_allocations() const override { return base_->num_allocations(); }
  std::string backend_name() const override { return "bowstring"; }

  /// Takes so many bytes of the budget ahead, or half of what it has left where that is less, and keeps them: a query that fills the
  /// rest then leaves its writers enough to go on.
  void Keep(int64_t bytes);
  /// Bytes that the budget has left.
  int64_t available() const { return counted_->budget()->available(); }
  /// Whether writers should hold less: they are past the budget, or have more than their share of it.
  bool full() const;
  /// Bytes past the budget.
  int64_t overdrawn() const;
  /// kBudgetExceeded with figures, naming `who`.
  arrow::Status Exceeded(const std::string& who) const;

 private:
  void Count(int64_t bytes);

  const BudgetedPool::Handle base_;     // without a limit: where memory comes from, large buffers from the page arena
  const BudgetedPool::Handle counted_;  // for its figures only
  mutable std::mutex mutex_;
  int64_t used_ = 0, peak_ = 0, reserved_ = 0;  // reserved_: what the budget has granted
  int64_t kept_ = 0;                            // of it, whatever is used
};

}  // namespace bowstring
