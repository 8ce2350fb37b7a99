// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include "base/spill.h"
#include "exec/batch_queue.h"
#include "exec/pipeline.h"

namespace bowstring::exec {

/// Rows that are computed once and read by several pipelines, each of which depends on those that feed `sink`.
struct SharedRows {
  std::shared_ptr<Sink> sink;
  std::shared_ptr<BatchQueue> rows;  ///< keeps its input's order, and spills
};

SharedRows MakeSharedRows(std::shared_ptr<arrow::Schema> schema, QueryMemory* memory, std::shared_ptr<SpillSpace> spill);

/// All of the rows, in order, for one reader; they are looked at when the first morsel is asked for.
std::shared_ptr<Source> ReadShared(std::shared_ptr<BatchQueue> rows);

}  // namespace bowstring::exec
