// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/c/abi.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/export.h>

namespace bowstring {

/// Whether an array from elsewhere has the structure that its type asks for: lengths, offsets, counts and pointers; no value is looked at.
/// Arrow's importers take children and buffers for granted: ask before.
BOWSTRING_EXPORT arrow::Status CheckArray(const struct ArrowArray& array, const arrow::DataType& type);

/// A reader over a stream from elsewhere, moved from; each array's structure is checked before it is imported. One that is broken is an
/// error, and isn't released: its release callback would trust the same fields.
BOWSTRING_EXPORT arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> ImportStream(struct ArrowArrayStream* stream);

}  // namespace bowstring
