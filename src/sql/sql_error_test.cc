// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/sql_error.h"

#include <string>

#include <gtest/gtest.h>

#include "sql/parser.h"

namespace bowstring::sql {
namespace {

TEST(SqlError, PositionsCountCharactersFromOne) {
  const std::string text = "a\n\u00e4\u00f6 b\n";
  EXPECT_EQ(PositionOf(text, 0).line, 1u);
  EXPECT_EQ(PositionOf(text, 0).column, 1u);
  EXPECT_EQ(PositionOf(text, 2).line, 2u);
  EXPECT_EQ(PositionOf(text, 2).column, 1u);
  EXPECT_EQ(PositionOf(text, 7).column, 4u);
  EXPECT_EQ(PositionOf(text, 99).line, 3u);
  EXPECT_EQ(PositionOf(text, 99).column, 1u);
}

TEST(SqlError, CaretUnderTheCharacter) {
  EXPECT_EQ(RenderCaret("SELECT a\nFROM \u00e4\u00f6, ,", {20, 21}),
            "LINE 2: FROM \u00e4\u00f6, ,\n"
            "                 ^\n");
  EXPECT_EQ(RenderCaret("", {0, 0}), "LINE 1: \n        ^\n");
  EXPECT_EQ(RenderCaret("ab\n", {3, 3}), "LINE 2: \n        ^\n");
  EXPECT_EQ(RenderCaret("a\tb", {2, 3}), "LINE 1: a b\n          ^\n");
}

TEST(SqlError, LongLinesAreCutAroundTheCaret) {
  const std::string text = std::string(1000, 'x') + "!" + std::string(1000, 'y');
  const std::string shown = RenderCaret(text, {1000, 1001});
  EXPECT_LT(shown.size(), 300u);
  const size_t newline = shown.find('\n');
  EXPECT_EQ(shown[shown.find('^') - newline - 1], '!');
  EXPECT_TRUE(shown.starts_with("LINE 1: ...xxx"));
  EXPECT_EQ(shown.substr(newline - 3, 3), "...");
}

TEST(SqlError, StatusHasKindPlaceAndThePeersWords) {
  const auto status = ParseStatements("SELECT a,, b FROM t").status();
  EXPECT_EQ(KindOf(status), ErrorKind::kSql);
  EXPECT_EQ(ErrorText(status),
            "SQL error: ParserError(\"Expected: an expression, found: , at Line: 1, Column: 10\")\n"
            "LINE 1: SELECT a,, b FROM t\n"
            "                 ^");
  ASSERT_NE(SqlErrorDetailOf(status), nullptr);
  EXPECT_EQ(SqlErrorDetailOf(status)->span().begin, 9u);
  EXPECT_EQ(SqlErrorDetailOf(status)->position().column, 10u);
  EXPECT_EQ(SqlErrorDetailOf(arrow::Status::Invalid("x")), nullptr);
}

TEST(SqlError, QuotesAndHugeTokensInTheMessage) {
  EXPECT_TRUE(ParseStatements("SELECT a \"b\" \"c\"").status().message().starts_with("ParserError(\"Expected: end of statement, found: \\\"c\\\" at"));
  const auto status = ParseStatements("SELECT a b '" + std::string(100000, 'x') + "'").status();
  EXPECT_LT(status.message().size(), 400u);
}

}  // namespace
}  // namespace bowstring::sql
