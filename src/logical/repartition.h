// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// A wish for `partitions` partitions, by equal `hash` values where given. A hint: rows don't change.
struct Repartition final : PlanNode<PlanKind::kRepartition> {
  int partitions = 1;
  std::vector<Expr> hash;

  static arrow::Result<PlanPtr> Make(PlanPtr input, int partitions, std::vector<Expr> hash);

  std::vector<Expr> Expressions() const override { return hash; }
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
