// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/unnest_select.h"

#include <algorithm>
#include <optional>
#include <string>

#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "logical/projection.h"
#include "logical/rewrite.h"
#include "logical/unnest.h"

namespace bowstring::logical {

using arrow::Result;

namespace {

// One call: what it spreads, how deep, and where its rows are to be found.
struct Call {
  Expr call;
  size_t base;
  int depth;
  std::string output;
};

// unnest(unnest(x)) where x is a list of structs: its elements are spread first, then their fields.
bool SpreadsElements(const Expr& expr, const LogicalPlan& plan) {
  const Expr& outer = Unalias(expr);
  if (outer.kind() != ExprKind::kUnnest || outer.children()[0].kind() != ExprKind::kUnnest) return false;
  Expr base = outer;
  int depth = -1;
  for (; base.kind() == ExprKind::kUnnest; ++depth) base = Expr(base.children()[0]);
  const auto field = FieldIn(base, plan.schema()->scope());
  if (!field.ok()) return false;
  std::shared_ptr<arrow::DataType> type = (*field)->type();
  for (; depth > 0 && type->id() != arrow::Type::STRUCT && Unnest::Spreads(*type); --depth) type = type->field(0)->type();
  return depth == 0 && type->id() == arrow::Type::STRUCT;
}

Result<PlanPtr> SelectElements(PlanPtr plan, const std::vector<Expr>& exprs) {
  std::vector<Expr> first, second;
  for (const Expr& expr : exprs) {
    const bool spreads = SpreadsElements(expr, *plan);
    Expr part = spreads ? Expr(Unalias(expr).children()[0]) : expr;
    const std::string name = part.name();
    const auto same = [&](const Expr& other) { return other.name() == name; };
    if (const auto at = std::find_if(first.begin(), first.end(), same); at == first.end() || !at->Equals(part)) first.push_back(std::move(part));
    second.push_back(spreads ? MakeExpr(ExprKind::kUnnest, {Column(name)}) : expr.kind() == ExprKind::kColumn ? expr : Column(name));
  }
  ARROW_ASSIGN_OR_RAISE(plan, SelectUnnest(std::move(plan), std::move(first)));
  return SelectUnnest(std::move(plan), std::move(second));
}

}  // namespace

Result<PlanPtr> SelectUnnest(PlanPtr plan, std::vector<Expr> exprs) {
  if (std::any_of(exprs.begin(), exprs.end(), [&](const Expr& expr) { return SpreadsElements(expr, *plan); })) {
    return SelectElements(std::move(plan), exprs);
  }
  std::vector<Expr> bases;
  std::vector<Call> calls;
  for (const Expr& unnest : FindAll(exprs, ExprKind::kUnnest)) {
    int depth = 1;
    Expr base = unnest.children()[0];
    for (; base.kind() == ExprKind::kUnnest; ++depth) base = Expr(base.children()[0]);
    size_t at = 0;
    while (at < bases.size() && !bases[at].Equals(base)) ++at;
    if (at == bases.size()) bases.push_back(base);
    calls.push_back({unnest, at, depth, ""});
  }
  std::vector<Expr> inner;
  std::vector<std::string> base_names;
  for (const Expr& base : bases) {
    base_names.push_back("__unnest_placeholder(" + base.name() + ")");
    inner.push_back(base.Alias(base_names.back()));
  }
  // Columns that are read beside it go through.
  std::vector<bool> used(static_cast<size_t>(plan->schema()->num_fields()), false);
  for (const Expr& expr : exprs) {
    ARROW_RETURN_NOT_OK(RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
                          if (part.kind() == ExprKind::kUnnest) return std::optional<Expr>(part);
                          if (part.kind() == ExprKind::kColumn) ARROW_RETURN_NOT_OK(CollectColumns(part, *plan->schema(), &used));
                          return std::optional<Expr>{};
                        }).status());
  }
  for (size_t i = 0; i < used.size(); ++i) {
    if (used[i]) inner.push_back(plan->schema()->column(static_cast<int>(i)));
  }
  if (FindAll(inner, ExprKind::kUnnest).empty()) {
    ARROW_ASSIGN_OR_RAISE(plan, Projection::Make(std::move(plan), std::move(inner)));
  } else {  // a call inside of what another one spreads
    ARROW_ASSIGN_OR_RAISE(plan, SelectUnnest(std::move(plan), std::move(inner)));
  }
  std::vector<Unnest::Column> columns;
  for (Call& call : calls) {
    const auto& type = *plan->schema()->field(static_cast<int>(call.base)).field->type();
    if (type.id() == arrow::Type::NA) return Error(ErrorKind::kNotImplemented, "unnest() does not support null yet");
    if (type.id() == arrow::Type::STRUCT && call.depth > 1) {
      return Error(ErrorKind::kPlan, "unnest on struct can only be applied at the root level of select expression");
    }
    if (type.id() != arrow::Type::STRUCT && !Unnest::Spreads(type)) {
      return Error(ErrorKind::kPlan, "unnest() can only be applied to array, struct and null");
    }
    call.output = base_names[call.base];
    if (type.id() != arrow::Type::STRUCT) call.output.insert(call.output.size() - 1, ",depth=" + std::to_string(call.depth));
    columns.push_back({static_cast<int>(call.base), call.output, call.depth});
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr spread, Unnest::Make(plan, std::move(columns), /*preserve_nulls=*/false));
  std::vector<Expr> outer;
  for (const Expr& expr : exprs) {
    // A struct alone spreads to a column a field.
    const Expr& bare = Unalias(expr);
    const auto whole = std::find_if(calls.begin(), calls.end(), [&](const Call& call) {
      return bare.Equals(call.call) && plan->schema()->field(static_cast<int>(call.base)).field->type()->id() == arrow::Type::STRUCT;
    });
    if (whole != calls.end()) {
      const auto& field = plan->schema()->field(static_cast<int>(whole->base)).field;
      for (int f = 0; f < field->type()->num_fields(); ++f) {
        const std::string& child = field->type()->field(f)->name();
        outer.push_back(Column(field->name() + "." + child).Alias(bases[whole->base].name() + "." + child));
      }
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(Expr next, RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
                            if (part.kind() != ExprKind::kUnnest) return std::optional<Expr>{};
                            for (const Call& call : calls) {
                              if (!part.Equals(call.call)) continue;
                              if (plan->schema()->field(static_cast<int>(call.base)).field->type()->id() == arrow::Type::STRUCT) {
                                return Error(ErrorKind::kPlan,
                                             "unnest on struct can only be applied at the root level of select expression");
                              }
                              return std::optional<Expr>(Column(call.output));
                            }
                            return std::optional<Expr>{};
                          }));
    outer.push_back(KeepName(expr, std::move(next)));
  }
  return Projection::Make(std::move(spread), std::move(outer));
}

}  // namespace bowstring::logical
