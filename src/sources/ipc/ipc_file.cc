// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/ipc/ipc_file.h"

#include <cstring>

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <arrow/util/utf8.h>

#include <bowstring/error.h>

namespace bowstring::ipc {
namespace {

using arrow::Result;
using arrow::Status;

// Read by position; what is asked for beyond the end is cut, as Arrow's own files do.
class PositionedFile final : public arrow::io::RandomAccessFile {
 public:
  PositionedFile(std::shared_ptr<const LocalFile> file, arrow::MemoryPool* pool) : file_(std::move(file)), pool_(pool) {}

  Status Close() override {
    closed_ = true;
    return Status::OK();
  }
  bool closed() const override { return closed_; }
  Result<int64_t> Tell() const override { return at_; }
  Status Seek(int64_t position) override {
    if (position < 0) return Status::Invalid("a position before the file's beginning");
    at_ = position;
    return Status::OK();
  }
  Result<int64_t> GetSize() override { return file_->size(); }

  Result<int64_t> ReadAt(int64_t position, int64_t nbytes, void* out) override {
    if (position < 0 || nbytes < 0) return Status::Invalid("a read of ", nbytes, " bytes at ", position);
    const int64_t n = std::clamp<int64_t>(file_->size() - position, 0, nbytes);
    if (n > 0) ARROW_RETURN_NOT_OK(file_->Read(position, n, static_cast<uint8_t*>(out)));
    return n;
  }
  Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t nbytes) override {
    if (position < 0 || nbytes < 0) return Status::Invalid("a read of ", nbytes, " bytes at ", position);
    const int64_t n = std::clamp<int64_t>(file_->size() - position, 0, nbytes);
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(n, pool_));
    if (n > 0) ARROW_RETURN_NOT_OK(file_->Read(position, n, buffer->mutable_data()));
    return buffer;
  }
  Result<int64_t> Read(int64_t nbytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t n, ReadAt(at_, nbytes, out));
    at_ += n;
    return n;
  }
  Result<std::shared_ptr<arrow::Buffer>> Read(int64_t nbytes) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(at_, nbytes));
    at_ += buffer->size();
    return buffer;
  }

 private:
  const std::shared_ptr<const LocalFile> file_;
  arrow::MemoryPool* const pool_;
  int64_t at_ = 0;
  bool closed_ = false;
};

}  // namespace

std::shared_ptr<arrow::io::RandomAccessFile> OpenRandomAccess(std::shared_ptr<const LocalFile> file, arrow::MemoryPool* pool) {
  return std::make_shared<PositionedFile>(std::move(file), pool);
}

Status Damaged(const std::string& path, const Status& status) {
  if (status.IsOutOfMemory() || KindOf(status) != ErrorKind::kUnknown) return status;
  return Error(ErrorKind::kExecution, "Invalid Arrow file '", path, "': ", status.message());
}

Result<std::shared_ptr<FileInfo>> Inspect(const std::string& path, const AllowedPathsPtr& allowed) {
  auto info = std::make_shared<FileInfo>();
  info->path = path;
  info->allowed = allowed;
  ARROW_ASSIGN_OR_RAISE(auto local, LocalFile::Open(path, allowed));
  info->bytes = local->size();
  if (local->size() == 0) return Error(ErrorKind::kExecution, "Invalid Arrow file '", path, "': it is empty");
  uint8_t head[8] = {};
  ARROW_RETURN_NOT_OK(local->Read(0, std::min<int64_t>(8, local->size()), head));
  info->stream = std::memcmp(head, "ARROW1", 6) != 0;
  auto options = arrow::ipc::IpcReadOptions::Defaults();
  options.use_threads = false;
  auto file = OpenRandomAccess(std::move(local), arrow::default_memory_pool());
  return Guarded<std::shared_ptr<FileInfo>>(path, [&]() -> Result<std::shared_ptr<FileInfo>> {
    if (info->stream) {
      ARROW_ASSIGN_OR_RAISE(const auto reader, arrow::ipc::RecordBatchStreamReader::Open(file, options));
      info->schema = reader->schema();
    } else {
      ARROW_ASSIGN_OR_RAISE(const auto reader, arrow::ipc::RecordBatchFileReader::Open(file, options));
      info->schema = reader->schema();
      info->batches = reader->num_record_batches();
    }
    arrow::util::InitializeUTF8();
    for (int i = 0; i < info->schema->num_fields(); ++i) {
      if (!arrow::util::ValidateUTF8(info->schema->field(i)->name())) return arrow::Status::Invalid("the name of column ", i, " is not UTF-8");
    }
    return info;
  });
}

}  // namespace bowstring::ipc
