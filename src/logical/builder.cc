// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/builder.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

#include "expr/coercion.h"
#include "expr/fold_constants.h"
#include "expr/type.h"
#include "logical/grouping_sets.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "logical/unnest_select.h"

namespace bowstring::logical {

using arrow::Result;
using arrow::Status;

namespace {

Result<std::vector<Expr>> QualifyAll(const std::vector<Expr>& exprs, const Schema& schema) {
  std::vector<Expr> qualified;
  qualified.reserve(exprs.size());
  for (const Expr& expr : exprs) {
    ARROW_ASSIGN_OR_RAISE(Expr next, Qualify(expr, schema));
    qualified.push_back(std::move(next));
  }
  return qualified;
}

Result<std::vector<SortKey>> QualifyAll(const std::vector<SortKey>& keys, const Schema& schema) {
  std::vector<SortKey> qualified;
  for (const SortKey& key : keys) {
    ARROW_ASSIGN_OR_RAISE(SortKey next, Qualify(key, schema));
    qualified.push_back(std::move(next));
  }
  return qualified;
}

bool SameKeys(const std::vector<SortKey>& a, const std::vector<SortKey>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const SortKey& x, const SortKey& y) { return x.Equals(y); });
}

/// One Window node for each different PARTITION BY and ORDER BY.
Result<PlanPtr> WindowNodes(PlanPtr plan, std::vector<Expr> windows) {
  while (!windows.empty()) {
    const WindowCall first = Unalias(windows[0])->as<WindowCall>();
    std::vector<Expr> group, rest;
    for (Expr& window : windows) {
      const auto& call = Unalias(window)->as<WindowCall>();
      const bool same = EqualExprs(call.partition_by, first.partition_by) && SameKeys(call.order_by, first.order_by);
      (same ? group : rest).push_back(std::move(window));
    }
    ARROW_ASSIGN_OR_RAISE(plan, Window::Make(std::move(plan), std::move(group)));
    windows = std::move(rest);
  }
  return plan;
}

}  // namespace

Result<PlanPtr> ScanTable(TableName name, std::shared_ptr<const TableSource> source) {
  return Scan::Make(std::move(name), std::move(source));
}

std::vector<Expr> AllColumns(const LogicalPlan& plan) {
  std::vector<Expr> columns;
  for (int i = 0; i < plan.schema()->num_fields(); ++i) columns.push_back(plan.schema()->column(i));
  return columns;
}

std::vector<Expr> FindAll(const std::vector<Expr>& exprs, ExprKind kind) {
  std::vector<Expr> found;
  for (const Expr& expr : exprs) {
    VisitExpr(expr, [&](const Expr& part) {
      if (part.kind() != kind) return true;
      const bool known = std::any_of(found.begin(), found.end(), [&](const Expr& other) { return other.Equals(part); });
      if (!known) found.push_back(part);
      return false;
    });
  }
  return found;
}

Result<Expr> ReplaceComputed(const Expr& expr, const std::vector<Expr>& computed) {
  return RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
    if (part.kind() == ExprKind::kAlias) return std::optional<Expr>{};
    for (const Expr& done : computed) {
      if (part.kind() == ExprKind::kLiteral || !part.Equals(Unalias(done))) continue;
      auto [relation, name] = OutputName(done);
      return std::optional<Expr>(relation ? Column(*std::move(relation), std::move(name)) : Column(std::move(name)));
    }
    return std::optional<Expr>{};
  });
}

Result<std::vector<Expr>> ExpandWildcards(const std::vector<Expr>& exprs, const Schema& schema, const std::vector<bool>& hidden) {
  std::vector<Expr> expanded;
  for (const Expr& expr : exprs) {
    if (expr.kind() != ExprKind::kWildcard) {
      expanded.push_back(expr);
      continue;
    }
    const auto& shape = expr->as<WildcardShape>();
    std::vector<int> columns;
    if (shape.qualifier) {
      columns = schema.FindRelation(*shape.qualifier);
      if (columns.empty()) return Error(ErrorKind::kPlan, "Invalid qualifier ", shape.qualifier->ToString());
    } else {
      for (int i = 0; i < schema.num_fields(); ++i) {
        if (hidden.empty() || !hidden[i]) columns.push_back(i);
      }
    }
    for (const std::string& name : shape.exclude) {
      const bool there = std::any_of(columns.begin(), columns.end(), [&](int i) { return schema.field(i).field->name() == name; });
      if (there) continue;
      ARROW_RETURN_NOT_OK(schema.scope().Resolve(ColumnRef{shape.qualifier, name}));
      return Error(ErrorKind::kSchema, "EXCLUDE or EXCEPT contains a column that isn't there: ", name);
    }
    for (int i : columns) {
      const std::string& name = schema.field(i).field->name();
      if (std::find(shape.exclude.begin(), shape.exclude.end(), name) != shape.exclude.end()) continue;
      const auto named = [&](const auto& entry) { return entry.first == name; };
      const auto replaced = std::find_if(shape.replace.begin(), shape.replace.end(), named);
      const auto renamed = std::find_if(shape.rename.begin(), shape.rename.end(), named);
      if (replaced != shape.replace.end()) {
        expanded.push_back(replaced->second.Alias(name));
      } else if (renamed != shape.rename.end()) {
        expanded.push_back(schema.column(i).Alias(renamed->second));
      } else {
        expanded.push_back(schema.column(i));
      }
    }
  }
  return expanded;
}

Result<PlanPtr> Select(PlanPtr plan, std::vector<Expr> exprs) {
  ARROW_ASSIGN_OR_RAISE(exprs, ExpandWildcards(exprs, *plan->schema()));
  ARROW_ASSIGN_OR_RAISE(exprs, QualifyAll(exprs, *plan->schema()));
  if (std::vector<Expr> aggregates = FindAll(exprs, ExprKind::kAggregate); !aggregates.empty()) {
    // An aggregate as a window's argument belongs to the rows of the Aggregate as any other.
    ARROW_ASSIGN_OR_RAISE(plan, AggregateOver(std::move(plan), {}, aggregates, /*hide_id=*/true));
    for (Expr& expr : exprs) {
      ARROW_ASSIGN_OR_RAISE(Expr next, ReplaceComputed(expr, aggregates));
      expr = KeepName(expr, std::move(next));
    }
  }
  if (std::vector<Expr> windows = FindAll(exprs, ExprKind::kWindow); !windows.empty()) {
    ARROW_ASSIGN_OR_RAISE(plan, WindowNodes(std::move(plan), windows));
    for (Expr& expr : exprs) {
      ARROW_ASSIGN_OR_RAISE(Expr next, ReplaceComputed(expr, windows));
      expr = KeepName(expr, std::move(next));
    }
  }
  if (!FindAll(exprs, ExprKind::kUnnest).empty()) return SelectUnnest(std::move(plan), std::move(exprs));
  return Projection::Make(std::move(plan), std::move(exprs));
}

Result<PlanPtr> Where(PlanPtr plan, const Expr& predicate) {
  if (Contains(predicate, ExprKind::kAggregate)) {
    return Error(ErrorKind::kPlan, "Aggregate functions are not allowed in the WHERE clause. Consider using HAVING instead");
  }
  ARROW_ASSIGN_OR_RAISE(Expr qualified, Qualify(predicate, *plan->schema()));
  return Filter::Make(std::move(plan), std::move(qualified));
}

Result<PlanPtr> OrderBy(PlanPtr plan, std::vector<SortKey> keys) {
  if (keys.empty()) return plan;
  const auto* projection = plan->TryAs<Projection>();
  if (projection != nullptr) {
    for (SortKey& key : keys) {
      // The very expression of an output, as an alias or a position has it.
      for (const Expr& expr : projection->exprs) {
        if (&Unalias(expr).node() != &key.expr.node() || key.expr.kind() == ExprKind::kColumn) continue;
        auto [relation, name] = OutputName(expr);
        key.expr = relation ? Column(*std::move(relation), std::move(name)) : Column(std::move(name));
        break;
      }
      // A key written as an output's expression means that output.
      if (!Covers(*plan->schema(), key.expr) || !Covers(*projection->input()->schema(), key.expr)) {
        const auto qualified = Qualify(key.expr, *projection->input()->schema());
        if (qualified.ok()) {
          ARROW_ASSIGN_OR_RAISE(key.expr, ReplaceComputed(*qualified, projection->exprs));
        }
      }
    }
  }
  bool covered = true;
  for (const SortKey& key : keys) covered &= Covers(*plan->schema(), key.expr);
  if (covered || projection == nullptr) {
    ARROW_ASSIGN_OR_RAISE(keys, QualifyAll(keys, *plan->schema()));
    return Sort::Make(std::move(plan), std::move(keys));
  }
  // Columns that the projection left out are carried along.
  const Schema& out = *plan->schema();
  const Schema& in = *projection->input()->schema();
  std::vector<Expr> exprs = projection->exprs;
  for (SortKey& key : keys) {
    ARROW_ASSIGN_OR_RAISE(key.expr, RewriteDown(key.expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
                            if (part.kind() != ExprKind::kColumn) return std::optional<Expr>{};
                            const auto& column = part->as<ColumnRef>();
                            if (const auto at = out.scope().TryResolve(column)) return std::optional<Expr>(out.column(*at));
                            const auto at = in.scope().TryResolve(column);
                            if (!at) {
                              // The output's columns come first in the message's list.
                              std::vector<QualifiedField> fields = out.fields();
                              fields.insert(fields.end(), in.fields().begin(), in.fields().end());
                              ARROW_RETURN_NOT_OK(Scope(std::move(fields)).Resolve(column).status());
                            }
                            const Expr carried = in.column(at ? *at : 0);
                            const auto same = [&](const Expr& expr) { return expr.Equals(carried); };
                            if (std::none_of(exprs.begin(), exprs.end(), same)) exprs.push_back(carried);
                            return std::optional<Expr>(carried);
                          }));
  }
  const std::vector<Expr> outputs = AllColumns(*plan);
  ARROW_ASSIGN_OR_RAISE(PlanPtr wide, Projection::Make(projection->input(), std::move(exprs)));
  ARROW_ASSIGN_OR_RAISE(PlanPtr sorted, Sort::Make(std::move(wide), std::move(keys)));
  return Projection::Make(std::move(sorted), outputs);
}

Result<PlanPtr> Take(PlanPtr plan, int64_t skip, std::optional<int64_t> fetch) {
  return Limit::Make(std::move(plan), skip, fetch);
}

Result<PlanPtr> GroupBy(PlanPtr plan, std::vector<Expr> groups, std::vector<Expr> aggregates) {
  ARROW_ASSIGN_OR_RAISE(groups, QualifyAll(groups, *plan->schema()));
  ARROW_ASSIGN_OR_RAISE(aggregates, QualifyAll(aggregates, *plan->schema()));
  bool plain = true;
  for (const Expr& aggregate : aggregates) plain &= Unalias(aggregate).kind() == ExprKind::kAggregate;
  if (plain) return AggregateOver(std::move(plan), std::move(groups), std::move(aggregates), /*hide_id=*/true);
  std::vector<Expr> calls = FindAll(aggregates, ExprKind::kAggregate);
  ARROW_ASSIGN_OR_RAISE(PlanPtr grouped, AggregateOver(std::move(plan), groups, calls, /*hide_id=*/true));
  const size_t num_groups = static_cast<size_t>(grouped->schema()->num_fields()) - calls.size();
  std::vector<Expr> outputs;
  for (size_t i = 0; i < num_groups; ++i) outputs.push_back(grouped->schema()->column(static_cast<int>(i)));
  for (const Expr& aggregate : aggregates) {
    ARROW_ASSIGN_OR_RAISE(Expr next, ReplaceComputed(aggregate, calls));
    outputs.push_back(KeepName(aggregate, std::move(next)));
  }
  return Projection::Make(std::move(grouped), std::move(outputs));
}

Result<PlanPtr> SelectDistinct(PlanPtr plan) { return Distinct::Make(std::move(plan)); }

Result<PlanPtr> SelectDistinctOn(PlanPtr plan, std::vector<Expr> on, std::vector<Expr> select, std::vector<SortKey> sort) {
  ARROW_ASSIGN_OR_RAISE(on, QualifyAll(on, *plan->schema()));
  ARROW_ASSIGN_OR_RAISE(select, ExpandWildcards(select, *plan->schema()));
  ARROW_ASSIGN_OR_RAISE(select, QualifyAll(select, *plan->schema()));
  ARROW_ASSIGN_OR_RAISE(sort, QualifyAll(sort, *plan->schema()));
  return DistinctOn::Make(std::move(plan), std::move(on), std::move(select), std::move(sort));
}

Result<PlanPtr> AddWindows(PlanPtr plan, const std::vector<Expr>& windows) {
  ARROW_ASSIGN_OR_RAISE(std::vector<Expr> qualified, QualifyAll(windows, *plan->schema()));
  bool plain = true;
  for (const Expr& window : qualified) plain &= Unalias(window).kind() == ExprKind::kWindow;
  if (plain) return WindowNodes(std::move(plan), std::move(qualified));
  std::vector<Expr> exprs = AllColumns(*plan);
  exprs.insert(exprs.end(), qualified.begin(), qualified.end());
  return Select(std::move(plan), std::move(exprs));
}

Result<PlanPtr> AliasPlan(PlanPtr plan, TableName alias) {
  // Under one name, columns of two tables may be called the same: the later ones get a number, "a", "a:1".
  const Schema& schema = *plan->schema();
  std::unordered_map<std::string, int> seen;
  std::vector<Expr> exprs;
  bool repeated = false;
  for (int i = 0; i < schema.num_fields(); ++i) {
    const std::string& name = schema.field(i).field->name();
    const int before = seen[name]++;
    exprs.push_back(before == 0 ? schema.column(i) : schema.column(i).Alias(name + ":" + std::to_string(before)));
    repeated |= before > 0;
  }
  if (repeated) {
    ARROW_ASSIGN_OR_RAISE(plan, Projection::Make(std::move(plan), std::move(exprs)));
  }
  return SubqueryAlias::Make(std::move(plan), std::move(alias));
}

Result<PlanPtr> RepartitionBy(PlanPtr plan, int partitions, const std::vector<Expr>& hash) {
  ARROW_ASSIGN_OR_RAISE(std::vector<Expr> qualified, QualifyAll(hash, *plan->schema()));
  return Repartition::Make(std::move(plan), partitions, std::move(qualified));
}

Result<PlanPtr> WithColumns(PlanPtr plan, std::vector<std::pair<std::string, Expr>> columns) {
  std::vector<Expr> exprs = AllColumns(*plan);
  const size_t old = exprs.size();
  for (auto& [name, expr] : columns) {
    Expr named = Unalias(expr).Alias(name);
    if (expr.kind() == ExprKind::kAlias) {
      AliasName alias = expr->as<AliasName>();
      alias.name = name;
      alias.relation.reset();
      named = MakeExpr(ExprKind::kAlias, {Unalias(expr)}, std::move(alias));
    }
    bool placed = false;
    for (size_t i = 0; i < old; ++i) {
      if (plan->schema()->field(static_cast<int>(i)).field->name() == name) {
        exprs[i] = named;
        placed = true;
        break;
      }
    }
    if (placed) continue;
    const auto same = [&wanted = name](const Expr& other) { return OutputName(other).second == wanted; };  // clang 14 captures no binding
    const auto at = std::find_if(exprs.begin() + old, exprs.end(), same);
    if (at != exprs.end()) {
      *at = named;
    } else {
      exprs.push_back(named);
    }
  }
  return Select(std::move(plan), std::move(exprs));
}

Result<PlanPtr> RenameColumn(PlanPtr plan, const Expr& column, const std::string& name) {
  std::vector<Expr> exprs = AllColumns(*plan);
  const auto& reference = column->as<ColumnRef>();
  const Result<int> at = plan->schema()->scope().Resolve(reference);
  if (!at.ok()) {
    // Ambiguity is a mistake; a column that isn't there is not.
    return plan->schema()->FindAll(reference.name).size() > 1 ? Result<PlanPtr>(at.status()) : Result<PlanPtr>(plan);
  }
  exprs[*at] = exprs[*at].Alias(name);
  return Projection::Make(std::move(plan), std::move(exprs));
}

Result<PlanPtr> DropColumns(PlanPtr plan, const std::vector<Expr>& columns) {
  std::vector<bool> dropped(plan->schema()->num_fields(), false);
  for (const Expr& column : columns) {
    const auto& reference = column->as<ColumnRef>();
    for (int i : reference.relation ? plan->schema()->FindRelation(*reference.relation) : plan->schema()->FindAll(reference.name)) {
      if (plan->schema()->field(i).field->name() == reference.name) dropped[i] = true;
    }
  }
  std::vector<Expr> exprs;
  for (int i = 0; i < plan->schema()->num_fields(); ++i) {
    if (!dropped[i]) exprs.push_back(plan->schema()->column(i));
  }
  return Projection::Make(std::move(plan), std::move(exprs));
}

Result<PlanPtr> UnnestColumns(PlanPtr plan, const std::vector<UnnestColumn>& columns, bool preserve_nulls) {
  std::vector<Unnest::Column> spread;
  for (const UnnestColumn& column : columns) {
    ARROW_ASSIGN_OR_RAISE(const int at, plan->schema()->scope().Resolve(column.column->as<ColumnRef>()));
    spread.push_back({at, column.name, column.depth});
  }
  return Unnest::Make(std::move(plan), std::move(spread), preserve_nulls);
}

Result<PlanPtr> CastColumns(PlanPtr plan, const std::vector<std::shared_ptr<arrow::DataType>>& types) {
  std::vector<Expr> exprs = AllColumns(*plan);
  bool changed = false;
  for (size_t i = 0; i < exprs.size(); ++i) {
    const QualifiedField& field = plan->schema()->field(static_cast<int>(i));
    if (field.field->type()->Equals(*types[i])) continue;
    changed = true;
    exprs[i] = KeepName(exprs[i], Cast(exprs[i], types[i]));
  }
  return changed ? Projection::Make(std::move(plan), std::move(exprs)) : Result<PlanPtr>(plan);
}

Result<PlanPtr> ValuesOf(std::vector<std::vector<Expr>> rows) {
  if (rows.empty()) return Error(ErrorKind::kPlan, "Values list cannot be empty");
  const Scope nothing;
  std::vector<std::vector<TypePtr>> types(rows[0].size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != types.size()) {
      return Error(ErrorKind::kPlan, "Inconsistent data length across values list: got ", rows[i].size(), " values in row ", i,
                   " but expected ", types.size());
    }
    for (size_t column = 0; column < types.size(); ++column) {
      ARROW_ASSIGN_OR_RAISE(auto type, TypeOf(rows[i][column], nothing));
      types[column].push_back(std::move(type));
    }
  }
  for (size_t column = 0; column < types.size(); ++column) {
    TypePtr common = types[column][0];
    for (size_t i = 1; i < rows.size(); ++i) {
      const TypePtr& other = types[column][i];
      if (common->Equals(*other)) continue;
      TypePtr next = ElementType(common, other);  // a text beside numbers becomes a number
      if (next == nullptr) {
        return Error(ErrorKind::kPlan, "Inconsistent data type across values list at row ", i, " column ", column, ". Was ",
                     TypeName(*common), " but found ", TypeName(*other));
      }
      common = std::move(next);
    }
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!types[column][i]->Equals(*common)) rows[i][column] = Cast(rows[i][column], common);
    }
  }
  return Values::Make(std::move(rows));
}

}  // namespace bowstring::logical
