// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <utility>

#include <arrow/array/array_base.h>
#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/buffer.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/gather.h"
#include "sources/parquet/chunk_filter.h"
#include "sources/parquet/constant_column.h"
#include "sources/parquet/fallback.h"
#include "sources/parquet/scan_plan.h"

namespace bowstring::pq {
namespace {

using ArrayDataPtr = std::shared_ptr<arrow::ArrayData>;

class ParquetCursor final : public Cursor {
 public:
  ParquetCursor(std::shared_ptr<const ScanPlan> plan, std::shared_ptr<RowGroup> group, const Morsel& morsel, int64_t start)
      : plan_(std::move(plan)), group_(std::move(group)), number_(morsel.number), begin_(morsel.begin), end_(morsel.end), lane_row_(morsel.lane_row),
        given_(morsel.begin + start), chunk_begin_(given_), chunk_end_(given_), batch_begin_(given_),
        columns_(plan_->needed.size()), filter_(plan_.get(), group_.get(), &columns_, morsel.end - morsel.begin),
        reads_(std::make_shared<PendingReads>(plan_->io)) {
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
  enum class Stage : uint8_t { kNextChunk, kNextTest, kReadTested, kTest, kGive, kReadRest, kChunkDone };

  arrow::Result<Step> Run(TaskContext& context, Scratch* scratch, Batch* out) {
    ReadContext read{group_.get(), context.pool(), scratch, reads_.get(), [this] { return Ahead(); }};
    const bool filtered = plan_->filtered();
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
          filter_.Begin(chunk_end_ - chunk_begin_);
          fallback_tested_done_ = fallback_rest_done_ = false;
          stage_ = filtered ? Stage::kNextTest : Stage::kGive;
          break;
        case Stage::kNextTest:
          reading_.clear();
          if (filter_.Next(&reading_)) {
            BeginColumns();
            stage_ = Stage::kReadTested;
            break;
          }
          stage_ = filter_.passed() == 0 ? Stage::kChunkDone : Stage::kGive;
          break;
        case Stage::kGive: {
          // What waits goes out first where the chunk's rows don't fit behind it; the chunk is read on with the next call.
          const bool full = rows_ > 0 && rows_ + filter_.passed() > plan_->batch_rows;
          if (full) {
            ARROW_RETURN_NOT_OK(Emit(context, out));
            given_ = chunk_begin_;
          }
          BeginRest();
          stage_ = Stage::kReadRest;
          if (full) return Step::kHaveMore;
          break;
        }
        case Stage::kReadTested: {
          ARROW_RETURN_NOT_OK(ReadFallback(context, true));
          ARROW_ASSIGN_OR_RAISE(auto step, ReadColumns(context, read, true));
          if (step) return *step;
          stage_ = Stage::kTest;
          break;
        }
        case Stage::kTest:
          ARROW_RETURN_NOT_OK(filter_.Test(context));
          stage_ = Stage::kNextTest;
          break;
        case Stage::kReadRest: {
          if (filtered) ARROW_RETURN_NOT_OK(ReadFallback(context, true));
          ARROW_RETURN_NOT_OK(ReadFallback(context, false));
          ARROW_ASSIGN_OR_RAISE(auto step, ReadColumns(context, read, false));
          if (step) return *step;
          ARROW_ASSIGN_OR_RAISE(const ArrayDataPtr places, RowPlaces(context));
          ARROW_RETURN_NOT_OK(AppendTested(context));
          for (ColumnState& column : columns_) {
            if (places && column.source->kind == ColumnSource::kRow) column.pieces.push_back(places);
          }
          if (rows_ == 0) batch_begin_ = chunk_begin_;
          rows_ += filter_.passed();
          stage_ = Stage::kChunkDone;
          break;
        }
        case Stage::kChunkDone: {
          // With a filter small pieces are gathered into one batch, for as long as the morsel lasts.
          const bool emit = rows_ > 0 && (!filtered || rows_ >= plan_->batch_rows / 2) && chunk_end_ != end_ && !LimitReached();
          if (emit) ARROW_RETURN_NOT_OK(Emit(context, out));
          for (ColumnState& column : columns_) {
            if (!column.read) continue;
            column.read = false;
            column.tested.Clear();
            column.tested_piece.reset();
            column.under.reset();
          }
          stage_ = Stage::kNextChunk;
          if (rows_ == 0) given_ = chunk_end_;
          if (emit || (chunk_end_ != end_ && context.Stop())) return Step::kHaveMore;
          break;
        }
      }
    }
  }

  bool LimitReached() const { return plan_->limit && given_rows_ + rows_ >= *plan_->limit; }
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
    if (plan_->limit && !plan_->has_predicate()) chunk_end_ = std::min(chunk_end_, chunk_begin_ + std::max<int64_t>(*plan_->limit - given_rows_, 1));
  }

  // Of the columns that are to be read, for the rows that are left.
  void BeginColumns() {
    const auto& left = filter_.selection();
    for (size_t i : reading_) columns_[i].reader->Begin(chunk_begin_, chunk_end_, left ? Wanted{left->data(), left->length} : Wanted{});
  }
  // What no test has read.
  void BeginRest() {
    reading_.clear();
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].reader && columns_[i].is_output && !columns_[i].read) reading_.push_back(i);
    }
    BeginColumns();
  }

  // None: all done; else what the step shall answer.
  arrow::Result<std::optional<Step>> ReadColumns(TaskContext& context, ReadContext& read, bool tested) {
    ColumnReader* busy = nullptr;
    bool pending = false;
    const int64_t most_codes = tested ? filter_.MostCodes() : 0;
    // Neighbouring morsels run at once and need the same dictionaries: they begin at opposite ends.
    for (size_t k = 0; k < reading_.size(); ++k) {
      ColumnState& column = columns_[reading_[(number_ & 1) == 0 ? k : reading_.size() - 1 - k]];
      while (!column.reader->done()) {
        auto progress = column.reader->Read(read, tested ? &column.tested : &column.out, most_codes);
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

  // Arrow's reader can't pick rows: whole chunks, of all tested columns or of all others.
  arrow::Status ReadFallback(TaskContext& context, bool tested) {
    bool& done = tested ? fallback_tested_done_ : fallback_rest_done_;
    if (!group_->has_fallback || done) return arrow::Status::OK();
    const auto filter_columns = static_cast<size_t>(plan_->filter_columns);
    std::vector<size_t> places;
    for (size_t i = tested ? 0 : filter_columns; i < (tested ? filter_columns : columns_.size()); ++i) {
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
      ARROW_ASSIGN_OR_RAISE(column.tested_piece, ConformColumn(context, *plan_, *group_, column.tested_piece, i));
      column.read = column.read || tested;
    }
    if (!tested) {
      std::vector<ArrayDataPtr> picked(places.size());
      for (size_t k = 0; k < places.size(); ++k) {
        picked[k] = columns_[places[k]].tested_piece;
        if (const auto& left = filter_.selection()) {
          ARROW_ASSIGN_OR_RAISE(picked[k], Gather(*picked[k], left->data(), left->length, context.pool()));
        }
      }
      for (size_t k = 0; k < places.size(); ++k) {
        columns_[places[k]].pieces.push_back(std::move(picked[k]));
        columns_[places[k]].tested_piece.reset();
      }
    }
    done = true;
    return arrow::Status::OK();
  }

  // The tests' columns, where they are given out too.
  arrow::Status AppendTested(TaskContext& context) {
    const int64_t rows = filter_.passed();
    std::vector<ArrayDataPtr> picked(columns_.size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      ColumnState& column = columns_[i];
      if (!column.read || !column.is_output) continue;
      if (column.reader && Whole(column)) {
        ARROW_RETURN_NOT_OK(column.tested.Decode(rows, context.pool()));
      } else if (column.reader) {
        ARROW_RETURN_NOT_OK(column.out.Reserve(rows_ + rows, std::min(plan_->batch_rows, rows_ + rows), context.pool()));
      } else if (column.tested_piece) {
        picked[i] = column.tested_piece;
        if (filter_.selection()) {
          ARROW_ASSIGN_OR_RAISE(picked[i], Gather(*picked[i], filter_.selection()->data(), rows, context.pool()));
        }
      }
    }
    // Nothing below fails.
    for (size_t i = 0; i < columns_.size(); ++i) {
      ColumnState& column = columns_[i];
      if (!column.read || !column.is_output) continue;
      if (column.reader && Whole(column)) {
        std::swap(column.out, column.tested);
      } else if (column.reader) {
        column.out.AppendRows(column.tested, filter_.PlacesIn(column), rows);
      }
      if (picked[i]) column.pieces.push_back(std::move(picked[i]));
    }
    return arrow::Status::OK();
  }
  // The places in the file of the rows that are left; null where no column asks for them.
  arrow::Result<ArrayDataPtr> RowPlaces(TaskContext& context) const {
    if (plan_->table->row_column < 0) return nullptr;
    const int64_t rows = filter_.passed(), first = group_->first_row + chunk_begin_;
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(rows * 8, context.pool()));
    auto* out = reinterpret_cast<int64_t*>(buffer->mutable_data());
    const auto& left = filter_.selection();
    for (int64_t i = 0; i < rows; ++i) out[i] = first + (left ? left->data()[i] : i);
    return arrow::ArrayData::Make(arrow::int64(), rows, {nullptr, std::move(buffer)}, 0);
  }
  // What was read for a test is what goes out, and all of it.
  bool Whole(const ColumnState& column) const { return rows_ == 0 && column.under == filter_.selection(); }

  // What waits of one column, as an array.
  arrow::Result<ArrayDataPtr> MakeColumn(TaskContext& context, size_t place) const {
    const ColumnState& column = columns_[place];
    if (column.source->kind == ColumnSource::kChunk) {
      ARROW_ASSIGN_OR_RAISE(auto array, column.out.Peek(context.pool()));
      return ConformColumn(context, *plan_, *group_, std::move(array), place);
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
  std::vector<ColumnState> columns_;
  ChunkFilter filter_;
  std::vector<size_t> reading_;      // columns that are being read
  bool fallback_tested_done_ = false, fallback_rest_done_ = false;
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
