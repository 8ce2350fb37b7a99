// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace bowstring {

/// A pattern whose classes \w, \d and \s (and \W, \D, \S outside of brackets) mean Unicode's letters, digits and blanks, as in Rust's
/// regex; RE2 knows ASCII's by these names. \u{61} becomes \x{61}, as RE2 writes it.
std::string UnicodeClasses(std::string_view pattern);

}  // namespace bowstring
