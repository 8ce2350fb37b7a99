// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Sorts 6 M rows shaped like TPC-H SF1's lineitem: one number, a number and a date, a text; narrow rows and rows with 150 bytes more.

#include <random>

#include <benchmark/benchmark.h>

#include <arrow/api.h>

#include "base/spill.h"
#include "exec/operator_drive.h"
#include "exec/sort.h"
#include "expr/scope.h"

namespace bowstring::exec {
namespace {

constexpr int64_t kRows = 6'000'000;

const std::shared_ptr<arrow::Schema>& SchemaOf(bool wide) {
  const auto make = [](bool more) {
    arrow::FieldVector fields{arrow::field("price", arrow::int64(), false), arrow::field("date", arrow::date32(), false),
                              arrow::field("text", arrow::utf8_view(), false), arrow::field("number", arrow::int32(), false)};
    if (more) fields.push_back(arrow::field("more", arrow::fixed_size_binary(150), false));
    return arrow::schema(fields);
  };
  static const auto narrow_schema = make(false), wide_schema = make(true);
  return wide ? wide_schema : narrow_schema;
}

const std::vector<Batch>& BatchesOf(bool wide) {
  static std::vector<Batch> made[2];
  auto& batches = made[wide];
  std::mt19937_64 random(1);
  while (batches.size() * 16384 < kRows) {
    arrow::Int64Builder price;
    arrow::Date32Builder date;
    arrow::StringViewBuilder text;
    arrow::Int32Builder number;
    for (int64_t i = 0; i < 16384; ++i) {
      (void)price.Append(90000 + static_cast<int64_t>(random() % 10000000));
      (void)date.Append(static_cast<int32_t>(8000 + random() % 2526));
      (void)text.Append("Customer#" + std::to_string(random() % 150000));
      (void)number.Append(static_cast<int32_t>(i));
    }
    arrow::ArrayVector columns{*price.Finish(), *date.Finish(), *text.Finish(), *number.Finish()};
    if (wide) columns.push_back(*arrow::MakeArrayFromScalar(arrow::FixedSizeBinaryScalar(arrow::Buffer::FromString(std::string(150, 'x'))), 16384));
    Batch batch;
    batch.seq.morsel = batches.size();
    batch.data = arrow::RecordBatch::Make(SchemaOf(wide), 16384, columns);
    batches.push_back(std::move(batch));
  }
  return batches;
}

void Sort(benchmark::State& state) {
  static const std::vector<std::vector<std::string>> kKeys = {{"price"}, {"date", "price"}, {"text", "price"}};
  const bool wide = state.range(1) != 0;
  const auto& schema = SchemaOf(wide);
  SortSpec spec;
  spec.schema = schema;
  for (const std::string& key : kKeys[static_cast<size_t>(state.range(0))]) spec.keys.push_back({*Bind(Column(key), Scope::Of(*schema), *schema), true, false});
  for (int i = 0; i < schema->num_fields(); ++i) spec.output.push_back(i);
  drive::Settings settings;
  settings.threads = static_cast<int>(state.range(2));
  const auto& batches = BatchesOf(wide);
  int64_t peak = 0;
  for (auto _ : state) {
    drive::Memory memory(settings);
    auto sink = *MakeSort(spec, &memory, std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 40));
    if (!drive::RunSink(&memory, sink.get(), batches).ok()) state.SkipWithError("failed");
    auto source = *sink->Output();
    if (!drive::Drain(&memory, source.get()).ok()) state.SkipWithError("failed");
    peak = memory.raw_pool().max_memory();
  }
  state.counters["peak_MB"] = static_cast<double>(peak) / 1e6;
}
BENCHMARK(Sort)->ArgsProduct({{0, 1, 2}, {0, 1}, {1, 2}})->ArgNames({"keys", "wide", "threads"})->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace bowstring::exec
