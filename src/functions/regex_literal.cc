// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/regex_literal.h"

#include <cctype>

namespace bowstring {
namespace {

// Behind the bracket expression that begins at `at`.
size_t BehindBrackets(std::string_view pattern, size_t at) {
  size_t i = at + 1;
  if (i < pattern.size() && pattern[i] == '^') ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;
  for (; i < pattern.size() && pattern[i] != ']'; ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '[' && i + 1 < pattern.size() && pattern[i + 1] == ':') {
      const size_t end = pattern.find(":]", i + 2);
      if (end != std::string_view::npos) i = end + 1;
    }
  }
  return i + 1;
}

}  // namespace

std::string RequiredLiteral(std::string_view pattern) {
  std::string longest, run;
  const auto end_run = [&] {
    if (run.size() > longest.size()) longest = run;
    run.clear();
  };
  int depth = 0;  // what stands in parentheses may be optional
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    switch (c) {
      case '\\': {
        if (++i >= pattern.size()) return "";
        const auto next = static_cast<unsigned char>(pattern[i]);
        if (next == 'Q' || next == 'E' || std::isdigit(next) || next == 'x' || next == 'p' || next == 'P') return "";  // longer than two characters
        if (depth > 0) break;
        if (std::ispunct(next)) {
          run += static_cast<char>(next);
        } else {
          end_run();
        }
        break;
      }
      case '[':
        if (depth == 0) end_run();
        i = BehindBrackets(pattern, i) - 1;
        break;
      case '(':
        if (i + 1 < pattern.size() && pattern[i + 1] == '?' && pattern.substr(i, 3) != "(?:") return "";  // flags may change what letters mean
        if (depth++ == 0) end_run();
        break;
      case ')':
        if (--depth < 0) return "";
        break;
      case '|':
        if (depth == 0) return "";
        break;
      case '*': case '?': case '{':
        if (depth > 0) break;
        // The character before may be missing: of UTF-8, all its bytes.
        while (!run.empty() && (static_cast<unsigned char>(run.back()) & 0xc0) == 0x80) run.pop_back();
        if (!run.empty()) run.pop_back();
        end_run();
        if (c == '{') {
          const size_t end = pattern.find('}', i);
          if (end == std::string_view::npos) return "";
          i = end;
        }
        break;
      case '.': case '^': case '$': case '+':
        if (depth == 0) end_run();
        break;
      default:
        if (depth == 0) run += c;
    }
  }
  if (depth != 0) return "";
  end_run();
  return longest;
}

LiteralFilter::LiteralFilter(std::string_view pattern) {
  std::string like = "%";
  for (const char c : RequiredLiteral(pattern)) {
    if (c == '%' || c == '_' || c == '\\') like += '\\';
    like += c;
  }
  if (like.size() > 1) has_.emplace(like + "%", false, std::nullopt);
}

}  // namespace bowstring
