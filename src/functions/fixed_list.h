// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <bowstring/aggregate_function.h>

namespace bowstring {

/// array_agg without an ORDER BY, of values of one, two, four, eight or sixteen whole bytes: lists of `result` in the input's order. Null for other types.
std::shared_ptr<const AggregateKernel> MakeFixedListKernel(const std::shared_ptr<arrow::DataType>& value, std::shared_ptr<arrow::DataType> result,
                                                           bool ignore_nulls);

}  // namespace bowstring
