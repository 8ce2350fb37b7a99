// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include <arrow/api.h>
#include <arrow/c/bridge.h>

#include <bowstring/error.h>

#include "sources/c_stream.h"
#include "sources/parquet/scan_testing.h"

namespace bowstring {
namespace {

using arrow::Status;

std::shared_ptr<arrow::Schema> NumberSchema() { return arrow::schema({arrow::field("n", arrow::int64())}); }

std::shared_ptr<arrow::RecordBatch> Numbers(int64_t begin, int64_t rows) {
  arrow::Int64Builder builder;
  for (int64_t i = begin; i < begin + rows; ++i) EXPECT_TRUE(builder.Append(i).ok());
  return arrow::RecordBatch::Make(NumberSchema(), rows, {*builder.Finish()});
}

/// Batches of ten rows, then an end or an error; counts how often it was asked, and on which threads.
class CountingReader final : public arrow::RecordBatchReader {
 public:
  struct Seen {
    std::atomic<int> reads{0};
    std::atomic<bool> on_test_thread{false};
    std::thread::id test_thread = std::this_thread::get_id();
  };
  CountingReader(int batches, std::shared_ptr<Seen> seen, Status end = Status::OK())
      : batches_(batches), seen_(std::move(seen)), end_(std::move(end)) {}
  std::shared_ptr<arrow::Schema> schema() const override { return NumberSchema(); }
  Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    ++seen_->reads;
    if (std::this_thread::get_id() == seen_->test_thread) seen_->on_test_thread = true;
    if (next_ == batches_) {
      *batch = nullptr;
      return end_;
    }
    *batch = Numbers(10 * next_++, 10);
    return Status::OK();
  }

 private:
  int batches_, next_ = 0;
  std::shared_ptr<Seen> seen_;
  Status end_;
};

ArrowArrayStream Stream(int batches, const std::shared_ptr<CountingReader::Seen>& seen, Status end = Status::OK()) {
  ArrowArrayStream stream;
  EXPECT_TRUE(arrow::ExportRecordBatchReader(std::make_shared<CountingReader>(batches, seen, std::move(end)), &stream).ok());
  return stream;
}

int64_t SumOf(const arrow::Table& table) {
  int64_t sum = 0;
  for (const auto& chunk : table.column(0)->chunks()) {
    for (int64_t i = 0; i < chunk->length(); ++i) sum += chunk->data()->GetValues<int64_t>(1)[i];
  }
  return sum;
}

TEST(CStreamTest, IsKeptForASecondPass) {
  auto seen = std::make_shared<CountingReader::Seen>();
  ArrowArrayStream stream = Stream(5, seen);
  const auto table = *MakeStreamTable(&stream, StreamTableOptions{});
  EXPECT_EQ(stream.release, nullptr);
  EXPECT_EQ(seen->reads, 0);
  for (int pass = 0; pass < 3; ++pass) {
    pq::Walk walk;
    walk.seed = pass;
    walk.reopen = pass > 0;
    const auto rows = pq::ReadAll(*table, pq::RequestAll(*table), walk);
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ((*rows)->num_rows(), 50);
    EXPECT_EQ(SumOf(**rows), 49 * 50 / 2);
  }
  EXPECT_EQ(seen->reads, 6);
  EXPECT_FALSE(seen->on_test_thread);
}

TEST(CStreamTest, OnceIsOnce) {
  auto seen = std::make_shared<CountingReader::Seen>();
  ArrowArrayStream stream = Stream(3, seen);
  StreamTableOptions options;
  options.once = true;
  const auto table = *MakeStreamTable(&stream, options);
  EXPECT_EQ((*pq::ReadAll(*table, pq::RequestAll(*table), {}))->num_rows(), 30);
  const auto again = pq::ReadAll(*table, pq::RequestAll(*table), {});
  ASSERT_FALSE(again.ok());
  EXPECT_NE(again.status().message().find("once=True"), std::string::npos);
}

TEST(CStreamTest, AProducerIsAskedForEachPass) {
  auto seen = std::make_shared<CountingReader::Seen>();
  std::atomic<int> asked{0};
  auto producer = [&](ArrowArrayStream* out) {
    ++asked;
    *out = Stream(2, seen);
    return Status::OK();
  };
  const auto table = *MakeStreamTable(NumberSchema(), producer, StreamTableOptions{});
  EXPECT_EQ(asked, 0);
  for (int pass = 0; pass < 2; ++pass) EXPECT_EQ((*pq::ReadAll(*table, pq::RequestAll(*table), {}))->num_rows(), 20);
  EXPECT_EQ(asked, 2);
}

TEST(CStreamTest, ErrorsAreStickyAndCarryTheirText) {
  auto seen = std::make_shared<CountingReader::Seen>();
  ArrowArrayStream stream = Stream(2, seen, Status::Invalid("the producer broke"));
  const auto table = *MakeStreamTable(&stream, StreamTableOptions{});
  for (int pass = 0; pass < 2; ++pass) {
    const auto rows = pq::ReadAll(*table, pq::RequestAll(*table), {});
    ASSERT_FALSE(rows.ok());
    EXPECT_NE(rows.status().message().find("the producer broke"), std::string::npos) << rows.status();
  }
  EXPECT_EQ(seen->reads, 3);
}

TEST(CStreamTest, DamagedDataIsAnError) {
  // Offsets that point out of the text.
  auto offsets = arrow::Buffer::FromVector(std::vector<int32_t>{0, 5, 400});
  auto bytes = arrow::Buffer::FromString("hello");
  const auto schema = arrow::schema({arrow::field("s", arrow::utf8())});
  const auto column = arrow::ArrayData::Make(arrow::utf8(), 2, {nullptr, offsets, bytes}, 0);
  const auto batch = arrow::RecordBatch::Make(schema, 2, std::vector<std::shared_ptr<arrow::ArrayData>>{column});
  ArrowArrayStream stream;
  const auto reader = *arrow::RecordBatchReader::Make({batch}, schema);
  ASSERT_TRUE(arrow::ExportRecordBatchReader(reader, &stream).ok());
  StreamTableOptions options;
  options.trust = false;
  const auto table = *MakeStreamTable(&stream, options);
  EXPECT_FALSE(pq::ReadAll(*table, pq::RequestAll(*table), {}).ok());
}

}  // namespace
}  // namespace bowstring
