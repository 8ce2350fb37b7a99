// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <limits>

#include <arrow/api.h>

#include <bowstring/error.h>

#include "sources/parquet/scan_testing.h"
#include "sources/range.h"

namespace bowstring {
namespace {

std::vector<int64_t> ValuesOf(const TableSource& table, int32_t partitions = 1, std::optional<int64_t> limit = {}) {
  ScanRequest request = pq::RequestAll(table, partitions);
  request.batch_rows = 100;
  request.limit = limit;
  pq::Walk walk;
  walk.seed = 7;
  walk.reopen = true;
  const auto rows = pq::ReadAll(table, request, walk);
  EXPECT_TRUE(rows.ok()) << rows.status();
  std::vector<int64_t> values;
  for (const auto& chunk : (*rows)->column(0)->chunks()) {
    const auto* data = chunk->data()->GetValues<int64_t>(1);
    values.insert(values.end(), data, data + chunk->length());
  }
  return values;
}

TEST(RangeTest, Bounds) {
  EXPECT_EQ(ValuesOf(**MakeRange(0, 5, 1, false)), (std::vector<int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(ValuesOf(**MakeRange(0, 5, 1, true)), (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(ValuesOf(**MakeRange(1, 10, 4, false)), (std::vector<int64_t>{1, 5, 9}));
  EXPECT_EQ(ValuesOf(**MakeRange(5, 0, -2, true)), (std::vector<int64_t>{5, 3, 1}));
  EXPECT_TRUE(ValuesOf(**MakeRange(5, 0, 1, true)).empty());
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max(), kMin = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(ValuesOf(**MakeRange(kMax - 1, kMax, 1, true)), (std::vector<int64_t>{kMax - 1, kMax}));
  EXPECT_EQ(ValuesOf(**MakeRange(kMin, kMax, kMax, true)), (std::vector<int64_t>{kMin, -1, kMax - 1}));
  EXPECT_EQ(KindOf(MakeRange(0, 5, 0, false).status()), ErrorKind::kPlan);
}

TEST(RangeTest, LanesComeInOrder) {
  constexpr int64_t kRows = 1'000'003;
  for (const int32_t partitions : {1, 2, 3, 8}) {
    const std::vector<int64_t> values = ValuesOf(**MakeRange(-5, kRows - 5, 1, false), partitions);
    ASSERT_EQ(values.size(), kRows);
    for (int64_t i = 0; i < kRows; ++i) ASSERT_EQ(values[i], i - 5);
  }
}

TEST(RangeTest, HugeRangesCostNothing) {
  const auto table = *MakeRange(0, int64_t{1} << 40, 1, false);
  ScanRequest request = pq::RequestAll(*table, 4);
  const auto source = *table->Scan(request);
  EXPECT_EQ(source->lanes(), 4);
  pq::TestContext context;
  std::vector<Morsel> morsels;
  ASSERT_EQ(*source->Split(context, 3, &morsels), Step::kHaveMore);
  ASSERT_FALSE(morsels.empty());
  EXPECT_LE(morsels.size(), 100u);
  const auto cursor = *source->Open(morsels[0], nullptr);
  Batch batch;
  ASSERT_EQ(*cursor->Next(context, &batch), Step::kHaveMore);
  EXPECT_EQ(batch.data->column_data(0)->GetValues<int64_t>(1)[0], (int64_t{1} << 40) / 4 * 3);
}

TEST(RangeTest, LimitStopsEachLane) {
  EXPECT_EQ(ValuesOf(**MakeRange(0, 1'000'000, 1, false), 1, 7).size(), 7u);
}

TEST(RangeTest, Timestamps) {
  constexpr int64_t kDay = 86'400;
  const auto seconds = arrow::timestamp(arrow::TimeUnit::SECOND);
  EXPECT_EQ(ValuesOf(**MakeTimestampRange(seconds, 0, 3 * kDay, {0, 1, 0}, true)), (std::vector<int64_t>{0, kDay, 2 * kDay, 3 * kDay}));
  // 1970-01-31 and on by months: February's last day, and from there the 28th.
  const int64_t january = 30 * kDay;
  EXPECT_EQ(ValuesOf(**MakeTimestampRange(seconds, january, january + 60 * kDay, {1, 0, 0}, false)),
            (std::vector<int64_t>{january, january + 28 * kDay, january + 56 * kDay}));
  EXPECT_EQ(KindOf(MakeTimestampRange(seconds, 0, 5, {0, 0, 1}, false).status()), ErrorKind::kPlan);
  EXPECT_EQ(KindOf(MakeTimestampRange(seconds, 0, 5, {0, 0, 0}, false).status()), ErrorKind::kPlan);
}

}  // namespace
}  // namespace bowstring
