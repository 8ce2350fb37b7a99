// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/type_fwd.h>

#include <bowstring/export.h>

namespace bowstring {

/// What a table over files was made from: with it another process opens the same table.
struct FileRecipe {
  std::string format;              ///< "parquet", "csv", "json", "arrow", "avro"
  std::vector<std::string> paths;  ///< as they were given
  std::shared_ptr<arrow::Schema> schema;  ///< as it was given; null: from the files
  std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>> partition_columns;
  std::map<std::string, std::string> options;  ///< the format's own, by the names of its reader's options
};

/// What tables over files are beside TableSource, so that plans which read them can travel.
class BOWSTRING_EXPORT FileTable {
 public:
  virtual ~FileTable() = default;
  virtual FileRecipe recipe() const = 0;
};

}  // namespace bowstring
