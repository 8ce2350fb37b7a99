// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <bowstring/batch_stream.h>

#include "base/lane_port.h"
#include "stream/lanes.h"

namespace bowstring::stream {

/// How a reader cuts what its lanes give.
struct ReaderSettings {
  std::shared_ptr<arrow::Schema> schema;  ///< outward
  int64_t batch_size = 8192;              ///< rows of every batch but a lane's last
  int64_t batch_bytes = 4 << 20;          ///< a batch is cut before it, where rows are wide
  bool preserve_batches = false;          ///< small batches stay as they are; larger ones are cut
  bool empty_batch = false;               ///< one batch without rows is given where the lanes give no rows
  int64_t skip = 0, fetch = -1;           ///< of all rows, in order
  int64_t timeout_ns = -1;                ///< from the first pull; -1: none
  arrow::MemoryPool* pool = nullptr;      ///< for batches that must be joined; kept alive by `query`
};

/// What a reader needs of its query besides the lanes; keeps it alive.
struct QueryHandle {
  std::shared_ptr<LaneDemand> demand;
  std::function<void(QueryStats*)> fill_stats;
  std::function<std::vector<OperatorStats>()> operators;
};

/// Reads lanes [begin, end) one after the other. Each lane may have one reader only.
std::shared_ptr<BatchStream> OpenReader(std::shared_ptr<Lanes> lanes, QueryHandle query, LaneId begin, LaneId end, ReaderSettings settings);

}  // namespace bowstring::stream
