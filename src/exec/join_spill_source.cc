// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <mutex>

#include "exec/join_partition.h"
#include "exec/join_spill.h"
#include "exec/sort.h"

namespace bowstring::exec {
namespace {

// Morsels in turn: unmatched rows of partitions in memory; a morsel a partition on disk. Where rows are sorted the latter give nothing out and feed
// the sort; then come its jobs, which give nothing either, and then its own morsels.
class SpillSource final : public Source {
 public:
  SpillSource(std::shared_ptr<JoinCore> core, std::shared_ptr<const JoinPlan> plan, std::shared_ptr<Sink> sort)
      : core_(std::move(core)), plan_(std::move(plan)), sort_(std::move(sort)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return core_->plan->schema(); }

  arrow::Result<Step> Split(TaskContext& context, LaneId, std::vector<Morsel>* out) override {
    if (!handed_out_) {
      if (core_->resident != 0 && core_->plan->flags()) {
        const bool flagged = core_->plan->shape().kind == JoinKind::kRightSemi;
        auto rest = MakeJoinUnmatched(core_->plan.get(), &core_->table.segments(), flagged, core_);
        std::vector<Morsel> morsels;
        ARROW_RETURN_NOT_OK(rest->Split(context, 0, &morsels).status());
        for (Morsel& morsel : morsels) Hand(std::make_shared<Part>(Part{rest, std::move(morsel), -1, nullptr}), out);
      }
      for (int p = 0; p < JoinSpill::kPartitions; ++p) {
        if ((core_->resident >> p & 1) || !core_->spill->Matters(p)) continue;
        Hand(std::make_shared<Part>(Part{nullptr, {}, p, nullptr}), out);
        ++open_;
      }
      handed_out_ = true;
      if (!sort_) return Step::kFinished;
      if (!out->empty()) return Step::kHaveMore;
    }
    if (!output_) {
      {
        Waker waker = context.Park(ParkReason::kSerialSource);
        const std::lock_guard lock(mutex_);
        if (open_ > 0) {
          wakers_.push_back(std::move(waker));
          return Step::kParked;
        }
      }
      ARROW_ASSIGN_OR_RAISE(auto jobs, sort_->Finish(context));
      if (!jobs.empty()) {
        const std::lock_guard lock(mutex_);
        open_ += static_cast<int>(jobs.size());
        for (auto& job : jobs) Hand(std::make_shared<Part>(Part{nullptr, {}, -1, std::move(job)}), out);
        return Step::kHaveMore;
      }
      ARROW_ASSIGN_OR_RAISE(output_, sort_->Output());
    }
    std::vector<Morsel> morsels;
    ARROW_ASSIGN_OR_RAISE(const Step step, output_->Split(context, 0, &morsels));
    for (Morsel& morsel : morsels) Hand(std::make_shared<Part>(Part{output_, std::move(morsel), -1, nullptr}), out);
    return step;
  }

  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    auto part = std::static_pointer_cast<Part>(morsel.shared);
    if (part->job) return std::make_unique<JobCursor>(this, std::move(part));
    if (part->partition >= 0) return std::make_unique<PartitionCursor>(this, part->partition);
    ARROW_ASSIGN_OR_RAISE(auto cursor, part->source->Open(part->morsel, from));
    return std::make_unique<RenamingCursor>(schema(), std::move(cursor));
  }

 private:
  // What a morsel stands for: another source's, a partition or a job.
  struct Part {
    std::shared_ptr<Source> source;
    Morsel morsel;
    int partition;
    std::shared_ptr<Job> job;
  };
  void Hand(std::shared_ptr<Part> part, std::vector<Morsel>* out) {
    Morsel morsel;
    morsel.number = number_++;
    morsel.shared = std::move(part);
    out->push_back(std::move(morsel));
  }

  class JobCursor final : public Cursor {
   public:
    JobCursor(SpillSource* source, std::shared_ptr<Part> part) : source_(source), part_(std::move(part)) {}
    arrow::Result<Step> Next(TaskContext& context, Batch*) override {
      if (!part_->job) return Step::kFinished;
      ARROW_ASSIGN_OR_RAISE(const Step step, part_->job->Run(context));
      if (step != Step::kFinished) return step;
      part_->job.reset();
      source_->PartDone();
      return step;
    }

   private:
    SpillSource* source_;
    const std::shared_ptr<Part> part_;
  };

  class PartitionCursor final : public Cursor {
   public:
    PartitionCursor(SpillSource* source, int partition) : source_(source), partition_(partition) {}

    arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
      if (!join_ && !done_) {
        join_ = MakePartitionJoin(source_->core_, source_->plan_, partition_, source_->sort_ != nullptr);
        if (source_->sort_) state_ = source_->sort_->Open(partition_);
      }
      if (!source_->sort_) return join_->Next(context, out);
      while (!done_) {
        if (!pending_) {
          ARROW_ASSIGN_OR_RAISE(const Step step, join_->Next(context, &pending_));
          if (step == Step::kParked) return step;
          ended_ = step == Step::kFinished;
          pending_.seq = Seq{0, static_cast<uint64_t>(partition_)};
          pending_.first_row = given_;
        }
        if (pending_) {
          ARROW_ASSIGN_OR_RAISE(const Step taken, source_->sort_->Consume(context, state_.get(), &pending_, pending_.seq));
          if (taken == Step::kParked) return taken;
          given_ += pending_.data->num_rows();
          pending_ = Batch{};
        }
        done_ = ended_;
        if (!done_ && context.Stop()) return Step::kHaveMore;
      }
      if (join_) {
        join_.reset();
        source_->PartDone();
      }
      return Step::kFinished;
    }

   private:
    SpillSource* source_;
    const int partition_;
    int64_t given_ = 0;
    std::unique_ptr<PartitionJoin> join_;
    std::unique_ptr<SinkState> state_;
    Batch pending_;
    bool ended_ = false, done_ = false;
  };

  // Gives the sort's batches the join's names.
  class RenamingCursor final : public Cursor {
   public:
    RenamingCursor(std::shared_ptr<arrow::Schema> schema, std::unique_ptr<Cursor> rows) : schema_(std::move(schema)), rows_(std::move(rows)) {}
    arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
      ARROW_ASSIGN_OR_RAISE(const Step step, rows_->Next(context, out));
      if (out->data) {
        std::vector<std::shared_ptr<arrow::ArrayData>> columns;
        for (int c = 0; c < out->data->num_columns(); ++c) columns.push_back(out->data->column_data(c));
        out->data = arrow::RecordBatch::Make(schema_, out->data->num_rows(), std::move(columns));
      }
      return step;
    }
    std::optional<Mark> Position() const override { return rows_->Position(); }

   private:
    const std::shared_ptr<arrow::Schema> schema_;
    const std::unique_ptr<Cursor> rows_;
  };

  void PartDone() {
    std::vector<Waker> wakers;
    {
      const std::lock_guard lock(mutex_);
      if (--open_ > 0) return;
      wakers.swap(wakers_);
    }
    for (const Waker& waker : wakers) waker.Wake();
  }

  const std::shared_ptr<JoinCore> core_;
  const std::shared_ptr<const JoinPlan> plan_;  // of the partitions: with places where rows are to be sorted
  const std::shared_ptr<Sink> sort_;            // null: unordered
  uint64_t number_ = 0;                         // of the next morsel
  bool handed_out_ = false;
  std::shared_ptr<Source> output_;
  std::mutex mutex_;
  int open_ = 0;  // partitions or jobs that the sort waits for
  std::vector<Waker> wakers_;
};

}  // namespace

bool JoinSpillSorts(const JoinPlan& plan) {
  const JoinKind kind = plan.shape().kind;
  return plan.spec().ordered && kind != JoinKind::kRightSemi && kind != JoinKind::kRightAnti;
}

arrow::Result<std::shared_ptr<Source>> MakeJoinSpillSource(std::shared_ptr<JoinCore> core) {
  const JoinPlan& plan = *core->plan;
  if (!JoinSpillSorts(plan)) return std::make_shared<SpillSource>(core, core->plan, nullptr);
  ARROW_ASSIGN_OR_RAISE(auto placed, JoinPlan::Make(plan.spec(), true));
  // Names may repeat: here columns are called by their numbers.
  arrow::FieldVector fields;
  for (const auto& field : placed->schema()->fields()) fields.push_back(field->WithName(std::to_string(fields.size())));
  SortSpec sort;
  sort.schema = arrow::schema(std::move(fields));
  const int place = static_cast<int>(plan.shape().output.size());
  const Scope scope = Scope::Of(*sort.schema);
  for (int c = 0; c < sort.schema->num_fields(); ++c) {
    if (c != place && c != place + 1) {
      sort.output.push_back(c);
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(auto key, Bind(Column(std::to_string(c)), scope, *sort.schema));
    sort.keys.push_back({std::move(key), true, false});
  }
  ARROW_ASSIGN_OR_RAISE(auto sink, MakeSort(std::move(sort), core->memory, core->spill_space));
  return std::make_shared<SpillSource>(core, std::move(placed), std::move(sink));
}

}  // namespace bowstring::exec
