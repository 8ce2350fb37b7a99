// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <string>
#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// A statement that this engine plans, so that a caller can read it, and never runs: transactions and CREATE INDEX. Without rows.
struct Statement final : PlanNode<PlanKind::kStatement> {
  enum Op : uint8_t { kTransactionStart, kTransactionEnd, kCreateIndex };
  Op op;
  /// The statement's parts by name, as text: "access_mode" and "isolation_level"; "conclusion" and "chain"; "name", "table", "using",
  /// "unique" and "if_not_exists". What wasn't said has no entry.
  std::map<std::string, std::string> facts;
  std::vector<SortKey> columns;  ///< of an index

  static arrow::Result<PlanPtr> Make(Op op, std::map<std::string, std::string> facts, std::vector<SortKey> columns = {});

  /// "TransactionStart", "TransactionEnd", "CreateIndex".
  const char* Name() const;
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
