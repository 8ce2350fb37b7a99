// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "optimizer/partial_aggregate.h"

#include <utility>

#include <arrow/type.h>

#include <bowstring/aggregate_function.h>

#include "expr/type.h"
#include "logical/rewrite.h"

namespace bowstring::optimizer {

Expr Aggregated(std::shared_ptr<const AggregateFunction> function, Expr argument) {
  AggregateCall call;
  call.function = std::move(function);
  return MakeExpr(ExprKind::kAggregate, {std::move(argument)}, std::move(call));
}

arrow::Result<Expr> AsWanted(Expr value, const logical::Schema& whole, const Expr& wanted, const std::shared_ptr<arrow::DataType>& type, const Expr& original) {
  ARROW_ASSIGN_OR_RAISE(const auto given, TypeOf(value, whole.scope()));
  if (!given->Equals(*type)) value = Cast(value, type);
  if (logical::Unalias(original)->as<AggregateCall>().function->name() == "count") {
    value = MakeExpr(ExprKind::kCase, {IsNull(value), Literal(int64_t{0}), value}, CaseShape{false, true});
  }
  return logical::KeepName(wanted, std::move(value));
}

}  // namespace bowstring::optimizer
