// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/nested_loop_join.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <shared_mutex>

#include <arrow/util/bit_util.h>

#include "exec/join_output.h"
#include "exec/memory_use.h"
#include "exec/sort_rows.h"
#include "expr/gather.h"

namespace bowstring::exec {
namespace {

constexpr int64_t kPairs = 16384;  // a batch

// The build side: chunks of rows in the order of their places, in memory or on disk.
class Chunks final : public Holder {
 public:
  struct Chunk {
    std::shared_ptr<arrow::RecordBatch> data;  // null: on disk
    int64_t on_disk = -1;
    int64_t rows = 0, first = 0;               // first: number of its first row on the build side
    SortPlace place;
  };

  Chunks(std::shared_ptr<arrow::Schema> schema, QueryMemory* memory, std::shared_ptr<SpillSpace> spill)
      : schema_(std::move(schema)), memory_(memory), spill_(std::move(spill)) {
    memory_->Register(this);
  }
  ~Chunks() override { memory_->Unregister(this); }

  void Add(Chunk chunk) {
    const std::unique_lock lock(mutex_);
    bytes_ += HeldBytes(*chunk.data);
    chunks_.push_back(std::move(chunk));
  }
  // After the last Add. Small batches become chunks of a good size, where all are in memory.
  arrow::Status Close(arrow::MemoryPool* pool) {
    const std::unique_lock lock(mutex_);
    std::sort(chunks_.begin(), chunks_.end(), [](const Chunk& a, const Chunk& b) { return a.place < b.place; });
    if (!file_) {
      std::vector<Chunk> merged;
      for (size_t i = 0; i < chunks_.size();) {
        std::vector<BatchSlice> slices;
        int64_t rows = 0;
        for (; i < chunks_.size() && (rows == 0 || rows + chunks_[i].rows <= kPairs); ++i) {
          slices.push_back({chunks_[i].data, 0, chunks_[i].rows});
          rows += chunks_[i].rows;
        }
        Chunk chunk;
        chunk.data = slices[0].batch;
        if (slices.size() > 1) {
          ARROW_ASSIGN_OR_RAISE(chunk.data, ConcatenateRows(slices, pool));
        }
        chunk.rows = rows;
        merged.push_back(std::move(chunk));
      }
      chunks_ = std::move(merged);
      int64_t bytes = 0;
      for (const Chunk& chunk : chunks_) bytes += HeldBytes(*chunk.data);
      bytes_ = bytes;
    }
    for (Chunk& chunk : chunks_) {
      chunk.first = rows_;
      rows_ += chunk.rows;
    }
    return arrow::Status::OK();
  }

  size_t size() const { return chunks_.size(); }
  int64_t rows() const { return rows_; }
  int64_t rows_of(size_t c) const { return chunks_[c].rows; }
  int64_t first_of(size_t c) const { return chunks_[c].first; }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Load(size_t c, arrow::MemoryPool* pool) const {
    const std::shared_lock lock(mutex_);
    if (chunks_[c].data) return chunks_[c].data;
    return file_->Read(chunks_[c].on_disk, pool);
  }

  int64_t Evictable() const noexcept override { return bytes_.load(std::memory_order_relaxed); }
  arrow::Result<int64_t> Evict(TaskContext&, int64_t want) override {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return 0;
    int64_t freed = 0;
    // Batches are read from the first on: the last ones go.
    for (auto chunk = chunks_.rbegin(); chunk != chunks_.rend() && freed < want; ++chunk) {
      if (!chunk->data) continue;
      if (chunk->on_disk < 0) {
        if (!file_) {
          ARROW_ASSIGN_OR_RAISE(file_, SpillFile::Create(spill_, schema_));
        }
        const int64_t number = file_->batches();
        ARROW_RETURN_NOT_OK(file_->Append(*chunk->data, memory_->pool()));
        chunk->on_disk = number;
      }
      freed += HeldBytes(*chunk->data);
      chunk->data.reset();
    }
    bytes_ -= freed;
    return freed;
  }
  std::string holder_name() const override { return "NestedLoopJoinExec build"; }
  MemoryUse memory_use() const { return SpillingUse(spill_.get(), RowBytes(*schema_) * kPairs * 2, "the build side"); }

 private:
  const std::shared_ptr<arrow::Schema> schema_;
  QueryMemory* const memory_;
  const std::shared_ptr<SpillSpace> spill_;
  mutable std::shared_mutex mutex_;
  std::vector<Chunk> chunks_;
  std::unique_ptr<SpillFile> file_;
  std::atomic<int64_t> bytes_{0};
  int64_t rows_ = 0;
};

// What build and probe share.
struct Loop {
  JoinShape shape;
  std::shared_ptr<arrow::Schema> schema;
  std::vector<int> kept;       // build columns in the chunks
  std::vector<int> chunk_of;   // by build column: its column in the chunks, or -1
  std::vector<int> condition_probe, condition_build;
  QueryMemory* memory = nullptr;
  std::shared_ptr<Chunks> chunks;
  std::shared_ptr<arrow::Buffer> flags;  // a byte a build row, of kinds with a tail
  std::atomic<bool> any_probe{false};    // without a condition every build row is matched by any probe row
};

void SetFlag(const Loop& loop, int64_t row) {
  std::atomic_ref<uint8_t> flag(loop.flags->mutable_data()[row]);
  if (flag.load(std::memory_order_relaxed) == 0) flag.store(1, std::memory_order_relaxed);
}

class LoopBuild final : public Sink {
 public:
  explicit LoopBuild(std::shared_ptr<Loop> loop) : loop_(std::move(loop)) {}
  std::unique_ptr<SinkState> Open(int) override { return nullptr; }
  arrow::Result<Step> Consume(TaskContext& context, SinkState*, const Batch* in, Seq) override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    ARROW_ASSIGN_OR_RAISE(const SortPlace place, PlaceOf(in->seq, in->first_row));
    Batch picked = *in;
    ARROW_ASSIGN_OR_RAISE(picked.data, in->data->SelectColumns(loop_->kept));
    ARROW_ASSIGN_OR_RAISE(auto data, Compact(picked, context.pool()));
    ARROW_ASSIGN_OR_RAISE(data, CompactViews(std::move(data), context.pool()));
    Chunks::Chunk chunk;
    chunk.rows = data->num_rows();
    chunk.data = std::move(data);
    chunk.place = place;
    loop_->chunks->Add(std::move(chunk));
    return Step::kNeedInput;
  }
  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext& context) override {
    if (!closed_) {
      ARROW_RETURN_NOT_OK(loop_->chunks->Close(context.pool()));
      closed_ = true;
    }
    if (JoinHasTail(loop_->shape.kind) && !loop_->flags) {
      ARROW_ASSIGN_OR_RAISE(loop_->flags, arrow::AllocateBuffer(loop_->chunks->rows(), context.pool()));
      std::memset(loop_->flags->mutable_data(), 0, loop_->flags->size());
    }
    return std::vector<std::unique_ptr<Job>>{};
  }
  std::string name() const override { return "NestedLoopJoinExec build"; }
  MemoryUse memory_use() const override { return loop_->chunks->memory_use(); }

 private:
  const std::shared_ptr<Loop> loop_;
  bool closed_ = false;
};

struct LoopState final : OpState {
  bool started = false;
  int64_t row = 0;       // first of the probe rows that are being looped over
  size_t chunk = 0;      // the next one for them
  std::vector<uint8_t> hits;  // by probe row
};

class LoopProbe final : public Operator {
 public:
  explicit LoopProbe(std::shared_ptr<Loop> loop) : loop_(std::move(loop)), kind_(loop_->shape.kind) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return loop_->schema; }
  std::unique_ptr<OpState> Open() const override { return std::make_unique<LoopState>(); }
  bool has_tail() const override { return JoinHasTail(kind_); }
  arrow::Result<std::shared_ptr<Source>> Tail() override;
  std::string name() const override { return loop_->shape.condition ? "NestedLoopJoinExec" : "CrossJoinExec"; }

  arrow::Result<Step> Process(TaskContext& context, OpState* any, const Batch* in, Batch* out) const override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    auto& state = *static_cast<LoopState*>(any);
    const int64_t rows = in->num_rows();
    if (!state.started) {
      state.row = 0;
      state.chunk = 0;
      state.hits.assign(rows, 0);
      state.started = true;
    }
    const bool emits = kind_ == JoinKind::kInner || kind_ == JoinKind::kLeft || kind_ == JoinKind::kRight || kind_ == JoinKind::kFull;
    if (!loop_->shape.condition) loop_->any_probe.store(true, std::memory_order_relaxed);
    if (!emits && !loop_->shape.condition) {
      std::fill(state.hits.begin(), state.hits.end(), loop_->chunks->rows() > 0 ? 1 : 0);
      state.row = rows;
    }
    while (state.row < rows) {
      ARROW_RETURN_NOT_OK(LoopStep(context, state, *in, emits, out));
      if (out->data) return Finished(state, rows, emits);
      if (state.row < rows && context.Stop()) return Step::kHaveMore;
    }
    if (!emits) {
      if (kind_ == JoinKind::kLeftSemi || kind_ == JoinKind::kLeftAnti) {
        ARROW_RETURN_NOT_OK(SelectRows(loop_->shape, loop_->schema, *in, state.hits, kind_ == JoinKind::kLeftSemi, context.pool(), out));
      } else if (kind_ == JoinKind::kLeftMark) {
        ARROW_RETURN_NOT_OK(MarkRows(loop_->shape, loop_->schema, *in, state.hits, {}, context.pool(), out));
      }
    }
    state.started = false;
    return Step::kNeedInput;
  }

 private:
  static Step Finished(LoopState& state, int64_t rows, bool emits) {
    if (!emits || state.row < rows) return Step::kHaveMore;
    state.started = false;
    return Step::kNeedInput;
  }

  // One chunk with as many probe rows as make a batch. A failure changes nothing.
  arrow::Status LoopStep(TaskContext& context, LoopState& state, const Batch& in, bool emits, Batch* out) const {
    const Loop& loop = *loop_;
    const bool outer = kind_ == JoinKind::kLeft || kind_ == JoinKind::kFull;
    const int64_t rows = in.num_rows();
    const size_t chunks = loop.chunks->size();
    const int64_t build_rows = chunks > 0 ? loop.chunks->rows_of(state.chunk) : 0;
    // With one chunk several probe rows share a batch.
    const int64_t together = chunks > 1 ? 1 : std::clamp<int64_t>(kPairs / std::max<int64_t>(build_rows, 1), 1, rows - state.row);
    const bool last = state.chunk + 1 >= chunks;
    auto advance = [&] {
      if (last) {
        state.row += together;
        state.chunk = 0;
      } else {
        ++state.chunk;
      }
    };
    if (!emits && together == 1 && state.hits[state.row] && !JoinHasTail(kind_)) {  // the rest is no news
      ++state.row;
      state.chunk = 0;
      return arrow::Status::OK();
    }
    std::shared_ptr<arrow::RecordBatch> chunk;
    if (chunks > 0) {
      ARROW_ASSIGN_OR_RAISE(chunk, loop.chunks->Load(state.chunk, context.pool()));
    }
    std::vector<int32_t> probe(together * build_rows), build(together * build_rows);
    for (int64_t p = 0; p < together; ++p) {
      std::fill_n(probe.begin() + p * build_rows, build_rows, static_cast<int32_t>(state.row + p));
      std::iota(build.begin() + p * build_rows, build.begin() + (p + 1) * build_rows, 0);
    }
    bool whole = together == 1;  // all of the chunk, in its order
    if (loop.shape.condition && !probe.empty()) {
      ARROW_ASSIGN_OR_RAISE(const auto passing, Passing(context, in, *chunk, probe, build, whole));
      whole &= passing.size() == probe.size();
      for (size_t i = 0; i < passing.size(); ++i) {
        probe[i] = probe[passing[i]];
        build[i] = build[passing[i]];
      }
      probe.resize(passing.size());
      build.resize(passing.size());
    }
    if (emits) {
      std::vector<int32_t> all_probe, all_build;
      const bool ends = outer && last;
      if (ends) {
        // Rows that no build row has matched.
        size_t i = 0;
        for (int64_t row = state.row; row < state.row + together; ++row) {
          const bool before = state.hits[row] != 0;
          const size_t begin = i;
          for (; i < probe.size() && probe[i] == row; ++i) {
            all_probe.push_back(probe[i]);
            all_build.push_back(build[i]);
          }
          if (!before && i == begin) {
            all_probe.push_back(static_cast<int32_t>(row));
            all_build.push_back(-1);
            whole = false;
          }
        }
      }
      const auto& out_probe = ends ? all_probe : probe;
      const auto& out_build = ends ? all_build : build;
      if (!out_probe.empty()) {
        std::vector<std::shared_ptr<arrow::ArrayData>> columns;
        for (size_t c = 0; c < loop.shape.output.size(); ++c) {
          const JoinColumn& column = loop.shape.output[c];
          std::shared_ptr<arrow::ArrayData> data;
          if (!column.build) {
            ARROW_ASSIGN_OR_RAISE(data, ProbeColumn(in, column.column, out_probe, context.pool()));
          } else if (!chunk) {
            ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(loop.schema->field(static_cast<int>(c))->type(),
                                                                     static_cast<int64_t>(out_build.size()), context.pool()));
            data = nulls->data();
          } else {
            data = chunk->column_data(loop.chunk_of[column.column]);
            if (!whole) {
              ARROW_ASSIGN_OR_RAISE(data, Gather(*data, out_build.data(), static_cast<int64_t>(out_build.size()), context.pool()));
            }
          }
          columns.push_back(std::move(data));
        }
        out->data = arrow::RecordBatch::Make(loop.schema, static_cast<int64_t>(out_probe.size()), std::move(columns));
      }
    }
    for (int32_t row : probe) state.hits[row] = 1;
    if (JoinHasTail(kind_) && loop.shape.condition) {
      for (int32_t row : build) SetFlag(loop, loop.chunks->first_of(state.chunk) + row);
    }
    advance();
    return arrow::Status::OK();
  }

  arrow::Result<std::vector<int32_t>> Passing(TaskContext& context, const Batch& in, const arrow::RecordBatch& chunk,
                                              const std::vector<int32_t>& probe, const std::vector<int32_t>& build, bool whole) const {
    const Loop& loop = *loop_;
    const auto n = static_cast<int64_t>(probe.size());
    const int probe_columns = loop.shape.probe_schema->num_fields();
    std::vector<std::shared_ptr<arrow::ArrayData>> columns(probe_columns + loop.shape.build_schema->num_fields());
    for (int column : loop.condition_probe) {
      ARROW_ASSIGN_OR_RAISE(columns[column], ProbeColumn(in, column, probe, context.pool()));
    }
    for (int column : loop.condition_build) {
      auto data = chunk.column_data(loop.chunk_of[column]);
      if (!whole) {
        ARROW_ASSIGN_OR_RAISE(data, Gather(*data, build.data(), n, context.pool()));
      }
      columns[probe_columns + column] = std::move(data);
    }
    return PassingRows(context, loop.shape, std::move(columns), n);
  }

  const std::shared_ptr<Loop> loop_;
  const JoinKind kind_;
};

// Build rows after the last probe row: a morsel a chunk.
class LoopTail final : public Source {
 public:
  explicit LoopTail(std::shared_ptr<Loop> loop) : loop_(std::move(loop)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return loop_->schema; }
  arrow::Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    for (size_t c = 0; c < loop_->chunks->size(); ++c) {
      Morsel morsel;
      morsel.number = c;
      out->push_back(std::move(morsel));
    }
    return Step::kFinished;
  }
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    return std::make_unique<ChunkCursor>(loop_, morsel.number, from != nullptr && from->row > 0);
  }

 private:
  class ChunkCursor final : public Cursor {
   public:
    ChunkCursor(std::shared_ptr<Loop> loop, size_t chunk, bool given) : loop_(std::move(loop)), chunk_(chunk), given_(given) {}
    arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
      const Loop& loop = *loop_;
      if (given_) return Step::kFinished;
      const bool flagged = loop.shape.kind == JoinKind::kRightSemi;
      const bool all = !loop.shape.condition && loop.any_probe.load();
      std::vector<int32_t> rows;
      for (int64_t i = 0; i < loop.chunks->rows_of(chunk_); ++i) {
        const bool flag = all || loop.flags->data()[loop.chunks->first_of(chunk_) + i];
        if (flag == flagged) rows.push_back(static_cast<int32_t>(i));
      }
      if (!rows.empty()) {
        const auto n = static_cast<int64_t>(rows.size());
        ARROW_ASSIGN_OR_RAISE(const auto chunk, loop.chunks->Load(chunk_, context.pool()));
        std::vector<std::shared_ptr<arrow::ArrayData>> columns;
        for (size_t c = 0; c < loop.shape.output.size(); ++c) {
          const JoinColumn& column = loop.shape.output[c];
          if (column.build) {
            ARROW_ASSIGN_OR_RAISE(auto data, Gather(*chunk->column_data(loop.chunk_of[column.column]), rows.data(), n, context.pool()));
            columns.push_back(std::move(data));
          } else {
            ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(loop.schema->field(static_cast<int>(c))->type(), n, context.pool()));
            columns.push_back(nulls->data());
          }
        }
        out->data = arrow::RecordBatch::Make(loop.schema, n, std::move(columns));
      }
      given_ = true;
      return Step::kFinished;
    }
    std::optional<Mark> Position() const override { return Mark{given_ ? 1 : 0}; }

   private:
    const std::shared_ptr<Loop> loop_;
    const size_t chunk_;
    bool given_;
  };
  const std::shared_ptr<Loop> loop_;
};

arrow::Result<std::shared_ptr<Source>> LoopProbe::Tail() {
  if (!JoinHasTail(kind_)) return nullptr;
  return std::make_shared<LoopTail>(loop_);
}

}  // namespace

arrow::Result<NestedLoopJoinPair> MakeNestedLoopJoin(JoinShape shape, QueryMemory* memory, std::shared_ptr<SpillSpace> spill) {
  auto loop = std::make_shared<Loop>();
  ARROW_ASSIGN_OR_RAISE(loop->schema, JoinOutputSchema(shape));
  loop->chunk_of.assign(shape.build_schema->num_fields(), -1);
  auto keep = [&](int column) {
    if (loop->chunk_of[column] >= 0) return;
    loop->chunk_of[column] = static_cast<int>(loop->kept.size());
    loop->kept.push_back(column);
  };
  for (const JoinColumn& column : shape.output) {
    if (column.build) keep(column.column);
  }
  if (shape.condition) {
    const int probe_columns = shape.probe_schema->num_fields();
    for (int column : shape.condition->columns()) {
      if (column < probe_columns) {
        loop->condition_probe.push_back(column);
      } else {
        loop->condition_build.push_back(column - probe_columns);
        keep(column - probe_columns);
      }
    }
  }
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (int column : loop->kept) fields.push_back(shape.build_schema->field(column));
  loop->chunks = std::make_shared<Chunks>(arrow::schema(std::move(fields)), memory, std::move(spill));
  loop->memory = memory;
  loop->shape = std::move(shape);
  return NestedLoopJoinPair{std::make_shared<LoopBuild>(loop), std::make_shared<LoopProbe>(loop)};
}

}  // namespace bowstring::exec
