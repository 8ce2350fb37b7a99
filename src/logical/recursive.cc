// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/recursive.h"

#include <utility>

#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;

namespace {

Result<SchemaPtr> Nullable(const LogicalPlan& plan) {
  std::vector<QualifiedField> fields;
  for (const QualifiedField& field : plan.schema()->fields()) fields.push_back({std::nullopt, field.field->WithNullable(true)});
  return Schema::Make(std::move(fields), plan.schema()->arrow()->metadata());
}

}  // namespace

Result<PlanPtr> RecursiveQuery::Make(std::string name, PlanPtr first, PlanPtr next, bool distinct) {
  ARROW_RETURN_NOT_OK(CheckDepth({first, next}));
  const int columns = first->schema()->num_fields();
  if (columns != next->schema()->num_fields()) {
    return Error(ErrorKind::kPlan, "Non-recursive term and recursive term must have the same number of columns (", columns,
                 " != ", next->schema()->num_fields(), ")");
  }
  for (int i = 0; i < columns; ++i) {
    const auto& from = next->schema()->field(i).field;
    if (from->type()->Equals(*first->schema()->field(i).field->type())) continue;
    return Error(ErrorKind::kInternal, "column ", from->name(), " of the recursive term of ", name, " has another type");
  }
  ARROW_ASSIGN_OR_RAISE(auto schema, Nullable(*first));
  std::shared_ptr<RecursiveQuery> query(new RecursiveQuery(std::move(schema), {std::move(first), std::move(next)}));
  query->name = std::move(name);
  query->distinct = distinct;
  return query;
}

Result<PlanPtr> RecursiveQuery::WithParts(std::vector<Expr>, std::vector<PlanPtr> inputs) const {
  return Make(name, std::move(inputs[0]), std::move(inputs[1]), distinct);
}

std::string RecursiveQuery::Display() const { return std::string("RecursiveQuery: is_distinct=") + (distinct ? "true" : "false"); }

bool RecursiveQuery::SameRest(const LogicalPlan& other) const {
  const auto& query = other.As<RecursiveQuery>();
  return name == query.name && distinct == query.distinct;
}

Result<PlanPtr> WorkTable::Make(std::string name, const LogicalPlan& first) {
  ARROW_ASSIGN_OR_RAISE(auto schema, Nullable(first));
  std::shared_ptr<WorkTable> table(new WorkTable(std::move(schema), {}));
  table->name = std::move(name);
  return table;
}

Result<PlanPtr> WorkTable::WithParts(std::vector<Expr>, std::vector<PlanPtr>) const {
  return std::const_pointer_cast<LogicalPlan>(shared_from_this());
}

bool WorkTable::SameRest(const LogicalPlan& other) const {
  return name == other.As<WorkTable>().name && schema()->ToString() == other.schema()->ToString();
}

bool ReadsWorkTable(const LogicalPlan& plan, const std::string& name) {
  if (const auto* table = plan.TryAs<WorkTable>()) return table->name == name;
  for (const PlanPtr& input : plan.inputs()) {
    if (ReadsWorkTable(*input, name)) return true;
  }
  bool reads = false;
  for (const Expr& expr : plan.Expressions()) {
    VisitExpr(expr, [&](const Expr& part) {
      if (const auto* subquery = std::get_if<SubqueryPlan>(&part->data)) reads = reads || ReadsWorkTable(*subquery->plan, name);
      return !reads;
    });
  }
  return reads;
}

}  // namespace bowstring::logical
