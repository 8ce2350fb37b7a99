// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <arrow/buffer.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/function.h>

namespace bowstring {

enum class FileCompression : uint8_t { kNone, kGzip, kBz2, kZstd, kXz };

/// "" and "uncompressed", gzip (gz), bz2 (bzip2), zstd (zst), xz, in any case.
arrow::Result<FileCompression> CompressionNamed(std::string_view name);

/// One file of a table whose formats are read in chunks.
struct DataFile {
  std::string path;
  std::vector<std::shared_ptr<arrow::Scalar>> partition_values;  ///< one a partition column
};

/// Finds where records end in a stream of bytes that comes in blocks.
class RecordBorders {
 public:
  virtual ~RecordBorders() = default;
  /// `data` goes on where the last call's ended. How many of its bytes lie before its last border; 0: there is none in it.
  virtual int64_t LastBorder(const uint8_t* data, int64_t n) = 0;
};

/// Where something is in a file, for people: records (the header aside) and lines are counted from 1.
struct RecordPlace {
  int64_t record = 0, line = 0;
};

/// What a decoder is told of its chunk: whole records of one file, in the order of the file.
struct Chunk {
  std::shared_ptr<arrow::Buffer> data;
  const DataFile* file = nullptr;
  int32_t file_index = 0;
  int64_t offset = 0;  ///< of its first byte in the (decompressed) file
  /// Counts from the file's beginning to a byte of this chunk. Slow: for errors only.
  std::function<arrow::Result<RecordPlace>(int64_t offset_in_chunk)> locate;
};

/// Makes arrays of one chunk's records. One thread at a time.
class ChunkDecoder {
 public:
  virtual ~ChunkDecoder() = default;
  /// Takes the chunk. OutOfMemory: as if it had not been called.
  virtual arrow::Status Start(const Chunk& chunk, KernelContext& context) = 0;
  /// At most `rows` further rows: one array a wanted column. The number of rows, 0 at the end. OutOfMemory: nothing has changed.
  virtual arrow::Result<int64_t> Next(int64_t rows, KernelContext& context, std::vector<std::shared_ptr<arrow::ArrayData>>* out) = 0;
  /// Goes past rows that were given out before.
  virtual arrow::Status Skip(int64_t rows, KernelContext& context) = 0;
};

/// What is special about a format: where its records end and how they become arrays. Immutable, thread-safe.
class ChunkFormat {
 public:
  virtual ~ChunkFormat() = default;
  virtual std::string kind() const = 0;
  /// Of a stream that begins with the file's first byte.
  virtual std::unique_ptr<RecordBorders> Borders() const = 0;
  /// True where any block's last border can be found from its last bytes.
  virtual bool BordersNeedTailOnly() const { return false; }
  /// `columns`: the wanted ones among the table's columns (partition columns aside).
  virtual arrow::Result<std::unique_ptr<ChunkDecoder>> MakeDecoder(const std::vector<int>& columns) const = 0;
  /// Counts records and lines in the file's first bytes; called with consecutive blocks.
  virtual std::function<void(const uint8_t*, int64_t, RecordPlace*)> Counter() const = 0;
};

}  // namespace bowstring
