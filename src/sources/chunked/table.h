// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/table_source.h>

#include "sources/chunked/format.h"
#include "sources/file_list.h"

namespace bowstring {

/// What all tables of files have in common, whatever the format.
struct FileTableOptions {
  std::string file_extension;
  bool check_extension = false;  ///< of explicitly named files too
  FileCompression compression = FileCompression::kNone;
  std::shared_ptr<arrow::Schema> schema;  ///< of the files' columns; null: inferred
  PartitionColumns table_partition_cols;
  int64_t schema_infer_max_records = 1000;
  AllowedPathsPtr allowed;                ///< where the files may be
  std::vector<std::vector<SortKey>> sort_orders;  ///< of the rows of each file, as is said
  std::map<std::string, std::string> recipe;  ///< what else another process needs to open the table: its options as text
};

/// The files of a table, with their partition values.
arrow::Result<std::vector<DataFile>> ListDataFiles(const std::vector<std::string>& paths, const FileTableOptions& options);

/// A table over files that are read in chunks of whole records: about a MiB each, found by one walk through the file, decoded in
/// parallel, given out in the files' order. Compressed files are decompressed by that walk. Filters on partition columns alone are
/// answered by leaving files out. `schema`: the files' columns; the partition columns come behind.
arrow::Result<std::shared_ptr<TableSource>> MakeChunkedTable(std::shared_ptr<const ChunkFormat> format, std::vector<std::string> paths,
                                                             const FileTableOptions& options, std::vector<DataFile> files,
                                                             std::shared_ptr<arrow::Schema> schema);

/// Calls `take` with consecutive blocks of a file, decompressed, until it answers false or the file ends. Waits for storage.
arrow::Status WalkFile(const std::string& path, FileCompression compression, const AllowedPathsPtr& allowed,
                       const std::function<arrow::Result<bool>(const uint8_t* data, int64_t n)>& take);

/// The first records of a file: at least `bytes` of it, up to the last border in them, or all of it.
arrow::Result<std::string> ReadHead(const std::string& path, FileCompression compression, const AllowedPathsPtr& allowed, RecordBorders* borders,
                                    int64_t bytes, bool* whole);

}  // namespace bowstring
