// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/text_writer.h"

#include <charconv>

#include <arrow/io/compressed.h>
#include <arrow/record_batch.h>
#include <arrow/util/compression.h>

#include <bowstring/error.h>

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
      return Error(ErrorKind::kNotImplemented, "writing files with the compression xz: this build has no such codec; gzip, bz2 and zstd work");
    } else if (!word.empty() && word != "uncompressed" && word != "none") {
      return Error(ErrorKind::kConfig, "Unsupported file compression type ", at->second, ". Valid values are: gzip, bz2, xz, zstd, uncompressed");
    }
  }
  if (const auto at = options.find("compression_level"); at != options.end()) {
    ARROW_ASSIGN_OR_RAISE(const int64_t level, IntOption("compression_level", at->second, 0, 22));
    compression.level = static_cast<int>(level);
    const int most = compression.codec == "zstd" ? 22 : 9;
    if (compression.codec.empty()) return Error(ErrorKind::kConfig, "Compression uncompressed does not support specifying a level");
    if (level < 1 || level > most) return Error(ErrorKind::kConfig, "valid compression range 1..=", most, " exceeded.");
  }
  return compression;
}

Result<std::unique_ptr<FileWriter>> OpenTextWriter(const FileFormat& format, std::string head, const TextCompression& compression,
                                                   std::shared_ptr<OutputFile> file, const WriterContext& context) {
  std::shared_ptr<arrow::io::OutputStream> out = file;
  if (!compression.codec.empty()) {
    ARROW_ASSIGN_OR_RAISE(const auto type, arrow::util::Codec::GetCompressionType(compression.codec));
    std::shared_ptr<arrow::util::Codec> codec;
    if (compression.level >= 0) {
      ARROW_ASSIGN_OR_RAISE(codec, arrow::util::Codec::Create(type, compression.level));
    } else {
      ARROW_ASSIGN_OR_RAISE(codec, arrow::util::Codec::Create(type));
    }
    // The codec lives as long as the stream that uses it.
    ARROW_ASSIGN_OR_RAISE(auto stream, arrow::io::CompressedOutputStream::Make(codec.get(), out, context.pool.get()));
    out = std::shared_ptr<arrow::io::OutputStream>(stream.get(), [stream, codec](auto*) mutable {
      stream.reset();
      codec.reset();
    });
  }
  auto writer = std::make_unique<TextWriter>(format, std::move(file), std::move(out), context);
  if (!head.empty()) ARROW_RETURN_NOT_OK(writer->WriteText(head));
  return writer;
}

}  // namespace bowstring
