// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "logical/plan.h"

namespace bowstring::logical {

/// No row, or one row of no columns (SELECT without FROM).
struct Empty final : PlanNode<PlanKind::kEmpty> {
  bool one_row = false;

  /// With one row the schema must have no columns.
  static arrow::Result<PlanPtr> Make(bool one_row, SchemaPtr schema = nullptr);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
