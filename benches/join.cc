// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Joins 6 M probe rows with a build side of integer keys: in order or shuffled, all of them found or one in ten. Times are of the probe alone, and
// of building the table.

#include <random>

#include <benchmark/benchmark.h>

#include <arrow/api.h>

#include "base/spill.h"
#include "exec/join_hash.h"
#include "exec/operator_drive.h"
#include "expr/scope.h"

namespace bowstring::exec {
namespace {

constexpr int64_t kProbe = 6'000'000;

std::vector<Batch> Rows(const std::shared_ptr<arrow::Schema>& schema, const std::vector<int64_t>& keys) {
  std::vector<Batch> out;
  for (size_t begin = 0; begin < keys.size(); begin += 16384) {
    const auto n = static_cast<int64_t>(std::min<size_t>(16384, keys.size() - begin));
    arrow::Int64Builder key, value;
    (void)key.AppendValues(keys.data() + begin, n);
    (void)value.AppendValues(keys.data() + begin, n);
    Batch batch;
    batch.seq.morsel = out.size();
    batch.data = arrow::RecordBatch::Make(schema, n, {*key.Finish(), *value.Finish()});
    out.push_back(std::move(batch));
  }
  return out;
}

void Join(benchmark::State& state) {
  const int64_t build_rows = state.range(0), one_in = state.range(1);
  const bool shuffled = state.range(2) != 0;
  const auto probe_schema = arrow::schema({arrow::field("k", arrow::int64(), false), arrow::field("v", arrow::int64(), false)});
  const auto build_schema = arrow::schema({arrow::field("b", arrow::int64(), false), arrow::field("w", arrow::int64(), false)});
  std::vector<int64_t> probe(kProbe), build(static_cast<size_t>(build_rows));
  for (int64_t i = 0; i < kProbe; ++i) probe[static_cast<size_t>(i)] = i * build_rows / kProbe * 3;
  for (int64_t i = 0; i < build_rows; ++i) build[static_cast<size_t>(i)] = i * 3 * one_in;
  std::mt19937_64 random(1);
  if (shuffled) {
    std::shuffle(probe.begin(), probe.end(), random);
    std::shuffle(build.begin(), build.end(), random);
  }
  const auto probes = Rows(probe_schema, probe), builds = Rows(build_schema, build);
  drive::Settings settings;
  settings.threads = static_cast<int>(state.range(3));
  int64_t found = 0;
  for (auto _ : state) {
    drive::Memory memory(settings);
    JoinSpec spec;
    spec.shape.kind = JoinKind::kInner;
    spec.shape.probe_schema = probe_schema;
    spec.shape.build_schema = build_schema;
    spec.shape.output = {{false, 0}, {false, 1}, {true, 1}};
    spec.shape.names = {"k", "v", "w"};
    spec.probe_keys = {*Bind(Column("k"), Scope::Of(*probe_schema), *probe_schema)};
    spec.build_keys = {*Bind(Column("b"), Scope::Of(*build_schema), *build_schema)};
    auto pair = *MakeHashJoin(std::move(spec), &memory, std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 40));
    if (!drive::RunSink(&memory, pair.build.get(), builds).ok()) state.SkipWithError("build failed");
    auto out = drive::RunOperator(&memory, pair.probe.get(), probes);
    if (!out.ok()) state.SkipWithError("probe failed");
    found = 0;
    for (const Batch& batch : *out) found += batch.num_rows();
  }
  state.counters["rows"] = static_cast<double>(found);
}
BENCHMARK(Join)
    ->ArgsProduct({{10'000, 1'500'000}, {1, 10}, {0, 1}, {1, 2}})
    ->ArgNames({"build", "one_in", "shuffled", "threads"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace bowstring::exec
