// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <numeric>
#include <utility>

#include <arrow/type.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/error.h>
#include <bowstring/window_function.h>

#include "exec/partition_topk.h"
#include "exec/sort.h"
#include "exec/window.h"
#include "expr/type.h"
#include "functions/window_functions.h"
#include "logical/rewrite.h"
#include "physical/known_order.h"
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

arrow::Result<Chain> Planner::PlanWindow(const logical::Window& node) {
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(node.input(), /*one_lane=*/true));
  ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
  const auto& first = logical::Unalias(node.windows[0])->as<WindowCall>();
  // All calls of a node have the same partitions and order.
  exec::SortSpec sort;
  std::shared_ptr<exec::Sink> sorting;  // that the window's partitions come from
  std::vector<SortKey> sort_keys;
  exec::WindowSpec spec;
  for (const Expr& expr : first.partition_by) {
    ARROW_ASSIGN_OR_RAISE(auto bound, BindKey(expr, chain));
    if (!bound->constant()) {
      sort.keys.push_back({bound, true, false});
      ++sort.whole_keys;
      sort_keys.push_back({expr, true, false});
    }
    spec.partition_by.push_back(std::move(bound));
  }
  for (const SortKey& key : first.order_by) {
    ARROW_ASSIGN_OR_RAISE(auto bound, BindKey(key.expr, chain));
    if (!bound->constant()) {
      sort.keys.push_back({bound, key.ascending, key.nulls_first});
      sort_keys.push_back(key);
    }
    spec.order_by.push_back(std::move(bound));
  }
  // Rows that come in the windows' order need no sort; a window over them takes any number of partitions.
  if (!sort.keys.empty() && (!shared_.empty() || !ComesInOrder(*node.input(), sort_keys, static_cast<size_t>(sort.whole_keys)))) {
    if (node.fetch && sort.whole_keys > 0 && sort.whole_keys < static_cast<int>(sort.keys.size())) {
      exec::PartitionTopKSpec top;
      top.schema = chain.physical;
      for (int k = 0; k < sort.whole_keys; ++k) top.partition_by.push_back(sort.keys[static_cast<size_t>(k)].expr);
      top.key = sort.keys[static_cast<size_t>(sort.whole_keys)];
      top.fetch = *node.fetch;
      top.kernel = settings_.kernel;
      ARROW_ASSIGN_OR_RAISE(auto op, exec::MakePartitionTopK(std::move(top), settings_.memory));
      Append(chain, op);
      chain.text = PlanText{"PartitionedTopKExec: fetch=" + std::to_string(*node.fetch) + ", partition=[" + logical::JoinExprs(first.partition_by) +
                                "], order=[" + logical::JoinSortKeys(first.order_by) + "]",
                            {std::move(chain.text)}};
    }
    sort.schema = chain.physical;
    sort.output.resize(static_cast<size_t>(chain.physical->num_fields()));
    std::iota(sort.output.begin(), sort.output.end(), 0);
    sort.batch_rows = settings_.batch_rows;
    sort.kernel = settings_.kernel;
    const bool whole = sort.whole_keys > 0;
    ARROW_ASSIGN_OR_RAISE(sorting, exec::MakeSort(std::move(sort), settings_.memory, settings_.spill));
    PlanText text{"SortExec: expr=[" + logical::JoinSortKeys(sort_keys) + "], preserve_partitioning=[false]", {std::move(chain.text)}};
    if (whole) {  // each of the sort's morsels is some whole partitions: the window computes them as they come
      chain.text = std::move(text);
    } else {
      auto logical = chain.logical;
      auto physical = chain.physical;
      End(std::move(chain), sorting);
      chain = Behind(std::exchange(sorting, nullptr), std::move(logical), std::move(physical), std::move(text));
    }
  }
  const Scope& scope = chain.logical->scope();
  spec.schema = chain.physical;
  spec.kernel = settings_.kernel;
  arrow::FieldVector fields = chain.physical->fields();
  for (size_t w = 0; w < node.windows.size(); ++w) {
    const Expr& expr = logical::Unalias(node.windows[w]);
    const auto& call = expr->as<WindowCall>();
    exec::BoundWindow bound;
    bound.ignore_nulls = call.nulls == NullTreatment::kIgnore;
    bound.distinct = call.distinct;
    std::vector<ArgumentInfo> infos;
    for (const Expr& argument : expr.children()) {
      ARROW_ASSIGN_OR_RAISE(auto info, InfoOf(argument, scope));
      infos.push_back(std::move(info));
    }
    // first_value, ... made as aggregates: over a window the frame's rows have an order. A filter takes rows out of the frame, which only the
    // aggregate can do without.
    std::shared_ptr<const WindowFunction> function = call.function;
    if (!function && !call.filter) function = FindBuiltinWindow(call.aggregate->name());
    std::vector<std::shared_ptr<arrow::DataType>> types;
    std::optional<ResolvedAggregate> aggregate;
    if (function) {
      if (call.filter) return bowstring::Error(ErrorKind::kNotImplemented, "FILTER of the window function ", function->name());
      if (call.distinct) return bowstring::Error(ErrorKind::kNotImplemented, "DISTINCT of the window function ", function->name());
      ARROW_ASSIGN_OR_RAISE(auto resolved, function->Resolve(infos));
      types = resolved.argument_types;
      bound.kernel = resolved.kernel;
    } else {
      AggregateRequest request;
      request.arguments = infos;
      request.distinct = call.distinct;
      request.nulls = call.nulls;
      ARROW_ASSIGN_OR_RAISE(aggregate, call.aggregate->Resolve(request));
      types = aggregate->argument_types;
      bound.distinct = call.distinct && !aggregate->ignores_distinct;
    }
    ResolvedAggregate::Types physical;
    for (size_t i = 0; i < types.size() && i < expr.children().size(); ++i) {
      const Expr& argument = expr.children()[i];
      ARROW_ASSIGN_OR_RAISE(auto cast, Bind(!types[i] || infos[i].field->type()->Equals(*types[i]) ? argument : Cast(argument, types[i]), chain));
      physical.push_back(cast->physical_type());
      bound.arguments.push_back(std::move(cast));
    }
    // A default stands beside the values, in their physical type.
    if (function && bound.arguments.size() == 3 && !physical[2]->Equals(*physical[0])) {
      BindOptions wide;
      wide.narrow_output = false;
      for (const size_t i : {size_t{0}, size_t{2}}) {
        const Expr& argument = expr.children()[i];
        ARROW_ASSIGN_OR_RAISE(auto cast, bowstring::Bind(Cast(argument, types[i]), scope, *chain.physical, wide));
        bound.arguments[i] = std::move(cast);
        physical[i] = bound.arguments[i]->physical_type();
      }
    }
    if (call.filter) {
      ARROW_ASSIGN_OR_RAISE(bound.filter, BindCondition(Cast(*call.filter, arrow::boolean()), chain));
    }
    std::shared_ptr<arrow::DataType> key_type;
    if (first.order_by.size() == 1) {
      ARROW_ASSIGN_OR_RAISE(auto field, FieldOf(first.order_by[0].expr, scope));
      key_type = field->type();
      if (key_type->id() == arrow::Type::FLOAT || key_type->id() == arrow::Type::HALF_FLOAT) key_type = arrow::float64();
      if (key_type->id() == arrow::Type::DICTIONARY) key_type = static_cast<const arrow::DictionaryType&>(*key_type).value_type();
    }
    ARROW_ASSIGN_OR_RAISE(bound.frame,
                          exec::BindFrame(call.frame, first.order_by.size(), key_type, first.order_by.empty() || first.order_by[0].ascending));
    if (bound.frame.needs_key() && !spec.range_key) {
      ARROW_ASSIGN_OR_RAISE(spec.range_key, Bind(Cast(first.order_by[0].expr, key_type), chain));
    }
    std::shared_ptr<arrow::DataType> result;
    if (aggregate) {
      ARROW_ASSIGN_OR_RAISE(bound.aggregate, aggregate->make_kernel(physical));
      result = bound.aggregate->result_type();
    }
    const auto& field = node.schema()->arrow()->field(static_cast<int>(fields.size()));
    if (!result) {
      const bool value = !physical.empty() && function && function->name() != "ntile" && FindBuiltinWindow(function->name()) != nullptr;
      result = value ? physical[0] : field->type();
    }
    fields.push_back(field->WithType(std::move(result)));
    spec.windows.push_back(std::move(bound));
  }
  auto physical = arrow::schema(std::move(fields), chain.physical->metadata());
  spec.output = physical;
  ARROW_ASSIGN_OR_RAISE(auto sink, sorting ? exec::MakeSortedWindow(std::move(spec), settings_.memory, std::move(sorting))
                                           : exec::MakeWindow(std::move(spec), settings_.memory, settings_.spill));
  PlanText text{"WindowAggExec: wdw=[" + logical::JoinExprs(node.windows) + "]", {std::move(chain.text)}};
  End(std::move(chain), sink);
  return Behind(sink, node.schema(), std::move(physical), std::move(text));
}

}  // namespace bowstring::physical
