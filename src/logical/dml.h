// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// Files that COPY writes.
struct CopyTarget {
  std::string format;                          ///< "parquet", "csv", "json", "arrow"
  std::string path;
  std::map<std::string, std::string> options;  ///< keys in lower case, without "format."
  std::vector<std::string> partition_by;       ///< the input's columns that become folders
  std::optional<bool> single_file;             ///< none: by the path
  bool operator==(const CopyTarget&) const = default;
};

/// A statement that writes the input's rows somewhere, when it is run, and answers one row, column `count`.
struct Dml final : PlanNode<PlanKind::kDml> {
  enum Op : uint8_t { kInsert, kInsertOverwrite, kUpdate, kDelete, kCopy } op = kInsert;
  TableName table;                        ///< all but kCopy
  CopyTarget target;                      ///< kCopy
  std::shared_ptr<arrow::Schema> rows;    ///< the input's schema as it was planned: optimizing may change what can be NULL

  static arrow::Result<PlanPtr> Write(PlanPtr input, Op op, TableName table);
  /// kSchema where there is no such column to partition by.
  static arrow::Result<PlanPtr> Copy(PlanPtr input, CopyTarget target);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
