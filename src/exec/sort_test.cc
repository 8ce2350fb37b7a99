// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/sort.h"

#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "exec/operator_data.h"
#include "exec/operator_drive.h"
#include "exec/topk.h"

namespace bowstring::exec {
namespace {

using data::Row;

const std::vector<std::shared_ptr<arrow::DataType>>& Types() {
  static const std::vector<std::shared_ptr<arrow::DataType>> kTypes = {
      arrow::int64(), arrow::int32(), arrow::float64(), arrow::utf8(), arrow::utf8_view(), arrow::boolean(), arrow::date32(), arrow::uint64(),
      arrow::float32(), arrow::decimal64(12, 2), arrow::decimal128(38, 2), arrow::decimal256(50, 2), arrow::timestamp(arrow::TimeUnit::NANO),
      arrow::int8(), arrow::large_utf8(), arrow::fixed_size_binary(5), arrow::fixed_size_binary(23), arrow::null(),
      arrow::dictionary(arrow::int32(), arrow::utf8()), arrow::list(arrow::int32()),
      arrow::struct_({arrow::field("a", arrow::int32()), arrow::field("b", arrow::utf8())})};
  return kTypes;
}

struct Case {
  std::shared_ptr<arrow::Schema> schema;
  std::vector<Batch> batches;
  SortSpec spec;
  std::vector<int> key_columns;
};

Case RandomCase(uint64_t seed, int64_t rows) {
  std::mt19937_64 random(seed);
  Case c;
  arrow::FieldVector fields;
  const int columns = 1 + static_cast<int>(random() % 6);
  for (int i = 0; i < columns; ++i) {
    // Seeds go through the types, so that few seeds meet all.
    const auto& type = Types()[(i == 0 ? seed : random()) % Types().size()];
    fields.push_back(arrow::field("c" + std::to_string(i), type, type->id() == arrow::Type::NA || random() % 3 != 0));
  }
  c.schema = arrow::schema(fields);
  const int distinct = random() % 3 == 0 ? 3 : random() % 2 ? 60 : 100;
  c.batches = data::RandomBatches(c.schema, rows, 1 + static_cast<int64_t>(random() % 700), random, distinct, 0.15);
  c.spec.schema = c.schema;
  const int keys = static_cast<int>(random() % 4) + (seed % 9 == 0 ? 0 : 1);
  for (int k = 0; k < keys; ++k) {
    const int column = k == 0 ? 0 : static_cast<int>(random() % columns);
    c.key_columns.push_back(column);
    c.spec.keys.push_back({data::BoundColumn(c.schema, column), random() % 2 == 0, random() % 2 == 0});
  }
  for (int i = 0; i < columns; ++i) {
    if (random() % 5 != 0) c.spec.output.push_back(i);
  }
  c.spec.batch_rows = 1 + static_cast<int64_t>(random() % 500);
  return c;
}

std::vector<Row> Expected(const Case& c) {
  std::vector<Row> rows = data::Rows(c.batches);  // in place order
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    for (size_t k = 0; k < c.spec.keys.size(); ++k) {
      const auto& x = a[c.key_columns[k]];
      const auto& y = b[c.key_columns[k]];
      if (x.null || y.null) {
        if (x.null != y.null) return x.null == c.spec.keys[k].nulls_first;
        continue;
      }
      // NULLs inside stand where the key puts NULLs itself.
      const int order = data::Compare(x, y, c.spec.keys[k].nulls_first == c.spec.keys[k].ascending);
      if (order != 0) return (order < 0) == c.spec.keys[k].ascending;
    }
    return false;
  });
  std::vector<Row> out;
  for (const Row& row : rows) {
    if (c.spec.fetch >= 0 && static_cast<int64_t>(out.size()) >= c.spec.fetch) break;
    Row picked;
    for (int column : c.spec.output) picked.push_back(row[column]);
    out.push_back(std::move(picked));
  }
  return out;
}

arrow::Result<std::vector<Batch>> Run(drive::Memory* memory, const Case& c, bool topk, int64_t* files = nullptr) {
  auto spill = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 40);
  std::shared_ptr<Sink> sink;
  if (topk) {
    ARROW_ASSIGN_OR_RAISE(sink, MakeTopK({c.spec, nullptr}, memory));
  } else {
    ARROW_ASSIGN_OR_RAISE(sink, MakeSort(c.spec, memory, spill));
  }
  ARROW_RETURN_NOT_OK(drive::RunSink(memory, sink.get(), c.batches));
  ARROW_ASSIGN_OR_RAISE(auto source, sink->Output());
  ARROW_ASSIGN_OR_RAISE(auto out, drive::ReadSource(memory, source.get()));
  if (files) *files += spill->files();
  return out;
}

void Check(const Case& c, const drive::Settings& settings, bool topk, const std::string& what, int64_t* files = nullptr) {
  drive::Memory memory(settings);
  {
    auto out = Run(&memory, c, topk, files);
    ASSERT_TRUE(out.ok()) << what << ": " << out.status().ToString();
    for (const Batch& batch : *out) {
      ASSERT_TRUE(batch.data->ValidateFull().ok()) << what << ": " << batch.data->ValidateFull().ToString();
      ASSERT_LE(batch.data->num_rows(), c.spec.batch_rows);
    }
    const std::vector<Row> have = data::Rows(*out), want = Expected(c);
    ASSERT_EQ(have.size(), want.size()) << what;
    for (size_t i = 0; i < have.size(); ++i) ASSERT_EQ(data::Text(have[i]), data::Text(want[i])) << what << " row " << i;
  }
  ASSERT_EQ(memory.pool()->bytes_allocated(), 0) << what;
}

TEST(Sort, RandomInputsInMemory) {
  for (uint64_t seed = 0; seed < 63; ++seed) {
    const Case c = RandomCase(seed, 3000);
    drive::Settings settings;
    settings.threads = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 2 : 8;
    settings.seed = seed;
    settings.stop = 0.2;
    settings.move_states = seed % 2;
    Check(c, settings, false, "seed " + std::to_string(seed) + " " + c.schema->ToString());
    if (HasFatalFailure()) return;
  }
}

TEST(Sort, ManyShares) {
  for (uint64_t seed = 100; seed < 104; ++seed) {
    std::mt19937_64 random(seed);
    Case c;
    c.schema = arrow::schema({arrow::field("a", seed % 2 ? arrow::int64() : arrow::utf8()), arrow::field("b", arrow::int32())});
    c.batches = data::RandomBatches(c.schema, 250000, 16384, random, seed == 103 ? 1 : 5000, 0.01);
    c.spec.schema = c.schema;
    c.spec.keys = {{data::BoundColumn(c.schema, 0), seed % 3 != 0, true}};
    c.key_columns = {0};
    c.spec.output = {0, 1};
    if (seed == 102) c.spec.fetch = 77777;
    drive::Settings settings;
    settings.threads = 4;
    Check(c, settings, false, "seed " + std::to_string(seed));
    if (HasFatalFailure()) return;
  }
}

TEST(Sort, RefusedAllocationsAndEvictions) {
  int64_t files = 0;
  for (uint64_t seed = 0; seed < 63; ++seed) {
    const Case c = RandomCase(seed + 1000, 2500);
    drive::Settings settings;
    settings.threads = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 2 : 8;
    settings.seed = seed;
    settings.stop = 0.3;
    settings.refuse = 0.02;
    settings.evict = seed % 2 ? 0.1 : 0.01;
    settings.move_states = seed % 2;
    Check(c, settings, false, "seed " + std::to_string(seed) + " " + c.schema->ToString(), &files);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(files, 20);
}

TEST(Sort, FitsALimitFarBelowItsInput) {
  std::mt19937_64 random(5);
  Case c;
  c.schema = arrow::schema({arrow::field("a", arrow::int64()), arrow::field("b", arrow::utf8_view()), arrow::field("c", arrow::float64())});
  c.batches = data::RandomBatches(c.schema, 300000, 4096, random, 90, 0.1);
  for (Batch& batch : c.batches) batch.rows = nullptr;
  c.spec.schema = c.schema;
  c.spec.keys = {{data::BoundColumn(c.schema, 1), true, true}, {data::BoundColumn(c.schema, 2), false, true}};
  c.key_columns = {1, 2};
  c.spec.output = {2, 1, 0};
  c.spec.batch_rows = 1024;
  drive::Settings settings;
  settings.threads = 2;
  settings.limit = 24 << 20;
  int64_t files = 0;
  Check(c, settings, false, "12 MB", &files);
  EXPECT_GT(files, 1);
}

// Rows that are equal in the first keys are in one morsel, whatever they are and however often rows leave for disk.
TEST(Sort, KeysThatAreKeptWhole) {
  for (uint64_t seed = 0; seed < 6; ++seed) {
    std::mt19937_64 random(seed);
    Case c;
    const auto type = seed % 3 == 0 ? arrow::int32() : seed % 3 == 1 ? arrow::utf8() : arrow::date32();
    c.schema = arrow::schema({arrow::field("a", type), arrow::field("b", arrow::int64()), arrow::field("c", arrow::int32())});
    if (seed % 2) c.schema = *c.schema->AddField(3, arrow::field("wide", arrow::fixed_size_binary(80)));
    c.batches = data::RandomBatches(c.schema, 120000, 5000, random, seed % 2 ? 20 : 90, 0.1);
    c.spec.schema = c.schema;
    c.spec.whole_keys = 1 + static_cast<int>(seed / 3);
    c.spec.keys = {{data::BoundColumn(c.schema, 0), true, false}, {data::BoundColumn(c.schema, 1), seed % 2 == 0, false}, {data::BoundColumn(c.schema, 2), true, true}};
    c.spec.output = {0, 1, 2};
    c.key_columns = {0, 1, 2};
    drive::Settings settings;
    settings.threads = 2;
    settings.seed = seed;
    settings.evict = seed % 2 ? 0.01 : 0;
    drive::Memory memory(settings);
    auto spill = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 40);
    auto sink = *MakeSort(c.spec, &memory, spill);
    ASSERT_TRUE(drive::RunSink(&memory, sink.get(), c.batches).ok());
    auto source = *sink->Output();
    drive::Context context(&memory, 0);
    std::vector<Morsel> morsels;
    ASSERT_TRUE(source->Split(context, 0, &morsels).ok());
    std::vector<Row> have;
    std::map<std::string, uint64_t> morsel_of;
    for (const Morsel& morsel : morsels) {
      auto cursor = *source->Open(morsel, nullptr);
      for (Step step = Step::kHaveMore; step != Step::kFinished;) {
        Batch batch;
        auto next = context.Try([&] { return cursor->Next(context, &batch); });
        ASSERT_TRUE(next.ok()) << next.status().ToString();
        step = *next;
        if (!batch) continue;
        for (Row& row : data::Rows({batch})) {
          const std::string key = data::Text(Row(row.begin(), row.begin() + c.spec.whole_keys));
          ASSERT_EQ(morsel_of.emplace(key, morsel.number).first->second, morsel.number) << "seed " << seed << " " << key;
          have.push_back(std::move(row));
        }
      }
    }
    const std::vector<Row> want = Expected(c);
    ASSERT_EQ(have.size(), want.size());
    for (size_t i = 0; i < have.size(); ++i) ASSERT_EQ(data::Text(have[i]), data::Text(want[i])) << "seed " << seed << " row " << i;
    if (settings.evict == 0) {
      ASSERT_GT(morsels.size(), 1u);
    }
  }
}

TEST(TopK, RandomInputs) {
  for (uint64_t seed = 0; seed < 84; ++seed) {
    Case c = RandomCase(seed + 2000, 6000);
    if (c.spec.keys.empty()) continue;
    const int64_t fetches[] = {0, 1, 10, 300, 5000, 100000};
    c.spec.fetch = fetches[seed % 6];
    drive::Settings settings;
    settings.threads = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 2 : 8;
    settings.seed = seed;
    settings.refuse = seed % 2 ? 0.01 : 0;
    Check(c, settings, true, "seed " + std::to_string(seed) + " " + c.schema->ToString());
    if (HasFatalFailure()) return;
  }
}

TEST(TopK, BoundFallsAndRanksAgree) {
  auto schema = arrow::schema({arrow::field("a", arrow::int64())});
  std::mt19937_64 random(3);
  const auto batches = data::RandomBatches(schema, 100000, 4096, random, 90000, 0, false);
  TopKSpec spec;
  spec.sort.schema = schema;
  spec.sort.keys = {{data::BoundColumn(schema, 0), true, false}};
  spec.sort.output = {0};
  spec.sort.fetch = 10;
  spec.bound = std::make_shared<TopKBound>();
  const auto bound = spec.bound;
  const BoundSortKey key = spec.sort.keys[0];
  drive::Memory memory(drive::Settings{});
  auto sink = *MakeTopK(spec, &memory);
  ASSERT_TRUE(drive::RunSink(&memory, sink.get(), batches).ok());
  // Nearly no row beats the bound at the end, and all of the first ten do.
  int64_t beating = 0;
  for (const Batch& batch : batches) {
    std::vector<uint64_t> ranks(batch.data->num_rows());
    ASSERT_TRUE(RankFirstKey(*batch.data->column_data(0), key, ranks.data()).ok());
    for (uint64_t rank : ranks) beating += rank <= bound->rank();
  }
  EXPECT_GE(beating, 10);
  EXPECT_LT(beating, 5000);
}

TEST(Sort, RefusesTypesWithoutOrder) {
  auto schema = arrow::schema({arrow::field("a", arrow::run_end_encoded(arrow::int32(), arrow::int64()))});
  SortSpec spec;
  spec.schema = schema;
  spec.keys = {{data::BoundColumn(schema, 0), true, false}};
  spec.output = {0};
  drive::Memory memory(drive::Settings{});
  auto sink = MakeSort(spec, &memory, nullptr);
  ASSERT_FALSE(sink.ok());
  EXPECT_NE(sink.status().ToString().find("run_end_encoded"), std::string::npos) << sink.status().ToString();
}

}  // namespace
}  // namespace bowstring::exec
