// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// Each different row once, NULLs equal.
struct Distinct final : PlanNode<PlanKind::kDistinct> {
  static arrow::Result<PlanPtr> Make(PlanPtr input);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override { return "Distinct:"; }

 protected:
  bool SameRest(const LogicalPlan&) const override { return true; }

 private:
  using PlanNode::PlanNode;
};

/// The first row of each group of equal `on` values, by `sort` where given, else in the input's order; of it, `select`.
struct DistinctOn final : PlanNode<PlanKind::kDistinctOn> {
  std::vector<Expr> on, select;
  std::vector<SortKey> sort;  ///< begins with the `on` expressions, or empty

  static arrow::Result<PlanPtr> Make(PlanPtr input, std::vector<Expr> on, std::vector<Expr> select, std::vector<SortKey> sort);

  std::vector<Expr> Expressions() const override;
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
