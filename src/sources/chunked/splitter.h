// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/util/compression.h>

#include <bowstring/table_source.h>

#include "base/io_threads.h"
#include "sources/chunked/format.h"

namespace bowstring {

/// What a chunk's morsel shares: the open file, or its bytes where the file was compressed.
struct ChunkShared {
  std::shared_ptr<const LocalFile> file;
  std::shared_ptr<arrow::Buffer> bytes;
};

/// Reads pieces of one file without waiting on a worker: what isn't in the page cache is left to I/O threads.
class BlockReader {
 public:
  BlockReader(std::shared_ptr<const LocalFile> file, const std::shared_ptr<IoThreads>& io)
      : file_(std::move(file)), reads_(std::make_shared<PendingReads>(io)) {}
  /// The piece; null: it is under way, park.
  arrow::Result<std::shared_ptr<arrow::Buffer>> Get(int64_t offset, int64_t size, arrow::MemoryPool* pool);
  Step Park(TaskContext& context) {
    reads_->Notify(context.Park(ParkReason::kIo));
    return Step::kParked;
  }

 private:
  std::shared_ptr<const LocalFile> file_;
  std::shared_ptr<PendingReads> reads_;
};

/// Cuts one file into chunks of whole records, in order.
class FileSplitter {
 public:
  static arrow::Result<std::unique_ptr<FileSplitter>> Open(const std::string& path, const ChunkFormat& format, FileCompression compression,
                                                           const AllowedPathsPtr& allowed, const std::shared_ptr<IoThreads>& io);
  virtual ~FileSplitter() = default;
  /// The next chunk in `out` (its begin, end and shared set), or none yet: kHaveMore, kFinished (there is none any more), or kParked:
  /// bytes are under way; Park, or call again later.
  virtual arrow::Result<Step> Next(TaskContext& context, std::optional<Morsel>* out) = 0;
  void Park(TaskContext& context) { reader_.Park(context); }

 protected:
  explicit FileSplitter(BlockReader reader) : reader_(std::move(reader)) {}

  BlockReader reader_;
};

/// Decompresses a stream of one or more members.
class StreamDecompressor {
 public:
  /// `pool`: outlives it; where xz gets its memory.
  static arrow::Result<std::unique_ptr<StreamDecompressor>> Make(FileCompression compression, std::string path, arrow::MemoryPool* pool);
  struct Progress {
    int64_t read = 0, written = 0;
  };
  /// OutOfMemory: as if it had not been called.
  arrow::Result<Progress> Run(const uint8_t* in, int64_t in_size, uint8_t* out, int64_t out_size);
  /// Output waits that needs no further input.
  bool pending() const { return pending_; }
  /// At the input's end: fails where the stream isn't complete.
  arrow::Status Finish() const;

 private:
  std::string path_;
  std::shared_ptr<arrow::util::Decompressor> decompressor_;
  bool fresh_ = true;  // nothing of the current member was read
  bool pending_ = false;
};

}  // namespace bowstring
