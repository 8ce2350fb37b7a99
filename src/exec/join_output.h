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

/// The output's columns of some pairs.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> JoinedBatch(const JoinPlan& plan, const Batch& batch, const JoinPairs& pairs,
                                                               arrow::MemoryPool* pool);

/// The rows, of `n`, for which the condition of a join is true, ascending. `columns`: of the probe side and then of the build side; those that the
/// condition doesn't read may be null.
arrow::Result<std::vector<int32_t>> PassingRows(TaskContext& context, const JoinShape& shape,
                                                std::vector<std::shared_ptr<arrow::ArrayData>> columns, int64_t n);

/// Output of semi and anti joins: the batch's columns with a selection of the rows whose hit (by selected row) is `wanted`. Nothing where none is.
arrow::Status SelectRows(const JoinShape& shape, const std::shared_ptr<arrow::Schema>& schema, const Batch& batch,
                         const std::vector<uint8_t>& hits, bool wanted, arrow::MemoryPool* pool, Batch* out);

/// Output of mark joins: all rows, and behind them whether they have a hit; NULL where `unknown` (empty: never) says so.
arrow::Status MarkRows(const JoinShape& shape, const std::shared_ptr<arrow::Schema>& schema, const Batch& batch,
                       const std::vector<uint8_t>& hits, const std::vector<uint8_t>& unknown, arrow::MemoryPool* pool, Batch* out);

/// The positions of pairs for which the join's condition is true, ascending.
arrow::Result<std::vector<int32_t>> PassingPairs(TaskContext& context, const JoinPlan& plan, const Batch& batch, const JoinPairs& pairs);

}  // namespace bowstring::exec
