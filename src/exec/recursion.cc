// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/recursion.h"

#include <algorithm>

#include <arrow/record_batch.h>

#include "exec/memory_use.h"
#include "expr/gather.h"

namespace bowstring::exec {
namespace {

/// A source with its morsels' numbers moved up.
class Moved final : public Source {
 public:
  Moved(std::shared_ptr<Source> source, uint64_t first, std::function<void(uint64_t)> end)
      : source_(std::move(source)), first_(first), end_(std::move(end)) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return source_->schema(); }
  arrow::Result<Step> Split(TaskContext& context, LaneId lane, std::vector<Morsel>* out) override {
    const size_t begin = out->size();
    ARROW_ASSIGN_OR_RAISE(const Step step, source_->Split(context, lane, out));
    for (size_t i = begin; i < out->size(); ++i) {
      (*out)[i].number += first_;
      end_((*out)[i].number + 1);
    }
    return step;
  }
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    Morsel inner = morsel;
    inner.number -= first_;
    return source_->Open(inner, from);
  }

 private:
  const std::shared_ptr<Source> source_;
  const uint64_t first_;
  const std::function<void(uint64_t)> end_;
};

class Recursion final : public Sink, public std::enable_shared_from_this<Recursion> {
 public:
  Recursion(std::shared_ptr<arrow::Schema> schema, RoundTemplate next_round, QueryMemory* memory, std::shared_ptr<SpillSpace> spill)
      : schema_(std::move(schema)), next_round_(std::move(next_round)), memory_(memory), spill_(std::move(spill)) {
    growing_ = Fresh();
  }

  std::unique_ptr<SinkState> Open(int) override { return std::make_unique<SinkState>(); }

  arrow::Result<Step> Consume(TaskContext& context, SinkState*, const Batch* in, Seq seq) override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    ARROW_ASSIGN_OR_RAISE(auto data, Compact(*in, context.pool()));
    // A few rows out of large pages would pin them for as long as the round lasts.
    ARROW_ASSIGN_OR_RAISE(data, CompactViews(std::move(data), context.pool()));
    growing_->Add(seq, std::move(data));
    return Step::kNeedInput;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override {
    rows_ = std::move(growing_);
    growing_ = Fresh();
    return std::vector<std::unique_ptr<Job>>{};
  }

  arrow::Result<std::shared_ptr<Source>> Output() override {
    if (over_) return nullptr;
    return std::make_shared<Moved>(rows_->Read(0, -1), next_morsel_, [this](uint64_t end) { next_morsel_ = std::max(next_morsel_, end); });
  }

  bool has_rounds() const override { return true; }
  arrow::Result<std::vector<Pipeline>> NextRound(TaskContext&) override {
    if (rows_->rows() == 0) {
      over_ = true;
      rows_ = nullptr;
      return std::vector<Pipeline>{};
    }
    return next_round_(rows_, shared_from_this());
  }

  std::string name() const override { return "RecursiveQueryExec"; }
  MemoryUse memory_use() const override { return SpillingUse(spill_.get(), RowBytes(*schema_) * 16384, "the rows of a round"); }

 private:
  std::shared_ptr<BatchQueue> Fresh() const { return std::make_shared<BatchQueue>(schema_, memory_, spill_, "RecursiveQueryExec"); }

  const std::shared_ptr<arrow::Schema> schema_;
  const RoundTemplate next_round_;
  QueryMemory* const memory_;
  const std::shared_ptr<SpillSpace> spill_;
  std::shared_ptr<BatchQueue> growing_, rows_;
  uint64_t next_morsel_ = 0;  // of what Output gives; its sources are split one after the other
  bool over_ = false;
};

}  // namespace

std::shared_ptr<Sink> MakeRecursion(std::shared_ptr<arrow::Schema> schema, RoundTemplate next_round, QueryMemory* memory,
                                    std::shared_ptr<SpillSpace> spill) {
  return std::make_shared<Recursion>(std::move(schema), std::move(next_round), memory, std::move(spill));
}

}  // namespace bowstring::exec
