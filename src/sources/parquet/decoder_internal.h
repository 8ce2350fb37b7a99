// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include <arrow/result.h>

#include "sources/parquet/decoder.h"

namespace bowstring::pq {

/// Gather by decoding all into a small buffer and picking from it.
arrow::Status GatherDecoded(ValueDecoder* decoder, int64_t n, const int32_t* rows, int64_t count, int64_t base, int32_t width, uint8_t* out);

// One function an encoding (and kind of value); MakeDecoder chooses.
arrow::Result<std::unique_ptr<ValueDecoder>> MakePlainFixed(const PageValues& values, int32_t width);
arrow::Result<std::unique_ptr<ValueDecoder>> MakePlainText(const PageValues& values);
arrow::Result<std::unique_ptr<ValueDecoder>> MakePlainBooleans(const PageValues& values);
arrow::Result<std::unique_ptr<ValueDecoder>> MakeRleBooleans(const PageValues& values);
arrow::Result<std::unique_ptr<ValueDecoder>> MakeDeltaIntegers(const PageValues& values, int32_t width);
arrow::Result<std::unique_ptr<ValueDecoder>> MakeDeltaLengthText(const PageValues& values, arrow::MemoryPool* pool);
/// `fixed_width` 0: text as views; else values of that many bytes.
arrow::Result<std::unique_ptr<ValueDecoder>> MakeDeltaText(const PageValues& values, int32_t fixed_width, arrow::MemoryPool* pool);
arrow::Result<std::unique_ptr<ValueDecoder>> MakeStreamSplit(const PageValues& values, int32_t width);

}  // namespace bowstring::pq
