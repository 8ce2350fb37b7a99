// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include <arrow/result.h>

#include <bowstring/expr.h>

#include "expr/node.h"

namespace bowstring {

/// AND or OR over two or more boolean terms, three-valued. A term that may fail is asked only on the rows that terms before it leave open.
NodePtr MakeLogicNode(BinaryOp op, std::vector<NodePtr> terms);
NodePtr MakeNotNode(NodePtr child);
/// IS [NOT] NULL, TRUE, FALSE, UNKNOWN.
NodePtr MakeIsNode(ExprKind kind, NodePtr child);

/// CASE without an operand: when, then, ... and else, which may be null. Branches have one physical type. Each is asked only on the rows
/// that take it.
NodePtr MakeCaseNode(std::vector<std::pair<NodePtr, NodePtr>> branches, NodePtr otherwise, const TypePtr& type);
/// The first value that isn't NULL; arguments have one physical type, and are asked only on rows that are NULL so far.
NodePtr MakeCoalesceNode(std::vector<NodePtr> arguments, const TypePtr& type);

}  // namespace bowstring
