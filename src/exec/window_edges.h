// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/window_function.h>

namespace bowstring::exec {

/// Arguments of a value function (first_value, lag, ...) in some rows that stand for many: no others of these can be an answer.
using EdgeRows = std::vector<std::shared_ptr<arrow::ArrayData>>;

/// Which rows can be: so many of the first and of the last, where nulls are ignored of those whose first argument isn't NULL.
struct EdgeCount {
  int64_t first = 0, last = 0;
  bool ignore_nulls = false;
};

/// The edges of what `before` stands for (empty: of nothing) and rows [from, to) behind it. Keeps nothing of the columns' pages.
arrow::Result<EdgeRows> TakeEdges(const EdgeRows& before, const EdgeRows& columns, int64_t from, int64_t to, const EdgeCount& count,
                                  arrow::MemoryPool* pool);

/// Evaluates a call over rows that are a part of their partition: in front of the first row and behind the last one stand the edges of what is missing
/// (empty: nothing is), inside of frames that begin with row 0, or end with the last.
arrow::Result<std::shared_ptr<arrow::ArrayData>> EvaluateBetween(const WindowKernel& kernel, const EdgeRows& before, WindowInput input,
                                                                 const EdgeRows& behind);

}  // namespace bowstring::exec
