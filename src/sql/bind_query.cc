// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <span>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/fold_constants.h"
#include "expr/type.h"
#include "functions/type_names.h"
#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "sql/ast_print.h"
#include "sql/binder.h"

namespace bowstring::sql {

using arrow::Result;
using arrow::Status;

namespace {

constexpr int kMaxQueries = 64;  // nested in each other: each takes some of the stack

}  // namespace

SortKey BindSortKey(Expr expr, const AstOrderItem& item, const BindOptions& options) {
  SortKey key;
  key.expr = std::move(expr);
  key.ascending = item.ascending.value_or(true);
  const std::string& order = options.null_ordering;
  const bool nulls_first = order == "nulls_first"  ? true
                           : order == "nulls_last" ? false
                           : order == "nulls_min"  ? key.ascending
                                                   : !key.ascending;
  key.nulls_first = item.nulls_first.value_or(nulls_first);
  return key;
}

SortKey Binder::KeyOf(Expr expr, const AstOrderItem& item) const { return BindSortKey(std::move(expr), item, options_); }

Result<PlanPtr> Binder::Query(const AstQuery& query, const Frame* outer) {
  if (depth_ >= kMaxQueries) return Error(ErrorKind::kPlan, "queries are nested deeper than ", kMaxQueries);
  if (query.limit_percent || query.limit_with_ties) {
    return Error(ErrorKind::kNotImplemented, query.limit_percent ? "FETCH FIRST ... PERCENT" : "FETCH FIRST ... WITH TIES");
  }
  ++depth_;
  ctes_.emplace_back();
  const Result<PlanPtr> result = [&]() -> Result<PlanPtr> {
    ARROW_RETURN_NOT_OK(BindCtes(query));
    ARROW_ASSIGN_OR_RAISE(PlanPtr plan, Body(*query.body, &query, outer));
    return LimitRows(std::move(plan), query);
  }();
  ctes_.pop_back();
  --depth_;
  return result;
}

Status Binder::BindCtes(const AstQuery& query) {
  for (const AstCte& cte : query.with) {
    const std::string name = Name(cte.name);
    if (ctes_.back().contains(name)) {
      return Error(ErrorKind::kPlan, "WITH query name \"", name, "\" specified more than once");
    }
    PlanPtr plan;
    if (query.recursive) {
      ARROW_ASSIGN_OR_RAISE(plan, RecursiveCte(cte, name));
    }
    if (plan == nullptr) {
      ARROW_ASSIGN_OR_RAISE(plan, Query(*cte.query, nullptr));
    }
    ARROW_ASSIGN_OR_RAISE(plan, NamedColumns(std::move(plan), cte));
    ctes_.back().insert_or_assign(name, std::move(plan));
  }
  return Status::OK();
}

Result<PlanPtr> Binder::NamedColumns(PlanPtr plan, const AstCte& cte) {
  if (cte.columns.empty()) return plan;
  AstTableAlias alias;
  alias.name = cte.name;
  alias.columns = cte.columns;
  return AliasTable(std::move(plan), alias);
}

/// The rows of a query before LIMIT, in order: a SELECT sees its ORDER BY, all else is ordered by what comes out.
Result<PlanPtr> Binder::Body(const AstBody& body, const AstQuery* ordered, const Frame* outer) {
  PlanPtr plan;
  switch (body.kind) {
    case BodyKind::kSelect: return Select(*body.select, ordered, outer);
    case BodyKind::kValues: {
      ARROW_ASSIGN_OR_RAISE(plan, ValuesRows(body, outer));
      break;
    }
    case BodyKind::kTable: {
      AstTable table;
      table.name = body.table;
      ARROW_ASSIGN_OR_RAISE(Relation relation, NamedTable(table));
      plan = std::move(relation.plan);
      break;
    }
    case BodyKind::kNested: {
      ARROW_ASSIGN_OR_RAISE(plan, Query(*body.nested, outer));
      break;
    }
    case BodyKind::kSetOperation: {
      ARROW_ASSIGN_OR_RAISE(plan, SetOperation(body, outer, body.terms.size()));
      break;
    }
  }
  return ordered != nullptr ? OrderOutput(std::move(plan), *ordered) : Result<PlanPtr>(plan);
}

Result<PlanPtr> Binder::SetOperation(const AstBody& body, const Frame* outer, size_t terms) {
  ARROW_ASSIGN_OR_RAISE(PlanPtr left, Body(*body.first, nullptr, outer));
  std::vector<PlanPtr> all{left};  // UNION ALLs in a row are one union
  const auto close = [&]() -> Result<PlanPtr> {
    PlanPtr plan = all[0];
    if (all.size() > 1) {
      ARROW_ASSIGN_OR_RAISE(plan, logical::UnionAll(all));
    }
    return plan;
  };
  const std::span chain = std::span(body.terms).first(terms);
  for (size_t i = 0; i < chain.size(); ++i) {
    const AstBody::Term& term = chain[i];
    later_branch_ = !term.by_name;
    Result<PlanPtr> branch = Body(*term.body, nullptr, outer);
    later_branch_ = false;
    ARROW_ASSIGN_OR_RAISE(PlanPtr right, std::move(branch));
    if (term.op == SetOp::kUnion && right->schema()->num_fields() != all[0]->schema()->num_fields() && !term.by_name) {
      return Error(ErrorKind::kPlan, "UNION queries have different number of columns: left has ", all[0]->schema()->num_fields(),
                   " columns whereas right has ", right->schema()->num_fields(), " columns");
    }
    if (term.op == SetOp::kUnion && term.all && !term.by_name) {
      all.push_back(std::move(right));
      continue;
    }
    if (term.op == SetOp::kUnion && !term.by_name) {
      all.push_back(std::move(right));
      const AstBody::Term* next = i + 1 < chain.size() ? &chain[i + 1] : nullptr;
      if (next && next->op == SetOp::kUnion && !next->all && !next->by_name) continue;  // one DISTINCT for all of them
      ARROW_ASSIGN_OR_RAISE(PlanPtr plan, close());
      ARROW_ASSIGN_OR_RAISE(plan, logical::SelectDistinct(std::move(plan)));
      all.assign(1, std::move(plan));
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr plan, close());
    switch (term.op) {
      case SetOp::kUnion: {
        ARROW_ASSIGN_OR_RAISE(plan, logical::UnionByName(std::move(plan), std::move(right)));
        if (!term.all) {
          ARROW_ASSIGN_OR_RAISE(plan, logical::SelectDistinct(std::move(plan)));
        }
        break;
      }
      case SetOp::kIntersect: {
        ARROW_ASSIGN_OR_RAISE(plan, logical::Intersect(std::move(plan), std::move(right), !term.all));
        break;
      }
      case SetOp::kExcept: {
        ARROW_ASSIGN_OR_RAISE(plan, logical::Except(std::move(plan), std::move(right), !term.all));
        break;
      }
    }
    all.assign(1, std::move(plan));
  }
  return close();
}

Result<PlanPtr> Binder::ValuesRows(const AstBody& body, const Frame* outer) {
  Frame frame;
  frame.outer = outer;
  std::vector<std::vector<Expr>> rows;
  rows.reserve(body.rows.size());
  for (const std::vector<ExprPtr>& row : body.rows) {
    ARROW_ASSIGN_OR_RAISE(auto bound, BindAll(row, frame));
    if (options_.typed_values == &body && !options_.value_types.empty()) {
      if (bound.size() != options_.value_types.size()) {
        return Error(ErrorKind::kPlan, "Inconsistent data length across values list: got ", bound.size(), " values in row ", rows.size(), " but expected ",
                     options_.value_types.size());
      }
      for (size_t i = 0; i < bound.size(); ++i) bound[i] = Cast(std::move(bound[i]), options_.value_types[i]);
    }
    rows.push_back(std::move(bound));
  }
  const auto is_subquery = [](const Expr& expr) {
    bool found = false;
    logical::VisitExpr(expr, [&](const Expr& part) {
      found |= part.kind() == NodeKind::kOuterColumn || std::holds_alternative<SubqueryPlan>(part->data);
      return !found;
    });
    return found;
  };
  const bool computed = std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return std::any_of(row.begin(), row.end(), is_subquery); });
  if (!computed) return logical::ValuesOf(std::move(rows));
  // Rows that aren't constants: each is a SELECT of its own.
  std::vector<PlanPtr> branches;
  for (const std::vector<Expr>& row : rows) {
    if (row.size() != rows[0].size()) {
      return Error(ErrorKind::kPlan, "Inconsistent data length across values list: got ", row.size(), " values in row ", branches.size(),
                   " but expected ", rows[0].size());
    }
    std::vector<Expr> exprs;
    for (const Expr& expr : row) exprs.push_back(expr.Alias("column" + std::to_string(exprs.size() + 1)));
    ARROW_ASSIGN_OR_RAISE(PlanPtr one, logical::Empty::Make(true));
    ARROW_ASSIGN_OR_RAISE(PlanPtr branch, logical::Projection::Make(std::move(one), std::move(exprs)));
    branches.push_back(std::move(branch));
  }
  return branches.size() == 1 ? Result<PlanPtr>(branches[0]) : logical::UnionAll(std::move(branches));
}

/// ORDER BY over the columns of a set operation and its kin.
Result<PlanPtr> Binder::OrderOutput(PlanPtr plan, const AstQuery& query) {
  if (query.order_by.empty()) return plan;
  Frame frame;
  frame.schema = plan->schema().get();
  ARROW_ASSIGN_OR_RAISE(std::vector<SortKey> keys, OrderKeys(query, logical::AllColumns(*plan), frame));
  return logical::OrderBy(std::move(plan), std::move(keys));
}

Result<std::optional<int64_t>> Binder::RowCount(const AstExpr& expr, const char* word) {
  const Frame nothing;
  ARROW_ASSIGN_OR_RAISE(Expr bound, Bind(expr, nothing));
  ARROW_ASSIGN_OR_RAISE(bound, FoldConstants(bound, Scope()));
  if (bound.kind() != NodeKind::kLiteral) {
    return Error(ErrorKind::kNotImplemented, word, " by an expression that isn't constant: ", bound.ToString());
  }
  const arrow::Scalar& value = *bound->as<LiteralValue>().value;
  if (value.type->id() == arrow::Type::NA || (!value.is_valid && arrow::is_integer(value.type->id()))) return std::nullopt;
  if (!arrow::is_integer(value.type->id())) {
    return Error(ErrorKind::kPlan, "Expected ", word, " to be an integer or null, but got ", TypeName(*value.type));
  }
  ARROW_ASSIGN_OR_RAISE(const auto cast, value.CastTo(arrow::int64()));
  return static_cast<const arrow::Int64Scalar&>(*cast).value;
}

Result<PlanPtr> Binder::LimitRows(PlanPtr plan, const AstQuery& query) {
  if (query.limit == nullptr && query.offset == nullptr) return plan;
  std::optional<int64_t> fetch, skip;
  if (query.limit != nullptr) {
    ARROW_ASSIGN_OR_RAISE(fetch, RowCount(*query.limit, "LIMIT"));
  }
  if (query.offset != nullptr) {
    ARROW_ASSIGN_OR_RAISE(skip, RowCount(*query.offset, "OFFSET"));
  }
  return logical::Take(std::move(plan), skip.value_or(0), fetch);
}

Result<PlanPtr> BindQuery(const AstQuery& query, const BindCatalog& catalog, const BindOptions& options) {
  Binder binder(catalog, options);
  return binder.Query(query, nullptr);
}

}  // namespace bowstring::sql
