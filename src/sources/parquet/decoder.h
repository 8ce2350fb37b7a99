// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include <arrow/buffer.h>
#include <arrow/result.h>
#include <parquet/types.h>

#include "sources/parquet/value_type.h"

namespace bowstring::pq {

/// A column chunk's dictionary, its values in the form that goes out (views for text).
struct Dictionary {
  int64_t size = 0;
  std::shared_ptr<arrow::Buffer> values;
  std::shared_ptr<arrow::Buffer> text;  ///< what the views point to, with buffer index 0; null where all values are short
};

/// Writes the dictionary's values at `codes` (all below its size) side by side.
void CopyCoded(const Dictionary& dictionary, int32_t width, const uint32_t* codes, int64_t n, uint8_t* out);

/// The values of one page, without its NULLs, in order. Reads only inside the page and its padding. Not thread-safe.
class ValueDecoder {
 public:
  virtual ~ValueDecoder() = default;
  virtual arrow::Status Skip(int64_t n) = 0;
  /// The next n values, each of the type's width (booleans: one byte), to `out`.
  virtual arrow::Status Decode(int64_t n, uint8_t* out) = 0;
  /// Of the next n values those at `rows` (ascending, in [base, base + n)), side by side.
  virtual arrow::Status Gather(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint8_t* out) = 0;
  /// Of pages that hold places in a dictionary: that, and the places themselves in the stead of values. Null: the page holds values.
  virtual const std::shared_ptr<const Dictionary>* dictionary() const { return nullptr; }
  virtual arrow::Status DecodeCodes(int64_t n, uint32_t* out);
  virtual arrow::Status GatherCodes(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint32_t* out);
  /// What views made from here on point to, null where the type has no views, and the buffer index that they shall carry.
  virtual std::shared_ptr<arrow::Buffer> text() const { return nullptr; }
  void set_text_index(int32_t index) { text_index_ = index; }

 protected:
  int32_t text_index_ = 0;
};

/// A page's values: `page` holds `data` and kPagePadding bytes more.
struct PageValues {
  std::shared_ptr<arrow::Buffer> page;
  const uint8_t* data = nullptr;
  int64_t size = 0;
  int64_t num_values = 0;  ///< NULLs among them, where they aren't known to be absent
};

/// A decoder for one page. Fails with kExecution where the encoding doesn't fit the type.
arrow::Result<std::unique_ptr<ValueDecoder>> MakeDecoder(::parquet::Encoding::type encoding, const ValueType& type,
                                                         const PageValues& values, std::shared_ptr<const Dictionary> dictionary,
                                                         arrow::MemoryPool* pool);
/// A dictionary page's values (PLAIN), decoded.
arrow::Result<std::shared_ptr<const Dictionary>> DecodeDictionary(const ValueType& type, const PageValues& values,
                                                                  arrow::MemoryPool* pool);

}  // namespace bowstring::pq
