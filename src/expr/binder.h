// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include <bowstring/expr.h>
#include <bowstring/function.h>

#include "expr/bind.h"
#include "expr/node.h"
#include "expr/scope.h"

namespace bowstring {

class LambdaFunction;  // functions/lambdas.h

/// Turns expressions into nodes: names to columns, operators to kernels, with the casts that the rules of types put in. In the mode for
/// types alone nothing is computed, and what can't be evaluated here (aggregates, windows, subqueries) has a type all the same.
class Binder {
 public:
  enum class Mode { kEvaluate, kTypes };
  Binder(const Scope& scope, const arrow::Schema* physical, BindOptions options, Mode mode);

  /// Expressions of at most Expr::kMaxDepth: the walk recurses.
  arrow::Result<NodePtr> Bind(const Expr& expr);

 private:
  arrow::Result<NodePtr> BindNode(const Expr& expr);
  arrow::Result<std::vector<NodePtr>> BindAll(const std::vector<Expr>& exprs);
  arrow::Result<NodePtr> BindColumn(const Expr& expr);
  arrow::Result<NodePtr> BindBinary(const Expr& expr);
  arrow::Result<NodePtr> BindLogic(BinaryOp op, const std::vector<Expr>& terms);
  arrow::Result<NodePtr> BindNegative(const Expr& expr);
  arrow::Result<NodePtr> BindIs(const Expr& expr);
  arrow::Result<NodePtr> BindBetween(const Expr& expr);
  arrow::Result<NodePtr> BindInList(const Expr& expr);
  arrow::Result<NodePtr> BindLike(const Expr& expr);
  arrow::Result<NodePtr> BindCase(const Expr& expr);
  arrow::Result<NodePtr> BindCall(const Expr& expr);
  arrow::Result<NodePtr> BindLambdaCall(const Expr& expr, const LambdaFunction& function);
  arrow::Result<NodePtr> BindLambdaVariable(const Expr& expr);
  arrow::Result<NodePtr> BindAggregate(const Expr& expr);
  arrow::Result<NodePtr> BindWindow(const Expr& expr);
  arrow::Result<NodePtr> BindSubquery(const Expr& expr);

  arrow::Result<NodePtr> Arithmetic(BinaryOp op, NodePtr left, NodePtr right);
  arrow::Result<NodePtr> Comparison(BinaryOp op, NodePtr left, NodePtr right);
  /// The child as a value of `type`, by a cast that the language puts in.
  arrow::Result<NodePtr> Coerce(NodePtr node, const TypePtr& type);
  /// Folds also where only types are asked: what a percentile's fraction or a row's offset is decides about the call.
  NodePtr FoldArgument(NodePtr node);
  /// Run-end encoded values as the values that they stand for.
  arrow::Result<NodePtr> WithoutRuns(NodePtr node);
  /// All with one physical type, for CASE and coalesce.
  arrow::Status Unify(std::vector<NodePtr*> nodes, const TypePtr& type);
  /// A constant node computed now, where that doesn't fail.
  NodePtr Fold(NodePtr node);
  KernelContext* context() { return &context_; }

  const Scope& scope_;
  const arrow::Schema* physical_;
  BindOptions options_;
  Mode mode_;
  KernelContext context_;
  std::vector<std::pair<std::string, std::shared_ptr<arrow::Field>>> lambda_variables_;  // the innermost last
};

/// A node that only has a type.
NodePtr MakeTypeNode(TypePtr type, bool nullable, std::shared_ptr<const arrow::KeyValueMetadata> metadata = nullptr);
/// The value that a slot has by the time rows are asked.
NodePtr MakeSlotNode(std::shared_ptr<ValueSlot> slot);
/// A call of a kernel; arguments are cast already. `physical` types are as the rules say.
NodePtr MakeCallNode(ResolvedCall call, std::vector<NodePtr> arguments, Volatility volatility);
/// LIKE, ILIKE, SIMILAR TO and the operators of regular expressions, on texts.
arrow::Result<NodePtr> MakeLikeNode(LikePattern like, NodePtr text, NodePtr pattern);
arrow::Result<NodePtr> MakeRegexNode(BinaryOp op, NodePtr text, NodePtr pattern);

}  // namespace bowstring
