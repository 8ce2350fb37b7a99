// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "sinks/file_writer.h"

namespace bowstring {

/// Where a statement's rows go.
struct FileTarget {
  std::string path;                       ///< plain, or a file:// URL
  std::optional<bool> single_file;        ///< none: a path with an extension is a file, another a folder
  std::vector<std::string> partition_by;  ///< columns that become folders `name=value`, and are left out of the files
  bool keep_partition_columns = false;
  std::string extension;                  ///< of files in folders; empty: the format's own
};

/// Routes rows to files: one file; a folder with a file a partition; or folders by columns' values. Used by one thread at a time.
class FileLayout {
 public:
  virtual ~FileLayout() = default;
  virtual arrow::Status Write(int partition, const std::shared_ptr<arrow::RecordBatch>& batch) = 0;
  /// Where takes_text().
  virtual arrow::Status WriteText(int partition, std::string_view text);
  /// The rows of this partition are all there.
  virtual arrow::Status EndPartition(int partition) = 0;
  /// Closes all files; FileSet::Commit gives them their names.
  virtual arrow::Status Finish() = 0;
  /// Rows go to files as they are: text made elsewhere will do.
  virtual bool takes_text() const { return false; }
  /// One file takes all partitions.
  virtual bool one_file() const { return false; }
};

/// The path of a plain path or a file:// URL; kNotImplemented for other schemes.
arrow::Result<std::string> LocalOutputPath(const std::string& path);
/// Whether the target is one file.
arrow::Result<bool> IsSingleFile(const FileTarget& target);

/// Creates nothing yet, but for a single file. `files`, `format` outlive it by sharing.
arrow::Result<std::unique_ptr<FileLayout>> MakeFileLayout(const FileTarget& target, std::shared_ptr<arrow::Schema> schema,
                                                          std::shared_ptr<const FileFormat> format, std::shared_ptr<FileSet> files,
                                                          WriterContext context);

}  // namespace bowstring
