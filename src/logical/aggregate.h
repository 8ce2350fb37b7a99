// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// One row a group: the group's keys, then the aggregates. Without keys one row, even for no input.
struct Aggregate final : PlanNode<PlanKind::kAggregate> {
  std::vector<Expr> groups;      ///< not aliased; one GroupingSet may stand alone
  std::vector<Expr> aggregates;  ///< kAggregate nodes, maybe under an alias

  static arrow::Result<PlanPtr> Make(PlanPtr input, std::vector<Expr> groups, std::vector<Expr> aggregates);

  std::vector<Expr> Expressions() const override;
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
