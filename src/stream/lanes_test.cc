// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "stream/lanes.h"

#include <gtest/gtest.h>

#include <arrow/array.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

namespace bowstring::stream {
namespace {

Batch One(int64_t value) {
  arrow::Int64Builder builder;
  EXPECT_TRUE(builder.Append(value).ok());
  Batch batch;
  batch.data = arrow::RecordBatch::Make(arrow::schema({arrow::field("n", arrow::int64())}), 1, {builder.Finish().ValueOrDie()});
  return batch;
}

int64_t ValueOf(const Lanes::Taken& taken) { return static_cast<const arrow::Int64Array&>(*taken.batch->column(0)).Value(0); }

bool Put(Lanes& lanes, uint64_t turn, int64_t value) {
  Batch batch = One(value);
  return lanes.TryPut(0, turn, batch, 8);
}

TEST(Lanes, TurnsComeInOrder) {
  Lanes lanes(1, 1 << 20, nullptr, arrow::default_memory_pool());
  EXPECT_TRUE(Put(lanes, 1, 10));
  EXPECT_FALSE(lanes.TryTake(0, true).batch);  // turn 0 is open
  EXPECT_TRUE(Put(lanes, 0, 0));
  lanes.TurnDone(0, 1);
  lanes.TurnDone(0, 0);
  lanes.LaneEnd(0, 2);
  EXPECT_EQ(ValueOf(lanes.TryTake(0, true)), 0);
  EXPECT_EQ(ValueOf(lanes.TryTake(0, true)), 10);
  EXPECT_TRUE(lanes.TryTake(0, true).end);
}

TEST(Lanes, NothingBehindAFailureIsRead) {
  Lanes lanes(1, 1 << 20, nullptr, arrow::default_memory_pool());
  EXPECT_TRUE(Put(lanes, 0, 0));
  EXPECT_TRUE(Put(lanes, 1, 10));
  lanes.Fail(MakeError(ErrorKind::kExecution, "planted"));
  EXPECT_TRUE(Put(lanes, 0, 1));  // thrown away
  lanes.TurnDone(0, 0);
  lanes.LaneEnd(0, 2);
  EXPECT_EQ(ValueOf(lanes.TryTake(0, true)), 0);
  const auto behind = lanes.TryTake(0, true);
  EXPECT_FALSE(behind.batch);
  EXPECT_FALSE(behind.end);
  EXPECT_EQ(KindOf(behind.error), ErrorKind::kExecution);
}

TEST(Lanes, LookAheadIsBounded) {
  Lanes lanes(1, 64, nullptr, arrow::default_memory_pool());
  EXPECT_TRUE(Put(lanes, 0, 0));
  EXPECT_TRUE(Put(lanes, 0, 1));
  EXPECT_FALSE(Put(lanes, 0, 2));  // 32 bytes a row at least
  EXPECT_EQ(ValueOf(lanes.TryTake(0, true)), 0);
  EXPECT_TRUE(Put(lanes, 0, 2));
}

TEST(Lanes, WhatIsGivenBackComesNext) {
  Lanes lanes(1, 64, nullptr, arrow::default_memory_pool());
  EXPECT_TRUE(Put(lanes, 0, 0));
  EXPECT_TRUE(Put(lanes, 0, 1));
  auto first = lanes.TryTake(0, true);
  lanes.Return(0, first.batch, first.bytes);
  EXPECT_EQ(lanes.Evictable(), 16);
  EXPECT_TRUE(Put(lanes, 0, 2));  // it isn't looked ahead for
  lanes.Fail(MakeError(ErrorKind::kExecution, "planted"));
  for (int64_t value : {0, 1, 2}) EXPECT_EQ(ValueOf(lanes.TryTake(0, true)), value);
  EXPECT_EQ(KindOf(lanes.TryTake(0, true).error), ErrorKind::kExecution);
  EXPECT_EQ(lanes.Evictable(), 0);
}

}  // namespace
}  // namespace bowstring::stream
