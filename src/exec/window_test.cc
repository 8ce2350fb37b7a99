// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/window.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "exec/operator_data.h"
#include "exec/operator_drive.h"
#include "functions/aggregate_functions.h"
#include "functions/window_functions.h"

namespace bowstring::exec {
namespace {

struct Expected {
  std::vector<uint64_t> number;
  std::vector<int64_t> sum;
  std::vector<int64_t> before;  // lag, -1 outside
};

/// Partitions of `size` rows each (the last shorter), values 0, 1, 2, ..., in batches of `batch` rows; a sum over 2 preceding to 60 following.
struct Case {
  std::shared_ptr<arrow::Schema> schema = arrow::schema({arrow::field("g", arrow::int64(), false), arrow::field("v", arrow::int64(), false)});
  std::vector<Batch> batches;
  WindowSpec spec;
  Expected want;

  Case(int64_t rows, int64_t size, int64_t batch, int64_t segment) {
    uint64_t morsel = 0;
    for (int64_t from = 0; from < rows; from += batch, ++morsel) {
      arrow::Int64Builder g, v;
      for (int64_t i = from; i < std::min(rows, from + batch); ++i) {
        EXPECT_TRUE(g.Append(i / size).ok());
        EXPECT_TRUE(v.Append(i).ok());
      }
      Batch made;
      const int64_t length = g.length();
      made.data = arrow::RecordBatch::Make(schema, length, {*g.Finish(), *v.Finish()});
      made.seq.morsel = morsel;
      batches.push_back(std::move(made));
    }
    for (int64_t i = 0; i < rows; ++i) {
      const int64_t begin = i / size * size, end = std::min(rows, begin + size);
      want.number.push_back(static_cast<uint64_t>(i - begin + 1));
      int64_t sum = 0;
      for (int64_t k = std::max(begin, i - 2); k < std::min(end, i + 61); ++k) sum += k;
      want.sum.push_back(sum);
      want.before.push_back(i - 3 >= begin ? i - 3 : -1);
    }
    spec.schema = schema;
    spec.partition_by = {data::BoundColumn(schema, 0)};
    spec.order_by = {data::BoundColumn(schema, 1)};
    spec.segment_rows = segment;
    BoundWindow number;
    number.kernel = FindBuiltinWindow("row_number")->Resolve({})->kernel;
    BoundWindow sum;
    for (const auto& function : AggregateFunctions()) {
      if (function->name() == "sum") sum.aggregate = *function->Resolve({ArgumentInfo{schema->field(1), nullptr}}, false)->make_kernel({arrow::int64()});
    }
    sum.arguments = {data::BoundColumn(schema, 1)};
    sum.frame.units = FrameUnits::kRows;
    sum.frame.start = {FrameBound::kPreceding, 2, nullptr};
    sum.frame.end = {FrameBound::kFollowing, 60, nullptr};
    BoundWindow first = sum;  // the value three rows before, as the first of a frame that may be empty
    first.aggregate = nullptr;
    first.kernel = FindBuiltinWindow("first_value")->Resolve({ArgumentInfo{schema->field(1), nullptr}})->kernel;
    first.frame.start = {FrameBound::kPreceding, 3, nullptr};
    first.frame.end = {FrameBound::kPreceding, 3, nullptr};
    spec.windows = {number, sum, first};
    spec.output = arrow::schema({schema->field(0), schema->field(1), arrow::field("n", arrow::uint64(), false), arrow::field("s", arrow::int64()),
                                 arrow::field("b", arrow::int64())});
  }
};

void Check(const Case& c, const drive::Settings& settings, int64_t* files = nullptr) {
  drive::Memory memory(settings);
  {
    auto spill = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 40);
    auto sink = MakeWindow(c.spec, &memory, spill);
    ASSERT_TRUE(sink.ok()) << sink.status().ToString();
    const arrow::Status ran = drive::RunSink(&memory, sink->get(), c.batches);
    ASSERT_TRUE(ran.ok()) << ran.ToString();
    auto source = (*sink)->Output();
    ASSERT_TRUE(source.ok()) << source.status().ToString();
    auto out = drive::ReadSource(&memory, source->get());
    ASSERT_TRUE(out.ok()) << out.status().ToString();
    size_t row = 0;
    for (const Batch& batch : *out) {
      ASSERT_TRUE(batch.data->ValidateFull().ok());
      const auto& v = static_cast<const arrow::Int64Array&>(*batch.data->column(1));
      const auto& n = static_cast<const arrow::UInt64Array&>(*batch.data->column(2));
      const auto& s = static_cast<const arrow::Int64Array&>(*batch.data->column(3));
      const auto& b = static_cast<const arrow::Int64Array&>(*batch.data->column(4));
      for (int64_t i = 0; i < batch.data->num_rows(); ++i, ++row) {
        ASSERT_LT(row, c.want.sum.size());
        ASSERT_EQ(v.Value(i), static_cast<int64_t>(row));
        ASSERT_EQ(n.Value(i), c.want.number[row]);
        ASSERT_EQ(s.Value(i), c.want.sum[row]) << "row " << row;
        ASSERT_EQ(b.IsNull(i) ? -1 : b.Value(i), c.want.before[row]) << "row " << row;
      }
    }
    ASSERT_EQ(row, c.want.sum.size());
    if (files) *files += spill->files();
  }
  ASSERT_EQ(memory.pool()->bytes_allocated(), 0);
}

TEST(Window, PartitionsAcrossBatchesAndSegments) {
  for (const int64_t rows : {0, 1, 6, 500, 4000}) {
    for (const int64_t size : {1, 7, 300, 10000}) {
      for (const int64_t batch : {1, 7, 512}) {
        if (rows / batch > 1000) continue;
        for (const int64_t segment : {1, 100, 1 << 16}) {
          drive::Settings settings;
          settings.threads = batch == 7 ? 4 : 1;
          Check(Case(rows, size, batch, segment), settings);
        }
      }
    }
  }
}

// Partitions that are computed part by part give what they give as a whole.
TEST(Window, PartsOfAPartition) {
  const auto schema = arrow::schema({arrow::field("g", arrow::int64(), false), arrow::field("k", arrow::int64(), false), arrow::field("v", arrow::int64())});
  const auto aggregate = [&](const char* name, const char* argument, FrameUnits units, FrameBound::Kind from, int64_t before, FrameBound::Kind to,
                             int64_t behind) {
    BoundWindow call;
    for (const auto& function : AggregateFunctions()) {
      if (function->name() == name) {
        call.aggregate = *function->Resolve({ArgumentInfo{schema->GetFieldByName(argument), nullptr}}, false)->make_kernel({arrow::int64()});
      }
    }
    call.arguments = {data::BoundColumn(schema, schema->GetFieldIndex(argument))};
    call.frame.units = units;
    call.frame.start = {from, before, nullptr};
    call.frame.end = {to, behind, nullptr};
    return call;
  };
  const auto shift = [&](const char* name, int64_t by) {
    BoundWindow call;
    call.kernel = FindBuiltinWindow(name)
                      ->Resolve({ArgumentInfo{schema->field(2), nullptr}, ArgumentInfo{arrow::field("n", arrow::int64()), arrow::MakeScalar(by)}})
                      ->kernel;
    call.arguments = {data::BoundColumn(schema, 2), data::BoundColumn(schema, 0)};
    return call;
  };
  const auto rank = [&](const char* name) {
    BoundWindow call;
    call.kernel = FindBuiltinWindow(name)->Resolve({})->kernel;
    return call;
  };
  std::vector<BoundWindow> calls = {
      rank("row_number"),
      aggregate("sum", "v", FrameUnits::kRows, FrameBound::kUnboundedPreceding, 0, FrameBound::kCurrentRow, 0),
      aggregate("count", "v", FrameUnits::kRows, FrameBound::kUnboundedPreceding, 0, FrameBound::kPreceding, 4),
      aggregate("max", "v", FrameUnits::kRows, FrameBound::kPreceding, 5, FrameBound::kFollowing, 7),
      rank("rank"),
      rank("dense_rank"),
      aggregate("sum", "v", FrameUnits::kRange, FrameBound::kUnboundedPreceding, 0, FrameBound::kCurrentRow, 0),
      aggregate("min", "v", FrameUnits::kRange, FrameBound::kCurrentRow, 0, FrameBound::kCurrentRow, 0),
  };
  for (const size_t many : {size_t{4}, calls.size()}) {  // without and with those that look at peers
    for (const int64_t size : {40, 1000, 5000}) {
      WindowSpec spec;
      spec.schema = schema;
      spec.partition_by = {data::BoundColumn(schema, 0)};
      spec.order_by = {data::BoundColumn(schema, 1)};
      spec.windows.assign(calls.begin(), calls.begin() + static_cast<int64_t>(many));
      arrow::FieldVector fields = schema->fields();
      for (size_t c = 0; c < many; ++c) {
        fields.push_back(arrow::field("w", spec.windows[c].aggregate ? spec.windows[c].aggregate->result_type() : arrow::uint64()));
      }
      spec.output = arrow::schema(fields);
      std::vector<Batch> batches;
      for (int64_t from = 0; from < 4000; from += 37) {
        arrow::Int64Builder g, k, v;
        for (int64_t i = from; i < std::min<int64_t>(4000, from + 37); ++i) {
          ASSERT_TRUE(g.Append(i / size).ok() && k.Append(i / 3).ok());
          ASSERT_TRUE((i % 5 == 0 ? v.AppendNull() : v.Append(i * 7919 % 1009)).ok());
        }
        Batch made;
        const int64_t length = g.length();
        made.data = arrow::RecordBatch::Make(schema, length, {*g.Finish(), *k.Finish(), *v.Finish()});
        made.seq.morsel = static_cast<uint64_t>(from);
        batches.push_back(std::move(made));
      }
      const auto run = [&](int64_t segment, uint64_t seed) -> std::shared_ptr<arrow::Table> {
        drive::Settings settings;
        settings.seed = seed;
        settings.refuse = seed % 2 ? 0.01 : 0;
        settings.stop = 0.2;
        drive::Memory memory(settings);
        spec.segment_rows = segment;
        auto sink = *MakeWindow(spec, &memory, std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 40));
        EXPECT_TRUE(drive::RunSink(&memory, sink.get(), batches).ok());
        auto source = *sink->Output();
        const auto out = drive::ReadSource(&memory, source.get());
        EXPECT_TRUE(out.ok()) << out.status();
        std::vector<std::shared_ptr<arrow::RecordBatch>> rows;
        for (const Batch& batch : *out) {
          EXPECT_TRUE(batch.data->ValidateFull().ok());
          rows.push_back(batch.data);
        }
        return *(*arrow::Table::FromRecordBatches(spec.output, rows))->CombineChunks(arrow::default_memory_pool());
      };
      const auto want = run(1 << 20, 0);
      ASSERT_EQ(want->num_rows(), 4000);
      for (const int64_t segment : {1, 20, 100, 700}) {
        for (uint64_t seed = 0; seed < 3; ++seed) {
          const auto got = run(segment, seed);
          ASSERT_TRUE(got->Equals(*want)) << many << " calls, partitions of " << size << ", segments of " << segment << ", seed " << seed;
        }
      }
    }
  }
  // What is known of a shift by a constant.
  const WindowNeed lag = shift("lag", 3).kernel->need(), lead = shift("lead", 4).kernel->need();
  EXPECT_TRUE(lag.kind == WindowNeed::kNeighbours && lag.before == 3 && lag.behind == 0);
  EXPECT_TRUE(lead.kind == WindowNeed::kNeighbours && lead.before == 0 && lead.behind == 4);
}

TEST(Window, RefusedMemoryAndEvictions) {
  int64_t files = 0;
  for (uint64_t seed = 0; seed < 12; ++seed) {
    drive::Settings settings;
    settings.seed = seed;
    settings.threads = 1 + static_cast<int>(seed % 3);
    settings.refuse = 0.01;
    settings.evict = 0.2;
    settings.stop = 0.2;
    Check(Case(3000, seed % 2 ? 90 : 1000, 128, 400), settings, &files);
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace bowstring::exec
