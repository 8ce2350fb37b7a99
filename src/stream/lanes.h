// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include <arrow/status.h>

#include "base/lane_port.h"
#include "base/spill.h"

namespace bowstring::stream {

/// Ordered lanes between the workers and the readers of one query.
///
/// A lane: Quiet (batches are taken as far as the look-ahead goes) <-> Pulled (a reader waits; the front turn always has room);
/// then Dropped (what comes is thrown away), Ended (all turns read), Failed (sticky, after what was ready in order).
/// One mutex guards all lanes; nothing is destroyed and nobody is called under it, but what LanePort's callers allow.
/// The lanes live as long as the last of: the query, its readers, the batches that consumers hold.
class Lanes final : public LanePort, public std::enable_shared_from_this<Lanes> {
 public:
  /// `look_ahead`: bytes that may wait unasked over all lanes. `spill` may be null: nothing is spooled then.
  Lanes(LaneId lanes, int64_t look_ahead, std::shared_ptr<SpillSpace> spill, arrow::MemoryPool* pool);

  // LanePort, from workers.
  bool TryPut(LaneId lane, uint64_t turn, Batch& batch, int64_t bytes) noexcept override;
  void TurnDone(LaneId lane, uint64_t turn) noexcept override;
  void LaneEnd(LaneId lane, uint64_t turns) noexcept override;
  void Fail(arrow::Status error) noexcept override;
  bool WantsMore(LaneId lane) const noexcept override;
  int64_t Evict(int64_t want) noexcept override;
  int64_t Evictable() const noexcept override;
  int64_t consumer_bytes() const noexcept override { return consumer_bytes_.load(std::memory_order_relaxed); }

  // Readers. One reader a lane at a time.
  struct Taken {
    std::shared_ptr<arrow::RecordBatch> batch;  ///< null: none
    int64_t bytes = 0;
    bool end = false;      ///< the lane has no more
    bool stale = false;    ///< room was made: tell LaneDemand::Room
    arrow::Status error;   ///< sticky
  };
  /// What is ready, without waiting: a batch, the end, an error, or nothing. `pull`: mark the lane as pulled where there is nothing. `make_room`
  /// (may be empty) is asked for so many bytes where a batch that was written out finds no memory.
  Taken TryTake(LaneId lane, bool pull, const std::function<void(int64_t)>& make_room = {});
  /// Gives back what was taken and isn't given out yet: it is the next to be taken, and may be written out meanwhile.
  void Return(LaneId lane, std::shared_ptr<arrow::RecordBatch> rest, int64_t bytes);
  void Unpull(LaneId lane);
  /// Waits until TryTake would give something or Interrupt was called, at most `timeout_ns`. True: something is there.
  bool Wait(LaneId lane, int64_t timeout_ns);
  /// Calls `ready` once, holding no lock, when TryTake would give something (at once where it does).
  void WhenReady(LaneId lane, std::function<void()> ready);
  void Drop(LaneId lane);
  /// The sticky error, if there is one already.
  arrow::Status error() const;

  void HoldByConsumer(int64_t bytes) { consumer_bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void ReleaseByConsumer(int64_t bytes) { consumer_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  int64_t spilled_bytes() const { return spilled_bytes_.load(std::memory_order_relaxed); }
  int64_t spill_count() const { return spill_count_.load(std::memory_order_relaxed); }

 private:
  struct Queued {
    std::shared_ptr<arrow::RecordBatch> batch;  // or on disk:
    std::shared_ptr<SpillFile> file;
    int64_t spilled = -1;
    int64_t bytes = 0, rows = 0;
    bool ahead = true;  // computed ahead of the reader
    // Against the look-ahead: narrow rows count as 32 bytes, so that nobody computes millions of rows ahead.
    int64_t cost() const { return ahead ? std::max(bytes, rows * 32) : 0; }
    bool full() const { return batch || file; }
  };
  struct Lane {
    Queued rest;  // given back by the reader; before all turns
    std::map<uint64_t, std::deque<Queued>> turns;
    std::set<uint64_t> done;     // turns beyond the front that are done
    uint64_t front = 0;
    uint64_t total = UINT64_MAX; // turns, once known
    bool pulled = false, dropped = false;
    std::condition_variable ready;
    std::function<void()> when_ready;
  };

  bool Ready(const Lane& lane) const;
  bool Advance(Lane& lane);
  void Forget(const Queued& queued);
  Queued* LastInMemory(const arrow::RecordBatch* which);
  std::function<void()> Signal(Lane& lane);

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  const int64_t look_ahead_;
  const std::shared_ptr<SpillSpace> spill_;
  arrow::MemoryPool* const pool_;  // the query's; used only by Evict and TryTake, while the query lives
  arrow::Status error_;
  int64_t queued_bytes_ = 0, queued_cost_ = 0;  // in memory
  std::atomic<int64_t> consumer_bytes_{0}, spilled_bytes_{0}, spill_count_{0};
};

}  // namespace bowstring::stream
