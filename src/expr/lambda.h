// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <arrow/result.h>

#include "expr/node.h"
#include "functions/lambdas.h"

namespace bowstring {

/// A lambda over the elements of a list. `list` is a list or large list (or a null constant); `body` is bound to the frame's columns and,
/// as column `element`, the list's elements.
arrow::Result<NodePtr> MakeLambdaNode(const LambdaFunction& function, NodePtr list, NodePtr body, int element);

}  // namespace bowstring
