// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_partition.h"

#include <algorithm>
#include <cstring>

#include <arrow/table.h>

#include "exec/inline_sort.h"
#include "exec/sort.h"
#include "expr/gather.h"

namespace bowstring::exec {
namespace {

// Share of the memory that partitions which are being joined may hold, all workers together: nothing takes it back.
constexpr int64_t kPinnedShare = 2;
constexpr int64_t kLeastChunk = 128 << 10;
// Reading the probe side so many times is cheaper than writing both sides once more.
constexpr int64_t kMostChunks = 4;
// Probe rows that are divided at once: pieces of few rows cost more than their rows.
constexpr int64_t kDivideRows = 16 << 10;

int64_t ChunkCost(int64_t rows, int64_t bytes) { return bytes + JoinTable::Estimate(rows); }

// A partition, in phases. One whose build side is too large is divided again, by other bits of the hash; where that doesn't help (one giant key)
// its build side is taken in chunks, each of which meets all probe rows.
class Partition final : public PartitionJoin {
 public:
  Partition(std::shared_ptr<JoinCore> whole, std::shared_ptr<const JoinPlan> plan, int partition, bool pairs_ordered)
      : whole_(std::move(whole)), plan_(std::move(plan)), pairs_ordered_(pairs_ordered) {
    units_.push_back({whole_->spill, partition, INT64_MAX});
  }

  arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
    while (!units_.empty()) {
      ARROW_ASSIGN_OR_RAISE(const Step step, Advance(context, out));
      if (step == Step::kParked) return step;
      if (out->data || context.Stop()) return Step::kHaveMore;
    }
    return Step::kFinished;
  }

 private:
  enum class Phase : uint8_t { kBegin, kDivideBuild, kDivideProbe, kOrderIn, kOrderOut, kLoad, kProbe, kRest };
  struct Unit {
    std::shared_ptr<JoinSpill> spill;
    int partition;
    int64_t parent_rows;  // of the build side it was divided from
  };

  const JoinSpill::Share& Build() const { return units_.back().spill->build(units_.back().partition); }
  const JoinSpill::Share& Probe() const { return units_.back().spill->probe(units_.back().partition); }
  int64_t BuildPieces() const { return static_cast<int64_t>(Build().pieces.size()); }
  int64_t ProbePieces() const { return static_cast<int64_t>(Probe().pieces.size()); }
  bool Pairs() const {
    const JoinKind kind = plan_->shape().kind;
    return kind == JoinKind::kInner || kind == JoinKind::kLeft || kind == JoinKind::kRight || kind == JoinKind::kFull;
  }
  bool NeedsHits() const {
    const JoinKind kind = plan_->shape().kind;
    return kind == JoinKind::kLeft || kind == JoinKind::kFull || kind == JoinKind::kLeftSemi || kind == JoinKind::kLeftAnti ||
           kind == JoinKind::kLeftMark;
  }

  // One step of the current phase; never more than a piece's work without asking.
  arrow::Result<Step> Advance(TaskContext& context, Batch* out) {
    switch (phase_) {
      case Phase::kBegin: return Begin();
      case Phase::kDivideBuild: return DivideBuild(context);
      case Phase::kDivideProbe: return DivideProbe(context);
      case Phase::kOrderIn: return OrderIn(context);
      case Phase::kOrderOut: return OrderOut(context);
      case Phase::kLoad: return Load(context);
      case Phase::kProbe: return ProbePiece(context, out);
      case Phase::kRest: return Rest(context, out);
    }
    return Step::kFinished;
  }

  arrow::Result<Step> Begin() {
    const Unit unit = units_.back();
    if (!unit.spill->Matters(unit.partition)) {
      units_.pop_back();
      return Step::kHaveMore;
    }
    QueryMemory& memory = *whole_->memory;
    const int64_t all = std::min(memory.available(), int64_t{1} << 50) + memory.pool()->bytes_allocated();
    limit_ = std::max(all / kPinnedShare / std::max(memory.workers(), 1), kLeastChunk);
    piece_ = begin_ = end_ = 0;
    hits_.reset();
    const int64_t cost = ChunkCost(Build().rows, Build().bytes);
    const bool large = cost > limit_;
    if (cost > kMostChunks * limit_ && unit.spill->level() + 1 < JoinSpill::kLevels && Build().rows < unit.parent_rows / 4 * 3) {
      deeper_ = std::make_shared<JoinSpill>(whole_->plan, whole_->memory, whole_->spill_space, unit.spill->level() + 1);
      phase_ = Phase::kDivideBuild;
    } else {
      phase_ = large && pairs_ordered_ && Pairs() ? Phase::kOrderIn : Phase::kLoad;
    }
    return Step::kHaveMore;
  }

  arrow::Result<Step> DivideBuild(TaskContext& context) {
    if (!writer_) {
      if (!part_) part_ = std::make_shared<JoinPart>(*whole_->plan, whole_->memory->pool());
      if (piece_ < BuildPieces() && part_->store.bytes() < limit_ / 2) {
        const arrow::Status status = units_.back().spill->LoadBuild(units_.back().partition, piece_, part_.get(), context.pool());
        if (status.ok()) {
          ++piece_;
          return Step::kHaveMore;
        }
        if (!status.IsOutOfMemory() || part_->store.rows() == 0) return status;
      }
      if (part_->store.rows() == 0) {
        part_.reset();
        build_file_.reset();
        piece_ = 0;
        phase_ = Phase::kDivideProbe;
        return Step::kHaveMore;
      }
      writer_ = std::make_unique<JoinPartWriter>(deeper_.get(), std::move(part_), &build_file_);
      part_.reset();
    }
    ARROW_ASSIGN_OR_RAISE(const bool done, writer_->Run(context, false));
    if (done) writer_.reset();
    return Step::kHaveMore;
  }

  arrow::Result<Step> DivideProbe(TaskContext& context) {
    if (piece_ == ProbePieces()) {
      const int64_t rows = Build().rows;
      units_.pop_back();
      for (int p = JoinSpill::kPartitions - 1; p >= 0; --p) units_.push_back({deeper_, p, rows});
      deeper_.reset();
      phase_ = Phase::kBegin;
      return Step::kHaveMore;
    }
    if (!in_) {
      arrow::RecordBatchVector some;
      int64_t rows = 0;
      for (int64_t piece = piece_; piece < ProbePieces() && rows < kDivideRows; ++piece) {
        ARROW_ASSIGN_OR_RAISE(auto batch, units_.back().spill->LoadProbe(units_.back().partition, piece, context.pool()));
        rows += batch->num_rows();
        some.push_back(std::move(batch));
      }
      in_pieces_ = static_cast<int64_t>(some.size());
      in_.data = some[0];
      if (some.size() > 1) {
        auto whole = arrow::ConcatenateRecordBatches(some, context.pool());
        if (whole.ok()) {
          in_.data = *std::move(whole);
        } else if (whole.status().IsOutOfMemory()) {  // one by one, then
          in_pieces_ = 1;
        } else {
          in_ = Batch{};
          return whole.status();
        }
      }
    }
    ARROW_RETURN_NOT_OK(deeper_->AddProbe(context, in_, true, 0, &split_));
    split_.Clear();
    in_ = Batch{};
    piece_ += in_pieces_;
    return Step::kHaveMore;
  }

  // Chunks must follow each other as the build side's rows do.
  arrow::Result<Step> OrderIn(TaskContext& context) {
    if (!order_) {
      arrow::FieldVector fields;
      for (const auto& field : units_.back().spill->build_schema()->fields()) fields.push_back(field->WithName(std::to_string(fields.size())));
      SortSpec sort;
      sort.schema = arrow::schema(std::move(fields));
      const Scope scope = Scope::Of(*sort.schema);
      const int columns = sort.schema->num_fields();
      for (int c = 0; c < columns; ++c) sort.output.push_back(c);
      for (int c = columns - 2; c < columns; ++c) {
        ARROW_ASSIGN_OR_RAISE(auto key, Bind(Column(std::to_string(c)), scope, *sort.schema));
        sort.keys.push_back({std::move(key), true, false});
      }
      ARROW_ASSIGN_OR_RAISE(auto sink, MakeSort(std::move(sort), whole_->memory, whole_->spill_space));
      order_ = std::make_unique<InlineSort>(std::move(sink), context.worker());
      ordered_ = {};
    }
    if (piece_ < BuildPieces()) {
      if (!in_) {
        ARROW_ASSIGN_OR_RAISE(in_.data, units_.back().spill->ReadBuild(units_.back().partition, piece_, context.pool()));
      }
      ARROW_ASSIGN_OR_RAISE(const Step step, order_->Add(context, in_.data));
      if (step == Step::kParked) return step;
      in_ = Batch{};
      ++piece_;
      return Step::kHaveMore;
    }
    phase_ = Phase::kOrderOut;
    return Step::kHaveMore;
  }
  arrow::Result<Step> OrderOut(TaskContext& context) {
    Step step = Step::kHaveMore;
    if (!in_) {
      ARROW_ASSIGN_OR_RAISE(step, order_->Next(context, &in_));
      if (step == Step::kParked) return step;
      order_done_ = step == Step::kFinished;
    }
    if (in_) {
      const auto& schema = units_.back().spill->build_schema();
      ARROW_ASSIGN_OR_RAISE(auto plain, Compact(in_, context.pool()));
      for (; ordered_rows_ < plain->num_rows(); ordered_rows_ += kOrderedRows) {
        const auto slice = plain->Slice(ordered_rows_, kOrderedRows);
        if (!build_file_) {
          ARROW_ASSIGN_OR_RAISE(build_file_, SpillFile::Create(whole_->spill_space, schema));
        }
        const int64_t number = build_file_->batches();
        ARROW_RETURN_NOT_OK(build_file_->Append(*arrow::RecordBatch::Make(schema, slice->num_rows(), slice->columns()), context.pool()));
        ordered_.Add({build_file_, number, slice->num_rows()}, Build().bytes * slice->num_rows() / std::max<int64_t>(Build().rows, 1));
      }
      ordered_rows_ = 0;
      in_ = Batch{};
    }
    if (!order_done_) return Step::kHaveMore;
    order_.reset();
    order_done_ = false;
    build_file_.reset();
    units_.back().spill->ReplaceBuild(units_.back().partition, std::move(ordered_));
    piece_ = 0;
    phase_ = Phase::kLoad;
    return Step::kHaveMore;
  }

  // A chunk that turns out too large is given up, and a smaller one tried.
  arrow::Result<Step> Shrink(arrow::Status status) {
    if (!status.IsOutOfMemory() || !core_) return status;
    const int64_t before = limit_;
    if (end_ - begin_ > 1) {
      const JoinPart& part = *core_->parts[0];
      limit_ = std::clamp(ChunkCost(part.store.rows(), part.store.bytes()) / 2, kLeastChunk, limit_);
    }
    core_.reset();
    end_ = begin_;
    if (limit_ == before) return status;
    return Step::kHaveMore;
  }

  arrow::Result<Step> Load(TaskContext& context) {
    const Unit& unit = units_.back();
    if (!core_) {
      core_ = std::make_shared<JoinCore>(plan_, whole_->memory, nullptr);
      core_->parts.push_back(std::make_shared<JoinPart>(*plan_, whole_->memory->pool()));
      core_->facts = whole_->facts;
    }
    JoinPart& part = *core_->parts[0];
    if (end_ < BuildPieces() && (end_ == begin_ || ChunkCost(part.store.rows(), part.store.bytes()) < limit_)) {
      const arrow::Status status = unit.spill->LoadBuild(unit.partition, end_, &part, context.pool());
      if (!status.ok()) return Shrink(status);
      ++end_;
      return Step::kHaveMore;
    }
    const arrow::Status built = core_->table.Build(part.segments, core_->facts.narrow, core_->facts.range(0));
    if (!built.ok()) return Shrink(built);
    pass_.last = end_ == BuildPieces();
    if (NeedsHits() && !(begin_ == 0 && pass_.last)) {
      if (!hits_) {
        auto hits = arrow::AllocateBuffer(std::max<int64_t>(Probe().rows, 1), context.pool());
        if (!hits.ok()) return Shrink(hits.status());
        hits_ = *std::move(hits);
        std::memset(hits_->mutable_data(), 0, static_cast<size_t>(hits_->size()));
      }
      core_->pass = &pass_;
    }
    probe_ = MakeJoinProbe(core_);
    state_ = probe_->Open();
    piece_ = row_ = 0;
    phase_ = Phase::kProbe;
    return Step::kHaveMore;
  }

  arrow::Result<Step> ProbePiece(TaskContext& context, Batch* out) {
    if (piece_ < ProbePieces()) {
      if (!in_) {
        ARROW_ASSIGN_OR_RAISE(in_.data, units_.back().spill->LoadProbe(units_.back().partition, piece_, context.pool()));
        in_.seq.morsel = static_cast<uint64_t>(units_.back().partition);
        if (hits_) pass_.hits = hits_->mutable_data() + row_;
      }
      ARROW_ASSIGN_OR_RAISE(const Step step, probe_->Process(context, state_.get(), &in_, out));
      if (step != Step::kHaveMore) {
        row_ += in_.data->num_rows();
        in_ = Batch{};
        ++piece_;
      }
      return Step::kHaveMore;
    }
    state_.reset();
    if (!core_->plan->flags()) return EndChunk();
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
    rest_source_ = std::move(source);
    phase_ = Phase::kRest;
    return Step::kHaveMore;
  }
  arrow::Result<Step> Rest(TaskContext& context, Batch* out) {
    ARROW_ASSIGN_OR_RAISE(const Step step, rest_->Next(context, out));
    return step == Step::kFinished ? EndChunk() : step;
  }
  Step EndChunk() {
    rest_.reset();
    rest_source_.reset();
    probe_.reset();
    core_.reset();
    begin_ = end_;
    phase_ = Phase::kLoad;
    if (pass_.last) {
      hits_.reset();
      units_.pop_back();
      phase_ = Phase::kBegin;
    }
    return Step::kHaveMore;
  }

  static constexpr int64_t kOrderedRows = 8192;
  const std::shared_ptr<JoinCore> whole_;
  const std::shared_ptr<const JoinPlan> plan_;  // of the partitions: perhaps with places
  const bool pairs_ordered_;
  std::vector<Unit> units_;  // the last is the current one
  Phase phase_ = Phase::kBegin;
  int64_t limit_ = 0;                  // bytes of a chunk
  int64_t piece_ = 0;                  // of the side that is being read
  int64_t begin_ = 0, end_ = 0;        // build pieces of the chunk
  Batch in_;
  int64_t in_pieces_ = 0;              // that it was read from
  std::shared_ptr<JoinSpill> deeper_;  // what the unit is being divided into
  std::shared_ptr<JoinPart> part_;
  std::shared_ptr<SpillFile> build_file_;
  std::unique_ptr<JoinPartWriter> writer_;
  JoinProbeSplit split_;
  std::unique_ptr<InlineSort> order_;
  bool order_done_ = false;
  int64_t ordered_rows_ = 0;  // of in_, written
  JoinSpill::Share ordered_;
  std::shared_ptr<JoinCore> core_;     // of the chunk
  std::shared_ptr<Operator> probe_;
  std::unique_ptr<OpState> state_;
  JoinPass pass_;
  std::shared_ptr<arrow::Buffer> hits_;
  int64_t row_ = 0;                    // of the unit's probe rows
  std::shared_ptr<Source> rest_source_;
  std::unique_ptr<Cursor> rest_;
};

}  // namespace

std::unique_ptr<PartitionJoin> MakePartitionJoin(std::shared_ptr<JoinCore> whole, std::shared_ptr<const JoinPlan> plan, int partition,
                                                 bool pairs_ordered) {
  return std::make_unique<Partition>(std::move(whole), std::move(plan), partition, pairs_ordered);
}

}  // namespace bowstring::exec
