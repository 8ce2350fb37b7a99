// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <exception>

#include <arrow/buffer.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/base64.h>
#include <arrow/util/key_value_metadata.h>
#include <arrow/util/thread_pool.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>
#include <parquet/file_writer.h>

#include <bowstring/error.h>

#include "sinks/parquet_footer.h"
#include "sinks/parquet_options.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;

// Arrow's words in our kinds; its writer throws where it meets what it doesn't know.
template <typename Call>
Status Guarded(Call call) {
  try {
    const Status status = call();
    if (status.IsNotImplemented() && KindOf(status) == ErrorKind::kUnknown) {
      return Error(ErrorKind::kNotImplemented, "writing Parquet: ", status.message());
    }
    return status;
  } catch (const ::parquet::ParquetStatusException& e) {
    return e.status();
  } catch (const std::exception& e) {
    return Error(ErrorKind::kExecution, "Parquet error: ", e.what());
  }
}

constexpr int64_t kLeastRows = 16384;  // of a row group that ends because others hold much

class ParquetWriter final : public FileWriter {
 public:
  ParquetWriter(std::shared_ptr<OutputFile> file, WriterContext context, bool version_2)
      : file_(std::move(file)), context_(std::move(context)), version_2_(version_2) {}

  ~ParquetWriter() override {
    // An unfinished file is thrown away; Arrow would write its end.
    if (writer_ != nullptr) (void)Guarded([&] {
      writer_.reset();
      return Status::OK();
    });
  }

  Status Open(std::shared_ptr<arrow::Schema> schema, const ParquetOptions& options) {
    if (!options.metadata.empty()) {
      auto metadata = schema->metadata() != nullptr ? schema->metadata()->Copy() : std::make_shared<arrow::KeyValueMetadata>();
      for (const auto& [key, value] : options.metadata) ARROW_RETURN_NOT_OK(metadata->Set(key, value));
      schema = schema->WithMetadata(std::move(metadata));
    }
    return Guarded([&]() -> Status {
      ::parquet::ArrowWriterProperties::Builder arrow;
      arrow.disable_compliant_nested_types();  // lists keep the names of their elements: what is read back has the type that was written
      if (context_.threads > 1 && schema->num_fields() > 1) {
        // Columns of a batch are encoded at once, on threads of this writer: encoding is most of the work, and a row group's rows
        // must come in order, so that operators can't do it.
        ARROW_ASSIGN_OR_RAISE(threads_, arrow::internal::ThreadPool::Make(context_.threads));
        arrow.set_use_threads(true)->set_executor(threads_.get());
      }
      const auto arrow_properties = arrow.build();
      statistics_bytes_ = options.statistics_bytes;
      const auto plain = ::parquet::WriterProperties::Builder().version(::parquet::ParquetVersion::PARQUET_2_6)->enable_store_decimal_as_integer()->build();
      std::shared_ptr<::parquet::SchemaDescriptor> columns;
      ARROW_RETURN_NOT_OK(::parquet::arrow::ToParquetSchema(schema.get(), *plain, *arrow_properties, &columns));
      ARROW_ASSIGN_OR_RAISE(auto properties, options.Properties(*columns, context_.pool.get()));
      for (int i = 0; statistics_bytes_ > 0 && i < columns->num_columns(); ++i) cut_as_.push_back(HowToCut(*columns->Column(i)));
      // As Arrow's FileWriter::Open would, but for the root's name, which is the peer's.
      ::parquet::schema::NodeVector fields;
      for (int i = 0; i < columns->group_node()->field_count(); ++i) fields.push_back(columns->group_node()->field(i));
      auto root = std::static_pointer_cast<::parquet::schema::GroupNode>(
          ::parquet::schema::GroupNode::Make("arrow_schema", ::parquet::Repetition::REQUIRED, fields));
      auto key_values = schema->metadata() != nullptr ? schema->metadata()->Copy() : std::make_shared<arrow::KeyValueMetadata>();
      if (options.arrow_schema) {
        ARROW_ASSIGN_OR_RAISE(const auto bytes, arrow::ipc::SerializeSchema(*schema));
        key_values->Append("ARROW:schema", arrow::util::base64_encode(std::string_view(*bytes)));
      }
      auto base = ::parquet::ParquetFileWriter::Open(file_, std::move(root), std::move(properties), key_values->size() > 0 ? std::move(key_values) : nullptr);
      return ::parquet::arrow::FileWriter::Make(context_.pool.get(), std::move(base), schema, arrow_properties, &writer_);
    });
  }

  Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) override {
    ARROW_RETURN_NOT_OK(Guarded([&] { return writer_->WriteRecordBatch(*batch); }));
    rows_ += batch->num_rows();
    const bool overdrawn = context_.pool->overdrawn() > 0;
    if (!overdrawn && (rows_ < kLeastRows || !context_.pool->full())) return Status::OK();
    rows_ = 0;
    // Memory comes before even row groups: this one ends here.
    ARROW_RETURN_NOT_OK(Guarded([&] { return writer_->NewBufferedRowGroup(); }));
    return context_.pool->overdrawn() == 0 ? Status::OK() : context_.pool->Exceeded("the writer of '" + file_->path() + "'");
  }

  Status Finish() override {
    ARROW_RETURN_NOT_OK(Guarded([&] { return writer_->Close(); }));
    if (statistics_bytes_ > 0) ARROW_RETURN_NOT_OK(ShortenStatistics());
    if (!version_2_) ARROW_RETURN_NOT_OK(SayVersionOne());
    return file_->Close();
  }

 private:
  // Arrow ties types to the version that the footer names. Users find "1.0" there, as with the peer, and all types nevertheless: the
  // number, the footer's first field, is set afterwards.
  Status SayVersionOne() {
    ARROW_ASSIGN_OR_RAISE(const int64_t size, FooterSize());
    ARROW_ASSIGN_OR_RAISE(const int64_t end, file_->Tell());
    const int64_t footer = end - 8 - size;
    uint8_t head[2];
    ARROW_RETURN_NOT_OK(file_->ReadBack(footer, head, 2));
    if (head[0] != 0x15 || head[1] != 0x04) return Status::OK();  // field 1, i32, zigzag of 2
    const uint8_t one = 0x02;
    return file_->Patch(footer + 1, &one, 1);
  }

  Status ShortenStatistics() {
    ARROW_ASSIGN_OR_RAISE(const int64_t size, FooterSize());
    ARROW_ASSIGN_OR_RAISE(const int64_t end, file_->Tell());
    const int64_t begin = end - 8 - size;
    std::string footer(static_cast<size_t>(size), '\0');
    ARROW_RETURN_NOT_OK(file_->ReadBack(begin, footer.data(), size));
    auto cut = CutStatistics(footer, cut_as_, statistics_bytes_);
    if (!cut) return Status::OK();
    const auto cut_size = static_cast<uint32_t>(cut->size());
    for (int shift = 0; shift < 32; shift += 8) cut->push_back(static_cast<char>(cut_size >> shift));
    *cut += "PAR1";
    ARROW_RETURN_NOT_OK(file_->Patch(begin, cut->data(), static_cast<int64_t>(cut->size())));
    return file_->Truncate(begin + static_cast<int64_t>(cut->size()));
  }

  // The bytes of the footer, which the file's last eight tell.
  Result<int64_t> FooterSize() {
    ARROW_ASSIGN_OR_RAISE(const int64_t end, file_->Tell());
    uint8_t tail[8];
    ARROW_RETURN_NOT_OK(file_->ReadBack(end - 8, tail, 8));
    return tail[0] | tail[1] << 8 | tail[2] << 16 | static_cast<int64_t>(tail[3]) << 24;
  }

  // Bytes of decimals and of other types have an order of their own.
  static CutAs HowToCut(const ::parquet::ColumnDescriptor& column) {
    if (column.physical_type() != ::parquet::Type::BYTE_ARRAY) return CutAs::kNothing;
    const auto& logical = column.logical_type();
    if (logical == nullptr || logical->is_none()) return CutAs::kBytes;
    return logical->is_string() || logical->is_JSON() || logical->is_enum() ? CutAs::kText : CutAs::kNothing;
  }

  const std::shared_ptr<OutputFile> file_;
  const WriterContext context_;
  const bool version_2_;
  int64_t statistics_bytes_ = 0;
  std::vector<CutAs> cut_as_;  // a leaf column
  int64_t rows_ = 0;  // since a row group ended for want of memory
  std::shared_ptr<arrow::internal::ThreadPool> threads_;
  std::unique_ptr<::parquet::arrow::FileWriter> writer_;
};

class ParquetFormat final : public FileFormat {
 public:
  explicit ParquetFormat(ParquetOptions options) : options_(std::move(options)) {}
  const std::string& extension() const override { return extension_; }
  // A page, its compressed form and a dictionary a column.
  int64_t least_memory(const arrow::Schema& schema) const override { return int64_t{256 << 10} * schema.num_fields(); }

  Status Check(const arrow::Schema& schema) const override {
    return Guarded([&]() -> Status {
      const auto plain = ::parquet::WriterProperties::Builder().version(::parquet::ParquetVersion::PARQUET_2_6)->enable_store_decimal_as_integer()->build();
      std::shared_ptr<::parquet::SchemaDescriptor> columns;
      ARROW_RETURN_NOT_OK(::parquet::arrow::ToParquetSchema(&schema, *plain, *::parquet::default_arrow_writer_properties(), &columns));
      return options_.Properties(*columns, arrow::default_memory_pool()).status();
    });
  }

  Result<std::unique_ptr<FileWriter>> Open(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<OutputFile> file,
                                           const WriterContext& context) const override {
    auto writer = std::make_unique<ParquetWriter>(std::move(file), context, options_.version_2);
    ARROW_RETURN_NOT_OK(writer->Open(std::move(schema), options_));
    return writer;
  }

 private:
  const ParquetOptions options_;
  const std::string extension_ = ".parquet";
};

}  // namespace

Result<std::shared_ptr<const FileFormat>> MakeParquetFormat(const FormatOptions& options) {
  ARROW_ASSIGN_OR_RAISE(auto parsed, ParquetOptions::From(options));
  return std::make_shared<ParquetFormat>(std::move(parsed));
}

}  // namespace bowstring
