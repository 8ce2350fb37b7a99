// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace bowstring {

/// Values of any type as bytes of their own and back: how aggregate states and nested group keys keep what has no fixed width.

/// kNotImplemented for types that have no encoding: unions, run-end encoding, views of lists, more than 64 levels.
arrow::Status CheckCodable(const arrow::DataType& type);

/// One large_binary for each of the first `n` values; NULLs are encoded too (they are not NULL in the answer). With `canonical`, equal
/// values are equal bytes: -0.0 as 0.0, one NaN, dictionaries decoded.
arrow::Result<std::shared_ptr<arrow::ArrayData>> EncodeValues(const arrow::ArrayData& values, int64_t n, bool canonical, arrow::MemoryPool* pool);
/// As above, of the values at `positions`; null: the first n.
arrow::Result<std::shared_ptr<arrow::ArrayData>> EncodeValues(const arrow::ArrayData& values, const int32_t* positions, int64_t n, bool canonical,
                                                              arrow::MemoryPool* pool);

/// The values again, of the type they were encoded from; NULL where the bytes are NULL.
arrow::Result<std::shared_ptr<arrow::Array>> DecodeValues(const arrow::ArrayData& encoded, const std::shared_ptr<arrow::DataType>& type,
                                                          arrow::MemoryPool* pool);

}  // namespace bowstring
