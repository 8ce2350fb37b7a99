// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/like_pattern.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace bowstring {
namespace {

// LIKE by its definition, for ASCII.
bool Naive(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') return Naive(text, pattern.substr(1)) || (!text.empty() && Naive(text.substr(1), pattern));
  return !text.empty() && (pattern[0] == '_' || pattern[0] == text[0]) && Naive(text.substr(1), pattern.substr(1));
}

TEST(LikeMatcher, AsByDefinition) {
  std::mt19937_64 rng(7);
  int matched = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string text(rng() % 70, 'a'), pattern;
    for (char& c : text) c = "aaab"[rng() % 4];
    for (uint64_t n = rng() % 4 + 1; n > 0; --n) {
      pattern += std::string_view("%_ab").substr(0, rng() % 2);
      // Often a piece of the text itself.
      if (!text.empty() && rng() % 4 != 0) pattern += text.substr(rng() % text.size(), rng() % 20);
      pattern += std::string_view("_%").substr(0, rng() % 3);
      if (rng() % 2 == 0) pattern += '%';
    }
    const bool expected = Naive(text, pattern);
    matched += expected;
    ASSERT_EQ(LikeMatcher(pattern, false, std::nullopt).Matches(text), expected) << text << " LIKE " << pattern;
  }
  EXPECT_GT(matched, 200);
}

TEST(LikeMatcher, PlacesAtTheEdgesOfBlocks) {
  for (size_t size = 0; size < 80; ++size) {
    for (const std::string what : {"xy", "xyz", "xx", "x", "xabcdefghijklmnopqrstuvwy"}) {
      for (size_t place = 0; place <= size; ++place) {
        std::string text(size, 'x');
        text.insert(place, what);
        EXPECT_TRUE(LikeMatcher("%" + what + "%", false, std::nullopt).Matches(text)) << size << " " << place;
        if (what.size() < 3) continue;
        text[place + 1] = '-';
        EXPECT_FALSE(LikeMatcher("%" + what + "%", false, std::nullopt).Matches(text)) << size << " " << place;
      }
    }
  }
}

}  // namespace
}  // namespace bowstring
