// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <arrow/api.h>

#include <bowstring/error.h>

#include "sources/memory.h"
#include "sources/parquet/scan_testing.h"

namespace bowstring {
namespace {

std::shared_ptr<arrow::RecordBatch> Numbers(int64_t begin, int64_t rows) {
  arrow::Int64Builder numbers;
  arrow::StringBuilder texts;
  for (int64_t i = begin; i < begin + rows; ++i) {
    EXPECT_TRUE(numbers.Append(i).ok());
    EXPECT_TRUE(texts.Append("x" + std::to_string(i)).ok());
  }
  return arrow::RecordBatch::Make(arrow::schema({arrow::field("n", arrow::int64()), arrow::field("s", arrow::utf8())}), rows,
                                  {*numbers.Finish(), *texts.Finish()});
}

TEST(MemoryTest, RowsComeInOrderThroughAllWalks) {
  MemoryTable::Partitions partitions{{Numbers(0, 10), Numbers(10, 700'000)}, {}, {Numbers(700'010, 1), Numbers(700'011, 500)}};
  const auto table = *MemoryTable::Make(partitions);
  for (uint32_t seed = 0; seed < 20; ++seed) {
    pq::Walk walk;
    walk.seed = seed;
    walk.reopen = seed % 2 == 1;
    const auto rows = pq::ReadAll(*table, pq::RequestAll(*table), walk);
    ASSERT_TRUE(rows.ok()) << rows.status();
    ASSERT_EQ((*rows)->num_rows(), 700'511);
    int64_t next = 0;
    for (const auto& chunk : (*rows)->column(0)->chunks()) {
      for (int64_t i = 0; i < chunk->length(); ++i) ASSERT_EQ(chunk->data()->GetValues<int64_t>(1)[i], next++);
    }
  }
  EXPECT_EQ(table->statistics().rows, 700'511);
}

TEST(MemoryTest, BatchesAreNotCopied) {
  const auto batch = Numbers(0, 100);
  const auto table = *MemoryTable::Make({{batch}});
  const auto source = *table->Scan(pq::RequestAll(*table));
  pq::TestContext context;
  std::vector<Morsel> morsels;
  ASSERT_EQ(*source->Split(context, 0, &morsels), Step::kFinished);
  ASSERT_EQ(morsels.size(), 1u);
  const auto cursor = *source->Open(morsels[0], nullptr);
  Batch out;
  ASSERT_EQ(*cursor->Next(context, &out), Step::kFinished);
  EXPECT_EQ(out.data->column_data(0), batch->column_data(0));
}

TEST(MemoryTest, AnEmptyBatchComesBack) {
  const auto table = *MemoryTable::Make({{Numbers(0, 0), Numbers(0, 3)}});
  const auto source = *table->Scan(pq::RequestAll(*table));
  pq::TestContext context;
  std::vector<Morsel> morsels;
  ASSERT_EQ(*source->Split(context, 0, &morsels), Step::kFinished);
  const auto cursor = *source->Open(morsels[0], nullptr);
  Batch out;
  ASSERT_EQ(*cursor->Next(context, &out), Step::kHaveMore);
  EXPECT_EQ(out.data->num_rows(), 0);
  ASSERT_EQ(*cursor->Next(context, &out), Step::kFinished);
  EXPECT_EQ(out.data->num_rows(), 3);
}

TEST(MemoryTest, NoColumns) {
  const auto table = *MemoryTable::Make({{Numbers(0, 100)}});
  ScanRequest request;
  request.batch_rows = 30;
  const auto rows = *pq::ReadAll(*table, request, {});
  EXPECT_EQ(rows->num_columns(), 0);
  EXPECT_EQ(rows->num_rows(), 100);
}

TEST(MemoryTest, SchemasMustFit) {
  const auto other = *Numbers(0, 1)->RenameColumns({"m", "s"});
  EXPECT_EQ(MemoryTable::Make({{Numbers(0, 1), other}}).status().message(), "Mismatch between schema and batches");
  EXPECT_FALSE(MemoryTable::Make(MemoryTable::Partitions{{}, {}}).ok());
  EXPECT_TRUE(MemoryTable::Make(Numbers(0, 1)->schema(), {}).ok());
}

TEST(MemoryTest, AScanSeesWhatWasThere) {
  const auto table = *MemoryTable::Make({{Numbers(0, 5)}});
  const auto before = *table->Scan(pq::RequestAll(*table));
  ASSERT_TRUE(table->Append({Numbers(5, 5)}).ok());
  pq::TestContext context;
  std::vector<Morsel> morsels;
  ASSERT_TRUE(before->Split(context, 0, &morsels).ok());
  ASSERT_EQ(morsels.size(), 1u);
  EXPECT_EQ(morsels[0].end, 1);
  EXPECT_EQ((*pq::ReadAll(*table, pq::RequestAll(*table), {}))->num_rows(), 10);
}

}  // namespace
}  // namespace bowstring
