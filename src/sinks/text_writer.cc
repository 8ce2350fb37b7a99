// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/text_writer.h"

#include <charconv>

#include <arrow/io/compressed.h>
#include <arrow/record_batch.h>
#include <arrow/util/compression.h>

#include <bowstring/error.h>

#include "base/xz.h"
#include "sinks/option_value.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;

class TextWriter final : public FileWriter {
 public:
  // `format` outlives the writer: both are the statement's.
  TextWriter(const FileFormat& format, std::shared_ptr<OutputFile> file, std::shared_ptr<arrow::io::OutputStream> out, WriterContext context)
      : format_(format), file_(std::move(file)), out_(std::move(out)), context_(std::move(context)) {}

  Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) override {
    constexpr size_t kPiece = 1 << 20;
    for (int64_t row = 0; row < batch->num_rows();) {
      text_.clear();
      ARROW_ASSIGN_OR_RAISE(row, format_.AppendRows(*batch, row, batch->num_rows(), kPiece, &text_));
      ARROW_RETURN_NOT_OK(WriteText(text_));
      if (context_.cancelled && context_.cancelled()) return Error(ErrorKind::kCancelled, "the query was cancelled");
    }
    return Status::OK();
  }

  Status WriteText(std::string_view text) override { return out_->Write(text.data(), static_cast<int64_t>(text.size())); }

  Status Finish() override {
    if (out_ != file_) ARROW_RETURN_NOT_OK(out_->Close());
    return file_->Close();
  }

 private:
  const FileFormat& format_;
  const std::shared_ptr<OutputFile> file_;
  const std::shared_ptr<arrow::io::OutputStream> out_;  // file_, or what compresses into it
  const WriterContext context_;
  std::string text_;
};

Result<std::unique_ptr<arrow::util::Codec>> MakeCodec(const TextCompression& compression, WriterPool* pool) {
  if (compression.codec == "xz") {
    int level = compression.level;
    if (level < 0) {
      // A level's compressor takes from 3 to 94 MB.
      for (level = kXzDefaultLevel; level > 0; --level) {
        ARROW_ASSIGN_OR_RAISE(const int64_t memory, XzCompressorMemory(level));
        if (memory <= pool->available() / 2) break;
      }
    }
    return MakeXzCodec(level, pool);
  }
  ARROW_ASSIGN_OR_RAISE(const auto type, arrow::util::Codec::GetCompressionType(compression.codec));
  return compression.level >= 0 ? arrow::util::Codec::Create(type, compression.level) : arrow::util::Codec::Create(type);
}

}  // namespace

std::string TextCompression::extension() const {
  if (codec == "gzip") return ".gz";
  if (codec == "zstd") return ".zst";
  return codec.empty() ? "" : "." + codec;
}

Result<TextCompression> TextCompression::From(const FormatOptions& options) {
  TextCompression compression;
  if (const auto at = options.find("compression"); at != options.end()) {
    const std::string word = LowerCase(at->second);
    if (word == "gzip" || word == "gz") {
      compression.codec = "gzip";
    } else if (word == "bz2" || word == "bzip2") {
      compression.codec = "bz2";
    } else if (word == "zstd" || word == "zst") {
      compression.codec = "zstd";
    } else if (word == "xz") {
      compression.codec = "xz";
    } else if (!word.empty() && word != "uncompressed" && word != "none") {
      return Error(ErrorKind::kConfig, "Unsupported file compression type ", at->second, ". Valid values are: gzip, bz2, xz, zstd, uncompressed");
    }
  }
  if (const auto at = options.find("compression_level"); at != options.end()) {
    ARROW_ASSIGN_OR_RAISE(const int64_t level, IntOption("compression_level", at->second, 0, 22));
    compression.level = static_cast<int>(level);
    const int least = compression.codec == "xz" ? 0 : 1, most = compression.codec == "zstd" ? 22 : 9;
    if (compression.codec.empty()) return Error(ErrorKind::kConfig, "Compression uncompressed does not support specifying a level");
    if (level < least || level > most) return Error(ErrorKind::kConfig, "valid compression range ", least, "..=", most, " exceeded.");
  }
  return compression;
}

Result<std::unique_ptr<FileWriter>> OpenTextWriter(const FileFormat& format, std::string head, const TextCompression& compression,
                                                   std::shared_ptr<OutputFile> file, const WriterContext& context) {
  std::shared_ptr<arrow::io::OutputStream> out = file;
  if (!compression.codec.empty()) {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::util::Codec> codec, MakeCodec(compression, context.pool.get()));
    // Codec and pool live as long as the stream that uses them.
    ARROW_ASSIGN_OR_RAISE(auto stream, arrow::io::CompressedOutputStream::Make(codec.get(), out, context.pool.get()));
    out = std::shared_ptr<arrow::io::OutputStream>(stream.get(), [stream, codec, pool = context.pool](auto*) mutable {
      stream.reset();
      codec.reset();
    });
    if (compression.codec == "xz" && context.pool->overdrawn() > 0) return context.pool->Exceeded("the xz compressor of '" + file->path() + "'");
  }
  auto writer = std::make_unique<TextWriter>(format, std::move(file), std::move(out), context);
  if (!head.empty()) ARROW_RETURN_NOT_OK(writer->WriteText(head));
  return writer;
}

}  // namespace bowstring
