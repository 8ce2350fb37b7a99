// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// CREATE (tables are in parse_create_table.cc) and DROP.

#include "sql/parser_internal.h"

namespace bowstring::sql {

using K = Keyword;
using T = TokenKind;

arrow::Result<bool> Parser::ParseIfNotExists() {
  if (!PeekIs(K::kIF) || !PeekIs(K::kNOT, 1)) return false;
  ARROW_RETURN_NOT_OK(ExpectWords({K::kIF, K::kNOT, K::kEXISTS}));
  return true;
}

arrow::Result<bool> Parser::ParseIfExists() { return AcceptWords({K::kIF, K::kEXISTS}); }

// CREATE [OR REPLACE] [TEMPORARY] [UNBOUNDED] [EXTERNAL] ...
arrow::Result<StatementPtr> Parser::ParseCreate() {
  const uint32_t begin = Peek().span.begin;
  const size_t first = at_;
  Advance();
  const bool or_replace = AcceptWords({K::kOR, K::kREPLACE});
  const bool temporary = Accept(K::kTEMPORARY) || Accept(K::kTEMP);
  const bool unbounded = Accept(K::kUNBOUNDED);
  const bool external = Accept(K::kEXTERNAL);
  const bool materialized = PeekIs(K::kVIEW, 1) && Accept(K::kMATERIALIZED);
  const bool unique = PeekIs(K::kINDEX, 1) && Accept(K::kUNIQUE);
  StatementPtr statement;
  if (Accept(K::kTABLE)) {
    auto create = std::make_unique<AstCreateTable>();
    create->or_replace = or_replace;
    create->temporary = temporary;
    create->unbounded = unbounded;
    create->external = external;
    if (unbounded && !external) return Expected("EXTERNAL after UNBOUNDED");
    ARROW_ASSIGN_OR_RAISE(statement, ParseCreateTable(std::move(create)));
  } else if (external || unbounded) {
    return Expected("TABLE");
  } else if (Accept(K::kVIEW)) {
    auto create = std::make_unique<AstCreateView>();
    create->or_replace = or_replace;
    create->temporary = temporary;
    create->materialized = materialized;
    ARROW_ASSIGN_OR_RAISE(statement, ParseCreateView(std::move(create)));
  } else if (!temporary && PeekOneOf({K::kSCHEMA, K::kDATABASE})) {
    ARROW_ASSIGN_OR_RAISE(statement, ParseCreateSchema(or_replace));
  } else if (Accept(K::kFUNCTION)) {
    ARROW_ASSIGN_OR_RAISE(statement, ParseCreateFunction(or_replace, temporary));
  } else if (!or_replace && !temporary && Accept(K::kINDEX)) {
    ARROW_ASSIGN_OR_RAISE(statement, ParseCreateIndex(unique));
  } else if (PeekIs(T::kWord)) {
    const size_t words = at_ - first + 1;
    at_ = first;
    return ParseUnsupported(words);
  } else {
    return Expected("an object type after CREATE");
  }
  statement->span = SpanFrom(begin);
  return statement;
}

// [IF NOT EXISTS] name [(a, b)] AS query.
arrow::Result<StatementPtr> Parser::ParseCreateView(std::unique_ptr<AstCreateView> create) {
  ARROW_ASSIGN_OR_RAISE(create->if_not_exists, ParseIfNotExists());
  ARROW_ASSIGN_OR_RAISE(create->name, ParseObjectNameParts());
  if (PeekIs(T::kLeftParen)) {
    ARROW_ASSIGN_OR_RAISE(create->columns, ParseIdentList());
  }
  ARROW_RETURN_NOT_OK(Expect(K::kAS));
  ARROW_ASSIGN_OR_RAISE(create->query, ParseQuery());
  return create;
}

arrow::Result<StatementPtr> Parser::ParseCreateSchema(bool or_replace) {
  auto create = std::make_unique<AstCreateSchema>();
  create->is_database = PeekIs(K::kDATABASE);
  create->or_replace = or_replace;
  Advance();
  ARROW_ASSIGN_OR_RAISE(create->if_not_exists, ParseIfNotExists());
  ARROW_ASSIGN_OR_RAISE(create->name, ParseObjectNameParts());
  return create;
}

// name([arg] type [= default], ...) [RETURNS type] [LANGUAGE l] [IMMUTABLE | STABLE | VOLATILE] [RETURN expr | AS 'text'].
arrow::Result<StatementPtr> Parser::ParseCreateFunction(bool or_replace, bool temporary) {
  auto create = std::make_unique<AstCreateFunction>();
  create->or_replace = or_replace;
  create->temporary = temporary;
  ARROW_ASSIGN_OR_RAISE(create->if_not_exists, ParseIfNotExists());
  ARROW_ASSIGN_OR_RAISE(create->name, ParseObjectNameParts());
  ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
  if (!Accept(T::kRightParen)) {
    do {
      AstFunctionParam param;
      const bool named = PeekIsName() && PeekIsName(1) && !PeekIs(K::kPRECISION, 1) && !PeekIs(K::kVARYING, 1) &&
                         !PeekIs(K::kDEFAULT, 1) && !PeekIs(K::kUNSIGNED, 1);
      if (named) {
        ARROW_ASSIGN_OR_RAISE(param.name, ParseIdent());
      }
      ARROW_ASSIGN_OR_RAISE(param.type, ParseTypeName());
      if (Accept(K::kDEFAULT) || Accept(T::kEq)) {
        ARROW_ASSIGN_OR_RAISE(param.default_value, ParseExpr());
      }
      create->params.push_back(std::move(param));
    } while (Accept(T::kComma));
    ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  }
  while (!PeekIs(T::kSemicolon) && !PeekIs(T::kEof)) {
    if (Accept(K::kRETURNS)) {
      ARROW_ASSIGN_OR_RAISE(create->returns, ParseTypeName());
    } else if (Accept(K::kLANGUAGE)) {
      ARROW_ASSIGN_OR_RAISE(create->language, ParseWord("a language"));
    } else if (PeekText("immutable") || PeekText("stable") || PeekText("volatile")) {
      create->volatility = LowerText(Peek());
      Advance();
    } else if (Accept(K::kRETURN) || Accept(K::kAS)) {
      ARROW_ASSIGN_OR_RAISE(create->body, ParseExpr());
    } else {
      return Expected("RETURNS, LANGUAGE, IMMUTABLE, STABLE, VOLATILE, RETURN or AS");
    }
  }
  return create;
}

// [IF NOT EXISTS] [name] ON table [USING method] (expr [ASC | DESC], ...).
arrow::Result<StatementPtr> Parser::ParseCreateIndex(bool unique) {
  auto create = std::make_unique<AstCreateIndex>();
  create->unique = unique;
  ARROW_ASSIGN_OR_RAISE(create->if_not_exists, ParseIfNotExists());
  if (!PeekIs(K::kON)) {
    ARROW_ASSIGN_OR_RAISE(create->name, ParseObjectNameParts());
  }
  ARROW_RETURN_NOT_OK(Expect(K::kON));
  ARROW_ASSIGN_OR_RAISE(create->table, ParseObjectNameParts());
  if (Accept(K::kUSING)) {
    ARROW_ASSIGN_OR_RAISE(create->method, ParseWord("an index method"));
  }
  ARROW_RETURN_NOT_OK(Expect(T::kLeftParen, "("));
  ARROW_ASSIGN_OR_RAISE(create->columns, ParseOrderItems());
  ARROW_RETURN_NOT_OK(Expect(T::kRightParen, ")"));
  return create;
}

// DROP [TEMPORARY] kind [IF EXISTS] name, ... [CASCADE | RESTRICT].
arrow::Result<StatementPtr> Parser::ParseDrop() {
  const uint32_t begin = Peek().span.begin;
  const size_t first = at_;
  Advance();
  auto drop = std::make_unique<AstDrop>();
  drop->temporary = Accept(K::kTEMPORARY) || Accept(K::kTEMP);
  if (Accept(K::kTABLE)) {
    drop->object = ObjectKind::kTable;
  } else if (AcceptWords({K::kMATERIALIZED, K::kVIEW})) {
    drop->object = ObjectKind::kMaterializedView;
  } else if (Accept(K::kVIEW)) {
    drop->object = ObjectKind::kView;
  } else if (Accept(K::kSCHEMA)) {
    drop->object = ObjectKind::kSchema;
  } else if (Accept(K::kDATABASE)) {
    drop->object = ObjectKind::kDatabase;
  } else if (Accept(K::kFUNCTION)) {
    drop->object = ObjectKind::kFunction;
  } else if (Accept(K::kINDEX)) {
    drop->object = ObjectKind::kIndex;
  } else if (PeekIs(T::kWord)) {
    const size_t words = at_ - first + 1;
    at_ = first;
    return ParseUnsupported(words);
  } else {
    return Expected("TABLE, VIEW, SCHEMA, DATABASE, FUNCTION or INDEX after DROP");
  }
  ARROW_ASSIGN_OR_RAISE(drop->if_exists, ParseIfExists());
  do {
    ARROW_ASSIGN_OR_RAISE(auto name, ParseObjectNameParts());
    drop->names.push_back(std::move(name));
  } while (Accept(T::kComma));
  drop->cascade = Accept(K::kCASCADE);
  drop->restrict = !drop->cascade && Accept(K::kRESTRICT);
  return Done(std::move(drop), begin);
}

}  // namespace bowstring::sql
