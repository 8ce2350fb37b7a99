// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "stream/lanes.h"

#include <chrono>
#include <thread>

#include <arrow/record_batch.h>

#include "base/budget.h"

namespace bowstring::stream {

Lanes::Lanes(LaneId lanes, int64_t look_ahead, std::shared_ptr<SpillSpace> spill, arrow::MemoryPool* pool)
    : look_ahead_(look_ahead), spill_(std::move(spill)), pool_(pool) {
  for (LaneId i = 0; i < lanes; ++i) lanes_.push_back(std::make_unique<Lane>());
}

// Something that TryTake gives: a batch of the front turn, the end, or the failure. The caller has advanced the lane.
bool Lanes::Ready(const Lane& lane) const {
  if (lane.dropped || !error_.ok() || lane.front >= lane.total || lane.rest.full()) return true;
  const auto front = lane.turns.find(lane.front);
  return front != lane.turns.end() && !front->second.empty();
}

// Moves the front past turns that are done and read. True where it moved.
bool Lanes::Advance(Lane& lane) {
  bool moved = false;
  for (;;) {
    auto front = lane.turns.find(lane.front);
    if (front != lane.turns.end() && !front->second.empty()) return moved;
    if (!lane.done.contains(lane.front)) return moved;
    if (front != lane.turns.end()) lane.turns.erase(front);
    lane.done.erase(lane.front);
    ++lane.front;
    moved = true;
  }
}

void Lanes::Forget(const Queued& queued) {
  queued_bytes_ -= queued.bytes;
  queued_cost_ -= queued.cost();
}

// Wakes who waits for the lane; the answer is to be called without the lock.
std::function<void()> Lanes::Signal(Lane& lane) {
  lane.ready.notify_all();
  return std::exchange(lane.when_ready, nullptr);
}

bool Lanes::TryPut(LaneId id, uint64_t turn, Batch& batch, int64_t bytes) noexcept {
  std::function<void()> call;
  Batch thrown;
  {
    std::lock_guard lock(mutex_);
    Lane& lane = *lanes_[id];
    if (lane.dropped || !error_.ok()) {
      thrown = std::move(batch);
      return true;
    }
    const bool front = turn == lane.front;
    const bool wanted = front && lane.pulled && !Ready(lane);
    Queued queued{nullptr, nullptr, -1, bytes, batch.data->num_rows()};
    if (!wanted && queued_cost_ + queued.cost() > look_ahead_) return false;
    queued_bytes_ += bytes;
    queued_cost_ += queued.cost();
    queued.batch = std::move(batch.data);
    lane.turns[turn].push_back(std::move(queued));
    batch = Batch{};
    if (front) call = Signal(lane);
  }
  if (call) call();
  return true;
}

void Lanes::TurnDone(LaneId id, uint64_t turn) noexcept {
  std::function<void()> call;
  {
    std::lock_guard lock(mutex_);
    if (!error_.ok()) return;  // batches of this turn may have been thrown away: nothing behind it is to be read
    Lane& lane = *lanes_[id];
    lane.done.insert(turn);
    Advance(lane);  // parked batches of the new front are offered again when the reader asks next, or when there is room
    if (Ready(lane)) call = Signal(lane);
  }
  if (call) call();
}

void Lanes::LaneEnd(LaneId id, uint64_t turns) noexcept {
  std::function<void()> call;
  {
    std::lock_guard lock(mutex_);
    Lane& lane = *lanes_[id];
    lane.total = turns;
    if (Ready(lane)) call = Signal(lane);
  }
  if (call) call();
}

void Lanes::Fail(arrow::Status error) noexcept {
  std::vector<std::function<void()>> calls;
  {
    std::lock_guard lock(mutex_);
    if (!error_.ok()) return;
    error_ = std::move(error);
    for (auto& lane : lanes_) {
      if (auto call = Signal(*lane)) calls.push_back(std::move(call));
    }
  }
  for (auto& call : calls) call();
}

bool Lanes::WantsMore(LaneId id) const noexcept {
  std::lock_guard lock(mutex_);
  const Lane& lane = *lanes_[id];
  if (lane.dropped || !error_.ok()) return false;
  return queued_cost_ < look_ahead_ || (lane.pulled && !Ready(lane));
}

int64_t Lanes::Evictable() const noexcept {
  std::lock_guard lock(mutex_);
  return queued_bytes_;
}

// The batch in memory that is read last, or `which` where it isn't null; null where there is none.
Lanes::Queued* Lanes::LastInMemory(const arrow::RecordBatch* which) {
  const auto fits = [which](const Queued& queued) { return queued.batch && (which == nullptr || queued.batch.get() == which); };
  for (auto lane = lanes_.rbegin(); lane != lanes_.rend(); ++lane) {
    for (auto turn = (*lane)->turns.rbegin(); turn != (*lane)->turns.rend(); ++turn) {
      for (auto queued = turn->second.rbegin(); queued != turn->second.rend(); ++queued) {
        if (fits(*queued)) return &*queued;
      }
    }
    if (fits((*lane)->rest)) return &(*lane)->rest;
  }
  return nullptr;
}

// The batches that are read last go first. They stay in their places; each is swapped when its copy is on disk.
int64_t Lanes::Evict(int64_t want) noexcept {
  if (!spill_) return 0;
  const WritingOut writing;
  int64_t freed = 0;
  while (freed < want) {
    std::shared_ptr<arrow::RecordBatch> batch;
    {
      std::lock_guard lock(mutex_);
      if (const Queued* last = LastInMemory(nullptr)) batch = last->batch;
    }
    if (!batch) break;
    auto file = SpillFile::Create(spill_, batch->schema());
    if (!file.ok() || !(*file)->Append(*batch, pool_).ok()) break;
    spilled_bytes_.fetch_add((*file)->bytes(), std::memory_order_relaxed);
    spill_count_.fetch_add(1, std::memory_order_relaxed);
    std::shared_ptr<arrow::RecordBatch> gone;
    {
      std::lock_guard lock(mutex_);
      if (Queued* queued = LastInMemory(batch.get())) {  // else it was read meanwhile
        gone = std::move(queued->batch);
        queued->batch = nullptr;
        queued->file = std::move(*file);
        queued->spilled = 0;
        Forget(*queued);
        freed += queued->bytes;
      }
    }
    if (!gone) break;
  }
  return freed;
}

Lanes::Taken Lanes::TryTake(LaneId id, bool pull, const std::function<void(int64_t)>& make_room) {
  Taken taken;
  Queued queued;
  {
    std::lock_guard lock(mutex_);
    Lane& lane = *lanes_[id];
    taken.stale = Advance(lane);
    auto front = lane.turns.find(lane.front);
    if (lane.rest.full()) {
      queued = std::exchange(lane.rest, Queued{});
      if (queued.batch) Forget(queued);
    } else if (front != lane.turns.end() && !front->second.empty()) {
      queued = std::move(front->second.front());
      front->second.pop_front();
      if (queued.batch) Forget(queued);
      Advance(lane);
      taken.stale = true;
      lane.pulled = false;
    } else if (!error_.ok()) {
      taken.error = error_;
      lane.pulled = false;
    } else if (lane.front >= lane.total) {
      taken.end = true;
      lane.pulled = false;
    } else if (pull) {
      lane.pulled = true;
      taken.stale = true;  // the front turn has room now
    }
  }
  taken.bytes = queued.bytes;
  if (queued.file) {
    // Workers may hold all but the reserve; what they write out comes back in a moment.
    const WritingOut privileged;
    auto batch = queued.file->Read(queued.spilled, pool_);
    for (int i = 0; i < 20 && batch.status().IsOutOfMemory(); ++i) {
      if (make_room) make_room(2 * queued.bytes);
      if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      batch = queued.file->Read(queued.spilled, pool_);
    }
    if (batch.ok()) {
      taken.batch = std::move(*batch);
    } else {
      taken.error = batch.status();
      Fail(batch.status());
    }
  } else {
    taken.batch = std::move(queued.batch);
  }
  return taken;
}

void Lanes::Return(LaneId id, std::shared_ptr<arrow::RecordBatch> rest, int64_t bytes) {
  std::lock_guard lock(mutex_);
  Lane& lane = *lanes_[id];
  if (lane.dropped) return;  // the caller destroys it, without the lock
  queued_bytes_ += bytes;
  lane.rest = {std::move(rest), nullptr, -1, bytes, 0, /*ahead=*/false};
}

void Lanes::Unpull(LaneId id) {
  std::lock_guard lock(mutex_);
  lanes_[id]->pulled = false;
}

bool Lanes::Wait(LaneId id, int64_t timeout_ns) {
  std::unique_lock lock(mutex_);
  Lane& lane = *lanes_[id];
  return lane.ready.wait_for(lock, std::chrono::nanoseconds(timeout_ns), [&] { return Ready(lane); });
}

void Lanes::WhenReady(LaneId id, std::function<void()> ready) {
  {
    std::lock_guard lock(mutex_);
    Lane& lane = *lanes_[id];
    if (!Ready(lane)) {
      lane.when_ready = std::move(ready);
      return;
    }
  }
  ready();
}

void Lanes::Drop(LaneId id) {
  std::map<uint64_t, std::deque<Queued>> thrown;
  Queued rest;
  std::function<void()> call;
  {
    std::lock_guard lock(mutex_);
    Lane& lane = *lanes_[id];
    lane.dropped = true;
    rest = std::exchange(lane.rest, Queued{});
    if (rest.batch) Forget(rest);
    thrown.swap(lane.turns);
    for (auto& [turn, batches] : thrown) {
      for (auto& queued : batches) {
        if (queued.batch) Forget(queued);
      }
    }
    call = Signal(lane);
  }
  if (call) call();
}

arrow::Status Lanes::error() const {
  std::lock_guard lock(mutex_);
  return error_;
}

}  // namespace bowstring::stream
