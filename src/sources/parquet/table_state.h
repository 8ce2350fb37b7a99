// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "sources/parquet/footer.h"
#include "sources/parquet/parquet.h"

namespace bowstring::pq {

/// One file of a table.
struct TableFile {
  std::string path;
  std::shared_ptr<const Footer> footer;  ///< null: read once a scan needs it
  std::vector<std::shared_ptr<arrow::Scalar>> partition_values;  ///< one a partition column
};

/// What a table is; shared by it and its scans. Immutable.
struct TableState {
  ParquetReadOptions options;  ///< footers and io filled in
  std::vector<std::string> paths;  ///< as they were given
  std::vector<TableFile> files;
  std::shared_ptr<arrow::Schema> schema;           ///< table's: decimal128 outside
  std::shared_ptr<arrow::Schema> physical_schema;  ///< decimal64 for decimal128 up to 18 digits
  std::vector<std::vector<SortKey>> sort_orders;   ///< of all rows
  int file_columns = 0;                            ///< those before the partition columns
  bool columns_added = false;                      ///< by WithFileColumns
  int row_column = -1;                             ///< of the rows' places in their files, the last one; below 0: there is none
};

/// How a file's type reads in a table: texts as views, where the options say so.
std::shared_ptr<arrow::DataType> TableType(const std::shared_ptr<arrow::DataType>& stored, const ParquetReadOptions& options);
/// How a table's type comes out of a scan.
std::shared_ptr<arrow::DataType> PhysicalType(const std::shared_ptr<arrow::DataType>& type);
/// What a file's column is decoded to, before it is made the table's type: decimal32, date64 and dictionaries of numbers are made afterwards.
std::shared_ptr<arrow::DataType> DecodedType(const std::shared_ptr<arrow::DataType>& stored, ::parquet::Type::type physical,
                                            const ParquetReadOptions& options);
/// The table's schema from its files'. kPlan "Fail to merge schema field ...".
arrow::Result<std::shared_ptr<arrow::Schema>> MergeSchemas(const std::vector<TableFile>& files, const ParquetReadOptions& options);

/// What the footers say of the table: rows exactly, bytes, minima, maxima and NULLs a column.
TableStatistics TableStatisticsOf(const TableState& state);

/// The table as a scan with these filters sees it: files that filters on partition columns leave, all with their footers. Such
/// filters are decided then, and taken out.
arrow::Result<std::shared_ptr<const TableState>> FilesOfScan(std::shared_ptr<const TableState> state, std::vector<Expr>* filters);

/// The orders of the options that hold over all files one after the other. Files that statistics know to follow each other by a first key
/// are put into that order before.
std::vector<std::vector<SortKey>> OrderFiles(TableState* state);

/// A scan; `state` outlives it by sharing.
arrow::Result<std::shared_ptr<Source>> MakeScan(std::shared_ptr<const TableState> state, const ScanRequest& request);

}  // namespace bowstring::pq
