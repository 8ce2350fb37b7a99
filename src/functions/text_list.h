// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>

#include <bowstring/aggregate_function.h>

namespace bowstring {

/// array_agg without an ORDER BY, of texts or bytes of variable width: lists of `result` in the input's order. Null for other types.
std::shared_ptr<const AggregateKernel> MakeTextListKernel(const std::shared_ptr<arrow::DataType>& value, std::shared_ptr<arrow::DataType> result,
                                                          bool ignore_nulls);

/// string_agg without an ORDER BY, of texts of any kind: a large string, in the input's order; NULLs are left out.
std::shared_ptr<const AggregateKernel> MakeJoinedTextKernel(std::string delimiter);

}  // namespace bowstring
