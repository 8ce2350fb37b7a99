// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/window_function.h>

namespace bowstring::exec {

/// An aggregate over each row's frame. `filter`: rows that count, a boolean array, or null. With `distinct` each combination of arguments
/// counts once a frame. Frames that don't overlap cost each row once; others are put together from states of 16, 256, ... rows.
/// On OutOfMemory nothing has changed.
arrow::Result<std::shared_ptr<arrow::ArrayData>> AggregateFrames(const AggregateKernel& kernel, const WindowInput& input,
                                                                 const arrow::ArrayData* filter, bool distinct);

}  // namespace bowstring::exec
