// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/page_arena.h"

#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace bowstring {
namespace {

constexpr int64_t kPage = 4096, kHuge = 2 << 20, kArena = 4 << 20;
constexpr int kPages = kArena / kPage, kWords = kPages / 64;
constexpr int kKeptEmpty = 1;  // arenas that stay mapped although empty, so that a buffer that comes and goes doesn't map anew
// Others go back to the system after one to two such times in which none was taken, and while some are, all but what would be taken in so many more:
// what the next batch or the next query takes needs no new pages, each of which costs a fault (1.5 us, 13 us where a hypervisor must find memory).
constexpr auto kEmptyTime = std::chrono::milliseconds(30);
constexpr int kTimesAhead = 16;

int64_t RoundUp(int64_t size, int64_t to) { return (size + to - 1) / to * to; }

// Whether huge pages come fast. One takes 0.2 ms where the machine has memory at hand, and 5 ms (more than 512 small pages) where a hypervisor has
// taken back what lay idle, or where the kernel must first make a place: then a whole process is faster on small pages, which come from what others
// have just freed. So the first page of each mapping is timed, and after a slow one the next mappings do without.
class HugePages {
 public:
  bool Wanted() noexcept { return without_.load(std::memory_order_relaxed) <= 0 || without_.fetch_sub(1, std::memory_order_relaxed) <= 0; }
  /// Touches the first huge page of a mapping; false: it came slowly.
  bool Touch(uint8_t* page) noexcept {
    const auto start = std::chrono::steady_clock::now();
    *static_cast<volatile uint8_t*>(page) = 0;
    if (std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1)) return true;
    without_.store(kMappingsWithout, std::memory_order_relaxed);
    return false;
  }

 private:
  static constexpr int kMappingsWithout = 128;  // then it is tried again: 5 ms lost in 512 MiB
  std::atomic<int> without_{0};
};

// `size` bytes at a multiple of 2 MiB, so that huge pages can back them.
uint8_t* Map(int64_t size) {
  const int64_t with_slack = size + kHuge;
  void* raw = mmap(nullptr, static_cast<size_t>(with_slack), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (raw == MAP_FAILED) return nullptr;
  auto* begin = static_cast<uint8_t*>(raw);
  auto* aligned = reinterpret_cast<uint8_t*>(RoundUp(reinterpret_cast<intptr_t>(raw), kHuge));
  if (aligned > begin) munmap(begin, static_cast<size_t>(aligned - begin));
  const int64_t behind = begin + with_slack - (aligned + size);
  if (behind > 0) munmap(aligned + size, static_cast<size_t>(behind));
  static HugePages huge;
  if (huge.Wanted() && madvise(aligned, static_cast<size_t>(size), MADV_HUGEPAGE) == 0 && !huge.Touch(aligned)) {
    madvise(aligned, static_cast<size_t>(size), MADV_NOHUGEPAGE);
  }
  return aligned;
}

struct Arena {
  uint8_t* base = nullptr;
  int free_pages = kPages;
  uint64_t used[kWords] = {};  // a bit a page

  // The first page of the lowest run of `pages` free pages; -1: none.
  int Find(int pages) const {
    int run = 0;
    for (int i = 0; i < kPages;) {
      const uint64_t word = used[i / 64] >> (i % 64);
      if (word == 0) {  // the rest of the word is free
        const int step = 64 - i % 64;
        run += step;
        i += step;
      } else {
        const int gap = std::countr_zero(word);
        run += gap;
        if (run < pages) {
          i += gap + std::countr_one(word >> gap);
          run = 0;
          continue;
        }
        i += gap;
      }
      if (run >= pages) return i - run;
    }
    return -1;
  }
  void Mark(int first, int pages, bool as_used) {
    for (int i = first; i < first + pages;) {
      const int n = std::min(64 - i % 64, first + pages - i);
      const uint64_t mask = (n == 64 ? ~uint64_t{0} : ((uint64_t{1} << n) - 1)) << (i % 64);
      used[i / 64] = as_used ? used[i / 64] | mask : used[i / 64] & ~mask;
      i += n;
    }
    free_pages += as_used ? -pages : pages;
  }
};

struct State {
  std::mutex mutex;
  std::map<uintptr_t, std::unique_ptr<Arena>> arenas;  // by address: the lowest that fits is taken
  int empty = 0;
  int least_empty = 0, taken = 0;  // since the trimmer last looked: empty ones, and how many were used again
  bool trimming = false;           // a thread gives empty arenas back
  int64_t mapped = 0;
};

// Never destroyed: consumers may free batches while the process ends.
State& Shared() {
  static State* state = [] {
    auto* made = new State;
    static State* for_fork;
    for_fork = made;
    pthread_atfork([] { for_fork->mutex.lock(); }, [] { for_fork->mutex.unlock(); },
                   [] {
                     for_fork->trimming = false;  // threads stay behind
                     for_fork->mutex.unlock();
                   });
    return made;
  }();
  return *state;
}

bool OwnMapping(int64_t size) { return size > kArena / 2; }

// Gives up to `most` empty arenas back, those at the highest places first. Without the lock, which it takes.
void Unmap(State& state, int most) {
  constexpr int kAtOnce = 64;
  while (most > 0) {
    uint8_t* bases[kAtOnce];
    int n = 0;
    {
      std::lock_guard lock(state.mutex);
      for (auto it = state.arenas.end(); it != state.arenas.begin() && n < std::min(most, kAtOnce) && state.empty > 0;) {
        if ((--it)->second->free_pages < kPages) continue;
        bases[n++] = it->second->base;
        it = state.arenas.erase(it);
        --state.empty;
      }
      state.mapped -= n * kArena;
      state.least_empty = std::min(state.least_empty, state.empty);
    }
    for (int i = 0; i < n; ++i) munmap(bases[i], kArena);
    if (n == 0) return;
    most -= n;
  }
}

// Until few arenas are empty.
void TrimInTime(State& state) {
  for (bool more = true; more;) {
    std::this_thread::sleep_for(kEmptyTime);
    int idle;
    {
      std::lock_guard lock(state.mutex);
      idle = state.least_empty - std::max(kKeptEmpty, std::exchange(state.taken, 0) * kTimesAhead);
    }
    Unmap(state, idle);
    std::lock_guard lock(state.mutex);
    state.least_empty = state.empty;
    more = state.trimming = state.empty > kKeptEmpty;
  }
}

}  // namespace

uint8_t* PageArena::Allocate(int64_t size) noexcept {
  State& state = Shared();
  if (OwnMapping(size)) {
    Unmap(state, static_cast<int>(RoundUp(size, kArena) / kArena));  // so that no more is resident than before
    uint8_t* block = Map(RoundUp(size, kPage));
    if (block != nullptr) {
      std::lock_guard lock(state.mutex);
      state.mapped += RoundUp(size, kPage);
    }
    return block;
  }
  const int pages = static_cast<int>(RoundUp(size, kPage) / kPage);
  std::unique_lock lock(state.mutex);
  for (auto& [address, arena] : state.arenas) {
    if (arena->free_pages < pages) continue;
    const int first = arena->Find(pages);
    if (first < 0) continue;
    if (arena->free_pages == kPages) {
      state.least_empty = std::min(state.least_empty, --state.empty);
      ++state.taken;
    }
    arena->Mark(first, pages, true);
    return arena->base + first * kPage;
  }
  lock.unlock();
  uint8_t* base = Map(kArena);
  if (base == nullptr) return nullptr;
  lock.lock();
  try {
    auto arena = std::make_unique<Arena>();
    arena->base = base;
    arena->Mark(0, pages, true);
    state.arenas.emplace(reinterpret_cast<uintptr_t>(base), std::move(arena));
  } catch (...) {
    munmap(base, kArena);
    return nullptr;
  }
  state.mapped += kArena;
  return base;
}

void PageArena::Free(uint8_t* block, int64_t size) noexcept {
  State& state = Shared();
  if (OwnMapping(size)) {
    munmap(block, static_cast<size_t>(RoundUp(size, kPage)));
    std::lock_guard lock(state.mutex);
    state.mapped -= RoundUp(size, kPage);
    return;
  }
  std::lock_guard lock(state.mutex);
  auto it = --state.arenas.upper_bound(reinterpret_cast<uintptr_t>(block));
  Arena& arena = *it->second;
  arena.Mark(static_cast<int>((block - arena.base) / kPage), static_cast<int>(RoundUp(size, kPage) / kPage), false);
  if (arena.free_pages < kPages || ++state.empty <= kKeptEmpty || state.trimming) return;
  state.least_empty = state.taken = 0;
  state.trimming = true;
  try {
    std::thread([&state] { TrimInTime(state); }).detach();
  } catch (...) {  // no thread to be had
    state.trimming = false;
    --state.empty;
    munmap(arena.base, kArena);
    state.mapped -= kArena;
    state.arenas.erase(it);
  }
}

uint8_t* PageArena::Resize(uint8_t* block, int64_t old_size, int64_t new_size) noexcept {
  const int64_t old_bytes = RoundUp(old_size, kPage), new_bytes = RoundUp(new_size, kPage);
  if (old_bytes == new_bytes && OwnMapping(old_size) == OwnMapping(new_size)) return block;
  if (OwnMapping(old_size) && OwnMapping(new_size)) {
    void* moved = mremap(block, static_cast<size_t>(old_bytes), static_cast<size_t>(new_bytes), MREMAP_MAYMOVE);
    if (moved == MAP_FAILED) return nullptr;
    State& state = Shared();
    std::lock_guard lock(state.mutex);
    state.mapped += new_bytes - old_bytes;
    return static_cast<uint8_t*>(moved);
  }
  uint8_t* made = Allocate(new_size);
  if (made == nullptr) return nullptr;
  std::memcpy(made, block, static_cast<size_t>(std::min(old_size, new_size)));
  Free(block, old_size);
  return made;
}

void PageArena::Trim() noexcept { Unmap(Shared(), std::numeric_limits<int>::max()); }

int64_t PageArena::mapped() noexcept {
  State& state = Shared();
  std::lock_guard lock(state.mutex);
  return state.mapped;
}

}  // namespace bowstring
