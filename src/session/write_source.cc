// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "session/write_job.h"
#include "session/write_text.h"
#include "sources/stream_reader.h"

namespace bowstring {
namespace {

using arrow::Result;

class WriteCursor final : public Cursor {
 public:
  WriteCursor(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<WriteJob> job)
      : job_(std::move(job)),
        reader_(schema, [schema, job = job_]() -> Result<std::shared_ptr<arrow::RecordBatchReader>> { return MakeCountReader(schema, job); }, {}) {}
  ~WriteCursor() override { job_->Cancel(); }

  Result<Step> Next(TaskContext& context, Batch* out) override {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_ASSIGN_OR_RAISE(const bool there, reader_.Get(0, [&] { return context.Park(ParkReason::kForeign); }, context.pool(), &batch));
    if (!there) return Step::kParked;
    out->data = std::move(batch);
    return Step::kFinished;
  }

 private:
  const std::shared_ptr<WriteJob> job_;
  StreamReader reader_;
};

class WriteSource final : public Source {
 public:
  WriteSource(std::shared_ptr<SessionState> session, PlanPtr dml, session::ExecuteSettings settings)
      : schema_(dml->schema()->arrow()), session_(std::move(session)), dml_(std::move(dml)), settings_(std::move(settings)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  bool serial() const override { return true; }
  Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    out->emplace_back();
    return Step::kFinished;
  }
  Result<std::unique_ptr<Cursor>> Open(const Morsel&, const Mark*) override {
    return std::make_unique<WriteCursor>(schema_, WriteJob::Make(session_, dml_, settings_));
  }

 private:
  const std::shared_ptr<arrow::Schema> schema_;
  const std::shared_ptr<SessionState> session_;
  const PlanPtr dml_;
  const session::ExecuteSettings settings_;
};

}  // namespace

std::shared_ptr<Source> MakeWriteSource(std::shared_ptr<SessionState> session, PlanPtr dml, session::ExecuteSettings settings) {
  return std::make_shared<WriteSource>(std::move(session), std::move(dml), std::move(settings));
}

}  // namespace bowstring
