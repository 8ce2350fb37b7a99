// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// Spreads columns: a list to a row an element (several lists of a row zip, shorter ones are padded with NULL; an empty list
/// gives no row, a NULL one a row of NULL or, without preserve_nulls, none), a struct to a column a field.
struct Unnest final : PlanNode<PlanKind::kUnnest> {
  struct Column {
    int input = 0;      ///< of the input's columns; several entries may have the same
    std::string name;   ///< of the output column; empty: the input's own name. Not for structs
    int depth = 1;      ///< how many levels of lists are spread
  };
  std::vector<Column> columns;
  bool preserve_nulls = true;

  /// What output column i is made of: an input column, spread or not, or a struct's field.
  struct Output {
    int input = 0;
    int column = -1;  ///< index into `columns`, or -1: repeated as it is
    int field = -1;   ///< of a struct, or -1
  };
  std::vector<Output> outputs;

  static arrow::Result<PlanPtr> Make(PlanPtr input, std::vector<Column> columns, bool preserve_nulls);
  /// Whether values of the type are lists of some kind, maps among them.
  static bool Spreads(const arrow::DataType& type);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
