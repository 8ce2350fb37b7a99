// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <arrow/result.h>

#include <bowstring/expr.h>

#include "expr/node.h"

namespace bowstring {

/// `left op right` for integers or floats of one type: + - * / %, checked (kExecution "Arithmetic overflow: ...", "Divide by zero error");
/// & | # << >> for integers.
arrow::Result<NodePtr> MakeArithmeticNode(BinaryOp op, NodePtr left, NodePtr right);
/// `left op right` for decimals; each side decimal64 or decimal128, the answer decimal64 where its digits fit 18. `result` is the type
/// by the rules. `whole`: a division of integers, which gives an integer.
arrow::Result<NodePtr> MakeDecimalNode(BinaryOp op, NodePtr left, NodePtr right, const TypePtr& result, bool whole);
arrow::Result<NodePtr> MakeWideDecimalNode(BinaryOp op, NodePtr left, NodePtr right, const TypePtr& result);  ///< decimals of 256 bits
/// Dates, times, timestamps, durations and intervals: + and -.
arrow::Result<NodePtr> MakeTemporalNode(BinaryOp op, NodePtr left, NodePtr right, const TypePtr& result);
/// -x for numbers, durations and intervals.
arrow::Result<NodePtr> MakeNegativeNode(NodePtr child);
/// Texts, bytes: left || right. NULL where one is.
arrow::Result<NodePtr> MakeConcatNode(NodePtr left, NodePtr right);

}  // namespace bowstring
