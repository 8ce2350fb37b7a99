// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Arrow C++ reads no Avro, and avro-cpp would be a dependency of every wheel (with Boost) for values that are varints in a row; so
// containers are read by hand here: headers, blocks, codecs, and the types of Avro's specification.
#include "sources/avro/avro.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <unordered_map>

#include <arrow/array/util.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/compression.h>
#include <arrow/util/utf8.h>

#include <bowstring/error.h>

#include "expr/bind.h"
#include "expr/scope.h"
#include "sources/avro/column.h"
#include "sources/avro/schema.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;
using namespace avro;

constexpr int64_t kMaxBlockBytes = int64_t{1} << 30;

Status InFile(const Status& status, const std::string& path) {
  if (status.ok() || status.IsOutOfMemory()) return status;
  return MakeError(KindOf(status), status.message() + " (file '" + path + "')");
}

/// Hops from block to block.
class BlockBorders final : public RecordBorders {
 public:
  int64_t LastBorder(const uint8_t* data, int64_t n) override {
    int64_t at = 0, last = 0;
    while (at < n) {
      if (skip_ > 0) {
        const int64_t step = std::min(skip_, n - at);
        at += step;
        skip_ -= step;
        if (skip_ == 0) last = at;
        continue;
      }
      carry_.push_back(data[at++]);
      if (!header_done_) {
        // The header ends where it can be read whole; asked again as it doubles, and at each byte of a short one.
        if (carry_.size() < next_try_ && at < n) continue;
        auto header = ParseHeader(carry_.data(), static_cast<int64_t>(carry_.size()));
        next_try_ = carry_.size() + carry_.size() / 2 + 64;
        if (!header.ok()) {
          skip_ = INT64_MAX;  // damaged: all of it is one chunk, whose decoder says so
          continue;
        }
        if (*header == nullptr) continue;
        header_done_ = true;
        const auto size = static_cast<size_t>((*header)->size);
        // What was read past the header comes again.
        const std::vector<uint8_t> rest(carry_.begin() + static_cast<std::ptrdiff_t>(size), carry_.end());
        carry_.clear();
        const auto back = static_cast<int64_t>(rest.size());
        if (back <= at) {
          at -= back;
        } else {
          Blocks(rest.data(), back - at);  // bytes of earlier calls
          at = 0;
        }
        if (skip_ == 0 && carry_.empty()) last = at;
        continue;
      }
      Block();
    }
    return last;
  }

 private:
  void Blocks(const uint8_t* data, int64_t n) {
    for (int64_t at = 0; at < n;) {
      if (skip_ > 0) {
        const int64_t step = std::min(skip_, n - at);
        at += step;
        skip_ -= step;
      } else {
        carry_.push_back(data[at++]);
        Block();
      }
    }
  }
  // With a block's count and size known: its bytes and the mark behind are gone past.
  void Block() {
    int64_t at = 0, count, size;
    const auto n = static_cast<int64_t>(carry_.size());
    if (!ReadLong(carry_.data(), n, &at, &count) || !ReadLong(carry_.data(), n, &at, &size)) {
      if (n > 20) skip_ = INT64_MAX;
      return;
    }
    carry_.clear();
    skip_ = size < 0 || size > kMaxBlockBytes ? INT64_MAX : size + 16;
  }

  std::vector<uint8_t> carry_;
  int64_t skip_ = 0;
  size_t next_try_ = 64;
  bool header_done_ = false;
};

class AvroFormat final : public ChunkFormat {
 public:
  AvroFormat(std::shared_ptr<arrow::Schema> schema, AllowedPathsPtr allowed) : schema_(std::move(schema)), allowed_(std::move(allowed)) {}
  std::string kind() const override { return "avro"; }
  std::unique_ptr<RecordBorders> Borders() const override { return std::make_unique<BlockBorders>(); }
  Result<std::unique_ptr<ChunkDecoder>> MakeDecoder(const std::vector<int>& columns) const override;
  std::function<void(const uint8_t*, int64_t, RecordPlace*)> Counter() const override {
    return [](const uint8_t*, int64_t, RecordPlace*) {};
  }
  const arrow::Schema& schema() const { return *schema_; }

  Result<std::shared_ptr<const Header>> HeaderOf(const std::string& path) const {
    std::lock_guard lock(mutex_);
    auto& known = headers_[path];
    if (known == nullptr) {
      ARROW_ASSIGN_OR_RAISE(known, ReadHeader(path, allowed_));
    }
    return known;
  }
  static Result<std::shared_ptr<const Header>> ReadHeader(const std::string& path, const AllowedPathsPtr& allowed) {
    std::vector<uint8_t> bytes;
    std::shared_ptr<const Header> header;
    Status failed;
    ARROW_RETURN_NOT_OK(WalkFile(path, FileCompression::kNone, allowed, [&](const uint8_t* data, int64_t n) -> Result<bool> {
      bytes.insert(bytes.end(), data, data + n);
      auto parsed = ParseHeader(bytes.data(), static_cast<int64_t>(bytes.size()));
      if (!parsed.ok()) return InFile(parsed.status(), path);
      header = *parsed;
      return header == nullptr && bytes.size() < (size_t{1} << 26);
    }));
    if (header == nullptr) return Error(ErrorKind::kExecution, "Avro error: the file ends in its header (file '", path, "')");
    return header;
  }

 private:
  const std::shared_ptr<arrow::Schema> schema_;
  const AllowedPathsPtr allowed_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, std::shared_ptr<const Header>> headers_;
};

class AvroDecoder final : public ChunkDecoder {
 public:
  AvroDecoder(const AvroFormat& format, std::vector<int> columns) : format_(format), columns_(std::move(columns)) {}

  Status Start(const Chunk& chunk, KernelContext&) override {
    arrow::util::InitializeUTF8();
    chunk_ = chunk;
    ARROW_ASSIGN_OR_RAISE(header_, format_.HeaderOf(chunk.file->path));
    at_ = chunk.offset == 0 ? header_->size : 0;
    left_ = 0;
    // Which wanted column each field is.
    places_.assign(header_->type->children.size(), -1);
    fields_.assign(columns_.size(), -1);
    for (size_t i = 0; i < columns_.size(); ++i) {
      const int field = header_->schema->GetFieldIndex(format_.schema().field(columns_[i])->name());
      fields_[i] = field;
      if (field >= 0) places_[static_cast<size_t>(field)] = static_cast<int>(i);
    }
    return Status::OK();
  }

  Status Skip(int64_t rows, KernelContext& context) override {
    while (rows > 0) {
      if (left_ == 0) {
        ARROW_ASSIGN_OR_RAISE(const bool more, InFileResult(NextBlock(context)));
        if (!more) return Status::OK();
        continue;
      }
      ARROW_RETURN_NOT_OK(InFile(avro::Skip(*header_->type, input_), chunk_.file->path));
      --left_;
      --rows;
    }
    return Status::OK();
  }

  Result<int64_t> Next(int64_t rows, KernelContext& context, std::vector<std::shared_ptr<arrow::ArrayData>>* out) override {
    while (left_ == 0) {
      ARROW_ASSIGN_OR_RAISE(const bool more, InFileResult(NextBlock(context)));
      if (!more) return 0;
    }
    const int64_t at = input_.at, left = left_;
    auto read = Rows(std::min(rows, left_), context, out);
    if (!read.ok()) {
      input_.at = at;
      left_ = left;
      return InFile(read.status(), chunk_.file->path);
    }
    return read;
  }

 private:
  Result<bool> InFileResult(Result<bool> result) const {
    if (result.ok()) return result;
    return InFile(result.status(), chunk_.file->path);
  }

  Result<int64_t> Rows(int64_t rows, KernelContext& context, std::vector<std::shared_ptr<arrow::ArrayData>>* out) {
    arrow::MemoryPool* pool = context.exec->memory_pool();
    std::vector<std::unique_ptr<avro::Column>> readers(columns_.size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (fields_[i] < 0) continue;
      ARROW_ASSIGN_OR_RAISE(readers[i], avro::Column::Make(*header_->type->children[static_cast<size_t>(fields_[i])], pool));
    }
    const auto& children = header_->type->children;
    for (int64_t row = 0; row < rows; ++row) {
      for (size_t i = 0; i < children.size(); ++i) {
        const int place = places_[i];
        ARROW_RETURN_NOT_OK(place < 0 ? avro::Skip(*children[i], input_) : readers[static_cast<size_t>(place)]->Value(input_));
      }
    }
    left_ -= rows;
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const auto& field = format_.schema().field(columns_[i]);
      if (fields_[i] < 0) {
        ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(field->type(), rows, pool));
        columns.push_back(nulls->data());
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(auto array, readers[i]->Finish());
      if (!array->type()->Equals(*field->type())) {
        const auto schema = arrow::schema({arrow::field("value", array->type())});
        ARROW_ASSIGN_OR_RAISE(const auto cast, Bind(Cast(bowstring::Column("value"), field->type()), Scope::Of(*schema), *schema, {.narrow_output = false}));
        Batch batch;
        batch.data = arrow::RecordBatch::Make(schema, rows, {array});
        ARROW_ASSIGN_OR_RAISE(array, cast->EvaluateArray(context, batch));
      }
      columns.push_back(array->data());
    }
    *out = std::move(columns);
    return rows;
  }

  // Opens the next block; false at the chunk's end.
  Result<bool> NextBlock(KernelContext& context) {
    const uint8_t* data = chunk_.data->data();
    const int64_t size = chunk_.data->size();
    if (at_ == size) return false;
    int64_t at = at_, count, bytes;
    if (at > size || !ReadLong(data, size, &at, &count) || !ReadLong(data, size, &at, &bytes) || count < 0 || bytes < 0 || bytes > size - at ||
        size - at - bytes < 16) {
      return Error(ErrorKind::kExecution, "Avro error: the file ends in the middle of a block, or a block is damaged");
    }
    if (std::memcmp(data + at + bytes, header_->sync, 16) != 0) return Error(ErrorKind::kExecution, "Avro error: the mark behind a block is not the file's");
    // A row of no bytes would never use a damaged count up.
    if (count > kMaxBlockBytes) return Error(ErrorKind::kExecution, "Avro error: a block of ", count, " rows");
    ARROW_ASSIGN_OR_RAISE(block_, Decompress(data + at, bytes, context.exec->memory_pool()));
    input_ = {block_ != nullptr ? block_->data() : data + at, block_ != nullptr ? block_->size() : bytes, 0};
    at_ = at + bytes + 16;
    left_ = count;
    return true;
  }

  // Null: the bytes are plain.
  Result<std::shared_ptr<arrow::Buffer>> Decompress(const uint8_t* data, int64_t size, arrow::MemoryPool* pool) const {
    const std::string& codec = header_->codec;
    if (codec == "null") return nullptr;
    std::unique_ptr<arrow::util::Codec> decoder;
    if (codec == "deflate") {
      arrow::util::GZipCodecOptions raw;
      raw.gzip_format = arrow::util::GZipFormat::DEFLATE;
      ARROW_ASSIGN_OR_RAISE(decoder, arrow::util::Codec::Create(arrow::Compression::GZIP, raw));
    } else if (codec == "zstandard") {
      ARROW_ASSIGN_OR_RAISE(decoder, arrow::util::Codec::Create(arrow::Compression::ZSTD));
    } else if (codec == "bzip2") {
      ARROW_ASSIGN_OR_RAISE(decoder, arrow::util::Codec::Create(arrow::Compression::BZ2));
    } else if (codec == "snappy") {
      // The length comes first; four bytes of checksum follow.
      uint64_t length = 0;
      int shift = 0;
      int64_t i = 0;
      for (; i < size - 4 && shift < 35; shift += 7) {
        const uint8_t byte = data[i++];
        length |= static_cast<uint64_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) break;
      }
      if (size < 5 || length > static_cast<uint64_t>(kMaxBlockBytes)) return Error(ErrorKind::kExecution, "Avro error: a damaged snappy block");
      ARROW_ASSIGN_OR_RAISE(decoder, arrow::util::Codec::Create(arrow::Compression::SNAPPY));
      ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> out, arrow::AllocateBuffer(static_cast<int64_t>(length), pool));
      auto written = decoder->Decompress(size - 4, data, static_cast<int64_t>(length), out->mutable_data());
      if (!written.ok() || *written != static_cast<int64_t>(length)) return Error(ErrorKind::kExecution, "Avro error: a damaged snappy block");
      return out;
    } else {
      return Error(ErrorKind::kNotImplemented, "Avro's codec '", codec, "'");
    }
    ARROW_ASSIGN_OR_RAISE(const auto stream, decoder->MakeDecompressor());
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::ResizableBuffer> out, arrow::AllocateResizableBuffer(std::max<int64_t>(size * 4, 4096), pool));
    int64_t read = 0, written = 0;
    while (!stream->IsFinished()) {
      if (written == out->size()) {
        if (written > kMaxBlockBytes) return Error(ErrorKind::kExecution, "Avro error: a block of more than 1 GiB");
        ARROW_RETURN_NOT_OK(out->Resize(out->size() * 2, false));
      }
      auto step = stream->Decompress(size - read, data + read, out->size() - written, out->mutable_data() + written);
      if (!step.ok()) return Error(ErrorKind::kExecution, "Avro error: a damaged block: ", step.status().message());
      if (step->bytes_read == 0 && step->bytes_written == 0) {  // though there is room
        return Error(ErrorKind::kExecution, "Avro error: a damaged block: its compressed data ends too early");
      }
      read += step->bytes_read;
      written += step->bytes_written;
    }
    ARROW_RETURN_NOT_OK(out->Resize(written, false));
    return out;
  }

  const AvroFormat& format_;
  const std::vector<int> columns_;
  Chunk chunk_;
  std::shared_ptr<const Header> header_;
  std::vector<int> places_;  // of each field of the file: among the wanted columns
  std::vector<int> fields_;  // of each wanted column: in the file
  std::shared_ptr<arrow::Buffer> block_;
  Input input_;
  int64_t at_ = 0;    // of the next block
  int64_t left_ = 0;  // rows of the block
};

Result<std::unique_ptr<ChunkDecoder>> AvroFormat::MakeDecoder(const std::vector<int>& columns) const {
  return std::make_unique<AvroDecoder>(*this, columns);
}

}  // namespace

Result<std::shared_ptr<TableSource>> OpenAvro(std::vector<std::string> paths, AvroReadOptions options) {
  options.file.compression = FileCompression::kNone;
  ARROW_ASSIGN_OR_RAISE(auto files, ListDataFiles(paths, options.file));
  std::shared_ptr<arrow::Schema> schema = options.file.schema;
  if (schema == nullptr) {
    arrow::FieldVector fields;
    for (size_t i = 0; i < files.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const auto header, AvroFormat::ReadHeader(files[i].path, options.file.allowed));
      for (const auto& field : header->schema->fields()) {
        auto same = std::find_if(fields.begin(), fields.end(), [&](const auto& known) { return known->name() == field->name(); });
        if (same == fields.end()) {
          fields.push_back(i == 0 ? field : field->WithNullable(true));
        } else if (!(*same)->type()->Equals(*field->type())) {
          return Error(ErrorKind::kUnknown, "Schema error: Fail to merge schema field '", field->name(), "' because the from data_type = ", field->type()->ToString(),
                       " does not equal ", (*same)->type()->ToString());
        } else if (field->nullable()) {
          *same = (*same)->WithNullable(true);
        }
      }
      for (auto& field : fields) {
        if (header->schema->GetFieldIndex(field->name()) < 0) field = field->WithNullable(true);
      }
    }
    schema = arrow::schema(std::move(fields));
  }
  auto format = std::make_shared<AvroFormat>(schema, options.file.allowed);
  return MakeChunkedTable(std::move(format), std::move(paths), options.file, std::move(files), std::move(schema));
}

}  // namespace bowstring
