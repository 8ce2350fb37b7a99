// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include <bowstring/error.h>

#include "base/budget.h"
#include "exec/collected.h"
#include "exec/join_core.h"
#include "exec/join_spill.h"
#include "exec/memory_use.h"

namespace bowstring::exec {
namespace {

struct WorkerRows final : Collected {
  std::shared_ptr<JoinPart> part;
  std::unique_ptr<JoinPartWriter> writing;  // a part that is partly on disk
  std::shared_ptr<SpillFile> file;
  JoinFacts facts;
  void Count() { bytes.store((part ? part->store.bytes() : 0) + (writing ? writing->bytes() : 0), std::memory_order_relaxed); }
};

struct BuildState final : SinkState {
  std::shared_ptr<WorkerRows> rows;
};

// A build side that takes less is kept, whatever else there is.
constexpr int64_t kSmallSide = 1 << 20;
// Of what is free at the build's end a table may take so much: the operators behind need some as well, and nothing takes it back. Each worker's
// steps need some whatever the budget.
constexpr double kShare = 0.6;
constexpr int64_t kStepBytes = 3 << 19;
// `held`: what is free besides, once it has been given back.
int64_t TableShare(const QueryMemory& memory, int64_t held) {
  const int64_t free = std::min(memory.available(), int64_t{1} << 50) + held;
  return std::min(static_cast<int64_t>(kShare * static_cast<double>(free)), free - memory.workers() * kStepBytes);
}

// Phases: collecting -> partitioning (jobs by block of rows) -> inserting (jobs by region of slots) -> ready. Where rows were evicted while
// collecting or partitioning, or would fill what memory there is: -> spilling (the rest follows, by jobs) -> loading (partitions that fit come back,
// where the join needs no order) -> partitioning, or ready. From inserting on nothing can be evicted.
class JoinBuild final : public Sink, public Holder {
 public:
  explicit JoinBuild(std::shared_ptr<JoinCore> core) : core_(std::move(core)) { core_->memory->Register(this); }
  ~JoinBuild() override { core_->memory->Unregister(this); }

  std::unique_ptr<SinkState> Open(int) override {
    auto state = std::make_unique<BuildState>();
    state->rows = workers_.Open();
    return state;
  }

  arrow::Result<Step> Consume(TaskContext& context, SinkState* state, const Batch* in, Seq) override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    WorkerRows& own = *static_cast<BuildState*>(state)->rows;
    const std::lock_guard lock(own.mutex);
    if (!own.part) own.part = std::make_shared<JoinPart>(*core_->plan, core_->memory->pool());
    const arrow::Status stored = StoreBuildRows(context, *core_->plan, *in, own.part.get(), &own.facts);
    own.Count();  // a failed one may have made room
    ARROW_RETURN_NOT_OK(stored);
    ARROW_RETURN_NOT_OK(workers_.MakeRoom(&own, *core_->memory, [&](WorkerRows* rows) { return Spill(context, rows); }));
    return Step::kNeedInput;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override {
    switch (phase_) {
      case Phase::kCollecting: return EndCollecting();
      case Phase::kSpilling: return dropped_ ? Ready() : Load();
      case Phase::kLoading: return StartTable();
      case Phase::kPartitioning: {
        const std::unique_lock lock(gate_);
        if (dropped_) return EndSpilling();
        const int64_t room = core_->spill_space ? TableShare(*core_->memory, core_->table.bytes()) : INT64_MAX;
        const auto ended = core_->table.EndPartition(room);
        if (!ended.ok()) return WithoutTable(ended.status());
        return *ended ? InsertJobs() : PartitionJobs();
      }
      case Phase::kInserting:
        core_->table.Close();
        return Ready();
      case Phase::kReady: break;
    }
    return std::vector<std::unique_ptr<Job>>{};
  }
  std::string name() const override { return "HashJoinExec build"; }
  // A build side that is kept whatever there is, or one piece of each partition while they are written.
  MemoryUse memory_use() const override {
    return SpillingUse(core_->spill_space.get(), RowBytes(*core_->plan->shape().build_schema) * 16384 * 2 + (int64_t{4} << 20), "the build side");
  }

  int64_t Evictable() const noexcept override {
    switch (phase_) {
      case Phase::kCollecting: return workers_.Evictable();
      case Phase::kPartitioning: return dropped_ ? 0 : table_bytes_.load(std::memory_order_relaxed);
      default: return 0;
    }
  }
  arrow::Result<int64_t> Evict(TaskContext& context, int64_t want) override {
    if (!core_->spill_space) return 0;
    if (phase_ == Phase::kPartitioning) return DropTable(context);
    if (phase_ != Phase::kCollecting) return 0;
    return workers_.Evict(want, [&](WorkerRows* own) { return Spill(context, own); }, [&] { return phase_ != Phase::kCollecting; });
  }
  std::string holder_name() const override { return "HashJoinExec build"; }

 private:
  enum class Phase : uint8_t { kCollecting, kPartitioning, kInserting, kSpilling, kLoading, kReady };
  using Jobs = std::vector<std::unique_ptr<Job>>;

  class SpillJob final : public Job {
   public:
    SpillJob(JoinBuild* sink, std::shared_ptr<WorkerRows> rows) : sink_(sink), rows_(std::move(rows)) {}
    arrow::Result<Step> Run(TaskContext& context) override {
      const std::lock_guard lock(rows_->mutex);
      const WritingOut writing;
      ARROW_RETURN_NOT_OK(sink_->Spill(context, rows_.get(), false));
      return rows_->part || rows_->writing ? Step::kHaveMore : Step::kFinished;
    }

   private:
    JoinBuild* sink_;
    std::shared_ptr<WorkerRows> rows_;
  };

  // Reads a partition back. Where memory turns out to be short it stays on disk.
  class LoadJob final : public Job {
   public:
    LoadJob(JoinBuild* sink, int partition)
        : sink_(sink), partition_(partition), part_(std::make_shared<JoinPart>(*sink->core_->plan, sink->core_->memory->pool())) {}
    arrow::Result<Step> Run(TaskContext& context) override {
      const JoinSpill& spill = *sink_->spill_;
      const JoinSpill::Share& share = spill.build(partition_);
      while (piece_ < static_cast<int64_t>(share.pieces.size())) {
        const arrow::Status status = spill.LoadBuild(partition_, piece_, part_.get(), context.pool());
        if (status.IsOutOfMemory()) return Step::kFinished;
        ARROW_RETURN_NOT_OK(status);
        ++piece_;
        if (context.Stop()) return Step::kHaveMore;
      }
      const std::lock_guard lock(sink_->loaded_mutex_);
      sink_->core_->parts.push_back(std::move(part_));
      sink_->core_->resident |= uint32_t{1} << partition_;
      return Step::kFinished;
    }

   private:
    JoinBuild* sink_;
    const int partition_;
    int64_t piece_ = 0;
    std::shared_ptr<JoinPart> part_;
  };

  class TableJob final : public Job {
   public:
    TableJob(JoinBuild* sink, arrow::Status (JoinTable::*work)(int64_t), int64_t number) : sink_(sink), work_(work), number_(number) {}
    arrow::Result<Step> Run(TaskContext&) override {
      const std::shared_lock lock(sink_->gate_);
      if (sink_->dropped_) return Step::kFinished;
      ARROW_RETURN_NOT_OK((sink_->core_->table.*work_)(number_));
      return Step::kFinished;
    }

   private:
    JoinBuild* sink_;
    arrow::Status (JoinTable::*work_)(int64_t);
    int64_t number_;
  };

  JoinSpill* SpillFiles() {
    const std::lock_guard lock(spill_mutex_);
    if (!spill_) spill_ = std::make_shared<JoinSpill>(core_->plan, core_->memory, core_->spill_space);
    return spill_.get();
  }
  bool Spilled() const {
    const std::lock_guard lock(spill_mutex_);
    return spill_ != nullptr;
  }
  // Under the worker's mutex.
  arrow::Status Spill(TaskContext& context, WorkerRows* own, bool whole = true) {
    if (!core_->spill_space) return arrow::Status::OK();
    while (own->part || own->writing) {
      if (!own->writing) {
        own->writing = std::make_unique<JoinPartWriter>(SpillFiles(), std::move(own->part), &own->file);
        own->part.reset();
      }
      ARROW_ASSIGN_OR_RAISE(const bool done, own->writing->Run(context, whole));
      if (!done) return arrow::Status::OK();
      own->writing.reset();
      own->Count();
    }
    return arrow::Status::OK();
  }
  Jobs SpillJobs() {
    phase_ = Phase::kSpilling;
    Jobs jobs;
    for (const auto& own : workers_.all()) {
      if (own->part || own->writing) jobs.push_back(std::make_unique<SpillJob>(this, own));
    }
    return jobs;
  }

  arrow::Result<Jobs> EndCollecting() {
    const auto quiet = workers_.Quiet();
    int64_t rows = 0, bytes = 0;
    JoinFacts facts;
    for (const auto& own : workers_.all()) {
      if (own->part) rows += own->part->store.rows();
      bytes += own->bytes;
      facts.Add(own->facts);
    }
    const int64_t whole = bytes + core_->table.Estimate(rows, facts.narrow, facts.range(0));
    const int64_t most = TableShare(*core_->memory, bytes);
    if (Spilled() || (core_->spill_space && whole > kSmallSide && whole > most)) {
      SpillFiles();
      Jobs jobs = SpillJobs();
      if (!jobs.empty()) return jobs;
      return Load();
    }
    for (const auto& own : workers_.all()) {
      if (own->part) core_->parts.push_back(std::move(own->part));
      own->part.reset();
    }
    return StartTable();
  }

  // The partitions that fit come back, the smallest first.
  arrow::Result<Jobs> Load() {
    Jobs jobs;
    if (!JoinSpillSorts(*core_->plan)) {
      std::vector<std::pair<int64_t, int>> by_bytes;
      for (int p = 0; p < JoinSpill::kPartitions; ++p) {
        const JoinSpill::Share& share = spill_->build(p);
        if (share.rows > 0) by_bytes.emplace_back(share.bytes + JoinTable::Estimate(share.rows), p);
      }
      std::sort(by_bytes.begin(), by_bytes.end());
      int64_t left = TableShare(*core_->memory, 0);
      for (const auto& [bytes, partition] : by_bytes) {
        left -= bytes;
        if (left < 0) break;
        jobs.push_back(std::make_unique<LoadJob>(this, partition));
      }
    }
    if (jobs.empty()) return EndSpilling();
    phase_ = Phase::kLoading;
    return jobs;
  }

  arrow::Result<Jobs> StartTable() {
    if (phase_ == Phase::kLoading && core_->resident == 0) return Ready();
    JoinTable& table = core_->table;
    std::vector<JoinSegment> segments;
    JoinFacts facts;
    for (const auto& own : workers_.all()) facts.Add(own->facts);
    int64_t bytes = 0;
    for (const auto& part : core_->parts) {
      segments.insert(segments.end(), part->segments.begin(), part->segments.end());
      bytes += part->store.bytes();
    }
    const arrow::Status prepared = table.Prepare(std::move(segments), facts.narrow, facts.range(0));
    if (!prepared.ok()) return WithoutTable(prepared);
    if (core_->plan->spec().filters && !Spilled()) table.PrepareBits(facts.ranges);
    table_bytes_ = bytes + table.bytes();
    phase_ = Phase::kPartitioning;
    Jobs jobs = PartitionJobs();
    return jobs.empty() ? InsertJobs() : std::move(jobs);  // no rows: empty slots
  }

  Jobs PartitionJobs() {
    Jobs jobs;
    for (int64_t b = 0; b < core_->table.blocks(); ++b) jobs.push_back(std::make_unique<TableJob>(this, &JoinTable::Partition, b));
    return jobs;
  }
  Jobs InsertJobs() {
    phase_ = Phase::kInserting;
    Jobs jobs;
    for (int64_t r = 0; r < core_->table.regions(); ++r) jobs.push_back(std::make_unique<TableJob>(this, &JoinTable::Insert, r));
    return jobs;
  }

  // There is no memory for a table. Rows that came back are still on disk, others follow.
  arrow::Result<Jobs> WithoutTable(const arrow::Status& status) {
    if (!status.IsOutOfMemory() || !core_->spill_space) return status;
    if (!Spilled()) {
      SpillFiles();
      left_ = std::move(core_->parts);
      dropped_ = true;
    }
    Forget();
    return EndSpilling();
  }

  void Forget() {
    core_->parts.clear();
    core_->table.Reset();
    core_->resident = 0;
  }

  // While rows are being partitioned: none has been chained yet. What can't be written at once follows in jobs.
  arrow::Result<int64_t> DropTable(TaskContext& context) {
    const std::unique_lock lock(gate_, std::try_to_lock);
    if (!lock || phase_ != Phase::kPartitioning) return 0;
    int64_t freed = 0;
    if (!dropped_) {
      freed = core_->table.bytes();
      if (Spilled()) {  // they were read back: they are still on disk
        for (const auto& part : core_->parts) freed += part->store.bytes();
      } else {
        SpillFiles();
        left_ = std::move(core_->parts);
      }
      Forget();
      dropped_ = true;
      table_bytes_ = 0;
    }
    while (!left_.empty() || leaving_) {
      if (!leaving_) {
        leaving_ = std::make_unique<JoinPartWriter>(SpillFiles(), std::move(left_.back()), &left_file_);
        left_.pop_back();
      }
      const int64_t bytes = leaving_->bytes();
      const auto done = leaving_->Run(context, true);
      if (!done.ok()) {
        if (done.status().IsOutOfMemory() && freed > 0) break;
        return done.status();
      }
      leaving_.reset();
      freed += bytes;
    }
    return freed;
  }

  class LeaveJob final : public Job {
   public:
    explicit LeaveJob(JoinBuild* sink) : sink_(sink) {}
    arrow::Result<Step> Run(TaskContext& context) override {
      const WritingOut writing;
      while (!sink_->left_.empty() || sink_->leaving_) {
        if (!sink_->leaving_) {
          sink_->leaving_ = std::make_unique<JoinPartWriter>(sink_->SpillFiles(), std::move(sink_->left_.back()), &sink_->left_file_);
          sink_->left_.pop_back();
        }
        ARROW_ASSIGN_OR_RAISE(const bool done, sink_->leaving_->Run(context, false));
        if (!done) return Step::kHaveMore;
        sink_->leaving_.reset();
      }
      return Step::kFinished;
    }

   private:
    JoinBuild* sink_;
  };

  arrow::Result<Jobs> EndSpilling() {
    if (!left_.empty() || leaving_) {
      phase_ = Phase::kSpilling;
      Jobs jobs;
      jobs.push_back(std::make_unique<LeaveJob>(this));
      return jobs;
    }
    return Ready();
  }

  Jobs Ready() {
    JoinFacts facts;
    for (const auto& own : workers_.all()) facts.Add(own->facts);
    core_->facts = facts;
    core_->spill = spill_;
    phase_ = Phase::kReady;
    core_->ready.store(true, std::memory_order_release);
    return {};
  }

  const std::shared_ptr<JoinCore> core_;
  Collections<WorkerRows> workers_;
  mutable std::mutex spill_mutex_, loaded_mutex_;
  std::shared_ptr<JoinSpill> spill_;
  std::shared_mutex gate_;  // held shared by jobs
  std::atomic<bool> dropped_{false};  // the table, while it was made: set under the gate
  std::atomic<int64_t> table_bytes_{0};
  std::vector<std::shared_ptr<JoinPart>> left_;  // of the dropped table, still to be written
  std::unique_ptr<JoinPartWriter> leaving_;
  std::shared_ptr<SpillFile> left_file_;
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
  const bool narrow = plan.keys().words() == 1 && plan.keys().parts()[0].integer();
  facts->ranges.resize(plan.keys().parts().size());
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
      for (size_t k = 0; k < plan.keys().parts().size(); ++k) {
        if (!plan.keys().parts()[k].integer()) continue;
        const auto* words = reinterpret_cast<const int64_t*>(block.word(plan.keys().parts()[k].first));
        KeyRange range = facts->ranges[k];
        for (int64_t i = 0; i < here; ++i) {
          if (!block.null[i]) range.Add(words[i]);
        }
        facts->ranges[k] = range;
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
