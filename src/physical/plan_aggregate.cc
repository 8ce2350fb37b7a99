// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/type.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/error.h>

#include "exec/aggregate.h"
#include "expr/type.h"
#include "logical/rewrite.h"
#include "physical/planner.h"

namespace bowstring::physical {
namespace {

arrow::Result<ArgumentInfo> InfoOf(const Expr& expr, const Scope& scope) {
  ArgumentInfo info;
  ARROW_ASSIGN_OR_RAISE(info.field, FieldOf(expr, scope));
  if (expr.kind() == ExprKind::kLiteral) info.literal = expr->as<LiteralValue>().value;
  return info;
}

}  // namespace

arrow::Result<Chain> Planner::PlanAggregate(const logical::Aggregate& node) {
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(node.input(), /*one_lane=*/true));
  ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
  exec::AggregateSpec spec;
  spec.spill = settings_.spill;
  spec.context = settings_.kernel;
  for (const Expr& group : node.groups) {
    if (group.kind() == ExprKind::kGroupingSet) return bowstring::Error(ErrorKind::kNotImplemented, "grouping sets");
    ARROW_ASSIGN_OR_RAISE(auto bound, Bind(group, chain));
    spec.keys.push_back(std::move(bound));
  }
  const Scope& scope = chain.logical->scope();
  for (const Expr& expr : node.aggregates) {
    const Expr& call_expr = logical::Unalias(expr);
    const auto& call = call_expr->as<AggregateCall>();
    AggregateRequest request;
    request.distinct = call.distinct;
    request.nulls = call.nulls;
    for (const Expr& argument : call_expr.children()) {
      ARROW_ASSIGN_OR_RAISE(auto info, InfoOf(argument, scope));
      request.arguments.push_back(std::move(info));
    }
    for (const SortKey& key : call.order_by) {
      ARROW_ASSIGN_OR_RAISE(auto info, InfoOf(key.expr, scope));
      request.order_by.push_back({std::move(info), key.ascending, key.nulls_first});
    }
    exec::BoundAggregate bound;
    ARROW_ASSIGN_OR_RAISE(bound.function, call.function->Resolve(request));
    bound.distinct = call.distinct && !bound.function.ignores_distinct;
    for (size_t i = 0; i < bound.function.argument_types.size() && i < call_expr.children().size(); ++i) {
      const Expr& argument = call_expr.children()[i];
      const auto& type = bound.function.argument_types[i];
      ARROW_ASSIGN_OR_RAISE(auto cast, Bind(request.arguments[i].field->type()->Equals(*type) ? argument : Cast(argument, type), chain));
      bound.arguments.push_back(std::move(cast));
    }
    if (call.filter) {
      ARROW_ASSIGN_OR_RAISE(auto filter, BindPredicate(*call.filter, scope, *chain.physical));
      bound.filter = std::move(filter);
    }
    if (bound.function.uses_order) {
      for (const SortKey& key : call.order_by) {
        ARROW_ASSIGN_OR_RAISE(auto order, Bind(key.expr, chain));
        bound.order_by.push_back({std::move(order), key.ascending, key.nulls_first});
      }
    }
    spec.aggregates.push_back(std::move(bound));
  }
  for (const auto& field : node.schema()->arrow()->fields()) spec.names.push_back(field->name());
  ARROW_ASSIGN_OR_RAISE(auto physical, exec::AggregateSchema(spec));
  ARROW_ASSIGN_OR_RAISE(auto sink, exec::MakeAggregate(std::move(spec), settings_.memory));
  PlanText text{"AggregateExec: mode=Single, gby=[" + logical::JoinExprs(node.groups) + "], aggr=[" + logical::JoinExprs(node.aggregates) + "]",
                {std::move(chain.text)}};
  End(std::move(chain), sink);
  return Behind(sink, node.schema(), std::move(physical), std::move(text));
}

}  // namespace bowstring::physical
