// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "base/spill.h"
#include "exec/pipeline.h"

namespace bowstring::exec {

/// DISTINCT over all columns of `input` (physical), as a streaming operator: a row goes out when its like is first seen, whichever worker
/// sees it; what didn't fit into memory comes in the tail. No order is promised. `memory` outlives the operator. `spill` null: never spills.
arrow::Result<std::shared_ptr<Operator>> MakeDistinct(std::shared_ptr<arrow::Schema> input, std::shared_ptr<SpillSpace> spill, QueryMemory* memory);

}  // namespace bowstring::exec
