// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/export.h>
#include <bowstring/expr.h>

namespace bowstring {

/// What a table over files was made from: with it another process opens the same table.
struct FileRecipe {
  std::string format;              ///< "parquet", "csv", "json", "arrow", "avro"
  std::vector<std::string> paths;  ///< as they were given
  std::shared_ptr<arrow::Schema> schema;  ///< as it was given; null: from the files
  std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>> partition_columns;
  std::map<std::string, std::string> options;  ///< the format's own, by the names of its reader's options
};

class TableSource;

/// The columns that WithFileColumns adds.
inline constexpr char kFileNameColumn[] = "__bowstring_file_name";
inline constexpr char kFileRowColumn[] = "__bowstring_file_row";

/// What tables over files are beside TableSource, so that plans which read them can travel.
class BOWSTRING_EXPORT FileTable {
 public:
  virtual ~FileTable() = default;
  virtual FileRecipe recipe() const = 0;
  /// The same table with further columns at its end: kFileNameColumn (string), the path of the file that a row is from, and
  /// where the format can tell kFileRowColumn (int64), the row's place in its file. Null where it can tell neither.
  virtual arrow::Result<std::shared_ptr<const TableSource>> WithFileColumns() const { return nullptr; }
  /// Orders that the rows of a scan with one lane have, as whoever made the table said: keys over unqualified columns. Only those that
  /// still hold where one file comes after the other.
  virtual std::vector<std::vector<SortKey>> sort_orders() const { return {}; }
};

}  // namespace bowstring
