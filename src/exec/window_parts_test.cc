// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Windows over partitions that are computed part by part: any call gives what it gives over the whole partition.

#include <cstdlib>
#include <random>
#include <string>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "exec/operator_data.h"
#include "exec/operator_drive.h"
#include "exec/window.h"
#include "exec/window_segment.h"
#include "functions/aggregate_functions.h"
#include "functions/window_functions.h"

namespace bowstring::exec {
namespace {

const std::shared_ptr<arrow::Schema>& TestSchema() {
  static const auto schema = arrow::schema({arrow::field("g", arrow::int64(), false), arrow::field("k", arrow::int64()), arrow::field("v", arrow::int64()),
                                            arrow::field("t", arrow::utf8_view())});
  return schema;
}

constexpr int64_t kRows = 2500;

// Order keys with ties (of some hundred rows, where `large_groups`), gaps, and NULLs at the end of each partition; values with NULLs, in one stretch many of them.
std::vector<Batch> TestRows(int64_t size, bool large_groups) {
  std::vector<Batch> batches;
  for (int64_t from = 0; from < kRows; from += 37) {
    arrow::Int64Builder g, k, v;
    arrow::StringViewBuilder t;
    for (int64_t i = from; i < std::min<int64_t>(kRows, from + 37); ++i) {
      EXPECT_TRUE(g.Append(i / size).ok());
      EXPECT_TRUE((i % size > size - 6 ? k.AppendNull() : k.Append(large_groups ? i / 7 * 7 / 450 : i / 4 * 3 + i / 9)).ok());
      EXPECT_TRUE((i % 5 == 0 || (i > 600 && i < 1100) ? v.AppendNull() : v.Append(i * 7919 % 1009)).ok());
      EXPECT_TRUE((i % 7 == 0 ? t.AppendNull() : t.Append("a text of some length " + std::to_string(i * 31 % 997))).ok());
    }
    Batch made;
    const int64_t length = g.length();
    made.data = arrow::RecordBatch::Make(TestSchema(), length, {*g.Finish(), *k.Finish(), *v.Finish(), *t.Finish()});
    made.seq.morsel = static_cast<uint64_t>(from);
    batches.push_back(std::move(made));
  }
  return batches;
}

struct Answer {
  std::unique_ptr<drive::Memory> memory;  // outlives the rows
  std::shared_ptr<arrow::Table> rows;
};

Answer Compute(WindowSpec spec, const std::vector<Batch>& batches, int64_t segment, uint64_t seed) {
  drive::Settings settings;
  settings.seed = seed;
  settings.refuse = seed % 2 ? 0.005 : 0;
  settings.stop = 0.2;
  Answer answer{std::make_unique<drive::Memory>(settings), nullptr};
  drive::Memory* memory = answer.memory.get();
  spec.segment_rows = spec.whole_rows = segment;
  arrow::FieldVector fields = TestSchema()->fields();
  for (const BoundWindow& call : spec.windows) {
    const bool text = !call.arguments.empty() && call.arguments[0]->column() == 3;
    const bool share = call.kernel && (call.kernel->need().kind == WindowNeed::kPeersAndSize || call.kernel->need().kind == WindowNeed::kPeersEndAndSize);
    const auto other = text ? arrow::utf8_view() : share ? arrow::float64() : call.arguments.empty() ? arrow::uint64() : arrow::int64();
    fields.push_back(arrow::field("w", call.aggregate ? call.aggregate->result_type() : other));
  }
  spec.output = arrow::schema(fields);
  auto sink = *MakeWindow(spec, memory, std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 40));
  EXPECT_TRUE(drive::RunSink(memory, sink.get(), batches).ok());
  auto source = *sink->Output();
  const auto out = drive::ReadSource(memory, source.get());
  EXPECT_TRUE(out.ok()) << out.status();
  if (!out.ok()) return answer;
  std::vector<std::shared_ptr<arrow::RecordBatch>> rows;
  for (const Batch& batch : *out) {
    EXPECT_TRUE(batch.data->ValidateFull().ok());
    rows.push_back(batch.data);
  }
  answer.rows = *(*arrow::Table::FromRecordBatches(spec.output, rows))->CombineChunks(arrow::default_memory_pool());
  return answer;
}

class Calls {
 public:
  explicit Calls(uint64_t seed) : random_(seed) {}

  BoundWindow Next() {
    const auto& schema = TestSchema();
    const int what = Pick(13);
    BoundWindow call;
    const int column = Pick(3) == 0 ? 3 : 2;
    const ArgumentInfo value{schema->field(column), nullptr};
    name_ = "";
    if (what >= 10) {
      const char* const names[] = {"rank", "dense_rank", "percent_rank", "cume_dist", "row_number"};
      const char* const name = names[Pick(5)];
      call.kernel = FindBuiltinWindow(name)->Resolve({})->kernel;
      name_ = name;
      return call;
    }
    if (what < 4) {
      const char* const names[] = {"sum", "min", "max", "count"};
      const char* const name = names[column == 3 ? 1 + Pick(3) : Pick(4)];
      for (const auto& function : AggregateFunctions()) {
        if (function->name() == name) call.aggregate = *function->Resolve({value}, false)->make_kernel({schema->field(column)->type()});
      }
      name_ += name;
      call.distinct = Pick(4) == 0;
      if (call.distinct) name_ += " distinct";
    } else if (what < 8) {
      const char* const names[] = {"first_value", "last_value", "nth_value"};
      const int which = Pick(3);
      const int64_t n = std::vector<int64_t>{1, 2, 9, -1, -4}[static_cast<size_t>(Pick(5))];
      std::vector<ArgumentInfo> arguments = {value};
      if (which == 2) arguments.push_back({arrow::field("n", arrow::int64()), arrow::MakeScalar(n)});
      call.kernel = FindBuiltinWindow(names[which])->Resolve(arguments)->kernel;
      if (which == 2) call.arguments = {nullptr, Number(n)};
      call.ignore_nulls = Pick(2) == 0;
      name_ += std::string(names[which]) + " " + std::to_string(n);
    } else {
      const bool lead = what == 8;
      const int64_t by = 1 + Pick(12);
      call.kernel = FindBuiltinWindow(lead ? "lead" : "lag")
                        ->Resolve({value, ArgumentInfo{arrow::field("n", arrow::int64()), arrow::MakeScalar(by)}})
                        ->kernel;
      call.arguments = {nullptr, Number(by)};
      call.ignore_nulls = Pick(3) > 0;
      name_ += std::string(lead ? "lead " : "lag ") + std::to_string(by);
    }
    if (call.ignore_nulls) name_ += " ignore nulls";
    call.arguments.resize(std::max<size_t>(call.arguments.size(), 1));
    call.arguments[0] = data::BoundColumn(schema, column);
    call.frame.units = std::vector<FrameUnits>{FrameUnits::kRows, FrameUnits::kRange, FrameUnits::kGroups}[static_cast<size_t>(Pick(3))];
    call.frame.start = Bound(false, call.frame.units);
    do {
      call.frame.end = Bound(true, call.frame.units);
    } while (call.frame.end.kind < call.frame.start.kind);
    call.frame.exclude = call.distinct || Pick(2) ? FrameExclude::kNoOthers : static_cast<FrameExclude>(Pick(4));
    if (call.distinct && Pick(2)) {
      call.frame.start = {FrameBound::kUnboundedPreceding, 0, nullptr};
      call.frame.end = {FrameBound::kUnboundedFollowing, 0, nullptr};
    }
    name_ += " units " + std::to_string(static_cast<int>(call.frame.units)) + " start " + Text(call.frame.start) + " end " + Text(call.frame.end) +
             " exclude " + std::to_string(static_cast<int>(call.frame.exclude));
    return call;
  }
  const std::string& name() const { return name_; }

 private:
  int Pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  static std::shared_ptr<const BoundExpr> Number(int64_t n) {
    return *Bind(Literal(arrow::MakeScalar(n)), Scope::Of(*TestSchema()), *TestSchema());
  }
  BoundFrame::Bound Bound(bool end, FrameUnits units) {
    BoundFrame::Bound bound;
    const FrameBound::Kind kinds[] = {end ? FrameBound::kUnboundedFollowing : FrameBound::kUnboundedPreceding, FrameBound::kPreceding,
                                      FrameBound::kCurrentRow, FrameBound::kFollowing};
    bound.kind = kinds[Pick(4)];
    if (bound.kind == FrameBound::kPreceding || bound.kind == FrameBound::kFollowing) {
      const int64_t by = Pick(2) ? Pick(5) : Pick(40);
      if (units == FrameUnits::kRange) {
        bound.offset = arrow::MakeScalar(by);
      } else {
        bound.count = by;
      }
    }
    return bound;
  }
  static std::string Text(const BoundFrame::Bound& bound) {
    return std::to_string(static_cast<int>(bound.kind)) + " by " + (bound.offset ? bound.offset->ToString() : std::to_string(bound.count));
  }

  std::mt19937_64 random_;
  std::string name_;
};

TEST(WindowParts, AnyCall) {
  const char* given = std::getenv("BOWSTRING_SEED");
  const uint64_t first = given ? std::strtoull(given, nullptr, 10) : 1;
  int parts = 0;
  for (uint64_t seed = first; seed < first + 120; ++seed) {
    Calls calls(seed);
    WindowSpec spec;
    spec.schema = TestSchema();
    spec.partition_by = {data::BoundColumn(spec.schema, 0)};
    spec.order_by = {data::BoundColumn(spec.schema, 1)};
    spec.range_key = data::BoundColumn(spec.schema, 1);
    std::string names = "seed " + std::to_string(seed);
    for (uint64_t c = 0; c < 1 + seed % 3; ++c) {
      spec.windows.push_back(calls.Next());
      names += "; " + calls.name();
    }
    SCOPED_TRACE(names);
    parts += (*WindowPlan::Make(spec))->reach.has_value();
    const int64_t size = seed % 2 ? kRows : 900;
    const auto batches = TestRows(size, seed % 3 == 0);
    const auto want = Compute(spec, batches, 1 << 20, 0);
    ASSERT_TRUE(want.rows && want.rows->num_rows() == kRows);
    for (const int64_t segment : {1, 20, 100, 700}) {
      if (segment == 1 && seed % 8) continue;
      const auto got = Compute(spec, batches, segment, seed);
      ASSERT_TRUE(got.rows);
      ASSERT_TRUE(got.rows->Equals(*want.rows)) << "segments of " << segment;
    }
  }
  EXPECT_GE(parts, 100);  // not to compare whole partitions with whole partitions
}

}  // namespace
}  // namespace bowstring::exec
