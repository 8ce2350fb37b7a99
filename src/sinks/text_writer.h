// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>

#include <arrow/result.h>

#include "sinks/file_writer.h"

namespace bowstring {

/// How a text file is compressed.
struct TextCompression {
  std::string codec;  ///< "", "gzip", "bz2", "xz", "zstd"
  int level = -1;     ///< -1: the codec's own; for xz one that the budget has room for
  /// Behind the format's extension: "", ".gz", ".bz2", ".xz", ".zst".
  std::string extension() const;
  /// Reads `compression` and `compression_level`. kConfig for words that mean no codec.
  static arrow::Result<TextCompression> From(const FormatOptions& options);
};

/// A file of a text format: `head` first, then the rows as the format makes them.
arrow::Result<std::unique_ptr<FileWriter>> OpenTextWriter(const FileFormat& format, std::string head, const TextCompression& compression,
                                                          std::shared_ptr<OutputFile> file, const WriterContext& context);

}  // namespace bowstring
