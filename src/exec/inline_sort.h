// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include "exec/pipeline.h"

namespace bowstring::exec {

/// Runs a sort by hand, for rows that an operator has itself: all Adds, then Next. Steps, as a cursor's.
class InlineSort {
 public:
  InlineSort(std::shared_ptr<Sink> sink, int worker) : sink_(std::move(sink)), state_(sink_->Open(worker)) {}
  arrow::Result<Step> Add(TaskContext& context, std::shared_ptr<arrow::RecordBatch> data) {
    Batch batch;
    batch.data = std::move(data);
    batch.first_row = rows_;
    ARROW_ASSIGN_OR_RAISE(const Step step, sink_->Consume(context, state_.get(), &batch, batch.seq));
    if (step != Step::kParked) rows_ += batch.data->num_rows();
    return step;
  }
  /// The next rows in order; kFinished may come with the last.
  arrow::Result<Step> Next(TaskContext& context, Batch* out) {
    if (!source_) {
      while (true) {
        if (jobs_.empty()) {
          ARROW_ASSIGN_OR_RAISE(jobs_, sink_->Finish(context));
          if (jobs_.empty()) break;
        }
        ARROW_ASSIGN_OR_RAISE(const Step step, jobs_.back()->Run(context));
        if (step == Step::kParked) return step;
        if (step == Step::kFinished) jobs_.pop_back();
        if (context.Stop()) return Step::kHaveMore;
      }
      ARROW_ASSIGN_OR_RAISE(source_, sink_->Output());
    }
    if (!cursor_) {
      if (next_ == morsels_.size()) {
        if (split_done_) return Step::kFinished;
        std::vector<Morsel> more;
        ARROW_ASSIGN_OR_RAISE(const Step step, source_->Split(context, 0, &more));
        if (step == Step::kParked) return step;
        split_done_ = step == Step::kFinished;
        for (Morsel& morsel : more) morsels_.push_back(std::move(morsel));
        return Step::kHaveMore;
      }
      ARROW_ASSIGN_OR_RAISE(cursor_, source_->Open(morsels_[next_], nullptr));
      ++next_;
    }
    ARROW_ASSIGN_OR_RAISE(const Step step, cursor_->Next(context, out));
    if (step != Step::kFinished) return step;
    cursor_.reset();
    return Step::kHaveMore;
  }

 private:
  const std::shared_ptr<Sink> sink_;
  std::unique_ptr<SinkState> state_;
  int64_t rows_ = 0;
  std::vector<std::unique_ptr<Job>> jobs_;
  std::shared_ptr<Source> source_;
  std::vector<Morsel> morsels_;
  size_t next_ = 0;
  bool split_done_ = false;
  std::unique_ptr<Cursor> cursor_;
};

}  // namespace bowstring::exec
