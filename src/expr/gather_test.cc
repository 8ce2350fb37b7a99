// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/gather.h"

#include <random>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/exec.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include <bowstring/error.h>

#include "expr/conform.h"

namespace bowstring {
namespace {

std::shared_ptr<arrow::Array> FromJson(const std::shared_ptr<arrow::DataType>& type, const std::string& json) {
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}


std::vector<std::shared_ptr<arrow::Array>> Samples() {
  auto dictionary = arrow::DictionaryArray::FromArrays(arrow::dictionary(arrow::int16(), arrow::utf8()), FromJson(arrow::int16(), "[0,1,null,1,0,1]"), FromJson(arrow::utf8(), R"(["x","a longer entry"])"));
  const auto long_text = R"(["a","bb",null,"a text of more than twelve bytes","","another text that is long"])";
  return {FromJson(arrow::int8(), "[1,2,null,4,5,6]"), FromJson(arrow::int16(), "[1,2,3,4,5,6]"), FromJson(arrow::int32(), "[1,null,3,4,5,6]"), FromJson(arrow::float64(), "[1,2,3,4,5,null]"),
          FromJson(arrow::decimal128(20, 2), R"(["1.00",null,"3.00","4.00","5.00","6.00"])"), FromJson(arrow::decimal256(50, 2), R"(["1.00",null,"3.00","4.00","5.00","6.00"])"), FromJson(arrow::boolean(), "[true,false,null,true,true,false]"),
          FromJson(arrow::utf8(), long_text), FromJson(arrow::large_utf8(), long_text), FromJson(arrow::utf8_view(), long_text), FromJson(arrow::fixed_size_binary(3), R"(["abc","def",null,"ghi","jkl","mno"])"), FromJson(arrow::null(), "[null,null,null,null,null,null]"),
          FromJson(arrow::list(arrow::int32()), "[[1],[],null,[1,2,3],[null],[4]]"), FromJson(arrow::large_list(arrow::utf8_view()), R"([["a text of more than twelve bytes"],[],null,["x","y"],[null],["z"]])"),
          FromJson(arrow::fixed_size_list(arrow::int32(), 2), "[[1,2],[3,4],null,[5,6],[7,8],[9,null]]"), FromJson(arrow::struct_({arrow::field("a", arrow::int32()), arrow::field("b", arrow::utf8())}), R"([[1,"x"],[2,null],null,[4,"y"],[5,"z"],[null,"w"]])"),
          FromJson(arrow::map(arrow::utf8(), arrow::int32()), R"([[["a",1]],[],null,[["b",2],["c",3]],[],[["d",null]]])"), *dictionary};
}

// What gathering must give, value by value.
void Check(const arrow::Array& values, const std::vector<int32_t>& rows) {
  auto out = Gather(*values.data(), rows.data(), static_cast<int64_t>(rows.size()), arrow::default_memory_pool());
  ASSERT_TRUE(out.ok()) << values.type()->ToString() << out.status().ToString();
  auto array = arrow::MakeArray(*out);
  ASSERT_TRUE(array->ValidateFull().ok()) << values.type()->ToString() << array->ValidateFull().ToString();
  ASSERT_EQ(array->length(), static_cast<int64_t>(rows.size()));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] < 0) {
      EXPECT_TRUE(array->IsNull(i));
    } else {
      EXPECT_TRUE((*array->GetScalar(i))->Equals(**values.GetScalar(rows[i]))) << values.type()->ToString() << " " << i;
    }
  }
}

TEST(Gather, EveryTypeWithNullsSlicesAndMissingRows) {
  std::mt19937 random(7);
  for (const auto& values : Samples()) {
    Check(*values, {});
    Check(*values, {0, 1, 2, 3, 4, 5});
    Check(*values, {5, -1, 2, 2, 0, -1});
    Check(*values->Slice(2), {3, 0, -1, 1});
    std::vector<int32_t> rows;
    for (int i = 0; i < 100; ++i) rows.push_back(static_cast<int32_t>(random() % 7) - 1);
    Check(*values, rows);
  }
}

TEST(Gather, ViewsShareTheirText) {
  auto values = Samples()[9];
  const int32_t rows[] = {3, 5};
  auto out = *Gather(*values->data(), rows, 2, arrow::default_memory_pool());
  EXPECT_EQ(out->buffers[2].get(), values->data()->buffers[2].get());
}

TEST(ConcatenateRows, PutsSlicesTogether) {
  for (const auto& values : Samples()) {
    auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("x", values->type())}), 6, {values});
    auto out = ConcatenateRows({{batch, 1, 3}, {batch, 0, 0}, {batch, 4, 2}}, arrow::default_memory_pool());
    ASSERT_TRUE(out.ok()) << values->type()->ToString() << out.status().ToString();
    ASSERT_TRUE((*out)->ValidateFull().ok());
    const int from[] = {1, 2, 3, 4, 5};
    for (int i = 0; i < 5; ++i) EXPECT_TRUE((*(*out)->column(0)->GetScalar(i))->Equals(**values->GetScalar(from[i])));
  }
}

TEST(CompactViews, CopiesOnlyWhatIsWasted) {
  arrow::StringViewBuilder builder;
  for (int i = 0; i < 10000; ++i) ASSERT_TRUE(builder.Append("a text that is not inline, number " + std::to_string(i)).ok());
  std::shared_ptr<arrow::Array> views;
  ASSERT_TRUE(builder.Finish(&views).ok());
  auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("v", views->type())}), 10000, {views});
  EXPECT_GE(HeldBytes(*batch), ReferencedBytes(*batch) / 2);
  EXPECT_EQ(*CompactViews(batch, arrow::default_memory_pool()), batch);
  auto few = batch->Slice(500, 3);
  EXPECT_GT(HeldBytes(*few), 100 * ReferencedBytes(*few));
  auto compact = *CompactViews(few, arrow::default_memory_pool());
  ASSERT_TRUE(compact->ValidateFull().ok());
  EXPECT_TRUE(compact->Equals(*few));
  EXPECT_LT(HeldBytes(*compact), 4096);
}

class ConformTest : public testing::Test {
 protected:
  ConformTest() : exec_(arrow::default_memory_pool(), nullptr) { context_.exec = &exec_; }
  std::string Try(const std::shared_ptr<arrow::Array>& from, const std::shared_ptr<arrow::DataType>& to) {
    auto status = CheckConform(*arrow::field("x", from->type()), *arrow::field("x", to));
    if (!status.ok()) return ErrorText(status);
    auto out = ConformArray(context_, from->data(), to);
    if (!out.ok()) return ErrorText(out.status());
    EXPECT_TRUE(arrow::MakeArray(*out)->ValidateFull().ok());
    EXPECT_TRUE((*out)->type->Equals(*to));
    return "ok";
  }
  arrow::compute::ExecContext exec_;
  KernelContext context_;
};

TEST_F(ConformTest, OneKindOnly) {
  auto text = FromJson(arrow::utf8_view(), R"(["a",null,"a text of more than twelve bytes"])");
  for (auto type : {arrow::utf8(), arrow::large_utf8(), arrow::utf8_view()}) EXPECT_EQ(Try(text, type), "ok");
  EXPECT_EQ(Try(text, arrow::dictionary(arrow::int32(), arrow::utf8())), "ok");
  EXPECT_EQ(Try(FromJson(arrow::int64(), "[1]"), arrow::utf8()), "Error during planning: Fail to merge schema field 'x' because the from data_type = Int64 does not equal Utf8");
  EXPECT_EQ(Try(FromJson(arrow::int64(), "[1]"), arrow::float32()).substr(0, 42), "Error during planning: Fail to merge schem");
  EXPECT_EQ(Try(FromJson(arrow::int64(), "[300]"), arrow::int16()), "ok");
  EXPECT_EQ(Try(FromJson(arrow::int64(), "[300]"), arrow::int8()), "Arrow error: Cast error: Can't cast value 300 to type Int8");
  EXPECT_EQ(Try(FromJson(arrow::decimal64(15, 2), R"(["1.25",null])"), arrow::decimal128(15, 2)), "ok");
  EXPECT_EQ(Try(FromJson(arrow::decimal128(15, 2), R"(["1.25"])"), arrow::decimal64(10, 2)), "ok");
  EXPECT_EQ(Try(FromJson(arrow::decimal128(15, 2), R"(["1.25"])"), arrow::decimal128(15, 1)).substr(0, 38), "Execution error: Fail to merge schema:");
  EXPECT_EQ(Try(FromJson(arrow::timestamp(arrow::TimeUnit::MICRO), "[1000000]"), arrow::timestamp(arrow::TimeUnit::SECOND)), "ok");
  EXPECT_EQ(Try(FromJson(arrow::timestamp(arrow::TimeUnit::MICRO), "[1000001]"), arrow::timestamp(arrow::TimeUnit::SECOND)).substr(0, 38), "Execution error: Fail to merge schema:");
}

}  // namespace
}  // namespace bowstring
