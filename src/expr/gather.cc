// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/gather.h"

#include <arrow/record_batch.h>

namespace bowstring {

arrow::Result<std::shared_ptr<arrow::RecordBatch>> GatherBatch(const arrow::RecordBatch& batch, const int32_t* rows, int64_t n,
                                                               arrow::MemoryPool* pool) {
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  columns.reserve(batch.num_columns());
  for (int i = 0; i < batch.num_columns(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto column, Gather(*batch.column_data(i), rows, n, pool));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(batch.schema(), n, std::move(columns));
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> Compact(const Batch& batch, arrow::MemoryPool* pool) {
  if (!batch.rows || batch.rows->length == batch.data->num_rows()) return batch.data;
  return GatherBatch(*batch.data, batch.rows->data(), batch.rows->length, pool);
}

}  // namespace bowstring
