// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "exec/join_spill.h"
#include "exec/sort.h"

namespace bowstring::exec {
namespace {

constexpr uint64_t kSorted = JoinSpill::kPartitions;  // number of the first morsel of sorted rows

// One partition after the other phase: its build rows are read and put into a table, its probe rows run through an operator over that, and last
// come the build rows by their flags.
class PartitionJoin {
 public:
  PartitionJoin(std::shared_ptr<JoinCore> whole, std::shared_ptr<const JoinPlan> plan, int partition)
      : whole_(std::move(whole)), partition_(partition), core_(std::make_shared<JoinCore>(std::move(plan), whole_->memory, nullptr)) {}

  // As a cursor's.
  arrow::Result<Step> Next(TaskContext& context, Batch* out) {
    const JoinSpill& spill = *whole_->spill;
    arrow::MemoryPool* pool = context.pool();
    if (!probe_) {
      if (core_->parts.empty()) core_->parts.push_back(std::make_shared<JoinPart>(*core_->plan, pool));
      JoinPart& part = *core_->parts[0];
      for (; loaded_ < spill.build_pieces(partition_); ++loaded_) {
        if (context.Stop()) return Step::kHaveMore;
        ARROW_RETURN_NOT_OK(spill.LoadBuild(partition_, loaded_, &part, pool));
      }
      core_->facts = whole_->facts;
      ARROW_RETURN_NOT_OK(core_->table.Build(part.segments, core_->facts.narrow, core_->facts.min, core_->facts.max));
      probe_ = MakeJoinProbe(core_);
      state_ = probe_->Open();
    }
    while (probed_ < spill.probe_pieces(partition_)) {
      if (!in_) {
        ARROW_ASSIGN_OR_RAISE(in_.data, spill.LoadProbe(partition_, probed_, pool));
        in_.seq.morsel = static_cast<uint64_t>(partition_);
      }
      ARROW_ASSIGN_OR_RAISE(const Step step, probe_->Process(context, state_.get(), &in_, out));
      if (step != Step::kHaveMore) {
        in_ = Batch{};
        ++probed_;
      }
      if (out->data || context.Stop()) return Step::kHaveMore;
    }
    if (!rest_ && core_->plan->flags()) {
      ARROW_ASSIGN_OR_RAISE(auto source, probe_->Tail());
      std::vector<Morsel> morsels;
      while (true) {
        ARROW_ASSIGN_OR_RAISE(const Step step, source->Split(context, 0, &morsels));
        if (step == Step::kFinished) break;
      }
      Morsel all;
      all.begin = 0;
      all.end = morsels.empty() ? 0 : morsels.back().end;
      ARROW_ASSIGN_OR_RAISE(rest_, source->Open(all, nullptr));
      source_ = std::move(source);
    }
    if (rest_) return rest_->Next(context, out);
    return Step::kFinished;
  }

 private:
  const std::shared_ptr<JoinCore> whole_;
  const int partition_;
  const std::shared_ptr<JoinCore> core_;
  int64_t loaded_ = 0, probed_ = 0;
  std::shared_ptr<Operator> probe_;
  std::unique_ptr<OpState> state_;
  Batch in_;
  std::shared_ptr<Source> source_;
  std::unique_ptr<Cursor> rest_;
};

// Unordered: a morsel a partition. Ordered: first the partitions as morsels that give nothing out and feed a sort, then the sort's morsels.
class SpillSource final : public Source {
 public:
  SpillSource(std::shared_ptr<JoinCore> core, std::shared_ptr<const JoinPlan> plan, std::shared_ptr<Sink> sort)
      : core_(std::move(core)), plan_(std::move(plan)), sort_(std::move(sort)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return core_->plan->schema(); }

  arrow::Result<Step> Split(TaskContext& context, LaneId, std::vector<Morsel>* out) override {
    if (!handed_out_) {
      for (int p = 0; p < JoinSpill::kPartitions; ++p) {
        if (!core_->spill->Matters(p)) continue;
        Morsel morsel;
        morsel.number = static_cast<uint64_t>(p);
        out->push_back(std::move(morsel));
      }
      open_ = static_cast<int>(out->size());
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
      while (true) {
        if (jobs_.empty()) {
          ARROW_ASSIGN_OR_RAISE(jobs_, sort_->Finish(context));
          if (jobs_.empty()) break;
        }
        ARROW_ASSIGN_OR_RAISE(const Step step, jobs_.back()->Run(context));
        if (step == Step::kFinished) jobs_.pop_back();
        if (context.Stop()) return Step::kHaveMore;
      }
      ARROW_ASSIGN_OR_RAISE(output_, sort_->Output());
    }
    const size_t before = out->size();
    ARROW_ASSIGN_OR_RAISE(const Step step, output_->Split(context, 0, out));
    for (size_t m = before; m < out->size(); ++m) (*out)[m].number += kSorted;
    return step;
  }

  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    if (morsel.number < kSorted) return std::make_unique<PartitionCursor>(this, static_cast<int>(morsel.number), from ? from->row : 0);
    Morsel inner = morsel;
    inner.number -= kSorted;
    ARROW_ASSIGN_OR_RAISE(auto cursor, output_->Open(inner, from));
    return std::make_unique<SortedCursor>(schema(), std::move(cursor));
  }

 private:
  class PartitionCursor final : public Cursor {
   public:
    PartitionCursor(SpillSource* source, int partition, int64_t skip) : source_(source), partition_(partition), skip_(skip) {}

    arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
      if (!join_ && !done_) {
        join_ = std::make_unique<PartitionJoin>(source_->core_, source_->plan_, partition_);
        if (source_->sort_) state_ = source_->sort_->Open(partition_);
      }
      if (!source_->sort_) {
        ARROW_ASSIGN_OR_RAISE(const Step step, join_->Next(context, out));
        if (out->data) {
          const int64_t n = out->num_rows();
          given_ += n;
          // After a restart at a mark; marks lie between batches, which come out the same again.
          if (given_ <= skip_) *out = Batch{};
        }
        return step;
      }
      while (!done_) {
        if (!pending_) {
          ARROW_ASSIGN_OR_RAISE(const Step step, join_->Next(context, &pending_));
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
        source_->PartitionDone();
      }
      return Step::kFinished;
    }
    // In an ordered join rows went to the sort: a restart would bring them twice.
    std::optional<Mark> Position() const override { return source_->sort_ ? std::nullopt : std::optional<Mark>(Mark{given_}); }

   private:
    SpillSource* source_;
    const int partition_;
    const int64_t skip_;
    int64_t given_ = 0;
    std::unique_ptr<PartitionJoin> join_;
    std::unique_ptr<SinkState> state_;
    Batch pending_;
    bool ended_ = false, done_ = false;
  };

  // Gives the sort's batches the join's names.
  class SortedCursor final : public Cursor {
   public:
    SortedCursor(std::shared_ptr<arrow::Schema> schema, std::unique_ptr<Cursor> rows) : schema_(std::move(schema)), rows_(std::move(rows)) {}
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

  void PartitionDone() {
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
  bool handed_out_ = false;
  std::vector<std::unique_ptr<Job>> jobs_;
  std::shared_ptr<Source> output_;
  std::mutex mutex_;
  int open_ = 0;
  std::vector<Waker> wakers_;
};

}  // namespace

arrow::Result<std::shared_ptr<Source>> MakeJoinSpillSource(std::shared_ptr<JoinCore> core) {
  const JoinPlan& plan = *core->plan;
  const JoinKind kind = plan.shape().kind;
  if (!plan.spec().ordered || kind == JoinKind::kRightSemi || kind == JoinKind::kRightAnti) {
    return std::make_shared<SpillSource>(core, core->plan, nullptr);
  }
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
