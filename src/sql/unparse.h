// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/unparser.h>

#include "logical/plan.h"

namespace bowstring::sql {

/// Plans and expressions as SQL text. One thread.
class Unparser {
 public:
  explicit Unparser(UnparseOptions options) : options_(options) {}
  arrow::Result<std::string> Query(const LogicalPlan& plan);
  arrow::Result<std::string> Text(const Expr& expr);

 private:
  /// Columns that stand for a computed expression (an aggregate, a window) of the same SELECT, by name.
  using Computed = std::map<std::string, Expr>;
  struct Piece {
    std::string text;
    int strength = 100;  // of its outermost operator; what binds stronger needs no parentheses
  };

  arrow::Result<std::string> Select(const LogicalPlan& plan);
  arrow::Result<std::string> Relation(const LogicalPlan& plan);
  arrow::Result<std::string> JoinText(const LogicalPlan& plan);
  arrow::Result<std::string> Item(const Expr& expr, const Computed& computed);
  arrow::Result<std::string> Keys(const std::vector<SortKey>& keys, const Computed& computed);
  arrow::Result<std::string> List(const std::vector<Expr>& exprs, const Computed& computed);

  arrow::Result<Piece> Print(const Expr& expr, const Computed& computed);
  arrow::Result<std::string> Flat(const Expr& expr, const Computed& computed);
  /// As a part of an operator of that strength.
  arrow::Result<std::string> Part(const Expr& expr, const Computed& computed, int strength);
  arrow::Result<Piece> Binary(const Expr& expr, const Computed& computed);
  arrow::Result<Piece> Scalar(const Expr& expr, const Computed& computed);
  arrow::Result<Piece> Function(const Expr& expr, const Computed& computed);
  arrow::Result<Piece> Subquery(const Expr& expr, const Computed& computed);
  arrow::Result<std::string> LiteralText(const Expr& expr);
  arrow::Result<std::string> TypeText(const arrow::DataType& type);
  Piece Wrapped(std::string text, int strength) const;
  std::string Name(const std::string& name) const;
  std::string Name(const TableName& name) const;

  const UnparseOptions options_;
  int derived_ = 0;
};

}  // namespace bowstring::sql
