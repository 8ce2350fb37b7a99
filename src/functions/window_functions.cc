// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/window_functions.h"
#include "functions/simple_function.h"

#include <algorithm>

#include <arrow/type.h>

#include <bowstring/error.h>

namespace bowstring {

WindowInput::Ranges WindowInput::FrameRanges(int64_t row, int64_t peers_begin, int64_t peers_end) const {
  const int64_t b = frame_begin[row], e = frame_end[row];
  const auto range = [&](int64_t from, int64_t to) {
    from = std::max(from, b);
    to = std::min(to, e);
    return std::pair<int64_t, int64_t>(from, std::max(from, to));
  };
  switch (exclude) {
    case FrameExclude::kNoOthers: break;
    case FrameExclude::kCurrentRow: return {range(b, row), range(row + 1, e), {e, e}};
    case FrameExclude::kGroup: return {range(b, peers_begin), range(peers_end, e), {e, e}};
    case FrameExclude::kTies: return {range(b, peers_begin), range(row, row + 1), range(peers_end, e)};
  }
  return {std::pair<int64_t, int64_t>{b, e}, {e, e}, {e, e}};
}

const std::vector<std::shared_ptr<const WindowFunction>>& WindowFunctions() {
  static const auto* list = [] {
    auto* made = new WindowList();
    AddWindowRanks(made);
    AddWindowValues(made);
    return made;
  }();
  return *list;
}

std::shared_ptr<const WindowFunction> FindBuiltinWindow(std::string_view name) {
  for (const auto& function : WindowFunctions()) {
    if (function->name() == name) return function;
  }
  return nullptr;
}

arrow::Status NoWindowSignature(std::string_view name, const std::vector<ArgumentInfo>& arguments, std::string_view candidates) {
  return NoMatch(std::string(name), std::string(candidates), arguments);
}

}  // namespace bowstring
