// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <mutex>

#include <bowstring/error.h>

#include "exec/join_core.h"

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

// Phases: collecting -> partitioning (jobs by block of rows) -> inserting (jobs by region of slots) -> ready.
class JoinBuild final : public Sink {
 public:
  explicit JoinBuild(std::shared_ptr<JoinCore> core) : core_(std::move(core)) {}

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
    return Step::kNeedInput;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override {
    std::vector<std::unique_ptr<Job>> jobs;
    JoinTable& table = core_->table;
    switch (phase_) {
      case Phase::kCollecting: {
        std::vector<JoinSegment> segments;
        JoinFacts facts;
        for (const auto& worker : workers_) {
          facts.Add(worker->facts);
          if (worker->part) segments.insert(segments.end(), worker->part->segments.begin(), worker->part->segments.end());
        }
        ARROW_RETURN_NOT_OK(table.Prepare(std::move(segments), facts.narrow, facts.min, facts.max));
        core_->facts = facts;
        for (const auto& worker : workers_) {
          if (worker->part) core_->parts.push_back(worker->part);
        }
        phase_ = Phase::kPartitioning;
        for (int64_t b = 0; b < table.blocks(); ++b) jobs.push_back(std::make_unique<TableJob>(core_, &JoinTable::Partition, b));
        if (!jobs.empty()) return jobs;
        [[fallthrough]];
      }
      case Phase::kPartitioning:
        phase_ = Phase::kInserting;
        for (int64_t r = 0; r < table.regions(); ++r) jobs.push_back(std::make_unique<TableJob>(core_, &JoinTable::Insert, r));
        return jobs;
      case Phase::kInserting:
        table.Close();
        phase_ = Phase::kReady;
        core_->ready.store(true, std::memory_order_release);
        return jobs;
      case Phase::kReady: return jobs;
    }
    return jobs;
  }
  std::string name() const override { return "HashJoinExec build"; }

 private:
  enum class Phase : uint8_t { kCollecting, kPartitioning, kInserting, kReady };

  class TableJob final : public Job {
   public:
    TableJob(std::shared_ptr<JoinCore> core, arrow::Status (JoinTable::*work)(int64_t), int64_t number)
        : core_(std::move(core)), work_(work), number_(number) {}
    arrow::Result<Step> Run(TaskContext&) override {
      ARROW_RETURN_NOT_OK((core_->table.*work_)(number_));
      return Step::kFinished;
    }

   private:
    std::shared_ptr<JoinCore> core_;
    arrow::Status (JoinTable::*work_)(int64_t);
    int64_t number_;
  };

  const std::shared_ptr<JoinCore> core_;
  std::mutex mutex_;  // guards workers_ while states are opened
  std::vector<std::shared_ptr<Collected>> workers_;
  Phase phase_ = Phase::kCollecting;
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
