// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/sort.h"

#include <bowstring/error.h>

#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Sort::Make(PlanPtr input, std::vector<SortKey> keys, std::optional<int64_t> fetch) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  for (const SortKey& key : keys) ARROW_RETURN_NOT_OK(FieldIn(key.expr, input->schema()->scope()).status());
  SchemaPtr schema = input->schema();
  std::shared_ptr<Sort> sort(new Sort(std::move(schema), {std::move(input)}));
  sort->keys = std::move(keys);
  sort->fetch = fetch;
  return sort;
}

std::vector<Expr> Sort::Expressions() const {
  std::vector<Expr> exprs;
  for (const SortKey& key : keys) exprs.push_back(key.expr);
  return exprs;
}

Result<PlanPtr> Sort::WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const {
  std::vector<SortKey> next = keys;
  for (size_t i = 0; i < next.size(); ++i) next[i].expr = std::move(expressions[i]);
  return Make(std::move(inputs[0]), std::move(next), fetch);
}

std::string Sort::Display() const {
  return "Sort: " + JoinSortKeys(keys) + (fetch ? ", fetch=" + std::to_string(*fetch) : "");
}

bool Sort::SameRest(const LogicalPlan& other) const {
  const Sort& sort = other.As<Sort>();
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].ascending != sort.keys[i].ascending || keys[i].nulls_first != sort.keys[i].nulls_first) return false;
  }
  return fetch == sort.fetch;
}

}  // namespace bowstring::logical
