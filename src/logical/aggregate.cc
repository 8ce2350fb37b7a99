// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/aggregate.h"

#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;
using arrow::Status;

namespace {

constexpr size_t kMaxGroupingColumns = 64;

Status Append(const Expr& expr, const Scope& scope, bool nullable, std::vector<QualifiedField>* fields) {
  ARROW_ASSIGN_OR_RAISE(auto field, FieldIn(expr, scope));
  if (nullable) field = field->WithNullable(true);
  fields->push_back({OutputName(expr).first, std::move(field)});
  return Status::OK();
}

/// Grouping sets give each of their columns once, in the order of appearance, and an id that tells the sets apart.
Status AppendGroupingSet(const Expr& set, const Scope& scope, std::vector<QualifiedField>* fields) {
  std::vector<Expr> columns;
  for (const Expr& column : set.children()) {
    bool known = false;
    for (const Expr& other : columns) known |= other.Equals(column);
    if (!known) columns.push_back(column);
  }
  if (columns.size() > kMaxGroupingColumns) {
    return Error(ErrorKind::kPlan, "Grouping sets with more than ", kMaxGroupingColumns, " columns are not supported");
  }
  for (const Expr& column : columns) ARROW_RETURN_NOT_OK(Append(column, scope, true, fields));
  std::shared_ptr<arrow::DataType> type = arrow::uint64();
  if (columns.size() <= 8) {
    type = arrow::uint8();
  } else if (columns.size() <= 16) {
    type = arrow::uint16();
  } else if (columns.size() <= 32) {
    type = arrow::uint32();
  }
  fields->push_back({std::nullopt, arrow::field("__grouping_id", std::move(type), false)});
  return Status::OK();
}

}  // namespace

Result<PlanPtr> Aggregate::Make(PlanPtr input, std::vector<Expr> groups, std::vector<Expr> aggregates) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  const Scope& scope = input->schema()->scope();
  std::vector<QualifiedField> fields;
  for (const Expr& group : groups) {
    if (group.kind() == ExprKind::kGroupingSet) {
      if (groups.size() > 1) return Error(ErrorKind::kInternal, "a grouping set beside other groups: ", JoinExprs(groups));
      ARROW_RETURN_NOT_OK(AppendGroupingSet(group, scope, &fields));
    } else {
      ARROW_RETURN_NOT_OK(Append(group, scope, false, &fields));
    }
  }
  for (const Expr& aggregate : aggregates) {
    if (Unalias(aggregate).kind() != ExprKind::kAggregate) {
      return Error(ErrorKind::kPlan, "an aggregate function is expected, found: ", aggregate.ToString());
    }
    ARROW_RETURN_NOT_OK(Append(aggregate, scope, false, &fields));
  }
  ARROW_ASSIGN_OR_RAISE(auto schema, Schema::Make(std::move(fields), input->schema()->arrow()->metadata()));
  std::shared_ptr<Aggregate> aggregate(new Aggregate(std::move(schema), {std::move(input)}));
  aggregate->groups = std::move(groups);
  aggregate->aggregates = std::move(aggregates);
  return aggregate;
}

std::vector<Expr> Aggregate::Expressions() const {
  std::vector<Expr> exprs = groups;
  exprs.insert(exprs.end(), aggregates.begin(), aggregates.end());
  return exprs;
}

Result<PlanPtr> Aggregate::WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const {
  std::vector<Expr> last(expressions.begin() + groups.size(), expressions.end());
  expressions.resize(groups.size());
  return Make(std::move(inputs[0]), std::move(expressions), std::move(last));
}

std::string Aggregate::Display() const {
  return "Aggregate: groupBy=[[" + JoinExprs(groups) + "]], aggr=[[" + JoinExprs(aggregates) + "]]";
}

bool Aggregate::SameRest(const LogicalPlan& other) const { return groups.size() == other.As<Aggregate>().groups.size(); }

}  // namespace bowstring::logical
