// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace bowstring::pq {

/// `rows` times one value as an array of `type`, which is the value's own or a dictionary of it.
arrow::Result<std::shared_ptr<arrow::ArrayData>> RepeatConstant(const arrow::Scalar& value, const std::shared_ptr<arrow::DataType>& type, int64_t rows,
                                                                arrow::MemoryPool* pool);

}  // namespace bowstring::pq
