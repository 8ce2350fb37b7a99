// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <bowstring/dynamic_filter.h>

namespace bowstring {

/// A dynamic filter that may be asked by one of its columns alone as well, before the others are read.
class BOWSTRING_EXPORT ColumnFilter : public DynamicFilter {
 public:
  /// Once ready: whether column `i` alone tells anything.
  virtual bool Knows(int i) const = 0;
  /// As MayPass, by the values of column `i` alone. Only where it Knows(i).
  virtual arrow::Result<int64_t> MayPassOne(int i, const arrow::Array& column, int64_t n, int32_t* rows) const = 0;
};

}  // namespace bowstring
