// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// The scheduler, the lanes and the readers under random plans, budgets, drains and cancels: once as a simulation (one thread, virtual clock,
// every interleaving drawn from a seed), once with real threads. The seed is in every failure's text. BOWSTRING_FULL=1 runs 10,000 seeds of each;
// BOWSTRING_SEEDS=n runs n, each BOWSTRING_REPEATS times with threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <random>
#include <thread>

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "exec/batch_queue.h"
#include "exec/limit.h"
#include "exec/query.h"
#include "stream/lanes.h"
#include "stream/reader.h"

namespace bowstring {
namespace {

using exec::Query;
using exec::Scheduler;
using Rng = std::mt19937_64;

int64_t Draw(Rng& rng, int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(rng); }
bool Chance(Rng& rng, double p) { return std::bernoulli_distribution(p)(rng); }

const std::shared_ptr<arrow::Schema>& TestSchema() {
  static const auto schema = arrow::schema({arrow::field("n", arrow::int64(), false)});
  return schema;
}

// Events that a parked step waits for: fired by the simulation's hand, or by a thread.
class Events {
 public:
  void Add(Waker waker) {
    std::lock_guard lock(mutex_);
    wakers_.push_back(std::move(waker));
  }
  bool Fire() {
    Waker waker;
    {
      std::lock_guard lock(mutex_);
      if (wakers_.empty()) return false;
      waker = std::move(wakers_.front());
      wakers_.pop_front();
    }
    waker.Wake();
    return true;
  }

 private:
  std::mutex mutex_;
  std::deque<Waker> wakers_;
};

struct SourceShape {
  int lanes = 1, morsels = 1, batches = 1, rows = 10;
  int64_t value_bytes = 8;  // a batch of `rows` takes rows * value_bytes from the pool while it lives
  double park = 0;          // chance that a call parks first
  int64_t fail_at = -1;     // the morsel (over all lanes) that fails
  int part = 1;             // so many morsels share something, and are handed out together
  std::vector<uint64_t>* opened = nullptr;  // the numbers of morsels, as they are opened
};

arrow::Result<std::shared_ptr<arrow::RecordBatch>> Numbers(int64_t first, int64_t rows, int64_t value_bytes, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(std::max<int64_t>(rows * value_bytes, 8), pool));
  auto* values = reinterpret_cast<int64_t*>(const_cast<uint8_t*>(buffer->data()));
  for (int64_t i = 0; i < rows; ++i) values[i] = first + i;
  return arrow::RecordBatch::Make(TestSchema(), rows, std::vector<std::shared_ptr<arrow::Array>>{std::make_shared<arrow::Int64Array>(rows, buffer)});
}

class TestSource final : public Source {
 public:
  TestSource(SourceShape shape, Events* events, uint64_t seed) : shape_(shape), events_(events), seed_(seed), next_(shape.lanes, 0) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return TestSchema(); }
  int32_t lanes() const override { return shape_.lanes; }

  arrow::Result<Step> Split(TaskContext& context, LaneId lane, std::vector<Morsel>* out) override {
    if (shape_.morsels == 0) return Step::kFinished;
    if (parks_.fetch_add(1) % 3 == 0 && shape_.park > 0) {
      events_->Add(context.Park(ParkReason::kIo));
      return Step::kParked;
    }
    auto shared = std::make_shared<int>(0);
    for (int i = 0; i < shape_.part && next_[lane] < shape_.morsels; ++i) {
      Morsel morsel;
      morsel.number = static_cast<uint64_t>(lane * shape_.morsels + next_[lane]++);
      morsel.shared = shared;
      morsel.apart = shape_.part > 1;
      out->push_back(morsel);
    }
    return next_[lane] == shape_.morsels ? Step::kFinished : Step::kHaveMore;
  }

  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark*) override {
    if (shape_.opened != nullptr) shape_.opened->push_back(morsel.number);
    return std::make_unique<TestCursor>(shape_, events_, morsel.number, seed_ + morsel.number);
  }

 private:
  class TestCursor final : public Cursor {
   public:
    TestCursor(SourceShape shape, Events* events, uint64_t morsel, uint64_t seed)
        : shape_(shape), events_(events), morsel_(morsel), rng_(seed) {}
    arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
      if (Chance(rng_, shape_.park)) {
        events_->Add(context.Park(ParkReason::kIo));
        return Step::kParked;
      }
      if (shape_.fail_at == static_cast<int64_t>(morsel_) && next_ == shape_.batches / 2) {
        return Error(ErrorKind::kExecution, "planted failure");
      }
      const int64_t first = (static_cast<int64_t>(morsel_) * shape_.batches + next_) * shape_.rows;
      ARROW_ASSIGN_OR_RAISE(out->data, Numbers(first, shape_.rows, shape_.value_bytes, context.pool()));
      return ++next_ == shape_.batches ? Step::kFinished : Step::kHaveMore;
    }

   private:
    const SourceShape shape_;
    Events* events_;
    const uint64_t morsel_;
    Rng rng_;
    int next_ = 0;
  };

  const SourceShape shape_;
  Events* events_;
  const uint64_t seed_;
  std::vector<int> next_;
  std::atomic<int> parks_{0};
};

// Gives each input batch `times` times: n * times, n * times + 1, ... so that order shows.
class FanOut final : public exec::Operator {
 public:
  explicit FanOut(int64_t times) : times_(times) {}
  struct State : exec::OpState {
    int64_t row = 0;
  };
  const std::shared_ptr<arrow::Schema>& schema() const override { return TestSchema(); }
  std::unique_ptr<exec::OpState> Open() const override { return std::make_unique<State>(); }
  arrow::Result<Step> Process(TaskContext& context, exec::OpState* state, const Batch* in, Batch* out) const override {
    if (in == nullptr) return Step::kNeedInput;
    int64_t& row = static_cast<State*>(state)->row;
    const auto& values = static_cast<const arrow::Int64Array&>(*in->data->column(0));
    ARROW_ASSIGN_OR_RAISE(out->data, Numbers(values.Value(row) * times_, times_, 8, context.pool()));
    if (++row < values.length()) return Step::kHaveMore;
    row = 0;
    return Step::kNeedInput;
  }
  std::string name() const override { return "FanOut"; }

 private:
  const int64_t times_;
};

// Counts rows; after the last morsel gives as many more.
class TailOp final : public exec::Operator {
 public:
  TailOp(int64_t first, Events* events) : first_(first), events_(events) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return TestSchema(); }
  bool has_tail() const override { return true; }
  arrow::Result<Step> Process(TaskContext&, exec::OpState*, const Batch* in, Batch* out) const override {
    if (in == nullptr) return Step::kNeedInput;
    rows_.fetch_add(in->num_rows());
    *out = *in;
    return Step::kNeedInput;
  }
  arrow::Result<std::shared_ptr<Source>> Tail() override {
    SourceShape shape;
    shape.rows = 1;
    shape.batches = static_cast<int>(std::min<int64_t>(rows_.load(), 20));
    shape.morsels = shape.batches > 0 ? 1 : 0;
    tail_rows_.store(shape.batches);
    return std::make_shared<TestSource>(shape, events_, 0);
  }
  std::string name() const override { return "TailOp"; }
  int64_t first() const { return first_; }
  mutable std::atomic<int64_t> rows_{0};
  std::atomic<int64_t> tail_rows_{-1};

 private:
  const int64_t first_;
  Events* events_;
};

struct Plan {
  std::shared_ptr<Query> query;
  std::shared_ptr<stream::Lanes> lanes;
  std::vector<std::shared_ptr<BatchStream>> streams;
  std::vector<int64_t> first, rows;  // what each stream gives: first, first + 1, ...
  bool may_fail = false;             // a failure is planted
  int64_t batch_bytes = 0;
};

Plan MakePlan(Rng& rng, Scheduler* scheduler, Events* events, std::shared_ptr<Budget> budget, std::shared_ptr<SpillSpace> spill) {
  Plan plan;
  exec::QuerySettings settings;
  settings.budget = std::move(budget);
  settings.consumer_grace_ns = 40'000'000;
  plan.query = Query::Make(settings, scheduler);
  exec::PipelineGraph graph;
  graph.result_schema = TestSchema();
  SourceShape shape;
  shape.lanes = static_cast<int>(Draw(rng, 1, 8));
  shape.morsels = static_cast<int>(Draw(rng, 0, 5));
  shape.batches = static_cast<int>(Draw(rng, 1, 5));
  shape.rows = static_cast<int>(Draw(rng, 1, 20));
  shape.value_bytes = Chance(rng, 0.3) ? 1024 : 8;
  shape.park = Chance(rng, 0.3) ? 0.3 : 0;
  shape.part = static_cast<int>(Draw(rng, 1, 4));
  if (Chance(rng, 0.1) && shape.morsels > 0) shape.fail_at = Draw(rng, 0, shape.lanes * shape.morsels - 1);
  plan.may_fail = shape.fail_at >= 0;
  plan.batch_bytes = shape.rows * std::max<int64_t>(shape.value_bytes, 8);
  exec::Pipeline result;
  result.source = std::make_shared<TestSource>(shape, events, rng());
  int64_t times = 1;
  if (Chance(rng, 0.15)) {
    times = Draw(rng, 2, 6);
    result.operators.push_back(std::make_shared<FanOut>(times));
  }
  // A build phase whose rows stay in memory: a queue, read by nobody, or by the result.
  if (Chance(rng, 0.6)) {
    SourceShape build = shape;
    build.lanes = static_cast<int>(Draw(rng, 1, 3));
    build.fail_at = -1;
    exec::Pipeline feeder;
    feeder.source = std::make_shared<TestSource>(build, events, rng());
    feeder.sink = exec::MakeLimit(TestSchema(), 0, -1, plan.query.get(), spill);
    graph.pipelines.push_back(std::move(feeder));
    if (Chance(rng, 0.5)) {
      result.source = nullptr;
      result.source_sink = graph.pipelines[0].sink;
      plan.may_fail = false;
      shape = build;
      const int64_t all = static_cast<int64_t>(shape.lanes) * shape.morsels * shape.batches * shape.rows;
      plan.first.push_back(0);
      plan.rows.push_back(all * times);
    } else {
      result.dependencies.push_back(0);
    }
  }
  if (plan.rows.empty()) {
    const int64_t lane_rows = static_cast<int64_t>(shape.morsels) * shape.batches * shape.rows * times;
    result.lane_count = shape.lanes;
    for (int lane = 0; lane < shape.lanes; ++lane) {
      plan.first.push_back(lane * lane_rows);
      plan.rows.push_back(lane_rows);
    }
  }
  graph.lanes = result.lane_count;
  graph.pipelines.push_back(std::move(result));
  const int64_t look_ahead = Chance(rng, 0.3) ? 1 : Draw(rng, 100, 100000);
  plan.lanes = std::make_shared<stream::Lanes>(graph.lanes, look_ahead, Chance(rng, 0.5) ? spill : nullptr, plan.query->pool());
  const LaneId lanes = graph.lanes;
  plan.query->SetGraph(std::move(graph), plan.lanes);
  stream::ReaderSettings reader;
  reader.schema = TestSchema();
  reader.batch_size = Draw(rng, 1, 50);
  reader.preserve_batches = Chance(rng, 0.3);
  reader.pool = plan.query->pool();
  stream::QueryHandle handle;
  handle.demand = plan.query;
  if (Chance(rng, 0.5)) {
    for (LaneId lane = 0; lane < lanes; ++lane) plan.streams.push_back(stream::OpenReader(plan.lanes, handle, lane, lane + 1, reader));
  } else {
    plan.streams.push_back(stream::OpenReader(plan.lanes, handle, 0, lanes, reader));
    int64_t all = 0;
    for (int64_t rows : plan.rows) all += rows;
    plan.rows = {all};
    plan.first = {0};
  }
  return plan;
}

// One stream's reader: checks what comes.
struct Consumer {
  std::shared_ptr<BatchStream> stream;
  int64_t next = 0, left = 0;
  int keep = 0;
  std::deque<std::shared_ptr<arrow::RecordBatch>> kept;
  bool ended = false, failed = false;
  std::shared_ptr<bool> ready = std::make_shared<bool>(true);  // simulation: false while it waits to be called
  arrow::Status error;

  // The text of what's wrong, or nothing.
  std::string Take(const arrow::Result<std::shared_ptr<arrow::RecordBatch>>& batch) {
    if (!batch.ok()) {
      failed = ended = true;
      error = batch.status();
      kept.clear();
      return "";
    }
    if (!*batch) {
      ended = true;
      kept.clear();
      return left == 0 ? "" : "the stream ended " + std::to_string(left) + " rows early";
    }
    const auto& values = static_cast<const arrow::Int64Array&>(*(*batch)->column(0));
    for (int64_t i = 0; i < values.length(); ++i) {
      if (values.Value(i) != next) return "expected " + std::to_string(next) + ", got " + std::to_string(values.Value(i));
      ++next;
      --left;
    }
    kept.push_back(*batch);
    while (static_cast<int>(kept.size()) > keep) kept.pop_front();
    return "";
  }
};

bool ErrorFits(const arrow::Status& error, const Plan& plan, bool cancelled) {
  switch (KindOf(error)) {
    case ErrorKind::kBudgetExceeded:
      return true;
    case ErrorKind::kCancelled:
      return cancelled;
    case ErrorKind::kExecution:
      return plan.may_fail && error.message().find("planted") != std::string::npos;
    default:
      return false;
  }
}

int Number(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::atoi(text) : otherwise;
}
int Seeds() { return Number("BOWSTRING_SEEDS", std::getenv("BOWSTRING_FULL") != nullptr ? 10000 : 500); }
uint64_t FirstSeed() {
  const char* text = std::getenv("BOWSTRING_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
}

// One simulated run. The text of what's wrong, or nothing.
std::string Simulate(uint64_t seed, bool* budget_error) {
  Rng rng(seed);
  int64_t clock = 0;
  Scheduler::Options options;
  options.workers = static_cast<int>(Draw(rng, 1, 8));
  options.threads = false;
  Rng clock_rng(seed * 31);
  options.now_ns = [&clock, &clock_rng] { return clock += Draw(clock_rng, 0, 400'000); };
  Scheduler scheduler(options);
  Events events;
  auto spill = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 30);
  auto budget = std::make_shared<Budget>("test", Chance(rng, 0.4) ? Draw(rng, 4 << 10, 256 << 10) : int64_t{1} << 30, nullptr);
  std::vector<Plan> plans;
  std::vector<std::vector<Consumer>> consumers;
  const int queries = static_cast<int>(Draw(rng, 1, 3));
  for (int i = 0; i < queries; ++i) {
    plans.push_back(MakePlan(rng, &scheduler, &events, budget, spill));
    auto& group = consumers.emplace_back();
    for (size_t s = 0; s < plans[i].streams.size(); ++s) {
      Consumer consumer;
      consumer.stream = std::move(plans[i].streams[s]);
      consumer.next = plans[i].first[s];
      consumer.left = plans[i].rows[s];
      consumer.keep = static_cast<int>(Draw(rng, 0, 3));
      group.push_back(std::move(consumer));
    }
    plans[i].streams.clear();
    if (group.size() > 1 && Chance(rng, 0.2)) {  // one lane is never read; dropped, or just left
      auto& victim = group[Draw(rng, 0, static_cast<int64_t>(group.size()) - 1)];
      if (Chance(rng, 0.5)) victim.stream = nullptr;
      victim.ended = true;
    }
  }
  const int order = static_cast<int>(Draw(rng, 0, 3));  // forward, backward, random, all at once
  const int64_t cancel_at = Chance(rng, 0.15) ? Draw(rng, 0, 400) : -1;
  const int64_t drop_at = Chance(rng, 0.15) ? Draw(rng, 0, 400) : -1;
  bool cancelled = false;
  int idle = 0;
  for (int64_t turn = 0; turn < 2'000'000; ++turn) {
    std::vector<std::pair<int, int>> open;
    for (int q = 0; q < queries; ++q) {
      for (int s = 0; s < static_cast<int>(consumers[q].size()); ++s) {
        if (!consumers[q][s].ended) open.emplace_back(q, s);
      }
    }
    if (open.empty()) break;
    if (turn == cancel_at) {
      cancelled = true;
      consumers[open[0].first][open[0].second].stream->Cancel();
    }
    if (turn == drop_at) {
      auto& victim = consumers[open.back().first][open.back().second];
      victim.kept.clear();
      victim.stream = nullptr;
      victim.ended = true;
      idle = 0;
      continue;
    }
    bool moved = false;
    const int64_t what = Draw(rng, 0, 9);
    if (what < 5) {
      moved = scheduler.RunOne(static_cast<int>(Draw(rng, 0, 7)));
    } else if (what < 6) {
      moved = events.Fire();
    } else {
      size_t pick = order == 0 ? 0 : order == 1 ? open.size() - 1 : static_cast<size_t>(Draw(rng, 0, static_cast<int64_t>(open.size()) - 1));
      auto& consumer = consumers[open[pick].first][open[pick].second];
      if (!*consumer.ready) {  // it waits; nobody but its call may wake it
        ++idle;
        if (idle > 20000) return "stuck";
        continue;
      }
      bool ready = true;
      *consumer.ready = false;
      auto batch = consumer.stream->TryNext(&ready, [flag = consumer.ready] { *flag = true; });
      if (ready) *consumer.ready = true;
      if (ready) {
        moved = true;
        const std::string wrong = consumer.Take(batch);
        if (!wrong.empty()) return wrong;
        if (consumer.failed) {
          if (!ErrorFits(consumer.error, plans[open[pick].first], cancelled)) return "unexpected error: " + consumer.error.ToString();
          if (KindOf(consumer.error) == ErrorKind::kBudgetExceeded) *budget_error = true;
        }
      }
    }
    idle = moved ? 0 : idle + 1;
    if (idle > 20000) return "stuck";
  }
  consumers.clear();
  for (int i = 0; i < 100000; ++i) {
    if (!scheduler.RunOne(0) && !events.Fire()) break;
  }
  for (auto& plan : plans) {
    if (plan.query->pool()->bytes_allocated() != 0) return "memory is still held: " + std::to_string(plan.query->pool()->bytes_allocated());
  }
  plans.clear();
  if (budget->used() != 0) return "the budget is still charged: " + std::to_string(budget->used());
  return "";
}

TEST(StreamStress, Simulated) {
  int budget_errors = 0;
  for (int i = 0; i < Seeds(); ++i) {
    const uint64_t seed = FirstSeed() + static_cast<uint64_t>(i);
    bool budget_error = false;
    if (std::getenv("BOWSTRING_TRACE") != nullptr) std::fprintf(stderr, "seed %llu\n", static_cast<unsigned long long>(seed));
    const std::string wrong = Simulate(seed, &budget_error);
    ASSERT_EQ(wrong, "") << "seed " << seed;
    budget_errors += budget_error;
  }
  RecordProperty("budget_errors", budget_errors);
}

TEST(StreamStress, TasksOfASinkTakeDifferentParts) {
  Scheduler::Options options;
  options.workers = 2;
  options.threads = false;
  Scheduler scheduler(options);
  Events events;
  auto budget = std::make_shared<Budget>("test", 1 << 20, nullptr);
  auto query = Query::Make([&] {
    exec::QuerySettings settings;
    settings.budget = budget;
    return settings;
  }(), &scheduler);
  std::vector<uint64_t> opened;
  SourceShape shape;
  shape.morsels = 8;
  shape.part = 3;
  shape.park = 1;  // whatever is opened stays open, and each call of Split parks once
  shape.opened = &opened;
  exec::Pipeline feeder, result;
  feeder.source = std::make_shared<TestSource>(shape, &events, 1);
  feeder.sink = exec::MakeLimit(TestSchema(), 0, -1, query.get(), nullptr);
  result.source_sink = feeder.sink;
  exec::PipelineGraph graph;
  graph.result_schema = TestSchema();
  graph.pipelines.push_back(std::move(feeder));
  graph.pipelines.push_back(std::move(result));
  auto lanes = std::make_shared<stream::Lanes>(1, 1 << 20, nullptr, query->pool());
  query->SetGraph(std::move(graph), lanes);
  query->Pull(0);
  for (int i = 0; i < 1000 && opened.size() < 2; ++i) {
    if (!scheduler.RunOne(i % 2)) events.Fire();
  }
  EXPECT_EQ(opened, (std::vector<uint64_t>{0, 3}));
  query->Cancel(arrow::Status::Cancelled("enough"));
  while (scheduler.RunOne(0)) {
  }
}

// Real threads: 8 workers, a reader thread a stream (or one for all), an event thread.
std::string Race(uint64_t seed) {
  Rng rng(seed);
  Scheduler::Options options;
  options.workers = 8;
  options.slice_ns = Draw(rng, 1, 200'000);
  std::string wrong;
  std::mutex wrong_mutex;
  auto spill = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 30);
  auto budget = std::make_shared<Budget>("test", Chance(rng, 0.4) ? Draw(rng, 16 << 10, 256 << 10) : int64_t{1} << 30, nullptr);
  Events events;
  std::atomic<bool> done{false};
  {
    Scheduler scheduler(options);
    std::thread firing([&] {
      while (!done) {
        if (!events.Fire()) std::this_thread::sleep_for(std::chrono::microseconds(50));
      }
    });
    {
      Plan plan = MakePlan(rng, &scheduler, &events, budget, spill);
      std::atomic<bool> cancelled{false};
      auto read = [&](size_t s, uint64_t reader_seed) {
        Rng reader_rng(reader_seed);
        Consumer consumer;
        consumer.stream = std::move(plan.streams[s]);
        consumer.next = plan.first[s];
        consumer.left = plan.rows[s];
        consumer.keep = static_cast<int>(Draw(reader_rng, 0, 3));
        const bool drops = Chance(reader_rng, 0.1), cancels = Chance(reader_rng, 0.05);
        const int64_t at = Draw(reader_rng, 0, 10);
        for (int64_t n = 0; !consumer.ended; ++n) {
          if (n == at && drops) return;
          if (n == at && cancels) {
            cancelled = true;
            consumer.stream->Cancel();
          }
          const std::string text = consumer.Take(consumer.stream->Next());
          std::lock_guard lock(wrong_mutex);
          if (!text.empty()) {
            wrong = text;
            return;
          }
          if (consumer.failed && !ErrorFits(consumer.error, plan, cancelled)) wrong = consumer.error.ToString();
        }
      };
      if (Chance(rng, 0.5)) {
        std::vector<std::thread> readers;
        for (size_t s = 0; s < plan.streams.size(); ++s) readers.emplace_back(read, s, rng());
        for (auto& reader : readers) reader.join();
      } else {
        for (size_t s = 0; s < plan.streams.size(); ++s) read(s, rng());
      }
      for (int i = 0; i < 4000 && plan.query->pool()->bytes_allocated() != 0; ++i) std::this_thread::sleep_for(std::chrono::microseconds(500));
      if (plan.query->pool()->bytes_allocated() != 0) wrong = "memory is still held after 2 s";
    }
    done = true;
    firing.join();
  }
  return wrong;
}

TEST(StreamStress, Threads) {
  for (int i = 0; i < Seeds(); ++i) {
    const uint64_t seed = FirstSeed() + static_cast<uint64_t>(i);
    if (std::getenv("BOWSTRING_TRACE") != nullptr) std::fprintf(stderr, "seed %llu\n", static_cast<unsigned long long>(seed));
    for (int repeat = Number("BOWSTRING_REPEATS", 1); repeat > 0; --repeat) ASSERT_EQ(Race(seed), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace bowstring
