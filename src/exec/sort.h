// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/function.h>

#include "base/spill.h"
#include "exec/pipeline.h"
#include "expr/bind.h"

namespace bowstring::exec {

/// One key of ORDER BY, over the sink's input.
struct BoundSortKey {
  std::shared_ptr<const BoundExpr> expr;
  bool ascending = true, nulls_first = false;
};

struct SortSpec {
  std::shared_ptr<arrow::Schema> schema;  ///< physical types of the input
  std::vector<BoundSortKey> keys;         ///< none: rows come in the order of their places
  std::vector<int> output;                ///< input columns that come out, in this order
  int whole_keys = 0;                     ///< rows that are equal in so many first keys come out in one morsel
  int64_t fetch = -1;                     ///< rows to come out at most; -1: all
  int64_t batch_rows = 16384;
  KernelContext kernel;                   ///< start and time zone of the query; the rest is set by each step
};

/// A sink that orders rows. Stable: rows with equal keys come by (stage, morsel, row). Floats: NaN is the greatest, -0.0 equals 0.0; text and
/// binary by bytes, false before true, lists and structs item by item (in an item NULL is the greatest). The output's first batch comes as soon as the first range of keys is sorted;
/// its morsels are numbered ranges of keys, in one lane. Under pressure sorted runs go to `spill`.
arrow::Result<std::shared_ptr<Sink>> MakeSort(SortSpec spec, QueryMemory* memory, std::shared_ptr<SpillSpace> spill);

}  // namespace bowstring::exec
