// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <bowstring/expr.h>

#include "exec/pipeline.h"

namespace bowstring::exec {

/// Puts the first column of the only row into the slot; NULL where there is none; a second row is an error.
std::shared_ptr<Sink> MakeScalarValue(std::shared_ptr<ValueSlot> slot);
/// Puts into the slot (boolean) whether there is a row, `negated` or not. Stops its pipeline at the first.
std::shared_ptr<Sink> MakeScalarExists(std::shared_ptr<ValueSlot> slot, bool negated);

}  // namespace bowstring::exec
