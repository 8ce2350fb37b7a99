// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "base/spill.h"
#include "exec/batch_queue.h"
#include "exec/pipeline.h"

namespace bowstring::exec {

/// What a recursive term reads: the rows that the round before has added. Any number of times.
using WorkTable = std::shared_ptr<BatchQueue>;
/// Pipelines of one round that end in `sink`, and those that they depend on.
using RoundTemplate = std::function<arrow::Result<std::vector<Pipeline>>(const WorkTable& rows, const std::shared_ptr<Sink>& sink)>;

/// WITH RECURSIVE: keeps the rows of a round (what it keeps spills), gives them to the reader, then asks for the next round over them.
/// It ends after a round that has added none.
std::shared_ptr<Sink> MakeRecursion(std::shared_ptr<arrow::Schema> schema, RoundTemplate next_round, QueryMemory* memory,
                                    std::shared_ptr<SpillSpace> spill);

}  // namespace bowstring::exec
