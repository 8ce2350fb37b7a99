// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include <arrow/array/data.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace bowstring {

/// The values at `rows` (counted from the array's offset), in that order; -1 makes NULL. Text of views and dictionaries is shared, not
/// copied. Offset of the answer is 0. Runs stay runs. Unions and list views go by Arrow's loops, all other types by own ones.
/// On OutOfMemory nothing has changed.
arrow::Result<std::shared_ptr<arrow::ArrayData>> Gather(const arrow::ArrayData& values, const int32_t* rows, int64_t n,
                                                        arrow::MemoryPool* pool);
/// As above, for row numbers of 64 bits.
arrow::Result<std::shared_ptr<arrow::ArrayData>> Gather(const arrow::ArrayData& values, const int64_t* rows, int64_t n,
                                                        arrow::MemoryPool* pool);

}  // namespace bowstring
