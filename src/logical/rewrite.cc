// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/rewrite.h"

#include <bowstring/error.h>
#include <bowstring/function.h>

#include "expr/type.h"

namespace bowstring::logical {

using arrow::Result;
using arrow::Status;

std::vector<Expr> PartsOf(const Expr& expr) {
  std::vector<Expr> parts = expr.children();
  if (expr.kind() == ExprKind::kAggregate) {
    const auto& call = expr->as<AggregateCall>();
    if (call.filter) parts.push_back(*call.filter);
    for (const SortKey& key : call.order_by) parts.push_back(key.expr);
  } else if (expr.kind() == ExprKind::kWindow) {
    const auto& call = expr->as<WindowCall>();
    if (call.filter) parts.push_back(*call.filter);
    parts.insert(parts.end(), call.partition_by.begin(), call.partition_by.end());
    for (const SortKey& key : call.order_by) parts.push_back(key.expr);
  }
  return parts;
}

Result<Expr> MapParts(const Expr& expr, const std::function<Result<Expr>(const Expr&)>& change) {
  bool changed = false;
  const auto apply = [&](const Expr& part) -> Result<Expr> {
    ARROW_ASSIGN_OR_RAISE(Expr next, change(part));
    changed |= &next.node() != &part.node();
    return next;
  };
  std::vector<Expr> children;
  children.reserve(expr.children().size());
  for (const Expr& child : expr.children()) {
    ARROW_ASSIGN_OR_RAISE(Expr next, apply(child));
    children.push_back(std::move(next));
  }
  if (expr.kind() == ExprKind::kAggregate) {
    AggregateCall call = expr->as<AggregateCall>();
    if (call.filter) {
      ARROW_ASSIGN_OR_RAISE(call.filter, apply(*call.filter));
    }
    for (SortKey& key : call.order_by) {
      ARROW_ASSIGN_OR_RAISE(key.expr, apply(key.expr));
    }
    return changed ? MakeExpr(ExprKind::kAggregate, std::move(children), std::move(call)) : expr;
  }
  if (expr.kind() == ExprKind::kWindow) {
    WindowCall call = expr->as<WindowCall>();
    if (call.filter) {
      ARROW_ASSIGN_OR_RAISE(call.filter, apply(*call.filter));
    }
    for (Expr& key : call.partition_by) {
      ARROW_ASSIGN_OR_RAISE(key, apply(key));
    }
    for (SortKey& key : call.order_by) {
      ARROW_ASSIGN_OR_RAISE(key.expr, apply(key.expr));
    }
    return changed ? MakeExpr(ExprKind::kWindow, std::move(children), std::move(call)) : expr;
  }
  return changed ? expr.WithChildren(std::move(children)) : expr;
}

namespace {

Status CheckExprDepth(const Expr& expr) {
  if (expr->depth > Expr::kMaxDepth) {
    return Error(ErrorKind::kPlan, "the expression is nested deeper than ", Expr::kMaxDepth, " levels");
  }
  return Status::OK();
}

Result<Expr> Down(const Expr& expr, const std::function<Result<std::optional<Expr>>(const Expr&)>& replace) {
  ARROW_ASSIGN_OR_RAISE(std::optional<Expr> other, replace(expr));
  if (other) return *std::move(other);
  return MapParts(expr, [&](const Expr& part) { return Down(part, replace); });
}

Result<Expr> Up(const Expr& expr, const std::function<Result<Expr>(const Expr&)>& change) {
  ARROW_ASSIGN_OR_RAISE(Expr next, MapParts(expr, [&](const Expr& part) { return Up(part, change); }));
  return change(next);
}

}  // namespace

Result<Expr> RewriteDown(const Expr& expr, const std::function<Result<std::optional<Expr>>(const Expr&)>& replace) {
  ARROW_RETURN_NOT_OK(CheckExprDepth(expr));
  return Down(expr, replace);
}

Result<Expr> RewriteUp(const Expr& expr, const std::function<Result<Expr>(const Expr&)>& change) {
  ARROW_RETURN_NOT_OK(CheckExprDepth(expr));
  return Up(expr, change);
}

void VisitExpr(const Expr& expr, const std::function<bool(const Expr&)>& visit) {
  std::vector<Expr> stack{expr};
  while (!stack.empty()) {
    const Expr next = std::move(stack.back());
    stack.pop_back();
    if (!visit(next)) continue;
    std::vector<Expr> parts = PartsOf(next);
    stack.insert(stack.end(), std::make_move_iterator(parts.rbegin()), std::make_move_iterator(parts.rend()));
  }
}

bool Contains(const Expr& expr, ExprKind kind) {
  bool found = false;
  VisitExpr(expr, [&](const Expr& part) {
    found |= part.kind() == kind;
    return !found;
  });
  return found;
}

Status CollectColumns(const Expr& expr, const Schema& schema, std::vector<bool>* columns) {
  Status status;
  VisitExpr(expr, [&](const Expr& part) {
    const auto take = [&](const Expr& column) {
      const Result<int> index = schema.scope().Resolve(column->as<ColumnRef>());
      if (index.ok()) {
        (*columns)[*index] = true;
      } else {
        status &= index.status();
      }
    };
    if (part.kind() == ExprKind::kColumn) take(part);
    // A correlated subquery reads this schema's columns through its outer ones.
    if (const auto* subquery = std::get_if<SubqueryPlan>(&part->data)) {
      for (const Expr& outer : subquery->outer_columns) {
        if (schema.scope().TryResolve(outer->as<ColumnRef>())) take(outer);
      }
    }
    return status.ok();
  });
  return status;
}

bool Covers(const Schema& schema, const Expr& expr) {
  bool covered = true;
  VisitExpr(expr, [&](const Expr& part) {
    if (part.kind() == ExprKind::kColumn) covered &= schema.scope().TryResolve(part->as<ColumnRef>()).has_value();
    return covered;
  });
  return covered;
}

Result<Expr> Qualify(const Expr& expr, const Schema& schema) {
  return RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
    if (part.kind() != ExprKind::kColumn) return std::optional<Expr>{};
    ARROW_ASSIGN_OR_RAISE(const int index, schema.scope().Resolve(part->as<ColumnRef>()));
    return std::optional<Expr>(schema.column(index));
  });
}

Result<SortKey> Qualify(const SortKey& key, const Schema& schema) {
  SortKey next = key;
  ARROW_ASSIGN_OR_RAISE(next.expr, Qualify(key.expr, schema));
  return next;
}

Result<Expr> Substitute(const Expr& expr, const Schema& schema, const std::vector<Expr>& exprs) {
  return RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
    if (part.kind() != ExprKind::kColumn) return std::optional<Expr>{};
    ARROW_ASSIGN_OR_RAISE(const int index, schema.scope().Resolve(part->as<ColumnRef>()));
    return std::optional<Expr>(Unalias(exprs[index]));
  });
}

Result<std::shared_ptr<arrow::Field>> FieldIn(const Expr& expr, const Scope& scope) {
  if (!Contains(expr, ExprKind::kOuterColumn)) return FieldOf(expr, scope);
  ARROW_ASSIGN_OR_RAISE(const Expr typed, RewriteDown(expr, [](const Expr& part) -> Result<std::optional<Expr>> {
                          if (part.kind() != ExprKind::kOuterColumn || part.children().empty()) return std::optional<Expr>{};
                          return std::optional<Expr>(part.children()[0]);
                        }));
  ARROW_ASSIGN_OR_RAISE(const auto field, FieldOf(typed, scope));
  return field->WithName(OutputName(expr).second);
}

const Expr& Unalias(const Expr& expr) {
  const Expr* inner = &expr;
  while (inner->kind() == ExprKind::kAlias) inner = &inner->children()[0];
  return *inner;
}

bool Deterministic(const Expr& expr) {
  bool deterministic = true;
  VisitExpr(expr, [&](const Expr& part) {
    switch (part.kind()) {
      case ExprKind::kScalarFunction:
        deterministic &= part->as<ScalarCall>().function->volatility() != Volatility::kVolatile;
        break;
      case ExprKind::kScalarSubquery:
      case ExprKind::kExists:
      case ExprKind::kInSubquery:
      case ExprKind::kSetComparison:
        deterministic = false;
        break;
      default: break;
    }
    return deterministic;
  });
  return deterministic;
}

Expr KeepName(const Expr& original, Expr changed) {
  auto [relation, name] = OutputName(original);
  if (OutputName(changed) == std::pair(relation, name)) return changed;
  AliasName alias;
  if (original.kind() == ExprKind::kAlias) alias = original->as<AliasName>();
  alias.name = std::move(name);
  alias.relation = std::move(relation);
  return MakeExpr(ExprKind::kAlias, {Unalias(changed)}, std::move(alias));
}

}  // namespace bowstring::logical
