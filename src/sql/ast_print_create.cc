// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/ast_printer_internal.h"

namespace bowstring::sql {

void AstPrinter::Print(const AstOption& option) {
  PrintString(option.key);
  out_ += ' ';
  Print(*option.value);
}

void AstPrinter::Print(const AstConstraint& constraint) {
  if (constraint.name) {
    Word("CONSTRAINT ");
    Print(*constraint.name);
    out_ += ' ';
  }
  const auto columns = [&] {
    if (constraint.columns.empty()) return;
    out_ += ' ';
    ListInParens(constraint.columns);
  };
  switch (constraint.kind) {
    case ConstraintKind::kNotNull: return Word("NOT NULL");
    case ConstraintKind::kNull: return Word("NULL");
    case ConstraintKind::kDefault:
      Word("DEFAULT ");
      return Print(*constraint.expr);
    case ConstraintKind::kPrimaryKey:
      Word("PRIMARY KEY");
      return columns();
    case ConstraintKind::kUnique:
      Word("UNIQUE");
      return columns();
    case ConstraintKind::kCheck:
      Word("CHECK (");
      Print(*constraint.expr);
      return Word(")");
    case ConstraintKind::kForeignKey: break;
  }
  if (!constraint.columns.empty()) {
    Word("FOREIGN KEY ");
    ListInParens(constraint.columns);
    out_ += ' ';
  }
  Word("REFERENCES ");
  Print(constraint.references);
  if (!constraint.referenced.empty()) {
    out_ += ' ';
    ListInParens(constraint.referenced);
  }
}

void AstPrinter::Print(const AstColumnDef& column) {
  Print(column.name);
  if (column.type) {
    out_ += ' ';
    Print(*column.type);
  }
  for (const auto& constraint : column.constraints) {
    out_ += ' ';
    Print(constraint);
  }
}

void AstPrinter::Print(const AstCreateTable& create) {
  Word(create.or_replace ? "CREATE OR REPLACE " : "CREATE ");
  WordIf(create.temporary, "TEMPORARY ");
  WordIf(create.unbounded, "UNBOUNDED ");
  WordIf(create.external, "EXTERNAL ");
  Word("TABLE ");
  WordIf(create.if_not_exists, "IF NOT EXISTS ");
  Print(create.name);
  if (!create.columns.empty() || !create.constraints.empty()) {
    Word(" (");
    PrintList(create.columns);
    WordIf(!create.columns.empty() && !create.constraints.empty(), ", ");
    PrintList(create.constraints);
    out_ += ')';
  }
  if (!create.format.empty()) {
    Word(" STORED AS ");
    Word(create.format);
  }
  if (!create.partitioned_by.empty()) {
    Word(" PARTITIONED BY ");
    ListInParens(create.partitioned_by);
  }
  for (const auto& order : create.with_order) {
    Word(" WITH ORDER ");
    ListInParens(order);
  }
  if (!create.options.empty()) {
    Word(create.external ? " OPTIONS " : " WITH ");
    ListInParens(create.options);
  }
  for (size_t i = 0; i < create.locations.size(); ++i) {
    Word(i == 0 ? " LOCATION " : ", ");
    PrintString(create.locations[i]);
  }
  if (create.query) {
    Word(" AS ");
    Print(*create.query);
  }
}

void AstPrinter::Print(const AstCreateView& create) {
  Word(create.or_replace ? "CREATE OR REPLACE " : "CREATE ");
  WordIf(create.temporary, "TEMPORARY ");
  WordIf(create.materialized, "MATERIALIZED ");
  Word("VIEW ");
  WordIf(create.if_not_exists, "IF NOT EXISTS ");
  Print(create.name);
  if (!create.columns.empty()) {
    out_ += ' ';
    ListInParens(create.columns);
  }
  Word(" AS ");
  Print(*create.query);
}

void AstPrinter::Print(const AstCreateFunction& create) {
  Word(create.or_replace ? "CREATE OR REPLACE " : "CREATE ");
  WordIf(create.temporary, "TEMPORARY ");
  Word("FUNCTION ");
  WordIf(create.if_not_exists, "IF NOT EXISTS ");
  Print(create.name);
  out_ += '(';
  for (size_t i = 0; i < create.params.size(); ++i) {
    const auto& param = create.params[i];
    WordIf(i > 0, ", ");
    if (param.name) {
      Print(*param.name);
      out_ += ' ';
    }
    Print(*param.type);
    if (param.default_value) {
      Word(" DEFAULT ");
      Print(*param.default_value);
    }
  }
  out_ += ')';
  if (create.returns) {
    Word(" RETURNS ");
    Print(*create.returns);
  }
  if (!create.language.empty()) {
    Word(" LANGUAGE ");
    Word(create.language);
  }
  if (!create.volatility.empty()) {
    out_ += ' ';
    for (char c : create.volatility) out_ += static_cast<char>(c - 'a' + 'A');
  }
  if (create.body) {
    Word(" RETURN ");
    Print(*create.body);
  }
}

void AstPrinter::Print(const AstCreateIndex& create) {
  Word(create.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  WordIf(create.if_not_exists, "IF NOT EXISTS ");
  if (create.name) {
    Print(*create.name);
    out_ += ' ';
  }
  Word("ON ");
  Print(create.table);
  if (!create.method.empty()) {
    Word(" USING ");
    Word(create.method);
  }
  out_ += ' ';
  ListInParens(create.columns);
}

void AstPrinter::Print(const AstDrop& drop) {
  constexpr std::string_view kObjects[] = {"TABLE ", "VIEW ", "MATERIALIZED VIEW ", "SCHEMA ", "DATABASE ", "FUNCTION ", "INDEX "};
  Word("DROP ");
  WordIf(drop.temporary, "TEMPORARY ");
  Word(kObjects[static_cast<size_t>(drop.object)]);
  WordIf(drop.if_exists, "IF EXISTS ");
  PrintList(drop.names);
  WordIf(drop.cascade, " CASCADE");
  WordIf(drop.restrict, " RESTRICT");
}

}  // namespace bowstring::sql
