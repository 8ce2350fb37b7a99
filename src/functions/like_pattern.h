// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bowstring {

/// A LIKE pattern: `%` any text, `_` one character (of UTF-8), backslash (or `escape`) takes the next as it is. Thread-safe.
class LikeMatcher {
 public:
  LikeMatcher(std::string_view pattern, bool fold_case, std::optional<char> escape);
  bool Matches(std::string_view text) const;

 private:
  // A piece between two %: literal bytes, and where a whole character is free.
  struct Piece {
    std::string text;               // without free places: plain bytes
    std::vector<std::string> runs;  // with free places: literal runs, one free character between two
    bool plain() const { return runs.empty(); }
    size_t least = 0;  // bytes at least
  };
  bool MatchesFolded(std::string_view text) const;
  // Bytes of `text` that the piece takes at its beginning; -1 where it doesn't match there.
  static int64_t Take(const Piece& piece, std::string_view text);
  static int64_t Find(const Piece& piece, std::string_view text, size_t from, size_t* length);

  std::vector<Piece> pieces_;
  bool open_begin_ = false, open_end_ = false;
  bool fold_case_;
};

/// Text with each letter in its lower case, by simple case folding of Unicode; invalid UTF-8 is kept as it is.
void FoldCase(std::string_view text, std::string* out);

}  // namespace bowstring
