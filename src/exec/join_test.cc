// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_hash.h"

#include <functional>
#include <map>
#include <utility>

#include <gtest/gtest.h>

#include "exec/nested_loop_join.h"
#include "exec/operator_data.h"
#include "exec/operator_drive.h"

namespace bowstring::exec {
namespace {

using data::Row;
using data::Value;

constexpr JoinKind kKinds[] = {JoinKind::kInner,    JoinKind::kLeft,     JoinKind::kRight,     JoinKind::kFull,    JoinKind::kLeftSemi,
                               JoinKind::kRightSemi, JoinKind::kLeftAnti, JoinKind::kRightAnti, JoinKind::kLeftMark};

struct Case {
  JoinShape shape;
  std::vector<Batch> probe, build;
  std::vector<std::pair<int, int>> keys;  // columns; none: a nested loop
  bool null_equals_null = false, null_aware = false;
  int lesser = -1, greater = -1;          // the condition: probe column < build column
};

bool HasBuildColumns(JoinKind kind) {
  return kind == JoinKind::kInner || kind == JoinKind::kLeft || kind == JoinKind::kRight || kind == JoinKind::kFull ||
         kind == JoinKind::kRightSemi || kind == JoinKind::kRightAnti;
}
bool HasProbeColumns(JoinKind kind) { return kind != JoinKind::kRightSemi && kind != JoinKind::kRightAnti; }

Case RandomCase(uint64_t seed, int64_t probe_rows, int64_t build_rows, bool hashed) {
  std::mt19937_64 random(seed);
  static const std::vector<std::shared_ptr<arrow::DataType>> kTypes = {
      arrow::int64(), arrow::int32(), arrow::float64(), arrow::utf8(), arrow::utf8_view(), arrow::boolean(), arrow::uint64(), arrow::date32(),
      arrow::decimal64(12, 2), arrow::decimal128(38, 2), arrow::large_utf8(), arrow::fixed_size_binary(5),
      arrow::dictionary(arrow::int32(), arrow::utf8()), arrow::list(arrow::int32()), arrow::decimal256(50, 1), arrow::int8(),
      arrow::struct_({arrow::field("a", arrow::int32()), arrow::field("b", arrow::float32())})};
  Case c;
  const int keys = hashed ? 1 + static_cast<int>(random() % 3) : 0;
  arrow::FieldVector probe, build;
  for (int k = 0; k < keys; ++k) {
    const auto& type = kTypes[(k == 0 ? seed / 9 : random()) % kTypes.size()];
    probe.push_back(arrow::field("k" + std::to_string(k), type));
    build.push_back(arrow::field("k" + std::to_string(k), type, random() % 2 == 0));
    c.keys.emplace_back(k, k);
  }
  probe.push_back(arrow::field("p_number", arrow::int32()));
  probe.push_back(arrow::field("p_text", arrow::utf8_view()));
  build.push_back(arrow::field("b_number", arrow::int32()));
  build.push_back(arrow::field("b_text", arrow::utf8()));
  c.shape.kind = kKinds[seed % 9];
  c.shape.probe_schema = arrow::schema(probe);
  c.shape.build_schema = arrow::schema(build);
  const int distinct = keys == 1 ? (random() % 2 ? 90 : 20) : 8;
  const int64_t most = 1 + static_cast<int64_t>(random() % 300);
  if (random() % 12 == 0) probe_rows = 0;
  if (random() % 12 == 0) build_rows = 0;
  c.probe = data::RandomBatches(c.shape.probe_schema, probe_rows, most, random, distinct, 0.1);
  c.build = data::RandomBatches(c.shape.build_schema, build_rows, most, random, distinct, random() % 3 ? 0.1 : 0);
  c.null_equals_null = random() % 4 == 0;
  if (random() % 3 == 0) {
    c.lesser = keys;
    c.greater = keys;
    arrow::FieldVector joined = probe;
    joined.insert(joined.end(), build.begin(), build.end());
    const arrow::Schema schema(joined);
    c.shape.condition = *BindPredicate(Binary(BinaryOp::kLt, Column("p_number"), Column("b_number")), Scope::Of(schema), schema);
  } else if (keys == 1 && (c.shape.kind == JoinKind::kLeftAnti || c.shape.kind == JoinKind::kLeftMark) && random() % 2) {
    c.null_aware = true;
    c.null_equals_null = false;
  }
  if (HasProbeColumns(c.shape.kind)) {
    for (int i = 0; i < static_cast<int>(probe.size()); ++i) {
      if (random() % 5 != 0) c.shape.output.push_back({false, i});
    }
  }
  if (HasBuildColumns(c.shape.kind)) {
    for (int i = 0; i < static_cast<int>(build.size()); ++i) {
      if (random() % 5 != 0) c.shape.output.push_back({true, i});
    }
  }
  return c;
}

// Rows in the promised order, then those of the tail (build rows).
std::pair<std::vector<std::string>, std::vector<std::string>> Expected(const Case& c) {
  const std::vector<Row> probe = data::Rows(c.probe), build = data::Rows(c.build);
  std::vector<std::string> rows, tail;
  std::vector<bool> build_matched(build.size(), false);
  auto match = [&](const Row& p, const Row& b) {
    for (const auto& [x, y] : c.keys) {
      if (p[x].null || b[y].null) {
        if (!(c.null_equals_null && p[x].null && b[y].null)) return false;
      } else if (data::Compare(p[x], b[y]) != 0) {
        return false;
      }
    }
    if (c.lesser >= 0) {
      const Value& x = p[c.lesser];
      const Value& y = b[c.greater];
      if (x.null || y.null || !(x.i < y.i)) return false;
    }
    return true;
  };
  auto joined = [&](const Row* p, const Row* b) {
    Row out;
    Value null;
    null.null = true;
    for (const JoinColumn& column : c.shape.output) {
      const Row* side = column.build ? b : p;
      out.push_back(side ? (*side)[column.column] : null);
    }
    return out;
  };
  bool build_null = false;
  for (const Row& b : build) build_null |= !c.keys.empty() && b[c.keys[0].second].null;
  const JoinKind kind = c.shape.kind;
  for (const Row& p : probe) {
    bool any = false;
    for (size_t i = 0; i < build.size(); ++i) {
      if (!match(p, build[i])) continue;
      any = true;
      build_matched[i] = true;
      if (kind <= JoinKind::kFull) rows.push_back(data::Text(joined(&p, &build[i])));
    }
    const bool unknown = c.null_aware && !any && !build.empty() && (build_null || p[c.keys[0].first].null);
    if (!any && (kind == JoinKind::kLeft || kind == JoinKind::kFull)) rows.push_back(data::Text(joined(&p, nullptr)));
    if (any && kind == JoinKind::kLeftSemi) rows.push_back(data::Text(joined(&p, nullptr)));
    if (!any && !unknown && kind == JoinKind::kLeftAnti) rows.push_back(data::Text(joined(&p, nullptr)));
    if (kind == JoinKind::kLeftMark) {
      Row row = joined(&p, nullptr);
      Value mark;
      mark.null = unknown;
      mark.i = any;
      row.push_back(mark);
      rows.push_back(data::Text(row));
    }
  }
  for (size_t i = 0; i < build.size(); ++i) {
    if (!JoinHasTail(kind) || build_matched[i] != (kind == JoinKind::kRightSemi)) continue;
    tail.push_back(data::Text(joined(nullptr, &build[i])));
  }
  return {rows, tail};
}

void Check(const Case& c, const drive::Settings& settings, const std::string& what, int64_t* files = nullptr) {
  drive::Memory memory(settings);
  {
    auto spill = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 40);
    std::shared_ptr<Sink> build;
    std::shared_ptr<Operator> probe;
    if (c.keys.empty()) {
      auto pair = MakeNestedLoopJoin(c.shape, &memory, spill);
      ASSERT_TRUE(pair.ok()) << what << pair.status().ToString();
      build = pair->build;
      probe = pair->probe;
    } else {
      JoinSpec spec;
      spec.shape = c.shape;
      for (const auto& [p, b] : c.keys) {
        spec.probe_keys.push_back(data::BoundColumn(c.shape.probe_schema, p));
        spec.build_keys.push_back(data::BoundColumn(c.shape.build_schema, b));
      }
      spec.null_equals_null = c.null_equals_null;
      spec.null_aware = c.null_aware;
      auto pair = MakeHashJoin(std::move(spec), &memory, spill);
      ASSERT_TRUE(pair.ok()) << what << pair.status().ToString();
      build = pair->build;
      probe = pair->probe;
    }
    const arrow::Status built = drive::RunSink(&memory, build.get(), c.build);
    ASSERT_TRUE(built.ok()) << what << ": " << built.ToString();
    auto out = drive::RunOperator(&memory, probe.get(), c.probe);
    ASSERT_TRUE(out.ok()) << what << ": " << out.status().ToString();
    for (const Batch& batch : *out) {
      ASSERT_TRUE(batch.data->ValidateFull().ok()) << what << ": " << batch.data->ValidateFull().ToString();
      ASSERT_TRUE(batch.data->schema()->Equals(*probe->schema()));
      ASSERT_LE(batch.num_rows(), 16384);
    }
    auto [rows, tail] = Expected(c);
    std::vector<std::string> have;
    for (const Row& row : data::Rows(*out)) have.push_back(data::Text(row));
    ASSERT_EQ(have.size(), rows.size() + tail.size()) << what;
    for (size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(have[i], rows[i]) << what << " row " << i;
    // Build rows come last, in an order of their own.
    std::vector<std::string> rest(have.begin() + static_cast<int64_t>(rows.size()), have.end());
    std::sort(rest.begin(), rest.end());
    std::sort(tail.begin(), tail.end());
    ASSERT_EQ(rest, tail) << what;
    if (files) *files += spill->files();
  }
  ASSERT_EQ(memory.pool()->bytes_allocated(), 0) << what;
}

std::string Name(const Case& c, uint64_t seed) {
  return "seed " + std::to_string(seed) + " " + JoinKindName(c.shape.kind) + (c.lesser >= 0 ? " with condition" : "") +
         (c.null_aware ? " null aware" : "") + (c.null_equals_null ? " nulls equal" : "") + "\n" + c.shape.build_schema->ToString();
}

TEST(HashJoin, AllKindsAndTypes) {
  for (uint64_t seed = 0; seed < 9 * 17; ++seed) {
    const Case c = RandomCase(seed, 700, 400, true);
    drive::Settings settings;
    settings.threads = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 2 : 8;
    settings.seed = seed;
    settings.stop = 0.2;
    settings.refuse = seed % 2 ? 0.01 : 0;
    settings.move_states = seed % 4 == 0;
    Check(c, settings, Name(c, seed));
    if (HasFatalFailure()) return;
  }
}

TEST(HashJoin, Evicted) {
  int64_t files = 0;
  for (uint64_t seed = 0; seed < 9 * 4; ++seed) {
    const Case c = RandomCase(seed + 9000, 1500, 900, true);
    drive::Settings settings;
    settings.threads = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 2 : 8;
    settings.seed = seed;
    settings.stop = 0.3;
    settings.evict = 0.2;
    settings.refuse = seed % 4 == 3 ? 0.01 : 0;
    Check(c, settings, Name(c, seed), &files);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(files, 30);
}

TEST(NestedLoopJoin, AllKinds) {
  int64_t files = 0;
  for (uint64_t seed = 0; seed < 9 * 10; ++seed) {
    const Case c = RandomCase(seed + 500, seed % 5 == 0 ? 40 : 200, seed % 5 == 0 ? 900 : 60, false);
    drive::Settings settings;
    settings.threads = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 2 : 8;
    settings.seed = seed;
    settings.stop = 0.2;
    settings.refuse = seed % 2 ? 0.0005 : 0;
    settings.evict = seed % 3 == 0 ? 0.1 : 0;
    Check(c, settings, Name(c, seed), &files);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(files, 5);
}

Batch Integers(const std::shared_ptr<arrow::Schema>& schema, int64_t n, int64_t begin, int64_t step, uint64_t morsel) {
  arrow::Int64Builder builder;
  for (int64_t i = 0; i < n; ++i) (void)builder.Append(begin + i * step);
  Batch batch;
  batch.data = arrow::RecordBatch::Make(schema, n, arrow::ArrayVector{*builder.Finish()});
  batch.seq.morsel = morsel;
  return batch;
}

// Of `p` and `b`, equal.
JoinSpec IntegerJoin(const std::shared_ptr<arrow::Schema>& probe_schema, const std::shared_ptr<arrow::Schema>& build_schema, JoinKind kind,
                     std::vector<JoinColumn> output) {
  JoinSpec spec;
  spec.shape.kind = kind;
  spec.shape.probe_schema = probe_schema;
  spec.shape.build_schema = build_schema;
  spec.shape.output = std::move(output);
  spec.probe_keys = {data::BoundColumn(probe_schema, 0)};
  spec.build_keys = {data::BoundColumn(build_schema, 0)};
  return spec;
}

// One key with ten million matches: steps of one batch each, in order, in little memory.
TEST(HashJoin, OneGiantKeyStreams) {
  auto probe_schema = arrow::schema({arrow::field("p", arrow::int64())}), build_schema = arrow::schema({arrow::field("b", arrow::int64())});
  JoinSpec spec = IntegerJoin(probe_schema, build_schema, JoinKind::kInner, {{false, 0}, {true, 0}});
  drive::Settings settings;
  settings.limit = 16 << 20;
  drive::Memory memory(settings);
  auto pair = *MakeHashJoin(std::move(spec), &memory, nullptr);
  std::vector<Batch> build;
  for (uint64_t m = 0; m < 10; ++m) build.push_back(Integers(build_schema, 10000, 7, 0, m));
  ASSERT_TRUE(drive::RunSink(&memory, pair.build.get(), build).ok());
  const Batch in = Integers(probe_schema, 100, 7, 0, 0);
  drive::Context context(&memory, 0);
  auto state = pair.probe->Open();
  int64_t rows = 0, steps = 0;
  while (true) {
    Batch out;
    const Step step = *pair.probe->Process(context, state.get(), &in, &out);
    if (out) {
      ASSERT_LE(out.num_rows(), 16384);
      rows += out.num_rows();
    }
    ++steps;
    if (step != Step::kHaveMore) break;
  }
  EXPECT_EQ(rows, 100 * 100000);
  EXPECT_GE(steps, rows / 16384);
  EXPECT_LT(memory.pool()->max_memory(), 16 << 20);
}

// Slots of each form, regions, bloom filter and the runtime filter at a size where all of them are used.
TEST(HashJoin, ManyKeys) {
  auto probe_schema = arrow::schema({arrow::field("p", arrow::int64())}), build_schema = arrow::schema({arrow::field("b", arrow::int64())});
  struct Form {
    int64_t step;
    bool repeated;
  };
  // Dense, ranked, what seemed ranked until a key came again, hashed.
  for (const auto [step, repeated] : {Form{1, false}, Form{1, true}, Form{7, false}, Form{7, true}, Form{977, false}}) {
    JoinSpec spec = IntegerJoin(probe_schema, build_schema, JoinKind::kInner, {{false, 0}, {true, 0}});
    drive::Settings settings;
    settings.threads = 4;
    drive::Memory memory(settings);
    auto pair = *MakeHashJoin(std::move(spec), &memory, nullptr);
    std::vector<Batch> build, probe;
    for (uint64_t m = 0; m < 20; ++m) build.push_back(Integers(build_schema, 10000, static_cast<int64_t>(m) * 10000 * step, step, m));
    if (repeated) build.push_back(Integers(build_schema, 1, 5 * step, 0, 20));
    for (uint64_t m = 0; m < 40; ++m) probe.push_back(Integers(probe_schema, 10000, static_cast<int64_t>(m) * 10000 * step, step, m));
    ASSERT_FALSE(pair.filter->ready());
    ASSERT_TRUE(drive::RunSink(&memory, pair.build.get(), build).ok());
    auto out = *drive::RunOperator(&memory, pair.probe.get(), probe);
    int64_t next = 0;
    bool again = repeated;
    for (const Batch& batch : out) {
      for (int64_t i = 0; i < batch.num_rows(); ++i, ++next) {
        ASSERT_EQ(batch.data->column_data(0)->GetValues<int64_t>(1)[i], next * step);
        ASSERT_EQ(batch.data->column_data(1)->GetValues<int64_t>(1)[i], next * step);
        if (next == 5 && std::exchange(again, false)) --next;
      }
    }
    EXPECT_EQ(next, 200000);
    EXPECT_FALSE(again);
    ASSERT_TRUE(pair.filter->ready());
    const arrow::Int64Scalar below(-1), first(0), last(199999 * step), above(199999 * step + 1);
    EXPECT_TRUE(pair.filter->MayPassBetween(0, &below, &first, false));
    EXPECT_TRUE(pair.filter->MayPassBetween(0, &last, nullptr, false));
    EXPECT_FALSE(pair.filter->MayPassBetween(0, nullptr, &below, false));
    EXPECT_FALSE(pair.filter->MayPassBetween(0, &above, nullptr, false));
    std::vector<int32_t> rows(10000);
    EXPECT_EQ(*pair.filter->MayPass({probe[0].data->column(0)}, 10000, memory.pool(), rows.data()), 10000);
    EXPECT_LT(*pair.filter->MayPass({probe[30].data->column(0)}, 10000, memory.pool(), rows.data()), 300);
  }
}

// Keys that come often, in a range with gaps, where one row of each is enough.
TEST(HashJoin, SemiOfRepeatedKeys) {
  auto probe_schema = arrow::schema({arrow::field("p", arrow::int64())}), build_schema = arrow::schema({arrow::field("b", arrow::int64())});
  for (const JoinKind kind : {JoinKind::kLeftSemi, JoinKind::kLeftAnti}) {
    JoinSpec spec = IntegerJoin(probe_schema, build_schema, kind, {{false, 0}});
    drive::Settings settings;
    settings.threads = 4;
    drive::Memory memory(settings);
    auto pair = *MakeHashJoin(std::move(spec), &memory, nullptr);
    std::vector<Batch> build, probe;
    for (uint64_t m = 0; m < 30; ++m) build.push_back(Integers(build_schema, 10000, static_cast<int64_t>(m % 10) * 210000, 21, m));
    for (uint64_t m = 0; m < 40; ++m) probe.push_back(Integers(probe_schema, 10000, static_cast<int64_t>(m) * 70000, 7, m));
    ASSERT_TRUE(drive::RunSink(&memory, pair.build.get(), build).ok());
    auto out = *drive::RunOperator(&memory, pair.probe.get(), probe);
    int64_t rows = 0;
    for (const Batch& batch : out) {
      for (int64_t i = 0; i < batch.num_rows(); ++i, ++rows) {
        const int64_t row = batch.rows ? batch.rows->data()[i] : i;
        const int64_t key = batch.data->column_data(0)->GetValues<int64_t>(1)[row];
        ASSERT_EQ(key % 21 == 0 && key < 2100000, kind == JoinKind::kLeftSemi);
      }
    }
    EXPECT_EQ(rows, kind == JoinKind::kLeftSemi ? 100000 : 300000);
  }
}

// Rows of a join, as text; the tail's (build rows of the kinds that have them) sorted.
std::vector<std::string> Joined(JoinKind kind, bool ordered, bool condition, const std::vector<Batch>& probe, const std::vector<Batch>& build,
                                const drive::Settings& settings, int64_t* files) {
  JoinSpec spec;
  spec.shape.kind = kind;
  spec.shape.probe_schema = probe[0].data->schema();
  spec.shape.build_schema = build[0].data->schema();
  if (HasProbeColumns(kind)) spec.shape.output = {{false, 0}, {false, 1}};
  if (HasBuildColumns(kind)) spec.shape.output.insert(spec.shape.output.end(), {{true, 0}, {true, 1}});
  spec.probe_keys = {data::BoundColumn(spec.shape.probe_schema, 0)};
  spec.build_keys = {data::BoundColumn(spec.shape.build_schema, 0)};
  spec.ordered = ordered;
  if (condition) {
    arrow::FieldVector fields = spec.shape.probe_schema->fields();
    for (const auto& field : spec.shape.build_schema->fields()) fields.push_back(field);
    const arrow::Schema joined(fields);
    spec.shape.condition = *BindPredicate(Binary(BinaryOp::kLt, Column("pn"), Column("bn")), Scope::Of(joined), joined);
  }
  std::vector<std::string> rows;
  drive::Memory memory(settings);
  {
    auto spill = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 40);
    auto pair = *MakeHashJoin(std::move(spec), &memory, spill);
    const arrow::Status built = drive::RunSink(&memory, pair.build.get(), build);
    EXPECT_TRUE(built.ok()) << built.ToString();
    auto out = drive::RunOperator(&memory, pair.probe.get(), probe);
    EXPECT_TRUE(out.ok()) << JoinKindName(kind) << ": " << out.status().ToString();
    if (!built.ok() || !out.ok()) return {};
    size_t tail = 0;
    for (const Row& row : data::Rows(*out)) {
      const bool of_tail = JoinHasTail(kind) && (!HasProbeColumns(kind) || row[0].null);
      if (!of_tail) tail = rows.size() + 1;
      rows.push_back(data::Text(row));
    }
    std::sort(rows.begin() + (ordered ? static_cast<int64_t>(tail) : 0), rows.end());
    *files += spill->files();
    EXPECT_LE(memory.pool()->max_memory(), settings.limit);
  }
  EXPECT_EQ(memory.pool()->bytes_allocated(), 0);
  return rows;
}

std::vector<Batch> KeyedBatches(const char* key, const char* number, int64_t batches, int64_t rows, const std::function<int64_t(int64_t)>& key_of) {
  auto schema = arrow::schema({arrow::field(key, arrow::int64()), arrow::field(number, arrow::int64())});
  std::vector<Batch> out;
  for (int64_t b = 0; b < batches; ++b) {
    arrow::Int64Builder keys, numbers;
    for (int64_t i = 0; i < rows; ++i) {
      const int64_t at = b * rows + i;
      const int64_t k = key_of(at);
      (void)(k < 0 ? keys.AppendNull() : keys.Append(k));
      (void)numbers.Append(at * 7919 % 100003);
    }
    Batch batch;
    batch.data = arrow::RecordBatch::Make(schema, rows, arrow::ArrayVector{*keys.Finish(), *numbers.Finish()});
    batch.seq.morsel = static_cast<uint64_t>(b);
    out.push_back(std::move(batch));
  }
  return out;
}

// A build side of several times the memory, a third of it one key: partitions are divided again, the key is joined in chunks, and the rows are
// those of a join with plenty, in the same order.
TEST(HashJoin, LargerThanMemory) {
  const auto build = KeyedBatches("b", "bn", 50, 4000, [](int64_t i) { return i % 3 == 0 ? 7 : i % 97 == 1 ? -1 : i * 1'000'003 % 600'011; });
  const auto probe = KeyedBatches("p", "pn", 40, 500, [](int64_t i) { return i % 7000 == 5 ? 7 : i % 61 == 2 ? -1 : i * 31 % 600'011; });
  for (const JoinKind kind : kKinds) {
    for (const int variant : {0, 1 + static_cast<int>(kind) % 2}) {
      const bool ordered = variant != 1, condition = variant == 2;
      int64_t files = 0, none = 0;
      drive::Settings plenty;
      const auto want = Joined(kind, ordered, condition, probe, build, plenty, &none);
      ASSERT_EQ(none, 0);
      drive::Settings tiny;
      tiny.limit = 8 << 20;
      tiny.threads = 2;
      tiny.seed = static_cast<uint64_t>(variant);
      tiny.refuse = 0.001;
      const auto have = Joined(kind, ordered, condition, probe, build, tiny, &files);
      ASSERT_EQ(have.size(), want.size()) << JoinKindName(kind) << variant;
      for (size_t i = 0; i < want.size(); ++i) ASSERT_EQ(have[i], want[i]) << JoinKindName(kind) << variant << " row " << i;
      ASSERT_GT(files, 0) << JoinKindName(kind);
    }
  }
}

}  // namespace
}  // namespace bowstring::exec
