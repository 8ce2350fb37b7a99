// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// UNION ALL: the inputs' rows one after the other, columns by position. All inputs have the same types (the builder casts);
/// names are the first's.
struct Union final : PlanNode<PlanKind::kUnion> {
  static arrow::Result<PlanPtr> Make(std::vector<PlanPtr> inputs);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override { return "Union"; }

 protected:
  bool SameRest(const LogicalPlan&) const override { return true; }

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
