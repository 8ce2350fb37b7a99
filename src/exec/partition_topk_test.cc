// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/partition_topk.h"

#include <algorithm>
#include <map>
#include <optional>
#include <random>

#include <gtest/gtest.h>

#include <arrow/api.h>

#include <bowstring/expr.h>

#include "exec/operator_drive.h"

namespace bowstring::exec {
namespace {

using Value = std::optional<int64_t>;

struct Row {
  Value partition, key;
  int64_t id = 0;
};

std::shared_ptr<arrow::Schema> Schema() {
  return arrow::schema({arrow::field("p", arrow::int64()), arrow::field("k", arrow::int64()), arrow::field("id", arrow::int64())});
}

// Every third batch has a selection: its odd rows.
std::vector<Batch> Make(int64_t n, int64_t partitions, uint64_t seed, std::vector<Row>* rows) {
  std::mt19937_64 random(seed);
  std::vector<Batch> batches;
  for (int64_t begin = 0; begin < n; begin += 1000) {
    arrow::Int64Builder p, k, id;
    arrow::TypedBufferBuilder<int32_t> chosen;
    const bool selects = (begin / 1000) % 3 == 2;
    for (int64_t r = 0; r < std::min<int64_t>(1000, n - begin); ++r) {
      Row row{static_cast<int64_t>(random() % partitions), static_cast<int64_t>(random() % 500), begin + r};
      if (random() % 50 == 0) row.partition.reset();
      if (random() % 20 == 0) row.key.reset();
      EXPECT_TRUE(p.AppendOrNull(row.partition).ok() && k.AppendOrNull(row.key).ok() && id.Append(row.id).ok());
      if (selects && r % 2 == 0) continue;
      EXPECT_TRUE(chosen.Append(static_cast<int32_t>(r)).ok());
      rows->push_back(row);
    }
    Batch batch;
    batch.seq.morsel = batches.size();
    std::vector<std::shared_ptr<arrow::Array>> columns{*p.Finish(), *k.Finish(), *id.Finish()};
    batch.data = arrow::RecordBatch::Make(Schema(), columns[0]->length(), columns);
    if (selects) {
      auto selection = std::make_shared<Selection>();
      selection->length = chosen.length();
      selection->indices = *chosen.Finish();
      batch.rows = selection;
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

std::shared_ptr<const BoundExpr> Bound(const char* column) {
  return *Bind(Col(column), Scope::Of(*Schema()), *Schema());
}

// All rows that rank() gives at most `fetch` must be there, in the order they came; answers the share of all rows that is.
double Check(int64_t n, int64_t partitions, int64_t fetch, bool ascending, bool nulls_first, drive::Settings settings) {
  std::vector<Row> rows;
  const auto batches = Make(n, partitions, settings.seed, &rows);
  std::map<Value, std::vector<Row>> by_partition;
  for (const Row& row : rows) by_partition[row.partition].push_back(row);
  std::vector<int64_t> wanted;
  const auto before = [&](const Row& a, const Row& b) {
    if (a.key.has_value() != b.key.has_value()) return a.key.has_value() != nulls_first;
    return a.key && (ascending ? *a.key < *b.key : *a.key > *b.key);
  };
  for (auto& [partition, mine] : by_partition) {
    std::sort(mine.begin(), mine.end(), before);
    for (const Row& row : mine) {
      if (static_cast<int64_t>(mine.size()) < fetch || !before(mine[static_cast<size_t>(fetch - 1)], row)) wanted.push_back(row.id);
    }
  }
  std::sort(wanted.begin(), wanted.end());

  drive::Memory memory(settings);
  std::vector<int64_t> got;
  {
    PartitionTopKSpec spec;
    spec.schema = Schema();
    spec.partition_by = {Bound("p")};
    spec.key = {Bound("k"), ascending, nulls_first};
    spec.fetch = fetch;
    auto op = MakePartitionTopK(std::move(spec), &memory);
    EXPECT_TRUE(op.ok()) << op.status().ToString();
    auto out = drive::RunOperator(&memory, op->get(), batches);
    EXPECT_TRUE(out.ok()) << out.status().ToString() << " seed " << settings.seed;
    for (const Batch& batch : *out) {
      const auto& ids = static_cast<const arrow::Int64Array&>(*batch.data->column(2));
      for (int64_t i = 0; i < batch.num_rows(); ++i) got.push_back(ids.Value(batch.rows ? batch.rows->data()[i] : i));
    }
    std::sort(got.begin(), got.end());
    EXPECT_EQ(std::adjacent_find(got.begin(), got.end()), got.end());
    EXPECT_TRUE(std::includes(got.begin(), got.end(), wanted.begin(), wanted.end())) << "seed " << settings.seed;
  }
  EXPECT_EQ(memory.pool()->bytes_allocated(), 0);
  return rows.empty() ? 0 : static_cast<double>(got.size()) / static_cast<double>(rows.size());
}

TEST(PartitionTopK, KeepsTheFirstOfEach) {
  for (const int threads : {1, 2, 8}) {
    drive::Settings settings;
    settings.threads = threads;
    for (const int64_t fetch : {1, 2, 7}) {
      for (const bool ascending : {true, false}) {
        for (const bool nulls_first : {true, false}) EXPECT_LT(Check(30000, 40, fetch, ascending, nulls_first, settings), 0.2);
      }
    }
    Check(30000, 1, 3, true, false, settings);
    Check(0, 1, 1, true, false, settings);
    Check(1, 1, 1, true, false, settings);
  }
}

TEST(PartitionTopK, GivesUpWhereNothingIsLeftOut) {
  drive::Settings settings;
  drive::Memory memory(settings);
  std::vector<Row> rows;
  const auto batches = Make(400000, int64_t{1} << 40, 1, &rows);
  PartitionTopKSpec spec;
  spec.schema = Schema();
  spec.partition_by = {Bound("id")};
  spec.key = {Bound("k"), true, false};
  auto op = *MakePartitionTopK(std::move(spec), &memory);
  const int64_t before = memory.pool()->bytes_allocated();
  drive::Context context(&memory, 0);
  int64_t passed = 0, most = 0;
  for (const Batch& batch : batches) {
    Batch out;
    ASSERT_EQ(*op->Process(context, nullptr, &batch, &out), Step::kNeedInput);
    passed += out.num_rows();
    most = std::max(most, memory.pool()->bytes_allocated() - before);
  }
  EXPECT_EQ(passed, static_cast<int64_t>(rows.size()));
  EXPECT_GT(most, 1 << 20);
  EXPECT_LT(memory.pool()->bytes_allocated() - before, 1 << 20);  // its partitions are forgotten
}

TEST(PartitionTopK, EvictionsAndRefusals) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    drive::Settings settings;
    settings.threads = 1 + static_cast<int>(seed % 3);
    settings.evict = seed % 2 ? 0.02 : 0;
    settings.refuse = seed % 3 ? 0.002 : 0;
    settings.seed = seed;
    Check(30000, seed % 2 ? 9000 : 300, 2, true, false, settings);
  }
}

}  // namespace
}  // namespace bowstring::exec
