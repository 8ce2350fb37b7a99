// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/ast.h"

namespace bowstring::sql {

/// Appends nodes as SQL to one text. Recursion is bounded by the tree's height, which the parser bounds.
class AstPrinter {
 public:
  std::string Take() { return std::move(out_); }

  // ast_print_expr.cc
  void Print(const AstExpr& expr);
  void Print(const AstType& type);
  void Print(const ObjectName& name);
  void Print(const Ident& ident);
  void Print(const AstOrderItem& item);
  void Print(const AstFunctionArg& arg);
  void PrintString(std::string_view text);

  // ast_print_query.cc
  void Print(const AstQuery& query);
  void Print(const AstWindowSpec& spec);
  void Print(const AstFrom& from);
  void Print(const AstTable& table);
  void Print(const AstSelectItem& item);

  // ast_print_statement.cc
  void Print(const AstStatement& statement);

 private:
  template <typename T>
  void PrintList(const std::vector<T>& list, std::string_view separator = ", ") {
    bool first = true;
    for (const auto& element : list) {
      if (!first) out_ += separator;
      first = false;
      Print(element);
    }
  }
  void Print(const ExprPtr& expr) { Print(*expr); }
  void Print(const TypePtr& type) { Print(*type); }
  void Word(std::string_view words) { out_ += words; }
  void WordIf(bool condition, std::string_view words) {
    if (condition) out_ += words;
  }
  template <typename T>
  void ListInParens(const std::vector<T>& list) {
    out_ += '(';
    PrintList(list);
    out_ += ')';
  }

  void PrintBare(const AstExpr& expr);
  void PrintPredicate(const AstExpr& expr);
  void PrintContainer(const AstExpr& expr);
  void Print(const AstLiteral& literal);
  void Print(const AstInterval& interval);
  void Print(const AstUnary& unary);
  void Print(const AstBinary& binary);
  void Print(const AstCase& expr);
  void Print(const AstCast& cast);
  void Print(const AstFunction& call);
  void Print(const AstLike& like);
  void Print(const AstSlice& slice);
  void Print(const AstStruct& expr);
  void Print(const AstLambda& lambda);

  void Print(const AstBody& body);
  void Print(const AstSelect& select);
  void Print(const AstGroupItem& item);
  void Print(const AstJoin& join);
  void Print(const AstFrame& frame);
  void Print(const AstFrameBound& bound);
  void Print(const AstTableSample& sample);
  void Print(const AstCte& cte);

  void Print(const AstCreateTable& create);
  void Print(const AstCreateView& create);
  void Print(const AstCreateFunction& create);
  void Print(const AstCreateIndex& create);
  void Print(const AstColumnDef& column);
  void Print(const AstConstraint& constraint);
  void Print(const AstOption& option);
  void Print(const AstAssignment& assignment);
  void Print(const AstDrop& drop);
  void Print(const AstInsert& insert);
  void Print(const AstUpdate& update);
  void Print(const AstDelete& del);
  void Print(const AstCopy& copy);
  void Print(const AstMerge& merge);
  void Print(const AstMergeClause& clause);
  void Print(const AstShow& show);
  void PrintSession(const AstStatement& statement);
  void PrintReturning(const std::vector<AstSelectItem>& items);

  std::string out_;
};

}  // namespace bowstring::sql
