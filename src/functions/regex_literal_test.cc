// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/regex_literal.h"

#include <gtest/gtest.h>

namespace bowstring {
namespace {

TEST(RequiredLiteral, WhatEveryMatchContains) {
  const std::pair<const char*, const char*> cases[] = {
      {"special.*requests", "requests"}, {"special", "special"}, {"^abc$", "abc"}, {"a|b", ""}, {"(a|b)cd", "cd"}, {"ab*c", "a"}, {"ab+c", "ab"},
      {"ab?cde", "cde"}, {"ab{0,2}xyz", "xyz"}, {"x{2}", ""}, {"(?i)abc", ""}, {"(?:abc)?de", "de"}, {"[abc]+", ""}, {"[]a]bcd", "bcd"}, {"[^]]q", "q"},
      {"[[:alpha:]]zz", "zz"}, {"a\\.bc", "a.bc"}, {"a\\dbcd", "bcd"}, {"\\Qa.b\\E", ""}, {"\\x41bc", ""}, {"\\p{Lu}bc", ""}, {"hä*b", "h"}, {"hää*b", "hä"},
      {"", ""}, {"(abc", ""}, {"abc)", ""}, {"abc\\", ""}, {"a.b.cde.f", "cde"}, {"ab{", ""}, {"(a(b)c)*xy", "xy"}};
  for (const auto& [pattern, literal] : cases) EXPECT_EQ(RequiredLiteral(pattern), literal) << pattern;
}

TEST(RequiredLiteral, Filters) {
  const LiteralFilter filter("a.*50%_of\\\\x");
  EXPECT_TRUE(filter.MayMatch("so 50%_of\\x it is"));
  EXPECT_FALSE(filter.MayMatch("so 50 _of\\x it is"));
  EXPECT_FALSE(filter.MayMatch("so 50%xof\\x it is"));
  EXPECT_TRUE(LiteralFilter("a|b").MayMatch(""));
}

}  // namespace
}  // namespace bowstring
