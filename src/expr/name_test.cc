// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/expr.h>

#include <cmath>

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>
#include <gtest/gtest.h>

namespace bowstring {
namespace {

TEST(ColText, ReadsAsSqlDoes) {
  auto column = [](std::string_view text) { return Col(text)->as<ColumnRef>(); };
  EXPECT_EQ(column("A"), (ColumnRef{std::nullopt, "a"}));
  EXPECT_EQ(column("\"A\""), (ColumnRef{std::nullopt, "A"}));
  EXPECT_EQ(column("q.A"), (ColumnRef{TableName{"", "", "q"}, "a"}));
  EXPECT_EQ(column("c.s.t.a"), (ColumnRef{TableName{"c", "s", "t"}, "a"}));
  EXPECT_EQ(column("\"a b\".c"), (ColumnRef{TableName{"", "", "a b"}, "c"}));
  EXPECT_EQ(column("x Y"), (ColumnRef{std::nullopt, "x Y"}));
  EXPECT_EQ(column("1A"), (ColumnRef{std::nullopt, "1A"}));
  EXPECT_EQ(column("a-B"), (ColumnRef{std::nullopt, "a-B"}));
  EXPECT_EQ(column(""), (ColumnRef{std::nullopt, ""}));
  EXPECT_EQ(column("\"say \"\"hi\"\"\""), (ColumnRef{std::nullopt, "say \"hi\""}));
}

TEST(Name, AsThePeersPrints) {
  const Expr a = Col("t.a"), b = Col("t.b"), one = Literal(int64_t{1});
  EXPECT_EQ(Binary(BinaryOp::kPlus, a, one).name(), "t.a + Int64(1)");
  EXPECT_EQ(Not(Binary(BinaryOp::kEq, a, one)).name(), "NOT t.a = Int64(1)");
  EXPECT_EQ(Negative(a).name(), "(- t.a)");
  EXPECT_EQ(InList(a, {one, one}).name(), "t.a IN Int64(1), Int64(1)");
  EXPECT_EQ(InList(a, {one, one}, true).ToString(), "t.a NOT IN ([Int64(1), Int64(1)])");
  EXPECT_EQ(Between(a, one, b).name(), "t.a BETWEEN Int64(1) AND t.b");
  EXPECT_EQ(IsNull(a).name(), "t.a IS NULL");
  EXPECT_EQ(Cast(a, arrow::int8()).name(), "t.a");
  EXPECT_EQ(Cast(a, arrow::int8()).ToString(), "CAST(t.a AS Int8)");
  EXPECT_EQ(a.Alias("q").name(), "q");
  EXPECT_EQ(a.Alias("q").ToString(), "t.a AS q");
  EXPECT_EQ(Case({true, true}, {a, one, Literal("x"), Literal("y")}).name(), "CASE t.a WHEN Int64(1) THEN Utf8(\"x\") ELSE Utf8(\"y\") END");
  EXPECT_EQ(Case({false, false}, {IsNull(a), one}).name(), "CASE WHEN t.a IS NULL THEN Int64(1) END");
  EXPECT_EQ(MakeExpr(ExprKind::kLike, {a, Literal("x!%")}, LikePattern{LikePattern::kLike, true, '!'}).ToString(),
            "t.a NOT LIKE Utf8(\"x!%\") ESCAPE '!'");
}

TEST(Name, ParenthesesOnlyInText) {
  const Expr a = Col("a"), b = Col("b"), c = Col("c");
  const Expr sum = Binary(BinaryOp::kPlus, a, b);
  EXPECT_EQ(Binary(BinaryOp::kMultiply, sum, c).ToString(), "(a + b) * c");
  EXPECT_EQ(Binary(BinaryOp::kMultiply, sum, c).name(), "a + b * c");
  EXPECT_EQ(Binary(BinaryOp::kPlus, sum, c).ToString(), "a + b + c");
  EXPECT_EQ(And({a, Or({b, c})}).ToString(), "a AND (b OR c)");
  EXPECT_EQ(Or({And({a, b}), c}).ToString(), "a AND b OR c");
}

TEST(Name, Literals) {
  EXPECT_EQ(Literal(1.5).name(), "Float64(1.5)");
  EXPECT_EQ(Literal(1e20).name(), "Float64(100000000000000000000)");
  EXPECT_EQ(Literal(1e-7).name(), "Float64(0.0000001)");
  EXPECT_EQ(Literal(true).name(), "Boolean(true)");
  EXPECT_EQ(Expr().name(), "NULL");
  auto scalar = [](std::shared_ptr<arrow::Scalar> value) { return Literal(std::move(value)).name(); };
  EXPECT_EQ(scalar(std::make_shared<arrow::Decimal128Scalar>(arrow::Decimal128(-5), arrow::decimal128(5, 2))), "Decimal128(-0.05,5,2)");
  EXPECT_EQ(scalar(std::make_shared<arrow::Date32Scalar>(18262)), "Date32(\"2020-01-01\")");
  EXPECT_EQ(scalar(std::make_shared<arrow::TimestampScalar>(1, arrow::timestamp(arrow::TimeUnit::SECOND, "UTC"))),
            "TimestampSecond(1, Some(\"UTC\"))");
  EXPECT_EQ(scalar(arrow::MakeNullScalar(arrow::utf8())), "Utf8(NULL)");
  EXPECT_EQ(scalar(arrow::MakeNullScalar(arrow::date32())), "Date32(\"NULL\")");
  EXPECT_EQ(scalar(std::make_shared<arrow::BinaryScalar>("xy")), "Binary(\"120,121\")");
}

TEST(Expr, AMillionDeepIsBuiltPrintedComparedAndDropped) {
  Expr chain = Col("a"), other = Col("a");
  for (int i = 0; i < 1000000; ++i) {
    chain = Binary(BinaryOp::kPlus, chain, Literal(int64_t{1}));
    other = Binary(BinaryOp::kPlus, other, Literal(int64_t{1}));
  }
  EXPECT_TRUE(chain.Equals(other));
  EXPECT_EQ(chain.Hash(), other.Hash());
  EXPECT_EQ(chain.name().size(), 1u + 1000000u * 11u);
}

TEST(Expr, EqualityLooksAtAll) {
  const Expr a = Col("a");
  EXPECT_FALSE(Literal(int64_t{1}).Equals(Literal(1.0)));
  EXPECT_FALSE(Literal("x").Equals(Literal("y")));
  EXPECT_FALSE(InList(a, {a}).Equals(InList(a, {a}, true)));
  EXPECT_FALSE(Col("t.a").Equals(Col("u.a")));
  EXPECT_TRUE(Literal(std::nan("")).Equals(Literal(std::nan(""))));
  EXPECT_NE(Col("t.a").Hash(), Col("u.a").Hash());
}

TEST(SplitConjuncts, FlattensInOrder) {
  const Expr a = Col("a"), b = Col("b"), c = Col("c"), d = Col("d");
  auto terms = SplitConjuncts(And({And({a, b}), Or({b, c}), d}));
  ASSERT_EQ(terms.size(), 4u);
  EXPECT_EQ(terms[0].name(), "a");
  EXPECT_EQ(terms[2].name(), "b OR c");
  EXPECT_EQ(terms[3].name(), "d");
}

}  // namespace
}  // namespace bowstring
