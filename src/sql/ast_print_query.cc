// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/ast_print.h"
#include "sql/ast_printer_internal.h"

namespace bowstring::sql {

std::string ToSql(const AstQuery& query) {
  AstPrinter printer;
  printer.Print(query);
  return printer.Take();
}

// ---- Windows

void AstPrinter::Print(const AstWindowSpec& spec) {
  out_ += '(';
  const size_t begin = out_.size();
  const auto blank = [&] { WordIf(out_.size() > begin, " "); };
  if (spec.base) Print(*spec.base);
  if (!spec.partition_by.empty()) {
    blank();
    Word("PARTITION BY ");
    PrintList(spec.partition_by);
  }
  if (!spec.order_by.empty()) {
    blank();
    Word("ORDER BY ");
    PrintList(spec.order_by);
  }
  if (spec.frame) {
    blank();
    Print(*spec.frame);
  }
  out_ += ')';
}

void AstPrinter::Print(const AstFrame& frame) {
  constexpr std::string_view kUnits[] = {"ROWS ", "RANGE ", "GROUPS "};
  constexpr std::string_view kExclude[] = {"", " EXCLUDE CURRENT ROW", " EXCLUDE GROUP", " EXCLUDE TIES"};
  Word(kUnits[static_cast<size_t>(frame.units)]);
  if (frame.end) {
    Word("BETWEEN ");
    Print(frame.start);
    Word(" AND ");
    Print(*frame.end);
  } else {
    Print(frame.start);
  }
  Word(kExclude[static_cast<size_t>(frame.exclude)]);
}

void AstPrinter::Print(const AstFrameBound& bound) {
  switch (bound.kind) {
    case FrameBoundKind::kCurrentRow: return Word("CURRENT ROW");
    case FrameBoundKind::kUnboundedPreceding: return Word("UNBOUNDED PRECEDING");
    case FrameBoundKind::kUnboundedFollowing: return Word("UNBOUNDED FOLLOWING");
    case FrameBoundKind::kPreceding: case FrameBoundKind::kFollowing: break;
  }
  Print(*bound.offset);
  Word(bound.kind == FrameBoundKind::kPreceding ? " PRECEDING" : " FOLLOWING");
}

// ---- FROM

void AstPrinter::Print(const AstTable& table) {
  WordIf(table.lateral, "LATERAL ");
  switch (table.kind) {
    case TableKind::kName: Print(table.name); break;
    case TableKind::kFunction:
      Print(table.name);
      ListInParens(table.args);
      break;
    case TableKind::kUnnest:
      Word("UNNEST");
      ListInParens(table.arrays);
      break;
    case TableKind::kDerived:
      out_ += '(';
      Print(*table.query);
      out_ += ')';
      break;
    case TableKind::kNested:
      out_ += '(';
      Print(*table.nested);
      out_ += ')';
      break;
  }
  WordIf(table.with_ordinality, " WITH ORDINALITY");
  if (table.alias) {
    Word(" AS ");
    Print(table.alias->name);
    if (!table.alias->columns.empty()) {
      out_ += ' ';
      ListInParens(table.alias->columns);
    }
  }
  if (table.sample) {
    out_ += ' ';
    Print(*table.sample);
  }
}

void AstPrinter::Print(const AstTableSample& sample) {
  Word("TABLESAMPLE ");
  if (!sample.method.empty()) {
    Word(sample.method);
    out_ += ' ';
  }
  out_ += '(';
  Print(*sample.quantity);
  WordIf(sample.unit == AstTableSample::Unit::kPercent, " PERCENT");
  WordIf(sample.unit == AstTableSample::Unit::kRows, " ROWS");
  out_ += ')';
  if (sample.seed) {
    Word(" REPEATABLE (");
    Print(*sample.seed);
    out_ += ')';
  }
}

void AstPrinter::Print(const AstJoin& join) {
  constexpr std::string_view kKinds[] = {"JOIN ",           "LEFT JOIN ",      "RIGHT JOIN ",     "FULL JOIN ", "CROSS JOIN ",
                                         "LEFT SEMI JOIN ", "RIGHT SEMI JOIN ", "LEFT ANTI JOIN ", "RIGHT ANTI JOIN "};
  WordIf(join.natural, "NATURAL ");
  WordIf(join.asof, "ASOF ");
  Word(kKinds[static_cast<size_t>(join.kind)]);
  Print(join.table);
  if (join.match_condition) {
    Word(" MATCH_CONDITION (");
    Print(*join.match_condition);
    out_ += ')';
  }
  if (join.on) {
    Word(" ON ");
    Print(*join.on);
  } else if (!join.using_columns.empty()) {
    Word(" USING ");
    ListInParens(join.using_columns);
  }
}

void AstPrinter::Print(const AstFrom& from) {
  Print(from.table);
  for (const auto& join : from.joins) {
    out_ += ' ';
    Print(join);
  }
}

// ---- SELECT

void AstPrinter::Print(const AstSelectItem& item) {
  if (item.kind == SelectItemKind::kExpr) {
    Print(*item.expr);
    if (item.alias) {
      Word(" AS ");
      Print(*item.alias);
    }
    return;
  }
  if (item.kind == SelectItemKind::kQualifiedWildcard) {
    if (item.expr) {
      Print(*item.expr);
    } else {
      Print(item.qualifier);
    }
    out_ += '.';
  }
  out_ += '*';
  if (item.ilike) {
    Word(" ILIKE ");
    PrintString(*item.ilike);
  }
  if (!item.exclude.empty()) {
    Word(" EXCLUDE ");
    ListInParens(item.exclude);
  }
  if (!item.except.empty()) {
    Word(" EXCEPT ");
    ListInParens(item.except);
  }
  const auto pairs = [&](std::string_view words, const auto& list) {
    if (list.empty()) return;
    Word(words);
    bool first = true;
    for (const auto& [from, to] : list) {
      WordIf(!first, ", ");
      first = false;
      Print(from);
      Word(" AS ");
      Print(to);
    }
    out_ += ')';
  };
  pairs(" REPLACE (", item.replace);
  pairs(" RENAME (", item.rename);
}

void AstPrinter::Print(const AstGroupItem& item) {
  switch (item.kind) {
    case GroupItemKind::kExpr: return Print(*item.expr);
    case GroupItemKind::kSet: break;
    case GroupItemKind::kRollup: Word("ROLLUP "); break;
    case GroupItemKind::kCube: Word("CUBE "); break;
    case GroupItemKind::kGroupingSets: Word("GROUPING SETS "); break;
  }
  ListInParens(item.members);
}

void AstPrinter::Print(const AstSelect& select) {
  Word("SELECT");
  WordIf(select.distinct == DistinctKind::kDistinct, " DISTINCT");
  if (select.distinct == DistinctKind::kOn) {
    Word(" DISTINCT ON ");
    ListInParens(select.distinct_on);
  }
  WordIf(!select.items.empty(), " ");
  PrintList(select.items);
  if (!select.from.empty()) {
    Word(" FROM ");
    PrintList(select.from);
  }
  const auto clause = [&](std::string_view words, const ExprPtr& expr) {
    if (!expr) return;
    Word(words);
    Print(*expr);
  };
  clause(" WHERE ", select.where);
  if (select.group_by_all) {
    Word(" GROUP BY ALL");
  } else if (!select.group_by.empty()) {
    Word(" GROUP BY ");
    PrintList(select.group_by);
  }
  clause(" HAVING ", select.having);
  for (size_t i = 0; i < select.windows.size(); ++i) {
    const auto& window = select.windows[i];
    Word(i == 0 ? " WINDOW " : ", ");
    Print(window.name);
    Word(" AS ");
    Print(window.spec);
  }
  clause(" QUALIFY ", select.qualify);
}

// ---- Queries

void AstPrinter::Print(const AstBody& body) {
  switch (body.kind) {
    case BodyKind::kSelect: return Print(*body.select);
    case BodyKind::kTable:
      Word("TABLE ");
      return Print(body.table);
    case BodyKind::kNested:
      out_ += '(';
      Print(*body.nested);
      return Word(")");
    case BodyKind::kValues: {
      Word("VALUES ");
      bool first = true;
      for (const auto& row : body.rows) {
        WordIf(!first, ", ");
        first = false;
        ListInParens(row);
      }
      return;
    }
    case BodyKind::kSetOperation: break;
  }
  constexpr std::string_view kOps[] = {" UNION", " INTERSECT", " EXCEPT"};
  Print(*body.first);
  for (const auto& term : body.terms) {
    Word(kOps[static_cast<size_t>(term.op)]);
    WordIf(term.all, " ALL");
    WordIf(term.by_name, " BY NAME");
    out_ += ' ';
    Print(*term.body);
  }
}

void AstPrinter::Print(const AstCte& cte) {
  Print(cte.name);
  if (!cte.columns.empty()) {
    out_ += ' ';
    ListInParens(cte.columns);
  }
  Word(" AS ");
  if (cte.materialized) Word(*cte.materialized ? "MATERIALIZED " : "NOT MATERIALIZED ");
  out_ += '(';
  Print(*cte.query);
  out_ += ')';
}

void AstPrinter::Print(const AstQuery& query) {
  if (!query.with.empty()) {
    Word(query.recursive ? "WITH RECURSIVE " : "WITH ");
    PrintList(query.with);
    out_ += ' ';
  }
  Print(*query.body);
  if (!query.order_by.empty()) {
    Word(" ORDER BY ");
    PrintList(query.order_by);
  }
  const bool fetch = query.limit && (query.limit_percent || query.limit_with_ties);
  if (query.limit && !fetch) {
    Word(" LIMIT ");
    Print(*query.limit);
  }
  if (query.offset) {
    Word(" OFFSET ");
    Print(*query.offset);
  }
  if (fetch) {
    Word(" FETCH FIRST ");
    Print(*query.limit);
    WordIf(query.limit_percent, " PERCENT");
    Word(query.limit_with_ties ? " ROWS WITH TIES" : " ROWS ONLY");
  }
}

}  // namespace bowstring::sql
