// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// Rows of constant expressions, row by row; columns column1, column2, ... All of a column have one type (the builder casts).
struct Values final : PlanNode<PlanKind::kValues> {
  std::vector<std::vector<Expr>> rows;  ///< at least one

  /// With a schema other than column1...: as many columns, same types.
  static arrow::Result<PlanPtr> Make(std::vector<std::vector<Expr>> rows, SchemaPtr schema = nullptr);

  std::vector<Expr> Expressions() const override;
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
