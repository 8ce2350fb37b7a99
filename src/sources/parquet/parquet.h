// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/allowed_paths.h>
#include <bowstring/table_source.h>

namespace parquet {
class FileDecryptionProperties;
}


namespace bowstring {

class IoThreads;
namespace pq {
class FooterCache;
}

/// How a Parquet table is read. Defaults are the peer's.
struct ParquetReadOptions {
  std::string file_extension = ".parquet";  ///< of the files that count in a folder
  bool check_extension = false;             ///< of an explicitly named file too
  std::shared_ptr<arrow::Schema> schema;    ///< null: the union of the files' columns by name
  std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>> table_partition_cols;  ///< from `name=value` folders, behind the file's columns
  std::vector<std::vector<SortKey>> sort_orders;  ///< of the rows of each file, as is said
  bool skip_metadata = true;                ///< leave out the files' key-value metadata
  bool force_view_types = true;             ///< strings and binaries as views
  bool binary_as_string = false;            ///< unannotated binaries as strings
  bool pruning = true;                      ///< row groups by statistics
  bool enable_page_index = true;            ///< pages by the page index
  bool bloom_filter_on_read = true;
  bool verify_checksums = false;            ///< of pages that have one
  int64_t max_page_bytes = int64_t{1} << 30;  ///< a larger page is an error
  bool always_io_threads = false;             ///< read by I/O threads even what the page cache has (file systems that can't tell)
  std::shared_ptr<::parquet::FileDecryptionProperties> decryption;
  std::shared_ptr<pq::FooterCache> footers;   ///< the session's; null: one of the table's own
  std::shared_ptr<IoThreads> io;              ///< null: the process's
  AllowedPathsPtr allowed;                    ///< where the files may be
};

/// A table over Parquet files: each path is a file, a folder (its files with the extension; subfolders only where partition columns
/// are declared) or a glob, plain or as `file://` URL. Reads the footers. Fails with kIo where a path is missing, kExecution
/// "Invalid Parquet file" where a file isn't one, kPlan "Fail to merge schema field ..." where files disagree on a column's type.
arrow::Result<std::shared_ptr<TableSource>> OpenParquet(std::vector<std::string> paths, ParquetReadOptions options = {});

}  // namespace bowstring
