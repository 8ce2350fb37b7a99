// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/function.h>

#include "exec/pipeline.h"
#include "exec/sort.h"

namespace bowstring::exec {

struct PartitionTopKSpec {
  std::shared_ptr<arrow::Schema> schema;  ///< physical types of the input
  std::vector<std::shared_ptr<const BoundExpr>> partition_by;
  BoundSortKey key;                       ///< the first of the order
  int64_t fetch = 1;                      ///< rows of each partition that matter, at least 1
  KernelContext kernel;
};

/// Leaves out rows before which, by the first key alone, at least `fetch` others of their partition come. What it leaves in is more than the
/// first `fetch` rows: whoever asks for these sorts it still. It keeps `fetch` words for each partition; where they leave little out, or memory is
/// short, it forgets them all and lets every row pass. May stand only in a pipeline that ends in a sink: no morsel may come twice.
arrow::Result<std::shared_ptr<Operator>> MakePartitionTopK(PartitionTopKSpec spec, QueryMemory* memory);

}  // namespace bowstring::exec
