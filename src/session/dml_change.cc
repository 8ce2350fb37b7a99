// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/dml_change.h"

#include <arrow/array/array_primitive.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/gather.h"

namespace bowstring {

using arrow::Result;

Result<uint64_t> ApplyChange(MemoryTable* table, logical::Dml::Op op, const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
                             arrow::MemoryPool* pool) {
  const auto& schema = table->schema();
  uint64_t meant = 0;
  std::vector<std::shared_ptr<arrow::RecordBatch>> kept;
  for (const auto& batch : batches) {
    const int last = batch->num_columns() - 1;
    const auto& marks = static_cast<const arrow::BooleanArray&>(*batch->column(last));
    std::vector<int32_t> rows;
    for (int64_t i = 0; i < batch->num_rows(); ++i) {
      const bool hit = marks.IsValid(i) && marks.Value(i);
      meant += hit ? 1 : 0;
      if (op == logical::Dml::kUpdate || !hit) rows.push_back(static_cast<int32_t>(i));
    }
    ARROW_ASSIGN_OR_RAISE(auto plain, batch->RemoveColumn(last));
    if (static_cast<int64_t>(rows.size()) < batch->num_rows()) {
      ARROW_ASSIGN_OR_RAISE(plain, GatherBatch(*plain, rows.data(), static_cast<int64_t>(rows.size()), pool));
    }
    if (plain->num_rows() == 0) continue;
    for (int c = 0; c < schema->num_fields(); ++c) {
      if (!schema->field(c)->nullable() && plain->column(c)->null_count() > 0) {
        return arrow::Status::Invalid("Invalid argument error: Column '", schema->field(c)->name(), "' is declared as non-nullable but contains null values");
      }
    }
    kept.push_back(arrow::RecordBatch::Make(schema, plain->num_rows(), plain->column_data()));
  }
  ARROW_RETURN_NOT_OK(table->Replace({std::move(kept)}));
  return meant;
}

}  // namespace bowstring
