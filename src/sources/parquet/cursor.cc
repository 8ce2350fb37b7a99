// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <numeric>
#include <utility>

#include <arrow/array/array_base.h>
#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/bind.h"
#include "expr/conform.h"
#include "expr/gather.h"
#include "sources/parquet/column_reader.h"
#include "sources/parquet/constant_column.h"
#include "sources/parquet/fallback.h"
#include "sources/parquet/scan_plan.h"

namespace bowstring::pq {
namespace {

using ArrayDataPtr = std::shared_ptr<arrow::ArrayData>;

// One column on its way: what has been read of the chunk, and what waits to be given out.
struct ColumnState {
  const ColumnSource* source = nullptr;
  std::unique_ptr<ColumnReader> reader;
  ColumnOut out;           // given out at the batch's end
  ColumnOut tested;        // filter columns: the chunk's values
  std::vector<ArrayDataPtr> pieces;  // fallback: what `out` is for chunks
  ArrayDataPtr tested_piece;
  bool is_output = false;
};

class ParquetCursor final : public Cursor {
 public:
  ParquetCursor(std::shared_ptr<const ScanPlan> plan, std::shared_ptr<RowGroup> group, const Morsel& morsel, int64_t start)
      : plan_(std::move(plan)), group_(std::move(group)), number_(morsel.number), begin_(morsel.begin), end_(morsel.end), lane_row_(morsel.lane_row),
        given_(morsel.begin + start), chunk_begin_(given_), chunk_end_(given_), batch_begin_(given_),
        reads_(std::make_shared<PendingReads>(plan_->io)) {
    columns_.resize(plan_->needed.size());
    dynamic_tested_.resize(plan_->dynamic.size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      ColumnState& column = columns_[i];
      column.source = &group_->columns[i];
      if (column.source->kind == ColumnSource::kChunk) {
        ColumnChunk* chunk = group_->chunks[static_cast<size_t>(column.source->index)].get();
        column.reader = std::make_unique<ColumnReader>(chunk, given_);
        column.out = ColumnOut(chunk->type, chunk->optional);
        column.tested = ColumnOut(chunk->type, chunk->optional);
      }
    }
    for (int place : plan_->output) columns_[static_cast<size_t>(place)].is_output = true;
  }

  arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
    auto scratch = plan_->TakeScratch();
    auto step = Run(context, scratch.get(), out);
    plan_->GiveScratch(std::move(scratch));
    return step;
  }

  std::optional<Mark> Position() const override { return Mark{given_ - begin_}; }

 private:
  static constexpr int64_t kTrialRows = 16 << 10;
  struct Tested {
    int64_t rows = 0, passed = 0;
  };

  enum class Stage : uint8_t { kNextChunk, kReadTested, kTest, kReadRest, kChunkDone };

  arrow::Result<Step> Run(TaskContext& context, Scratch* scratch, Batch* out) {
    ReadContext read{group_.get(), context.pool(), scratch, reads_.get(), [this] { return Ahead(); }};
    const size_t tested = plan_->filtered() ? static_cast<size_t>(plan_->filter_columns) : 0;
    while (true) {
      if (context.cancelled()) return arrow::Status::Cancelled("the query was cancelled");
      switch (stage_) {
        case Stage::kNextChunk:
          if (chunk_end_ == end_ || LimitReached()) {
            ARROW_RETURN_NOT_OK(Emit(context, out));
            given_ = end_;
            return Step::kFinished;
          }
          NextChunk();
          BeginColumns(0, tested > 0 ? tested : columns_.size(), {});
          stage_ = tested > 0 ? Stage::kReadTested : Stage::kReadRest;
          break;
        case Stage::kReadTested: {
          ARROW_ASSIGN_OR_RAISE(auto step, ReadColumns(context, read, 0, tested, true));
          if (step) return *step;
          stage_ = Stage::kTest;
          break;
        }
        case Stage::kTest: {
          ARROW_RETURN_NOT_OK(Test(context));
          const int64_t count = Passed();
          if (count == 0) {
            stage_ = Stage::kChunkDone;
            break;
          }
          if (rows_ > 0 && rows_ + count > plan_->batch_rows) {
            // What waits goes out first; the chunk is read on with the next call.
            ARROW_RETURN_NOT_OK(Emit(context, out));
            given_ = chunk_begin_;
            BeginRest(tested);
            stage_ = Stage::kReadRest;
            return Step::kHaveMore;
          }
          BeginRest(tested);
          stage_ = Stage::kReadRest;
          break;
        }
        case Stage::kReadRest: {
          ARROW_ASSIGN_OR_RAISE(auto step, ReadColumns(context, read, tested, columns_.size(), false));
          if (step) return *step;
          ARROW_RETURN_NOT_OK(AppendTested(context, tested));
          if (rows_ == 0) batch_begin_ = chunk_begin_;
          rows_ += Passed();
          stage_ = Stage::kChunkDone;
          break;
        }
        case Stage::kChunkDone: {
          // With a filter small pieces are gathered into one batch, for as long as the morsel lasts.
          const bool emit = rows_ > 0 && (tested == 0 || rows_ >= plan_->batch_rows / 2) && chunk_end_ != end_ && !LimitReached();
          if (emit) ARROW_RETURN_NOT_OK(Emit(context, out));
          for (size_t i = 0; i < tested; ++i) {
            columns_[i].tested.Clear();
            columns_[i].tested_piece.reset();
          }
          selection_.reset();
          stage_ = Stage::kNextChunk;
          if (rows_ == 0) given_ = chunk_end_;
          if (emit || (chunk_end_ != end_ && context.Stop())) return Step::kHaveMore;
          break;
        }
      }
    }
  }

  bool LimitReached() const { return plan_->limit && given_rows_ + rows_ >= *plan_->limit; }
  int64_t Passed() const { return selection_ ? selection_->length : chunk_end_ - chunk_begin_; }
  Wanted PassedRows() const { return selection_ ? Wanted{selection_->data(), selection_->length} : Wanted{}; }

  void NextChunk() {
    chunk_begin_ = chunk_end_;
    const int64_t left = end_ - chunk_begin_;
    if (lane_row_ >= 0) {  // to the next outward border that is at most a batch away
      const int64_t row = lane_row_ + chunk_begin_ - begin_;
      int64_t border = (row + plan_->batch_rows) / plan_->align_rows * plan_->align_rows;
      if (border <= row) border = row + plan_->batch_rows;  // batches smaller than what goes out
      chunk_end_ = chunk_begin_ + std::min(left, border - row);
    } else {
      const int64_t pieces = (left + plan_->batch_rows - 1) / plan_->batch_rows;
      chunk_end_ = chunk_begin_ + (left + pieces - 1) / pieces;
    }
    if (plan_->limit && plan_->predicate == nullptr) chunk_end_ = std::min(chunk_end_, chunk_begin_ + std::max<int64_t>(*plan_->limit - given_rows_, 1));
  }

  void BeginColumns(size_t from, size_t to, Wanted wanted) {
    for (size_t i = from; i < to; ++i) {
      if (columns_[i].reader) columns_[i].reader->Begin(chunk_begin_, chunk_end_, wanted);
    }
    fallback_done_ = false;
  }
  void BeginRest(size_t tested) { BeginColumns(tested, columns_.size(), PassedRows()); }

  // Reads columns [from, to) of the chunk. None: all done; else what the step shall answer.
  arrow::Result<std::optional<Step>> ReadColumns(TaskContext& context, ReadContext& read, size_t from, size_t to, bool tested) {
    ARROW_RETURN_NOT_OK(ReadFallback(context, from, to, tested));
    ColumnReader* busy = nullptr;
    bool pending = false;
    // Neighbouring morsels run at once and need the same dictionaries: they begin at opposite ends.
    for (size_t k = from; k < to; ++k) {
      const size_t i = (number_ & 1) == 0 ? k : from + (to - 1 - k);
      ColumnState& column = columns_[i];
      if (column.reader == nullptr) continue;
      while (!column.reader->done()) {
        auto progress = column.reader->Read(read, tested ? &column.tested : &column.out);
        if (!progress.ok()) return group_->Name(column.reader->chunk(), progress.status());
        if (*progress == Progress::kPending) pending = true;
        if (*progress == Progress::kBusy) busy = column.reader.get();
        if (*progress != Progress::kDone) break;
        if (context.Stop()) return Step::kHaveMore;
      }
    }
    if (pending) {
      reads_->Notify(context.Park(ParkReason::kIo));
      return Step::kParked;
    }
    if (busy != nullptr) {
      busy->Notify(context.Park(ParkReason::kIo));
      return Step::kParked;
    }
    return std::nullopt;
  }

  // What the system should read ahead once a page turns out not to be cached: this morsel's part of each column.
  std::vector<PendingReads::Range> Ahead() const {
    std::vector<PendingReads::Range> out;
    for (const auto& column : columns_) {
      if (column.reader == nullptr) continue;
      const ColumnChunk& chunk = column.reader->chunk();
      int64_t begin = INT64_MAX, end = 0;
      for (const PageEntry& page : chunk.pages) {
        if (page.first_row >= end_ || page.first_row + page.num_rows <= chunk_begin_) continue;
        begin = std::min(begin, page.offset);
        end = std::max(end, page.offset + page.size);
      }
      if (begin < end) out.push_back({begin, end - begin});
    }
    return out;
  }

  arrow::Status ReadFallback(TaskContext& context, size_t from, size_t to, bool tested) {
    if (!group_->has_fallback || fallback_done_) return arrow::Status::OK();
    std::vector<size_t> places;
    for (size_t i = from; i < to; ++i) {
      if (columns_[i].source->kind == ColumnSource::kFallback) places.push_back(i);
    }
    auto& reader = tested ? fallback_tested_ : fallback_rest_;
    int64_t& at = tested ? fallback_tested_row_ : fallback_rest_row_;
    if (!places.empty() && at != chunk_end_) {
      BlockingRegion blocking(context);
      if (reader == nullptr) {
        std::vector<int> fields;
        for (size_t i : places) fields.push_back(columns_[i].source->index);
        const TableState& table = *plan_->table;
        ARROW_ASSIGN_OR_RAISE(reader, MakeFallbackReader(*table.files[static_cast<size_t>(group_->file_index)].footer, *group_, fields, plan_->batch_rows,
                                                         table.options.decryption, context.pool()));
        at = 0;
      }
      for (; at < chunk_begin_;) {
        const int64_t n = std::min(chunk_begin_ - at, plan_->batch_rows);
        arrow::Status skipped = reader->Skip(n);
        if (!skipped.ok()) reader.reset();
        ARROW_RETURN_NOT_OK(skipped);
        at += n;
        if (context.cancelled()) return arrow::Status::Cancelled("the query was cancelled");
      }
      auto read = reader->Read(chunk_end_ - chunk_begin_);
      if (!read.ok()) reader.reset();  // Arrow's reader has lost its place: the next call begins anew
      ARROW_ASSIGN_OR_RAISE(auto arrays, std::move(read));
      at = chunk_end_;
      for (size_t k = 0; k < places.size(); ++k) columns_[places[k]].tested_piece = std::move(arrays[k]);
    }
    // After a failure from here on, the rows aren't read again: at == chunk_end_.
    for (size_t i : places) {
      ColumnState& column = columns_[i];
      ARROW_ASSIGN_OR_RAISE(column.tested_piece, Conform(context, column.tested_piece, i));
    }
    if (!tested) {
      std::vector<ArrayDataPtr> picked(places.size());
      for (size_t k = 0; k < places.size(); ++k) {
        picked[k] = columns_[places[k]].tested_piece;
        if (selection_) {
          ARROW_ASSIGN_OR_RAISE(picked[k], Gather(*picked[k], selection_->data(), selection_->length, context.pool()));
        }
      }
      for (size_t k = 0; k < places.size(); ++k) {
        columns_[places[k]].pieces.push_back(std::move(picked[k]));
        columns_[places[k]].tested_piece.reset();
      }
    }
    fallback_done_ = true;
    return arrow::Status::OK();
  }

  arrow::Result<ArrayDataPtr> Conform(TaskContext& context, ArrayDataPtr array, size_t place) const {
    const auto& type = plan_->fields[place]->type();
    if (array->type->Equals(*type)) return array;
    KernelContext kernel{&context, context.exec(), 0, {}};
    auto conformed = ConformArray(kernel, array, type);
    if (conformed.ok() || conformed.status().IsOutOfMemory()) return conformed;
    return Error(KindOf(conformed.status()) == ErrorKind::kUnknown ? ErrorKind::kExecution : KindOf(conformed.status()), "Parquet file '",
                 group_->file->path(), "', column '", plan_->fields[place]->name(), "': ", conformed.status().message());
  }

  arrow::Status Test(TaskContext& context) {
    const int64_t rows = chunk_end_ - chunk_begin_;
    std::vector<ArrayDataPtr> arrays;
    for (size_t i = 0; i < static_cast<size_t>(plan_->filter_columns); ++i) {
      ColumnState& column = columns_[i];
      ArrayDataPtr array = column.tested_piece;
      if (column.source->kind == ColumnSource::kChunk) {
        ARROW_ASSIGN_OR_RAISE(array, column.tested.Peek(context.pool()));
        ARROW_ASSIGN_OR_RAISE(array, Conform(context, std::move(array), i));
      } else if (column.source->kind == ColumnSource::kConstant) {
        ARROW_ASSIGN_OR_RAISE(array, RepeatConstant(*column.source->constant, plan_->fields[i]->type(), rows, context.pool()));
      }
      arrays.push_back(std::move(array));
    }
    Batch batch;
    batch.data = arrow::RecordBatch::Make(plan_->filter_schema, rows, std::move(arrays));
    KernelContext kernel{&context, context.exec(), 0, {}};
    std::shared_ptr<const Selection> passed;
    if (plan_->predicate) {
      ARROW_ASSIGN_OR_RAISE(passed, plan_->predicate->EvaluatePredicate(kernel, batch));
      if (passed && passed->length == rows) passed.reset();
    }
    for (size_t f = 0; f < plan_->dynamic.size(); ++f) {
      ARROW_RETURN_NOT_OK(TestDynamic(context, f, *batch.data, &passed));
    }
    selection_ = std::move(passed);
    return arrow::Status::OK();
  }

  // Takes away what a dynamic filter refuses of the chunk. One that lets nearly all of the morsel's first rows pass is left out for the rest of it:
  // the same in every run, so that a morsel begun anew gives the same rows.
  arrow::Status TestDynamic(TaskContext& context, size_t number, const arrow::RecordBatch& chunk, std::shared_ptr<const Selection>* passed) {
    const DynamicFilter& filter = *plan_->dynamic[number].filter;
    Tested& so_far = dynamic_tested_[number];
    const int64_t n = *passed ? (*passed)->length : chunk.num_rows();
    const bool useless = so_far.rows >= kTrialRows && so_far.passed * 10 > so_far.rows * 9;
    if (n == 0 || useless || !filter.ready()) return arrow::Status::OK();
    std::vector<std::shared_ptr<arrow::Array>> columns;
    for (int place : plan_->dynamic_places[number]) {
      auto column = chunk.column_data(place);
      if (*passed) {
        ARROW_ASSIGN_OR_RAISE(column, Gather(*column, (*passed)->data(), n, context.pool()));
      }
      columns.push_back(arrow::MakeArray(std::move(column)));
    }
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> indices, arrow::AllocateBuffer(n * 4, context.pool()));
    auto* rows = reinterpret_cast<int32_t*>(indices->mutable_data());
    ARROW_ASSIGN_OR_RAISE(const int64_t count, filter.MayPass(columns, n, context.pool(), rows));
    if (so_far.rows < kTrialRows) {
      so_far.rows += n;
      so_far.passed += count;
    }
    if (count == n) return arrow::Status::OK();
    if (*passed) {
      for (int64_t i = 0; i < count; ++i) rows[i] = (*passed)->data()[rows[i]];
    }
    *passed = std::make_shared<Selection>(Selection{std::move(indices), count});
    return arrow::Status::OK();
  }

  // The filter's own columns, where they are given out too.
  arrow::Status AppendTested(TaskContext& context, size_t tested) {
    const int64_t rows = Passed();
    for (size_t i = 0; i < tested; ++i) {
      if (columns_[i].is_output && columns_[i].reader && (selection_ || rows_ > 0)) ARROW_RETURN_NOT_OK(columns_[i].out.Reserve(rows_ + rows, std::min(plan_->batch_rows, rows_ + rows), context.pool()));
    }
    std::vector<ArrayDataPtr> picked(tested);
    for (size_t i = 0; i < tested; ++i) {
      if (!columns_[i].is_output || columns_[i].source->kind != ColumnSource::kFallback) continue;
      picked[i] = columns_[i].tested_piece;
      if (selection_) {
        ARROW_ASSIGN_OR_RAISE(picked[i], Gather(*picked[i], selection_->data(), selection_->length, context.pool()));
      }
    }
    if (!selection_ && rows_ > 0) {
      all_rows_.resize(static_cast<size_t>(rows));
      std::iota(all_rows_.begin(), all_rows_.end(), 0);
    }
    for (size_t i = 0; i < tested; ++i) {
      if (!columns_[i].is_output) continue;
      if (columns_[i].reader && !selection_ && rows_ == 0) {
        std::swap(columns_[i].out, columns_[i].tested);
      } else if (columns_[i].reader) {
        columns_[i].out.AppendRows(columns_[i].tested, selection_ ? selection_->data() : all_rows_.data(), rows);
      }
      if (picked[i]) columns_[i].pieces.push_back(std::move(picked[i]));
    }
    return arrow::Status::OK();
  }

  // What waits of one column, as an array.
  arrow::Result<ArrayDataPtr> MakeColumn(TaskContext& context, size_t place) const {
    const ColumnState& column = columns_[place];
    if (column.source->kind == ColumnSource::kChunk) {
      ARROW_ASSIGN_OR_RAISE(auto array, column.out.Peek(context.pool()));
      return Conform(context, std::move(array), place);
    }
    if (column.source->kind == ColumnSource::kConstant) {
      return RepeatConstant(*column.source->constant, plan_->fields[place]->type(), rows_, context.pool());
    }
    if (column.pieces.size() == 1) return column.pieces[0];
    arrow::ArrayVector pieces;
    for (const auto& piece : column.pieces) pieces.push_back(arrow::MakeArray(piece));
    ARROW_ASSIGN_OR_RAISE(auto whole, arrow::Concatenate(pieces, context.pool()));
    return whole->data();
  }

  // Gives out what waits, if anything does.
  arrow::Status Emit(TaskContext& context, Batch* out) {
    if (rows_ > 0) {
      std::vector<ArrayDataPtr> arrays(columns_.size());
      for (size_t i = 0; i < columns_.size(); ++i) {
        if (!columns_[i].is_output) continue;
        ARROW_ASSIGN_OR_RAISE(arrays[i], MakeColumn(context, i));
      }
      std::vector<ArrayDataPtr> given;
      for (int place : plan_->output) given.push_back(arrays[static_cast<size_t>(place)]);
      out->data = arrow::RecordBatch::Make(plan_->schema, rows_, std::move(given));
      out->rows = nullptr;
      out->seq.morsel = number_;
      out->first_row = batch_begin_ - begin_;
      for (auto& column : columns_) {
        column.out.Shrink();
        column.out.Clear();
        column.pieces.clear();
      }
      given_rows_ += rows_;
      rows_ = 0;
    }
    return arrow::Status::OK();
  }

  const std::shared_ptr<const ScanPlan> plan_;
  const std::shared_ptr<RowGroup> group_;
  const uint64_t number_;
  const int64_t begin_, end_, lane_row_;
  int64_t given_;                    // rows before it are given out, or didn't pass
  int64_t given_rows_ = 0;
  Stage stage_ = Stage::kNextChunk;
  int64_t chunk_begin_, chunk_end_;  // rows being read
  int64_t batch_begin_;              // first row of what waits
  int64_t rows_ = 0;                 // that wait to be given out
  std::shared_ptr<const Selection> selection_;  // of the chunk; null: all
  std::vector<Tested> dynamic_tested_;
  std::vector<int32_t> all_rows_;
  std::vector<ColumnState> columns_;
  bool fallback_done_ = false;
  std::unique_ptr<FallbackReader> fallback_tested_, fallback_rest_;
  int64_t fallback_tested_row_ = 0, fallback_rest_row_ = 0;
  const std::shared_ptr<PendingReads> reads_;
};

}  // namespace

arrow::Result<std::unique_ptr<Cursor>> MakeCursor(std::shared_ptr<const ScanPlan> plan, const Morsel& morsel, const Mark* from) {
  auto group = std::static_pointer_cast<RowGroup>(morsel.shared);
  return std::make_unique<ParquetCursor>(std::move(plan), std::move(group), morsel, from != nullptr ? from->row : 0);
}

}  // namespace bowstring::pq
