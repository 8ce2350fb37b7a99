// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

#include "expr/coercion.h"
#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;
using arrow::Status;

namespace {

Result<int> ResolveKey(const LogicalPlan& plan, const Expr& key) {
  return plan.schema()->scope().Resolve(key->as<ColumnRef>());
}

/// The first of two values that isn't NULL.
Expr FirstOf(const Expr& a, const Expr& b) {
  return Case({.has_operand = false, .has_else = true}, {IsNotNull(a), a, b});
}

/// Both sides' casts to common types, column by column; none where the counts differ.
Result<std::vector<TypePtr>> CommonTypes(const std::vector<PlanPtr>& inputs) {
  const Schema& first = *inputs[0]->schema();
  std::vector<TypePtr> types;
  for (const QualifiedField& field : first.fields()) types.push_back(field.field->type());
  for (const PlanPtr& input : inputs) {
    const Schema& schema = *input->schema();
    if (schema.num_fields() != first.num_fields()) {
      return Error(ErrorKind::kPlan, "UNION queries have different number of columns: left has ", first.num_fields(),
                   " columns whereas right has ", schema.num_fields(), " columns");
    }
    for (int i = 0; i < schema.num_fields(); ++i) {
      const TypePtr& other = schema.field(i).field->type();
      if (types[i]->Equals(*other)) continue;
      TypePtr common = UnionType(types[i], other);
      if (common == nullptr) {
        return Error(ErrorKind::kPlan, "Incompatible inputs for Union: Previous inputs were of type ", TypeName(*types[i]),
                     ", but got incompatible type ", TypeName(*other), " on column '", schema.field(i).field->name(), "'");
      }
      types[i] = std::move(common);
    }
  }
  return types;
}

bool SharesNames(const Schema& left, const Schema& right) {
  for (const QualifiedField& field : left.fields()) {
    for (int i : right.FindAll(field.field->name())) {
      if (right.field(i).relation == field.relation || !right.field(i).relation || !field.relation) return true;
    }
  }
  return false;
}

/// A semi or anti join by all columns, NULLs equal.
Result<PlanPtr> SetOperation(PlanPtr left, PlanPtr right, JoinType type, bool distinct) {
  if (left->schema()->num_fields() != right->schema()->num_fields()) {
    return Error(ErrorKind::kPlan, "INTERSECT/EXCEPT query must have the same number of columns. Left is ", left->schema()->num_fields(),
                 " and right is ", right->schema()->num_fields(), ".");
  }
  // All rows come from the left side and keep its types; the join compares in types common to both.
  if (SharesNames(*left->schema(), *right->schema())) {
    ARROW_ASSIGN_OR_RAISE(left, AliasPlan(std::move(left), TableName{"", "", "left"}));
    ARROW_ASSIGN_OR_RAISE(right, AliasPlan(std::move(right), TableName{"", "", "right"}));
  }
  if (distinct) {
    ARROW_ASSIGN_OR_RAISE(left, Distinct::Make(std::move(left)));
  }
  std::vector<std::pair<Expr, Expr>> on;
  for (int i = 0; i < left->schema()->num_fields(); ++i) on.emplace_back(left->schema()->column(i), right->schema()->column(i));
  return Join::Make(std::move(left), std::move(right), type, std::move(on), {}, {.nulls_equal = true});
}

}  // namespace

Result<PlanPtr> JoinOnKeys(PlanPtr left, PlanPtr right, JoinType type, const std::vector<Expr>& left_keys,
                           const std::vector<Expr>& right_keys, bool coalesce) {
  if (left_keys.size() != right_keys.size()) return Error(ErrorKind::kPlan, "left_keys and right_keys were not the same length");
  if (left_keys.empty()) return JoinOnConditions(std::move(left), std::move(right), type, {});
  std::vector<std::pair<Expr, Expr>> on;
  std::vector<std::pair<int, int>> same_name;
  for (size_t i = 0; i < left_keys.size(); ++i) {
    // Keys may be given the wrong way round, where that leaves no doubt.
    const Expr *left_key = &left_keys[i], *right_key = &right_keys[i];
    if (!ResolveKey(*left, *left_key).ok() && ResolveKey(*left, *right_key).ok() && ResolveKey(*right, *left_key).ok()) {
      std::swap(left_key, right_key);
    }
    ARROW_ASSIGN_OR_RAISE(const int a, ResolveKey(*left, *left_key));
    ARROW_ASSIGN_OR_RAISE(const int b, ResolveKey(*right, *right_key));
    on.emplace_back(left->schema()->column(a), right->schema()->column(b));
    // Told by what was written: `left_on="a", right_on="u.a"` asks for both columns.
    const bool same = left->schema()->field(a).field->name() == right->schema()->field(b).field->name();
    if (same && left_keys[i].Equals(right_keys[i])) same_name.emplace_back(a, b);
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr join, Join::Make(left, right, type, std::move(on)));
  const bool one_side = type == JoinType::kLeftSemi || type == JoinType::kLeftAnti || type == JoinType::kRightSemi ||
                        type == JoinType::kRightAnti;
  if (!coalesce || one_side) return join;
  const int left_columns = left->schema()->num_fields();
  std::vector<Expr> outputs;
  for (int i = 0; i < join->schema()->num_fields(); ++i) {
    Expr column = join->schema()->column(i);
    bool left_out = false;
    for (const auto& [a, b] : same_name) {
      if (i == left_columns + b) left_out = true;
      if (i != a) continue;
      const Expr other = join->schema()->column(left_columns + b);
      const std::string& name = left->schema()->field(a).field->name();
      switch (type) {
        case JoinType::kRight: column = other.Alias(name); break;
        case JoinType::kFull: column = FirstOf(column, other).Alias(name); break;
        default: column = column.Alias(name); break;
      }
      break;
    }
    if (!left_out) outputs.push_back(std::move(column));
  }
  return Projection::Make(std::move(join), std::move(outputs));
}

std::optional<std::pair<Expr, Expr>> KeyPair(const Expr& term, BinaryOp op, const Schema& left, const Schema& right) {
  if (term.kind() != ExprKind::kBinary || term->as<BinaryOp>() != op || !Deterministic(term)) return std::nullopt;
  const Expr &a = term.children()[0], &b = term.children()[1];
  const auto reads = [](const Expr& expr) { return Contains(expr, ExprKind::kColumn); };
  if (!reads(a) || !reads(b)) return std::nullopt;
  if (Covers(left, a) && Covers(right, b)) return std::pair(a, b);
  if (Covers(left, b) && Covers(right, a)) return std::pair(b, a);
  return std::nullopt;
}

Result<PlanPtr> JoinOnConditions(PlanPtr left, PlanPtr right, JoinType type, const std::vector<Expr>& conditions) {
  ARROW_ASSIGN_OR_RAISE(const SchemaPtr both, Join::BothSides(*left, *right));
  std::vector<std::pair<Expr, Expr>> on;
  std::vector<Expr> rest;
  for (const Expr& condition : conditions) {
    for (const Expr& conjunct : SplitConjuncts(condition)) {
      ARROW_ASSIGN_OR_RAISE(Expr term, Qualify(conjunct, *both));
      if (auto pair = KeyPair(term, BinaryOp::kEq, *left->schema(), *right->schema())) {
        on.push_back(std::move(*pair));
      } else {
        rest.push_back(std::move(term));
      }
    }
  }
  std::optional<Expr> filter;
  if (!rest.empty()) filter = And(std::move(rest));
  return Join::Make(std::move(left), std::move(right), type, std::move(on), std::move(filter));
}

Result<PlanPtr> JoinFiltered(PlanPtr left, PlanPtr right, JoinType type, const std::vector<Expr>& conditions) {
  ARROW_ASSIGN_OR_RAISE(const SchemaPtr both, Join::BothSides(*left, *right));
  std::vector<Expr> terms;
  for (const Expr& condition : conditions) {
    for (const Expr& conjunct : SplitConjuncts(condition)) {
      ARROW_ASSIGN_OR_RAISE(Expr term, Qualify(conjunct, *both));
      terms.push_back(std::move(term));
    }
  }
  std::optional<Expr> filter;
  if (!terms.empty()) filter = And(std::move(terms));
  return Join::Make(std::move(left), std::move(right), type, {}, std::move(filter));
}

Result<PlanPtr> UnionAll(std::vector<PlanPtr> inputs) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<TypePtr> types, CommonTypes(inputs));
  for (PlanPtr& input : inputs) {
    ARROW_ASSIGN_OR_RAISE(input, CastColumns(std::move(input), types));
  }
  return Union::Make(std::move(inputs));
}

Result<PlanPtr> UnionByName(PlanPtr left, PlanPtr right) {
  std::vector<std::string> names;
  for (const PlanPtr& plan : {left, right}) {
    for (const QualifiedField& field : plan->schema()->fields()) {
      if (std::find(names.begin(), names.end(), field.field->name()) == names.end()) names.push_back(field.field->name());
    }
  }
  std::vector<PlanPtr> inputs;
  for (const PlanPtr& plan : {left, right}) {
    std::vector<Expr> exprs;
    for (const std::string& name : names) {
      const std::vector<int> at = plan->schema()->FindAll(name);
      if (at.size() > 1) return Error(ErrorKind::kSchema, "Ambiguous reference to unqualified field ", QuotedName({}, name));
      exprs.push_back(at.empty() ? Expr().Alias(name) : plan->schema()->column(at[0]).Alias(name));
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr side, Projection::Make(plan, std::move(exprs)));
    inputs.push_back(std::move(side));
  }
  return UnionAll(std::move(inputs));
}

Result<PlanPtr> Intersect(PlanPtr left, PlanPtr right, bool distinct) {
  return SetOperation(std::move(left), std::move(right), JoinType::kLeftSemi, distinct);
}

Result<PlanPtr> Except(PlanPtr left, PlanPtr right, bool distinct) {
  return SetOperation(std::move(left), std::move(right), JoinType::kLeftAnti, distinct);
}

}  // namespace bowstring::logical
