// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/util/compression.h>
#include <parquet/types.h>

#include "base/io_threads.h"
#include "sources/parquet/decoder.h"
#include "sources/parquet/page_header.h"
#include "sources/parquet/shared_slot.h"
#include "sources/parquet/value_type.h"

namespace bowstring::pq {

/// A data page, decompressed into a buffer of its own.
struct DataPage {
  std::shared_ptr<arrow::Buffer> buffer;  ///< levels, values, padding
  PageHeader header;
  int64_t levels_begin = 0, levels_size = 0;  ///< definition levels (none where levels_size is 0)
  bool levels_are_bits = false;               ///< the deprecated BIT_PACKED form
  int64_t values_begin = 0, values_size = 0;
};

/// Where a data page lies, and what morsels share of it.
struct PageEntry {
  int64_t offset = 0;
  int64_t size = 0;       ///< header and data
  int64_t first_row = 0;  ///< in the row group
  int64_t num_rows = 0;
  int32_t morsels = 0;    ///< how many of the scan's morsels overlap it
};

/// A page that lies in more than one morsel.
struct SharedPage {
  SharedSlot<const DataPage> slot;
  std::atomic<int32_t> used{0};
};

/// One column of one row group, as one scan reads it. Page table first filled by whoever splits, then immutable.
struct ColumnChunk {
  std::string name;
  ValueType type;
  bool optional = false;
  ::arrow::Compression::type codec = ::arrow::Compression::UNCOMPRESSED;
  int32_t ordinal = 0;                 ///< leaf column of the file
  int64_t begin = 0, end = 0;          ///< bytes of the file
  int64_t uncompressed_size = 0;       ///< as the footer says
  int64_t dictionary_offset = -1;      ///< of the dictionary page's header
  int64_t dictionary_size = 0;         ///< with header
  bool index_tried = false;            ///< the offset index has been looked at
  std::vector<PageEntry> pages;
  std::vector<std::unique_ptr<SharedPage>> shared;  ///< one a page; null where a single morsel uses it
  SharedSlot<const Dictionary> dictionary;
};

/// Limits and switches of reading.
struct ReadLimits {
  int64_t max_page_bytes = int64_t{1} << 30;
  bool verify_checksums = false;
  bool always_io_threads = false;
};

/// Where the values of one of the scan's columns come from, in one row group.
struct ColumnSource {
  enum Kind : uint8_t {
    kChunk,     ///< decoded by us, chunks[index]
    kFallback,  ///< Arrow's reader, field `index` of the file
    kConstant,  ///< a partition's value, or NULL where the file has no such column
    kRow,       ///< the rows' places in the file
  } kind = kConstant;
  int32_t index = -1;
  std::shared_ptr<arrow::Scalar> constant;
};

/// A contiguous run of rows of a row group.
struct RowRange {
  int64_t begin = 0, end = 0;
};

/// What the morsels of a row group share.
struct RowGroup {
  std::shared_ptr<const LocalFile> file;
  int32_t file_index = 0;
  int32_t ordinal = 0;                 ///< in the file
  int64_t num_rows = 0;
  int64_t first_row = 0;               ///< in the file; where a column of the scan asks for it
  ReadLimits limits;
  std::vector<std::unique_ptr<ColumnChunk>> chunks;
  std::vector<ColumnSource> columns;   ///< one for each of the scan's needed columns
  bool has_fallback = false;
  std::vector<std::optional<std::vector<RowRange>>> passing;  ///< while splitting: rows that the page index leaves to each conjunct

  /// As LocalFile's, but never where all reading shall be done by I/O threads.
  arrow::Result<bool> ReadIfCached(int64_t offset, int64_t n, uint8_t* out) const;
  /// The status with file, row group and column said; unchanged where memory is short or the query was stopped.
  arrow::Status Name(const ColumnChunk& chunk, const arrow::Status& status) const;
};

/// What a step needs beside its cursor: reused from step to step, never by two at once.
struct Scratch {
  std::shared_ptr<arrow::ResizableBuffer> compressed;
  std::shared_ptr<arrow::ResizableBuffer> values;   ///< of pages with NULLs, before rows are picked
  std::shared_ptr<arrow::ResizableBuffer> bits;
  ::arrow::Compression::type codec_type = ::arrow::Compression::UNCOMPRESSED;
  std::unique_ptr<arrow::util::Codec> codec;
};

/// Makes `buffer` at least `size` bytes long; its content is lost.
arrow::Status Grow(std::shared_ptr<arrow::ResizableBuffer>* buffer, int64_t size, arrow::MemoryPool* pool);

}  // namespace bowstring::pq
