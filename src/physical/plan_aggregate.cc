// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <set>
#include <string>

#include <arrow/type.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/error.h>

#include "exec/aggregate.h"
#include "exec/project.h"
#include "expr/fold_constants.h"
#include "expr/type.h"
#include "logical/grouping_sets.h"
#include "logical/rewrite.h"
#include "physical/planner.h"

namespace bowstring::physical {
namespace {

arrow::Result<ArgumentInfo> InfoOf(const Expr& expr, const Scope& scope) {
  ArgumentInfo info;
  ARROW_ASSIGN_OR_RAISE(info.field, FieldOf(expr, scope));
  // A percentile's fraction may be a constant expression.
  ARROW_ASSIGN_OR_RAISE(const Expr folded, FoldConstants(expr, scope));
  if (folded.kind() == ExprKind::kLiteral) info.literal = folded->as<LiteralValue>().value;
  return info;
}

// Functions that keep all values of a group until its end.
bool StateGrows(const std::string& name) {
  static const std::set<std::string> kGrowing = {"array_agg",     "string_agg",   "median",     "percentile_cont",
                                                 "quantile_cont", "collect_list", "collect_set"};
  return kGrowing.contains(name);
}

// The sink's phases as the peer's plans name them: with keys and several workers each worker has groups of its own, whose rows are then
// divided by the keys' hash and put together partition by partition.
PlanText TextOf(const logical::Aggregate& node, int num_keys, int workers, PlanText input) {
  const std::string groups = logical::JoinExprs(node.groups), aggregates = "], aggr=[" + logical::JoinExprs(node.aggregates) + "]";
  if (num_keys == 0 || workers == 1) {
    return PlanText{"AggregateExec: mode=Single, gby=[" + groups + aggregates, {std::move(input)}};
  }
  std::string columns, named;
  for (int i = 0; i < num_keys; ++i) {
    const std::string& name = node.schema()->arrow()->field(i)->name();
    const std::string column = name + "@" + std::to_string(i), comma = i == 0 ? "" : ", ";
    columns += comma + column;
    named += comma + column + " as " + name;
  }
  const std::string partitions = std::to_string(workers);
  PlanText partial{"AggregateExec: mode=Partial, gby=[" + groups + aggregates, {std::move(input)}};
  PlanText divided{"RepartitionExec: partitioning=Hash([" + columns + "], " + partitions + "), input_partitions=" + partitions,
                   {std::move(partial)}};
  return PlanText{"AggregateExec: mode=FinalPartitioned, gby=[" + named + aggregates, {std::move(divided)}};
}

}  // namespace

arrow::Result<Chain> Planner::PlanAggregate(const logical::Aggregate& node) {
  ARROW_ASSIGN_OR_RAISE(auto known, PlanStatistics(node));
  if (known) return *std::move(known);
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(node.input(), /*one_lane=*/true));
  ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
  exec::AggregateSpec spec;
  spec.spill = settings_.spill;
  spec.context = settings_.kernel;
  std::vector<Expr> keys = node.groups;
  for (const Expr& group : node.groups) {
    if (group.kind() == ExprKind::kGroupingSet) {
      keys = logical::KeysOf(group);
      ARROW_ASSIGN_OR_RAISE(const auto sets, logical::SetsOf(group));
      for (const auto& set : sets) {
        std::vector<bool> present;
        for (const Expr& key : keys) {
          present.push_back(std::any_of(set.begin(), set.end(), [&](const Expr& other) { return other.Equals(key); }));
        }
        spec.grouping_sets.push_back(std::move(present));
      }
    }
  }
  for (const Expr& key : keys) {
    ARROW_ASSIGN_OR_RAISE(auto bound, Bind(key, chain));
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
    if (spec.growing.empty() && StateGrows(call.function->name())) spec.growing = call.function->name();
    exec::BoundAggregate bound;
    ARROW_ASSIGN_OR_RAISE(bound.function, call.function->Resolve(request));
    bound.distinct = call.distinct && !bound.function.ignores_distinct;
    for (size_t i = 0; i < bound.function.argument_types.size() && i < call_expr.children().size(); ++i) {
      const Expr& argument = call_expr.children()[i];
      const auto& type = bound.function.argument_types[i];
      ARROW_ASSIGN_OR_RAISE(auto cast, Bind(request.arguments[i].field->type()->Equals(*type) ? argument : Cast(argument, type), chain));
      bound.arguments.push_back(std::move(cast));
    }
    // count(*) is count(1): nothing to compute.
    const bool all_rows = std::all_of(bound.arguments.begin(), bound.arguments.end(), [](const auto& a) { return a->constant() && !a->nullable(); });
    if (call.function->name() == "count" && !bound.distinct && all_rows) {
      bound.arguments.clear();
      bound.function.argument_types.clear();
    }
    if (call.filter) {
      ARROW_ASSIGN_OR_RAISE(bound.filter, BindCondition(*call.filter, chain));
    }
    if (bound.function.uses_order) {
      for (const SortKey& key : call.order_by) {
        ARROW_ASSIGN_OR_RAISE(auto order, Bind(key.expr, chain));
        bound.order_by.push_back({std::move(order), key.ascending, key.nulls_first});
      }
    }
    spec.aggregates.push_back(std::move(bound));
  }
  const bool sets = !spec.grouping_sets.empty();
  const int num_keys = static_cast<int>(keys.size());
  for (int i = 0; i < node.schema()->num_fields(); ++i) {
    if (!sets || i != num_keys) spec.names.push_back(node.schema()->arrow()->field(i)->name());
  }
  ARROW_ASSIGN_OR_RAISE(auto physical, exec::AggregateSchema(spec));
  ARROW_ASSIGN_OR_RAISE(auto sink, exec::MakeAggregate(std::move(spec), settings_.memory));
  PlanText text = TextOf(node, num_keys, settings_.workers, std::move(chain.text));
  End(std::move(chain), sink);
  chain = Behind(sink, node.schema(), std::move(physical), std::move(text));
  if (!sets) return chain;
  // The sink gives the set's id last; the node has it behind the keys, in a type that just holds a bit a key.
  const int id = chain.physical->num_fields() - 1;
  std::vector<logical::QualifiedField> given;
  for (int i = 0; i <= id; ++i) {
    const auto& field = i == id ? chain.physical->field(id) : node.schema()->arrow()->field(i < num_keys ? i : i + 1);
    given.push_back({std::nullopt, field->WithName(std::to_string(i))});
  }
  const Scope by_number(std::move(given));
  std::vector<std::shared_ptr<const BoundExpr>> exprs;
  arrow::FieldVector fields;
  for (int i = 0; i <= id; ++i) {
    const auto& wanted = node.schema()->arrow()->field(i);
    Expr expr = Column(std::to_string(i < num_keys ? i : i - 1));
    if (i == num_keys) {
      const int64_t mask = (int64_t{1} << num_keys) - 1;
      expr = Cast(Binary(BinaryOp::kBitAnd, Cast(Column(std::to_string(id)), arrow::int64()), Literal(mask)), wanted->type());
    }
    ARROW_ASSIGN_OR_RAISE(auto bound, bowstring::Bind(expr, by_number, *chain.physical));
    fields.push_back(wanted->WithType(bound->physical_type()));
    exprs.push_back(std::move(bound));
  }
  Append(chain, exec::MakeProject(arrow::schema(std::move(fields)), std::move(exprs), settings_.kernel));
  return chain;
}

}  // namespace bowstring::physical
