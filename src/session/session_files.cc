// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/session.h>

#include <arrow/type.h>

#include <bowstring/error.h>

#include "session/state.h"
#include "sources/c_stream.h"
#include "sources/parquet/parquet.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

Result<std::shared_ptr<TableSource>> Open(const SessionState& session, const std::vector<std::string>& paths,
                                          const SessionContext::ParquetReadOptions& options) {
  const SessionConfig config = session.config();
  ParquetReadOptions read;
  read.file_extension = options.file_extension;
  read.schema = options.schema;
  read.table_partition_cols = options.table_partition_cols;
  read.skip_metadata = options.skip_metadata;
  read.pruning = options.pruning && config.GetBool("datafusion.execution.parquet.pruning");
  read.force_view_types = config.GetBool("datafusion.execution.parquet.schema_force_view_types");
  read.binary_as_string = config.GetBool("datafusion.execution.parquet.binary_as_string");
  read.enable_page_index = config.GetBool("datafusion.execution.parquet.enable_page_index");
  read.bloom_filter_on_read = config.GetBool("datafusion.execution.parquet.bloom_filter_on_read");
  return OpenParquet(paths, std::move(read));
}

}  // namespace

Result<DataFrame> SessionContext::ReadParquet(const std::vector<std::string>& paths) const {
  return ReadParquet(paths, ParquetReadOptions{});
}

Result<DataFrame> SessionContext::ReadParquet(const std::vector<std::string>& paths, const ParquetReadOptions& options) const {
  ARROW_ASSIGN_OR_RAISE(auto source, Open(*state_, paths, options));
  return ReadTable(std::move(source));
}

Status SessionContext::RegisterParquet(std::string_view name, const std::vector<std::string>& paths,
                                       const ParquetReadOptions& options) const {
  ARROW_ASSIGN_OR_RAISE(auto source, Open(*state_, paths, options));
  return RegisterTable(name, std::move(source));
}

Result<std::shared_ptr<TableSource>> SessionContext::StreamTable(struct ArrowArrayStream* stream, const StreamOptions& options) const {
  return MakeStreamTable(stream, StreamTableOptions{options.once, options.trust, state_->spill()});
}

Result<std::shared_ptr<TableSource>> SessionContext::StreamTable(std::shared_ptr<arrow::Schema> schema, StreamProducer producer,
                                                                 const StreamOptions& options) const {
  return MakeStreamTable(std::move(schema), std::move(producer), StreamTableOptions{options.once, options.trust, state_->spill()});
}

}  // namespace bowstring
