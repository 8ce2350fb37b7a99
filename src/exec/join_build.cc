// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include <bowstring/error.h>

#include "exec/join_core.h"
#include "exec/join_spill.h"

namespace bowstring::exec {
namespace {

// A worker's rows. The mutex is held by Consume, so that Evict can tell a busy state from a quiet one.
struct Collected {
  std::mutex mutex;
  std::shared_ptr<JoinPart> part;
  JoinFacts facts;
  std::atomic<int64_t> bytes{0};
  std::atomic<bool> wish{false};
};

struct BuildState final : SinkState {
  std::shared_ptr<Collected> collected;
};

// Less than this isn't worth a spill.
constexpr int64_t kSmallestSpill = 16 << 10;

// Phases: collecting -> partitioning (jobs by block of rows) -> inserting (jobs by region of slots) -> ready. Where rows were evicted in the first
// two: -> spilling (the rest follows, by jobs) -> ready. From inserting on nothing can be evicted.
class JoinBuild final : public Sink, public Holder {
 public:
  explicit JoinBuild(std::shared_ptr<JoinCore> core) : core_(std::move(core)) { core_->memory->Register(this); }
  ~JoinBuild() override { core_->memory->Unregister(this); }

  std::unique_ptr<SinkState> Open(int) override {
    auto state = std::make_unique<BuildState>();
    state->collected = std::make_shared<Collected>();
    const std::lock_guard lock(mutex_);
    workers_.push_back(state->collected);
    return state;
  }

  arrow::Result<Step> Consume(TaskContext& context, SinkState* state, const Batch* in, Seq) override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    Collected& own = *static_cast<BuildState*>(state)->collected;
    const std::lock_guard lock(own.mutex);
    if (!own.part) own.part = std::make_shared<JoinPart>(*core_->plan, core_->memory->pool());
    ARROW_RETURN_NOT_OK(StoreBuildRows(context, *core_->plan, *in, own.part.get(), &own.facts));
    own.bytes.store(own.part->store.bytes(), std::memory_order_relaxed);
    if (own.wish.exchange(false, std::memory_order_relaxed)) {
      const arrow::Status spilled = Spill(context, &own);  // the batch is in: it must not come again
      if (!spilled.ok() && !spilled.IsOutOfMemory()) return spilled;
    }
    return Step::kNeedInput;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override {
    std::vector<std::unique_ptr<Job>> jobs;
    JoinTable& table = core_->table;
    switch (phase_) {
      case Phase::kCollecting: {
        std::vector<std::unique_lock<std::mutex>> quiet;  // no eviction in between
        for (const auto& worker : workers_) quiet.emplace_back(worker->mutex);
        if (Spilled()) {
          phase_ = Phase::kSpilling;
          for (const auto& worker : workers_) {
            if (worker->part) jobs.push_back(std::make_unique<SpillJob>(this, worker));
          }
          if (!jobs.empty()) return jobs;
          return Ready();
        }
        std::vector<JoinSegment> segments;
        JoinFacts facts;
        for (const auto& worker : workers_) {
          facts.Add(worker->facts);
          if (worker->part) segments.insert(segments.end(), worker->part->segments.begin(), worker->part->segments.end());
        }
        ARROW_RETURN_NOT_OK(table.Prepare(std::move(segments), facts.narrow, facts.min, facts.max));
        core_->facts = facts;
        for (const auto& worker : workers_) {
          if (worker->part) core_->parts.push_back(std::move(worker->part));
          worker->part.reset();
        }
        phase_ = Phase::kPartitioning;
        for (int64_t b = 0; b < table.blocks(); ++b) jobs.push_back(std::make_unique<TableJob>(this, &JoinTable::Partition, b));
        if (!jobs.empty()) return jobs;
        [[fallthrough]];
      }
      case Phase::kPartitioning: {
        const std::unique_lock lock(gate_);
        if (Spilled()) return Ready();
        phase_ = Phase::kInserting;
        for (int64_t r = 0; r < table.regions(); ++r) jobs.push_back(std::make_unique<TableJob>(this, &JoinTable::Insert, r));
        return jobs;
      }
      case Phase::kInserting:
        table.Close();
        return Ready();
      case Phase::kSpilling: return Ready();
      case Phase::kReady: return jobs;
    }
    return jobs;
  }
  std::string name() const override { return "HashJoinExec build"; }

  int64_t Evictable() const noexcept override {
    const Phase phase = phase_;
    if (phase != Phase::kCollecting && phase != Phase::kPartitioning) return 0;
    int64_t bytes = 0;
    const std::lock_guard lock(mutex_);
    for (const auto& worker : workers_) bytes += Worth(*worker);
    return bytes;
  }
  arrow::Result<int64_t> Evict(TaskContext& context, int64_t want) override {
    if (phase_ == Phase::kPartitioning) return EvictAll(context);
    if (phase_ != Phase::kCollecting) return 0;
    std::vector<std::pair<int64_t, std::shared_ptr<Collected>>> workers;  // by what they hold now
    {
      const std::lock_guard lock(mutex_);
      for (const auto& worker : workers_) {
        if (Worth(*worker) > 0) workers.emplace_back(Worth(*worker), worker);
      }
    }
    std::sort(workers.begin(), workers.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    int64_t freed = 0;
    for (const auto& [held, worker] : workers) {
      if (freed >= want) break;
      const std::unique_lock lock(worker->mutex, std::try_to_lock);
      if (!lock) {
        worker->wish = true;
        continue;
      }
      if (phase_ != Phase::kCollecting) break;
      const int64_t bytes = worker->bytes;
      ARROW_RETURN_NOT_OK(Spill(context, worker.get()));
      freed += bytes;
    }
    return freed;
  }
  std::string holder_name() const override { return "HashJoinExec build"; }

 private:
  enum class Phase : uint8_t { kCollecting, kPartitioning, kInserting, kSpilling, kReady };

  class SpillJob final : public Job {
   public:
    SpillJob(JoinBuild* sink, std::shared_ptr<Collected> worker) : sink_(sink), worker_(std::move(worker)) {}
    arrow::Result<Step> Run(TaskContext& context) override {
      const std::lock_guard lock(worker_->mutex);
      ARROW_RETURN_NOT_OK(sink_->Spill(context, worker_.get()));
      return Step::kFinished;
    }

   private:
    JoinBuild* sink_;
    std::shared_ptr<Collected> worker_;
  };

  static int64_t Worth(const Collected& worker) {
    const int64_t bytes = worker.bytes.load(std::memory_order_relaxed);
    return bytes >= kSmallestSpill ? bytes : 0;
  }
  bool Spilled() const {
    const std::lock_guard lock(mutex_);
    return spill_ != nullptr;
  }
  std::shared_ptr<JoinSpill> SpillFiles() {
    const std::lock_guard lock(mutex_);
    if (!spill_) spill_ = std::make_shared<JoinSpill>(core_->plan, core_->memory, core_->spill_space);
    return spill_;
  }
  // Under the worker's mutex.
  arrow::Status Spill(TaskContext& context, Collected* worker) {
    if (!worker->part || !core_->spill_space) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(SpillFiles()->AddBuild(context, *worker->part));
    worker->part.reset();
    worker->bytes.store(0, std::memory_order_relaxed);
    return arrow::Status::OK();
  }
  // While rows are being partitioned: none has been chained yet.
  arrow::Result<int64_t> EvictAll(TaskContext& context) {
    const std::unique_lock lock(gate_, std::try_to_lock);
    if (!lock || phase_ != Phase::kPartitioning || Spilled() || !core_->spill_space) return 0;
    auto spill = std::make_shared<JoinSpill>(core_->plan, core_->memory, core_->spill_space);
    for (const auto& part : core_->parts) ARROW_RETURN_NOT_OK(spill->AddBuild(context, *part));
    int64_t freed = core_->table.bytes();
    for (const auto& part : core_->parts) freed += part->store.bytes();
    core_->parts.clear();
    core_->table.Reset();
    const std::lock_guard guard(mutex_);
    spill_ = std::move(spill);
    for (const auto& worker : workers_) worker->bytes = 0;
    return freed;
  }
  std::vector<std::unique_ptr<Job>> Ready() {
    JoinFacts facts;
    for (const auto& worker : workers_) facts.Add(worker->facts);
    core_->facts = facts;
    core_->spill = spill_;
    phase_ = Phase::kReady;
    core_->ready.store(true, std::memory_order_release);
    return {};
  }

  class TableJob final : public Job {
   public:
    TableJob(JoinBuild* sink, arrow::Status (JoinTable::*work)(int64_t), int64_t number) : sink_(sink), work_(work), number_(number) {}
    arrow::Result<Step> Run(TaskContext&) override {
      const std::shared_lock lock(sink_->gate_);
      if (sink_->Spilled()) return Step::kFinished;
      ARROW_RETURN_NOT_OK((sink_->core_->table.*work_)(number_));
      return Step::kFinished;
    }

   private:
    JoinBuild* sink_;
    arrow::Status (JoinTable::*work_)(int64_t);
    int64_t number_;
  };

  const std::shared_ptr<JoinCore> core_;
  mutable std::mutex mutex_;  // guards workers_ and spill_
  std::vector<std::shared_ptr<Collected>> workers_;
  std::shared_ptr<JoinSpill> spill_;
  std::shared_mutex gate_;  // held shared by jobs
  std::atomic<Phase> phase_{Phase::kCollecting};
};

}  // namespace

arrow::Status StoreBuildRows(TaskContext& context, const JoinPlan& plan, const Batch& batch, JoinPart* part, JoinFacts* facts) {
  const int64_t n = batch.num_rows();
  ARROW_ASSIGN_OR_RAISE(const SortPlace first, PlaceOf(batch.seq, batch.first_row));
  ARROW_ASSIGN_OR_RAISE(const auto keys, plan.keys().Columns(context, plan.shape().kernel, plan.spec().build_keys, batch, true));
  std::vector<RowSpan> spans;
  ARROW_RETURN_NOT_OK(part->store.Append(plan.Stored(batch, keys), n, &spans));
  // Nothing below fails.
  const JoinKeyPart& key = plan.keys().parts()[0];
  const bool narrow = plan.keys().words() == 1 && (key.build == JoinWordForm::kSigned || key.build == JoinWordForm::kUnsigned);
  const int32_t width = plan.layout().width();
  JoinKeyBlock block(plan.keys());
  int64_t done = 0;
  for (const RowSpan& span : spans) {
    part->segments.push_back({span.begin, span.rows, SortPlace{first.morsel, first.row + static_cast<uint64_t>(done)}});
    for (int64_t at = 0; at < span.rows; at += JoinKeyBlock::kRows) {
      const int64_t here = std::min(JoinKeyBlock::kRows, span.rows - at);
      block.Fill(plan.keys(), keys, true, done + at, here);
      uint8_t* row = span.begin + at * width;
      for (int64_t i = 0; i < here; ++i) {
        SetNext(row + i * width, block.null[i] ? kNullKey : nullptr);
        facts->has_null |= block.null[i] != 0;
      }
      for (int w = 0; w < plan.keys().words(); ++w) {
        if (!plan.header_word(w)) continue;
        for (int64_t i = 0; i < here; ++i) std::memcpy(row + i * width + plan.word_offset(w), block.word(w) + i, 8);
      }
      if (narrow) {
        const auto* words = reinterpret_cast<const int64_t*>(block.word(0));
        for (int64_t i = 0; i < here; ++i) {
          if (block.null[i]) continue;
          facts->min = std::min(facts->min, words[i]);
          facts->max = std::max(facts->max, words[i]);
        }
      }
    }
    done += span.rows;
  }
  facts->rows += n;
  facts->narrow |= narrow;
  return arrow::Status::OK();
}

std::shared_ptr<Sink> MakeJoinBuild(std::shared_ptr<JoinCore> core) { return std::make_shared<JoinBuild>(std::move(core)); }

}  // namespace bowstring::exec
