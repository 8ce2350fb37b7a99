// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/chunked/splitter.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <optional>

#include <arrow/buffer.h>

#include <bowstring/error.h>

#include "base/xz.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;

constexpr int64_t kChunkBytes = 1 << 20;
constexpr int64_t kTailBytes = 1 << 16;
constexpr int64_t kInputBytes = 1 << 18;
constexpr int64_t kMaxRecordBytes = int64_t{1} << 30;
constexpr int64_t kAhead = 8 << 20;

Status TooLong(const std::string& path, int64_t at) {
  return Error(ErrorKind::kExecution, "file '", path, "': the record at byte ", at, " is longer than 1 GiB");
}

class PlainSplitter final : public FileSplitter {
 public:
  PlainSplitter(std::shared_ptr<const LocalFile> file, const ChunkFormat& format, const std::shared_ptr<IoThreads>& io)
      : FileSplitter(BlockReader(file, io)), shared_(std::make_shared<ChunkShared>()), size_(file->size()), borders_(format.Borders()),
        tail_only_(format.BordersNeedTailOnly()), path_(file->path()) {
    shared_->file = std::move(file);
  }

  Result<Step> Next(TaskContext& context, std::optional<Morsel>* out) override {
    if (begin_ == size_) return Step::kFinished;
    // The rest of the file needs no border.
    if (size_ - begin_ <= kChunkBytes) return Give(size_, out);
    if (at_ == size_) return Give(size_, out);
    const int64_t end = std::min(size_, at_ + kChunkBytes);
    int64_t from = at_;
    if (tail_only_) from = std::max(at_, end - (retry_ ? end : kTailBytes));
    ARROW_ASSIGN_OR_RAISE(const auto block, reader_.Get(from, end - from, context.pool()));
    if (block == nullptr) return Step::kParked;
    const int64_t border = borders_->LastBorder(block->data(), block->size());
    if (border == 0 && tail_only_ && from > at_) {  // the whole block may have one
      retry_ = true;
      return Step::kHaveMore;
    }
    retry_ = false;
    at_ = end;
    if (border == 0) {
      if (at_ - begin_ > kMaxRecordBytes) return TooLong(path_, begin_);
      return Step::kHaveMore;
    }
    return Give(from + border, out);
  }

 private:
  Step Give(int64_t end, std::optional<Morsel>* out) {
    Morsel& morsel = out->emplace();
    morsel.begin = begin_;
    morsel.end = end;
    morsel.shared = shared_;
    begin_ = end;
    if (at_ < begin_) at_ = begin_;
    return begin_ == size_ ? Step::kFinished : Step::kHaveMore;
  }

  std::shared_ptr<ChunkShared> shared_;
  const int64_t size_;
  std::unique_ptr<RecordBorders> borders_;
  const bool tail_only_;
  const std::string path_;
  int64_t begin_ = 0;  // of the next chunk
  int64_t at_ = 0;     // borders were looked for before it
  bool retry_ = false;
};

class CompressedSplitter final : public FileSplitter {
 public:
  CompressedSplitter(std::shared_ptr<const LocalFile> file, const ChunkFormat& format, FileCompression compression,
                     const std::shared_ptr<IoThreads>& io)
      : FileSplitter(BlockReader(file, io)), file_size_(file->size()), path_(file->path()), compression_(compression), borders_(format.Borders()) {}

  Result<Step> Next(TaskContext& context, std::optional<Morsel>* out) override {
    if (decompressor_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(decompressor_, StreamDecompressor::Make(compression_, path_, context.pool()));
    }
    if (out_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(out_, arrow::AllocateResizableBuffer(kChunkBytes, context.pool()));
      filled_ = 0;
    }
    while (filled_ < out_->size()) {
      if (context.cancelled()) return Status::Cancelled("the query was cancelled");
      if ((in_ == nullptr || in_at_ == in_->size()) && !decompressor_->pending()) {
        if (in_offset_ == file_size_) break;
        const int64_t n = std::min(kInputBytes, file_size_ - in_offset_);
        ARROW_ASSIGN_OR_RAISE(auto block, reader_.Get(in_offset_, n, context.pool()));
        if (block == nullptr) return Step::kParked;
        in_ = std::move(block);
        in_at_ = 0;
        in_offset_ += n;
      }
      ARROW_ASSIGN_OR_RAISE(const auto progress, decompressor_->Run(in_->data() + in_at_, in_->size() - in_at_, out_->mutable_data() + filled_,
                                                                    out_->size() - filled_));
      in_at_ += progress.read;
      filled_ += progress.written;
    }
    const bool ended = filled_ < out_->size();
    if (ended) ARROW_RETURN_NOT_OK(decompressor_->Finish());
    if (!ended) {
      // Before the borders are looked for: nothing may fail for want of memory after that.
      ARROW_ASSIGN_OR_RAISE(std::unique_ptr<arrow::ResizableBuffer> next, arrow::AllocateResizableBuffer(out_->size(), context.pool()));
      const int64_t border = borders_->LastBorder(out_->data() + seen_, filled_ - seen_);
      if (border == 0) {  // longer than the buffer
        if (filled_ > kMaxRecordBytes) return TooLong(path_, offset_);
        seen_ = filled_;
        ARROW_RETURN_NOT_OK(out_->Resize(filled_ * 2, false));
        return Step::kHaveMore;
      }
      const int64_t end = seen_ + border;
      const int64_t rest = filled_ - end;
      std::memcpy(next->mutable_data(), out_->data() + end, static_cast<size_t>(rest));
      Give(end, out);
      out_ = std::move(next);
      filled_ = seen_ = rest;
      return Step::kHaveMore;
    }
    if (filled_ > 0) Give(filled_, out);
    return Step::kFinished;
  }

 private:
  void Give(int64_t size, std::optional<Morsel>* out) {
    auto shared = std::make_shared<ChunkShared>();
    shared->bytes = arrow::SliceBuffer(std::shared_ptr<arrow::Buffer>(std::move(out_)), 0, size);
    Morsel& morsel = out->emplace();
    morsel.begin = offset_;
    morsel.end = offset_ + size;
    morsel.shared = std::move(shared);
    offset_ += size;
  }

  const int64_t file_size_;
  const std::string path_;
  const FileCompression compression_;
  std::unique_ptr<RecordBorders> borders_;
  std::unique_ptr<StreamDecompressor> decompressor_;
  std::shared_ptr<arrow::Buffer> in_;
  int64_t in_at_ = 0, in_offset_ = 0;
  std::unique_ptr<arrow::ResizableBuffer> out_;
  int64_t filled_ = 0, seen_ = 0;  // of out_: bytes there, bytes whose borders are known
  int64_t offset_ = 0;             // of out_ in the decompressed file
};

}  // namespace

Result<FileCompression> CompressionNamed(std::string_view name) {
  std::string word(name);
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  if (word.empty() || word == "uncompressed" || word == "none") return FileCompression::kNone;
  if (word == "gzip" || word == "gz") return FileCompression::kGzip;
  if (word == "bz2" || word == "bzip2") return FileCompression::kBz2;
  if (word == "zstd" || word == "zst") return FileCompression::kZstd;
  if (word == "xz") return FileCompression::kXz;
  return Error(ErrorKind::kConfig, "Unsupported file compression type ", name);
}

Result<std::shared_ptr<arrow::Buffer>> BlockReader::Get(int64_t offset, int64_t size, arrow::MemoryPool* pool) {
  bool pending = false;
  ARROW_ASSIGN_OR_RAISE(auto taken, reads_->Take(offset, size, &pending));
  if (taken != nullptr) return taken;
  if (pending) return nullptr;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(size, pool));
  ARROW_ASSIGN_OR_RAISE(const bool there, file_->ReadIfCached(offset, size, buffer->mutable_data()));
  if (there) return buffer;
  buffer.reset();
  std::vector<PendingReads::Range> ahead;
  const int64_t more = std::min(kAhead, file_->size() - offset - size);
  if (more > 0) ahead.push_back({offset + size, more});
  ARROW_RETURN_NOT_OK(reads_->Start(file_, offset, size, std::move(ahead), pool));
  return nullptr;
}

Result<std::unique_ptr<FileSplitter>> FileSplitter::Open(const std::string& path, const ChunkFormat& format, FileCompression compression,
                                                         const AllowedPathsPtr& allowed, const std::shared_ptr<IoThreads>& io) {
  ARROW_ASSIGN_OR_RAISE(auto file, LocalFile::Open(path, allowed));
  if (compression == FileCompression::kNone) return std::make_unique<PlainSplitter>(std::move(file), format, io);
  return std::make_unique<CompressedSplitter>(std::move(file), format, compression, io);
}

Result<std::unique_ptr<StreamDecompressor>> StreamDecompressor::Make(FileCompression compression, std::string path, arrow::MemoryPool* pool) {
  std::unique_ptr<arrow::util::Codec> codec;
  if (compression == FileCompression::kXz) {
    ARROW_ASSIGN_OR_RAISE(codec, MakeXzCodec(kXzDefaultLevel, pool));
  } else {
    arrow::Compression::type type = arrow::Compression::GZIP;
    if (compression == FileCompression::kBz2) type = arrow::Compression::BZ2;
    if (compression == FileCompression::kZstd) type = arrow::Compression::ZSTD;
    ARROW_ASSIGN_OR_RAISE(codec, arrow::util::Codec::Create(type));
  }
  auto out = std::make_unique<StreamDecompressor>();
  out->path_ = std::move(path);
  ARROW_ASSIGN_OR_RAISE(out->decompressor_, codec->MakeDecompressor());
  return out;
}

Result<StreamDecompressor::Progress> StreamDecompressor::Run(const uint8_t* in, int64_t in_size, uint8_t* out, int64_t out_size) {
  Progress total;
  while (out_size > total.written && (in_size > total.read || pending_)) {
    if (decompressor_->IsFinished()) {
      if (in_size == total.read) break;
      ARROW_RETURN_NOT_OK(decompressor_->Reset());
      fresh_ = true;
    }
    auto step = decompressor_->Decompress(in_size - total.read, in + total.read, out_size - total.written, out + total.written);
    if (step.status().IsOutOfMemory()) {
      if (total.read == 0 && total.written == 0) return step.status();
      break;
    }
    if (step.status().IsCapacityError()) return Error(ErrorKind::kBudgetExceeded, "file '", path_, "': ", step.status().message());
    if (!step.ok()) return Error(ErrorKind::kIo, "file '", path_, "' can't be decompressed: ", step.status().message());
    if (step->bytes_read > 0) fresh_ = false;
    total.read += step->bytes_read;
    total.written += step->bytes_written;
    pending_ = step->need_more_output || (out_size == total.written && !decompressor_->IsFinished());
    if (pending_ && in_size == total.read && step->bytes_written == 0) {
      pending_ = false;
      break;
    }
    if (step->bytes_read == 0 && step->bytes_written == 0 && !decompressor_->IsFinished()) {
      return Error(ErrorKind::kIo, "file '", path_, "' can't be decompressed: the stream is damaged");
    }
  }
  return total;
}

Status StreamDecompressor::Finish() const {
  if (fresh_ || decompressor_->IsFinished()) return Status::OK();
  return Error(ErrorKind::kIo, "file '", path_, "' can't be decompressed: it ends in the middle of the stream");
}

}  // namespace bowstring
