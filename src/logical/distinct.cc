// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/distinct.h"

#include <bowstring/error.h>

#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Distinct::Make(PlanPtr input) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  SchemaPtr schema = input->schema();
  return std::shared_ptr<Distinct>(new Distinct(std::move(schema), {std::move(input)}));
}

Result<PlanPtr> Distinct::WithParts(std::vector<Expr>, std::vector<PlanPtr> inputs) const { return Make(std::move(inputs[0])); }

Result<PlanPtr> DistinctOn::Make(PlanPtr input, std::vector<Expr> on, std::vector<Expr> select, std::vector<SortKey> sort) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  if (on.empty()) return Error(ErrorKind::kPlan, "No `ON` expressions provided");
  if (!sort.empty()) {
    bool matches = sort.size() >= on.size();
    for (size_t i = 0; matches && i < on.size(); ++i) matches = on[i].Equals(sort[i].expr);
    if (!matches) {
      return Error(ErrorKind::kPlan, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions");
    }
  }
  const Scope& scope = input->schema()->scope();
  for (const Expr& key : on) ARROW_RETURN_NOT_OK(FieldIn(key, scope).status());
  for (const SortKey& key : sort) ARROW_RETURN_NOT_OK(FieldIn(key.expr, scope).status());
  std::vector<QualifiedField> fields;
  for (const Expr& expr : select) {
    ARROW_ASSIGN_OR_RAISE(auto field, FieldIn(expr, scope));
    fields.push_back({OutputName(expr).first, std::move(field)});
  }
  ARROW_ASSIGN_OR_RAISE(auto schema, Schema::Make(std::move(fields), input->schema()->arrow()->metadata()));
  std::shared_ptr<DistinctOn> distinct(new DistinctOn(std::move(schema), {std::move(input)}));
  distinct->on = std::move(on);
  distinct->select = std::move(select);
  distinct->sort = std::move(sort);
  return distinct;
}

std::vector<Expr> DistinctOn::Expressions() const {
  std::vector<Expr> exprs = on;
  exprs.insert(exprs.end(), select.begin(), select.end());
  for (const SortKey& key : sort) exprs.push_back(key.expr);
  return exprs;
}

Result<PlanPtr> DistinctOn::WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const {
  auto at = expressions.begin();
  std::vector<Expr> next_on(at, at + on.size());
  at += on.size();
  std::vector<Expr> next_select(at, at + select.size());
  at += select.size();
  std::vector<SortKey> next_sort = sort;
  for (SortKey& key : next_sort) key.expr = *at++;
  return Make(std::move(inputs[0]), std::move(next_on), std::move(next_select), std::move(next_sort));
}

std::string DistinctOn::Display() const {
  return "DistinctOn: on_expr=[[" + JoinExprs(on) + "]], select_expr=[[" + JoinExprs(select) + "]], sort_expr=[[" +
         JoinSortKeys(sort) + "]]";
}

bool DistinctOn::SameRest(const LogicalPlan& other) const {
  const DistinctOn& distinct = other.As<DistinctOn>();
  if (on.size() != distinct.on.size() || select.size() != distinct.select.size()) return false;
  for (size_t i = 0; i < sort.size(); ++i) {
    if (!sort[i].Equals(distinct.sort[i])) return false;
  }
  return true;
}

}  // namespace bowstring::logical
