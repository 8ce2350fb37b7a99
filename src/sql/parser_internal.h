// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/status.h>

#include "sql/ast.h"
#include "sql/parser.h"
#include "sql/token.h"

namespace bowstring::sql {

/// How deep the parser's functions may call themselves: a parenthesis costs one, an operator's right side too, functions with
/// large frames more. Chosen so that the deepest text fits a 512 KB stack in any build: measured 0.2 MB unoptimised, 0.45 MB
/// under AddressSanitizer (parser_depth_test.cc).
inline constexpr int kMaxParserDepth = 128;

/// Recursive descent over the tokens, precedence climbing for expressions. One object parses one text.
///
/// Every function that can call itself, through whichever others, opens a Nesting; so the stack is bounded, and so is the
/// height of the tree, which a loop such as `a::int::int...` raises without any recursion. Functions return the first
/// error and leave the parser in no useful state.
class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

  // ---- Whole texts (parser.cc)
  arrow::Result<std::vector<StatementPtr>> ParseAllStatements();
  arrow::Result<AliasedExpr> ParseWholeExpression(bool with_alias);
  arrow::Result<TypePtr> ParseWholeType();
  arrow::Result<ObjectName> ParseWholeName();

 private:
  class Nesting;

  // ---- Tokens (parser.cc)
  const Token& Peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  std::string_view Text(const Token& token) const {
    return text_.substr(token.span.begin, token.span.end - token.span.begin);
  }
  void Advance() {
    last_end_ = tokens_[at_].span.end;
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  bool PeekIs(TokenKind kind, size_t ahead = 0) const { return Peek(ahead).kind == kind; }
  bool PeekIs(Keyword keyword, size_t ahead = 0) const { return Peek(ahead).keyword == keyword; }
  /// The words come next, in this order.
  bool PeekWords(std::initializer_list<Keyword> words) const;
  /// One of the words comes next.
  bool PeekOneOf(std::initializer_list<Keyword> words, size_t ahead = 0) const;
  /// An unquoted word that is not a keyword, by its text in lower case.
  bool PeekText(std::string_view lower, size_t ahead = 0) const;
  /// A word or a quoted identifier.
  bool PeekIsName(size_t ahead = 0) const {
    return PeekIs(TokenKind::kWord, ahead) || PeekIs(TokenKind::kQuotedIdent, ahead);
  }
  bool PeekIsString() const;
  bool Accept(TokenKind kind);
  bool Accept(Keyword keyword);
  bool AcceptWords(std::initializer_list<Keyword> words);
  bool AcceptText(std::string_view lower);
  arrow::Status Expect(TokenKind kind, std::string_view shown);
  arrow::Status Expect(Keyword keyword);
  arrow::Status ExpectWords(std::initializer_list<Keyword> words);
  /// `Expected: <what>, found: <next token>`.
  arrow::Status Expected(std::string_view what) const;
  arrow::Status ErrorAt(std::string_view message, SourceSpan span) const;
  arrow::Status NotSupported(std::string_view what, SourceSpan span) const;
  arrow::Status TooDeep(int limit) const;
  arrow::Status CheckHeight() const { return height_ > kMaxNesting ? TooDeep(kMaxNesting) : arrow::Status::OK(); }
  SourceSpan SpanFrom(uint32_t begin) const { return {begin, std::max(begin, last_end_)}; }

  /// Gives a finished node its span, and the tree its height.
  template <typename Node>
  std::unique_ptr<Node> Done(std::unique_ptr<Node> node, uint32_t begin) {
    node->span = SpanFrom(begin);
    ++height_;
    return node;
  }

  arrow::Result<Ident> ParseIdent();
  Ident IdentOf(const Token& token) const;  // a name's, or a string's with the quote '
  arrow::Result<ObjectName> ParseObjectNameParts();
  arrow::Result<std::vector<Ident>> ParseIdentList();  // (a, b)
  arrow::Result<std::string> ParseString();
  arrow::Result<std::string> ParseWord(std::string_view what);  // unquoted, as written
  std::string LowerText(const Token& token) const;
  std::string UpperText(const Token& token) const;

  // ---- Expressions (parse_expr.cc)
  arrow::Result<ExprPtr> ParseExpr() { return ParseSubexpr(0); }
  /// An expression whose operators bind tighter than `min_precedence`.
  arrow::Result<ExprPtr> ParseSubexpr(int min_precedence);
  int NextPrecedence() const;
  struct Chain;
  arrow::Status ParseInfix(ExprPtr* left, int precedence, Chain* chain, uint32_t begin);
  arrow::Status ParseWordInfix(ExprPtr* left, Chain* chain, uint32_t begin);
  arrow::Status ParseLogicalTerm(ExprPtr* left, bool is_and, Chain* chain, uint32_t begin);
  arrow::Status ParseBinaryTerm(ExprPtr* left, BinaryOp op, int precedence, Chain* chain, uint32_t begin);
  arrow::Status ParseIs(ExprPtr* left, uint32_t begin);
  arrow::Status ParseIn(ExprPtr* left, bool negated, uint32_t begin);
  arrow::Status ParseBetween(ExprPtr* left, bool negated, uint32_t begin);
  arrow::Status ParseLike(ExprPtr* left, bool negated, uint32_t begin);
  arrow::Status ParseSubscript(ExprPtr* left, uint32_t begin);
  arrow::Result<std::vector<ExprPtr>> ParseExprList(TokenKind close, std::string_view shown);  // consumes `close`

  // ---- What an expression begins with (parse_prefix.cc, parse_literal.cc)
  arrow::Result<ExprPtr> ParsePrefix();
  arrow::Result<ExprPtr> ParseWordPrefix();
  arrow::Result<ExprPtr> ParseUnary(UnaryOp op, int precedence);
  arrow::Result<ExprPtr> ParseParenthesized();
  arrow::Result<ExprPtr> ParseColumnOrCall();
  arrow::Result<ExprPtr> ParseCase();
  arrow::Result<ExprPtr> ParseCast(bool is_try);
  arrow::Result<ExprPtr> ParseExists(bool negated, uint32_t begin);
  arrow::Result<ExprPtr> ParseArray();
  arrow::Result<ExprPtr> ParseBraces();
  arrow::Result<ExprPtr> ParseStruct();
  arrow::Result<ExprPtr> ParseMap();
  arrow::Result<ExprPtr> ParseLiteral();
  arrow::Result<ExprPtr> ParseInterval();
  bool PeekOperand(size_t ahead) const;
  bool PeekTypedLiteral() const;
  arrow::Result<ExprPtr> ParseTypedLiteral();

  // ---- Calls (parse_function.cc, parse_special_call.cc)
  arrow::Result<ExprPtr> ParseCall(ObjectName name, uint32_t begin);
  arrow::Status ParseCallTail(AstFunction* call);
  arrow::Result<AstFunctionArg> ParseFunctionArg();
  arrow::Result<std::vector<AstFunctionArg>> ParseFunctionArgs();  // behind `(`, consumes `)`
  bool PeekLambda() const;
  arrow::Result<ExprPtr> ParseLambda();
  bool AcceptNullTreatment(AstFunction::NullTreatment* nulls);
  arrow::Result<ExprPtr> ParseExtract();
  arrow::Result<ExprPtr> ParseSubstring();
  arrow::Result<ExprPtr> ParsePosition();
  arrow::Result<ExprPtr> ParseTrim();
  arrow::Result<ExprPtr> ParseOverlay();
  arrow::Result<ExprPtr> ParseCeilFloor();
  ExprPtr MakeCall(std::string_view name, std::vector<ExprPtr> args, SourceSpan name_span, uint32_t begin);
  ExprPtr MakeString(std::string text, SourceSpan span);

  // ---- Windows (parse_window.cc)
  arrow::Result<AstWindowSpec> ParseWindowSpec();
  arrow::Result<AstFrame> ParseFrame();
  arrow::Result<AstFrameBound> ParseFrameBound();
  arrow::Result<std::vector<AstNamedWindow>> ParseNamedWindows();

  // ---- Types (parse_type.cc)
  arrow::Result<TypePtr> ParseTypeName();
  arrow::Result<TypePtr> ParseNestedType(TypeKind kind);
  arrow::Status ParseNamedType(AstType* type);
  arrow::Status ParseTypeParams(AstType* type);
  arrow::Status ExpectTypeClose(TokenKind open);

  // ---- Queries (parse_query.cc, parse_select.cc, parse_group_by.cc)
  /// True when the tokens at `index` begin a query, whatever number of parentheses stands before its first word.
  bool QueryStartsAt(size_t index) const;
  bool QueryWordAt(size_t index) const;
  arrow::Result<QueryPtr> ParseQuery();
  arrow::Status ParseWith(AstQuery* query);
  arrow::Result<BodyPtr> ParseBody(int min_precedence);
  arrow::Result<BodyPtr> ParseBodyOperand();
  arrow::Result<std::vector<std::vector<ExprPtr>>> ParseValuesRows();
  arrow::Status ParseOrderBy(AstQuery* query);
  arrow::Status ParseLimits(AstQuery* query);
  arrow::Status ParseFetch(AstQuery* query);
  arrow::Status SkipLocking();  // FOR UPDATE and its like
  arrow::Result<AstOrderItem> ParseOrderItem();
  arrow::Status ParseOrderDirection(AstOrderItem* item);
  arrow::Result<std::vector<AstOrderItem>> ParseOrderItems();
  arrow::Result<std::unique_ptr<AstSelect>> ParseSelect();
  arrow::Status ParseDistinct(AstSelect* select);
  arrow::Status ParseSelectClauses(AstSelect* select);
  arrow::Result<std::vector<AstSelectItem>> ParseSelectItems();
  arrow::Result<AstSelectItem> ParseSelectItem();
  arrow::Status ParseWildcardOptions(AstSelectItem* item);
  /// `t.*` comes next.
  bool PeekQualifiedWildcard() const;
  arrow::Result<std::optional<Ident>> ParseColumnAlias();
  arrow::Status ParseGroupBy(AstSelect* select);
  arrow::Result<AstGroupItem> ParseGroupItem(bool nested);

  // ---- Pipe operators (parse_pipe.cc)
  arrow::Result<QueryPtr> ParsePipes(QueryPtr query, uint32_t begin);
  arrow::Result<QueryPtr> ParsePipe(QueryPtr input, uint32_t begin);
  arrow::Status ParsePipeSets(QueryPtr input, AstBody* body);
  arrow::Status ParsePipeAggregate(AstSelect* select);

  // ---- FROM (parse_table.cc)
  arrow::Result<std::vector<AstFrom>> ParseFromList();
  arrow::Result<AstFrom> ParseFrom();
  arrow::Result<std::optional<AstJoin>> ParseJoinWords();
  arrow::Status ParseJoinConstraint(AstJoin* join);
  arrow::Result<AstTable> ParseTable();
  arrow::Status ParseParenthesizedTable(AstTable* table);
  arrow::Status ParseNamedTable(AstTable* table);
  arrow::Result<std::optional<AstTableAlias>> ParseTableAlias();
  arrow::Result<std::optional<AstTableSample>> ParseTableSample();

  // ---- Statements (parse_statement.cc, parse_create.cc, parse_dml.cc, parse_session.cc)
  arrow::Result<StatementPtr> ParseStatement();
  arrow::Result<StatementPtr> ParseQueryStatement();
  arrow::Result<StatementPtr> ParseExplain();
  arrow::Result<StatementPtr> ParseDescribe();
  arrow::Result<StatementPtr> ParseUnsupported(size_t words);
  arrow::Result<StatementPtr> ParseCreate();
  arrow::Result<StatementPtr> ParseCreateTable(std::unique_ptr<AstCreateTable> create);
  arrow::Status ParseTableElements(AstCreateTable* create);
  arrow::Status ParseTableClauses(AstCreateTable* create);
  arrow::Result<AstColumnDef> ParseColumnDef(bool type_required);
  arrow::Result<std::optional<AstConstraint>> ParseConstraint(bool of_table);
  arrow::Result<StatementPtr> ParseCreateView(std::unique_ptr<AstCreateView> create);
  arrow::Result<StatementPtr> ParseCreateSchema(bool or_replace);
  arrow::Result<StatementPtr> ParseCreateFunction(bool or_replace, bool temporary);
  arrow::Result<StatementPtr> ParseCreateIndex(bool unique);
  arrow::Result<StatementPtr> ParseDrop();
  arrow::Result<bool> ParseIfNotExists();
  arrow::Result<bool> ParseIfExists();
  arrow::Result<std::vector<AstOption>> ParseOptions();  // (k v, k = v)
  arrow::Result<StatementPtr> ParseInsert();
  arrow::Result<StatementPtr> ParseUpdate();
  arrow::Result<StatementPtr> ParseDelete();
  arrow::Result<StatementPtr> ParseMerge();
  arrow::Result<AstMergeClause> ParseMergeClause();
  arrow::Result<std::vector<AstAssignment>> ParseAssignments();
  arrow::Result<std::vector<AstSelectItem>> ParseReturning();
  arrow::Result<StatementPtr> ParseCopy();
  arrow::Result<StatementPtr> ParseTruncate();
  arrow::Result<StatementPtr> ParseSet();
  arrow::Result<StatementPtr> ParseReset();
  arrow::Result<StatementPtr> ParseShow();
  arrow::Result<StatementPtr> ParsePrepare();
  arrow::Result<StatementPtr> ParseExecute();
  arrow::Result<StatementPtr> ParseDeallocate();
  arrow::Result<StatementPtr> ParseUse();
  arrow::Result<StatementPtr> ParseTransaction();

  std::string_view text_;
  std::vector<Token> tokens_;  // ends with kEof
  size_t at_ = 0;
  uint32_t last_end_ = 0;   // the end of the token before at_
  int depth_ = 0;           // weight of the open Nestings
  int query_depth_ = 0;     // open queries
  int height_ = 0;          // of the highest node finished in the innermost Nesting
  bool into_allowed_ = false;        // in a statement that is a query
  std::optional<ObjectName> into_;   // of the outermost SELECT ... INTO
  bool half_shift_ = false;  // the first `>` of a `>>` that closes two types is taken
};

/// One level of recursion, or `weight` of them. `Check` must be called, and its error returned, before anything else.
class Parser::Nesting {
 public:
  explicit Nesting(Parser* parser, int weight = 1) : parser_(parser), weight_(weight), outer_height_(parser->height_) {
    parser_->depth_ += weight_;
    parser_->height_ = 0;
  }
  ~Nesting() {
    parser_->depth_ -= weight_;
    parser_->height_ = std::max(parser_->height_, outer_height_);
  }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  arrow::Status Check() const {
    return parser_->depth_ > kMaxParserDepth ? parser_->TooDeep(kMaxParserDepth) : arrow::Status::OK();
  }

 private:
  Parser* const parser_;
  const int weight_;
  const int outer_height_;
};

}  // namespace bowstring::sql
