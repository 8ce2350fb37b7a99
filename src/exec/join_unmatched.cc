// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "exec/join_core.h"
#include "exec/join_output.h"

namespace bowstring::exec {
namespace {

constexpr int64_t kMorselRows = 128 << 10;

// Morsels are runs of segments, which lie in the order of their places.
class UnmatchedSource final : public Source {
 public:
  UnmatchedSource(const JoinPlan* plan, const std::vector<JoinSegment>* segments, bool flagged, std::shared_ptr<void> owner)
      : plan_(plan), segments_(segments), flagged_(flagged), owner_(std::move(owner)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return plan_->schema(); }

  arrow::Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    int64_t rows = 0;
    Morsel morsel;
    for (size_t s = 0; s < segments_->size(); ++s) {
      rows += (*segments_)[s].rows;
      if (rows < kMorselRows && s + 1 < segments_->size()) continue;
      morsel.end = static_cast<int64_t>(s) + 1;
      out->push_back(morsel);
      morsel.begin = morsel.end;
      ++morsel.number;
      rows = 0;
    }
    return Step::kFinished;
  }
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    return std::make_unique<UnmatchedCursor>(this, morsel.begin, morsel.end, from ? from->row : 0);
  }

 private:
  // Marks count rows given out; flags no longer change.
  class UnmatchedCursor final : public Cursor {
   public:
    UnmatchedCursor(UnmatchedSource* source, int64_t begin, int64_t end, int64_t skip)
        : source_(source), segment_(begin), end_(end), skip_(skip), given_(skip) {}
    arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
      const JoinPlan& plan = *source_->plan_;
      JoinPairs pairs;
      int64_t segment = segment_, row = row_, skip = skip_;
      const int32_t width = plan.layout().width();
      for (; segment < end_ && pairs.size() < JoinPairs::kMost; ++segment, row = 0) {
        const JoinSegment& here = (*source_->segments_)[segment];
        for (; row < here.rows && pairs.size() < JoinPairs::kMost; ++row) {
          const uint8_t* at = here.begin + row * width;
          if (Flagged(plan, at) != source_->flagged_) continue;
          if (skip > 0) {
            --skip;
            continue;
          }
          pairs.build.push_back(at);
          pairs.probe.push_back(0);
        }
        if (row < here.rows) break;
      }
      if (pairs.size() > 0) {
        std::vector<int> fields;
        for (const JoinColumn& column : plan.shape().output) {
          if (column.build) fields.push_back(plan.field_of(column.column));
        }
        ARROW_ASSIGN_OR_RAISE(const auto build, DecodeRows(plan.layout(), fields, pairs.build.data(), pairs.size(), context.pool()));
        std::vector<std::shared_ptr<arrow::ArrayData>> columns;
        size_t next = 0;
        for (size_t c = 0; c < plan.shape().output.size(); ++c) {
          if (plan.shape().output[c].build) {
            columns.push_back(build[next++]);
            continue;
          }
          ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(plan.schema()->field(static_cast<int>(c))->type(), pairs.size(), context.pool()));
          columns.push_back(nulls->data());
        }
        out->data = arrow::RecordBatch::Make(plan.schema(), pairs.size(), std::move(columns));
        out->first_row = given_;
        given_ += pairs.size();
      }
      segment_ = segment;
      row_ = row;
      skip_ = skip;
      return segment_ < end_ ? Step::kHaveMore : Step::kFinished;
    }
    std::optional<Mark> Position() const override { return Mark{given_}; }

   private:
    UnmatchedSource* source_;
    int64_t segment_, end_, row_ = 0, skip_, given_;
  };

  const JoinPlan* const plan_;
  const std::vector<JoinSegment>* const segments_;
  const bool flagged_;
  const std::shared_ptr<void> owner_;
};

}  // namespace

std::shared_ptr<Source> MakeJoinUnmatched(const JoinPlan* plan, const std::vector<JoinSegment>* segments, bool flagged,
                                          std::shared_ptr<void> owner) {
  return std::make_shared<UnmatchedSource>(plan, segments, flagged, std::move(owner));
}

}  // namespace bowstring::exec
