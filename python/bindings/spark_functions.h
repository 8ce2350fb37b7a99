// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <arrow/status.h>

#include <bowstring/session.h>

namespace bowstring::python {

/// Puts Spark's functions over SQL's names, in this session.
arrow::Status EnableSparkFunctions(const SessionContext& session);

}  // namespace bowstring::python
