// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/distinct.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

#include <arrow/api.h>

#include "exec/aggregate_drive.h"
#include "exec/operator_drive.h"

namespace bowstring::exec {
namespace {

std::shared_ptr<arrow::Schema> Schema() { return arrow::schema({arrow::field("k", arrow::int64()), arrow::field("t", arrow::utf8_view())}); }

// Every third batch has a selection: its odd rows.
std::vector<Batch> Make(int64_t n, int64_t keys, uint64_t seed, std::set<std::string>* expected) {
  std::mt19937_64 random(seed);
  std::vector<Batch> batches;
  for (int64_t begin = 0; begin < n; begin += 1000) {
    arrow::Int64Builder k;
    arrow::StringViewBuilder t;
    const bool selects = (begin / 1000) % 3 == 2;
    arrow::TypedBufferBuilder<int32_t> rows;
    for (int64_t r = 0; r < std::min<int64_t>(1000, n - begin); ++r) {
      const int64_t key = static_cast<int64_t>(random() % keys);
      const bool null = key % 11 == 0;
      const std::string text = key % 2 ? "x" + std::to_string(key) : "a longer text than twelve " + std::to_string(key);
      EXPECT_TRUE((null ? k.AppendNull() : k.Append(key / 3)).ok() && t.Append(text).ok());
      if (selects && r % 2 == 0) continue;
      EXPECT_TRUE(rows.Append(static_cast<int32_t>(r)).ok());
      expected->insert((null ? std::string("null") : std::to_string(key / 3)) + "|" + text + "|");
    }
    Batch batch;
    batch.seq.morsel = batches.size();
    std::vector<std::shared_ptr<arrow::Array>> columns{*k.Finish(), *t.Finish()};
    batch.data = arrow::RecordBatch::Make(Schema(), columns[0]->length(), columns);
    if (selects) {
      auto selection = std::make_shared<Selection>();
      selection->length = rows.length();
      selection->indices = *rows.Finish();
      batch.rows = selection;
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

std::vector<std::string> Rows(const std::vector<Batch>& batches) {
  std::vector<Batch> compact;
  for (const Batch& batch : batches) {
    if (!batch.rows) {
      compact.push_back(batch);
      continue;
    }
    for (int64_t i = 0; i < batch.rows->length; ++i) {
      Batch one;
      one.data = batch.data->Slice(batch.rows->data()[i], 1);
      compact.push_back(std::move(one));
    }
  }
  return drive::SortedRows(compact);
}

void Check(int64_t n, int64_t keys, drive::Settings settings, bool must_evict = false) {
  std::set<std::string> expected;
  const auto batches = Make(n, keys, settings.seed, &expected);
  drive::Memory memory(settings);
  {
    auto op = MakeDistinct(Schema(), std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 30), &memory);
    ASSERT_TRUE(op.ok());
    auto out = drive::RunOperator(&memory, op->get(), batches);
    ASSERT_TRUE(out.ok()) << out.status().ToString() << " seed " << settings.seed;
    const auto rows = Rows(*out);
    ASSERT_EQ(rows, std::vector<std::string>(expected.begin(), expected.end())) << "seed " << settings.seed;
  }
  EXPECT_EQ(memory.pool()->bytes_allocated(), 0);
  if (must_evict) {
    EXPECT_GT(memory.evictions(), 0);
  }
}

TEST(Distinct, EachRowOnce) {
  for (const int threads : {1, 2, 8}) {
    drive::Settings settings;
    settings.threads = threads;
    for (const int64_t keys : {1, 50, 20000}) Check(30000, keys, settings);
    Check(0, 1, settings);
  }
}

TEST(Distinct, ANewRowGoesOutAtOnce) {
  std::set<std::string> expected;
  const auto batches = Make(1000, 300, 3, &expected);
  drive::Settings settings;
  drive::Memory memory(settings);
  auto op = *MakeDistinct(Schema(), nullptr, &memory);
  drive::Context context(&memory, 0);
  auto state = op->Open();
  Batch out;
  ASSERT_EQ(*op->Process(context, state.get(), &batches[0], &out), Step::kNeedInput);
  EXPECT_EQ(out.num_rows(), static_cast<int64_t>(expected.size()));
  EXPECT_EQ(out.data, batches[0].data);  // nothing is copied
  out = Batch();
  ASSERT_EQ(*op->Process(context, state.get(), &batches[0], &out), Step::kNeedInput);
  EXPECT_FALSE(out);
}

TEST(Distinct, Evictions) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    drive::Settings settings;
    settings.threads = 1 + static_cast<int>(seed % 3);
    settings.evict = 0.1;
    settings.stop = 0.3;
    settings.seed = seed;
    Check(30000, seed % 2 ? 9000 : 300, settings, true);
  }
}

TEST(Distinct, AllocationsFailAtRandom) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    drive::Settings settings;
    settings.threads = 1 + static_cast<int>(seed % 2);
    settings.refuse = 0.02;
    settings.evict = seed % 2 ? 0.02 : 0;
    settings.seed = seed;
    Check(15000, 4000, settings);
  }
}

}  // namespace
}  // namespace bowstring::exec
