// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/bind.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/binder.h"
#include "expr/fold_constants.h"
#include "expr/node.h"
#include "expr/type.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

using arrow::Type;

void ListColumns(const BoundNode& node, std::vector<int>* out) {
  if (const int column = ColumnOf(node); column >= 0) out->push_back(column);
  for (const BoundNode* child : node.children()) ListColumns(*child, out);
}

// The contract at the root: a decimal64 only where the rules' type has up to 18 digits, and with its precision and scale.
arrow::Result<NodePtr> Finish(NodePtr node, bool narrow_output) {
  if (node->physical->Equals(*node->type)) return node;
  const auto& rules = static_cast<const arrow::DecimalType&>(*node->type);
  const auto& own = static_cast<const arrow::DecimalType&>(*node->physical);
  const bool narrow = narrow_output && rules.id() == Type::DECIMAL128 && rules.precision() <= 18 && own.id() == Type::DECIMAL64 && own.scale() == rules.scale();
  if (!narrow) return Widen(std::move(node));
  return node;
}

}  // namespace

BoundExpr::BoundExpr(std::unique_ptr<BoundNode> root) : root_(std::move(root)) {
  ListColumns(*root_, &columns_);
  std::sort(columns_.begin(), columns_.end());
  columns_.erase(std::unique(columns_.begin(), columns_.end()), columns_.end());
}
BoundExpr::~BoundExpr() = default;

const std::shared_ptr<arrow::DataType>& BoundExpr::type() const { return root_->type; }
const std::shared_ptr<arrow::DataType>& BoundExpr::physical_type() const { return root_->physical; }
bool BoundExpr::nullable() const { return root_->nullable; }
bool BoundExpr::fallible() const { return root_->fallible; }
bool BoundExpr::constant() const { return root_->constant; }
int BoundExpr::column() const { return ColumnOf(*root_); }

arrow::Result<std::vector<arrow::Datum>> EvaluateAll(KernelContext& context, const std::vector<const BoundExpr*>& exprs, const Batch& batch) {
  const int64_t n = batch.num_rows();
  RowFrame frame(context, *batch.data, batch.rows ? batch.rows->data() : nullptr, n);
  std::vector<arrow::Datum> out;
  out.reserve(exprs.size());
  for (const BoundExpr* expr : exprs) {
    if (n == 0 && !LiteralOf(expr->root())) {
      // No row asks: nothing can fail.
      if (expr->constant()) {
        out.emplace_back(arrow::MakeNullScalar(expr->physical_type()));
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(auto none, arrow::MakeArrayOfNull(expr->physical_type(), 0, context.exec->memory_pool()));
      out.emplace_back(none->data());
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(auto value, expr->root().Evaluate(frame));
    out.push_back(std::move(value));
  }
  return out;
}

arrow::Result<arrow::Datum> BoundExpr::Evaluate(KernelContext& context, const Batch& batch) const {
  ARROW_ASSIGN_OR_RAISE(auto out, EvaluateAll(context, {this}, batch));
  return std::move(out[0]);
}

arrow::Result<std::shared_ptr<arrow::Array>> BoundExpr::EvaluateArray(KernelContext& context, const Batch& batch) const {
  ARROW_ASSIGN_OR_RAISE(auto value, Evaluate(context, batch));
  ARROW_ASSIGN_OR_RAISE(auto data, ToArray(value, batch.num_rows(), context.exec->memory_pool()));
  return arrow::MakeArray(data);
}

arrow::Result<std::shared_ptr<const Selection>> BoundExpr::EvaluatePredicate(KernelContext& context, const Batch& batch) const {
  const int64_t n = batch.num_rows();
  if (n == 0) return batch.rows;
  RowFrame frame(context, *batch.data, batch.rows ? batch.rows->data() : nullptr, n);
  ARROW_ASSIGN_OR_RAISE(RowList rows, MakeRowList(n, context.exec->memory_pool()));
  ARROW_RETURN_NOT_OK(root_->Select(frame, &rows));
  if (rows.length == n) return batch.rows;
  auto out = std::make_shared<Selection>();
  out->indices = std::move(rows.indices);
  out->length = rows.length;
  return std::shared_ptr<const Selection>(std::move(out));
}

arrow::Result<std::unique_ptr<BoundExpr>> Bind(const Expr& expr, const Scope& logical, const arrow::Schema& physical, const BindOptions& options) {
  if (physical.num_fields() != logical.size()) {
    return Error(ErrorKind::kInternal, "bound to ", physical.num_fields(), " columns that are known as ", logical.size());
  }
  Binder binder(logical, &physical, options, Binder::Mode::kEvaluate);
  ARROW_ASSIGN_OR_RAISE(auto node, binder.Bind(expr));
  ARROW_ASSIGN_OR_RAISE(node, Finish(std::move(node), options.narrow_output));
  return std::make_unique<BoundExpr>(std::move(node));
}

arrow::Result<std::unique_ptr<BoundExpr>> BindPredicate(const Expr& expr, const Scope& logical, const arrow::Schema& physical, const BindOptions& options) {
  ARROW_ASSIGN_OR_RAISE(auto bound, Bind(expr, logical, physical, options));
  if (bound->type()->id() == Type::NA) return Bind(Cast(expr, arrow::boolean()), logical, physical, options);  // readers look for bits
  if (bound->type()->id() != Type::BOOL) {
    return Error(ErrorKind::kPlan, "Cannot create filter with non-boolean predicate '", expr.ToString(), "' returning ", TypeName(*bound->type()));
  }
  return bound;
}

arrow::Result<std::shared_ptr<arrow::Field>> FieldOf(const Expr& expr, const Scope& scope) {
  Binder binder(scope, nullptr, {}, Binder::Mode::kTypes);
  ARROW_ASSIGN_OR_RAISE(auto node, binder.Bind(expr));
  return arrow::field(OutputName(expr).second, node->type, node->nullable, node->metadata ? node->metadata->Copy() : nullptr);
}

arrow::Result<std::shared_ptr<arrow::DataType>> TypeOf(const Expr& expr, const Scope& scope) {
  Binder binder(scope, nullptr, {}, Binder::Mode::kTypes);
  ARROW_ASSIGN_OR_RAISE(auto node, binder.Bind(expr));
  return node->type;
}

namespace {

// Whether an expression may be computed now: no column, nothing that has no value here.
bool Computable(const Expr& expr) {
  switch (expr.kind()) {
    case ExprKind::kBinary:
    case ExprKind::kNot:
    case ExprKind::kNegative:
    case ExprKind::kIsNull:
    case ExprKind::kIsNotNull:
    case ExprKind::kIsTrue:
    case ExprKind::kIsNotTrue:
    case ExprKind::kIsFalse:
    case ExprKind::kIsNotFalse:
    case ExprKind::kIsUnknown:
    case ExprKind::kIsNotUnknown:
    case ExprKind::kBetween:
    case ExprKind::kInList:
    case ExprKind::kLike:
    case ExprKind::kCase:
    case ExprKind::kCast:
    case ExprKind::kTryCast: return true;
    case ExprKind::kScalarFunction: return expr->as<ScalarCall>().function->volatility() == Volatility::kImmutable;
    default: return false;
  }
}

arrow::Result<Expr> FoldTree(const Expr& expr, const Scope& scope) {
  if (expr.children().empty() && expr.kind() != ExprKind::kScalarFunction) return expr;
  std::vector<Expr> children;
  bool changed = false, literals = true;
  for (const Expr& child : expr.children()) {
    ARROW_ASSIGN_OR_RAISE(Expr folded, FoldTree(child, scope));
    changed = changed || &folded.node() != &child.node();
    literals = literals && folded.kind() == ExprKind::kLiteral;
    children.push_back(std::move(folded));
  }
  Expr out = changed ? expr.WithChildren(std::move(children)) : expr;
  if (!literals || !Computable(out)) return out;
  Binder binder(scope, nullptr, {}, Binder::Mode::kEvaluate);
  auto node = binder.Bind(out);
  if (!node.ok()) return out;
  const arrow::Scalar* value = LiteralOf(**node);
  if (!value) return out;
  return MakeExpr(ExprKind::kLiteral, {}, LiteralValue{std::const_pointer_cast<arrow::Scalar>(value->GetSharedPtr()), (*node)->metadata});
}

}  // namespace

arrow::Result<Expr> FoldConstants(const Expr& expr, const Scope& scope) {
  if (expr->depth > Expr::kMaxDepth) return expr;
  return FoldTree(expr, scope);
}

}  // namespace bowstring
