// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <bowstring/expr.h>

namespace bowstring {

enum class InsertOperation : uint8_t {
  kAppend,     ///< rows that are there stay
  kOverwrite,  ///< memory tables only: the rows take the place of all that are there
  kReplace,    ///< not implemented anywhere
};

/// How a frame's rows become files.
struct WriteOptions {
  std::string format;                          ///< "parquet", "csv", "json", "arrow"; empty: by the path's extension
  /// As in SQL's COPY ... OPTIONS, "format." may be left out: "has_header", "compression" (Parquet: "zstd(3)"), "max_row_group_size",
  /// "compression::x" for column x, "metadata::key", ... docs/formats.md has all of them.
  std::map<std::string, std::string> options;
  /// True: one file at the path. False: files in the folder at the path. None: a file where the path has an extension.
  std::optional<bool> single_file;
  std::vector<std::string> partition_by;       ///< exact names of columns that become folders `name=value`
  std::vector<SortKey> sort_by;
  InsertOperation operation = InsertOperation::kAppend;
};

}  // namespace bowstring
