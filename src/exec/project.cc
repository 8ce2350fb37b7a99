// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/project.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

namespace bowstring::exec {
namespace {

class ProjectOperator final : public Operator {
 public:
  ProjectOperator(std::shared_ptr<arrow::Schema> schema, std::vector<std::shared_ptr<const BoundExpr>> exprs, KernelContext kernel)
      : schema_(std::move(schema)), exprs_(std::move(exprs)), kernel_(std::move(kernel)) {
    only_columns_ = std::all_of(exprs_.begin(), exprs_.end(), [](const auto& expr) { return expr->column() >= 0; });
    for (const auto& expr : exprs_) pointers_.push_back(expr.get());
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }

  arrow::Result<Step> Process(TaskContext& context, OpState*, const Batch* in, Batch* out) const override {
    if (in == nullptr) return Step::kNeedInput;
    Batch result = *in;
    if (only_columns_) {
      std::vector<std::shared_ptr<arrow::ArrayData>> columns;
      columns.reserve(exprs_.size());
      for (const auto& expr : exprs_) columns.push_back(in->data->column_data(expr->column()));
      result.data = arrow::RecordBatch::Make(schema_, in->data->num_rows(), std::move(columns));
    } else {
      KernelContext kernel = kernel_;
      kernel.task = &context;
      kernel.exec = context.exec();
      const int64_t rows = in->num_rows();
      ARROW_ASSIGN_OR_RAISE(auto values, EvaluateAll(kernel, pointers_, *in));
      std::vector<std::shared_ptr<arrow::Array>> columns;
      columns.reserve(values.size());
      for (auto& value : values) {
        if (value.is_scalar()) {
          ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayFromScalar(*value.scalar(), rows, context.pool()));
          columns.push_back(std::move(array));
        } else {
          columns.push_back(value.make_array());
        }
      }
      result.data = arrow::RecordBatch::Make(schema_, rows, std::move(columns));
      result.rows = nullptr;
    }
    *out = std::move(result);
    return Step::kNeedInput;
  }

  std::string name() const override { return "ProjectionExec"; }

 private:
  const std::shared_ptr<arrow::Schema> schema_;
  const std::vector<std::shared_ptr<const BoundExpr>> exprs_;
  const KernelContext kernel_;
  std::vector<const BoundExpr*> pointers_;
  bool only_columns_;
};

}  // namespace

std::shared_ptr<Operator> MakeProject(std::shared_ptr<arrow::Schema> schema, std::vector<std::shared_ptr<const BoundExpr>> exprs,
                                      KernelContext kernel) {
  return std::make_shared<ProjectOperator>(std::move(schema), std::move(exprs), std::move(kernel));
}

}  // namespace bowstring::exec
