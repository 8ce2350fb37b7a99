// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include <arrow/result.h>

#include <bowstring/function.h>

#include "exec/pipeline.h"
#include "expr/bind.h"

namespace bowstring::exec {

/// Keeps the rows on which the predicate is true. Gives selections, copies nothing.
std::shared_ptr<Operator> MakeFilter(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<const BoundExpr> predicate, KernelContext kernel);

}  // namespace bowstring::exec
