// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/join.h"

#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

#include "expr/coercion.h"
#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;
using arrow::Status;

namespace {

Status AppendSide(const Schema& schema, bool nullable, std::vector<QualifiedField>* fields) {
  for (const QualifiedField& field : schema.fields()) {
    fields->push_back({field.relation, nullable ? field.field->WithNullable(true) : field.field});
  }
  return Status::OK();
}

Result<SchemaPtr> OutputSchema(const Schema& left, const Schema& right, JoinType type) {
  std::vector<QualifiedField> fields;
  if (type != JoinType::kRightSemi && type != JoinType::kRightAnti) {
    ARROW_RETURN_NOT_OK(AppendSide(left, type == JoinType::kRight || type == JoinType::kFull, &fields));
  }
  if (type != JoinType::kLeftSemi && type != JoinType::kLeftAnti) {
    ARROW_RETURN_NOT_OK(AppendSide(right, type == JoinType::kLeft || type == JoinType::kFull, &fields));
  }
  return Schema::Make(std::move(fields), left.arrow()->metadata());
}

}  // namespace

std::string_view ToString(JoinType type) {
  switch (type) {
    case JoinType::kInner: return "Inner";
    case JoinType::kLeft: return "Left";
    case JoinType::kRight: return "Right";
    case JoinType::kFull: return "Full";
    case JoinType::kLeftSemi: return "LeftSemi";
    case JoinType::kRightSemi: return "RightSemi";
    case JoinType::kLeftAnti: return "LeftAnti";
    case JoinType::kRightAnti: return "RightAnti";
  }
  return "?";
}

Result<SchemaPtr> Join::BothSides(const LogicalPlan& left, const LogicalPlan& right) {
  return OutputSchema(*left.schema(), *right.schema(), JoinType::kInner);
}

Result<PlanPtr> Join::Make(PlanPtr left, PlanPtr right, JoinType type, std::vector<std::pair<Expr, Expr>> on,
                           std::optional<Expr> filter, JoinOptions options) {
  ARROW_RETURN_NOT_OK(CheckDepth({left, right}));
  ARROW_ASSIGN_OR_RAISE(auto schema, OutputSchema(*left->schema(), *right->schema(), type));
  for (auto& [a, b] : on) {
    ARROW_ASSIGN_OR_RAISE(const auto left_field, FieldIn(a, left->schema()->scope()));
    ARROW_ASSIGN_OR_RAISE(const auto right_field, FieldIn(b, right->schema()->scope()));
    const auto &left_type = left_field->type(), &right_type = right_field->type();
    if (left_type->Equals(*right_type)) continue;
    const auto common = ComparisonType(left_type, right_type);
    if (common == nullptr) {
      return Error(ErrorKind::kPlan, "Cannot infer common argument type for comparison operation ", TypeName(*left_type), " = ",
                   TypeName(*right_type));
    }
    if (!left_type->Equals(*common)) a = Cast(a, common);
    if (!right_type->Equals(*common)) b = Cast(b, common);
  }
  if (filter) {
    ARROW_ASSIGN_OR_RAISE(const auto both, BothSides(*left, *right));
    ARROW_ASSIGN_OR_RAISE(const auto filter_field, FieldIn(*filter, both->scope()));
    const auto& filter_type = filter_field->type();
    if (filter_type->id() != arrow::Type::BOOL && filter_type->id() != arrow::Type::NA) {
      return Error(ErrorKind::kPlan, "Join condition must be boolean type, but got ", TypeName(*filter_type));
    }
  }
  std::shared_ptr<Join> join(new Join(std::move(schema), {std::move(left), std::move(right)}));
  join->type = type;
  join->constraint = options.constraint;
  join->on = std::move(on);
  join->filter = std::move(filter);
  join->nulls_equal = options.nulls_equal;
  join->null_aware = options.null_aware;
  return join;
}

std::vector<Expr> Join::Expressions() const {
  std::vector<Expr> exprs;
  for (const auto& [a, b] : on) {
    exprs.push_back(a);
    exprs.push_back(b);
  }
  if (filter) exprs.push_back(*filter);
  return exprs;
}

Result<PlanPtr> Join::WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const {
  std::vector<std::pair<Expr, Expr>> keys;
  for (size_t i = 0; i < on.size(); ++i) keys.emplace_back(std::move(expressions[2 * i]), std::move(expressions[2 * i + 1]));
  std::optional<Expr> rest;
  if (filter) rest = std::move(expressions.back());
  return Make(std::move(inputs[0]), std::move(inputs[1]), type, std::move(keys), std::move(rest),
              {constraint, nulls_equal, null_aware});
}

std::string Join::Display() const {
  if (cross()) return "Cross Join:";
  std::string text = std::string(ToString(type)) + " Join: ";
  if (constraint == JoinConstraint::kUsing) text += "Using ";
  for (size_t i = 0; i < on.size(); ++i) {
    if (i > 0) text += ", ";
    text += on[i].first.ToString() + " = " + on[i].second.ToString();
  }
  if (filter) text += " Filter: " + filter->ToString();
  if (null_aware) text += " null_aware";
  return text;
}

bool Join::SameRest(const LogicalPlan& other) const {
  const Join& join = other.As<Join>();
  return type == join.type && on.size() == join.on.size() && nulls_equal == join.nulls_equal && null_aware == join.null_aware;
}

}  // namespace bowstring::logical
