// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/window_function.h>

#include "base/spill.h"
#include "exec/pipeline.h"
#include "exec/window_frame.h"
#include "expr/bind.h"

namespace bowstring::exec {

/// One window call, bound to the sink's input.
struct BoundWindow {
  std::shared_ptr<const WindowKernel> kernel;        ///< one of the two
  std::shared_ptr<const AggregateKernel> aggregate;
  std::vector<std::shared_ptr<const BoundExpr>> arguments;  ///< cast to what the kernel takes
  std::shared_ptr<const BoundExpr> filter;           ///< of aggregates; null: every row counts
  BoundFrame frame;
  bool ignore_nulls = false, distinct = false;
};

struct WindowSpec {
  std::shared_ptr<arrow::Schema> schema;                  ///< physical types of the input
  std::vector<std::shared_ptr<const BoundExpr>> partition_by, order_by;
  std::shared_ptr<const BoundExpr> range_key;             ///< the order key for frames that need it
  std::vector<BoundWindow> windows;                       ///< all over the same partitions and order
  std::shared_ptr<arrow::Schema> output;                  ///< the input's fields, then one for each window
  KernelContext kernel;
  int64_t segment_rows = 64 << 10;                        ///< partitions are computed together up to so many rows; fewer where memory is small
  int64_t whole_rows = INT64_MAX;                         ///< as segment_rows, for windows that read partitions twice to compute them part by part
};

/// Takes rows sorted by partition_by, order_by in the order of their places; gives them in that order with the windows' values. What it keeps can
/// be spilled; only what is being computed can't: some partitions, or where WindowPlan::reach says how a part of one. One lane; a morsel is some
/// whole partitions.
arrow::Result<std::shared_ptr<Sink>> MakeWindow(WindowSpec spec, QueryMemory* memory, std::shared_ptr<SpillSpace> spill);

/// As MakeWindow, over rows in any order: `sort` puts them in order, and its morsels are whole partitions (SortSpec::whole_keys).
arrow::Result<std::shared_ptr<Sink>> MakeSortedWindow(WindowSpec spec, QueryMemory* memory, std::shared_ptr<Sink> sort);

}  // namespace bowstring::exec
