// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/footer.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include <arrow/buffer.h>
#include <arrow/util/key_value_metadata.h>
#include <arrow/util/utf8.h>
#include <parquet/file_reader.h>
#include <parquet/schema.h>

#include <bowstring/error.h>

#include "sources/parquet/stored_types.h"

namespace bowstring::pq {
namespace {

class ArrowFile final : public arrow::io::RandomAccessFile {
 public:
  ArrowFile(std::shared_ptr<const LocalFile> file, arrow::MemoryPool* pool) : file_(std::move(file)), pool_(pool) { set_mode(arrow::io::FileMode::READ); }

  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Seek(int64_t position) override {
    position_ = position;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> GetSize() override { return file_->size(); }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t n, void* out) override {
    if (position < 0 || n < 0 || position > file_->size()) return arrow::Status::IOError("a read outside of the file");
    n = std::min(n, file_->size() - position);
    ARROW_RETURN_NOT_OK(file_->Read(position, n, static_cast<uint8_t*>(out)));
    return n;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t n) override {
    if (position < 0 || n < 0 || position > file_->size()) return arrow::Status::IOError("a read outside of the file");
    n = std::min(n, file_->size() - position);
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(n, pool_));
    ARROW_RETURN_NOT_OK(file_->Read(position, n, buffer->mutable_data()));
    return buffer;
  }
  arrow::Result<int64_t> Read(int64_t n, void* out) override {
    ARROW_ASSIGN_OR_RAISE(int64_t got, ReadAt(position_, n, out));
    position_ += got;
    return got;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t n) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, n));
    position_ += buffer->size();
    return buffer;
  }
  // Arrow's readers ask for several ranges ahead through this; by default on Arrow's own I/O threads.
  arrow::Status WillNeed(const std::vector<arrow::io::ReadRange>&) override { return arrow::Status::OK(); }

 private:
  const std::shared_ptr<const LocalFile> file_;
  arrow::MemoryPool* const pool_;
  int64_t position_ = 0;
  bool closed_ = false;
};

arrow::Status Invalid(const std::string& path, const std::string& what) {
  return Error(ErrorKind::kExecution, "Invalid Parquet file '", path, "': ", what);
}

// The first column with a name, of its own or of what it lies in, that isn't UTF-8; below 0: none.
int DamagedName(const ::parquet::SchemaDescriptor& schema) {
  arrow::util::InitializeUTF8();
  for (int i = 0; i < schema.num_columns(); ++i) {
    const auto path = schema.Column(i)->path();
    for (const std::string& name : path->ToDotVector()) {
      if (!arrow::util::ValidateUTF8(name)) return i;
    }
  }
  return -1;
}

}  // namespace

arrow::Status Footer::CheckSame(const LocalFile& file) const {
  if (file.size() == size && file.mtime_ns() == mtime_ns) return arrow::Status::OK();
  return Error(ErrorKind::kIo, "file '", path, "' was changed after its footer was read");
}

std::shared_ptr<arrow::io::RandomAccessFile> MakeArrowFile(std::shared_ptr<const LocalFile> file, arrow::MemoryPool* pool) {
  return std::make_shared<ArrowFile>(std::move(file), pool);
}

::parquet::ReaderProperties MakeReaderProperties(arrow::MemoryPool* pool, const std::shared_ptr<::parquet::FileDecryptionProperties>& decryption) {
  ::parquet::ReaderProperties properties(pool);
  properties.enable_buffered_stream();
  properties.set_buffer_size(64 << 10);
  if (decryption != nullptr) properties.file_decryption_properties(decryption);
  return properties;
}

::parquet::ArrowReaderProperties MakeArrowReaderProperties(bool) {
  ::parquet::ArrowReaderProperties properties(/*use_threads=*/false);
  properties.set_pre_buffer(false);
  return properties;
}

arrow::Result<std::shared_ptr<const Footer>> ReadFooter(const std::string& path, const std::shared_ptr<::parquet::FileDecryptionProperties>& decryption,
                                                        const AllowedPathsPtr& allowed) {
  ARROW_ASSIGN_OR_RAISE(auto file, LocalFile::Open(path, allowed));
  auto footer = std::make_shared<Footer>();
  footer->path = path;
  footer->size = file->size();
  footer->mtime_ns = file->mtime_ns();
  arrow::MemoryPool* pool = arrow::default_memory_pool();  // footers outlive queries, and are counted as overhead
  try {
    auto reader = ::parquet::ParquetFileReader::Open(MakeArrowFile(file, pool), MakeReaderProperties(pool, decryption));
    footer->metadata = reader->metadata();
    if (const int damaged = DamagedName(*footer->metadata->schema()); damaged >= 0) {
      return Invalid(path, "the name of column " + std::to_string(damaged) + " is not UTF-8");
    }
    footer->encrypted = decryption != nullptr || footer->metadata->is_encryption_algorithm_set();
    footer->key_values = footer->metadata->key_value_metadata();
    auto status = ::parquet::arrow::SchemaManifest::Make(footer->metadata->schema(), footer->key_values, MakeArrowReaderProperties(), &footer->manifest);
    if (!status.ok()) return Invalid(path, status.message());
    footer->fields = StoredFields(footer->manifest);
  } catch (const std::exception& e) {
    return Invalid(path, e.what());
  }
  return footer;
}

arrow::Result<std::shared_ptr<const Footer>> FooterCache::Get(const std::string& path, const std::shared_ptr<::parquet::FileDecryptionProperties>& decryption,
                                                              const AllowedPathsPtr& allowed) {
  if (decryption != nullptr) return ReadFooter(path, decryption, allowed);
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) {
    int64_t mtime = static_cast<int64_t>(info.st_mtim.tv_sec) * 1000000000 + info.st_mtim.tv_nsec;
    std::lock_guard lock(mutex_);
    auto found = footers_.find(path);
    if (found != footers_.end() && found->second->size == info.st_size && found->second->mtime_ns == mtime) return found->second;
  }
  ARROW_ASSIGN_OR_RAISE(auto footer, ReadFooter(path, nullptr, allowed));
  std::lock_guard lock(mutex_);
  if (footers_.size() >= max_files_) footers_.clear();
  footers_[path] = footer;
  return footer;
}

std::shared_ptr<const Footer> FooterCache::Known(const std::string& path) {
  std::lock_guard lock(mutex_);
  auto found = footers_.find(path);
  return found == footers_.end() ? nullptr : found->second;
}

void FooterCache::Clear() {
  std::lock_guard lock(mutex_);
  footers_.clear();
}

}  // namespace bowstring::pq
