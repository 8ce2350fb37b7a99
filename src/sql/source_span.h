// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bowstring::sql {

/// Bytes [begin, end) of the SQL text that a token or node was read from.
struct SourceSpan {
  uint32_t begin = 0;
  uint32_t end = 0;
};

}  // namespace bowstring::sql
