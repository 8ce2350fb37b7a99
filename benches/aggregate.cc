// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Group by over 6 M rows shaped like TPC-H SF1's lineitem, one sum each: keys in order, shuffled, two keys, few groups. cpu_ns_row: time of all threads.

#include <random>

#include <benchmark/benchmark.h>

#include <arrow/api.h>

#include "exec/aggregate_drive.h"
#include "exec/distinct.h"

namespace bowstring::exec {
namespace {

constexpr int64_t kRows = 6'000'000;

enum Shape : int64_t { kOrderKey, kShuffled, kPartSupplier, kFlags, kDates, kDistinctAll };

struct Data {
  std::shared_ptr<arrow::Schema> schema;
  std::vector<Batch> batches;
  std::vector<int> keys;
  int value = 0;
};

const Data& DataOf(Shape shape) {
  static std::map<int64_t, Data> made;
  Data& data = made[shape];
  if (!data.batches.empty()) return data;
  std::mt19937_64 random(1);
  const auto integers = arrow::field("k", arrow::int64(), false);
  const auto sum = arrow::field("v", arrow::decimal64(15, 2), false);
  switch (shape) {
    case kPartSupplier: data.schema = arrow::schema({integers, integers, sum}); break;
    case kFlags: data.schema = arrow::schema({arrow::field("f", arrow::utf8_view(), false), arrow::field("s", arrow::utf8_view(), false), sum}); break;
    case kDates: data.schema = arrow::schema({arrow::field("d", arrow::date32(), false), sum}); break;
    default: data.schema = arrow::schema({integers, sum});
  }
  for (int k = 0; k + 1 < data.schema->num_fields(); ++k) data.keys.push_back(k);
  data.value = data.schema->num_fields() - 1;
  std::vector<int64_t> keys(kRows);
  for (int64_t i = 0; i < kRows; ++i) keys[static_cast<size_t>(i)] = shape == kDistinctAll ? i * 7919 : i / 4;
  if (shape == kShuffled) std::shuffle(keys.begin(), keys.end(), random);
  for (int64_t begin = 0; begin < kRows; begin += 16384) {
    const int64_t n = std::min<int64_t>(16384, kRows - begin);
    std::vector<std::shared_ptr<arrow::Array>> columns;
    arrow::Decimal64Builder values(arrow::decimal64(15, 2));
    for (int64_t i = 0; i < n; ++i) (void)values.Append(arrow::Decimal64(static_cast<int64_t>(random() % 5000)));
    if (shape == kPartSupplier) {
      arrow::Int64Builder part, supplier;
      for (int64_t i = 0; i < n; ++i) {
        const int64_t p = static_cast<int64_t>(random() % 200000);
        (void)part.Append(p);
        (void)supplier.Append((p + static_cast<int64_t>(random() % 4) * 2501) % 10000);
      }
      columns = {*part.Finish(), *supplier.Finish()};
    } else if (shape == kFlags) {
      arrow::StringViewBuilder flag, status;
      for (int64_t i = 0; i < n; ++i) {
        const char* flags[] = {"A", "N", "N", "R"};
        const char* states[] = {"F", "F", "O", "F"};
        const uint64_t which = random() % 4;
        (void)flag.Append(flags[which]);
        (void)status.Append(states[which]);
      }
      columns = {*flag.Finish(), *status.Finish()};
    } else if (shape == kDates) {
      arrow::Date32Builder date;
      for (int64_t i = 0; i < n; ++i) (void)date.Append(static_cast<int32_t>(8000 + random() % 2526));
      columns = {*date.Finish()};
    } else {
      arrow::Int64Builder key;
      (void)key.AppendValues(keys.data() + begin, n);
      columns = {*key.Finish()};
    }
    columns.push_back(*values.Finish());
    Batch batch;
    batch.seq.morsel = data.batches.size();
    batch.data = arrow::RecordBatch::Make(data.schema, n, columns);
    data.batches.push_back(std::move(batch));
  }
  return data;
}

void GroupBy(benchmark::State& state) {
  const Data& data = DataOf(static_cast<Shape>(state.range(0)));
  drive::Settings settings;
  settings.threads = static_cast<int>(state.range(1));
  int64_t groups = 0, peak = 0;
  for (auto _ : state) {
    drive::Memory memory(settings);
    auto sink = *drive::ColumnSink::Make(*data.schema, data.keys, {{"sum", {data.value}}}, nullptr, &memory, 8 << 20);
    if (!drive::RunSink(&memory, sink.get(), data.batches).ok()) state.SkipWithError("failed");
    auto source = *sink->Output();
    sink.reset();
    const auto rows = drive::Drain(&memory, source.get());
    if (!rows.ok()) state.SkipWithError("failed");
    groups = rows.ValueOr(0);
    peak = memory.raw_pool().max_memory();
  }
  state.counters["groups"] = static_cast<double>(groups);
  state.counters["peak_MB"] = static_cast<double>(peak) / 1e6;
  state.counters["cpu_ns_row"] = benchmark::Counter(static_cast<double>(kRows) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void DistinctRows(benchmark::State& state) {
  const Data& data = DataOf(static_cast<Shape>(state.range(0)));
  drive::Settings settings;
  settings.threads = static_cast<int>(state.range(1));
  std::vector<Batch> batches;
  arrow::FieldVector fields;
  for (int k : data.keys) fields.push_back(data.schema->field(k));
  const auto schema = arrow::schema(fields);
  for (const Batch& batch : data.batches) {
    Batch keys = batch;
    keys.data = *batch.data->SelectColumns(data.keys);
    batches.push_back(std::move(keys));
  }
  for (auto _ : state) {
    drive::Memory memory(settings);
    auto op = *MakeDistinct(schema, nullptr, &memory);
    auto out = drive::RunOperator(&memory, op.get(), batches);
    if (!out.ok()) state.SkipWithError("failed");
  }
  state.counters["cpu_ns_row"] = benchmark::Counter(static_cast<double>(kRows) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void Shapes(benchmark::internal::Benchmark* b) {
  for (int64_t shape = kOrderKey; shape <= kDistinctAll; ++shape) {
    for (int64_t threads : {1, 2}) b->Args({shape, threads});
  }
  b->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->MinTime(1.0);
}
BENCHMARK(GroupBy)->Apply(Shapes);
BENCHMARK(DistinctRows)->Args({kPartSupplier, 1})->Args({kPartSupplier, 2})->Args({kFlags, 1})->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace bowstring::exec
