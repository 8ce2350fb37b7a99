// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "sources/parquet/footer.h"
#include "sources/parquet/row_group.h"

namespace bowstring::pq {

/// Columns that our decoders don't know, read forward by Arrow's: nested, encrypted, dictionaries. One thread at a time; waits for
/// storage.
class FallbackReader {
 public:
  virtual ~FallbackReader() = default;
  /// The next n rows of each field, as the file's types; fewer only on error. After an error, OutOfMemory too, it can't be used any more.
  virtual arrow::Result<std::vector<std::shared_ptr<arrow::ArrayData>>> Read(int64_t n) = 0;
  /// As Read, without giving them out.
  virtual arrow::Status Skip(int64_t n) = 0;
};

/// `fields` are fields of the file. `batch_rows` bounds what is decoded at once.
arrow::Result<std::unique_ptr<FallbackReader>> MakeFallbackReader(const Footer& footer, const RowGroup& group, const std::vector<int>& fields,
                                                                  int64_t batch_rows,
                                                                  const std::shared_ptr<::parquet::FileDecryptionProperties>& decryption,
                                                                  arrow::MemoryPool* pool);

}  // namespace bowstring::pq
