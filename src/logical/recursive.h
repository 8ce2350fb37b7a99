// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "logical/plan.h"

namespace bowstring::logical {

/// WITH RECURSIVE: the first input's rows, then those of the second over a WorkTable of the same name that holds what the step before has
/// added, until a step adds none. Distinct (UNION): only rows that weren't there yet are added. Columns are the first input's, all nullable.
struct RecursiveQuery final : PlanNode<PlanKind::kRecursiveQuery> {
  std::string name;
  bool distinct = false;

  /// The second input's columns have the types of the first's.
  static arrow::Result<PlanPtr> Make(std::string name, PlanPtr first, PlanPtr next, bool distinct);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

/// Rows of the innermost RecursiveQuery of that name around it.
struct WorkTable final : PlanNode<PlanKind::kWorkTable> {
  std::string name;

  /// Columns as those of the query's first input.
  static arrow::Result<PlanPtr> Make(std::string name, const LogicalPlan& first);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override { return "TableScan: " + name; }

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

/// Whether a WorkTable of the name is read in the plan, subqueries in its expressions included.
bool ReadsWorkTable(const LogicalPlan& plan, const std::string& name);

}  // namespace bowstring::logical
