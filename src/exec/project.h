// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/function.h>

#include "exec/pipeline.h"
#include "expr/bind.h"

namespace bowstring::exec {

/// Computes one column an expression. Columns that are only picked keep their selection; anything computed gives dense rows.
std::shared_ptr<Operator> MakeProject(std::shared_ptr<arrow::Schema> schema, std::vector<std::shared_ptr<const BoundExpr>> exprs,
                                      KernelContext kernel);

}  // namespace bowstring::exec
