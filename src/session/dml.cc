// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array/builder_primitive.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/dml.h"
#include "session/run.h"
#include "sources/memory.h"

namespace bowstring {

using arrow::Result;
using logical::Dml;

Result<std::shared_ptr<arrow::RecordBatch>> RunDml(const std::shared_ptr<SessionState>& session, const LogicalPlan& plan) {
  const Dml& dml = plan.As<Dml>();
  if (dml.op == Dml::kCopy) return Error(ErrorKind::kNotImplemented, "COPY TO with the format ", dml.format);
  ARROW_ASSIGN_OR_RAISE(const auto table, session->FindTable(dml.table));
  if (table == nullptr) return Error(ErrorKind::kPlan, "table '", session->Resolve(dml.table).ToString(), "' not found");
  auto* memory = dynamic_cast<MemoryTable*>(table->source().get());
  if (memory == nullptr || (dml.op != Dml::kInsert && dml.op != Dml::kInsertOverwrite)) {
    return Error(ErrorKind::kNotImplemented, "Insert into not implemented for this table");
  }
  // All rows are made before the first is seen: INSERT INTO t SELECT ... FROM t reads what was there.
  const DataFrame frame(session, dml.input());
  ARROW_ASSIGN_OR_RAISE(auto batches, frame.Collect());
  uint64_t rows = 0;
  for (auto& batch : batches) {
    rows += batch->num_rows();
    batch = arrow::RecordBatch::Make(memory->schema(), batch->num_rows(), batch->column_data());
  }
  if (dml.op == Dml::kInsertOverwrite) {
    ARROW_RETURN_NOT_OK(memory->Replace({std::move(batches)}));
  } else {
    ARROW_RETURN_NOT_OK(memory->Append(std::move(batches)));
  }
  arrow::UInt64Builder builder;
  ARROW_RETURN_NOT_OK(builder.Append(rows));
  ARROW_ASSIGN_OR_RAISE(auto count, builder.Finish());
  return arrow::RecordBatch::Make(plan.schema()->arrow(), 1, {std::move(count)});
}

}  // namespace bowstring
