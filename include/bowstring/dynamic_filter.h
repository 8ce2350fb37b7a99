// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/export.h>

namespace bowstring {

/// A filter that becomes known while the query runs: the keys of a join's build side, the bound of a top-k. A scan may use it or not: rows that
/// it lets through are tested again above, and rows that it refuses don't matter to the result. Thread-safe.
class BOWSTRING_EXPORT DynamicFilter {
 public:
  virtual ~DynamicFilter() = default;
  /// False: nothing is known yet. Then the calls below must not be made.
  virtual bool ready() const noexcept = 0;
  /// Whether a row may pass whose value in the filter's column `i` lies between `min` and `max` (null: not known), or is NULL where `nulls`.
  /// The scalars are of the scan's physical type.
  virtual bool MayPassBetween(int i, const arrow::Scalar* min, const arrow::Scalar* max, bool nulls) const = 0;
  /// Writes ascending those of the `n` rows that may pass; returns their count. `columns`: all of the filter's, arrays of at least n values of the
  /// scan's physical types.
  virtual arrow::Result<int64_t> MayPass(const std::vector<std::shared_ptr<arrow::Array>>& columns, int64_t n, arrow::MemoryPool* pool,
                                         int32_t* rows) const = 0;
};

/// A dynamic filter and the columns of a table's schema that it is asked about.
struct ScanFilter {
  std::shared_ptr<const DynamicFilter> filter;
  std::vector<int> columns;
};

}  // namespace bowstring
