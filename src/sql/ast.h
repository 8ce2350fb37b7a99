// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The whole syntax tree. It says what was written and nothing of what it means: names aren't folded or resolved, types
// are words, numbers are text. Every node has the span of its source.

#include "sql/ast_expr.h"       // IWYU pragma: export
#include "sql/ast_query.h"      // IWYU pragma: export
#include "sql/ast_statement.h"  // IWYU pragma: export
