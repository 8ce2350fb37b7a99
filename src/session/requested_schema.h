// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "logical/plan.h"

namespace bowstring {

/// The plan with a projection on top that gives what a consumer asked for: its columns by name, in its order, in its types. Types are
/// changed within one kind only, and values are checked (expr/conform.h). kConsumer where a column isn't there, is there twice, or
/// doesn't fit: "Fail to merge schema ...".
arrow::Result<PlanPtr> ApplyRequestedSchema(PlanPtr plan, const arrow::Schema& requested);

}  // namespace bowstring
