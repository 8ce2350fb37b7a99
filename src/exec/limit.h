// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include "base/spill.h"
#include "exec/pipeline.h"

namespace bowstring::exec {

/// The first `reach` rows of each morsel: no morsel needs to give more when the whole needs no more. The prefix over the morsels is counted
/// by the reader (result) or by MakeLimit.
std::shared_ptr<Operator> MakeMorselLimit(std::shared_ptr<arrow::Schema> schema, int64_t reach);

/// A sink that keeps rows [skip, skip + fetch) of its input's order (fetch < 0: all after skip) and gives them out as a one-lane source.
/// Stops its pipeline when the morsels that are done hold them all. Spills what it keeps.
std::shared_ptr<Sink> MakeLimit(std::shared_ptr<arrow::Schema> schema, int64_t skip, int64_t fetch, QueryMemory* memory,
                                std::shared_ptr<SpillSpace> spill);

}  // namespace bowstring::exec
