// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/allowed_paths.h>

namespace bowstring {

/// Columns whose values are the names of `name=value` folders.
using PartitionColumns = std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>>;

struct FileListOptions {
  std::string extension;           ///< how the names of the files that count end; empty: all. "csv" means ".csv"
  PartitionColumns partition_cols;
  bool check_extension = true;     ///< a file that is named itself must have it too
  bool subfolders = false;         ///< go into all folders, not only into `name=value` ones
  AllowedPathsPtr allowed;         ///< each file found must be there, and is listed by its path without links
};

struct ListedFile {
  std::string path;
  std::vector<std::string> partition_texts;  ///< one a partition column, as the folder has it
};

/// The files that paths mean, in order: each path is a file, a folder or a glob, plain or as a `file://` URL. A folder means its files
/// by name, those of its `name=value` folders too; hidden ones never count. With partition columns only files below folders of
/// exactly these names, in this order, count. kPlan "No files found at ..." where there is none and `need_one`; kExecution "File path
/// '...' does not match the expected extension '.csv'".
arrow::Result<std::vector<ListedFile>> ListFiles(const std::vector<std::string>& paths, const FileListOptions& options, bool need_one = true);

/// The names of the `name=value` folders that lie under the paths, from the outermost in; empty where files disagree.
arrow::Result<std::vector<std::string>> InferPartitionNames(const std::vector<std::string>& paths, const std::string& extension);
/// The type of inferred partition columns: dictionary of text.
std::shared_ptr<arrow::DataType> InferredPartitionType();

/// A partition value's text (percent-encoded; __HIVE_DEFAULT_PARTITION__ is NULL) as a value of the type, or of a dictionary's value
/// type. "Cast error: Cannot cast string 'x' to value of Int32 type" where it doesn't parse.
arrow::Result<std::shared_ptr<arrow::Scalar>> ParsePartitionValue(const std::string& text, const std::string& column,
                                                                  const std::shared_ptr<arrow::DataType>& type);

/// A path without its `file://`, kNotImplemented for another scheme.
arrow::Result<std::string> LocalPath(const std::string& path);
/// What input_file_name() says of a file: its path, without the slash at the beginning.
std::string FileNameOf(const std::string& path);
/// How errors name a place: "file:///tmp/x.csv".
std::string PathUrl(const std::string& path);

}  // namespace bowstring
