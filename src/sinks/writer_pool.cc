// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/writer_pool.h"

#include <algorithm>

#include <bowstring/error.h>

namespace bowstring {

using arrow::Status;

WriterPool::WriterPool(std::shared_ptr<Budget> budget)
    : base_(BudgetedPool::Make(std::make_shared<Budget>("file writers", -1, nullptr))), counted_(BudgetedPool::Make(std::move(budget))) {}

WriterPool::~WriterPool() {
  if (reserved_ > 0) counted_->Unreserve(reserved_);
}

void WriterPool::Count(int64_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  used_ += bytes;
  peak_ = std::max(peak_, used_);
  if (used_ > reserved_) {
    if (counted_->Reserve(used_ - reserved_).ok()) reserved_ = used_;
  } else if (const int64_t wanted = std::max(used_, kept_); wanted < reserved_) {
    counted_->Unreserve(reserved_ - wanted);
    reserved_ = wanted;
  }
}

void WriterPool::Keep(int64_t bytes) {
  bytes = std::min(bytes, available() / 2);
  std::lock_guard<std::mutex> lock(mutex_);
  if (bytes <= reserved_ || !counted_->Reserve(bytes - reserved_).ok()) return;
  reserved_ = kept_ = bytes;
}

Status WriterPool::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  ARROW_RETURN_NOT_OK(base_->Allocate(size, alignment, out));
  Count(size);
  return Status::OK();
}

Status WriterPool::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) {
  ARROW_RETURN_NOT_OK(base_->Reallocate(old_size, new_size, alignment, ptr));
  Count(new_size - old_size);
  return Status::OK();
}

void WriterPool::Free(uint8_t* buffer, int64_t size, int64_t alignment) {
  base_->Free(buffer, size, alignment);
  Count(-size);
}

int64_t WriterPool::bytes_allocated() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return used_;
}

int64_t WriterPool::max_memory() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return peak_;
}

int64_t WriterPool::overdrawn() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return std::max<int64_t>(used_ - reserved_, 0);
}

bool WriterPool::full() const {
  // What waits in writers can't be taken back by a query that is short of memory, and without its rows they don't go on.
  const int64_t limit = counted_->budget()->least_limit();
  std::lock_guard<std::mutex> lock(mutex_);
  return used_ > reserved_ || (limit >= 0 && used_ > std::max(kept_, limit / 8 * 3));
}

Status WriterPool::Exceeded(const std::string& who) const {
  return Error(ErrorKind::kBudgetExceeded, who, " holds ", bytes_allocated(), " bytes, ", overdrawn(),
               " more than the memory limit of ", counted_->budget()->limit(), " bytes (", counted_->budget()->name(), ") leaves it");
}

}  // namespace bowstring
