// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "logical/schema.h"
#include "sql/bind.h"

namespace bowstring::sql {

using AstKind = ::bowstring::sql::ExprKind;
using NodeKind = ::bowstring::ExprKind;

struct Frame;

/// What a FROM clause gives: a plan, and what USING made of its columns.
struct Relation {
  PlanPtr plan;
  std::vector<bool> hidden;            ///< columns that `*` leaves out
  std::map<std::string, Expr> merged;  ///< keys of USING: what the bare name means
  std::map<int, Expr> instead;         ///< what `*` gives for columns that are keys of USING

  /// Adds another relation's columns behind these; the plan stays as it is.
  void Append(const Relation& other);

  static Relation Of(PlanPtr plan);
  /// Its columns as those of a query around; valid as long as this is.
  Frame AsFrame(const Frame* outer) const;
};

/// What names in an expression may mean. Frames of enclosing queries hang behind.
struct Frame {
  const logical::Schema* schema = nullptr;
  const std::map<std::string, Expr>* merged = nullptr;
  /// Names of a SELECT list; looked up before the columns (ORDER BY) or after them (GROUP BY, HAVING).
  const std::vector<std::pair<std::string, Expr>>* aliases = nullptr;
  bool aliases_first = false;
  const Frame* outer = nullptr;
  std::vector<Expr>* outer_columns = nullptr;  ///< where columns of outer frames are noted down
  const std::vector<AstNamedWindow>* windows = nullptr;
};

/// Turns syntax into plans and expressions. One a statement; not thread-safe. Split over bind_*.cc by what is bound.
class Binder {
 public:
  Binder(const BindCatalog& catalog, const BindOptions& options) : catalog_(catalog), options_(options) {}

  // bind_query.cc
  arrow::Result<PlanPtr> Query(const AstQuery& query, const Frame* outer);
  // bind_expr.cc
  arrow::Result<Expr> Bind(const AstExpr& expr, const Frame& frame);

 private:
  using Exprs = std::vector<Expr>;

  std::string Name(const Ident& name) const { return BindName(name, options_); }

  // bind_query.cc
  arrow::Result<PlanPtr> Body(const AstBody& body, const AstQuery* ordered, const Frame* outer);
  /// The first branch with the first `terms` of the others.
  arrow::Result<PlanPtr> SetOperation(const AstBody& body, const Frame* outer, size_t terms);
  arrow::Status BindCtes(const AstQuery& query);
  arrow::Result<PlanPtr> NamedColumns(PlanPtr plan, const AstCte& cte);
  /// Each left row with the nearest right one by the only inequality of the conditions; `keep_all`: left rows without one too.
  arrow::Result<PlanPtr> AsofJoin(const PlanPtr& left, const PlanPtr& right, bool keep_all, const std::vector<Expr>& conjuncts);
  /// first UNION [ALL] next, where `next` reads the CTE itself; null where it doesn't.
  arrow::Result<PlanPtr> RecursiveCte(const AstCte& cte, const std::string& name);
  arrow::Result<PlanPtr> ValuesRows(const AstBody& body, const Frame* outer);
  arrow::Result<PlanPtr> OrderOutput(PlanPtr plan, const AstQuery& query);
  arrow::Result<PlanPtr> LimitRows(PlanPtr plan, const AstQuery& query);
  arrow::Result<std::optional<int64_t>> RowCount(const AstExpr& expr, const char* word);
  SortKey KeyOf(Expr expr, const AstOrderItem& item) const;

  // bind_select.cc
  arrow::Result<PlanPtr> Select(const AstSelect& select, const AstQuery* ordered, const Frame* outer);
  arrow::Result<Exprs> SelectItems(const AstSelect& select, const Relation& from, const Frame& frame);
  arrow::Result<Exprs> GroupExprs(const AstSelect& select, const Exprs& items, const Frame& frame);
  arrow::Result<std::vector<SortKey>> OrderKeys(const AstQuery& query, const Exprs& items, const Frame& frame);

  // bind_from.cc
  arrow::Result<Relation> From(const std::vector<AstFrom>& from, const Frame* outer);
  arrow::Result<Relation> FromItem(const AstFrom& from, const Frame* before, const Frame* outer);
  arrow::Result<PlanPtr> Sample(PlanPtr plan, const AstTableSample& sample);
  arrow::Result<double> SampleNumber(const AstExpr& number);
  arrow::Result<Relation> FromTable(const AstTable& table, const Frame* before, const Frame* outer);
  arrow::Result<Relation> JoinTables(Relation left, const AstJoin& join, const Frame* before, const Frame* outer);
  arrow::Result<Relation> NamedTable(const AstTable& table);
  arrow::Result<PlanPtr> AliasTable(PlanPtr plan, const AstTableAlias& alias);

  // bind_expr.cc
  arrow::Result<Expr> BindNode(const AstExpr& expr, const Frame& frame);
  /// The place of what failed: the innermost part, which comes first.
  void NoteError(SourceSpan span) const {
    if (options_.error_span != nullptr && !*options_.error_span) *options_.error_span = span;
  }
  arrow::Result<Exprs> BindAll(const std::vector<ExprPtr>& exprs, const Frame& frame);
  arrow::Result<Expr> BindColumn(const std::vector<Ident>& parts, const Frame& frame);
  std::optional<Expr> FindColumn(const std::vector<std::string>& parts, const Frame& frame, size_t* used) const;
  arrow::Result<Expr> BindUnary(const AstUnary& unary, const Frame& frame);
  arrow::Result<Expr> BindBinary(const AstBinary& chain, const Frame& frame);
  arrow::Result<Expr> Operate(BinaryOp op, Expr left, Expr right);
  arrow::Result<Expr> BindInList(const AstInList& in, const Frame& frame);
  arrow::Result<Expr> BindCase(const AstCase& node, const Frame& frame);
  arrow::Result<Expr> BindNested(const AstExpr& expr, const Frame& frame);
  arrow::Result<Expr> FieldAccess(Expr base, const std::string& field);
  arrow::Result<Expr> CallNamed(const char* name, Exprs arguments);

  // bind_literal.cc
  arrow::Result<Expr> BindLiteral(const AstLiteral& literal);
  arrow::Result<Expr> BindNumber(const std::string& text);
  arrow::Result<Expr> BindInterval(const AstInterval& interval);
  arrow::Result<Expr> BindPlaceholder(const AstPlaceholder& placeholder);
  arrow::Result<Expr> InferPlaceholder(const AstExpr& ast, Expr bound, const Expr& other, const Frame& frame);

  // bind_function.cc
  arrow::Result<Expr> BindFunction(const AstFunction& call, const Frame& frame);
  arrow::Result<Expr> InSessionZone(const std::string& name, const Exprs& given, Expr call, const Frame& frame);
  arrow::Result<Expr> BindWindow(const AstFunction& call, const std::string& name, Exprs arguments, const std::string* star, const Frame& frame);
  arrow::Result<WindowFrame> BindFrame(const AstFrame* frame, bool ordered);
  arrow::Result<std::vector<SortKey>> BindSortKeys(const std::vector<AstOrderItem>& items, const Frame& frame);
  arrow::Status NoSuchFunction(const std::string& name) const;

  // bind_subquery.cc
  arrow::Result<SubqueryPlan> BindSubquery(const AstQuery& query, const Frame& frame, bool one_column);
  arrow::Result<Expr> BindInSubquery(const AstInSubquery& in, const Frame& frame);
  /// `(a, b) IN (SELECT x, y ...)`; `filter`: NULL may be false.
  arrow::Result<Expr> BindRowIn(const AstInSubquery& in, const Frame& frame, bool filter);
  /// A condition that keeps the rows for which it is true.
  arrow::Result<Expr> BindCondition(const AstExpr& expr, const Frame& frame);
  arrow::Result<Expr> BindQuantified(const AstQuantified& node, const Frame& frame);

  const BindCatalog& catalog_;
  const BindOptions& options_;
  std::vector<std::map<std::string, PlanPtr>> ctes_;
  std::vector<std::set<std::string>> lambda_variables_;
  int depth_ = 0;  // of nested queries
  bool placeholder_seen_ = false;   // since it was last set to false
  bool name_placeholders_ = false;  // they stay, though they have values: for the name of a column
  bool later_branch_ = false;  // of a set operation: its names don't count
};

}  // namespace bowstring::sql
