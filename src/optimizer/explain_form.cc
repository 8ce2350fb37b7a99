// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "optimizer/explain_form.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/aggregate_function.h>

#include "expr/coercion.h"
#include "expr/fold_constants.h"
#include "expr/type.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;

namespace {

constexpr size_t kShortList = 3;  // an IN list that is written as comparisons

bool Compares(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEq:
    case BinaryOp::kNotEq:
    case BinaryOp::kLt:
    case BinaryOp::kLtEq:
    case BinaryOp::kGt:
    case BinaryOp::kGtEq:
    case BinaryOp::kIsDistinctFrom:
    case BinaryOp::kIsNotDistinctFrom: return true;
    default: return false;
  }
}

bool Computes(BinaryOp op) {
  return op == BinaryOp::kPlus || op == BinaryOp::kMinus || op == BinaryOp::kMultiply || op == BinaryOp::kDivide || op == BinaryOp::kModulo;
}

std::optional<BinaryOp> Opposite(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEq: return BinaryOp::kNotEq;
    case BinaryOp::kNotEq: return BinaryOp::kEq;
    case BinaryOp::kLt: return BinaryOp::kGtEq;
    case BinaryOp::kLtEq: return BinaryOp::kGt;
    case BinaryOp::kGt: return BinaryOp::kLtEq;
    case BinaryOp::kGtEq: return BinaryOp::kLt;
    default: return std::nullopt;
  }
}

bool Number(const arrow::DataType& type) { return arrow::is_integer(type.id()) || arrow::is_floating(type.id()) || arrow::is_decimal(type.id()); }
bool Text(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::STRING_VIEW || type.id() == arrow::Type::LARGE_STRING;
}

/// A literal in another type, with the same value; none where that doesn't keep it.
std::optional<Expr> Retyped(const Expr& literal, const TypePtr& type) {
  if (literal.kind() != ExprKind::kLiteral) return std::nullopt;
  const auto& value = literal->as<LiteralValue>().value;
  if (value->type->Equals(*type)) return literal;
  if (!value->is_valid) return std::nullopt;
  if (Text(*value->type) && Text(*type)) {
    const std::string text(static_cast<const arrow::BaseBinaryScalar&>(*value).view());
    std::shared_ptr<arrow::Scalar> other;
    if (type->id() == arrow::Type::STRING) other = std::make_shared<arrow::StringScalar>(text);
    else if (type->id() == arrow::Type::STRING_VIEW) other = std::make_shared<arrow::StringViewScalar>(text);
    else other = std::make_shared<arrow::LargeStringScalar>(text);
    return MakeExpr(ExprKind::kLiteral, {}, LiteralValue{std::move(other), nullptr});
  }
  if (!Number(*value->type) || !Number(*type)) return std::nullopt;
  const auto there = value->CastTo(type);
  if (!there.ok()) return std::nullopt;
  const auto back = (*there)->CastTo(value->type);
  if (!back.ok() || !(*back)->Equals(*value)) return std::nullopt;
  return MakeExpr(ExprKind::kLiteral, {}, LiteralValue{*there, nullptr});
}

Expr As(const Expr& expr, const TypePtr& from, const TypePtr& to) {
  if (from->Equals(*to)) return expr;
  if (auto literal = Retyped(expr, to)) return *std::move(literal);
  return Cast(expr, to);
}

/// A column, maybe under a cast that keeps every integer.
const Expr* ColumnUnder(const Expr& expr, const Scope& scope, TypePtr* type) {
  const Expr* inner = &expr;
  if (inner->kind() == ExprKind::kCast) {
    inner = &inner->children()[0];
    const auto from = TypeOf(*inner, scope), to = TypeOf(expr, scope);
    if (!from.ok() || !to.ok() || !arrow::is_integer((*from)->id()) || !arrow::is_integer((*to)->id()) ||
        (*to)->byte_width() < (*from)->byte_width()) {
      return nullptr;
    }
  }
  if (inner->kind() != ExprKind::kColumn) return nullptr;
  const auto found = TypeOf(*inner, scope);
  if (!found.ok()) return nullptr;
  *type = *found;
  return inner;
}

Result<Expr> WithTypes(const Expr& part, const Scope& scope) {
  const BinaryOp op = part->as<BinaryOp>();
  const Expr &left = part.children()[0], &right = part.children()[1];
  if (Compares(op)) {
    TypePtr type;
    if (const Expr* column = ColumnUnder(left, scope, &type)) {
      if (auto literal = Retyped(right, type)) return Binary(op, *column, *std::move(literal));
    }
    if (const Expr* column = ColumnUnder(right, scope, &type)) {
      if (auto literal = Retyped(left, type)) return Binary(op, *std::move(literal), *column);
    }
  }
  ARROW_ASSIGN_OR_RAISE(const TypePtr l, TypeOf(left, scope));
  ARROW_ASSIGN_OR_RAISE(const TypePtr r, TypeOf(right, scope));
  if (l->Equals(*r) || !Number(*l) || !Number(*r)) return part;
  ARROW_ASSIGN_OR_RAISE(const BinaryTypes types, CoerceBinary(op, l, r));
  return Binary(op, As(left, l, types.left), As(right, r, types.right));
}

/// The type that an aggregate takes its argument in.
TypePtr ArgumentType(const std::string& function, const TypePtr& type) {
  const bool real = arrow::is_integer(type->id()) || type->id() == arrow::Type::FLOAT;
  if (function == "sum") {
    if (arrow::is_signed_integer(type->id())) return arrow::int64();
    if (arrow::is_unsigned_integer(type->id())) return arrow::uint64();
    if (type->id() == arrow::Type::FLOAT) return arrow::float64();
  } else if (real && (function == "avg" || function == "mean" || function.starts_with("var") || function.starts_with("stddev") ||
                      function.starts_with("covar") || function == "corr")) {
    return arrow::float64();
  }
  return type;
}

Result<Expr> Written(const Expr& expr, const Scope& scope) {
  const auto change = [&](const Expr& part) -> Result<Expr> {
    switch (part.kind()) {
      case ExprKind::kBinary: {
        const BinaryOp op = part->as<BinaryOp>();
        if (part.children().size() == 2 && (Compares(op) || Computes(op))) return WithTypes(part, scope);
        return part;
      }
      case ExprKind::kBetween: {
        const Expr& value = part.children()[0];
        if (value.kind() != ExprKind::kColumn) return part;
        const bool negated = part->as<Negated>().negated;
        ARROW_ASSIGN_OR_RAISE(Expr low, WithTypes(Binary(negated ? BinaryOp::kLt : BinaryOp::kGtEq, value, part.children()[1]), scope));
        ARROW_ASSIGN_OR_RAISE(Expr high, WithTypes(Binary(negated ? BinaryOp::kGt : BinaryOp::kLtEq, value, part.children()[2]), scope));
        return negated ? Or({std::move(low), std::move(high)}) : And({std::move(low), std::move(high)});
      }
      case ExprKind::kInList: {
        const Expr& value = part.children()[0];
        TypePtr type;
        if (value.kind() != ExprKind::kColumn || ColumnUnder(value, scope, &type) == nullptr) return part;
        const bool negated = part->as<Negated>().negated;
        std::vector<Expr> list = part.children(), terms;
        for (size_t i = 1; i < list.size(); ++i) {
          if (auto literal = Retyped(list[i], type)) list[i] = *std::move(literal);
          terms.push_back(Binary(negated ? BinaryOp::kNotEq : BinaryOp::kEq, value, list[i]));
        }
        if (terms.size() > kShortList) return part.WithChildren(std::move(list));
        return negated ? And(std::move(terms)) : Or(std::move(terms));
      }
      case ExprKind::kLike: {
        ARROW_ASSIGN_OR_RAISE(const TypePtr type, TypeOf(part.children()[0], scope));
        if (auto pattern = Retyped(part.children()[1], type)) return part.WithChildren({part.children()[0], *std::move(pattern)});
        return part;
      }
      case ExprKind::kNot: {
        const Expr& inner = part.children()[0];
        if (inner.kind() != ExprKind::kBinary) return part;
        const BinaryOp op = inner->as<BinaryOp>();
        if (const auto opposite = Opposite(op)) return Binary(*opposite, inner.children()[0], inner.children()[1]);
        return part;
      }
      case ExprKind::kAggregate: {
        const auto& call = part->as<AggregateCall>();
        std::vector<Expr> arguments = part.children();
        for (Expr& argument : arguments) {
          ARROW_ASSIGN_OR_RAISE(const TypePtr type, TypeOf(argument, scope));
          argument = As(argument, type, ArgumentType(call.function->name(), type));
        }
        return part.WithChildren(std::move(arguments));
      }
      case ExprKind::kWindow: {
        const auto& call = part->as<WindowCall>();
        if (call.aggregate == nullptr) return part;
        std::vector<Expr> arguments = part.children();
        for (Expr& argument : arguments) {
          ARROW_ASSIGN_OR_RAISE(const TypePtr type, TypeOf(argument, scope));
          argument = As(argument, type, ArgumentType(call.aggregate->name(), type));
        }
        return part.WithChildren(std::move(arguments));
      }
      default: return part;
    }
  };
  // NOT goes inside first.
  ARROW_ASSIGN_OR_RAISE(const Expr pushed, logical::RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
    if (part.kind() != ExprKind::kNot) return std::optional<Expr>{};
    const Expr& inner = part.children()[0];
    if (inner.kind() != ExprKind::kBinary || (inner->as<BinaryOp>() != BinaryOp::kAnd && inner->as<BinaryOp>() != BinaryOp::kOr)) {
      return std::optional<Expr>{};
    }
    std::vector<Expr> terms;
    for (const Expr& term : inner.children()) {
      const auto opposite = term.kind() == ExprKind::kBinary ? Opposite(term->as<BinaryOp>()) : std::nullopt;
      terms.push_back(opposite ? Binary(*opposite, term.children()[0], term.children()[1]) : Not(term));
    }
    return std::optional<Expr>(inner->as<BinaryOp>() == BinaryOp::kAnd ? Or(std::move(terms)) : And(std::move(terms)));
  }));
  return logical::RewriteUp(pushed, change);
}

/// The needed columns alone, where a filter or a join gives more.
Result<PlanPtr> Narrowed(const PlanPtr& input, const std::vector<bool>& needed) {
  if (input->kind() != PlanKind::kFilter && input->kind() != PlanKind::kJoin && input->kind() != PlanKind::kAggregate) return input;
  std::vector<Expr> columns;
  for (size_t i = 0; i < needed.size(); ++i) {
    if (needed[i]) columns.push_back(input->schema()->column(static_cast<int>(i)));
  }
  return columns.size() == needed.size() ? Result<PlanPtr>(input) : logical::Projection::Make(input, std::move(columns));
}

Result<PlanPtr> NarrowAggregate(const PlanPtr& node) {
  std::vector<bool> needed(node->input()->schema()->num_fields(), false);
  for (const Expr& expr : node->Expressions()) ARROW_RETURN_NOT_OK(logical::CollectColumns(expr, *node->input()->schema(), &needed));
  ARROW_ASSIGN_OR_RAISE(PlanPtr input, Narrowed(node->input(), needed));
  return input == node->input() ? Result<PlanPtr>(node) : node->WithInputs({std::move(input)});
}

/// A projection over windows: they carry what it or one of them reads.
Result<PlanPtr> NarrowWindows(const PlanPtr& node) {
  std::vector<PlanPtr> windows;
  PlanPtr below = node->input();
  while (below->kind() == PlanKind::kWindow) {
    windows.push_back(below);
    below = below->input();
  }
  if (windows.empty()) return node;
  const int columns = below->schema()->num_fields();
  std::vector<bool> needed(columns, false);
  const auto collect = [&](const LogicalPlan& plan) -> arrow::Status {
    std::vector<bool> read(plan.input()->schema()->num_fields(), false);
    for (const Expr& expr : plan.Expressions()) ARROW_RETURN_NOT_OK(logical::CollectColumns(expr, *plan.input()->schema(), &read));
    for (int i = 0; i < columns; ++i) needed[i] = needed[i] || read[i];
    return arrow::Status::OK();
  };
  ARROW_RETURN_NOT_OK(collect(*node));
  for (const PlanPtr& window : windows) ARROW_RETURN_NOT_OK(collect(*window));
  ARROW_ASSIGN_OR_RAISE(PlanPtr next, Narrowed(below, needed));
  if (next == below) return node;
  for (size_t i = windows.size(); i-- > 0;) {
    ARROW_ASSIGN_OR_RAISE(next, windows[i]->WithInputs({std::move(next)}));
  }
  return node->WithInputs({std::move(next)});
}

Result<PlanPtr> WriteValues(const PlanPtr& node) {
  std::vector<Expr> exprs = node->Expressions();
  const Scope nothing;
  for (Expr& expr : exprs) {
    ARROW_ASSIGN_OR_RAISE(Expr folded, FoldConstants(expr, nothing));
    expr = logical::KeepName(expr, std::move(folded));
  }
  return node->WithParts(std::move(exprs), {});
}

Result<PlanPtr> WriteNode(const PlanPtr& node) {
  if (node->kind() == PlanKind::kValues) return WriteValues(node);
  if (const auto* alias = node->TryAs<logical::SubqueryAlias>()) {
    const auto* inner = node->input()->TryAs<logical::SubqueryAlias>();
    return inner != nullptr && inner->alias == alias->alias ? node->input() : node;
  }
  if (node->kind() == PlanKind::kDistinct) {
    std::vector<Expr> columns;
    const bool of_union = node->input()->kind() == PlanKind::kUnion;  // its columns are no table's
    for (int i = 0; i < node->schema()->num_fields(); ++i) {
      const Expr column = node->input()->schema()->column(i);
      columns.push_back(of_union ? Column(column->as<ColumnRef>().name) : column);
    }
    ARROW_ASSIGN_OR_RAISE(const PlanPtr grouped, logical::Aggregate::Make(node->input(), std::move(columns), {}));
    return NarrowAggregate(grouped);
  }
  if (const auto* join = node->TryAs<logical::Join>()) {
    std::optional<Expr> filter = join->filter;
    if (filter) {
      ARROW_ASSIGN_OR_RAISE(const auto both, logical::Join::BothSides(*node->input(0), *node->input(1)));
      ARROW_ASSIGN_OR_RAISE(filter, Written(*filter, both->scope()));
    }
    return logical::Join::Make(node->input(0), node->input(1), join->type, join->on, std::move(filter),
                               {join->type == logical::JoinType::kInner ? logical::JoinConstraint::kOn : join->constraint, join->nulls_equal, join->null_aware});
  }
  if (node->kind() == PlanKind::kFilter) {
    ARROW_ASSIGN_OR_RAISE(Expr predicate, logical::RewriteUp(node->As<logical::Filter>().predicate, [](const Expr& part) -> Result<Expr> {
      return part.kind() == ExprKind::kAlias ? part.children()[0] : part;
    }));
    if (auto written = Written(predicate, node->input()->schema()->scope()); written.ok()) predicate = *std::move(written);
    return logical::Filter::Make(node->input(), std::move(predicate));
  }
  const bool scan = node->kind() == PlanKind::kScan;
  const bool named = node->kind() == PlanKind::kProjection || node->kind() == PlanKind::kAggregate || node->kind() == PlanKind::kWindow ||
                     node->kind() == PlanKind::kSort;
  if (!scan && !named) return node;
  const logical::SchemaPtr schema = scan ? node->As<logical::Scan>().FullSchema() : node->input()->schema();
  std::vector<Expr> exprs = node->Expressions();
  bool changed = false;
  for (Expr& expr : exprs) {
    if (expr.kind() == ExprKind::kColumn || expr.kind() == ExprKind::kGroupingSet) continue;
    auto next = Written(expr, schema->scope());
    if (!next.ok() || next->Equals(expr)) continue;
    expr = named ? logical::KeepName(expr, *std::move(next)) : *std::move(next);
    changed = true;
  }
  PlanPtr next = node;
  if (changed) {
    ARROW_ASSIGN_OR_RAISE(next, node->WithParts(std::move(exprs), node->inputs()));
  }
  if (next->kind() == PlanKind::kAggregate) return NarrowAggregate(next);
  if (next->kind() == PlanKind::kProjection) return NarrowWindows(next);
  return next;
}

}  // namespace

PlanPtr ExplainForm(const PlanPtr& plan) {
  const auto written = TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    auto next = WriteNode(node);
    return next.ok() && (*next)->schema()->num_fields() == node->schema()->num_fields() ? next : Result<PlanPtr>(node);
  });
  return written.ok() ? *written : plan;
}

}  // namespace bowstring::optimizer
