// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/limit.h"

#include <algorithm>
#include <map>
#include <mutex>

#include <arrow/record_batch.h>

#include "exec/batch_queue.h"
#include "expr/gather.h"

namespace bowstring::exec {
namespace {

struct MorselLimitState : OpState {
  int64_t left = 0;
};

class MorselLimit final : public Operator {
 public:
  MorselLimit(std::shared_ptr<arrow::Schema> schema, int64_t reach) : schema_(std::move(schema)), reach_(reach) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  std::unique_ptr<OpState> Open() const override {
    auto state = std::make_unique<MorselLimitState>();
    state->left = reach_;
    return state;
  }
  arrow::Result<Step> Process(TaskContext&, OpState* state, const Batch* in, Batch* out) const override {
    if (in == nullptr) return Step::kNeedInput;
    int64_t& left = static_cast<MorselLimitState*>(state)->left;
    *out = *in;
    const int64_t rows = in->num_rows();
    if (rows >= left) {
      if (rows > left) {
        if (in->rows) {
          auto kept = std::make_shared<Selection>(*in->rows);
          kept->length = left;
          out->rows = std::move(kept);
        } else {
          out->data = in->data->Slice(0, left);
        }
      }
      left = 0;
      return Step::kMorselDone;
    }
    left -= rows;
    return Step::kNeedInput;
  }
  std::string name() const override { return "LocalLimitExec"; }

 private:
  const std::shared_ptr<arrow::Schema> schema_;
  const int64_t reach_;
};

class LimitSink final : public Sink {
 public:
  LimitSink(std::shared_ptr<arrow::Schema> schema, int64_t skip, int64_t fetch, QueryMemory* memory, std::shared_ptr<SpillSpace> spill)
      : skip_(skip), fetch_(fetch), queue_(std::make_shared<BatchQueue>(std::move(schema), memory, std::move(spill), "LimitExec")) {}

  std::unique_ptr<SinkState> Open(int) override { return std::make_unique<SinkState>(); }

  arrow::Result<Step> Consume(TaskContext& context, SinkState*, const Batch* in, Seq seq) override {
    if (in != nullptr) {
      ARROW_ASSIGN_OR_RAISE(auto data, Compact(*in, context.pool()));
      std::lock_guard lock(mutex_);
      rows_[seq] += data->num_rows();
      queue_->Add(seq, std::move(data));
    }
    if (fetch_ < 0) return Step::kNeedInput;
    std::lock_guard lock(mutex_);
    int64_t sure = 0;  // rows of morsels before which nothing can come any more
    for (const auto& [place, rows] : rows_) {
      if (!(place < passed_)) break;
      sure += rows;
    }
    return sure >= skip_ + fetch_ ? Step::kFinished : Step::kNeedInput;
  }

  void Passed(Seq before) noexcept override {
    std::lock_guard lock(mutex_);
    passed_ = before;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override { return std::vector<std::unique_ptr<Job>>{}; }
  arrow::Result<std::shared_ptr<Source>> Output() override { return queue_->Read(skip_, fetch_); }
  std::string name() const override { return "GlobalLimitExec"; }
  MemoryUse memory_use() const override { return queue_->memory_use(); }
  SpillFigures spilled() const override { return queue_->spilled(); }

 private:
  const int64_t skip_, fetch_;
  std::mutex mutex_;
  std::map<Seq, int64_t> rows_;
  Seq passed_{0, 0};
  std::shared_ptr<BatchQueue> queue_;
};

}  // namespace

std::shared_ptr<Operator> MakeMorselLimit(std::shared_ptr<arrow::Schema> schema, int64_t reach) {
  return std::make_shared<MorselLimit>(std::move(schema), reach);
}

std::shared_ptr<Sink> MakeLimit(std::shared_ptr<arrow::Schema> schema, int64_t skip, int64_t fetch, QueryMemory* memory,
                                std::shared_ptr<SpillSpace> spill) {
  return std::make_shared<LimitSink>(std::move(schema), skip, fetch, memory, std::move(spill));
}

}  // namespace bowstring::exec
