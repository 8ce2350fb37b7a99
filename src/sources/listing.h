// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/status.h>
#include <arrow/type_fwd.h>

namespace bowstring {

/// What a table over files is besides a TableSource: a place that INSERT may add files to. Thread-safe.
class ListingTable {
 public:
  virtual ~ListingTable() = default;

  struct Target {
    std::string format;                          ///< "parquet", "csv", "json", "arrow"
    std::vector<std::string> paths;              ///< as they were given
    std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>> partition_columns;
    std::map<std::string, std::string> options;  ///< of the format, as in COPY's OPTIONS: has_header, delimiter, quote, compression, ...
  };
  virtual Target target() const = 0;
  /// True where the (only) path is a folder, which may be missing as yet.
  virtual bool is_folder() const = 0;
  /// Looks for files anew: later scans see those that were added. Scans under way keep what they have.
  virtual arrow::Status Refresh() = 0;
};

}  // namespace bowstring
