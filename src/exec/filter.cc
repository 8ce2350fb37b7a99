// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/filter.h"

#include <arrow/record_batch.h>

namespace bowstring::exec {
namespace {

class FilterOperator final : public Operator {
 public:
  FilterOperator(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<const BoundExpr> predicate, KernelContext kernel)
      : schema_(std::move(schema)), predicate_(std::move(predicate)), kernel_(std::move(kernel)) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }

  arrow::Result<Step> Process(TaskContext& context, OpState*, const Batch* in, Batch* out) const override {
    if (in == nullptr) return Step::kNeedInput;
    KernelContext kernel = kernel_;
    kernel.task = &context;
    kernel.exec = context.exec();
    ARROW_ASSIGN_OR_RAISE(auto rows, predicate_->EvaluatePredicate(kernel, *in));
    *out = *in;
    out->rows = std::move(rows);
    return Step::kNeedInput;
  }

  std::string name() const override { return "FilterExec"; }

 private:
  const std::shared_ptr<arrow::Schema> schema_;
  const std::shared_ptr<const BoundExpr> predicate_;
  const KernelContext kernel_;
};

}  // namespace

std::shared_ptr<Operator> MakeFilter(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<const BoundExpr> predicate, KernelContext kernel) {
  return std::make_shared<FilterOperator>(std::move(schema), std::move(predicate), std::move(kernel));
}

}  // namespace bowstring::exec
