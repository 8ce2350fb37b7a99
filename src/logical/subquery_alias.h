// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "logical/plan.h"

namespace bowstring::logical {

/// The input under another name: all columns get this relation. Costs nothing.
struct SubqueryAlias final : PlanNode<PlanKind::kSubqueryAlias> {
  TableName alias;

  /// Fails with kSchema where two columns of the input have one name.
  static arrow::Result<PlanPtr> Make(PlanPtr input, TableName alias);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
