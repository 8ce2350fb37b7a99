// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cctype>

#include <bowstring/expr.h>

// Column names given as text (BEHAVIOUR.md 2.1): one to four identifiers with dots between them, as SQL has them. A text that isn't
// that ("a b", "a-b", "1a") is a name as a whole, unfolded.

namespace bowstring {
namespace {

bool IsStart(unsigned char c) { return std::isalpha(c) || c == '_' || c == '#' || c == '@' || c >= 0x80; }
bool IsPart(unsigned char c) { return IsStart(c) || std::isdigit(c) || c == '$'; }

std::string Fold(std::string_view word) {
  std::string out(word);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  }
  return out;
}

// The parts, or none where the text isn't a list of identifiers.
std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> parts;
  size_t at = 0;
  auto blanks = [&] {
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
  };
  while (true) {
    blanks();
    if (at == text.size()) return {};
    if (text[at] == '"' || text[at] == '`') {
      const char quote = text[at++];
      std::string part;
      while (true) {
        if (at == text.size()) return {};
        if (text[at] == quote) {
          if (at + 1 == text.size() || text[at + 1] != quote) break;
          ++at;
        }
        part += text[at++];
      }
      ++at;
      parts.push_back(std::move(part));
    } else if (IsStart(static_cast<unsigned char>(text[at]))) {
      const size_t begin = at;
      while (at < text.size() && IsPart(static_cast<unsigned char>(text[at]))) ++at;
      parts.push_back(Fold(text.substr(begin, at - begin)));
    } else {
      return {};
    }
    blanks();
    if (at == text.size()) return parts;
    if (text[at++] != '.') return {};
  }
}

}  // namespace

Expr Col(std::string_view text) {
  std::vector<std::string> parts = Split(text);
  switch (parts.size()) {
    case 1: return Column(std::move(parts[0]));
    case 2: return Column(TableName{"", "", std::move(parts[0])}, std::move(parts[1]));
    case 3: return Column(TableName{"", std::move(parts[0]), std::move(parts[1])}, std::move(parts[2]));
    case 4: return Column(TableName{std::move(parts[0]), std::move(parts[1]), std::move(parts[2])}, std::move(parts[3]));
    default: return Column(std::string(text));
  }
}

}  // namespace bowstring
