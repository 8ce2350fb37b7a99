// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace bowstring {

struct KeyOrder {
  bool ascending = true, nulls_first = false;
};

/// One large_binary for each row: bytes that compare (memcmp) as the rows do by all columns in turn. NaN is the greatest float, -0.0 is before 0.0.
/// Rows are those at `positions` (null: the first n). kNotImplemented for types without an order.
arrow::Result<std::shared_ptr<arrow::ArrayData>> EncodeOrder(std::span<const std::shared_ptr<arrow::ArrayData>> columns,
                                                             const std::vector<KeyOrder>& orders, const int32_t* positions, int64_t n,
                                                             arrow::MemoryPool* pool);
arrow::Status CheckOrderable(const arrow::DataType& type);

}  // namespace bowstring
