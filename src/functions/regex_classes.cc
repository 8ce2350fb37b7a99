// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/regex_classes.h"

namespace bowstring {
namespace {

constexpr std::string_view kWord = R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc})";
constexpr std::string_view kDigit = R"(\p{Nd})";
constexpr std::string_view kBlank = R"(\s\v\p{Z}\x{85})";

std::string_view ClassOf(char letter) {
  switch (letter) {
    case 'w':
    case 'W': return kWord;
    case 'd':
    case 'D': return kDigit;
    case 's':
    case 'S': return kBlank;
    default: return "";
  }
}

}  // namespace

std::string UnicodeClasses(std::string_view pattern) {
  if (pattern.find('\\') == std::string_view::npos) return std::string(pattern);
  std::string out;
  bool brackets = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c != '\\' || i + 1 == pattern.size()) {
      if (c == '[' && !brackets) {
        brackets = true;
        out += c;
        // A bracket right behind the opening one is a character of the class.
        if (i + 1 < pattern.size() && pattern[i + 1] == '^') out += pattern[++i];
        if (i + 1 < pattern.size() && pattern[i + 1] == ']') out += pattern[++i];
        continue;
      }
      if (c == '[' && brackets && i + 1 < pattern.size() && pattern[i + 1] == ':') {  // [:alpha:]
        const size_t end = pattern.find(":]", i + 2);
        if (end != std::string_view::npos) {
          out += pattern.substr(i, end + 2 - i);
          i = end + 1;
          continue;
        }
      }
      if (c == ']') brackets = false;
      out += c;
      continue;
    }
    const char letter = pattern[++i];
    if (letter == 'Q') {  // literal text up to \E
      const size_t end = pattern.find("\\E", i + 1);
      const size_t stop = end == std::string_view::npos ? pattern.size() : end + 2;
      out += pattern.substr(i - 1, stop - (i - 1));
      i = stop - 1;
      continue;
    }
    if (letter == 'u' || letter == 'U') {  // \u{61}, \u0061, \U00000061: RE2 says \x{61}
      const size_t digits = letter == 'u' ? 4 : 8;
      if (i + 1 < pattern.size() && pattern[i + 1] == '{') {
        out += "\\x";
        continue;
      }
      if (i + digits < pattern.size()) {
        out += "\\x{" + std::string(pattern.substr(i + 1, digits)) + "}";
        i += digits;
        continue;
      }
    }
    const std::string_view members = ClassOf(letter);
    const bool negated = letter == 'W' || letter == 'D' || letter == 'S';
    if (members.empty() || (brackets && negated)) {
      out += c;
      out += letter;
    } else if (brackets) {
      out += members;
    } else {
      out += negated ? "[^" : "[";
      out += members;
      out += ']';
    }
  }
  return out;
}

}  // namespace bowstring
