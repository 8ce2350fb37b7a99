// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// TABLESAMPLE: a share of a table's rows is a filter by a random number for each, a number of rows the first by such numbers. REPEATABLE draws
// them from the rows' places and the seed.

#include <cmath>

#include <arrow/scalar.h>

#include <bowstring/error.h>

#include "expr/fold_constants.h"
#include "logical/builder.h"
#include "logical/limit.h"
#include "logical/rewrite.h"
#include "logical/sort.h"
#include "sql/ast_print.h"
#include "sql/binder.h"

namespace bowstring::sql {

using arrow::Result;

Result<double> Binder::SampleNumber(const AstExpr& number) {
  ARROW_ASSIGN_OR_RAISE(Expr value, Bind(number, Frame{}));
  ARROW_ASSIGN_OR_RAISE(value, FoldConstants(Cast(std::move(value), arrow::float64()), Scope()));
  const Expr& plain = logical::Unalias(value);
  if (plain.kind() == NodeKind::kLiteral) {
    const auto& scalar = *plain->as<LiteralValue>().value;
    if (scalar.type->id() == arrow::Type::DOUBLE && scalar.is_valid) {
      const double found = static_cast<const arrow::DoubleScalar&>(scalar).value;
      if (std::isfinite(found)) return found;
    }
  }
  return Error(ErrorKind::kPlan, "TABLESAMPLE needs a constant number, got ", ToSql(number));
}

Result<PlanPtr> Binder::Sample(PlanPtr plan, const AstTableSample& sample) {
  using Unit = AstTableSample::Unit;
  const std::string& method = sample.method;
  if (!method.empty() && method != "bernoulli" && method != "system" && method != "reservoir") {
    return Error(ErrorKind::kNotImplemented, "TABLESAMPLE ", method);
  }
  ARROW_ASSIGN_OR_RAISE(const double quantity, SampleNumber(*sample.quantity));
  const bool rows = sample.unit == Unit::kRows || (sample.unit == Unit::kUnspecified && method == "reservoir");
  if (quantity < 0 || (rows ? quantity != std::floor(quantity) || quantity > 1e15 : quantity > 100)) {
    return Error(ErrorKind::kPlan, "TABLESAMPLE: ", ToSql(*sample.quantity), rows ? " is no number of rows" : " isn't between 0 and 100 percent");
  }
  if (!rows && quantity == 100) return plan;
  const Exprs columns = logical::AllColumns(*plan);
  Expr draw;  // from 0 to 1
  if (sample.seed == nullptr) {
    ARROW_ASSIGN_OR_RAISE(draw, CallNamed("random", {}));
  } else {
    ARROW_ASSIGN_OR_RAISE(const double seed, SampleNumber(*sample.seed));
    WindowCall window;
    window.function = catalog_.FindWindow("row_number");
    ARROW_ASSIGN_OR_RAISE(window.frame, BindFrame(nullptr, false));
    const Expr place = MakeExpr(NodeKind::kWindow, {}, std::move(window));
    ARROW_ASSIGN_OR_RAISE(plan, logical::AddWindows(std::move(plan), {place}));
    const Expr at = plan->schema()->column(plan->schema()->num_fields() - 1);
    constexpr int64_t kParts = 1'000'000'007;
    ARROW_ASSIGN_OR_RAISE(Expr hash, CallNamed("spark_xxhash64", {Cast(at, arrow::int64()), Literal(seed)}));
    ARROW_ASSIGN_OR_RAISE(hash, CallNamed("abs", {Binary(bowstring::BinaryOp::kModulo, std::move(hash), Literal(kParts))}));
    draw = Binary(bowstring::BinaryOp::kDivide, Cast(std::move(hash), arrow::float64()), Literal(static_cast<double>(kParts)));
  }
  if (rows) {
    SortKey key{std::move(draw), true, false};
    ARROW_ASSIGN_OR_RAISE(plan, logical::Sort::Make(std::move(plan), {std::move(key)}));
    ARROW_ASSIGN_OR_RAISE(plan, logical::Limit::Make(std::move(plan), 0, static_cast<int64_t>(quantity)));
  } else {
    ARROW_ASSIGN_OR_RAISE(plan, logical::Where(std::move(plan), Binary(bowstring::BinaryOp::kLt, std::move(draw), Literal(quantity / 100))));
  }
  return sample.seed == nullptr ? Result<PlanPtr>(plan) : logical::Select(std::move(plan), columns);
}

}  // namespace bowstring::sql
