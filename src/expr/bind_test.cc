// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/bind.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/exec.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <gtest/gtest.h>

#include <bowstring/error.h>

#include "expr/fold_constants.h"
#include "expr/gather.h"
#include "expr/type.h"

namespace bowstring {
namespace {

std::shared_ptr<arrow::Array> FromJson(const std::shared_ptr<arrow::DataType>& type, const std::string& json) {
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}

class BindTest : public testing::Test {
 protected:
  BindTest() : exec_(arrow::default_memory_pool(), nullptr) {
    exec_.set_use_threads(false);
    context_.exec = &exec_;
  }
  void Use(std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>> columns) {
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (auto& [name, array] : columns) {
      fields.push_back(arrow::field(name, array->type()));
      arrays.push_back(array);
    }
    batch_.data = arrow::RecordBatch::Make(arrow::schema(fields), arrays[0]->length(), arrays);
    logical_ = Scope::Of(*batch_.data->schema());
  }
  // decimal64 columns are decimal128 by the rules.
  void MakeLogicalWide() {
    std::vector<ScopeField> fields;
    for (const auto& field : batch_.data->schema()->fields()) {
      auto wide = field;
      if (field->type()->id() == arrow::Type::DECIMAL64) {
        const auto& type = static_cast<const arrow::DecimalType&>(*field->type());
        wide = field->WithType(arrow::decimal128(type.precision(), type.scale()));
      }
      fields.push_back({std::nullopt, wide});
    }
    logical_ = Scope(std::move(fields));
  }
  void Pick(std::vector<int32_t> rows) {
    auto selection = std::make_shared<Selection>();
    selection->length = static_cast<int64_t>(rows.size());
    selection->indices = arrow::Buffer::FromVector(std::move(rows));
    batch_.rows = selection;
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Run(const Expr& expr) {
    ARROW_ASSIGN_OR_RAISE(bound_, Bind(expr, logical_, *batch_.data->schema()));
    ARROW_ASSIGN_OR_RAISE(auto array, bound_->EvaluateArray(context_, batch_));
    ARROW_RETURN_NOT_OK(array->ValidateFull());
    return array;
  }
  std::string Text(const Expr& expr) {
    auto array = Run(expr);
    if (!array.ok()) return ErrorText(array.status());
    std::string out;
    for (int64_t i = 0; i < (*array)->length(); ++i) {
      auto scalar = *(*array)->GetScalar(i);
      out += (i > 0 ? "," : "") + (scalar->is_valid ? scalar->ToString() : "null");
    }
    return out;
  }
  std::vector<int32_t> Rows(const Expr& expr, bool fused = true) {
    BindOptions options;
    options.fused = fused;
    auto bound = BindPredicate(expr, logical_, *batch_.data->schema(), options);
    EXPECT_TRUE(bound.ok()) << bound.status().ToString();
    auto rows = (*bound)->EvaluatePredicate(context_, batch_);
    EXPECT_TRUE(rows.ok()) << rows.status().ToString();
    std::vector<int32_t> out;
    if (!*rows) {
      for (int32_t i = 0; i < batch_.data->num_rows(); ++i) out.push_back(i);
    } else {
      out.assign((*rows)->data(), (*rows)->data() + (*rows)->length);
    }
    return out;
  }

  arrow::compute::ExecContext exec_;
  KernelContext context_;
  Batch batch_;
  Scope logical_;
  std::unique_ptr<BoundExpr> bound_;
};

Expr I(int64_t value) { return Literal(value); }
Expr Op(BinaryOp op, Expr a, Expr b) { return Binary(op, std::move(a), std::move(b)); }

TEST_F(BindTest, ArithmeticWidensAndChecks) {
  Use({{"a", FromJson(arrow::int32(), "[1, null, 2147483647]")}, {"b", FromJson(arrow::int32(), "[2, 3, 0]")}});
  EXPECT_EQ(Text(Op(BinaryOp::kPlus, Col("a"), I(1))), "2,null,2147483648");
  EXPECT_EQ(Text(Op(BinaryOp::kPlus, Col("a"), Col("a"))),
            "Arrow error: Arithmetic overflow: Overflow happened on: 2147483647 + 2147483647");
  EXPECT_EQ(Text(Op(BinaryOp::kDivide, Col("a"), Col("b"))), "Arrow error: Divide by zero error");
  Pick({0, 1});
  EXPECT_EQ(Text(Op(BinaryOp::kDivide, Col("a"), Col("b"))), "0,null");
}

TEST_F(BindTest, GuardsKeepErrorsAway) {
  Use({{"a", FromJson(arrow::int64(), "[1, 2, null]")}, {"b", FromJson(arrow::int64(), "[0, 2, 0]")}});
  const Expr guard = Op(BinaryOp::kNotEq, Col("b"), I(0));
  const Expr risky = Op(BinaryOp::kGt, Op(BinaryOp::kDivide, I(10), Col("b")), I(1));
  EXPECT_EQ(Text(And({guard, risky})), "false,true,false");
  EXPECT_EQ(Rows(And({guard, risky})), (std::vector<int32_t>{1}));
  EXPECT_EQ(Text(Or({Not(guard), risky})), "true,true,true");
  EXPECT_EQ(Rows(Or({Not(guard), risky})), (std::vector<int32_t>{0, 1, 2}));
  EXPECT_EQ(Text(Case({false, true}, {guard, Op(BinaryOp::kDivide, I(10), Col("b")), I(-1)})), "-1,5,-1");
  EXPECT_EQ(Text(Case({false, false}, {guard, Op(BinaryOp::kDivide, I(10), Col("b"))})), "null,5,null");
}

TEST_F(BindTest, ThreeValuedLogic) {
  Use({{"x", FromJson(arrow::boolean(), "[true, true, true, false, false, false, null, null, null]")},
       {"y", FromJson(arrow::boolean(), "[true, false, null, true, false, null, true, false, null]")}});
  EXPECT_EQ(Text(And({Col("x"), Col("y")})), "true,false,null,false,false,false,null,false,null");
  EXPECT_EQ(Text(Or({Col("x"), Col("y")})), "true,true,true,true,false,null,true,null,null");
  EXPECT_EQ(Text(Not(Col("y"))), "false,true,null,false,true,null,false,true,null");
  EXPECT_EQ(Text(MakeExpr(ExprKind::kIsNotTrue, {Col("y")})), "false,true,true,false,true,true,false,true,true");
  EXPECT_EQ(Text(Op(BinaryOp::kIsDistinctFrom, Col("x"), Col("y"))), "false,true,true,true,false,true,true,true,false");
}

TEST_F(BindTest, PredicateChainCarriesTheSelection) {
  std::string a = "[", s = "[";
  for (int i = 0; i < 1000; ++i) {
    a += (i ? "," : "") + (i % 7 == 0 ? std::string("null") : std::to_string(i % 100));
    s += (i ? ",\"" : "\"") + std::string(i % 3 ? "short" : "a text beyond twelve bytes ") + std::to_string(i % 5) + "\"";
  }
  Use({{"a", FromJson(arrow::int32(), a + "]")}, {"s", FromJson(arrow::utf8_view(), s + "]")}});
  const Expr predicate = And({Op(BinaryOp::kGtEq, Col("a"), I(10)), Op(BinaryOp::kLt, Col("a"), I(60)),
                              Op(BinaryOp::kEq, Col("s"), Literal("a text beyond twelve bytes 3")),
                              Op(BinaryOp::kNotEq, Op(BinaryOp::kModulo, Col("a"), I(4)), I(0))});
  std::vector<int32_t> expected;
  for (int i = 0; i < 1000; ++i) {
    if (i % 7 && i % 100 >= 10 && i % 100 < 60 && i % 3 == 0 && i % 5 == 3 && (i % 100) % 4) expected.push_back(i);
  }
  EXPECT_EQ(Rows(predicate), expected);
  EXPECT_EQ(Rows(predicate, false), expected);
  ASSERT_GT(expected.size(), 3u);
  Pick({expected[0], expected[0] + 1, expected[1], 999});
  EXPECT_EQ(Rows(predicate), (std::vector<int32_t>{expected[0], expected[1]}));
}

TEST_F(BindTest, NarrowDecimalsStayNarrow) {
  Use({{"price", FromJson(arrow::decimal64(15, 2), R"(["100.00", "0.01", null])")}, {"discount", FromJson(arrow::decimal64(15, 2), R"(["0.05", "0.00", "0.10"])")}});
  MakeLogicalWide();
  const Expr rest = Op(BinaryOp::kMinus, I(1), Col("discount"));
  EXPECT_EQ(Text(rest), "0.95,1.00,0.90");
  EXPECT_EQ(bound_->type()->ToString(), "decimal128(23, 2)");
  EXPECT_EQ(Text(Op(BinaryOp::kMultiply, Col("price"), rest)), "95.0000,0.0100,null");
  EXPECT_EQ(bound_->type()->ToString(), "decimal128(38, 4)");
  EXPECT_EQ(Text(Op(BinaryOp::kPlus, Col("price"), Col("discount"))), "100.05,0.01,null");
  EXPECT_EQ(bound_->type()->ToString(), "decimal128(16, 2)");
  EXPECT_EQ(bound_->physical_type()->id(), arrow::Type::DECIMAL64);
  EXPECT_EQ(Rows(Op(BinaryOp::kLtEq, Col("discount"), Op(BinaryOp::kMinus, Literal(0.06), Literal(0.01)))), (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(Rows(Op(BinaryOp::kLt, Col("discount"), Literal(0.051))), (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(Rows(Op(BinaryOp::kEq, Col("discount"), Literal(0.051))), (std::vector<int32_t>{}));
  EXPECT_EQ(Rows(Op(BinaryOp::kNotEq, Col("discount"), Literal(0.051))), (std::vector<int32_t>{0, 1, 2}));
  EXPECT_EQ(Rows(Op(BinaryOp::kGt, Col("price"), I(1))), (std::vector<int32_t>{0}));
}

TEST_F(BindTest, ConstantsOutsideTheColumnsRange) {
  Use({{"a", FromJson(arrow::int8(), "[-128, 0, 127, null]")}});
  using V = std::vector<int32_t>;
  EXPECT_EQ(Rows(Op(BinaryOp::kLt, Col("a"), I(1000))), (V{0, 1, 2}));
  EXPECT_EQ(Rows(Op(BinaryOp::kGt, Col("a"), I(1000))), (V{}));
  EXPECT_EQ(Rows(Op(BinaryOp::kGtEq, Col("a"), I(-1000))), (V{0, 1, 2}));
  EXPECT_EQ(Rows(Op(BinaryOp::kLtEq, Col("a"), I(-1000))), (V{}));
  EXPECT_EQ(Rows(Op(BinaryOp::kEq, Col("a"), I(1000))), (V{}));
  EXPECT_EQ(Rows(Op(BinaryOp::kNotEq, Col("a"), I(-1000))), (V{0, 1, 2}));
  EXPECT_EQ(Rows(Op(BinaryOp::kGt, I(1000), Col("a"))), (V{0, 1, 2}));
  EXPECT_EQ(Rows(Op(BinaryOp::kEq, Col("a"), I(127))), (V{2}));
}

TEST_F(BindTest, NamesAndTypesFailClearly) {
  Use({{"abc", FromJson(arrow::int64(), "[1]")}, {"s", FromJson(arrow::utf8(), "[\"x\"]")}});
  EXPECT_EQ(Text(Col("abd")), "Schema error: No field named abd. Did you mean 'abc'?\nValid fields are abc, s.");
  EXPECT_EQ(Text(Op(BinaryOp::kPlus, Col("s"), Col("abc"))), "Error during planning: Cannot coerce arithmetic expression Utf8 + Int64 to valid types");
  EXPECT_EQ(Text(Op(BinaryOp::kEq, Col("abc"), Literal("x"))), "Arrow error: Cast error: Cannot cast string 'x' to value of Int64 type");
  EXPECT_EQ(Text(Op(BinaryOp::kEq, Col("abc"), Literal("1"))), "true");
  Expr deep = Col("abc");
  for (int i = 0; i < 500; ++i) deep = Op(BinaryOp::kPlus, deep, I(1));
  EXPECT_EQ(Text(deep), "Error during planning: the expression is nested 501 levels deep; at most 400 are supported");
}

TEST_F(BindTest, InListsBigAndSmall) {
  Use({{"a", FromJson(arrow::int64(), "[1, 2, null, 999999]")}, {"s", FromJson(arrow::utf8_view(), R"(["x", "yy", null, "a long text, not inline"])")}});
  EXPECT_EQ(Text(InList(Col("a"), {I(1), I(3)})), "true,false,null,false");
  EXPECT_EQ(Text(InList(Col("a"), {I(1), Expr()})), "true,null,null,null");
  EXPECT_EQ(Text(InList(Col("a"), {I(1), Expr()}, true)), "false,null,null,null");
  EXPECT_EQ(Text(InList(Col("s"), {Literal("yy"), Literal("a long text, not inline")})), "false,true,null,true");
  std::vector<Expr> many;
  for (int64_t i = 0; i < 1000000; i += 3) many.push_back(I(i));
  EXPECT_EQ(Text(InList(Col("a"), many)), "false,false,null,true");
}

TEST_F(BindTest, ConstantsAreFoldedAndLazy) {
  Use({{"a", FromJson(arrow::int64(), "[]")}});
  EXPECT_EQ(Text(Op(BinaryOp::kDivide, I(1), I(0))), "");
  const Expr folded = *FoldConstants(Op(BinaryOp::kPlus, Col("a"), Op(BinaryOp::kMultiply, I(6), I(7))), logical_);
  EXPECT_EQ(folded.ToString(), "a + Int64(42)");
  const Expr kept = *FoldConstants(Op(BinaryOp::kDivide, I(1), I(0)), logical_);
  EXPECT_EQ(kept.ToString(), "Int64(1) / Int64(0)");
}

TEST_F(BindTest, LikeOnAllKinds) {
  for (auto type : {arrow::utf8(), arrow::large_utf8(), arrow::utf8_view()}) {
    Use({{"s", FromJson(type, R"(["special requests", "specially quick requests!", "", null, "ÄÖÜ", "a_b%c"])")}});
    auto like = [&](const char* pattern, LikePattern::Dialect dialect = LikePattern::kLike) {
      return Text(MakeExpr(ExprKind::kLike, {Col("s"), Literal(pattern)}, LikePattern{dialect, false, std::nullopt}));
    };
    EXPECT_EQ(like("%special%requests%"), "true,true,false,null,false,false");
    EXPECT_EQ(like("special%requests"), "true,false,false,null,false,false");
    EXPECT_EQ(like(""), "false,false,true,null,false,false");
    EXPECT_EQ(like("%"), "true,true,true,null,true,true");
    EXPECT_EQ(like("___"), "false,false,false,null,true,false");
    EXPECT_EQ(like("äöü", LikePattern::kILike), "false,false,false,null,true,false");
    EXPECT_EQ(like("a\\_b\\%c"), "false,false,false,null,false,true");
    EXPECT_EQ(like("%_b%"), "false,false,false,null,false,true");
    EXPECT_EQ(like("^(spec|x).*$", LikePattern::kSimilarTo), "true,true,false,null,false,false");
  }
}

TEST_F(BindTest, DictionariesCompareAsTheirValues) {
  auto dictionary = arrow::DictionaryArray::FromArrays(arrow::dictionary(arrow::int8(), arrow::utf8()), FromJson(arrow::int8(), "[0, 1, null, 1]"), FromJson(arrow::utf8(), R"(["x", "y"])"));
  Use({{"d", *dictionary}});
  EXPECT_EQ(Text(Op(BinaryOp::kEq, Col("d"), Literal("y"))), "false,true,null,true");
  EXPECT_EQ(Rows(Op(BinaryOp::kEq, Col("d"), Literal("y"))), (std::vector<int32_t>{1, 3}));
}

TEST_F(BindTest, FieldOfNamesAndTypes) {
  Use({{"a", FromJson(arrow::int32(), "[1]")}});
  const Scope scope = Scope::Of(*batch_.data->schema(), TableName{"", "", "t"});
  auto field = *FieldOf(Op(BinaryOp::kPlus, Col("t.a"), I(1)), scope);
  EXPECT_EQ(field->name(), "t.a + Int64(1)");
  EXPECT_EQ(field->type()->id(), arrow::Type::INT64);
  EXPECT_EQ((*FieldOf(Col("a"), scope))->name(), "a");
}

}  // namespace
}  // namespace bowstring
