// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "sinks/output_file.h"
#include "sinks/writer_pool.h"

namespace bowstring {

/// How files of one format are written: keys as in COPY's OPTIONS, in lower case, without "format."; `compression::x` is of column x.
using FormatOptions = std::map<std::string, std::string>;

/// One file being written. Used by one thread at a time; each call may take long and may wait for storage. After a failure only
/// the destructor may be called.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  /// Batches in the file's order.
  virtual arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) = 0;
  /// Text that the format's RowText made of whole rows, in the file's order.
  virtual arrow::Status WriteText(std::string_view text);
  /// The file's end; closes it.
  virtual arrow::Status Finish() = 0;
  /// Bytes that this writer holds until more rows come or it finishes.
  virtual int64_t held_bytes() const { return 0; }
};

/// What all writers of one statement share.
struct WriterContext {
  std::shared_ptr<WriterPool> pool;
  int threads = 1;                      ///< that may encode at once
  std::function<bool()> cancelled;      ///< asked between pieces of long work
};

/// One format with its options, checked. Immutable, thread-safe.
class FileFormat {
 public:
  virtual ~FileFormat() = default;
  /// With a dot: ".csv", ".csv.gz".
  virtual const std::string& extension() const = 0;
  virtual arrow::Result<std::unique_ptr<FileWriter>> Open(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<OutputFile> file,
                                                          const WriterContext& context) const = 0;
  /// Where the format is text, a row a line: appends rows [begin, end) of a batch. Thread-safe. Stops early when `out` has grown by
  /// `enough` bytes, and answers where.
  virtual bool is_text() const { return false; }
  virtual arrow::Result<int64_t> AppendRows(const arrow::RecordBatch& batch, int64_t begin, int64_t end, size_t enough, std::string* out) const;
  /// What a writer of such rows can't do without.
  virtual int64_t least_memory(const arrow::Schema&) const { return 0; }
  /// kNotImplemented where a column's type can't be written, by name.
  virtual arrow::Status Check(const arrow::Schema& schema) const = 0;
};

/// "parquet", "csv", "json", "arrow". kConfig for options that the format doesn't have or can't take, kNotImplemented for a format
/// that can't be written.
arrow::Result<std::shared_ptr<const FileFormat>> MakeFileFormat(const std::string& format, const FormatOptions& options);

arrow::Result<std::shared_ptr<const FileFormat>> MakeParquetFormat(const FormatOptions& options);
arrow::Result<std::shared_ptr<const FileFormat>> MakeCsvFormat(const FormatOptions& options);
arrow::Result<std::shared_ptr<const FileFormat>> MakeJsonFormat(const FormatOptions& options);
arrow::Result<std::shared_ptr<const FileFormat>> MakeArrowFormat(const FormatOptions& options);

}  // namespace bowstring
