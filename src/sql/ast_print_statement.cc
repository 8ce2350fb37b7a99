// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/ast_print.h"
#include "sql/ast_printer_internal.h"

namespace bowstring::sql {

std::string ToSql(const AstStatement& statement) {
  AstPrinter printer;
  printer.Print(statement);
  return printer.Take();
}

void AstPrinter::Print(const AstStatement& statement) {
  switch (statement.kind) {
    case StatementKind::kQuery: return Print(*statement.As<AstQueryStatement>().query);
    case StatementKind::kExplain: {
      const auto& explain = statement.As<AstExplain>();
      Word("EXPLAIN ");
      WordIf(explain.analyze, "ANALYZE ");
      WordIf(explain.verbose, "VERBOSE ");
      if (!explain.format.empty()) {
        Word("FORMAT ");
        PrintString(explain.format);
        out_ += ' ';
      }
      return Print(*explain.statement);
    }
    case StatementKind::kDescribe:
      Word("DESCRIBE ");
      return statement.As<AstDescribe>().query ? Print(*statement.As<AstDescribe>().query)
                                               : Print(statement.As<AstDescribe>().table);
    case StatementKind::kCreateTable: return Print(statement.As<AstCreateTable>());
    case StatementKind::kCreateView: return Print(statement.As<AstCreateView>());
    case StatementKind::kCreateSchema: {
      const auto& create = statement.As<AstCreateSchema>();
      Word(create.or_replace ? "CREATE OR REPLACE " : "CREATE ");
      Word(create.is_database ? "DATABASE " : "SCHEMA ");
      WordIf(create.if_not_exists, "IF NOT EXISTS ");
      return Print(create.name);
    }
    case StatementKind::kCreateFunction: return Print(statement.As<AstCreateFunction>());
    case StatementKind::kCreateIndex: return Print(statement.As<AstCreateIndex>());
    case StatementKind::kDrop: return Print(statement.As<AstDrop>());
    case StatementKind::kInsert: return Print(statement.As<AstInsert>());
    case StatementKind::kUpdate: return Print(statement.As<AstUpdate>());
    case StatementKind::kDelete: return Print(statement.As<AstDelete>());
    case StatementKind::kCopy: return Print(statement.As<AstCopy>());
    case StatementKind::kMerge: return Print(statement.As<AstMerge>());
    case StatementKind::kShow: return Print(statement.As<AstShow>());
    case StatementKind::kSet: case StatementKind::kReset: case StatementKind::kPrepare: case StatementKind::kExecute:
    case StatementKind::kDeallocate: case StatementKind::kUse: case StatementKind::kTransaction:
    case StatementKind::kTruncate: case StatementKind::kUnsupported:
      return PrintSession(statement);
  }
}

void AstPrinter::PrintSession(const AstStatement& statement) {
  switch (statement.kind) {
    case StatementKind::kSet: {
      const auto& set = statement.As<AstSet>();
      Word("SET ");
      if (!set.scope.empty()) {
        Word(set.scope);
        out_ += ' ';
      }
      Print(set.name);
      Word(" = ");
      return PrintList(set.values);
    }
    case StatementKind::kReset:
      Word("RESET ");
      return statement.As<AstReset>().name.parts.empty() ? Word("ALL") : Print(statement.As<AstReset>().name);
    case StatementKind::kPrepare: {
      const auto& prepare = statement.As<AstPrepare>();
      Word("PREPARE ");
      Print(prepare.name);
      if (!prepare.types.empty()) ListInParens(prepare.types);
      Word(" AS ");
      return Print(*prepare.statement);
    }
    case StatementKind::kExecute:
      Word("EXECUTE ");
      Print(statement.As<AstExecute>().name);
      if (!statement.As<AstExecute>().args.empty()) ListInParens(statement.As<AstExecute>().args);
      return;
    case StatementKind::kDeallocate:
      Word("DEALLOCATE ");
      return statement.As<AstDeallocate>().all ? Word("ALL") : Print(statement.As<AstDeallocate>().name);
    case StatementKind::kUse:
      Word("USE ");
      return Print(statement.As<AstUse>().name);
    case StatementKind::kTransaction: return Word(statement.As<AstTransaction>().text);
    case StatementKind::kTruncate: {
      const auto& truncate = statement.As<AstTruncate>();
      Word("TRUNCATE TABLE ");
      WordIf(truncate.if_exists, "IF EXISTS ");
      PrintList(truncate.tables);
      WordIf(!truncate.options.empty(), " ");
      return Word(truncate.options);
    }
    default: return Word(statement.As<AstUnsupported>().text);
  }
}

void AstPrinter::Print(const AstShow& show) {
  Word("SHOW ");
  WordIf(show.extended, "EXTENDED ");
  WordIf(show.full, "FULL ");
  switch (show.show) {
    case ShowKind::kVariable: Print(show.name); break;
    case ShowKind::kAll: Word("ALL"); break;
    case ShowKind::kTables: Word("TABLES"); break;
    case ShowKind::kColumns: Word("COLUMNS"); break;
    case ShowKind::kFunctions: Word("FUNCTIONS"); break;
    case ShowKind::kCreateTable: Word("CREATE TABLE "); Print(show.name); break;
    case ShowKind::kCreateView: Word("CREATE VIEW "); Print(show.name); break;
    case ShowKind::kSchemas: Word("SCHEMAS"); break;
    case ShowKind::kDatabases: Word("DATABASES"); break;
    case ShowKind::kViews: Word("VIEWS"); break;
    case ShowKind::kCatalogs: Word("CATALOGS"); break;
  }
  WordIf(show.verbose, " VERBOSE");
  const bool named = show.show != ShowKind::kVariable && show.show != ShowKind::kCreateTable && show.show != ShowKind::kCreateView;
  if (named && !show.name.parts.empty()) {
    Word(" FROM ");
    Print(show.name);
  }
  if (show.like) {
    Word(show.ilike ? " ILIKE " : " LIKE ");
    PrintString(*show.like);
  }
  if (show.where) {
    Word(" WHERE ");
    Print(*show.where);
  }
}

// ---- DML

void AstPrinter::PrintReturning(const std::vector<AstSelectItem>& items) {
  if (items.empty()) return;
  Word(" RETURNING ");
  PrintList(items);
}

void AstPrinter::Print(const AstAssignment& assignment) {
  if (assignment.targets.size() == 1) {
    Print(assignment.targets[0]);
  } else {
    ListInParens(assignment.targets);
  }
  Word(" = ");
  Print(*assignment.value);
}

void AstPrinter::Print(const AstInsert& insert) {
  Word(insert.overwrite ? "INSERT OVERWRITE " : insert.replace ? "INSERT OR REPLACE INTO " : "INSERT INTO ");
  Print(insert.table);
  if (insert.alias) {
    Word(" AS ");
    Print(*insert.alias);
  }
  if (!insert.columns.empty()) {
    out_ += ' ';
    ListInParens(insert.columns);
  }
  WordIf(insert.by_name, " BY NAME");
  if (insert.default_values) {
    Word(" DEFAULT VALUES");
  } else {
    out_ += ' ';
    Print(*insert.query);
  }
  WordIf(insert.on_conflict.has_value(), " ON CONFLICT DO NOTHING");
  PrintReturning(insert.returning);
}

void AstPrinter::Print(const AstUpdate& update) {
  Word("UPDATE ");
  Print(update.table);
  Word(" SET ");
  PrintList(update.assignments);
  if (!update.from.empty()) {
    Word(" FROM ");
    PrintList(update.from);
  }
  if (update.where) {
    Word(" WHERE ");
    Print(*update.where);
  }
  PrintReturning(update.returning);
}

void AstPrinter::Print(const AstDelete& del) {
  Word("DELETE FROM ");
  Print(del.table);
  if (!del.using_tables.empty()) {
    Word(" USING ");
    PrintList(del.using_tables);
  }
  if (del.where) {
    Word(" WHERE ");
    Print(*del.where);
  }
  PrintReturning(del.returning);
}

void AstPrinter::Print(const AstMerge& merge) {
  Word("MERGE INTO ");
  Print(merge.target);
  Word(" USING ");
  Print(merge.source);
  Word(" ON ");
  Print(*merge.on);
  for (const auto& clause : merge.clauses) Print(clause);
}

void AstPrinter::Print(const AstMergeClause& clause) {
  Word(clause.matched ? " WHEN MATCHED" : " WHEN NOT MATCHED");
  WordIf(clause.by_source, " BY SOURCE");
  if (clause.condition) {
    Word(" AND ");
    Print(*clause.condition);
  }
  Word(" THEN ");
  switch (clause.action) {
    case AstMergeClause::Action::kUpdate:
      Word("UPDATE SET ");
      return PrintList(clause.assignments);
    case AstMergeClause::Action::kDelete: return Word("DELETE");
    case AstMergeClause::Action::kDoNothing: return Word("DO NOTHING");
    case AstMergeClause::Action::kInsert: break;
  }
  Word("INSERT ");
  if (!clause.columns.empty()) {
    ListInParens(clause.columns);
    out_ += ' ';
  }
  Word("VALUES ");
  ListInParens(clause.values);
}

void AstPrinter::Print(const AstCopy& copy) {
  Word("COPY ");
  if (copy.query) {
    out_ += '(';
    Print(*copy.query);
    out_ += ')';
  } else {
    Print(copy.table);
    if (!copy.columns.empty()) {
      out_ += ' ';
      ListInParens(copy.columns);
    }
  }
  Word(copy.is_from ? " FROM " : " TO ");
  PrintString(copy.target);
  if (!copy.format.empty()) {
    Word(" STORED AS ");
    Word(copy.format);
  }
  if (!copy.partitioned_by.empty()) {
    Word(" PARTITIONED BY ");
    ListInParens(copy.partitioned_by);
  }
  if (!copy.options.empty()) {
    Word(" OPTIONS ");
    ListInParens(copy.options);
  }
}

}  // namespace bowstring::sql
