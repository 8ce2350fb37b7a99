// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <map>
#include <set>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/file_table.h>

#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "session/dml_change.h"
#include "session/file_recipe.h"
#include "session/write_job.h"
#include "sinks/file_layout.h"
#include "sources/memory.h"

namespace bowstring {

using arrow::Result;
using logical::Dml;

namespace {

/// A row has NULL where its column may not: in the peer's words, which are others where the rows were written out.
arrow::Status NullRefused(const Dml& insert, int column) {
  PlanPtr from = insert.input();
  std::string name = "column" + std::to_string(column + 1);
  while (from->kind() == PlanKind::kProjection) {
    Expr value = logical::Unalias(from->As<logical::Projection>().exprs[column]);
    while (value.kind() == ExprKind::kCast) value = logical::Unalias(value.children()[0]);
    const auto at = value.kind() == ExprKind::kColumn ? from->input()->schema()->scope().TryResolve(value->as<ColumnRef>()) : std::nullopt;
    if (!at) break;
    column = *at;
    name = value->as<ColumnRef>().name;
    from = from->input();
  }
  if (from->kind() == PlanKind::kValues) {
    return arrow::Status::Invalid("Invalid argument error: Column '", name, "' is declared as non-nullable but contains null values");
  }
  return Error(ErrorKind::kExecution, "Invalid batch column at '", column, "' has null but schema specifies non-nullable");
}

}  // namespace

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
    for (int c = 0; c < memory->schema()->num_fields(); ++c) {
      if (!memory->schema()->field(c)->nullable() && batch->column(c)->null_count() > 0) return NullRefused(dml, c);
    }
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

namespace {

// Which of a table's options its writer has too.
bool IsWriterOption(const std::string& format, const std::string& key) {
  static const std::map<std::string, std::set<std::string>> kOptions = {
      {"csv", {"has_header", "delimiter", "quote", "escape", "terminator", "double_quote", "null_value", "quote_style", "date_format", "datetime_format",
               "timestamp_format", "timestamp_tz_format", "time_format", "compression", "compression_level"}},
      {"json", {"compression", "compression_level"}},
      {"parquet", {"compression", "writer_version", "max_row_group_size", "dictionary_enabled", "statistics_enabled", "bloom_filter_on_write",
                   "bloom_filter_fpp", "bloom_filter_ndv", "data_pagesize_limit", "encoding", "write_batch_size"}},
      {"arrow", {"compression"}}};
  const auto at = kOptions.find(format);
  return at != kOptions.end() && at->second.contains(key);
}

}  // namespace

Result<uint64_t> WriteJob::InsertIntoTable() {
  const Dml& insert = dml();
  ARROW_ASSIGN_OR_RAISE(const auto table, session_->FindTable(insert.table));
  const auto* files = table == nullptr ? nullptr : dynamic_cast<const FileTable*>(table->source().get());
  if (files == nullptr) return RunTableDml(session_, insert, *this);
  const FileRecipe recipe = files->recipe();
  if (insert.op == Dml::kInsertOverwrite) {
    return Error(ErrorKind::kNotImplemented, "Overwrites are not implemented yet for ", recipe.format);
  }
  if (insert.op != Dml::kInsert) return Error(ErrorKind::kNotImplemented, "Insert into not implemented for this table");
  if (recipe.format == "avro") return Error(ErrorKind::kNotImplemented, "Writer not implemented for this format: avro");
  if (recipe.paths.size() != 1) {
    return Error(ErrorKind::kPlan, "Inserting into a table of ", recipe.paths.size(), " locations is not supported");
  }
  ARROW_ASSIGN_OR_RAISE(const std::string path, LocalOutputPath(recipe.paths[0]));
  std::error_code code;
  if (!(path.ends_with('/') || std::filesystem::is_directory(path, code)) || path.find_first_of("*?[") != std::string::npos) {
    return Error(ErrorKind::kPlan, "Inserting into a ListingTable backed by a single file is not supported, URL is possibly missing a trailing `/`. "
                                   "To append to an existing file use StreamTable, e.g. by using CREATE UNBOUNDED EXTERNAL TABLE");
  }
  logical::CopyTarget copy;
  copy.format = recipe.format;
  copy.path = recipe.paths[0];
  copy.single_file = false;
  for (const auto& [name, type] : recipe.partition_columns) copy.partition_by.push_back(name);
  for (const auto& [key, value] : recipe.options) {
    if (key == "file_extension" || IsWriterOption(recipe.format, key)) copy.options[key] = value;
  }
  // What the table says can't be NULL isn't written as NULL.
  arrow::FieldVector fields;
  for (int i = 0; i < insert.rows->num_fields(); ++i) {
    const auto& field = insert.rows->field(i);
    const auto declared = table->schema()->GetFieldByName(field->name());
    fields.push_back(declared != nullptr && !declared->nullable() ? field->WithNullable(false) : field);
  }
  ARROW_ASSIGN_OR_RAISE(const uint64_t rows, WriteFiles(copy, arrow::schema(std::move(fields))));
  // A table knows its files from when it was made: another takes its place that knows the new ones too.
  ARROW_ASSIGN_OR_RAISE(auto source, OpenRecipe(recipe, *session_));
  const TableName full = session_->Resolve(insert.table);
  ARROW_ASSIGN_OR_RAISE(const auto schema, session_->SchemaOf(full));
  ARROW_RETURN_NOT_OK(schema->DeregisterTable(full.table).status());
  ARROW_RETURN_NOT_OK(schema->RegisterTable(full.table, Table::Of(std::move(source))));
  return rows;
}

}  // namespace bowstring
