// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/result.h>

#include "expr/node.h"

namespace bowstring {

/// `child IN (values)`: values are constants of the child's physical type (texts of any kind with texts), may hold NULLs. Hashed once here.
arrow::Result<NodePtr> MakeInListNode(NodePtr child, const std::shared_ptr<arrow::ArrayData>& values, bool negated, arrow::MemoryPool* pool);

}  // namespace bowstring
