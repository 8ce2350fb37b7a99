// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/buffer.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace bowstring::exec {

/// The arguments of a DISTINCT aggregate that have been in the rows so far. One thread at a time.
class SeenArguments {
 public:
  explicit SeenArguments(arrow::MemoryPool* pool) : pool_(pool) {}

  /// Which of `n` rows, where the filter (null: all) is true, are the first with their arguments: booleans. On OutOfMemory nothing has changed.
  arrow::Result<std::shared_ptr<arrow::ArrayData>> First(const std::vector<std::shared_ptr<arrow::ArrayData>>& arguments,
                                                         const arrow::ArrayData* filter, int64_t n);

 private:
  static constexpr int64_t kChunk = 64 << 10;
  arrow::Status Room(int64_t rows, int64_t bytes);
  uint64_t* slots() const { return reinterpret_cast<uint64_t*>(slots_->mutable_data()); }
  const uint8_t* KeyAt(uint64_t slot) const;

  arrow::MemoryPool* const pool_;
  // Open addressing: 16 bits of the hash, then where the key lies plus one: a chunk's number and a place in it. A key is its length and its bytes.
  std::unique_ptr<arrow::Buffer> slots_;
  int bits_ = 0;
  int64_t used_ = 0;
  std::vector<std::unique_ptr<arrow::Buffer>> chunks_;
  int64_t chunk_ = 0, at_ = 0;  // where the next key goes; behind that chunk lie spare ones
};

}  // namespace bowstring::exec
