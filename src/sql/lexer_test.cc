// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/lexer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sql/sql_error.h"

namespace bowstring::sql {
namespace {

using T = TokenKind;

std::vector<TokenKind> Kinds(std::string_view text) {
  std::vector<TokenKind> out;
  auto tokens = Tokenize(text);
  EXPECT_TRUE(tokens.ok()) << tokens.status().message();
  if (tokens.ok()) {
    for (const auto& token : *tokens) out.push_back(token.kind);
  }
  return out;
}

std::string Value(std::string_view text) {
  auto tokens = Tokenize(text);
  if (!tokens.ok()) return "error: " + tokens.status().message();
  EXPECT_EQ(tokens->size(), 2u) << text;
  auto value = TokenValue(text, (*tokens)[0]);
  return value.ok() ? *value : "error: " + value.status().message();
}

TEST(Lexer, LongestOperatorFirst) {
  EXPECT_EQ(Kinds("a->>b"), (std::vector{T::kWord, T::kLongArrow, T::kWord, T::kEof}));
  EXPECT_EQ(Kinds("< <= <> << <@ <=> > >= >> = == =>"),
            (std::vector{T::kLt, T::kLtEq, T::kNotEq, T::kShiftLeft, T::kArrowAt, T::kSpaceship, T::kGt, T::kGtEq,
                         T::kShiftRight, T::kEq, T::kDoubleEq, T::kFatArrow, T::kEof}));
  EXPECT_EQ(Kinds("! != !! !~ !~* !~~ !~~* ~ ~* ~~ ~~*"),
            (std::vector{T::kBang, T::kNotEq, T::kDoubleBang, T::kBangTilde, T::kBangTildeStar, T::kBangDoubleTilde,
                         T::kBangDoubleTildeStar, T::kTilde, T::kTildeStar, T::kDoubleTilde, T::kDoubleTildeStar, T::kEof}));
  EXPECT_EQ(Kinds("| || |/ ||/ & && ^ ^@ # #> #>> #- @> @? @@ : :: := / // %"),
            (std::vector{T::kPipe, T::kConcat, T::kPipeSlash, T::kDoublePipeSlash, T::kAmp, T::kDoubleAmp, T::kCaret,
                         T::kCaretAt, T::kHash, T::kHashArrow, T::kHashLongArrow, T::kHashMinus, T::kAtArrow, T::kAtQuestion,
                         T::kDoubleAt, T::kColon, T::kDoubleColon, T::kAssign, T::kSlash, T::kDoubleSlash, T::kPercent,
                         T::kEof}));
}

TEST(Lexer, PlaceholdersAndQuestionOperators) {
  EXPECT_EQ(Kinds("$1 $name ? ?2"),
            (std::vector{T::kPlaceholder, T::kPlaceholder, T::kPlaceholder, T::kPlaceholder, T::kEof}));
  EXPECT_EQ(Kinds("a ?| b ?& c"), (std::vector{T::kWord, T::kQuestionPipe, T::kWord, T::kQuestionAmp, T::kWord, T::kEof}));
  // A placeholder before ||, not the operator ?| before |.
  EXPECT_EQ(Kinds("?||a"), (std::vector{T::kPlaceholder, T::kConcat, T::kWord, T::kEof}));
}

TEST(Lexer, Numbers) {
  EXPECT_EQ(Value("1_000_000"), "1000000");
  EXPECT_EQ(Value("1.5E-3"), "1.5E-3");
  EXPECT_EQ(Value(".5"), ".5");
  EXPECT_EQ(Value("5."), "5.");
  EXPECT_EQ(Kinds("1e"), (std::vector{T::kNumber, T::kWord, T::kEof}));
  EXPECT_EQ(Kinds("1_"), (std::vector{T::kNumber, T::kWord, T::kEof}));
  EXPECT_EQ(Kinds("1e+"), (std::vector{T::kNumber, T::kWord, T::kPlus, T::kEof}));
  EXPECT_EQ(Kinds("t.a"), (std::vector{T::kWord, T::kDot, T::kWord, T::kEof}));
}

TEST(Lexer, Strings) {
  EXPECT_EQ(Value("'it''s'"), "it's");
  EXPECT_EQ(Value("'a\\nb'"), "a\\nb");
  EXPECT_EQ(Value("E'a\\nb\\tc\\\\d\\'e''f\\x41\\101\\u00e9\\U0001F600\\q'"), "a\nb\tc\\d'e'fAA\u00e9\U0001F600q");
  EXPECT_EQ(Value("N'x'"), "x");
  EXPECT_EQ(Value("U&'d\\0061t\\+000061 \\\\ '''"), "data \\ '");
  EXPECT_EQ(Value("$$it's$$"), "it's");
  EXPECT_EQ(Value("$t$a$$b$u$c$t$"), "a$$b$u$c");
  EXPECT_EQ(Value("X'00ff'"), std::string("\x00\xFF", 2));
  EXPECT_EQ(Value("x'abc'"), "\x0A\xBC");
  EXPECT_EQ(Value("0x1F"), "\x1F");
  EXPECT_EQ(Value("\"a\"\"b\""), "a\"b");
  EXPECT_EQ(Value("`a``b`"), "a`b");
}

TEST(Lexer, BadStrings) {
  for (const char* text : {"'a", "\"a", "`a", "E'a\\'", "$$a", "$t$a$$", "X'0", "X'0g'", "E'\\u12'", "E'\\U00110000'",
                           "E'\\ud800'", "E'\\xff'", "E'\\x'", "E'\\0'", "U&'\\12'", "U&'\\+00006'", "/* /* */", "$", "\\", "B'1'"}) {
    EXPECT_TRUE(Value(text).starts_with("error: TokenizerError(")) << text << " is " << Value(text);
  }
}

TEST(Lexer, CommentsAndBlanks) {
  EXPECT_EQ(Kinds("@\xEF\xBB\xBF"), Kinds("@"));  // a blank is no name
  EXPECT_EQ(Kinds("a -- b\n/* /* */ -- */ c\xC2\xA0\xE3\x80\x80" "d\xEF\xBB\xBF"),
            (std::vector{T::kWord, T::kWord, T::kWord, T::kEof}));
  EXPECT_EQ(Kinds(""), (std::vector{T::kEof}));
  EXPECT_EQ(Kinds("--"), (std::vector{T::kEof}));
}

TEST(Lexer, KeywordsInAnyCaseAndQuotedNot) {
  const auto tokens = *Tokenize("SeLeCt \"select\" selects");
  EXPECT_EQ(tokens[0].keyword, Keyword::kSELECT);
  EXPECT_EQ(tokens[1].keyword, Keyword::kNone);
  EXPECT_EQ(tokens[2].keyword, Keyword::kNone);
}

TEST(Lexer, ParenthesesKnowTheirEnd) {
  const auto tokens = *Tokenize("(a (b) ) ( ) (");
  EXPECT_EQ(tokens[0].match, 5u);
  EXPECT_EQ(tokens[2].match, 4u);
  EXPECT_EQ(tokens[6].match, 7u);
  EXPECT_EQ(tokens[8].match, tokens.size() - 1);
}

TEST(Lexer, InvalidUtf8) {
  for (const std::string text : {"a \xFF", "'\xC3'", "\"\xC0\x80\"", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    const auto tokens = Tokenize(text);
    ASSERT_FALSE(tokens.ok());
    EXPECT_NE(tokens.status().message().find("Invalid UTF-8 at byte "), std::string::npos);
  }
  EXPECT_TRUE(Tokenize("SELECT '\xF0\x9F\x98\x80', \xE6\x97\xA5").ok());
  EXPECT_TRUE(Tokenize(std::string("a\0b", 3)).status().IsInvalid());
}

}  // namespace
}  // namespace bowstring::sql
