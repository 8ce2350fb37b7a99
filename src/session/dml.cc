// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "session/dml_change.h"
#include "session/write_job.h"
#include "sources/listing.h"
#include "sources/memory.h"

namespace bowstring {

using arrow::Result;
using logical::Dml;

Result<uint64_t> RunTableDml(const std::shared_ptr<SessionState>& session, const Dml& dml, WriteJob& job) {
  ARROW_ASSIGN_OR_RAISE(const auto table, session->FindTable(dml.table));
  if (table == nullptr) return Error(ErrorKind::kPlan, "table '", session->Resolve(dml.table).ToString(), "' not found");
  auto* memory = dynamic_cast<MemoryTable*>(table->source().get());
  if (memory == nullptr) {
    return Error(ErrorKind::kNotImplemented, "Insert into not implemented for this table");
  }
  // All rows are made before the first is seen: INSERT INTO t SELECT ... FROM t reads what was there.
  ARROW_ASSIGN_OR_RAISE(auto batches, job.Collect());
  uint64_t rows = 0;
  const bool changes = dml.op == Dml::kUpdate || dml.op == Dml::kDelete;
  if (changes) {
    ARROW_ASSIGN_OR_RAISE(rows, ApplyChange(memory, dml.op, batches, arrow::default_memory_pool()));
    batches.clear();
  }
  for (auto& batch : batches) {
    rows += static_cast<uint64_t>(batch->num_rows());
    batch = arrow::RecordBatch::Make(memory->schema(), batch->num_rows(), batch->column_data());
  }
  if (changes) {
    // done
  } else if (dml.op == Dml::kInsertOverwrite) {
    ARROW_RETURN_NOT_OK(memory->Replace({std::move(batches)}));
  } else {
    ARROW_RETURN_NOT_OK(memory->Append(std::move(batches)));
  }
  return rows;
}

Result<uint64_t> WriteJob::InsertIntoTable() {
  const Dml& insert = dml();
  ARROW_ASSIGN_OR_RAISE(const auto table, session_->FindTable(insert.table));
  auto* listing = table == nullptr ? nullptr : dynamic_cast<ListingTable*>(table->source().get());
  if (listing == nullptr) return RunTableDml(session_, insert, *this);
  if (insert.op != Dml::kInsert) {
    return Error(ErrorKind::kNotImplemented, insert.op == Dml::kInsertOverwrite ? "Overwrites are not implemented yet for files"
                                                                               : "Insert into not implemented for this table");
  }
  const ListingTable::Target target = listing->target();
  logical::CopyTarget copy;
  copy.format = target.format;
  copy.options = target.options;
  copy.single_file = false;
  for (const auto& [name, type] : target.partition_columns) copy.partition_by.push_back(name);
  if (target.paths.size() != 1) {
    return Error(ErrorKind::kPlan, "Inserting into a table of ", target.paths.size(), " locations is not supported");
  }
  copy.path = target.paths[0];
  if (!listing->is_folder()) {
    return Error(ErrorKind::kPlan, "Inserting into a ListingTable backed by a single file is not supported, URL is possibly missing a trailing `/`. "
                                   "To append to an existing file use StreamTable, e.g. by using CREATE UNBOUNDED EXTERNAL TABLE");
  }
  ARROW_ASSIGN_OR_RAISE(const uint64_t rows, WriteFiles(copy));
  ARROW_RETURN_NOT_OK(listing->Refresh());
  return rows;
}

}  // namespace bowstring
