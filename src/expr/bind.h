// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include <arrow/datum.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/expr.h>
#include <bowstring/function.h>
#include <bowstring/table_source.h>

#include "expr/scope.h"

namespace bowstring {

class BoundNode;

struct BindOptions {
  bool fused = true;          ///< own fused loops, chosen by pattern; off: every node by itself. The answers are the same
  bool narrow_output = true;  ///< the result may be decimal64 where its type is decimal128 up to 18 digits
};

/// An expression ready to run on batches: columns are indices, types are settled, casts are put in, kernels chosen.
/// Immutable: any number of threads may evaluate it at once.
class BoundExpr {
 public:
  explicit BoundExpr(std::unique_ptr<BoundNode> root);
  ~BoundExpr();

  /// Type by the rules of the language, as FieldOf says.
  const std::shared_ptr<arrow::DataType>& type() const;
  /// Type of what Evaluate gives: as type(), or decimal64(p, s) for decimal128(p, s) with p <= 18.
  const std::shared_ptr<arrow::DataType>& physical_type() const;
  bool nullable() const;
  /// May fail on values.
  bool fallible() const;
  /// Needs no row: Evaluate gives a scalar.
  bool constant() const;
  /// The physical columns it reads, ascending.
  const std::vector<int>& columns() const { return columns_; }
  /// The physical column it is, where it is nothing more; else -1.
  int column() const;

  /// The value on the batch's rows: an array of batch.num_rows() values, or a scalar where the expression is constant. Columns are
  /// gathered once where the batch has a selection; a plain column of a batch without selection is given out as it is.
  arrow::Result<arrow::Datum> Evaluate(KernelContext& context, const Batch& batch) const;
  /// As Evaluate; constants are repeated.
  arrow::Result<std::shared_ptr<arrow::Array>> EvaluateArray(KernelContext& context, const Batch& batch) const;
  /// The batch's rows on which a boolean expression is true, as rows of batch.data. Null where all rows of batch.data are; the
  /// batch's own selection where all of it stays.
  arrow::Result<std::shared_ptr<const Selection>> EvaluatePredicate(KernelContext& context, const Batch& batch) const;

  const BoundNode& root() const { return *root_; }

 private:
  std::unique_ptr<BoundNode> root_;
  std::vector<int> columns_;
};

/// Binds an expression. `logical` names and types the columns; `physical` has as many fields, in the same order, of the same types but
/// for decimal64 in place of decimal128 with up to 18 digits. Errors: kSchema (names), kPlan (types), kNotImplemented; an expression
/// deeper than Expr::kMaxDepth, aggregates, windows and subqueries are refused with kPlan.
arrow::Result<std::unique_ptr<BoundExpr>> Bind(const Expr& expr, const Scope& logical, const arrow::Schema& physical,
                                               const BindOptions& options = {});

/// As Bind, for a predicate: the type must be boolean or NULL (kPlan: "Filter predicate must return BOOLEAN values, got ...").
arrow::Result<std::unique_ptr<BoundExpr>> BindPredicate(const Expr& expr, const Scope& logical, const arrow::Schema& physical,
                                                        const BindOptions& options = {});

/// Several expressions over one batch; columns are gathered once for all. Answers as Evaluate's, in order.
arrow::Result<std::vector<arrow::Datum>> EvaluateAll(KernelContext& context, const std::vector<const BoundExpr*>& exprs,
                                                     const Batch& batch);

}  // namespace bowstring
