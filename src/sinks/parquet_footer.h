// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bowstring {

/// What a leaf column's smallest and largest values may be cut as.
enum class CutAs : uint8_t { kNothing, kBytes, kText };

/// A Parquet footer (FileMetaData in Thrift's compact protocol) whose statistics of `columns`, the leaves in order, have smallest and largest values of at
/// most `length` bytes: the smallest one is cut, the largest one cut and its end made the next greater, and both are said not to be exact. Text stays UTF-8.
/// Never longer than `footer`. Nothing where no value is longer, or where the footer isn't understood.
std::optional<std::string> CutStatistics(std::string_view footer, const std::vector<CutAs>& columns, int64_t length);

}  // namespace bowstring
