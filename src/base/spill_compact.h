// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace bowstring {

/// The batch with every view array (nested ones too) over one buffer that holds just its own text: Arrow's IPC writes all buffers that a view
/// array names, even for a slice. Other columns are shared.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> CompactForSpill(const arrow::RecordBatch& batch, arrow::MemoryPool* pool);

}  // namespace bowstring
