// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/scalar.h>

#include "expr/arithmetic.h"
#include "expr/operand.h"
#include "functions/text_build.h"
#include "functions/text_view.h"

namespace bowstring {
namespace {

using arrow::ArrayData;

class ConcatNode : public BoundNode {
 public:
  ConcatNode(NodePtr left, NodePtr right) : left_(std::move(left)), right_(std::move(right)) {
    type = physical = left_->type;
    nullable = left_->nullable || right_->nullable;
    fallible = left_->fallible || right_->fallible;
    constant = left_->constant && right_->constant;
    stable = left_->stable && right_->stable;
  }
  std::vector<const BoundNode*> children() const override { return {left_.get(), right_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto left, left_->Evaluate(frame));
    ARROW_ASSIGN_OR_RAISE(auto right, right_->Evaluate(frame));
    const bool scalars = left.is_scalar() && right.is_scalar();
    if (IsNullScalar(left) || IsNullScalar(right)) {
      if (scalars) return arrow::Datum(arrow::MakeNullScalar(physical));
      return AllNull(physical, frame.num_rows(), frame.pool());
    }
    const int64_t n = scalars ? 1 : frame.num_rows();
    ARROW_ASSIGN_OR_RAISE(auto a, ToArray(left, left.is_scalar() ? 1 : n, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(auto b, ToArray(right, right.is_scalar() ? 1 : n, frame.pool()));
    const int64_t step_a = left.is_scalar() ? 0 : 1, step_b = right.is_scalar() ? 0 : 1;
    TextBuilder builder(physical, frame.pool());
    ARROW_RETURN_NOT_OK(builder.Reserve(n));
    ARROW_RETURN_NOT_OK(VisitText(*a, [&](auto x) {
      return VisitText(*b, [&](auto y) -> arrow::Status {
        std::string text;
        text.reserve(2 * TextBuilder::kPadding);
        for (int64_t i = 0; i < n; ++i) {
          if (!a->IsValid(i * step_a) || !b->IsValid(i * step_b)) {
            ARROW_RETURN_NOT_OK(builder.AppendNull());
            continue;
          }
          text.assign(x[i * step_a]);
          text.append(y[i * step_b]);
          ARROW_RETURN_NOT_OK(builder.AppendPadded(text));
        }
        return arrow::Status::OK();
      });
    }));
    ARROW_ASSIGN_OR_RAISE(auto out, builder.Finish());
    if (!scalars) return arrow::Datum(std::move(out));
    ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(out)->GetScalar(0));
    return arrow::Datum(std::move(scalar));
  }

 private:
  NodePtr left_, right_;
};

}  // namespace

arrow::Result<NodePtr> MakeConcatNode(NodePtr left, NodePtr right) { return std::make_unique<ConcatNode>(std::move(left), std::move(right)); }

}  // namespace bowstring
