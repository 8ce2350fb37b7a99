// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// What the corpus' texts don't show: how operators group, spans, flags, and the smaller entry points.

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sql/ast_print.h"
#include "sql/parser.h"
#include "sql/sql_error.h"

namespace bowstring::sql {
namespace {

// The expression with every operator's reach in brackets.
std::string Grouped(const AstExpr& expr) {
  switch (expr.kind) {
    case ExprKind::kUnary:
      return "<" + std::string(ToString(expr.As<AstUnary>().op)) + " " + Grouped(*expr.As<AstUnary>().operand) + ">";
    case ExprKind::kBinary: {
      std::string out = Grouped(*expr.As<AstBinary>().first);
      for (const auto& term : expr.As<AstBinary>().terms) {
        out = "<" + out + " " + std::string(ToString(term.op)) + " " + Grouped(*term.operand) + ">";
      }
      return out;
    }
    case ExprKind::kLogical: {
      std::string out;
      for (const auto& operand : expr.As<AstLogical>().operands) {
        out += (out.empty() ? "<" : expr.As<AstLogical>().is_and ? " AND " : " OR ") + Grouped(*operand);
      }
      return out + ">";
    }
    case ExprKind::kIsTest: return "<" + Grouped(*expr.As<AstIsTest>().operand) + " IS>";
    case ExprKind::kIsDistinctFrom:
      return "<" + Grouped(*expr.As<AstIsDistinctFrom>().left) + " DISTINCT " + Grouped(*expr.As<AstIsDistinctFrom>().right) + ">";
    case ExprKind::kBetween:
      return "<" + Grouped(*expr.As<AstBetween>().operand) + " BETWEEN " + Grouped(*expr.As<AstBetween>().low) + " " +
             Grouped(*expr.As<AstBetween>().high) + ">";
    case ExprKind::kLike: return "<" + Grouped(*expr.As<AstLike>().operand) + " LIKE " + Grouped(*expr.As<AstLike>().pattern) + ">";
    case ExprKind::kInList: return "<" + Grouped(*expr.As<AstInList>().operand) + " IN>";
    case ExprKind::kCast: return "<" + Grouped(*expr.As<AstCast>().operand) + "::>";
    case ExprKind::kSubscript: return "<" + Grouped(*expr.As<AstSubscript>().base) + "[]>";
    case ExprKind::kAtTimeZone: return "<" + Grouped(*expr.As<AstAtTimeZone>().operand) + " AT " + Grouped(*expr.As<AstAtTimeZone>().zone) + ">";
    case ExprKind::kCollate: return "<" + Grouped(*expr.As<AstCollate>().operand) + " COLLATE>";
    default: return ToSql(expr);
  }
}

std::string Grouped(std::string_view text) {
  auto expr = ParseExpression(text);
  return expr.ok() ? Grouped(**expr) : expr.status().message();
}

TEST(ParserTree, Precedence) {
  const std::pair<const char*, const char*> kCases[] = {
      {"a OR b AND c", "<a OR <b AND c>>"},
      {"NOT a AND b", "<<NOT a> AND b>"},
      {"NOT a = b", "<NOT <a = b>>"},
      {"NOT a IS NULL", "<NOT <a IS>>"},
      {"a = b IS NULL", "<<a = b> IS>"},
      {"a = b = c", "<<a = b> = c>"},
      {"a + b * c - d", "<<a + <b * c>> - d>"},
      {"a || b + c", "<<a || b> + c>"},  // || binds as *, as in the peer
      {"a | b & c ^ d << e", "<a | <<<b & c> ^ d> << e>>"},
      {"a & b + c", "<a & <b + c>>"},
      {"a = b | c", "<a = <b | c>>"},
      {"a -> b = c", "<a -> <b = c>>"},  // -> is looser than =, as in the peer
      {"a -> b AND c", "<<a -> b> AND c>"},
      {"-a * b", "<<- a> * b>"},
      {"-a::int", "<- <a::>>"},
      {"-a[1]", "<- <a[]>>"},
      {"- a AT TIME ZONE b", "<- <a AT b>>"},
      {"a + b AT TIME ZONE c", "<a + <b AT c>>"},
      {"a || b COLLATE c", "<a || <b COLLATE>>"},
      {"a BETWEEN b AND c AND d", "<<a BETWEEN b c> AND d>"},
      {"a BETWEEN b + 1 AND c = d", "<<a BETWEEN <b + 1> c> = d>"},
      {"NOT a BETWEEN b AND c", "<NOT <a BETWEEN b c>>"},
      {"a LIKE b || c AND d", "<<a LIKE <b || c>> AND d>"},
      {"a LIKE b = c", "<a LIKE <b = c>>"},  // LIKE is looser than =
      {"a = b LIKE c", "<<a = b> LIKE c>"},
      {"a IN (1) = b", "<<a IN> = b>"},
      {"a IS DISTINCT FROM b + 1 AND c", "<<a DISTINCT <b + 1>> AND c>"},
      {"a XOR b + c", "<a XOR <b + c>>"},
      {"a DIV b // c % d", "<<<a DIV b> // c> % d>"},
      {"~a + b", "<<~ a> + b>"},
      {"a - -b", "<a - <- b>>"},
      {"(a + b) * c", "<<a + b> * c>"},
      {"a AND (b AND c) AND d", "<a AND <b AND c> AND d>"},
      {"a::int::text[1]", "<<a::>::>"},  // text[1] is an array type
  };
  for (const auto& [text, grouped] : kCases) EXPECT_EQ(Grouped(text), grouped) << text;
}

TEST(ParserTree, SetOperationsGroupByPrecedence) {
  auto statements = *ParseStatements("SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 EXCEPT SELECT 4");
  const AstBody& body = *statements[0]->As<AstQueryStatement>().query->body;
  ASSERT_EQ(body.kind, BodyKind::kSetOperation);
  ASSERT_EQ(body.terms.size(), 2u);
  EXPECT_EQ(body.terms[0].op, SetOp::kUnion);
  EXPECT_EQ(body.terms[0].body->kind, BodyKind::kSetOperation);
  EXPECT_EQ(body.terms[0].body->terms[0].op, SetOp::kIntersect);
  EXPECT_EQ(body.terms[1].op, SetOp::kExcept);
}

TEST(ParserTree, Spans) {
  const std::string text = "SELECT  a + b.c AS x, f( 1 ) FROM t  JOIN u ON  (a = b) WHERE x LIKE 'y'  ;";
  auto statements = *ParseStatements(text);
  const auto at = [&](SourceSpan span) { return text.substr(span.begin, span.end - span.begin); };
  const AstSelect& select = *statements[0]->As<AstQueryStatement>().query->body->select;
  EXPECT_EQ(at(statements[0]->span), text.substr(0, text.find("  ;")));
  EXPECT_EQ(at(select.items[0].span), "a + b.c AS x");
  EXPECT_EQ(at(select.items[0].expr->span), "a + b.c");
  EXPECT_EQ(at(select.items[0].alias->span), "x");
  const auto& sum = select.items[0].expr->As<AstBinary>();
  EXPECT_EQ(at(sum.terms[0].op_span), "+");
  EXPECT_EQ(at(sum.terms[0].operand->span), "b.c");
  EXPECT_EQ(at(sum.terms[0].operand->As<AstColumn>().parts[1].span), "c");
  EXPECT_EQ(at(select.items[1].expr->span), "f( 1 )");
  EXPECT_EQ(at(select.from[0].span), "t  JOIN u ON  (a = b)");
  EXPECT_EQ(at(select.from[0].joins[0].span), "JOIN u ON  (a = b)");
  EXPECT_EQ(at(select.from[0].joins[0].on->span), "(a = b)");
  EXPECT_TRUE(select.from[0].joins[0].on->parenthesized);
  EXPECT_EQ(at(select.where->span), "x LIKE 'y'");
}

TEST(ParserTree, IdentifiersKeepTheirQuotesAndCase) {
  const auto name = *ParseObjectName("Cat.\"S ch\"\"ema\".`T`");
  ASSERT_EQ(name.parts.size(), 3u);
  EXPECT_EQ(name.parts[0].text, "Cat");
  EXPECT_FALSE(name.parts[0].quoted());
  EXPECT_EQ(name.parts[1].text, "S ch\"ema");
  EXPECT_EQ(name.parts[1].quote, '"');
  EXPECT_EQ(name.parts[2].quote, '`');
  EXPECT_EQ(ToSql(name), "Cat.\"S ch\"\"ema\".`T`");
  EXPECT_FALSE(ParseObjectName("a b").ok());
  EXPECT_FALSE(ParseObjectName("a.").ok());
  EXPECT_FALSE(ParseObjectName("").ok());
  auto statements = *ParseStatements("FROM 'a.parquet'");
  EXPECT_TRUE(statements[0]->As<AstQueryStatement>().query->body->select->from[0].table.name.is_path());
}

TEST(ParserTree, WholeExpressions) {
  EXPECT_TRUE(ParseExpression("a > 1").ok());
  for (const char* text : {"", "a >", "a > 1 b", "a > 1;", "*", "a, b", "SELECT 1"}) EXPECT_FALSE(ParseExpression(text).ok()) << text;
  for (const char* text : {"a + 1 AS x", "a + 1 x", "a + 1 'x'"}) {
    const auto parsed = *ParseAliasedExpression(text);
    EXPECT_EQ(parsed.alias->text, "x");
    EXPECT_EQ(ToSql(*parsed.expr), "a + 1");
  }
  EXPECT_FALSE(ParseAliasedExpression("a + 1")->alias.has_value());
  EXPECT_FALSE(ParseAliasedExpression("a + 1 x y").ok());
}

TEST(ParserTree, Types) {
  const auto timestamp = *ParseType("TIMESTAMP(3) WITH TIME ZONE");
  EXPECT_EQ(timestamp->name, "timestamp");
  EXPECT_EQ(timestamp->params, std::vector<std::string>{"3"});
  EXPECT_EQ(timestamp->time_zone, AstType::TimeZone::kWith);
  const auto number = *ParseType("Decimal( 10 , -2 )");
  EXPECT_EQ(number->name, "decimal");
  EXPECT_EQ(number->params, (std::vector<std::string>{"10", "-2"}));
  EXPECT_TRUE((*ParseType("bigint UNSIGNED"))->is_unsigned);
  EXPECT_EQ((*ParseType("double precision"))->name, "double precision");
  EXPECT_EQ((*ParseType("character varying (3)"))->name, "character varying");
  const auto nested = *ParseType("struct<a array<struct<b int>>, c map<text, bigint[]>>[3]");
  ASSERT_EQ(nested->kind, TypeKind::kArray);
  EXPECT_EQ(nested->array_size, 3u);
  EXPECT_EQ(ToSql(*nested), "struct<a struct<b int>[], c map<text, bigint[]>>[3]");
  const auto arrow_type = *ParseType("Timestamp(Nanosecond, Some(\"Europe/Berlin\"))");
  EXPECT_EQ(arrow_type->params, (std::vector<std::string>{"Nanosecond", "Some(\"Europe/Berlin\")"}));
  for (const char* text : {"", "int int", "int[", "int[x]", "array<int", "array<int>>", "map<int>", "decimal(", "decimal(,)", "1"}) {
    EXPECT_FALSE(ParseType(text).ok()) << text;
  }
}

TEST(ParserTree, SeveralStatementsAndNone) {
  EXPECT_EQ(ParseStatements(" ; SELECT 1;; SELECT 2 ; ")->size(), 2u);
  EXPECT_EQ(ParseStatements("")->size(), 0u);
  EXPECT_EQ(ParseStatements(" -- nothing\n ;")->size(), 0u);
  EXPECT_FALSE(ParseStatements("SELECT 1 SELECT 2").ok());
}

TEST(ParserTree, StatementsThatTheEngineHasNotAreNamed) {
  auto statements = *ParseStatements("ALTER TABLE t ADD COLUMN (x int); GRANT ALL ON t TO u; CREATE SEQUENCE s; BEGIN");
  ASSERT_EQ(statements.size(), 4u);
  EXPECT_EQ(statements[0]->As<AstUnsupported>().name, "ALTER TABLE");
  EXPECT_EQ(statements[0]->As<AstUnsupported>().text, "ALTER TABLE t ADD COLUMN (x int)");
  EXPECT_EQ(statements[1]->As<AstUnsupported>().name, "GRANT");
  EXPECT_EQ(statements[2]->As<AstUnsupported>().name, "CREATE SEQUENCE");
  EXPECT_EQ(statements[3]->As<AstTransaction>().action, TransactionKind::kBegin);
}

TEST(ParserTree, OrderAndNullsKnowWhatWasWritten) {
  auto statements = *ParseStatements("SELECT a FROM t ORDER BY a, b ASC, c DESC NULLS FIRST");
  const auto& items = statements[0]->As<AstQueryStatement>().query->order_by;
  ASSERT_EQ(items.size(), 3u);
  EXPECT_FALSE(items[0].ascending.has_value());
  EXPECT_EQ(items[1].ascending, true);
  EXPECT_FALSE(items[1].nulls_first.has_value());
  EXPECT_EQ(items[2].ascending, false);
  EXPECT_EQ(items[2].nulls_first, true);
}

}  // namespace
}  // namespace bowstring::sql
