// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <arrow/ipc/reader.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "base/io_threads.h"

namespace bowstring::ipc {

/// What is known of a file before its data is read. Immutable.
struct FileInfo {
  std::string path;
  AllowedPathsPtr allowed;  ///< where it must be whenever it is opened
  bool stream = false;      ///< the stream format
  int64_t batches = 0;      ///< of the file format
  int64_t bytes = 0;
  std::shared_ptr<arrow::Schema> schema;
  std::vector<std::shared_ptr<arrow::Scalar>> partition_values;
};

/// Reads a file's first bytes and its schema. kIo, kExecution "Invalid Arrow file ..." .
arrow::Result<std::shared_ptr<FileInfo>> Inspect(const std::string& path, const AllowedPathsPtr& allowed);

/// A local file as Arrow's readers want it; buffers from `pool`.
std::shared_ptr<arrow::io::RandomAccessFile> OpenRandomAccess(std::shared_ptr<const LocalFile> file, arrow::MemoryPool* pool);

/// Arrow's answer, or what it throws, as kExecution "Invalid Arrow file 'x': ..."; OutOfMemory and I/O errors as they are.
arrow::Status Damaged(const std::string& path, const arrow::Status& status);
template <typename T, typename Call>
arrow::Result<T> Guarded(const std::string& path, Call call) {
  try {
    arrow::Result<T> result = call();
    if (!result.ok()) return Damaged(path, result.status());
    return result;
  } catch (const std::exception& e) {
    return Damaged(path, arrow::Status::Invalid(e.what()));
  }
}

}  // namespace bowstring::ipc
