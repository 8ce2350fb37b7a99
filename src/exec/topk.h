// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <bowstring/dynamic_filter.h>

#include "exec/sort.h"

namespace bowstring::exec {

/// What rows must beat to be among the first `fetch`, shared by the sink's workers and readable by a scan at any time. It only ever falls.
class TopKBound {
 public:
  /// A row whose first key ranks above this is out. Ranks keep the order of the first key (direction and NULLs included) but may make
  /// neighbours equal; RankFirstKey gives them.
  uint64_t rank() const noexcept { return rank_.load(std::memory_order_relaxed); }
  void Lower(uint64_t rank) noexcept {
    uint64_t seen = rank_.load(std::memory_order_relaxed);
    while (rank < seen && !rank_.compare_exchange_weak(seen, rank, std::memory_order_relaxed)) {
    }
  }

 private:
  std::atomic<uint64_t> rank_{UINT64_MAX};
};

struct TopKSpec {
  SortSpec sort;  ///< with fetch >= 0 and at least one key
  std::shared_ptr<TopKBound> bound;  ///< null: one is made
};

/// Writes the rank of each of `values` as the key `key` orders them (see TopKBound). `values` is of the key's physical type.
arrow::Status RankFirstKey(const arrow::ArrayData& values, const BoundSortKey& key, uint64_t* ranks);

/// Rows that may still be among the first, by the first key: asked about the column that the key is.
std::shared_ptr<const DynamicFilter> MakeTopKFilter(std::shared_ptr<const TopKBound> bound, BoundSortKey key);

/// As MakeSort with a small `fetch`: keeps the payload of few more than `fetch` rows a worker.
arrow::Result<std::shared_ptr<Sink>> MakeTopK(TopKSpec spec, QueryMemory* memory);

}  // namespace bowstring::exec
