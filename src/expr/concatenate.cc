// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/gather.h"

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

namespace bowstring {

// Arrow's Concatenate shares the text of views and unifies dictionaries; what it can't do isn't met in batches of one schema.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> ConcatenateRows(const std::vector<BatchSlice>& slices, arrow::MemoryPool* pool) {
  if (slices.empty()) return Error(ErrorKind::kInternal, "ConcatenateRows of no slices");
  const auto& first = slices[0];
  if (slices.size() == 1) {
    if (first.offset == 0 && first.length == first.batch->num_rows()) return first.batch;
    return first.batch->Slice(first.offset, first.length);
  }
  int64_t rows = 0;
  for (const BatchSlice& slice : slices) rows += slice.length;
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (int i = 0; i < first.batch->num_columns(); ++i) {
    arrow::ArrayVector parts;
    for (const BatchSlice& slice : slices) {
      if (slice.length == 0) continue;
      parts.push_back(arrow::MakeArray(slice.batch->column_data(i)->Slice(slice.offset, slice.length)));
    }
    if (parts.empty()) parts.push_back(arrow::MakeArray(first.batch->column_data(i)->Slice(0, 0)));
    if (parts.size() == 1) {
      columns.push_back(std::move(parts[0]));
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(auto column, arrow::Concatenate(parts, pool));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(first.batch->schema(), rows, std::move(columns));
}

}  // namespace bowstring
