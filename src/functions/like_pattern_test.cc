// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/like_pattern.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bowstring {
namespace {

// LIKE by its definition, for ASCII: fits[i], whether what is left of the text from i on fits what is left of the pattern.
bool Naive(std::string_view text, std::string_view pattern) {
  std::vector<bool> fits(text.size() + 1, false);
  fits[text.size()] = true;
  for (size_t p = pattern.size(); p-- > 0;) {
    std::vector<bool> next(text.size() + 1, false);
    for (size_t i = text.size() + 1; i-- > 0;) {
      if (pattern[p] == '%') {
        next[i] = fits[i] || (i < text.size() && next[i + 1]);
      } else {
        next[i] = i < text.size() && (pattern[p] == '_' || pattern[p] == text[i]) && fits[i + 1];
      }
    }
    fits = std::move(next);
  }
  return fits[0];
}

TEST(LikeMatcher, AsByDefinition) {
  std::mt19937_64 rng(7);
  int matched = 0;
  for (int i = 0; i < 20000; ++i) {
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
  EXPECT_GT(matched, 2000);
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
