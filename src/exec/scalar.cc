// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/scalar.h"

#include <atomic>
#include <mutex>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/function.h>

#include "expr/conform.h"
#include "expr/gather.h"

namespace bowstring::exec {
namespace {

class ScalarValue final : public Sink {
 public:
  explicit ScalarValue(std::shared_ptr<ValueSlot> slot) : slot_(std::move(slot)) {}

  std::unique_ptr<SinkState> Open(int) override { return std::make_unique<SinkState>(); }

  arrow::Result<Step> Consume(TaskContext& context, SinkState*, const Batch* in, Seq) override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    const auto more = [] { return bowstring::Error(ErrorKind::kExecution, "Scalar subquery returned more than one row"); };
    if (in->num_rows() > 1) return more();
    ARROW_ASSIGN_OR_RAISE(auto data, Compact(*in, context.pool()));
    const auto schema = arrow::schema({slot_->field->WithName(data->schema()->field(0)->name())->WithNullable(true)});
    KernelContext kernel;
    kernel.task = &context;
    kernel.exec = context.exec();
    const auto first = arrow::RecordBatch::Make(arrow::schema({data->schema()->field(0)}), 1, {data->column_data(0)});
    ARROW_ASSIGN_OR_RAISE(const auto wide, ConformBatch(kernel, *first, schema));
    ARROW_ASSIGN_OR_RAISE(auto value, wide->column(0)->GetScalar(0));
    const std::lock_guard lock(mutex_);
    if (value_) return more();
    value_ = std::move(value);
    return Step::kNeedInput;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override {
    slot_->value = value_ ? value_ : arrow::MakeNullScalar(slot_->field->type());
    return std::vector<std::unique_ptr<Job>>{};
  }
  std::string name() const override { return "ScalarSubqueryExec"; }

 private:
  const std::shared_ptr<ValueSlot> slot_;
  std::mutex mutex_;
  std::shared_ptr<arrow::Scalar> value_;
};

class ScalarExists final : public Sink {
 public:
  ScalarExists(std::shared_ptr<ValueSlot> slot, bool negated) : slot_(std::move(slot)), negated_(negated) {}

  std::unique_ptr<SinkState> Open(int) override { return std::make_unique<SinkState>(); }
  arrow::Result<Step> Consume(TaskContext&, SinkState*, const Batch* in, Seq) override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    found_ = true;
    return Step::kFinished;
  }
  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override {
    slot_->value = std::make_shared<arrow::BooleanScalar>(found_ != negated_);
    return std::vector<std::unique_ptr<Job>>{};
  }
  std::string name() const override { return "ScalarSubqueryExec"; }

 private:
  const std::shared_ptr<ValueSlot> slot_;
  const bool negated_;
  std::atomic<bool> found_{false};
};

}  // namespace

std::shared_ptr<Sink> MakeScalarValue(std::shared_ptr<ValueSlot> slot) { return std::make_shared<ScalarValue>(std::move(slot)); }
std::shared_ptr<Sink> MakeScalarExists(std::shared_ptr<ValueSlot> slot, bool negated) {
  return std::make_shared<ScalarExists>(std::move(slot), negated);
}

}  // namespace bowstring::exec
