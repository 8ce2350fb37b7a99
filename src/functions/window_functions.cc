// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/window_functions.h"

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
  std::string types;
  for (const ArgumentInfo& argument : arguments) types += (types.empty() ? "" : ", ") + argument.field->type()->ToString();
  return Error(ErrorKind::kPlan, "Function '", name, "' failed to match any signature: no function matches ", name, "(", types,
               "). You might need to add explicit type casts. Candidate functions: ", candidates);
}

}  // namespace bowstring
