// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/budget.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>

#include <bowstring/error.h>

#include "base/page_arena.h"

namespace bowstring {
namespace {

// How much of the reserve this thread leaves alone: all, a half, nothing.
thread_local int t_rank = 0;

bool Paged(int64_t size, int64_t alignment) { return size >= PageArena::kLeast && alignment <= 4096; }

int64_t ReadNumber(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  if (!(file >> text) || text.empty() || text[0] < '0' || text[0] > '9') return -1;  // "max": no limit
  errno = 0;
  const unsigned long long value = std::strtoull(text.c_str(), nullptr, 10);
  if (errno != 0 || value > static_cast<unsigned long long>(std::numeric_limits<int64_t>::max())) return -1;
  return static_cast<int64_t>(value);
}

// The smallest memory limit of the cgroups this process is in, v2 and v1; -1: none.
int64_t CgroupLimit() {
  int64_t least = -1;
  auto take = [&](int64_t bytes) {
    if (bytes > 0 && (least < 0 || bytes < least)) least = bytes;
  };
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string path = line.substr(second + 1);
    const bool v2 = controllers.empty();
    if (!v2 && controllers.find("memory") == std::string::npos) continue;
    const std::string root = v2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    const std::string leaf = v2 ? "/memory.max" : "/memory.limit_in_bytes";
    for (;;) {  // a parent's limit holds for its children
      take(ReadNumber(root + path + leaf));
      if (path.empty() || path == "/") break;
      path.resize(path.rfind('/'));
    }
    take(ReadNumber(root + leaf));
  }
  return least;
}

int64_t MappedBytes() {
  std::ifstream file("/proc/self/statm");
  int64_t pages = 0;
  file >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

}  // namespace

int64_t UsableMemory() {
  int64_t usable = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  if (const int64_t limit = CgroupLimit(); limit > 0) usable = std::min(usable, limit);
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    usable = std::min(usable, std::max<int64_t>(static_cast<int64_t>(limit.rlim_cur) - MappedBytes(), 16 << 20));
  }
  return usable;
}

Budget::Budget(std::string name, int64_t limit, std::shared_ptr<Budget> parent)
    : name_(std::move(name)), limit_(limit), parent_(std::move(parent)) {}

int64_t Budget::reserve() const noexcept {
  const int64_t limit = this->limit();
  return limit < 0 ? 0 : std::min<int64_t>(limit / 4, 16 << 20);
}

bool Budget::Charge(int64_t bytes) noexcept {
  const int64_t limit = this->limit();
  const int64_t now = used_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (limit >= 0 && now > limit - (t_rank == 2 ? 0 : reserve() >> t_rank)) {
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }
  if (parent_ && !parent_->Charge(bytes)) {
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }
  int64_t peak = peak_.load(std::memory_order_relaxed);
  while (now > peak && !peak_.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {
  }
  return true;
}

void Budget::Release(int64_t bytes) noexcept {
  used_.fetch_sub(bytes, std::memory_order_relaxed);
  if (parent_) parent_->Release(bytes);
}

int64_t Budget::own_available() const noexcept {
  const int64_t limit = this->limit();
  return limit < 0 ? std::numeric_limits<int64_t>::max() / 2 : std::max<int64_t>(limit - reserve() - used(), 0);
}

int64_t Budget::available() const noexcept {
  const int64_t own = own_available();
  return parent_ ? std::min(own, parent_->available()) : own;
}

bool Budget::in_reserve() const noexcept {
  const int64_t limit = this->limit();
  return (limit >= 0 && used() > limit - reserve()) || (parent_ && parent_->in_reserve());
}

bool Budget::short_above() const noexcept { return parent_ && parent_->available() < own_available(); }

int64_t Budget::least_limit() const noexcept {
  const int64_t own = limit(), above = parent_ ? parent_->least_limit() : -1;
  return own < 0 ? above : above < 0 ? own : std::min(own, above);
}

const std::shared_ptr<Budget>& Budget::Process() {
  // Leaked on purpose: pools that consumers keep alive charge it at exit too.
  static const auto* process = new std::shared_ptr<Budget>(std::make_shared<Budget>("process", UsableMemory() / 4 * 3, nullptr));
  return *process;
}

PrivilegedStep::PrivilegedStep(bool privileged) : before_(t_rank) { t_rank = privileged ? 1 : 0; }
PrivilegedStep::~PrivilegedStep() { t_rank = before_; }
WritingOut::WritingOut() : before_(t_rank) { t_rank = 2; }
WritingOut::~WritingOut() { t_rank = before_; }

BudgetedPool::Handle BudgetedPool::Make(std::shared_ptr<Budget> budget) { return Handle(new BudgetedPool(std::move(budget))); }

BudgetedPool::BudgetedPool(std::shared_ptr<Budget> budget) : budget_(std::move(budget)), base_(arrow::default_memory_pool()) {}

BudgetedPool::~BudgetedPool() {
  budget_->Release(granted_.load());
  base_->ReleaseUnused();
}

void BudgetedPool::Close() { Deref(); }

void BudgetedPool::Deref() noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

namespace {
std::atomic<bool> g_fail_armed{false}, g_fail_for_ever{false}, g_failed{false};
std::atomic<int64_t> g_fail_left{0};

bool FailsForTest() {
  const int64_t left = g_fail_left.fetch_sub(1);
  const bool fails = left == 1 || (left < 1 && g_fail_for_ever.load());
  if (fails) g_failed.store(true);
  return fails;
}
}  // namespace

void FailAllocations(int64_t nth, bool for_ever) {
  g_fail_left = nth;
  g_fail_for_ever = for_ever;
  g_failed = false;
  g_fail_armed = nth > 0;
}
bool AllocationFailed() { return g_failed.load(); }

int64_t BudgetedPool::Granule() const noexcept {
  const int64_t limit = budget_->least_limit();
  return limit < 0 ? kGranule : std::clamp<int64_t>(limit >> 8, 1 << 10, kGranule);
}

arrow::Status BudgetedPool::Take(int64_t bytes) {
  if (g_fail_armed.load(std::memory_order_relaxed) && bytes > 0 && FailsForTest()) {
    return arrow::Status::OutOfMemory("allocation of ", bytes, " bytes is refused by a test");
  }
  const auto owed = [&](int64_t missing) { return bytes <= kNeverRefused && missing <= (1 << 20); };
  const auto refused = [&] {
    return arrow::Status::OutOfMemory("allocation of ", bytes, " bytes is over the budget of ", budget_->limit(), " bytes (", budget_->used(), " in use)");
  };
  if (t_rank > 0) {  // of the reserve exactly what is asked for: nothing that another step could find here as spare
    const bool charged = budget_->Charge(bytes);
    std::lock_guard lock(grant_mutex_);
    const int64_t granted = granted_.load(std::memory_order_relaxed);
    if (!charged && !owed(used_.load(std::memory_order_relaxed) + bytes - granted)) return refused();
    if (charged) granted_.store(granted + bytes, std::memory_order_release);
  }
  const int64_t now = used_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (t_rank == 0 && now > granted_.load(std::memory_order_acquire)) {
    std::lock_guard lock(grant_mutex_);
    const int64_t used = used_.load(std::memory_order_relaxed);
    const int64_t granted = granted_.load(std::memory_order_relaxed);
    if (used > granted) {
      const int64_t missing = used - granted;
      const int64_t granule = Granule();
      const int64_t step = (missing + granule - 1) / granule * granule;
      int64_t got = 0;
      if (budget_->Charge(step)) {
        got = step;
      } else if (budget_->Charge(missing)) {
        got = missing;
      }
      if (got == 0 && !owed(missing)) {
        used_.fetch_sub(bytes, std::memory_order_relaxed);
        return refused();
      }
      granted_.store(granted + got, std::memory_order_release);
    }
  }
  // What others ask for counts in used_ before it is granted.
  const int64_t holds = std::min(now, granted_.load(std::memory_order_relaxed));
  int64_t peak = peak_.load(std::memory_order_relaxed);
  while (holds > peak && !peak_.compare_exchange_weak(peak, holds, std::memory_order_relaxed)) {
  }
  return arrow::Status::OK();
}

void BudgetedPool::ReturnSpare(int64_t keep) noexcept {
  int64_t back = 0;
  {
    std::lock_guard lock(grant_mutex_);
    const int64_t granted = granted_.load(std::memory_order_relaxed);
    back = granted - used_.load(std::memory_order_relaxed) - keep;
    if (back > 0) {
      // An allocation may have passed its check against the old grant meanwhile: then used_ is above the new one for as long as that
      // buffer lives; the budget was asked too little by that much, and the next Take makes up for it.
      granted_.store(granted - back, std::memory_order_release);
    }
  }
  if (back > 0) budget_->Release(back);
}

void BudgetedPool::Give(int64_t bytes) noexcept {
  const int64_t now = used_.fetch_sub(bytes, std::memory_order_relaxed) - bytes;
  // Keep a few granules, so that a buffer that comes and goes doesn't visit the budget each time. Not of the reserve, whoever frees it: any
  // step could use up what lies here.
  const bool keeps = t_rank == 0 && !budget_->in_reserve();
  const int64_t spare = granted_.load(std::memory_order_relaxed) - now;
  if (!keeps) {
    if (spare > 0) ReturnSpare(0);
  } else if (const int64_t granule = Granule(); spare > 8 << 10 && spare > 8 * granule) {
    ReturnSpare(2 * granule);
  }
  freed_.store(true, std::memory_order_release);
}

// ThreadSanitizer doesn't see into Arrow's allocators: it is told that memory comes to its next owner after the last one let it go.
#ifdef __SANITIZE_THREAD__
extern "C" void __tsan_acquire(void*);
extern "C" void __tsan_release(void*);
#else
inline void __tsan_acquire(void*) {}
inline void __tsan_release(void*) {}
#endif

arrow::Status BudgetedPool::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  ARROW_RETURN_NOT_OK(Take(size));
  arrow::Status status;
  if (Paged(size, alignment)) {
    *out = PageArena::Allocate(size);
    if (*out == nullptr) status = arrow::Status::OutOfMemory("the system has no ", size, " bytes");
  } else {
    status = base_->Allocate(size, alignment, out);
    if (status.ok()) __tsan_acquire(*out);
  }
  if (!status.ok()) {
    Give(size);
    return status;
  }
  references_.fetch_add(1, std::memory_order_relaxed);
  allocations_.fetch_add(1, std::memory_order_relaxed);
  total_.fetch_add(size, std::memory_order_relaxed);
  return status;
}

arrow::Status BudgetedPool::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) {
  const bool paged = Paged(old_size, alignment);
  if (paged != Paged(new_size, alignment)) {  // from one kind of memory to the other: both are held for the moment
    uint8_t* made = nullptr;
    ARROW_RETURN_NOT_OK(Allocate(new_size, alignment, &made));
    std::memcpy(made, *ptr, static_cast<size_t>(std::min(old_size, new_size)));
    Free(*ptr, old_size, alignment);
    *ptr = made;
    return arrow::Status::OK();
  }
  if (new_size > old_size) ARROW_RETURN_NOT_OK(Take(new_size - old_size));
  arrow::Status status;
  if (paged) {
    uint8_t* moved = PageArena::Resize(*ptr, old_size, new_size);
    if (moved == nullptr) {
      status = arrow::Status::OutOfMemory("the system has no ", new_size, " bytes");
    } else {
      *ptr = moved;
    }
  } else {
    status = base_->Reallocate(old_size, new_size, alignment, ptr);
  }
  if (!status.ok()) {
    if (new_size > old_size) Give(new_size - old_size);
    return status;
  }
  if (new_size < old_size) Give(old_size - new_size);
  if (new_size > old_size) total_.fetch_add(new_size - old_size, std::memory_order_relaxed);
  return status;
}

void BudgetedPool::Free(uint8_t* buffer, int64_t size, int64_t alignment) {
  if (Paged(size, alignment)) {
    PageArena::Free(buffer, size);
  } else {
    __tsan_release(buffer);
    base_->Free(buffer, size, alignment);
  }
  Give(size);
  Deref();
}

void BudgetedPool::ReleaseUnused() {
  base_->ReleaseUnused();
  ReturnSpare(0);
}

arrow::Status BudgetedPool::Reserve(int64_t bytes) { return Take(bytes); }
void BudgetedPool::Unreserve(int64_t bytes) { Give(bytes); }

}  // namespace bowstring
