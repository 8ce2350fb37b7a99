// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "logical/plan.h"

namespace bowstring::logical {

/// The input's rows for which the predicate is true (not false, not NULL). Keeps order.
struct Filter final : PlanNode<PlanKind::kFilter> {
  Expr predicate;

  /// Fails with kPlan where the predicate isn't boolean.
  static arrow::Result<PlanPtr> Make(PlanPtr input, Expr predicate);

  std::vector<Expr> Expressions() const override { return {predicate}; }
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan&) const override { return true; }

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
