// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <arrow/result.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include "sinks/file_writer.h"

namespace bowstring {

/// What may differ from column to column.
struct ParquetColumn {
  std::optional<std::string> compression, encoding, statistics;
  std::optional<bool> dictionary, bloom_filter;
  std::optional<double> bloom_filter_fpp;
  std::optional<int64_t> bloom_filter_ndv;
};

/// Options of Parquet files, checked as far as that is possible without a schema.
struct ParquetOptions {
  ParquetColumn all{.compression = "zstd(3)", .encoding = {}, .statistics = "page", .dictionary = true, .bloom_filter = false,
                    .bloom_filter_fpp = {}, .bloom_filter_ndv = {}};
  std::map<std::string, ParquetColumn> columns;  ///< by name, or dotted path
  std::map<std::string, std::string> metadata;
  int64_t page_bytes = 1 << 20, page_rows = 20000, write_batch_rows = 1024, dictionary_page_bytes = 1 << 20, row_group_rows = 1 << 20;
  int64_t statistics_bytes = 0;  ///< longer smallest and largest values are cut in the footer; 0: none
  bool version_2 = false;       ///< version 2 data pages, format version 2.6
  bool arrow_schema = true;     ///< kept in the file's metadata
  std::string created_by;

  static arrow::Result<ParquetOptions> From(const FormatOptions& options);
  /// For a file of these columns. kConfig, kNotImplemented name a column and what it can't have.
  arrow::Result<std::shared_ptr<::parquet::WriterProperties>> Properties(const ::parquet::SchemaDescriptor& schema, arrow::MemoryPool* pool) const;
};

}  // namespace bowstring
