// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// Expressions over the input's rows. A plain column keeps its relation; all else is unqualified.
struct Projection final : PlanNode<PlanKind::kProjection> {
  std::vector<Expr> exprs;

  /// Fails with kPlan where two expressions have one name.
  static arrow::Result<PlanPtr> Make(PlanPtr input, std::vector<Expr> exprs);

  std::vector<Expr> Expressions() const override { return exprs; }
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan&) const override { return true; }

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
