// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include <arrow/type_fwd.h>

#include "base/spill.h"
#include "exec/pipeline.h"

namespace bowstring::exec {

/// Bytes of a row of these physical types; texts, binaries and nested values are taken to be short.
int64_t RowBytes(const arrow::Schema& schema);

/// kSpills where there is a place to write to, else kUnbounded.
MemoryUse SpillingUse(const SpillSpace* spill, int64_t bytes, std::string what);

}  // namespace bowstring::exec
