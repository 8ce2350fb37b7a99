// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include <arrow/status.h>

#include <bowstring/table_source.h>

namespace bowstring {

/// All that exec and stream know of each other. Neither side blocks, throws, takes the GIL or destroys a batch under a lock of its own.
///
/// Within a lane the scheduler numbers what it opens 0, 1, 2, ... without gaps (morsels, tails and later feeders alike): the `turn`. Batches
/// leave a lane by turn, and within a turn as they were put.

/// exec -> stream: the ordered way out. Implemented by stream/, called by workers.
class LanePort {
 public:
  virtual ~LanePort() = default;
  /// Offers a batch of the lane's turn. True: taken (moved from). False: no room; offer it again after LaneDemand::Room(lane).
  /// Never refused: a batch of the front turn while the lane holds no ready batch and is pulled. After Fail or Drop: taken and thrown away.
  /// `bytes`: what holding it costs. The batch has no selection.
  virtual bool TryPut(LaneId lane, uint64_t turn, Batch& batch, int64_t bytes) noexcept = 0;
  /// The turn will give no more batches. Called once a turn, in any sequence.
  virtual void TurnDone(LaneId lane, uint64_t turn) noexcept = 0;
  /// The lane has this many turns and no more.
  virtual void LaneEnd(LaneId lane, uint64_t turns) noexcept = 0;
  /// The query failed: readers get what is ready in order, then this error, for ever. The first call counts.
  virtual void Fail(arrow::Status error) noexcept = 0;
  /// True where a further turn of this lane may be opened: it is pulled and has nothing ready, or the look-ahead has room.
  virtual bool WantsMore(LaneId lane) const noexcept = 0;
  /// Gives up memory of batches that wait in lanes (spools them to disk). Returns bytes freed. From a worker, between steps.
  virtual int64_t Evict(int64_t want) noexcept = 0;
  virtual int64_t Evictable() const noexcept = 0;
  /// Bytes of batches that consumers hold.
  virtual int64_t consumer_bytes() const noexcept = 0;
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
  /// A reader finds no memory for a batch that was written out: queries that nobody waits for give up about so many bytes, on this thread.
  virtual void MakeRoom(int64_t bytes) noexcept = 0;
  /// Ends the query; the first cause counts. Returns at once.
  virtual void Cancel(arrow::Status cause) noexcept = 0;
};

}  // namespace bowstring
