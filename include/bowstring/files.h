// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/export.h>
#include <bowstring/table_source.h>

namespace bowstring {

class SessionContext;

/// How files are read, whatever their format.
struct FileReadOptions {
  std::string file_extension;   ///< of the files that count; empty: any
  bool check_extension = true;  ///< of explicitly named files too
  std::shared_ptr<arrow::Schema> schema;  ///< null: from the files
  std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>> table_partition_cols;
  std::vector<std::vector<SortKey>> sort_orders;  ///< of the rows of each file, as is known from elsewhere: plans rely on it
  bool infer_partition_cols = false;  ///< from the folders' names, where none are given
  /// As in OPTIONS of CREATE EXTERNAL TABLE, in lower case, without "format.": {"has_header", "false"}, {"compression", "gzip"}, ...
  std::vector<std::pair<std::string, std::string>> format_options;
};

/// A table over files: each path is a file, a folder or a glob. `format`: csv, json, ndjson, parquet, arrow, avro, in any case. Defaults are
/// the session's settings.
BOWSTRING_EXPORT arrow::Result<std::shared_ptr<TableSource>> OpenFiles(const SessionContext& session, std::string_view format,
                                                                       const std::vector<std::string>& paths, const FileReadOptions& options);

}  // namespace bowstring
