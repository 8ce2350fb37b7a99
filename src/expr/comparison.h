// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once


#include <arrow/result.h>

#include <bowstring/expr.h>

#include "expr/node.h"
#include "functions/row_compare.h"

namespace bowstring {

/// `left op right` for =, !=, <, <=, >, >=, IS [NOT] DISTINCT FROM. Both sides have one physical type, but texts (bytes) of any kinds may
/// be compared with each other. NaN equals itself and is above all numbers; -0.0 equals 0.0.
arrow::Result<NodePtr> MakeComparisonNode(BinaryOp op, NodePtr left, NodePtr right, bool fused);

}  // namespace bowstring
