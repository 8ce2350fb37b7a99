// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/shared_rows.h"

#include <utility>
#include <vector>

#include <arrow/record_batch.h>

#include "expr/gather.h"

namespace bowstring::exec {
namespace {

class Keeper final : public Sink {
 public:
  explicit Keeper(std::shared_ptr<BatchQueue> rows) : rows_(std::move(rows)) {}

  std::unique_ptr<SinkState> Open(int) override { return std::make_unique<SinkState>(); }

  arrow::Result<Step> Consume(TaskContext& context, SinkState*, const Batch* in, Seq seq) override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    ARROW_ASSIGN_OR_RAISE(auto data, Compact(*in, context.pool()));
    // A few rows out of large pages would pin them until the query ends.
    ARROW_ASSIGN_OR_RAISE(data, CompactViews(std::move(data), context.pool()));
    rows_->Add(seq, std::move(data));
    return Step::kNeedInput;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override { return std::vector<std::unique_ptr<Job>>{}; }
  SpillFigures spilled() const override { return rows_->spilled(); }
  MemoryUse memory_use() const override { return rows_->memory_use(); }
  std::string name() const override { return "SharedResultExec"; }

 private:
  const std::shared_ptr<BatchQueue> rows_;
};

class Reader final : public Source {
 public:
  explicit Reader(std::shared_ptr<BatchQueue> rows) : rows_(std::move(rows)) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return rows_->schema(); }
  arrow::Result<Step> Split(TaskContext& context, LaneId lane, std::vector<Morsel>* out) override {
    if (!source_) source_ = rows_->Read(0, -1);
    return source_->Split(context, lane, out);
  }
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override { return source_->Open(morsel, from); }
  std::shared_ptr<void> Shed(const Morsel& morsel) override { return source_->Shed(morsel); }

 private:
  const std::shared_ptr<BatchQueue> rows_;
  std::shared_ptr<Source> source_;  // its morsels are split before any is opened
};

}  // namespace

SharedRows MakeSharedRows(std::shared_ptr<arrow::Schema> schema, QueryMemory* memory, std::shared_ptr<SpillSpace> spill) {
  auto rows = std::make_shared<BatchQueue>(std::move(schema), memory, std::move(spill), "SharedResultExec");
  auto sink = std::make_shared<Keeper>(rows);
  return {std::move(sink), std::move(rows)};
}

std::shared_ptr<Source> ReadShared(std::shared_ptr<BatchQueue> rows) { return std::make_shared<Reader>(std::move(rows)); }

}  // namespace bowstring::exec
