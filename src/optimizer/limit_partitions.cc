// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <limits>

#include <arrow/scalar.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/window_function.h>

#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

// What is kept of each partition, so that other rows can be told apart: more would cost more than sorting does.
constexpr int64_t kMostRows = 64;
// Where all rows are one partition, a sort keeps the first.
constexpr int64_t kMostSorted = 65536;

std::optional<int64_t> Integer(const Expr& expr) {
  if (expr.kind() != ExprKind::kLiteral) return std::nullopt;
  const arrow::Scalar& value = *expr->as<LiteralValue>().value;
  if (!value.is_valid || !arrow::is_integer(value.type->id())) return std::nullopt;
  const auto number = value.CastTo(arrow::int64());
  if (!number.ok()) return std::nullopt;
  return static_cast<const arrow::Int64Scalar&>(**number).value;
}

/// Which window column a conjunct keeps at or below which number: `c <= 2`, `3 > c`, `c = 1`, `c BETWEEN 1 AND 2`.
struct Top {
  int column = -1;
  int64_t number = std::numeric_limits<int64_t>::max();
};
Top TopOf(const Expr& conjunct, const Schema& schema) {
  const auto at_most = [&](const Expr& column, const Expr& number, int64_t less) -> Top {
    const std::optional<int64_t> value = Integer(number);
    const std::optional<int> index = column.kind() == ExprKind::kColumn ? schema.scope().TryResolve(column->as<ColumnRef>()) : std::nullopt;
    return value && index && *value > less ? Top{*index, *value - less} : Top{};
  };
  if (conjunct.kind() == ExprKind::kBetween) {
    return conjunct->as<Negated>().negated ? Top{} : at_most(conjunct.children()[0], conjunct.children()[2], 0);
  }
  if (conjunct.kind() != ExprKind::kBinary || conjunct.children().size() != 2) return {};
  const Expr &left = conjunct.children()[0], &right = conjunct.children()[1];
  switch (conjunct->as<BinaryOp>()) {
    case BinaryOp::kLtEq: return at_most(left, right, 0);
    case BinaryOp::kLt: return at_most(left, right, 1);
    case BinaryOp::kGtEq: return at_most(right, left, 0);
    case BinaryOp::kGt: return at_most(right, left, 1);
    case BinaryOp::kEq: {
      const Top top = at_most(left, right, 0);
      return top.column >= 0 ? top : at_most(right, left, 0);
    }
    default: return {};
  }
}

/// A rank of the row among those that come before it or tie with it.
bool Ranks(const WindowCall& call) { return call.function && (call.function->name() == "row_number" || call.function->name() == "rank"); }

/// Whether its values don't depend on rows that come later and don't tie.
bool LooksBack(const WindowCall& call) {
  if (Ranks(call) || (call.function && call.function->name() == "dense_rank")) return true;
  return call.aggregate && call.frame.exclude == FrameExclude::kNoOthers &&
         (call.frame.end.kind == FrameBound::kCurrentRow || call.frame.end.kind == FrameBound::kPreceding);
}

bool CanLimit(const Window& window) {
  const auto& first = Unalias(window.windows[0])->as<WindowCall>();
  if (first.order_by.empty()) return false;
  const auto constant = [](const Expr& expr) { return Deterministic(expr); };
  return std::all_of(window.windows.begin(), window.windows.end(), [](const Expr& expr) { return LooksBack(Unalias(expr)->as<WindowCall>()); }) &&
         std::all_of(first.partition_by.begin(), first.partition_by.end(), constant) &&
         std::all_of(first.order_by.begin(), first.order_by.end(), [&](const SortKey& key) { return constant(key.expr); });
}

/// Of rows that tie, only so many are needed as are asked for.
bool OnlyRowNumbers(const Window& window) {
  return std::all_of(window.windows.begin(), window.windows.end(), [](const Expr& expr) {
    const auto& call = Unalias(expr)->as<WindowCall>();
    return call.function && call.function->name() == "row_number";
  });
}

}  // namespace

/// Where a filter asks for the first rows of each partition (row_number() <= 2), the window needn't be given the others. PartitionedTopKExec
/// leaves most of them out before the sort; where all rows are one partition, that is a sort with a limit.
Result<PlanPtr> LimitPartitions(const PlanPtr& plan) {
  return TransformUp(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    const auto* filter = node->TryAs<Filter>();
    const auto* window = filter ? filter->input()->TryAs<Window>() : nullptr;
    if (window == nullptr || window->fetch || !CanLimit(*window)) return node;
    int64_t rows = std::numeric_limits<int64_t>::max();
    for (const Expr& conjunct : SplitConjuncts(filter->predicate)) {
      const Top top = TopOf(conjunct, *window->schema());
      const int number = top.column - window->input()->schema()->num_fields();
      if (number >= 0 && Ranks(Unalias(window->windows[static_cast<size_t>(number)])->as<WindowCall>())) rows = std::min(rows, top.number);
    }
    PlanPtr limited;
    if (const auto& first = Unalias(window->windows[0])->as<WindowCall>(); first.partition_by.empty()) {
      if (rows > kMostSorted || !OnlyRowNumbers(*window)) return node;
      ARROW_ASSIGN_OR_RAISE(PlanPtr top, Sort::Make(window->input(), first.order_by, rows));
      ARROW_ASSIGN_OR_RAISE(limited, Window::Make(std::move(top), window->windows, rows));
    } else {
      if (rows > kMostRows) return node;
      ARROW_ASSIGN_OR_RAISE(limited, Window::Make(window->input(), window->windows, rows));
    }
    return Filter::Make(std::move(limited), filter->predicate);
  });
}

}  // namespace bowstring::optimizer
