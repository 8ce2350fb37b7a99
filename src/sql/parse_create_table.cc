// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

// Behind TABLE: [IF NOT EXISTS] name [(columns)] clauses [AS query].
arrow::Result<StatementPtr> Parser::ParseCreateTable(std::unique_ptr<AstCreateTable> create) {
  ARROW_ASSIGN_OR_RAISE(create->if_not_exists, ParseIfNotExists());
  ARROW_ASSIGN_OR_RAISE(create->name, ParseObjectNameParts());
  if (PeekIs(K::kLIKE)) return NotSupported("CREATE TABLE ... LIKE", Peek().span);
  if (PeekIs(T::kLeftParen)) ARROW_RETURN_NOT_OK(ParseTableElements(create.get()));
  ARROW_RETURN_NOT_OK(ParseTableClauses(create.get()));
  if (!create->external && Accept(K::kAS)) {
    ARROW_ASSIGN_OR_RAISE(create->query, ParseQuery());
  } else if (!create->external && create->columns.empty() && QueryWordAt(at_)) {
    ARROW_ASSIGN_OR_RAISE(create->query, ParseQuery());
  }
  if (create->external) {
    if (create->format.empty()) return ErrorAt("Missing STORED AS clause in CREATE EXTERNAL TABLE statement", Peek().span);
    if (create->locations.empty()) return ErrorAt("Missing LOCATION clause in CREATE EXTERNAL TABLE statement", Peek().span);
  }
  return create;
}

// (column, ..., constraint, ...).
arrow::Status Parser::ParseTableElements(AstCreateTable* create) {
  Advance();
  if (Accept(T::kRightParen)) return arrow::Status::OK();
  do {
    ARROW_ASSIGN_OR_RAISE(auto constraint, ParseConstraint(/*of_table=*/true));
    if (constraint) {
      create->constraints.push_back(std::move(*constraint));
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(auto column, ParseColumnDef(/*type_required=*/true));
    create->columns.push_back(std::move(column));
  } while (Accept(T::kComma));
  return Expect(T::kRightParen, ")");
}

// What follows the columns, in any order: STORED AS, LOCATION, PARTITIONED BY, WITH ORDER, OPTIONS, WITH (...).
arrow::Status Parser::ParseTableClauses(AstCreateTable* create) {
  while (true) {
    const SourceSpan span = Peek().span;
    if (AcceptWords({K::kWITH, K::kORDER})) {
      ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
      ARROW_ASSIGN_OR_RAISE(auto items, ParseOrderItems());
      create->with_order.push_back(std::move(items));
      ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    } else if (PeekIs(K::kOPTIONS) || (PeekIs(K::kWITH) && PeekIs(T::kLeftParen, 1))) {
      if (!create->options.empty()) return ErrorAt("OPTIONS specified more than once", span);
      Advance();
      ARROW_ASSIGN_OR_RAISE(create->options, ParseOptions());
    } else if (!create->external) {
      return arrow::Status::OK();
    } else if (Accept(K::kSTORED)) {
      ARROW_RETURN_NOT_OK(Expect(K::kAS));
      if (!create->format.empty()) return ErrorAt("STORED AS specified more than once", span);
      ARROW_ASSIGN_OR_RAISE(create->format, ParseWord("a file format"));
    } else if (Accept(K::kLOCATION)) {
      if (!create->locations.empty()) return ErrorAt("LOCATION specified more than once", span);
      do {
        ARROW_ASSIGN_OR_RAISE(auto location, ParseString());
        create->locations.push_back(std::move(location));
      } while (Accept(T::kComma));
    } else if (AcceptWords({K::kPARTITIONED, K::kBY})) {
      if (!create->partitioned_by.empty()) return ErrorAt("PARTITIONED BY specified more than once", span);
      ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
      do {
        ARROW_ASSIGN_OR_RAISE(auto column, ParseColumnDef(/*type_required=*/false));
        create->partitioned_by.push_back(std::move(column));
      } while (Accept(T::kComma));
      ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
    } else if (AcceptText("compression")) {
      return ErrorAt("COMPRESSION TYPE clause is no longer in use. Please use the OPTIONS clause with 'format.compression' set appropriately, "
                     "e.g., OPTIONS (format.compression gzip)", span);
    } else if (AcceptText("delimiter")) {
      return ErrorAt("DELIMITER clause is no longer in use. Please use the OPTIONS clause with 'format.delimiter' set appropriately, e.g., "
                     "OPTIONS (format.delimiter ',')", span);
    } else if (PeekIs(T::kEof) || PeekIs(T::kSemicolon)) {
      return arrow::Status::OK();
    } else {
      return Expected("STORED AS, LOCATION, PARTITIONED BY, WITH ORDER, OPTIONS or end of statement");
    }
  }
}

arrow::Result<AstColumnDef> Parser::ParseColumnDef(bool type_required) {
  AstColumnDef column;
  const uint32_t begin = Peek().span.begin;
  ARROW_ASSIGN_OR_RAISE(column.name, ParseIdent());
  if (type_required || PeekIsName()) {
    ARROW_ASSIGN_OR_RAISE(column.type, ParseTypeName());
    while (true) {
      ARROW_ASSIGN_OR_RAISE(auto constraint, ParseConstraint(/*of_table=*/false));
      if (!constraint) break;
      column.constraints.push_back(std::move(*constraint));
    }
  }
  column.span = SpanFrom(begin);
  return column;
}

// [CONSTRAINT name] and one of: [NOT] NULL, DEFAULT expr (of columns); PRIMARY KEY, UNIQUE, CHECK, FOREIGN KEY / REFERENCES.
arrow::Result<std::optional<AstConstraint>> Parser::ParseConstraint(bool of_table) {
  AstConstraint out;
  const uint32_t begin = Peek().span.begin;
  if (Accept(K::kCONSTRAINT)) {
    ARROW_ASSIGN_OR_RAISE(out.name, ParseIdent());
  }
  const auto columns = [&]() -> arrow::Status {
    if (of_table) {
      ARROW_ASSIGN_OR_RAISE(out.columns, ParseIdentList());
    }
    return arrow::Status::OK();
  };
  const auto references = [&]() -> arrow::Status {
    out.kind = ConstraintKind::kForeignKey;
    ARROW_RETURN_NOT_OK(Expect(K::kREFERENCES));
    ARROW_ASSIGN_OR_RAISE(out.references, ParseObjectNameParts());
    if (PeekIs(T::kLeftParen)) {
      ARROW_ASSIGN_OR_RAISE(out.referenced, ParseIdentList());
    }
    return arrow::Status::OK();
  };
  if (!of_table && AcceptWords({K::kNOT, K::kNULL})) {
    out.kind = ConstraintKind::kNotNull;
  } else if (!of_table && Accept(K::kNULL)) {
    out.kind = ConstraintKind::kNull;
  } else if (!of_table && Accept(K::kDEFAULT)) {
    out.kind = ConstraintKind::kDefault;
    ARROW_ASSIGN_OR_RAISE(out.expr, ParseExpr());
  } else if (AcceptWords({K::kPRIMARY, K::kKEY})) {
    out.kind = ConstraintKind::kPrimaryKey;
    ARROW_RETURN_NOT_OK(columns());
  } else if (PeekIs(K::kUNIQUE) && (!of_table || PeekIs(T::kLeftParen, 1))) {
    Advance();
    out.kind = ConstraintKind::kUnique;
    ARROW_RETURN_NOT_OK(columns());
  } else if (PeekIs(K::kCHECK) && PeekIs(T::kLeftParen, 1)) {
    Advance();
    Advance();
    out.kind = ConstraintKind::kCheck;
    ARROW_ASSIGN_OR_RAISE(out.expr, ParseExpr());
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  } else if (of_table && AcceptWords({K::kFOREIGN, K::kKEY})) {
    ARROW_RETURN_NOT_OK(columns());
    ARROW_RETURN_NOT_OK(references());
  } else if (!of_table && PeekIs(K::kREFERENCES)) {
    ARROW_RETURN_NOT_OK(references());
  } else if (!of_table && PeekIs(K::kGENERATED)) {
    return NotSupported("GENERATED columns", Peek().span);
  } else if (out.name) {
    return Expected("a constraint");
  } else {
    return std::optional<AstConstraint>();
  }
  out.span = SpanFrom(begin);
  return std::optional<AstConstraint>(std::move(out));
}

// (key value, 'key' = value, a.b.c value).
arrow::Result<std::vector<AstOption>> Parser::ParseOptions() {
  std::vector<AstOption> options;
  ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
  if (Accept(T::kRightParen)) return options;
  do {
    AstOption option;
    const uint32_t begin = Peek().span.begin;
    if (PeekIsString()) {
      ARROW_ASSIGN_OR_RAISE(option.key, ParseString());
    } else {
      ARROW_ASSIGN_OR_RAISE(auto name, ParseObjectNameParts());
      for (auto& part : name.parts) option.key += (option.key.empty() ? "" : ".") + part.text;
    }
    Accept(T::kEq);
    ARROW_ASSIGN_OR_RAISE(option.value, ParseExpr());
    option.span = SpanFrom(begin);
    options.push_back(std::move(option));
  } while (Accept(T::kComma));
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return options;
}

}  // namespace bowstring::sql
