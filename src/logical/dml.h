// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <string>

#include "logical/plan.h"

namespace bowstring::logical {

/// A statement that writes the input's rows somewhere and answers one row, column `count`. The session answers it.
struct Dml final : PlanNode<PlanKind::kDml> {
  enum Op : uint8_t { kInsert, kInsertOverwrite, kUpdate, kDelete, kCopy } op = kInsert;
  TableName table;                             ///< all but kCopy
  std::string format, path;                    ///< kCopy
  std::map<std::string, std::string> options;  ///< kCopy

  static arrow::Result<PlanPtr> Write(PlanPtr input, Op op, TableName table);
  static arrow::Result<PlanPtr> Copy(PlanPtr input, std::string format, std::string path,
                                     std::map<std::string, std::string> options);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
