// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/plan.h"

#include <algorithm>

#include <bowstring/error.h>

namespace bowstring {

using arrow::Result;
using arrow::Status;

LogicalPlan::LogicalPlan(PlanKind kind, std::shared_ptr<const logical::Schema> schema, std::vector<PlanPtr> inputs)
    : kind_(kind), depth_(1), schema_(std::move(schema)), inputs_(std::move(inputs)) {
  for (const PlanPtr& input : inputs_) depth_ = std::max(depth_, input->depth() + 1);
}

Result<PlanPtr> LogicalPlan::WithInputs(std::vector<PlanPtr> inputs) const { return WithParts(Expressions(), std::move(inputs)); }

bool LogicalPlan::Equals(const LogicalPlan& other) const {
  if (this == &other) return true;
  if (kind_ != other.kind_ || inputs_.size() != other.inputs_.size()) return false;
  if (!logical::EqualExprs(Expressions(), other.Expressions()) || !SameRest(other)) return false;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (!inputs_[i]->Equals(*other.inputs_[i])) return false;
  }
  return true;
}

namespace logical {

Status CheckDepth(const std::vector<PlanPtr>& inputs) {
  for (const PlanPtr& input : inputs) {
    if (input->depth() >= LogicalPlan::kMaxDepth) {
      return Error(ErrorKind::kPlan, "the plan is nested deeper than ", LogicalPlan::kMaxDepth,
                   " operations; keep an intermediate result with cache()");
    }
  }
  return Status::OK();
}

std::string JoinExprs(const std::vector<Expr>& exprs) {
  std::string text;
  for (const Expr& expr : exprs) {
    if (!text.empty()) text += ", ";
    text += expr.ToString();
  }
  return text;
}

std::string JoinSortKeys(const std::vector<SortKey>& keys) {
  std::string text;
  for (const SortKey& key : keys) {
    if (!text.empty()) text += ", ";
    text += key.ToString();
  }
  return text;
}

bool EqualExprs(const std::vector<Expr>& a, const std::vector<Expr>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Expr& x, const Expr& y) { return x.Equals(y); });
}

}  // namespace logical
}  // namespace bowstring
