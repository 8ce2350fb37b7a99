// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// The sink as plans use it: expressions, DISTINCT, FILTER, grouping sets, selections.

#include "exec/aggregate.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

#include <arrow/api.h>

#include "exec/aggregate_drive.h"
#include "exec/operator_drive.h"
#include "expr/bind.h"
#include "expr/scope.h"

namespace bowstring::exec {
namespace {

std::shared_ptr<arrow::Schema> Schema() {
  return arrow::schema({arrow::field("a", arrow::int64()), arrow::field("b", arrow::utf8()), arrow::field("x", arrow::int64()), arrow::field("f", arrow::boolean())});
}

struct Row {
  std::optional<int64_t> a;
  std::string b;
  std::optional<int64_t> x;
  bool f;
};

// Every second batch has a selection: its even rows.
std::vector<Batch> Make(int64_t n, uint64_t seed, std::vector<Row>* rows) {
  std::mt19937_64 random(seed);
  std::vector<Batch> batches;
  for (int64_t begin = 0; begin < n; begin += 700) {
    arrow::Int64Builder a, x;
    arrow::StringBuilder b;
    arrow::BooleanBuilder f;
    arrow::TypedBufferBuilder<int32_t> chosen;
    const bool selects = (begin / 700) % 2 == 1;
    for (int64_t r = 0; r < std::min<int64_t>(700, n - begin); ++r) {
      Row row{std::nullopt, "b" + std::to_string(random() % 4), std::nullopt, random() % 2 == 0};
      if (random() % 9) row.a = static_cast<int64_t>(random() % 30);
      if (random() % 9) row.x = static_cast<int64_t>(random() % 50);
      EXPECT_TRUE((row.a ? a.Append(*row.a) : a.AppendNull()).ok() && (row.x ? x.Append(*row.x) : x.AppendNull()).ok());
      EXPECT_TRUE(b.Append(row.b).ok() && f.Append(row.f).ok());
      if (selects && r % 2) continue;
      EXPECT_TRUE(chosen.Append(static_cast<int32_t>(r)).ok());
      rows->push_back(row);
    }
    Batch batch;
    batch.seq.morsel = batches.size();
    std::vector<std::shared_ptr<arrow::Array>> columns{*a.Finish(), *b.Finish(), *x.Finish(), *f.Finish()};
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

std::shared_ptr<const BoundExpr> Bound(const Expr& expr) { return std::shared_ptr<const BoundExpr>(*Bind(expr, Scope::Of(*Schema()), *Schema())); }

BoundAggregate CallOf(const std::string& function, std::vector<Expr> arguments, bool distinct = false, bool filtered = false) {
  BoundAggregate call;
  for (const auto& known : AggregateFunctions()) {
    if (known->name() != function) continue;
    AggregateRequest request;
    request.distinct = distinct;
    for (const Expr& argument : arguments) {
      call.arguments.push_back(Bound(argument));
      request.arguments.push_back({arrow::field("", call.arguments.back()->type()), nullptr});
    }
    call.function = *known->Resolve(request);
  }
  call.distinct = distinct;
  if (filtered) call.filter = Bound(Column("f"));
  return call;
}

// Answers kParked by trying again, as the scheduler does once it is woken.
class Patient final : public Sink {
 public:
  explicit Patient(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}
  std::unique_ptr<SinkState> Open(int worker) override { return sink_->Open(worker); }
  arrow::Result<Step> Consume(TaskContext& context, SinkState* state, const Batch* in, Seq seq) override {
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const Step step, sink_->Consume(context, state, in, seq));
      if (step != Step::kParked) return step;
      std::this_thread::yield();
    }
  }
  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext& context) override { return sink_->Finish(context); }
  arrow::Result<std::shared_ptr<Source>> Output() override { return sink_->Output(); }
  std::string name() const override { return sink_->name(); }

 private:
  std::shared_ptr<Sink> sink_;
};

std::vector<std::string> Answer(AggregateSpec spec, const std::vector<Batch>& batches, const drive::Settings& settings) {
  drive::Memory memory(settings);
  std::vector<std::string> rows;
  spec.spill = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 30);
  spec.partition_bytes = 64 << 10;
  {
    const auto schema = AggregateSchema(spec);
    EXPECT_TRUE(schema.ok()) << schema.status().ToString();
    auto made = MakeAggregate(std::move(spec), &memory);
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    Patient sink(std::move(*made));
    const arrow::Status ran = drive::RunSink(&memory, &sink, batches);
    EXPECT_TRUE(ran.ok()) << ran.ToString();
    auto source = sink.Output();
    EXPECT_TRUE(source.ok());
    EXPECT_TRUE((*source)->schema()->Equals(**schema));
    auto out = drive::ReadSource(&memory, source->get());
    EXPECT_TRUE(out.ok()) << out.status().ToString();
    for (const Batch& batch : *out) {
      EXPECT_TRUE(batch.data->ValidateFull().ok());
      EXPECT_TRUE(batch.data->schema()->Equals(**schema));
    }
    rows = drive::SortedRows(*out);
  }
  return rows;
}

std::string Text(const std::optional<int64_t>& value) { return value ? std::to_string(*value) : "null"; }

TEST(AggregateSink, DistinctAndFilterBesidePlainCalls) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    std::vector<Row> rows;
    const auto batches = Make(9000, seed, &rows);
    drive::Settings settings;
    settings.threads = 1 + static_cast<int>(seed % 3);
    settings.seed = seed;
    settings.evict = seed > 4 ? 0.1 : 0;
    AggregateSpec spec;
    spec.keys = {Bound(Column("a"))};
    spec.aggregates = {CallOf("count", {}), CallOf("count", {Column("x")}, true), CallOf("sum", {Column("x")}, true), CallOf("count", {Column("x")}, true, true),
                       CallOf("count", {Column("b")}, true), CallOf("max", {Column("x")}, true), CallOf("sum", {Binary(BinaryOp::kPlus, Column("x"), Literal(int64_t{1}))})};
    struct Group {
      int64_t rows = 0, sum = 0;
      bool any = false;
      std::set<int64_t> x, passed;
      std::set<std::string> b;
    };
    std::map<std::string, Group> groups;
    for (const Row& row : rows) {
      Group& group = groups[Text(row.a)];
      ++group.rows;
      group.b.insert(row.b);
      if (!row.x) continue;
      group.any = true;
      group.sum += *row.x + 1;
      group.x.insert(*row.x);
      if (row.f) group.passed.insert(*row.x);
    }
    std::vector<std::string> expected;
    for (const auto& [key, group] : groups) {
      int64_t sum = 0;
      for (const int64_t x : group.x) sum += x;
      expected.push_back(key + "|" + std::to_string(group.rows) + "|" + std::to_string(group.x.size()) + "|" + (group.x.empty() ? "null" : std::to_string(sum)) + "|" +
                         std::to_string(group.passed.size()) + "|" + std::to_string(group.b.size()) + "|" +
                         (group.x.empty() ? "null" : std::to_string(*group.x.rbegin())) + "|" + (group.any ? std::to_string(group.sum) : "null") + "|");
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(Answer(std::move(spec), batches, settings), expected) << "seed " << seed;
  }
}

TEST(AggregateSink, DistinctAlone) {
  std::vector<Row> rows;
  const auto batches = Make(5000, 3, &rows);
  std::set<int64_t> distinct;
  for (const Row& row : rows) {
    if (row.x) distinct.insert(*row.x);
  }
  for (const int threads : {1, 2, 4}) {
    drive::Settings settings;
    settings.threads = threads;
    AggregateSpec spec;
    spec.aggregates = {CallOf("count", {Column("x")}, true)};
    EXPECT_EQ(Answer(std::move(spec), batches, settings), std::vector<std::string>{std::to_string(distinct.size()) + "|"});
    AggregateSpec empty;
    empty.aggregates = {CallOf("count", {Column("x")}, true), CallOf("sum", {Column("x")}, true)};
    EXPECT_EQ(Answer(std::move(empty), {}, settings), std::vector<std::string>{"0|null|"});
  }
}

TEST(AggregateSink, GroupingSets) {
  std::vector<Row> rows;
  const auto batches = Make(4000, 5, &rows);
  const std::vector<std::vector<bool>> sets = {{true, true}, {true, false}, {false, true}, {false, false}};
  for (const int threads : {1, 3}) {
    drive::Settings settings;
    settings.threads = threads;
    settings.evict = threads > 1 ? 0.1 : 0;
    AggregateSpec spec;
    spec.keys = {Bound(Column("a")), Bound(Column("b"))};
    spec.aggregates = {CallOf("count", {}), CallOf("count", {Column("x")}, true)};
    spec.grouping_sets = sets;
    std::map<std::string, std::pair<int64_t, std::set<int64_t>>> groups;
    for (const Row& row : rows) {
      for (const auto& set : sets) {
        const std::string id = std::to_string((set[0] ? 0 : 2) + (set[1] ? 0 : 1));
        auto& group = groups[(set[0] ? Text(row.a) : "null") + "|" + (set[1] ? row.b : "null") + "|" + id];
        ++group.first;
        if (row.x) group.second.insert(*row.x);
      }
    }
    std::vector<std::string> expected;
    for (const auto& [key, group] : groups) {
      const size_t cut = key.rfind('|');
      expected.push_back(key.substr(0, cut) + "|" + std::to_string(group.first) + "|" + std::to_string(group.second.size()) + key.substr(cut) + "|");
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(Answer(std::move(spec), batches, settings), expected);
    AggregateSpec empty;
    empty.keys = {Bound(Column("a"))};
    empty.aggregates = {CallOf("count", {})};
    empty.grouping_sets = {{true}, {false}};
    EXPECT_EQ(Answer(std::move(empty), {}, settings), std::vector<std::string>{"null|0|1|"});
  }
}

}  // namespace
}  // namespace bowstring::exec
