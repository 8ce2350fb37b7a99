// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/table_source.h>

#include "functions/gather_rows.h"  // Gather: one array

namespace bowstring {

/// All columns of a batch at `rows`.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> GatherBatch(const arrow::RecordBatch& batch, const int32_t* rows, int64_t n,
                                                               arrow::MemoryPool* pool);

/// The batch without its selection: the selected rows gathered, or `batch.data` itself where all are selected.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> Compact(const Batch& batch, arrow::MemoryPool* pool);

/// Rows [offset, offset + length) of a batch.
struct BatchSlice {
  std::shared_ptr<arrow::RecordBatch> batch;
  int64_t offset = 0, length = 0;
};
/// One batch of all slices' rows; they have one schema, and there is at least one. Views share their text.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> ConcatenateRows(const std::vector<BatchSlice>& slices, arrow::MemoryPool* pool);

/// Bytes that the rows of a batch themselves need: slices count their rows, views and dictionaries what is referenced. An estimate where
/// only every `view_step`-th view is looked at.
int64_t ReferencedBytes(const arrow::RecordBatch& batch, int64_t view_step = 1);
/// Bytes of all buffers that a batch keeps alive, each counted once.
int64_t HeldBytes(const arrow::RecordBatch& batch);

/// The batch, or where HeldBytes is more than `ratio` times ReferencedBytes a copy that holds only what its rows need: the text of
/// views, slices of buffers, unused dictionary entries.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> CompactViews(std::shared_ptr<arrow::RecordBatch> batch, arrow::MemoryPool* pool,
                                                                double ratio = 4.0);

}  // namespace bowstring
