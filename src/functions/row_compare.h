// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <arrow/array/data.h>
#include <arrow/result.h>

namespace bowstring {

/// Order of two values of arrays of one type (texts and dictionaries of any kinds with each other), rows counted from their offsets; both
/// valid: negative, 0, positive. NaN equals itself and is above all numbers. Nested values compare element by element, NULLs inside are below
/// all. For types without a loop of their own.
using RowCompare = std::function<int(int64_t left, int64_t right)>;
arrow::Result<RowCompare> MakeRowCompare(const std::shared_ptr<arrow::ArrayData>& left, const std::shared_ptr<arrow::ArrayData>& right);

}  // namespace bowstring
