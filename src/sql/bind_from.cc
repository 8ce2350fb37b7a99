// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <tuple>

#include <bowstring/error.h>

#include "expr/fold_constants.h"
#include "functions/nearest_name.h"
#include "logical/builder.h"
#include "logical/empty.h"
#include "logical/projection.h"
#include "logical/rewrite.h"
#include "sql/ast_print.h"
#include "sql/binder.h"

namespace bowstring::sql {

using arrow::Result;

namespace {

logical::JoinType TypeOf(JoinKind kind) {
  switch (kind) {
    case JoinKind::kInner:
    case JoinKind::kCross: return logical::JoinType::kInner;
    case JoinKind::kLeft: return logical::JoinType::kLeft;
    case JoinKind::kRight: return logical::JoinType::kRight;
    case JoinKind::kFull: return logical::JoinType::kFull;
    case JoinKind::kLeftSemi: return logical::JoinType::kLeftSemi;
    case JoinKind::kRightSemi: return logical::JoinType::kRightSemi;
    case JoinKind::kLeftAnti: return logical::JoinType::kLeftAnti;
    case JoinKind::kRightAnti: return logical::JoinType::kRightAnti;
  }
  return logical::JoinType::kInner;
}

/// What the bare name of a USING column means over the joined rows.
Expr MergedKey(logical::JoinType type, const Expr& left, const Expr& right, const std::string& name) {
  switch (type) {
    case logical::JoinType::kRight:
    case logical::JoinType::kRightSemi:
    case logical::JoinType::kRightAnti: return right;
    case logical::JoinType::kFull: return Case({.has_operand = false, .has_else = true}, {IsNotNull(left), left, right}).Alias(name);
    default: return left;
  }
}

}  // namespace

Relation Relation::Of(PlanPtr plan) {
  Relation relation;
  relation.hidden.assign(plan->schema()->num_fields(), false);
  relation.plan = std::move(plan);
  return relation;
}

Frame Relation::AsFrame(const Frame* outer) const {
  Frame frame;
  frame.schema = plan->schema().get();
  frame.merged = &merged;
  frame.outer = outer;
  return frame;
}

Result<Relation> Binder::From(const std::vector<AstFrom>& from, const Frame* outer) {
  if (from.empty()) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::Empty::Make(true));
    return Relation::Of(std::move(plan));
  }
  ARROW_ASSIGN_OR_RAISE(Relation relation, FromItem(from[0], nullptr, outer));
  for (size_t i = 1; i < from.size(); ++i) {
    const Frame before = relation.AsFrame(outer);
    ARROW_ASSIGN_OR_RAISE(Relation next, FromItem(from[i], &before, outer));
    ARROW_ASSIGN_OR_RAISE(relation.plan, logical::JoinOnConditions(relation.plan, next.plan, logical::JoinType::kInner, {}));
    relation.Append(next);
  }
  return relation;
}

Result<Relation> Binder::FromItem(const AstFrom& from, const Frame* before, const Frame* outer) {
  ARROW_ASSIGN_OR_RAISE(Relation relation, FromTable(from.table, before, outer));
  for (const AstJoin& join : from.joins) {
    ARROW_ASSIGN_OR_RAISE(relation, JoinTables(std::move(relation), join, before, outer));
  }
  return relation;
}

namespace {

bool Before(const logical::QualifiedField& a, const logical::QualifiedField& b) {
  if (!a.relation || !b.relation) return !a.relation && b.relation;
  const TableName &x = *a.relation, &y = *b.relation;
  return std::tie(x.catalog, x.schema, x.table) < std::tie(y.catalog, y.schema, y.table);
}

}  // namespace

void Relation::Append(const Relation& other) {
  const int offset = static_cast<int>(hidden.size());
  hidden.insert(hidden.end(), other.hidden.begin(), other.hidden.end());
  merged.insert(other.merged.begin(), other.merged.end());
  for (const auto& [column, expr] : other.instead) instead.insert_or_assign(offset + column, expr);
}

Result<Relation> Binder::JoinTables(Relation left, const AstJoin& join, const Frame* before, const Frame* outer) {
  if (join.match_condition != nullptr && !join.asof) return Error(ErrorKind::kPlan, "MATCH_CONDITION belongs to an ASOF JOIN");
  const Frame beside = left.AsFrame(before != nullptr ? before : outer);
  ARROW_ASSIGN_OR_RAISE(Relation right, FromTable(join.table, &beside, outer));
  const logical::JoinType type = TypeOf(join.kind);
  std::vector<std::string> keys;
  for (const Ident& column : join.using_columns) keys.push_back(Name(column));
  if (join.natural) {
    for (const logical::QualifiedField& field : left.plan->schema()->fields()) {
      const std::string& name = field.field->name();
      if (!right.plan->schema()->FindAll(name).empty()) keys.push_back(name);
    }
  }
  const size_t left_columns = left.hidden.size();
  const bool left_only = type == logical::JoinType::kLeftSemi || type == logical::JoinType::kLeftAnti;
  const bool right_only = type == logical::JoinType::kRightSemi || type == logical::JoinType::kRightAnti;
  Relation result;
  if (!keys.empty() && join.asof) {  // the last column is the inequality
    std::vector<Expr> conjuncts;
    for (const std::string& key : keys) {
      const std::vector<int> on_left = left.plan->schema()->FindAll(key), on_right = right.plan->schema()->FindAll(key);
      if (on_left.size() != 1 || on_right.size() != 1) return Error(ErrorKind::kSchema, "No field named ", key, " on both sides, once each.");
      const auto op = &key == &keys.back() ? bowstring::BinaryOp::kGtEq : bowstring::BinaryOp::kEq;
      conjuncts.push_back(Binary(op, left.plan->schema()->column(on_left[0]), right.plan->schema()->column(on_right[0])));
    }
    ARROW_ASSIGN_OR_RAISE(result.plan, AsofJoin(left.plan, right.plan, join.kind == JoinKind::kLeft, conjuncts));
  } else if (!keys.empty()) {
    std::vector<std::pair<Expr, Expr>> on;
    for (const std::string& key : keys) {
      // A key of an earlier USING means what both its columns mean together.
      const auto column = [&](const Relation& side) -> Result<Expr> {
        if (const auto merged = side.merged.find(key); merged != side.merged.end()) return logical::Unalias(merged->second);
        ARROW_ASSIGN_OR_RAISE(const int at, side.plan->schema()->scope().Resolve(ColumnRef{std::nullopt, key}));
        return side.plan->schema()->column(at);
      };
      ARROW_ASSIGN_OR_RAISE(Expr on_left, column(left));
      ARROW_ASSIGN_OR_RAISE(Expr on_right, column(right));
      on.emplace_back(std::move(on_left), std::move(on_right));
    }
    ARROW_ASSIGN_OR_RAISE(result.plan, logical::Join::Make(left.plan, right.plan, type, std::move(on), {},
                                                           {.constraint = logical::JoinConstraint::kUsing}));
  } else {
    std::vector<Expr> conditions;
    if (join.on != nullptr) {
      ARROW_ASSIGN_OR_RAISE(const logical::SchemaPtr both, logical::Join::BothSides(*left.plan, *right.plan));
      Frame frame;
      frame.schema = both.get();
      frame.outer = outer;
      std::map<std::string, Expr> merged = left.merged;
      merged.insert(right.merged.begin(), right.merged.end());
      frame.merged = &merged;
      ARROW_ASSIGN_OR_RAISE(Expr condition, Bind(*join.on, frame));
      conditions.push_back(std::move(condition));
      if (join.match_condition != nullptr) {
        ARROW_ASSIGN_OR_RAISE(Expr nearest, Bind(*join.match_condition, frame));
        conditions.push_back(std::move(nearest));
      }
    } else if (join.kind != JoinKind::kCross && join.kind != JoinKind::kInner && !join.natural) {
      return Error(ErrorKind::kNotImplemented, "Unsupported JOIN without ON or USING: ", ToSql(join.table.name));
    }
    if (join.asof) {
      ARROW_ASSIGN_OR_RAISE(const logical::SchemaPtr both, logical::Join::BothSides(*left.plan, *right.plan));
      std::vector<Expr> conjuncts;
      for (const Expr& condition : conditions) {
        ARROW_ASSIGN_OR_RAISE(const Expr qualified, logical::Qualify(condition, *both));
        for (Expr& conjunct : SplitConjuncts(qualified)) conjuncts.push_back(std::move(conjunct));
      }
      ARROW_ASSIGN_OR_RAISE(result.plan, AsofJoin(left.plan, right.plan, join.kind == JoinKind::kLeft, conjuncts));
    } else {
      ARROW_ASSIGN_OR_RAISE(result.plan, logical::JoinFiltered(left.plan, right.plan, type, conditions));
    }
  }
  if (!right_only) {
    result.hidden = left.hidden;
    result.merged = left.merged;
    result.instead = left.instead;
  }
  if (!left_only) {
    const size_t offset = result.hidden.size();
    result.Append(right);
    if (!right_only) {
      const logical::Schema& schema = *result.plan->schema();
      for (const std::string& key : keys) {
        const std::vector<int> on_left = left.plan->schema()->FindAll(key), on_right = right.plan->schema()->FindAll(key);
        const Expr a = left.merged.contains(key) ? left.merged.at(key) : schema.column(on_left[0]);
        const Expr b = right.merged.contains(key) ? logical::Unalias(right.merged.at(key)) : schema.column(static_cast<int>(left_columns) + on_right[0]);
        const Expr merged = MergedKey(type, logical::Unalias(a), b, key);
        result.merged.insert_or_assign(key, merged);
        const bool known = left.merged.contains(key) || right.merged.contains(key);
        if (!known && type == logical::JoinType::kInner && Before(schema.field(static_cast<int>(left_columns) + on_right[0]), schema.field(on_left[0]))) {
          result.hidden[on_left[0]] = true;  // as the peer has it, `*` shows the key of the table whose name comes first
          continue;
        }
        for (int i : on_right) result.hidden[offset + i] = true;
        for (int i : on_left) {
          if (!result.hidden[i] && type != logical::JoinType::kInner) result.instead.insert_or_assign(i, merged);
        }
      }
    }
  }
  return result;
}

Result<PlanPtr> Binder::AliasTable(PlanPtr plan, const AstTableAlias& alias) {
  if (!alias.columns.empty()) {
    if (static_cast<int>(alias.columns.size()) != plan->schema()->num_fields()) {
      return Error(ErrorKind::kPlan, "Source table contains ", plan->schema()->num_fields(), " columns but only ",
                   alias.columns.size(), " names given as column alias");
    }
    std::vector<Expr> exprs;
    for (size_t i = 0; i < alias.columns.size(); ++i) {
      exprs.push_back(plan->schema()->column(static_cast<int>(i)).Alias(Name(alias.columns[i])));
    }
    ARROW_ASSIGN_OR_RAISE(plan, logical::Projection::Make(std::move(plan), std::move(exprs)));
  }
  return logical::AliasPlan(std::move(plan), TableName{"", "", Name(alias.name)});
}

Result<Relation> Binder::NamedTable(const AstTable& table) {
  if (table.name.is_path()) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr file, catalog_.FindFile(table.name.parts[0].text));
    if (file != nullptr) return Relation::Of(std::move(file));
  }
  ARROW_ASSIGN_OR_RAISE(const TableName name, BindTableName(table.name, options_));
  if (table.name.parts.size() == 1) {
    for (auto scope = ctes_.rbegin(); scope != ctes_.rend(); ++scope) {
      if (const auto at = scope->find(name.table); at != scope->end()) {
        ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::AliasPlan(at->second, name));
        return Relation::Of(std::move(plan));
      }
    }
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, catalog_.FindTable(name));
  if (plan == nullptr) {
    NoteError(table.name.span);
    std::vector<std::string> names = catalog_.TableNames(name);
    for (const auto& scope : ctes_) {
      for (const auto& [cte, unused] : scope) names.push_back(cte);
    }
    const int nearest = NearestName(name.table, names);
    const std::string hint = nearest >= 0 ? "\nDid you mean '" + names[nearest] + "'?" : "";
    return Error(ErrorKind::kPlan, "table '", catalog_.FullName(name), "' not found", hint);
  }
  return Relation::Of(std::move(plan));
}

/// `before`: the tables to the left, which LATERAL and UNNEST may read; null: there are none.
Result<Relation> Binder::FromTable(const AstTable& table, const Frame* before, const Frame* outer) {
  if (table.with_ordinality) return Error(ErrorKind::kNotImplemented, "WITH ORDINALITY");
  Relation relation;
  switch (table.kind) {
    case TableKind::kName: {
      ARROW_ASSIGN_OR_RAISE(relation, NamedTable(table));
      break;
    }
    case TableKind::kFunction: {
      Frame nothing;
      std::vector<Expr> arguments;
      for (const AstFunctionArg& argument : table.args) {
        if (argument.name) return Error(ErrorKind::kNotImplemented, "named arguments of a table function");
        ARROW_ASSIGN_OR_RAISE(Expr next, Bind(*argument.expr, nothing));
        ARROW_ASSIGN_OR_RAISE(next, FoldConstants(next, Scope()));
        arguments.push_back(std::move(next));
      }
      ARROW_ASSIGN_OR_RAISE(const TableName name, BindTableName(table.name, options_));
      ARROW_ASSIGN_OR_RAISE(PlanPtr plan, catalog_.CallTableFunction(name.table, arguments));
      if (plan == nullptr) return Error(ErrorKind::kPlan, "table function '", name.table, "' not found");
      relation = Relation::Of(std::move(plan));
      break;
    }
    case TableKind::kUnnest: {
      Frame frame;
      frame.outer = before != nullptr ? before : outer;
      ARROW_ASSIGN_OR_RAISE(std::vector<Expr> arrays, BindAll(table.arrays, frame));
      for (Expr& array : arrays) array = MakeExpr(NodeKind::kUnnest, {array});
      ARROW_ASSIGN_OR_RAISE(PlanPtr one, logical::Empty::Make(true));
      ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::Select(std::move(one), std::move(arrays)));
      relation = Relation::Of(std::move(plan));
      break;
    }
    case TableKind::kDerived: {
      ARROW_ASSIGN_OR_RAISE(PlanPtr plan, Query(*table.query, table.lateral && before != nullptr ? before : outer));
      relation = Relation::Of(std::move(plan));
      break;
    }
    case TableKind::kNested: {
      ARROW_ASSIGN_OR_RAISE(relation, FromItem(*table.nested, before, outer));
      break;
    }
  }
  if (table.alias) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr plan, AliasTable(relation.plan, *table.alias));
    relation = Relation::Of(std::move(plan));
  }
  if (table.sample) {
    if (table.kind == TableKind::kNested) return Error(ErrorKind::kNotImplemented, "TABLESAMPLE of a join");
    ARROW_ASSIGN_OR_RAISE(PlanPtr plan, Sample(relation.plan, *table.sample));
    relation = Relation::Of(std::move(plan));
  }
  return relation;
}

}  // namespace bowstring::sql
