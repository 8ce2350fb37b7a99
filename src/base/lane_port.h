// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include <arrow/status.h>

#include <bowstring/table_source.h>

namespace bowstring {

/// All that exec and stream know of each other. Neither side blocks, throws, takes the GIL or destroys a batch under a lock of its own.

/// exec -> stream: the ordered way out. Implemented by stream/, called by workers.
class LanePort {
 public:
  virtual ~LanePort() = default;
  /// Offers a batch of the lane. True: taken (moved from). False: no room; offer it again after LaneDemand::Room(lane).
  /// Room is refused only where the lane holds a ready batch or nobody pulls it, or where the batch is not of the lane's front morsel.
  virtual bool TryPut(LaneId lane, Batch& batch) noexcept = 0;
  /// The lane's morsels up to and including this one are not to give more batches once all before it are done too. Called once a morsel.
  virtual void MorselDone(LaneId lane, Seq seq) noexcept = 0;
  /// No more morsels in this lane.
  virtual void LaneEnd(LaneId lane) noexcept = 0;
  /// The query failed: readers get what is ready in order before the failure, then this error, for ever.
  virtual void Fail(arrow::Status error) noexcept = 0;
  /// Gives up memory of batches that wait in lanes (spools them to disk). Returns bytes freed. From a worker, between steps.
  virtual int64_t Evict(int64_t want) noexcept = 0;
  virtual int64_t Evictable() const noexcept = 0;
};

/// stream -> exec: what readers want. Implemented by exec/, called from readers' threads.
class LaneDemand {
 public:
  virtual ~LaneDemand() = default;
  /// A reader waits for this lane. Starts the query at the first call. Repeated calls are harmless.
  virtual void Pull(LaneId lane) noexcept = 0;
  /// The reader stopped waiting.
  virtual void Unpull(LaneId lane) noexcept = 0;
  /// A batch was taken out of the lane, or its front moved on: refused batches may be offered again.
  virtual void Room(LaneId lane) noexcept = 0;
  /// Nobody will read this lane any more.
  virtual void Drop(LaneId lane) noexcept = 0;
};

}  // namespace bowstring
