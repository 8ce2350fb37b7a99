// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Batches come from many workers, out of order. Each gets a column that says for each row whether it begins a partition or a group of peers; whether
// its first row does is known when all are there, from the keys of the rows at the batches' edges. Then the rows are cut into segments of whole
// partitions, which are morsels.

#include "exec/window.h"

#include <functional>
#include <map>
#include <mutex>

#include <arrow/api.h>

#include <bowstring/error.h>

#include "exec/batch_queue.h"
#include "exec/memory_use.h"
#include "exec/sort_key.h"
#include "exec/window_segment.h"
#include "exec/window_totals.h"

namespace bowstring::exec {
namespace {

/// What is known of a batch in the queue.
struct BatchFacts {
  Seq seq;
  size_t index = 0;       // among the batches of its place
  int64_t rows = 0;
  WindowKeys first, last;
  int64_t cut = -1;       // the first row but 0 that begins a partition
  uint8_t first_flags = 0;
};

struct Piece {
  const BatchFacts* batch;
  int64_t offset, length;
};
using Segment = std::vector<Piece>;

/// What the sink's output has of it.
struct Shared {
  std::shared_ptr<const WindowPlan> plan;
  std::shared_ptr<BatchQueue> queue;
  std::vector<BatchFacts> batches;  // in order
  std::vector<Segment> segments;
};

// The rows of a segment.
class SegmentRows final : public PartitionRows {
 public:
  SegmentRows(std::shared_ptr<const Shared> shared, const Segment& segment) : shared_(std::move(shared)), segment_(segment) {}
  arrow::Result<Step> Next(TaskContext& context, MarkedRows* out) override {
    const Piece& piece = segment_[next_];
    ARROW_ASSIGN_OR_RAISE(const auto batch, shared_->queue->At(piece.batch->seq, piece.batch->index, context.pool()));
    auto columns = batch->column_data();
    out->marks = columns.back()->buffers[1];
    out->offset = columns.back()->offset + piece.offset;
    out->first = piece.offset == 0 ? piece.batch->first_flags : out->marks->data()[out->offset];
    columns.pop_back();
    out->rows = arrow::RecordBatch::Make(shared_->plan->spec.schema, batch->num_rows(), std::move(columns));
    if (piece.length < batch->num_rows()) out->rows = out->rows->Slice(piece.offset, piece.length);
    return ++next_ == segment_.size() ? Step::kFinished : Step::kHaveMore;
  }

 private:
  const std::shared_ptr<const Shared> shared_;
  const Segment& segment_;
  size_t next_ = 0;
};

// The rows of a sort's morsel, marked as they come.
class SortedRows final : public PartitionRows {
 public:
  SortedRows(std::shared_ptr<const WindowPlan> plan, std::unique_ptr<Cursor> rows) : plan_(std::move(plan)), rows_(std::move(rows)) {}
  arrow::Result<Step> Next(TaskContext& context, MarkedRows* out) override {
    if (!batch_) {
      ARROW_ASSIGN_OR_RAISE(const Step step, rows_->Next(context, &batch_));
      if (step == Step::kParked) return step;
      ended_ = step == Step::kFinished;
      if (!batch_ || batch_.num_rows() == 0) {
        batch_ = {};
        return step;
      }
    }
    WindowKeys first, last;
    ARROW_ASSIGN_OR_RAISE(out->marks, MarkRows(context, plan_->spec, batch_, &first, &last));
    out->first = last_.empty() ? kPartitionBegins : MarkBehind(plan_->spec, last_, first);
    out->offset = 0;
    out->rows = std::move(batch_.data);
    batch_ = {};
    last_ = std::move(last);
    return ended_ ? Step::kFinished : Step::kHaveMore;
  }

 private:
  const std::shared_ptr<const WindowPlan> plan_;
  const std::unique_ptr<Cursor> rows_;
  Batch batch_;      // not yet marked
  WindowKeys last_;  // of the row before
  bool ended_ = false;
};

// Rows of whole partitions as they come: computed some at a time where there are many.
class PartitionsCursor final : public Cursor {
 public:
  // The same rows from the first on, time and again.
  using Open = std::function<arrow::Result<std::unique_ptr<PartitionRows>>()>;
  static arrow::Result<std::unique_ptr<Cursor>> Make(std::shared_ptr<const WindowPlan> plan, Open open) {
    ARROW_ASSIGN_OR_RAISE(auto rows, open());
    return std::make_unique<PartitionsCursor>(std::move(plan), std::move(open), std::move(rows));
  }
  PartitionsCursor(std::shared_ptr<const WindowPlan> plan, Open open, std::unique_ptr<PartitionRows> rows)
      : plan_(std::move(plan)), open_(std::move(open)), rows_(std::move(rows)), computing_(std::make_unique<WindowSegment>(*plan_)),
        cut_at_(std::max(2 * plan_->spec.segment_rows, Whole())) {}

  arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
    if (counting_) {
      ARROW_ASSIGN_OR_RAISE(const Step step, counting_->Next(context));
      if (step != Step::kFinished) return step;
      totals_ = std::move(counting_);
      computing_->Know(totals_);
      if (AtBlock()) ARROW_RETURN_NOT_OK(computing_->Cut(context).Value(&closed_));
      return Step::kHaveMore;
    }
    if (computed_) {
      auto next = std::make_unique<WindowSegment>(*plan_);
      if (computing_->cut()) {
        ARROW_RETURN_NOT_OK(next->Continue(context, *computing_));
        next->Know(totals_);
      } else {
        totals_.reset();
      }
      computing_ = std::move(next);
      loaded_ = computing_->rows();
      cut_at_ = loaded_ + std::max({plan_->spec.segment_rows, loaded_, totals_ ? 0 : Whole()});
      computed_ = closed_ = false;
      return Step::kHaveMore;
    }
    if (closed_) {
      ARROW_ASSIGN_OR_RAISE(const Step step, computing_->Next(context, out));
      if (step != Step::kFinished || (rows_ == nullptr && !next_.rows && !computing_->cut())) return step;
      computed_ = true;
      return Step::kHaveMore;
    }
    if (!next_.rows) {
      if (rows_ == nullptr) {
        if (computing_->empty()) return Step::kFinished;
        closed_ = true;
        return Step::kHaveMore;
      }
      ARROW_ASSIGN_OR_RAISE(const Step step, rows_->Next(context, &next_));
      if (step == Step::kParked) return step;
      if (step == Step::kFinished) rows_.reset();
      begin_ = 0;
      return Step::kHaveMore;
    }
    const int64_t rows = next_.rows->num_rows();
    int64_t end = rows;
    bool whole = false;  // the partition ends with `end`
    if (loaded_ >= plan_->spec.segment_rows || totals_) {
      const int64_t most = totals_ && plan_->reach->ends ? std::min(rows, begin_ + plan_->block() - place_ % plan_->block()) : rows;
      end = begin_;
      while (end < most && !(next_.mark(end) & kPartitionBegins)) ++end;
      whole = end < most;
    }
    if (end > begin_) {
      ARROW_RETURN_NOT_OK(
          computing_->Add(context, next_.rows->Slice(begin_, end - begin_), next_.marks, next_.offset + begin_, next_.mark(begin_)));
    }
    loaded_ += end - begin_;
    added_ += end - begin_;
    place_ += end - begin_;
    begin_ = end;
    closed_ = whole;
    if (!closed_) {
      if (end == rows) next_ = {};
      // A partition that goes on and on is computed part by part.
      if (plan_->reach && loaded_ >= cut_at_ && AtBlock()) {
        const WindowReach& reach = *plan_->reach;
        bool totals = reach.totals;
        if (!totals || totals_) {
          ARROW_RETURN_NOT_OK(computing_->Cut(context).Value(&closed_));
          // A large group of peers can be cut where the answers are known that it shares.
          const int64_t most = std::max(2 * plan_->spec.segment_rows, plan_->spec.whole_rows);
          totals = !closed_ && reach.peers && !reach.whole_peers && loaded_ >= most;
        }
        if (!totals || totals_ || closed_) {
        } else if (!(closed_ = computing_->CutBeforeLast()) && rows_ != nullptr) {
          ARROW_ASSIGN_OR_RAISE(auto rows, open_());
          counting_ = std::make_shared<WindowTotals>(*plan_, std::move(rows), added_ - loaded_ - computing_->rows_before());
          place_ = computing_->rows_before() + loaded_;
        }
        cut_at_ = loaded_ + std::max(plan_->spec.segment_rows, plan_->reach->frames ? loaded_ / 2 : 0);
      }
    }
    return Step::kHaveMore;
  }

 private:
  // Partitions of so many rows aren't read twice.
  int64_t Whole() const { return plan_->reach && plan_->reach->ends ? plan_->spec.whole_rows : 0; }
  // Whether a part of the partition may end here.
  bool AtBlock() const { return !totals_ || !plan_->reach->ends || place_ % plan_->block() == 0; }

  const std::shared_ptr<const WindowPlan> plan_;
  const Open open_;
  std::unique_ptr<PartitionRows> rows_;   // null: all rows are there
  MarkedRows next_;                       // rows from `begin_` on are not yet added
  int64_t begin_ = 0;
  std::unique_ptr<WindowSegment> computing_;
  int64_t loaded_ = 0;                    // its rows
  int64_t cut_at_ = 0;                    // rows at which a cut is tried
  int64_t added_ = 0;                     // rows in all, before `begin_`
  int64_t place_ = 0;                     // rows of the partition of `totals_`, before `begin_`
  std::shared_ptr<WindowTotals> counting_;      // of the partition that `computing_` begins with
  std::shared_ptr<const WindowTotals> totals_;  // of the partition that `computing_` is all of
  bool closed_ = false;                   // it has them all
  bool computed_ = false;                 // and has given them all out
};

class WindowSource final : public Source {
 public:
  explicit WindowSource(std::shared_ptr<const Shared> shared) : shared_(std::move(shared)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return shared_->plan->spec.output; }
  arrow::Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    for (size_t i = 0; i < shared_->segments.size(); ++i) {
      Morsel morsel;
      morsel.number = i;
      for (const Piece& piece : shared_->segments[i]) {
        morsel.need += piece.length * 8 * static_cast<int64_t>(4 + shared_->plan->exprs.size() + shared_->plan->spec.windows.size());
      }
      out->push_back(std::move(morsel));
    }
    return Step::kFinished;
  }
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark*) override {
    return PartitionsCursor::Make(shared_->plan, [shared = shared_, number = morsel.number]() -> arrow::Result<std::unique_ptr<PartitionRows>> {
      return std::make_unique<SegmentRows>(shared, shared->segments[number]);
    });
  }

 private:
  const std::shared_ptr<const Shared> shared_;
};

// What rows before the segments take, besides them.
MemoryUse UseOf(const WindowPlan& plan, int64_t before) {
  const int64_t rows = plan.spec.segment_rows + 16384;
  const auto columns = static_cast<int64_t>(plan.exprs.size() + plan.spec.windows.size());
  const int64_t bytes = before + rows * (RowBytes(*plan.spec.schema) + 8 * (columns + 4));
  const bool distinct = std::any_of(plan.spec.windows.begin(), plan.spec.windows.end(),
                                    [&](const BoundWindow& call) { return call.distinct && FrameIsPartition(plan.spec, call); });
  if (plan.reach && distinct) return {MemoryUse::Kind::kUnbounded, bytes, "what a DISTINCT aggregate counts in one partition"};
  if (plan.reach && !(plan.reach->peers && plan.reach->whole_peers) && !plan.reach->frames) return {MemoryUse::Kind::kSpills, bytes, ""};
  const char* what = !plan.reach ? "the rows of one partition" : plan.reach->frames ? "the rows of one frame" : "the rows of one group of peers";
  return {MemoryUse::Kind::kUnbounded, bytes, what};
}

class WindowSink final : public Sink {
 public:
  WindowSink(std::shared_ptr<Shared> shared, std::shared_ptr<arrow::Schema> kept) : shared_(std::move(shared)), kept_(std::move(kept)) {}

  std::unique_ptr<SinkState> Open(int) override { return std::make_unique<SinkState>(); }

  arrow::Result<Step> Consume(TaskContext& context, SinkState*, const Batch* in, Seq seq) override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    const WindowSpec& spec = shared_->plan->spec;
    Batch batch;
    ARROW_ASSIGN_OR_RAISE(batch.data, Compact(*in, context.pool()));
    const int64_t rows = batch.data->num_rows();
    BatchFacts facts;
    facts.seq = seq;
    facts.rows = rows;
    ARROW_ASSIGN_OR_RAISE(auto flags_buffer, MarkRows(context, spec, batch, &facts.first, &facts.last));
    const uint8_t* flags = flags_buffer->data();
    for (int64_t i = 1; i < rows && facts.cut < 0; ++i) {
      if (flags[i] & kPartitionBegins) facts.cut = i;
    }
    auto columns = batch.data->column_data();
    columns.push_back(arrow::ArrayData::Make(arrow::uint8(), rows, {nullptr, std::move(flags_buffer)}, 0));
    auto kept = arrow::RecordBatch::Make(kept_, rows, std::move(columns));
    const std::lock_guard lock(mutex_);
    auto& list = facts_[seq];
    facts.index = list.size();
    list.push_back(std::move(facts));
    shared_->queue->Add(seq, std::move(kept));
    return Step::kNeedInput;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override { return std::vector<std::unique_ptr<Job>>{}; }

  arrow::Result<std::shared_ptr<Source>> Output() override {
    auto& batches = shared_->batches;
    for (auto& [seq, list] : facts_) {
      for (auto& facts : list) batches.push_back(std::move(facts));
    }
    facts_.clear();
    for (size_t b = 0; b < batches.size(); ++b) {
      batches[b].first_flags = b == 0 ? kPartitionBegins : MarkBehind(shared_->plan->spec, batches[b - 1].last, batches[b].first);
    }
    Segment segment;
    int64_t rows = 0;
    const auto end = [&] {
      if (rows > 0) shared_->segments.push_back(std::move(segment));
      segment.clear();
      rows = 0;
    };
    for (const BatchFacts& batch : batches) {
      if ((batch.first_flags & kPartitionBegins) && rows >= shared_->plan->spec.segment_rows) end();
      int64_t from = 0;
      if (batch.cut > 0 && rows >= shared_->plan->spec.segment_rows) {
        segment.push_back({&batch, 0, batch.cut});
        rows += batch.cut;
        end();
        from = batch.cut;
      }
      segment.push_back({&batch, from, batch.rows - from});
      rows += batch.rows - from;
    }
    end();
    return std::make_shared<WindowSource>(shared_);
  }
  std::string name() const override { return "WindowAggExec"; }
  MemoryUse memory_use() const override { return UseOf(*shared_->plan, 0); }
  SpillFigures spilled() const override { return shared_->queue->spilled(); }

 private:
  const std::shared_ptr<Shared> shared_;
  const std::shared_ptr<arrow::Schema> kept_;  // the input and the flags
  std::mutex mutex_;
  std::map<Seq, std::vector<BatchFacts>> facts_;
};

class SortedSource final : public Source {
 public:
  SortedSource(std::shared_ptr<const WindowPlan> plan, std::shared_ptr<Source> rows) : plan_(std::move(plan)), rows_(std::move(rows)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return plan_->spec.output; }
  arrow::Result<Step> Split(TaskContext& context, LaneId lane, std::vector<Morsel>* out) override {
    const size_t before = out->size();
    ARROW_ASSIGN_OR_RAISE(const Step step, rows_->Split(context, lane, out));
    const auto values = static_cast<int64_t>(4 + plan_->exprs.size() + plan_->spec.windows.size());
    for (size_t i = before; i < out->size(); ++i) (*out)[i].need += ((*out)[i].end - (*out)[i].begin) * 8 * values;
    return step;
  }
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark*) override {
    return PartitionsCursor::Make(plan_, [plan = plan_, sorted = rows_, morsel]() -> arrow::Result<std::unique_ptr<PartitionRows>> {
      ARROW_ASSIGN_OR_RAISE(auto rows, sorted->Open(morsel, nullptr));
      return std::make_unique<SortedRows>(plan, std::move(rows));
    });
  }

 private:
  const std::shared_ptr<const WindowPlan> plan_;
  const std::shared_ptr<Source> rows_;
};

class SortedWindow final : public Sink {
 public:
  SortedWindow(std::shared_ptr<const WindowPlan> plan, std::shared_ptr<Sink> sort) : plan_(std::move(plan)), sort_(std::move(sort)) {}
  std::unique_ptr<SinkState> Open(int worker) override { return sort_->Open(worker); }
  arrow::Result<Step> Consume(TaskContext& context, SinkState* state, const Batch* in, Seq seq) override { return sort_->Consume(context, state, in, seq); }
  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext& context) override { return sort_->Finish(context); }
  arrow::Result<std::shared_ptr<Source>> Output() override {
    ARROW_ASSIGN_OR_RAISE(auto rows, sort_->Output());
    return std::make_shared<SortedSource>(plan_, std::move(rows));
  }
  void Passed(Seq before) noexcept override { sort_->Passed(before); }
  SpillFigures spilled() const override { return sort_->spilled(); }
  MemoryUse memory_use() const override { return UseOf(*plan_, sort_->memory_use().bytes); }
  std::string name() const override { return "WindowAggExec"; }

 private:
  const std::shared_ptr<const WindowPlan> plan_;
  const std::shared_ptr<Sink> sort_;
};

arrow::Status CheckKeys(const WindowSpec& spec) {
  for (const auto* keys : {&spec.partition_by, &spec.order_by}) {
    for (const auto& key : *keys) {
      const auto& type = *key->physical_type();
      ARROW_RETURN_NOT_OK(KeyNormOf(type.id() == arrow::Type::DICTIONARY ? *static_cast<const arrow::DictionaryType&>(type).value_type() : type).status());
    }
  }
  return arrow::Status::OK();
}

// All workers' segments together, which may be of twice as many rows, take about a quarter of the budget: while they are computed nothing of them can
// be written out.
void FitSegments(const QueryMemory& memory, WindowSpec* spec) {
  constexpr int64_t kFewest = 2048;
  const int64_t all = std::min(memory.available(), int64_t{1} << 50) + memory.pool()->bytes_allocated();
  int64_t row = RowBytes(*spec->schema) + 48;
  for (const BoundWindow& call : spec->windows) {
    const bool frames = call.aggregate || call.kernel->uses_frame();
    row += (frames ? 48 : 16) + 16 * static_cast<int64_t>(call.arguments.size());
  }
  const int64_t fit = all / 8 / std::max(memory.workers(), 1) / row;
  spec->segment_rows = std::min(spec->segment_rows, std::max(fit, kFewest));
  spec->whole_rows = std::min(spec->whole_rows, fit);
}

}  // namespace

arrow::Result<std::shared_ptr<Sink>> MakeWindow(WindowSpec spec, QueryMemory* memory, std::shared_ptr<SpillSpace> spill) {
  ARROW_RETURN_NOT_OK(CheckKeys(spec));
  FitSegments(*memory, &spec);
  ARROW_ASSIGN_OR_RAISE(auto kept, spec.schema->AddField(spec.schema->num_fields(), arrow::field("__flags", arrow::uint8(), false)));
  auto shared = std::make_shared<Shared>();
  ARROW_ASSIGN_OR_RAISE(shared->plan, WindowPlan::Make(std::move(spec)));
  shared->queue = std::make_shared<BatchQueue>(kept, memory, std::move(spill), "WindowAggExec");
  return std::make_shared<WindowSink>(std::move(shared), std::move(kept));
}

arrow::Result<std::shared_ptr<Sink>> MakeSortedWindow(WindowSpec spec, QueryMemory* memory, std::shared_ptr<Sink> sort) {
  ARROW_RETURN_NOT_OK(CheckKeys(spec));
  FitSegments(*memory, &spec);
  ARROW_ASSIGN_OR_RAISE(auto plan, WindowPlan::Make(std::move(spec)));
  return std::make_shared<SortedWindow>(std::move(plan), std::move(sort));
}

}  // namespace bowstring::exec
