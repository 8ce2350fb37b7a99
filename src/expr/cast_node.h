// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <arrow/result.h>

#include "expr/node.h"
#include "functions/cast.h"

namespace bowstring {

/// CAST and TRY_CAST. The node itself where the types are equal. kNotImplemented where there is no such cast.
arrow::Result<NodePtr> MakeCastNode(NodePtr child, const TypePtr& to, CastMode mode);
/// A decimal at another scale or width, values unchanged: decimal64(18, scale) where `narrow`, else decimal128. Rules' type becomes `type`.
arrow::Result<NodePtr> MakeRescaleNode(NodePtr child, const TypePtr& type, int32_t scale, bool narrow);

}  // namespace bowstring
