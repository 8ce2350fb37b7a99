// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Length and depth: long texts parse in linear time, deep ones parse or are refused by name, all on a 512 KB stack, in
// parsing, printing and destruction.

#include <pthread.h>

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "sql/ast_print.h"
#include "sql/parser.h"

namespace bowstring::sql {
namespace {

constexpr size_t kSmallStack = 512 * 1024;

void OnSmallStack(std::function<void()> body) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, kSmallStack), 0);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &body), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

struct Form {
  const char* name;
  const char* before;
  const char* open;
  const char* middle;
  const char* close;
  const char* after;

  std::string Text(size_t depth) const { return before + Repeat(open, depth) + middle + Repeat(close, depth) + after; }
};

// Every way in which the grammar nests.
constexpr Form kDeepForms[] = {
    {"parentheses", "SELECT ", "(", "1", ")", ""},
    {"tuple", "SELECT ", "(1,", "1", ")", ""},
    {"NOT", "SELECT ", "NOT ", "a", "", ""},
    {"minus", "SELECT ", "- ", "a", "", ""},
    {"CASE", "SELECT ", "CASE WHEN a THEN 1 ELSE ", "1", " END", ""},
    {"CASE condition", "SELECT ", "CASE WHEN ", "1", " THEN 1 END", ""},
    {"subquery", "SELECT ", "(SELECT ", "1", ")", ""},
    {"nested query", "", "(", "SELECT 1", ")", ""},
    {"set operation", "", "(SELECT 1 UNION ", "SELECT 1", ")", ""},
    {"derived table", "", "SELECT * FROM (", "SELECT 1", ") AS x", ""},
    {"nested join, right", "SELECT * FROM ", "(t JOIN ", "u", " ON a = b)", ""},
    {"nested join, left", "SELECT * FROM ", "(", "u", " JOIN t ON a = b)", ""},
    {"nested table", "SELECT * FROM ", "(", "t", ")", ""},
    {"lateral", "SELECT * FROM t, LATERAL ", "(SELECT * FROM ", "t", ")", ""},
    {"call", "SELECT ", "f(", "a", ")", ""},
    {"array", "SELECT ", "[", "1", "]", ""},
    {"struct", "SELECT ", "{'a':", "1", "}", ""},
    {"STRUCT", "SELECT ", "STRUCT(", "1", " AS a)", ""},
    {"map", "SELECT ", "MAP {1:", "1", "}", ""},
    {"array type", "SELECT CAST(a AS ", "array<", "int", ">", ")"},
    {"struct type", "SELECT CAST(a AS ", "struct<a ", "int", ">", ")"},
    {"int[][]", "SELECT a::int", "[]", "", "", ""},
    {"::", "SELECT a", "::int", "", "", ""},
    {"CAST", "SELECT ", "CAST(", "a", " AS int)", ""},
    {"subscripts", "SELECT a", "[1]", "", "", ""},
    {"index", "SELECT ", "a[", "1", "]", ""},
    {"fields", "SELECT (a)", ".b", "", "", ""},
    {"IS NULL", "SELECT a", " IS NULL", "", "", ""},
    {"BETWEEN", "SELECT a", " BETWEEN 1 AND 2", "", "", ""},
    {"BETWEEN bound", "SELECT ", "a BETWEEN 1 AND (", "1", ")", ""},
    {"lambda", "SELECT f(", "x -> ", "1", "", ")"},
    {"call of lambda", "SELECT ", "f(x -> ", "1", ")", ""},
    {"IN", "SELECT ", "a IN (", "1", ")", ""},
    {"IN subquery", "SELECT ", "a IN (SELECT ", "1", ")", ""},
    {"EXISTS", "SELECT ", "EXISTS (SELECT ", "1", ")", ""},
    {"ANY", "SELECT ", "a = ANY (", "1", ")", ""},
    {"all precedences", "SELECT ", "a OR b AND NOT c = d | e ^ f & g + h * -(", "1", ")", ""},
    {"window", "SELECT ", "sum(a) OVER (ORDER BY ", "1", ")", ""},
    {"FILTER", "SELECT ", "sum(a) FILTER (WHERE ", "a", ")", ""},
    {"EXPLAIN", "", "EXPLAIN ", "SELECT 1", "", ""},
    {"PREPARE", "", "PREPARE p AS ", "SELECT 1", "", ""},
    {"GROUPING SETS", "SELECT a FROM t GROUP BY ", "GROUPING SETS (", "a", ")", ""},
    {"WITH", "", "WITH x AS (", "SELECT 1", ") SELECT 1", ""},
    {"INTERVAL", "SELECT ", "INTERVAL (", "1", ")", ""},
    {"EXTRACT", "SELECT ", "extract(year from ", "a", ")", ""},
    {"TRIM", "SELECT ", "trim(", "a", ")", ""},
    {"COLLATE", "SELECT a", " COLLATE x", "", "", ""},
    {"LIKE", "SELECT ", "a LIKE ", "a", "", ""},
    {"IS DISTINCT FROM", "SELECT ", "a IS DISTINCT FROM ", "a", "", ""},
    {"UNNEST", "SELECT * FROM ", "UNNEST(", "a", ")", ""},
};

// Parses, prints and drops, and says whether it was refused as too deep.
bool RefusedAsTooDeep(const std::string& text) {
  bool too_deep = false;
  OnSmallStack([&] {
    auto parsed = ParseStatements(text);
    if (parsed.ok()) {
      EXPECT_FALSE(ToSql(*(*parsed)[0]).empty());
      return;
    }
    const std::string message = parsed.status().message();
    too_deep = message.find("Nested too deeply") != std::string::npos;
    EXPECT_TRUE(too_deep) << message;
  });
  return too_deep;
}

TEST(ParserDepth, HundredThousandLevelsAreRefused) {
  for (const Form& form : kDeepForms) {
    SCOPED_TRACE(form.name);
    EXPECT_TRUE(RefusedAsTooDeep(form.Text(100'000)));
    EXPECT_TRUE(RefusedAsTooDeep(form.before + Repeat(form.open, 100'000)));  // and never closed
  }
}

TEST(ParserDepth, TheDeepestThatParsesFitsTheStack) {
  for (const Form& form : kDeepForms) {
    SCOPED_TRACE(form.name);
    size_t deepest = 0;
    while (deepest < 300 && !RefusedAsTooDeep(form.Text(deepest + 1))) ++deepest;
    EXPECT_LT(deepest, 300u);
    const bool many_levels_each = std::string_view(form.name) == "all precedences";
    EXPECT_GE(deepest, many_levels_each ? 8u : 20u);
  }
}

// Each term takes the level that one before left, so that only the tree grows: its height is bounded all the same.
TEST(ParserDepth, HeightAddsUpAcrossParentheses) {
  std::string text = "a";
  for (int i = 0; i < 60; ++i) text = "(" + text + Repeat("::int", 60) + ")";
  EXPECT_TRUE(RefusedAsTooDeep("SELECT " + text));
}

struct LongText {
  const char* name;
  const char* before;
  const char* term;
  const char* last;
  size_t times;
};

constexpr LongText kLongTexts[] = {
    {"plus", "SELECT ", "1+", "1", 1'000'000},
    {"AND", "SELECT ", "a AND ", "a", 1'000'000},
    {"OR", "SELECT ", "a=1 OR ", "a", 1'000'000},
    {"mixed precedences", "SELECT ", "a*b+c<d AND e OR ", "a", 200'000},
    {"comparison", "SELECT ", "a<", "a", 1'000'000},
    {"concatenation", "SELECT ", "'x'||", "a", 1'000'000},
    {"arrows", "SELECT a", "->'x'", "", 1'000'000},
    {"IN", "SELECT a IN (", "1,", "1)", 1'000'000},
    {"columns", "SELECT ", "a,", "a", 1'000'000},
    {"array", "SELECT [", "1,", "1]", 1'000'000},
    {"rows", "VALUES ", "(1),", "(1)", 1'000'000},
    {"CASE", "SELECT CASE", " WHEN a THEN 1", " END", 300'000},
    {"UNION", "", "SELECT 1 UNION ALL ", "SELECT 1", 100'000},
    {"UNION and INTERSECT", "", "SELECT 1 UNION SELECT 1 INTERSECT ", "SELECT 1", 100'000},
    {"joins", "SELECT * FROM t", " JOIN u ON a = b", "", 100'000},
    {"tables", "SELECT * FROM t", ",t", "", 300'000},
    {"CTEs", "WITH ", "x AS (SELECT 1),", "x AS (SELECT 1) SELECT 1", 100'000},
    {"closed parentheses", "SELECT ", "(1)+", "1", 500'000},
    {"string", "SELECT '", "x", "'", 10'000'000},
};

TEST(ParserLength, LongTextsParseOnASmallStack) {
  for (const LongText& form : kLongTexts) {
    SCOPED_TRACE(form.name);
    const std::string text = form.before + Repeat(form.term, form.times) + form.last;
    OnSmallStack([&] {
      auto parsed = ParseStatements(text);
      ASSERT_TRUE(parsed.ok()) << parsed.status().message();
      EXPECT_GT(ToSql(*(*parsed)[0]).size(), form.times);
    });
  }
}

TEST(ParserLength, ChainsAreOneNode) {
  auto sum = *ParseExpression("1" + Repeat(" + 2 - 3", 1000));
  ASSERT_NE(sum->TryAs<AstBinary>(), nullptr);
  EXPECT_EQ(sum->As<AstBinary>().terms.size(), 2000u);
  auto conjunction = *ParseExpression("a" + Repeat(" AND b = 1", 1000));
  ASSERT_NE(conjunction->TryAs<AstLogical>(), nullptr);
  EXPECT_EQ(conjunction->As<AstLogical>().operands.size(), 1001u);
  auto statements = *ParseStatements("SELECT 1" + Repeat(" UNION SELECT 2 EXCEPT SELECT 3", 100));
  const AstBody& body = *statements[0]->As<AstQueryStatement>().query->body;
  ASSERT_EQ(body.kind, BodyKind::kSetOperation);
  EXPECT_EQ(body.terms.size(), 200u);
}

}  // namespace
}  // namespace bowstring::sql
