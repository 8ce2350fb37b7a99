// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/session.h>

#include <arrow/type.h>

#include <bowstring/error.h>

#include "session/open_files.h"
#include "session/state.h"
#include "sources/c_stream.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

Result<std::shared_ptr<TableSource>> Open(const SessionState& session, const std::vector<std::string>& paths,
                                          const SessionContext::ParquetReadOptions& options) {
  FileReadOptions read;
  read.file_extension = options.file_extension;
  read.check_extension = false;
  read.schema = options.schema;
  read.table_partition_cols = options.table_partition_cols;
  read.format_options.emplace_back("skip_metadata", options.skip_metadata ? "true" : "false");
  read.format_options.emplace_back("pruning", options.pruning ? "true" : "false");
  return OpenFiles(session, "parquet", paths, read);
}

}  // namespace

Result<std::shared_ptr<TableSource>> OpenFiles(const SessionContext& session, std::string_view format, const std::vector<std::string>& paths,
                                               const FileReadOptions& options) {
  return OpenFiles(*session.state(), format, paths, options);
}

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
  // A fresh stream a query: nothing is kept, so nothing is spilled.
  return MakeStreamTable(std::move(schema), std::move(producer), StreamTableOptions{options.once, options.trust, nullptr});
}

}  // namespace bowstring
