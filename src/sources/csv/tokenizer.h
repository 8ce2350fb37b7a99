// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/buffer_builder.h>
#include <arrow/result.h>

#include "sources/chunked/format.h"
#include "sources/csv/csv.h"

namespace bowstring::csv {

/// A field's bytes in its chunk. `raw`: with quotes, to be read by Unquote.
class Span {
 public:
  Span() = default;
  Span(uint32_t begin, uint32_t size, bool raw) : bits_(begin | (static_cast<uint64_t>(size) << 32) | (static_cast<uint64_t>(raw) << 63)) {}
  uint32_t begin() const { return static_cast<uint32_t>(bits_); }
  uint32_t size() const { return static_cast<uint32_t>(bits_ >> 32) & 0x7fffffff; }
  bool raw() const { return (bits_ >> 63) != 0; }

 private:
  uint64_t bits_ = 0;
};

/// The records of a chunk: where the wanted fields lie.
struct Records {
  std::shared_ptr<arrow::Buffer> spans;    ///< Span[rows][wanted]
  std::shared_ptr<arrow::Buffer> starts;   ///< uint32[rows]: where each record begins
  int64_t rows = 0;
  int wanted = 0;
  const Span& at(int64_t row, int place) const { return reinterpret_cast<const Span*>(spans->data())[row * wanted + place]; }
  uint32_t start(int64_t row) const { return reinterpret_cast<const uint32_t*>(starts->data())[row]; }
};

/// A record with another number of fields than wanted.
struct WrongCount {
  bool found = false;
  int64_t row = 0;
  uint32_t start = 0;
  int fields = 0;
};

struct TokenizeOptions {
  CsvDialect dialect;
  int fields = -1;               ///< of each record; below 0: any number, `places` grows with them
  bool truncated_rows = false;   ///< fewer will do
  std::vector<int> places;       ///< of each field: its place among the wanted ones, or -1
  int wanted = 0;
  int64_t max_rows = INT64_MAX;
};

/// Finds records and fields. Stops at the first record with a wrong number of fields, which `wrong` tells.
arrow::Result<Records> Tokenize(const uint8_t* data, int64_t size, const TokenizeOptions& options, arrow::MemoryPool* pool, WrongCount* wrong);

/// All fields of the record that begins at data[0], as text. Slow.
std::vector<std::string> Fields(const uint8_t* data, int64_t size, const CsvDialect& dialect);

/// Appends the value of a raw span.
void Unquote(std::string_view raw, const CsvDialect& dialect, std::string* out);

/// Borders of records, and a counter of records and lines, over a stream in blocks.
std::unique_ptr<RecordBorders> MakeBorders(const CsvDialect& dialect);
std::function<void(const uint8_t*, int64_t, RecordPlace*)> MakeCounter(const CsvDialect& dialect, bool has_header);

}  // namespace bowstring::csv
