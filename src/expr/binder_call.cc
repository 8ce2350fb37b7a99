// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/binder.h"
#include "expr/cast_node.h"
#include "expr/coercion.h"
#include "functions/lambdas.h"
#include "expr/logic.h"
#include "functions/type_names.h"

// Calls of functions; aggregates, windows and subqueries have types here but no values.

namespace bowstring {
namespace {

using arrow::Type;

class CallNode : public BoundNode {
 public:
  CallNode(ResolvedCall call, std::vector<NodePtr> arguments, Volatility volatility) : call_(std::move(call)), arguments_(std::move(arguments)) {
    type = physical = call_.result->type();
    nullable = call_.result->nullable();
    metadata = call_.result->metadata();
    constant = volatility != Volatility::kVolatile;
    // Stable functions keep their answer within a query, but it isn't known when constants are folded.
    stable = volatility == Volatility::kImmutable;
    fallible = call_.fallible;
    for (const auto& argument : arguments_) {
      fallible = fallible || argument->fallible;
      constant = constant && argument->constant;
      stable = stable && argument->stable;
    }
    if (IsDecimal(*type)) digits = static_cast<const arrow::DecimalType&>(*type).precision();
  }
  std::vector<const BoundNode*> children() const override {
    std::vector<const BoundNode*> out;
    for (const auto& argument : arguments_) out.push_back(argument.get());
    return out;
  }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    std::vector<arrow::Datum> values;
    values.reserve(arguments_.size());
    for (const auto& argument : arguments_) {
      ARROW_ASSIGN_OR_RAISE(auto value, argument->Evaluate(frame));
      values.push_back(std::move(value));
    }
    ARROW_ASSIGN_OR_RAISE(auto out, call_.kernel(frame.context(), values, frame.num_rows()));
    if (out.kind() == arrow::Datum::CHUNKED_ARRAY) return Error(ErrorKind::kInternal, "a function gave chunks");
    if (out.is_array() && out.length() != frame.num_rows()) {
      return Error(ErrorKind::kExecution, "a function gave ", out.length(), " values for ", frame.num_rows(), " rows");
    }
    if (!out.type()->Equals(*type)) return CastDatum(frame.context(), out, type);
    return out;
  }

 private:
  ResolvedCall call_;
  std::vector<NodePtr> arguments_;
};

class SlotNode : public BoundNode {
 public:
  explicit SlotNode(std::shared_ptr<ValueSlot> slot) : slot_(std::move(slot)) {
    type = physical = slot_->field->type();
    nullable = true;
    constant = true;
    stable = false;  // not known yet
    if (IsDecimal(*type)) digits = static_cast<const arrow::DecimalType&>(*type).precision();
  }
  arrow::Result<arrow::Datum> Evaluate(RowFrame&) const override {
    if (!slot_->value) return Error(ErrorKind::kInternal, "a scalar subquery's value is used before it is known");
    return arrow::Datum(slot_->value);
  }

 private:
  std::shared_ptr<ValueSlot> slot_;
};

ArgumentInfo InfoOf(const BoundNode& node, const std::string& name) {
  ArgumentInfo info;
  info.field = arrow::field(name, node.type, node.nullable, node.metadata);
  if (const arrow::Scalar* literal = LiteralOf(node)) info.literal = std::const_pointer_cast<arrow::Scalar>(literal->GetSharedPtr());
  return info;
}

std::string NameOf(const Expr& expr) { return OutputName(expr).second; }

}  // namespace

NodePtr MakeSlotNode(std::shared_ptr<ValueSlot> slot) { return std::make_unique<SlotNode>(std::move(slot)); }

NodePtr MakeCallNode(ResolvedCall call, std::vector<NodePtr> arguments, Volatility volatility) {
  return std::make_unique<CallNode>(std::move(call), std::move(arguments), volatility);
}

arrow::Result<NodePtr> Binder::BindCall(const Expr& expr) {
  const auto& function = expr->as<ScalarCall>().function;
  if (!function) return Error(ErrorKind::kInternal, "a call without a function");
  if (auto meaning = function->Expand(expr.children())) {
    if (meaning->node().depth > 2 * Expr::kMaxDepth) return Error(ErrorKind::kPlan, "the expression is nested too deeply");
    return BindNode(*meaning);
  }
  if (const auto* lambda = dynamic_cast<const LambdaFunction*>(function.get())) return BindLambdaCall(expr, *lambda);
  ARROW_ASSIGN_OR_RAISE(auto arguments, BindAll(expr.children()));
  std::vector<ArgumentInfo> infos;
  for (size_t i = 0; i < arguments.size(); ++i) infos.push_back(InfoOf(*arguments[i], NameOf(expr.children()[i])));
  ARROW_ASSIGN_OR_RAISE(ResolvedCall call, function->Resolve(infos));
  if (call.argument_types.size() != arguments.size()) return Error(ErrorKind::kInternal, "function ", function->name(), " resolved to ", call.argument_types.size(), " arguments");
  if (function->short_circuits() && !arguments.empty()) {
    std::vector<NodePtr*> all;
    for (auto& argument : arguments) all.push_back(&argument);
    ARROW_RETURN_NOT_OK(Unify(all, call.result->type()));
    return Fold(MakeCoalesceNode(std::move(arguments), call.result->type()));
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (call.argument_types[i]) {
      ARROW_ASSIGN_OR_RAISE(arguments[i], Coerce(std::move(arguments[i]), call.argument_types[i]));
    }
    ARROW_ASSIGN_OR_RAISE(arguments[i], Widen(std::move(arguments[i])));
  }
  return Fold(MakeCallNode(std::move(call), std::move(arguments), function->volatility()));
}

arrow::Result<NodePtr> Binder::BindAggregate(const Expr& expr) {
  if (mode_ != Mode::kTypes) return Error(ErrorKind::kPlan, "the aggregate ", expr.name(), " is not allowed here");
  const auto& call = expr->as<AggregateCall>();
  std::vector<ArgumentInfo> infos;
  for (const Expr& child : expr.children()) {
    if (child.kind() == ExprKind::kWildcard) {
      infos.push_back({arrow::field("*", arrow::int64(), false), std::make_shared<arrow::Int64Scalar>(1)});
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(auto node, BindNode(child));
    infos.push_back(InfoOf(*FoldArgument(std::move(node)), NameOf(child)));
  }
  AggregateRequest request{std::move(infos), call.distinct, call.nulls, {}};
  for (const SortKey& key : call.order_by) {
    ARROW_ASSIGN_OR_RAISE(auto node, BindNode(key.expr));
    request.order_by.push_back({InfoOf(*node, NameOf(key.expr)), key.ascending, key.nulls_first});
  }
  ARROW_ASSIGN_OR_RAISE(auto resolved, call.function->Resolve(request));
  return MakeTypeNode(resolved.result->type(), resolved.result->nullable(), resolved.result->metadata());
}

arrow::Result<NodePtr> Binder::BindWindow(const Expr& expr) {
  if (mode_ != Mode::kTypes) return Error(ErrorKind::kPlan, "the window function ", expr.name(), " is not allowed here");
  const auto& call = expr->as<WindowCall>();
  std::vector<ArgumentInfo> infos;
  for (const Expr& child : expr.children()) {
    if (child.kind() == ExprKind::kWildcard) {
      infos.push_back({arrow::field("*", arrow::int64(), false), std::make_shared<arrow::Int64Scalar>(1)});
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(auto node, BindNode(child));
    infos.push_back(InfoOf(*FoldArgument(std::move(node)), NameOf(child)));
  }
  std::shared_ptr<arrow::Field> result;
  if (call.aggregate) {
    ARROW_ASSIGN_OR_RAISE(auto resolved, call.aggregate->Resolve(infos, call.distinct));
    result = resolved.result;
  } else {
    ARROW_ASSIGN_OR_RAISE(auto resolved, call.function->Resolve(infos));
    result = resolved.result;
  }
  return MakeTypeNode(result->type(), result->nullable(), result->metadata());
}

arrow::Result<NodePtr> Binder::BindSubquery(const Expr& expr) {
  const auto& subquery = expr->as<SubqueryPlan>();
  if (mode_ != Mode::kTypes) return Error(ErrorKind::kNotImplemented, "the subquery ", expr.ToString(), " in this place");
  if (expr.kind() == ExprKind::kScalarSubquery) {
    if (!subquery.field) return Error(ErrorKind::kPlan, "a scalar subquery must have one column");
    return MakeTypeNode(subquery.field->type(), true, subquery.field->metadata());
  }
  if (expr.kind() == ExprKind::kExists) return MakeTypeNode(arrow::boolean(), false);
  ARROW_ASSIGN_OR_RAISE(auto node, BindNode(expr.children()[0]));
  if (subquery.field) {
    if (!ComparisonType(node->type, subquery.field->type())) {
      return Error(ErrorKind::kPlan, "expr type ", TypeName(*node->type), " can't cast to ", TypeName(*subquery.field->type()), " in InSubquery");
    }
  }
  return MakeTypeNode(arrow::boolean(), true);
}

}  // namespace bowstring
