// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <parquet/arrow/schema.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include "base/io_threads.h"

namespace bowstring::pq {

/// What a file says about itself. Immutable.
struct Footer {
  std::string path;
  int64_t size = 0, mtime_ns = 0;  ///< the file that this is the footer of
  std::shared_ptr<::parquet::FileMetaData> metadata;
  ::parquet::arrow::SchemaManifest manifest;       ///< fields as Arrow's reader would give them; points into `metadata`
  arrow::FieldVector fields;                       ///< one each of the manifest's, of the type that a table has (but for views)
  std::shared_ptr<const arrow::KeyValueMetadata> key_values;
  bool encrypted = false;

  /// kIo when `file` isn't the one that was read: changed since.
  arrow::Status CheckSame(const LocalFile& file) const;
};

/// A local file as Arrow's readers want it. Reads wait for storage: not for workers, except for bytes known to be few.
std::shared_ptr<arrow::io::RandomAccessFile> MakeArrowFile(std::shared_ptr<const LocalFile> file, arrow::MemoryPool* pool);

/// Properties for Arrow's readers: our pool, no threads, bounded buffers.
::parquet::ReaderProperties MakeReaderProperties(arrow::MemoryPool* pool, const std::shared_ptr<::parquet::FileDecryptionProperties>& decryption);
::parquet::ArrowReaderProperties MakeArrowReaderProperties(bool binary_as_string = false);

/// Reads a footer. kExecution "Invalid Parquet file ..." where the file isn't one; kIo where it can't be read.
arrow::Result<std::shared_ptr<const Footer>> ReadFooter(const std::string& path, const std::shared_ptr<::parquet::FileDecryptionProperties>& decryption,
                                                        const AllowedPathsPtr& allowed);

/// Footers by path, kept while size and time of change stay the same. Thread-safe; a session has one.
class FooterCache {
 public:
  explicit FooterCache(size_t max_files = 100000) : max_files_(max_files) {}
  arrow::Result<std::shared_ptr<const Footer>> Get(const std::string& path, const std::shared_ptr<::parquet::FileDecryptionProperties>& decryption,
                                                   const AllowedPathsPtr& allowed);
  /// What was read of a path before; null: nothing was. For estimates: the file may be another one now.
  std::shared_ptr<const Footer> Known(const std::string& path);
  void Clear();

 private:
  const size_t max_files_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Footer>> footers_;
};

}  // namespace bowstring::pq
