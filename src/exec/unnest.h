// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "exec/pipeline.h"

namespace bowstring::exec {

/// One level of unnest. Lists among the outputs are spread together: a row of the input gives as many rows as its longest list has
/// elements, shorter ones are padded with NULL; a NULL list counts as one element with preserve_nulls, else as none.
struct UnnestSpec {
  struct Output {
    int input = 0;           ///< column of the input
    bool elements = false;   ///< the elements of that list; else the column (or its field), repeated
    int field = -1;          ///< of the struct that the column is, or -1
  };
  std::shared_ptr<arrow::Schema> schema;  ///< of what comes out
  std::vector<Output> outputs;
  bool preserve_nulls = true;
  int64_t batch_rows = 16384;             ///< most rows of one batch
};

/// Keeps order, streams: what one list gives is cut into batches, each a step of its own.
std::shared_ptr<Operator> MakeUnnest(UnnestSpec spec);

}  // namespace bowstring::exec
