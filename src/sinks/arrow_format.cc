// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/compression.h>

#include <bowstring/error.h>

#include "sinks/file_writer.h"
#include "sinks/option_value.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;

// The file format knows one dictionary a column, which later batches may only lengthen. Columns whose batches come with dictionaries of
// their own are brought to one that grows.
class GrowingDictionary {
 public:
  Result<std::shared_ptr<arrow::Array>> Unify(const std::shared_ptr<arrow::Array>& column, arrow::MemoryPool* pool) {
    const auto& typed = static_cast<const arrow::DictionaryArray&>(*column);
    if (dictionary_ == nullptr) dictionary_ = typed.dictionary();
    if (typed.dictionary() == dictionary_ || typed.dictionary()->Equals(*dictionary_)) {
      return arrow::DictionaryArray::FromArrays(column->type(), typed.indices(), dictionary_);
    }
    ARROW_ASSIGN_OR_RAISE(auto unifier, arrow::DictionaryUnifier::Make(typed.dictionary()->type(), pool));
    std::shared_ptr<arrow::Buffer> same, transpose;
    ARROW_RETURN_NOT_OK(unifier->Unify(*dictionary_, &same));
    ARROW_RETURN_NOT_OK(unifier->Unify(*typed.dictionary(), &transpose));
    const auto& type = static_cast<const arrow::DictionaryType&>(*column->type());
    std::shared_ptr<arrow::Array> dictionary;
    ARROW_RETURN_NOT_OK(unifier->GetResultWithIndexType(type.index_type(), &dictionary));
    dictionary_ = std::move(dictionary);
    return typed.Transpose(column->type(), dictionary_, reinterpret_cast<const int32_t*>(transpose->data()), pool);
  }

 private:
  std::shared_ptr<arrow::Array> dictionary_;
};

class ArrowWriter final : public FileWriter {
 public:
  ArrowWriter(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<OutputFile> file, WriterContext context)
      : schema_(std::move(schema)), file_(std::move(file)), context_(std::move(context)), dictionaries_(schema_->num_fields()) {}

  Status Open(arrow::ipc::IpcWriteOptions options) {
    options.memory_pool = context_.pool.get();
    options.use_threads = false;
    options.emit_dictionary_deltas = true;
    ARROW_ASSIGN_OR_RAISE(writer_, arrow::ipc::MakeFileWriter(file_, schema_, options));
    return Status::OK();
  }

  Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) override {
    std::vector<std::shared_ptr<arrow::Array>> columns = batch->columns();
    for (int c = 0; c < batch->num_columns(); ++c) {
      if (columns[c]->type_id() != arrow::Type::DICTIONARY) continue;
      auto unified = dictionaries_[c].Unify(columns[c], context_.pool.get());
      if (!unified.ok()) {
        return Error(ErrorKind::kExecution, "writing '", file_->path(), "': the dictionaries of column ", schema_->field(c)->name(),
                     " can't become one: ", unified.status().message());
      }
      columns[c] = *std::move(unified);
    }
    ARROW_RETURN_NOT_OK(writer_->WriteRecordBatch(*arrow::RecordBatch::Make(schema_, batch->num_rows(), std::move(columns))));
    return context_.pool->overdrawn() == 0 ? Status::OK() : context_.pool->Exceeded("the writer of '" + file_->path() + "'");
  }

  Status Finish() override {
    ARROW_RETURN_NOT_OK(writer_->Close());
    return file_->Close();
  }

 private:
  const std::shared_ptr<arrow::Schema> schema_;
  const std::shared_ptr<OutputFile> file_;
  const WriterContext context_;
  std::vector<GrowingDictionary> dictionaries_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

class ArrowFormat final : public FileFormat {
 public:
  explicit ArrowFormat(std::shared_ptr<arrow::util::Codec> codec) : codec_(std::move(codec)) {}
  const std::string& extension() const override { return extension_; }
  Status Check(const arrow::Schema&) const override { return Status::OK(); }

  Result<std::unique_ptr<FileWriter>> Open(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<OutputFile> file,
                                           const WriterContext& context) const override {
    auto options = arrow::ipc::IpcWriteOptions::Defaults();
    options.codec = codec_;
    auto writer = std::make_unique<ArrowWriter>(std::move(schema), std::move(file), context);
    ARROW_RETURN_NOT_OK(writer->Open(std::move(options)));
    return writer;
  }

 private:
  const std::shared_ptr<arrow::util::Codec> codec_;
  const std::string extension_ = ".arrow";
};

}  // namespace

Result<std::shared_ptr<const FileFormat>> MakeArrowFormat(const FormatOptions& options) {
  std::string word = "lz4";  // as the peer writes them
  for (const auto& [key, value] : options) {
    if (key != "compression") return UnknownOption(key, "ArrowOptions");
    word = LowerCase(value);
  }
  std::shared_ptr<arrow::util::Codec> codec;
  if (word == "lz4" || word == "lz4_frame") {
    ARROW_ASSIGN_OR_RAISE(codec, arrow::util::Codec::Create(arrow::Compression::LZ4_FRAME));
  } else if (word == "zstd") {
    ARROW_ASSIGN_OR_RAISE(codec, arrow::util::Codec::Create(arrow::Compression::ZSTD));
  } else if (word != "uncompressed" && word != "none" && !word.empty()) {
    return Error(ErrorKind::kConfig, "Unsupported compression of Arrow files: ", word, ". Valid values are: lz4, zstd, uncompressed");
  }
  return std::make_shared<ArrowFormat>(std::move(codec));
}

Result<std::shared_ptr<const FileFormat>> MakeFileFormat(const std::string& format, const FormatOptions& options) {
  const std::string name = LowerCase(format);
  if (name == "parquet") return MakeParquetFormat(options);
  if (name == "csv") return MakeCsvFormat(options);
  if (name == "json" || name == "ndjson") return MakeJsonFormat(options);
  if (name == "arrow") return MakeArrowFormat(options);
  if (name == "avro") return Error(ErrorKind::kNotImplemented, "Writer not implemented for this format: ", name);
  return Error(ErrorKind::kPlan, "There is no registered file format with ext ", format);
}

Status FileWriter::WriteText(std::string_view) { return Error(ErrorKind::kInternal, "text for a format that isn't text"); }

Result<int64_t> FileFormat::AppendRows(const arrow::RecordBatch&, int64_t, int64_t, size_t, std::string*) const {
  return Error(ErrorKind::kInternal, "rows of text in a format that isn't text");
}

}  // namespace bowstring
