// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/single_lane.h"

namespace bowstring::exec {
namespace {

class SingleLane final : public Source {
 public:
  explicit SingleLane(std::shared_ptr<Source> source) : source_(std::move(source)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return source_->schema(); }
  bool serial() const override { return source_->serial(); }

  arrow::Result<Step> Split(TaskContext& context, LaneId, std::vector<Morsel>* out) override {
    if (lane_ == source_->lanes()) return Step::kFinished;
    ARROW_ASSIGN_OR_RAISE(Step step, source_->Split(context, lane_, out));
    if (step != Step::kFinished) return step;
    return ++lane_ == source_->lanes() ? Step::kFinished : Step::kHaveMore;
  }

  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override { return source_->Open(morsel, from); }
  std::shared_ptr<void> Shed(const Morsel& morsel) override { return source_->Shed(morsel); }

 private:
  const std::shared_ptr<Source> source_;
  LaneId lane_ = 0;
};

}  // namespace

std::shared_ptr<Source> MakeSingleLane(std::shared_ptr<Source> source) {
  return source->lanes() == 1 ? source : std::make_shared<SingleLane>(std::move(source));
}

}  // namespace bowstring::exec
