// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/row_group.h"

#include <bowstring/error.h>

namespace bowstring::pq {

arrow::Result<bool> RowGroup::ReadIfCached(int64_t offset, int64_t n, uint8_t* out) const {
  if (limits.always_io_threads) return false;
  return file->ReadIfCached(offset, n, out);
}

arrow::Status RowGroup::Name(const ColumnChunk& chunk, const arrow::Status& status) const {
  if (status.ok() || status.IsOutOfMemory() || status.IsCancelled()) return status;
  ErrorKind kind = KindOf(status) == ErrorKind::kIo ? ErrorKind::kIo : ErrorKind::kExecution;
  return Error(kind, "Parquet file '", file->path(), "', row group ", ordinal, ", column '", chunk.name, "': ", status.message());
}

arrow::Status Grow(std::shared_ptr<arrow::ResizableBuffer>* buffer, int64_t size, arrow::MemoryPool* pool) {
  if (*buffer != nullptr && (*buffer)->size() >= size) return arrow::Status::OK();
  buffer->reset();
  ARROW_ASSIGN_OR_RAISE(*buffer, arrow::AllocateResizableBuffer((size + 4095) & ~int64_t{4095}, pool));
  return arrow::Status::OK();
}

}  // namespace bowstring::pq
