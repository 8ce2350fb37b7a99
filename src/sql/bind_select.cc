// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include <bowstring/error.h>

#include "functions/like_pattern.h"
#include "logical/builder.h"
#include "logical/dependencies.h"
#include "logical/filter.h"
#include "logical/grouping_sets.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "sql/ast_print.h"
#include "sql/binder.h"

namespace bowstring::sql {

using arrow::Result;
using arrow::Status;

namespace {

/// A position: an integer literal that stands alone, without parentheses.
std::optional<int64_t> Position(const AstExpr& expr) {
  const auto* literal = expr.TryAs<AstLiteral>();
  if (literal == nullptr || literal->literal != LiteralKind::kNumber || expr.parenthesized) return std::nullopt;
  int64_t value = 0;
  const char* end = literal->text.data() + literal->text.size();
  const auto [at, error] = std::from_chars(literal->text.data(), end, value);
  return error == std::errc() && at == end ? std::optional<int64_t>(value) : std::nullopt;
}

/// Columns that an expression still reads after grouping must be groups.
Status CheckGrouped(const std::vector<Expr>& exprs, const logical::Schema& grouped, size_t num_groups,
                    const std::vector<Expr>& implied, const char* clause) {
  for (const Expr& expr : exprs) {
    Status status;
    logical::VisitExpr(expr, [&](const Expr& part) {
      if (part.kind() != NodeKind::kColumn || !status.ok()) return status.ok();
      const auto& column = part->as<ColumnRef>();
      if (grouped.scope().TryResolve(column)) return true;
      std::string valid;
      const auto add = [&](const std::string& name) { valid += (valid.empty() ? "" : ", ") + name; };
      for (int i = 0; i < grouped.num_fields(); ++i) {
        if (i == static_cast<int>(num_groups)) {
          for (const Expr& more : implied) add(more.name());
        }
        const logical::QualifiedField& field = grouped.field(i);
        add((field.relation ? field.relation->ToString() + "." : "") + field.field->name());
      }
      if (static_cast<int>(num_groups) == grouped.num_fields()) {
        for (const Expr& more : implied) add(more.name());
      }
      status = Error(ErrorKind::kPlan, "Column in ", clause, " must be in GROUP BY or an aggregate function: While expanding wildcard, column \"",
                     part.name(), "\" must appear in the GROUP BY clause or must be part of an aggregate function, currently only \"",
                     valid, "\" appears in the SELECT clause satisfies this requirement");
      return false;
    });
    ARROW_RETURN_NOT_OK(status);
  }
  return Status::OK();
}

/// Everything that is computed over the rows of FROM and WHERE, rewritten in step as nodes are put below.
struct Computed {
  std::vector<Expr> items;
  std::optional<Expr> having, qualify;
  std::vector<SortKey> keys;
  std::vector<Expr> distinct_on;

  std::vector<Expr> All() const {
    std::vector<Expr> all = items;
    if (having) all.push_back(*having);
    if (qualify) all.push_back(*qualify);
    for (const SortKey& key : keys) all.push_back(key.expr);
    all.insert(all.end(), distinct_on.begin(), distinct_on.end());
    return all;
  }
  Status Replace(const std::vector<Expr>& computed) {
    const auto replace = [&](Expr* expr) { return logical::ReplaceComputed(*expr, computed).Value(expr); };
    for (Expr& item : items) {
      const Expr before = item;
      ARROW_RETURN_NOT_OK(replace(&item));
      item = logical::KeepName(before, std::move(item));
    }
    if (having) ARROW_RETURN_NOT_OK(replace(&*having));
    if (qualify) ARROW_RETURN_NOT_OK(replace(&*qualify));
    for (SortKey& key : keys) ARROW_RETURN_NOT_OK(replace(&key.expr));
    for (Expr& expr : distinct_on) ARROW_RETURN_NOT_OK(replace(&expr));
    return Status::OK();
  }
};

/// Columns that the groups say without being groups: read as written they are groups too.
std::vector<Expr> ImpliedGroups(const LogicalPlan& plan, const std::vector<Expr>& groups) {
  if (groups.empty() || groups[0].kind() == NodeKind::kGroupingSet) return {};
  const auto dependencies = logical::DependenciesOf(plan);
  if (dependencies.empty()) return {};
  const logical::Schema& schema = *plan.schema();
  std::vector<int> known;
  for (const Expr& group : groups) {
    if (group.kind() != NodeKind::kColumn) continue;
    if (const auto at = schema.scope().TryResolve(group->as<ColumnRef>())) known.push_back(*at);
  }
  std::vector<Expr> implied;
  for (const int column : logical::Implied(dependencies, known)) {
    if (std::find(known.begin(), known.end(), column) == known.end()) implied.push_back(schema.column(column));
  }
  return implied;
}

/// Which of the columns are read outside of aggregates and of what is grouped by.
std::vector<Expr> ReadOf(const std::vector<Expr>& columns, const std::vector<Expr>& exprs, const std::vector<Expr>& groups,
                         const logical::Schema& schema) {
  std::vector<bool> read(columns.size(), false);
  const auto equals = [](const Expr& a) { return [&a](const Expr& b) { return a.Equals(b); }; };
  for (const Expr& expr : exprs) {
    logical::VisitExpr(expr, [&](const Expr& part) {
      if (part.kind() == NodeKind::kAggregate || std::any_of(groups.begin(), groups.end(), equals(part))) return false;
      if (part.kind() != NodeKind::kColumn) return true;
      const auto at = schema.scope().TryResolve(part->as<ColumnRef>());
      if (!at) return true;
      const Expr column = schema.column(*at);
      for (size_t i = 0; i < columns.size(); ++i) read[i] = read[i] || columns[i].Equals(column);
      return true;
    });
  }
  std::vector<Expr> found;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (read[i]) found.push_back(columns[i]);
  }
  return found;
}

using BindGroup = std::function<Result<Expr>(const AstExpr&)>;

/// ROLLUP, CUBE, GROUPING SETS or a list in parentheses. Sets inside of GROUPING SETS are spread out.
Result<Expr> GroupingSets(const AstGroupItem& item, const BindGroup& bind) {
  GroupingShape shape;
  std::vector<Expr> children;
  const auto add_set = [&](const AstGroupItem& set) -> Status {
    const size_t before = children.size();
    if (set.kind == GroupItemKind::kExpr) {
      ARROW_ASSIGN_OR_RAISE(Expr group, bind(*set.expr));
      children.push_back(std::move(group));
    } else if (set.kind == GroupItemKind::kSet) {
      for (const AstGroupItem& member : set.members) {
        if (member.kind != GroupItemKind::kExpr) return Error(ErrorKind::kNotImplemented, "sets inside of a set of grouping columns");
        ARROW_ASSIGN_OR_RAISE(Expr group, bind(*member.expr));
        children.push_back(std::move(group));
      }
    } else {
      if (item.kind != GroupItemKind::kGroupingSets) return Error(ErrorKind::kNotImplemented, "grouping sets inside of ROLLUP or CUBE");
      ARROW_ASSIGN_OR_RAISE(const Expr inner, GroupingSets(set, bind));
      ARROW_ASSIGN_OR_RAISE(const auto sets, logical::SetsOf(inner));
      for (const std::vector<Expr>& members : sets) {
        children.insert(children.end(), members.begin(), members.end());
        shape.lengths.push_back(static_cast<int>(members.size()));
      }
      return Status::OK();
    }
    shape.lengths.push_back(static_cast<int>(children.size() - before));
    return Status::OK();
  };
  switch (item.kind) {
    case GroupItemKind::kRollup: shape.kind = GroupingShape::kRollup; break;
    case GroupItemKind::kCube: shape.kind = GroupingShape::kCube; break;
    default: shape.kind = GroupingShape::kSets; break;
  }
  if (item.kind == GroupItemKind::kSet) {
    ARROW_RETURN_NOT_OK(add_set(item));
  } else {
    for (const AstGroupItem& member : item.members) ARROW_RETURN_NOT_OK(add_set(member));
  }
  return MakeExpr(NodeKind::kGroupingSet, std::move(children), std::move(shape));
}

}  // namespace

Result<std::vector<Expr>> Binder::SelectItems(const AstSelect& select, const Relation& from, const Frame& frame) {
  std::vector<Expr> items;
  for (const AstSelectItem& item : select.items) {
    if (item.kind == SelectItemKind::kExpr) {
      placeholder_seen_ = false;
      ARROW_ASSIGN_OR_RAISE(Expr expr, Bind(*item.expr, frame));
      if (!item.alias && placeholder_seen_ && options_.parameters) {
        // It is called as it was written: `$1`.
        name_placeholders_ = true;
        const Result<Expr> written = Bind(*item.expr, frame);
        name_placeholders_ = false;
        if (written.ok()) expr = logical::KeepName(*written, std::move(expr));
      }
      if (item.alias) {
        expr = expr.Alias(Name(*item.alias));
      } else if (expr.kind() == NodeKind::kOuterColumn) {
        expr = expr.Alias(expr->as<ColumnRef>().name);
      }
      items.push_back(std::move(expr));
      continue;
    }
    if (item.expr != nullptr) return Error(ErrorKind::kNotImplemented, "(expression).*");
    WildcardShape shape;
    if (item.kind == SelectItemKind::kQualifiedWildcard) {
      ARROW_ASSIGN_OR_RAISE(shape.qualifier, BindTableName(item.qualifier, options_));
    } else if (select.from.empty()) {
      return Error(ErrorKind::kPlan, "SELECT * with no tables specified is not valid");
    }
    for (const ObjectName& name : item.exclude) shape.exclude.push_back(Name(name.parts.back()));
    for (const Ident& name : item.except) shape.exclude.push_back(Name(name));
    for (size_t i = 1; i < shape.exclude.size(); ++i) {
      if (std::find(shape.exclude.begin(), shape.exclude.begin() + static_cast<int64_t>(i), shape.exclude[i]) != shape.exclude.begin() + static_cast<int64_t>(i)) {
        return Error(ErrorKind::kPlan, "EXCLUDE or EXCEPT contains duplicate column names");
      }
    }
    for (const auto& [expr, name] : item.replace) {
      ARROW_ASSIGN_OR_RAISE(Expr bound, Bind(*expr, frame));
      shape.replace.emplace_back(Name(name), std::move(bound));
    }
    for (const auto& [name, other] : item.rename) shape.rename.emplace_back(Name(name), Name(other));
    const Expr wildcard = MakeExpr(NodeKind::kWildcard, {}, std::move(shape));
    ARROW_ASSIGN_OR_RAISE(std::vector<Expr> columns, logical::ExpandWildcards({wildcard}, *frame.schema, from.hidden));
    if (item.ilike) {
      const LikeMatcher matcher(*item.ilike, /*fold_case=*/true, std::nullopt);
      std::erase_if(columns, [&](const Expr& column) { return !matcher.Matches(column.kind() == NodeKind::kColumn ? column->as<ColumnRef>().name : column.name()); });
      if (columns.empty()) return Error(ErrorKind::kPlan, "* ILIKE '", *item.ilike, "': no column has such a name");
    }
    for (Expr& column : columns) {
      // A key of USING stands once, as what both sides' keys mean together.
      if (column.kind() == NodeKind::kColumn && item.kind == SelectItemKind::kWildcard) {
        const auto place = frame.schema->scope().TryResolve(column->as<ColumnRef>());
        const auto at = place ? from.instead.find(*place) : from.instead.end();
        if (at != from.instead.end()) column = at->second;
      }
      items.push_back(std::move(column));
    }
  }
  return items;
}

Result<std::vector<Expr>> Binder::GroupExprs(const AstSelect& select, const Exprs& items, const Frame& frame) {
  Exprs groups;
  const auto bind = [&](const AstExpr& expr) -> Result<Expr> {
    if (const auto position = Position(expr)) {
      if (*position < 1 || *position > static_cast<int64_t>(items.size())) {
        return Error(ErrorKind::kPlan, "Cannot find column with position ", *position, " in SELECT clause. Valid columns: 1 to ",
                     items.size());
      }
      return logical::Unalias(items[*position - 1]);
    }
    ARROW_ASSIGN_OR_RAISE(Expr bound, Bind(expr, frame));
    return logical::Unalias(bound);
  };
  const auto add = [&](Expr expr) {
    const auto same = [&](const Expr& other) { return other.Equals(expr); };
    if (std::none_of(groups.begin(), groups.end(), same)) groups.push_back(std::move(expr));
  };
  if (select.group_by_all) {
    for (const Expr& item : items) {
      if (!logical::Contains(item, NodeKind::kAggregate) && !logical::Contains(item, NodeKind::kWindow)) add(logical::Unalias(item));
    }
    return groups;
  }
  for (const AstGroupItem& item : select.group_by) {
    if (item.kind == GroupItemKind::kExpr) {
      ARROW_ASSIGN_OR_RAISE(Expr group, bind(*item.expr));
      add(std::move(group));
      continue;
    }
    // As the peer has it, a number in a set isn't a position.
    const auto bind_in_set = [&](const AstExpr& expr) -> Result<Expr> {
      ARROW_ASSIGN_OR_RAISE(Expr bound, Bind(expr, frame));
      return logical::Unalias(bound);
    };
    ARROW_ASSIGN_OR_RAISE(Expr sets, GroupingSets(item, bind_in_set));
    groups.push_back(std::move(sets));
  }
  return groups;
}

Result<std::vector<SortKey>> Binder::OrderKeys(const AstQuery& query, const Exprs& items, const Frame& frame) {
  std::vector<SortKey> keys;
  if (query.order_by_all) {
    const AstOrderItem& item = query.order_by[0];
    for (const Expr& expr : items) keys.push_back(KeyOf(logical::Unalias(expr), item));
    return keys;
  }
  for (const AstOrderItem& item : query.order_by) {
    Expr expr;
    if (const auto position = Position(*item.expr)) {
      if (*position < 1) return Error(ErrorKind::kPlan, "Order by index starts at 1 for column indexes");
      if (*position > static_cast<int64_t>(items.size())) {
        return Error(ErrorKind::kPlan, "Order by column out of bounds, specified: ", *position, ", max: ", items.size());
      }
      expr = logical::Unalias(items[*position - 1]);
    } else {
      ARROW_ASSIGN_OR_RAISE(expr, Bind(*item.expr, frame));
      expr = logical::Unalias(expr);
    }
    keys.push_back(KeyOf(std::move(expr), item));
  }
  return keys;
}

Result<PlanPtr> Binder::Select(const AstSelect& select, const AstQuery* ordered, const Frame* outer) {
  const bool names_count = !std::exchange(later_branch_, false);
  ARROW_ASSIGN_OR_RAISE(Relation from, From(select.from, outer));
  Frame frame;
  frame.schema = from.plan->schema().get();
  frame.merged = &from.merged;
  frame.outer = outer;
  frame.windows = &select.windows;
  PlanPtr plan = from.plan;
  if (select.where != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const Expr predicate, BindCondition(*select.where, frame));
    if (logical::Contains(predicate, NodeKind::kWindow)) {
      return Error(ErrorKind::kPlan, "Window functions are not allowed in the WHERE clause");
    }
    ARROW_ASSIGN_OR_RAISE(plan, logical::Where(std::move(plan), predicate));
  }
  Computed computed;
  ARROW_ASSIGN_OR_RAISE(computed.items, SelectItems(select, from, frame));
  if (computed.items.empty() && !select.items.empty() && frame.schema->num_fields() > 0) return Error(ErrorKind::kPlan, "SELECT without columns");
  const Exprs written = computed.items;
  std::vector<std::pair<std::string, Expr>> aliases;
  for (const Expr& item : written) {
    if (item.kind() == NodeKind::kAlias) aliases.emplace_back(OutputName(item).second, logical::Unalias(item));
  }
  Frame late = frame;
  late.aliases = &aliases;
  ARROW_ASSIGN_OR_RAISE(Exprs groups, GroupExprs(select, written, late));
  if (select.having != nullptr) {
    ARROW_ASSIGN_OR_RAISE(computed.having, Bind(*select.having, late));
  }
  if (select.qualify != nullptr) {
    ARROW_ASSIGN_OR_RAISE(computed.qualify, Bind(*select.qualify, late));
    if (logical::FindAll(written, NodeKind::kWindow).empty() && !logical::Contains(*computed.qualify, NodeKind::kWindow)) {
      return Error(ErrorKind::kPlan, "QUALIFY clause requires window functions in the SELECT list or QUALIFY clause");
    }
  }
  late.aliases_first = true;
  if (ordered != nullptr && !ordered->order_by.empty()) {
    ARROW_ASSIGN_OR_RAISE(computed.keys, OrderKeys(*ordered, written, late));
  }
  ARROW_ASSIGN_OR_RAISE(computed.distinct_on, BindAll(select.distinct_on, late));
  // Rows that unnest() makes are there before groups and before the order.
  const auto spread = [&](const Exprs& calls) -> Status {
    if (calls.empty()) return Status::OK();
    Exprs wide = logical::AllColumns(*plan);
    wide.insert(wide.end(), calls.begin(), calls.end());
    ARROW_ASSIGN_OR_RAISE(plan, logical::Select(std::move(plan), std::move(wide)));
    for (Expr& group : groups) {
      ARROW_ASSIGN_OR_RAISE(group, logical::ReplaceComputed(group, calls));
    }
    return computed.Replace(calls);
  };
  ARROW_RETURN_NOT_OK(spread(logical::FindAll(groups, NodeKind::kUnnest)));
  const Exprs aggregates = logical::FindAll(computed.All(), NodeKind::kAggregate);
  if (!aggregates.empty() || !groups.empty() || select.group_by_all) {
    ARROW_ASSIGN_OR_RAISE(groups, logical::MergeGroups(std::move(groups)));
    Exprs implied = ImpliedGroups(*plan, groups);
    for (Expr& more : ReadOf(implied, computed.All(), groups, *plan->schema())) {
      std::erase_if(implied, [&](const Expr& other) { return other.Equals(more); });
      groups.push_back(std::move(more));
    }
    const size_t num_groups = groups.size();
    ARROW_ASSIGN_OR_RAISE(plan, logical::AggregateOver(std::move(plan), groups, aggregates, /*hide_id=*/false));
    // Groups of grouping sets stand under their own names too.
    Exprs keys = groups;
    if (groups.size() == 1 && groups[0].kind() == NodeKind::kGroupingSet) keys = groups[0].children();
    keys.insert(keys.begin(), aggregates.begin(), aggregates.end());
    ARROW_RETURN_NOT_OK(computed.Replace(keys));
    if (groups.size() == 1 && groups[0].kind() == NodeKind::kGroupingSet) {
      // A constant that is grouped by is NULL where its set leaves it out.
      const auto grouped = [&](const Expr& expr) {
        const Expr bare = logical::Unalias(expr);
        const auto same = [&](const Expr& key) { return key.Equals(bare); };
        if (bare.kind() != NodeKind::kLiteral || std::none_of(keys.begin(), keys.end(), same)) return expr;
        return logical::KeepName(expr, Column(bare.name()));
      };
      for (Expr& item : computed.items) item = grouped(item);
      for (SortKey& key : computed.keys) key.expr = logical::Unalias(grouped(key.expr));
    }
    ARROW_RETURN_NOT_OK(CheckGrouped(computed.items, *plan->schema(), num_groups, implied, "SELECT"));
    if (computed.having) {
      ARROW_RETURN_NOT_OK(CheckGrouped({*computed.having}, *plan->schema(), num_groups, implied, "HAVING"));
      ARROW_ASSIGN_OR_RAISE(plan, logical::Filter::Make(std::move(plan), *computed.having));
    }
  } else if (computed.having) {
    return Error(ErrorKind::kPlan, "HAVING clause references: ", computed.having->ToString(),
                 " must appear in the GROUP BY clause or be used in an aggregate function");
  }
  if (const Exprs windows = logical::FindAll(computed.All(), NodeKind::kWindow); !windows.empty()) {
    // AddWindows keeps all columns, and makes a node for each different window.
    ARROW_ASSIGN_OR_RAISE(plan, logical::AddWindows(std::move(plan), windows));
    ARROW_RETURN_NOT_OK(computed.Replace(windows));
  }
  Exprs key_exprs;
  for (const SortKey& key : computed.keys) key_exprs.push_back(key.expr);
  ARROW_RETURN_NOT_OK(spread(logical::FindAll(key_exprs, NodeKind::kUnnest)));
  if (computed.qualify) {
    ARROW_ASSIGN_OR_RAISE(plan, logical::Filter::Make(std::move(plan), *computed.qualify));
  }
  if (select.distinct == DistinctKind::kOn) {
    return logical::SelectDistinctOn(std::move(plan), computed.distinct_on, computed.items, computed.keys);
  }
  if (!names_count) {
    // In a set operation two columns of a later branch may have one name: the first branch's are used.
    for (size_t i = 0; i < computed.items.size(); ++i) {
      const auto same = [&](const Expr& other) { return other.name() == computed.items[i].name(); };
      if (std::any_of(computed.items.begin(), computed.items.begin() + i, same)) {
        computed.items[i] = logical::Unalias(computed.items[i]).Alias(computed.items[i].name() + ":" + std::to_string(i));
      }
    }
  }
  ARROW_ASSIGN_OR_RAISE(plan, logical::Select(std::move(plan), computed.items));
  if (select.distinct != DistinctKind::kDistinct) return logical::OrderBy(std::move(plan), std::move(computed.keys));
  // Behind DISTINCT only what was selected is left.
  for (SortKey& key : computed.keys) {
    const Expr before = key.expr;
    if (const auto* projection = plan->TryAs<logical::Projection>()) {
      ARROW_ASSIGN_OR_RAISE(key.expr, logical::ReplaceComputed(key.expr, projection->exprs));
    }
    if (!logical::Covers(*plan->schema(), key.expr)) {
      return Error(ErrorKind::kPlan, "For SELECT DISTINCT, ORDER BY expressions ", before.ToString(), " must appear in select list");
    }
  }
  ARROW_ASSIGN_OR_RAISE(plan, logical::SelectDistinct(std::move(plan)));
  return logical::OrderBy(std::move(plan), std::move(computed.keys));
}

}  // namespace bowstring::sql
