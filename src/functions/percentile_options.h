// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include "functions/aggregate_loops.h"

namespace bowstring {

/// One call of a percentile, its types settled.
struct PercentileOptions {
  std::shared_ptr<arrow::DataType> result;  ///< double, float or a decimal
  double fraction = 0.5;
  bool weighted = false;
  int centroids = 0;                        ///< of an approximate one
  size_t value = 0, weight = 1;             ///< which column
};

/// Any number as a double; ORDER BY keys come as they are.
double RealAt(const arrow::ArrayData& column, int64_t i);

/// The approximate ones (aggregate_tdigest.cc).
arrow::Result<std::shared_ptr<const AggregateKernel>> MakeDigestKernel(const PercentileOptions& options);

}  // namespace bowstring
