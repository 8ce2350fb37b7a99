// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include "exec/join_plan.h"

namespace bowstring::exec {

/// Pairs of a probe row (its number among the batch's selected rows) and a build row (null: none), by probe row.
struct JoinPairs {
  static constexpr int64_t kMost = 16384;  ///< a batch
  std::vector<int32_t> probe;
  std::vector<const uint8_t*> build;
  int64_t size() const { return static_cast<int64_t>(probe.size()); }
  void clear() {
    probe.clear();
    build.clear();
  }
};

/// A column of the batch at the numbers of selected rows. Nothing is copied where these are a range of the batch's rows.
arrow::Result<std::shared_ptr<arrow::ArrayData>> ProbeColumn(const Batch& batch, int column, const std::vector<int32_t>& rows,
                                                             arrow::MemoryPool* pool);

/// The output's columns of some pairs; `mark` (may be null) goes behind them.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> JoinedBatch(const JoinPlan& plan, const Batch& batch, const JoinPairs& pairs,
                                                               arrow::MemoryPool* pool);

/// The positions of pairs for which the join's condition is true, ascending.
arrow::Result<std::vector<int32_t>> PassingPairs(TaskContext& context, const JoinPlan& plan, const Batch& batch, const JoinPairs& pairs);

}  // namespace bowstring::exec
