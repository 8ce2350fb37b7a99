// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <arrow/result.h>

#include "sources/parquet/column_out.h"
#include "sources/parquet/page_reader.h"
#include "sources/parquet/rle.h"

namespace bowstring::pq {

/// Rows wanted of a stretch of a row group: ascending, relative to the stretch's begin. `rows` null: all.
struct Wanted {
  const int32_t* rows = nullptr;
  int64_t count = 0;
};

/// Reads one column of a row group forward. One thread at a time.
class ColumnReader {
 public:
  ColumnReader(ColumnChunk* chunk, int64_t first_row) : chunk_(chunk), row_(first_row) {}
  ~ColumnReader();
  ColumnReader(ColumnReader&&) noexcept;

  ColumnChunk& chunk() const { return *chunk_; }
  /// The next row of the row group that Read will look at.
  int64_t row() const { return row_; }
  /// Begins a stretch [begin, end) of rows; begin is at or behind row(). What lies between is skipped.
  void Begin(int64_t begin, int64_t end, Wanted wanted);
  bool done() const { return row_ == end_; }
  /// One page's part of the stretch is appended to `out`. On OutOfMemory nothing has changed. Only while !done(). As places in a dictionary
  /// where all pages of the stretch are such and the dictionary has at most `most_codes` values.
  arrow::Result<Progress> Read(ReadContext& context, ColumnOut* out, int64_t most_codes = 0);
  /// After kBusy: fires when asking again makes sense.
  void Notify(Waker waker);

 private:
  arrow::Result<Progress> LoadPage(ReadContext& context);
  arrow::Status MakePageDecoder(ReadContext& context);
  arrow::Status SkipTo(int64_t row, Scratch* scratch, arrow::MemoryPool* pool);
  arrow::Status ReadOptional(ReadContext& context, int64_t take, Wanted wanted, int64_t base, ColumnOut* out);
  arrow::Status Decode(int64_t n, const ColumnOut& out, uint8_t* to);
  arrow::Status Gather(int64_t n, Wanted wanted, int64_t base, ColumnOut& out);
  arrow::Status Levels(int64_t n, uint8_t* bitmap, int64_t offset, int64_t* set);
  void LeavePage();

  ColumnChunk* chunk_;
  int64_t row_;
  int64_t begin_ = 0, end_ = 0;
  Wanted wanted_;
  int64_t next_wanted_ = 0;

  size_t page_index_ = 0;
  std::shared_ptr<const DataPage> page_;   // of page_index_, or null
  std::shared_ptr<const Dictionary> dictionary_;
  std::unique_ptr<ValueDecoder> decoder_;  // of page_
  RleDecoder levels_;
  std::vector<uint8_t> turned_levels_;
  int64_t decoder_row_ = 0;                // where decoder and levels stand
  bool waits_for_dictionary_ = false;
};

}  // namespace bowstring::pq
