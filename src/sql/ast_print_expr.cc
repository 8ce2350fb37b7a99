// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/ast_print.h"
#include "sql/ast_printer_internal.h"

namespace bowstring::sql {

std::string ToSql(const AstExpr& expr) {
  AstPrinter printer;
  printer.Print(expr);
  return printer.Take();
}

void AstPrinter::Print(const AstExpr& expr) {
  WordIf(expr.parenthesized, "(");
  PrintBare(expr);
  WordIf(expr.parenthesized, ")");
}

void AstPrinter::PrintBare(const AstExpr& expr) {
  switch (expr.kind) {
    case ExprKind::kColumn: return PrintList(expr.As<AstColumn>().parts, ".");
    case ExprKind::kLiteral: return Print(expr.As<AstLiteral>());
    case ExprKind::kTypedLiteral:
      Print(*expr.As<AstTypedLiteral>().type);
      out_ += ' ';
      return PrintString(expr.As<AstTypedLiteral>().text);
    case ExprKind::kInterval: return Print(expr.As<AstInterval>());
    case ExprKind::kPlaceholder: return Word(expr.As<AstPlaceholder>().text);
    case ExprKind::kWildcard:
      if (const auto& qualifier = expr.As<AstWildcard>().qualifier) {
        Print(*qualifier);
        out_ += '.';
      }
      return Word("*");
    case ExprKind::kUnary: return Print(expr.As<AstUnary>());
    case ExprKind::kBinary: return Print(expr.As<AstBinary>());
    case ExprKind::kLogical: return PrintList(expr.As<AstLogical>().operands, expr.As<AstLogical>().is_and ? " AND " : " OR ");
    case ExprKind::kCase: return Print(expr.As<AstCase>());
    case ExprKind::kCast: return Print(expr.As<AstCast>());
    case ExprKind::kFunction: return Print(expr.As<AstFunction>());
    case ExprKind::kLike: return Print(expr.As<AstLike>());
    case ExprKind::kSlice: return Print(expr.As<AstSlice>());
    case ExprKind::kStruct: return Print(expr.As<AstStruct>());
    case ExprKind::kLambda: return Print(expr.As<AstLambda>());
    case ExprKind::kIsTest: case ExprKind::kIsDistinctFrom: case ExprKind::kBetween: case ExprKind::kInList:
    case ExprKind::kInSubquery: case ExprKind::kQuantified: case ExprKind::kSubquery: case ExprKind::kExists:
      return PrintPredicate(expr);
    case ExprKind::kArray: case ExprKind::kTuple: case ExprKind::kMap: case ExprKind::kSubscript: case ExprKind::kField:
    case ExprKind::kAtTimeZone: case ExprKind::kCollate:
      return PrintContainer(expr);
  }
}

void AstPrinter::PrintPredicate(const AstExpr& expr) {
  switch (expr.kind) {
    case ExprKind::kIsTest: {
      constexpr std::string_view kTests[] = {"NULL", "TRUE", "FALSE", "UNKNOWN"};
      const auto& test = expr.As<AstIsTest>();
      Print(*test.operand);
      Word(test.negated ? " IS NOT " : " IS ");
      return Word(kTests[static_cast<size_t>(test.test)]);
    }
    case ExprKind::kIsDistinctFrom: {
      const auto& distinct = expr.As<AstIsDistinctFrom>();
      Print(*distinct.left);
      Word(distinct.negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
      return Print(*distinct.right);
    }
    case ExprKind::kBetween: {
      const auto& between = expr.As<AstBetween>();
      Print(*between.operand);
      Word(between.negated ? " NOT BETWEEN " : " BETWEEN ");
      WordIf(between.symmetric, "SYMMETRIC ");
      Print(*between.low);
      Word(" AND ");
      return Print(*between.high);
    }
    case ExprKind::kInList: {
      const auto& in = expr.As<AstInList>();
      Print(*in.operand);
      Word(in.negated ? " NOT IN " : " IN ");
      return in.bare ? Print(*in.list[0]) : ListInParens(in.list);
    }
    case ExprKind::kInSubquery: {
      const auto& in = expr.As<AstInSubquery>();
      Print(*in.operand);
      Word(in.negated ? " NOT IN (" : " IN (");
      Print(*in.query);
      return Word(")");
    }
    case ExprKind::kQuantified: {
      const auto& quantified = expr.As<AstQuantified>();
      Print(*quantified.left);
      out_ += ' ';
      Word(ToString(quantified.op));
      Word(quantified.all ? " ALL" : " ANY");
      return Print(*quantified.right);
    }
    case ExprKind::kSubquery:
      Word(expr.As<AstSubquery>().is_array ? "ARRAY(" : "(");
      Print(*expr.As<AstSubquery>().query);
      return Word(")");
    default:
      Word(expr.As<AstExists>().negated ? "NOT EXISTS (" : "EXISTS (");
      Print(*expr.As<AstExists>().query);
      return Word(")");
  }
}

void AstPrinter::PrintContainer(const AstExpr& expr) {
  switch (expr.kind) {
    case ExprKind::kArray:
      out_ += '[';
      PrintList(expr.As<AstArray>().elements);
      return Word("]");
    case ExprKind::kTuple: return ListInParens(expr.As<AstTuple>().elements);
    case ExprKind::kMap: {
      Word("MAP {");
      bool first = true;
      for (const auto& [key, value] : expr.As<AstMap>().entries) {
        WordIf(!first, ", ");
        first = false;
        Print(*key);
        Word(": ");
        Print(*value);
      }
      return Word("}");
    }
    case ExprKind::kSubscript:
      Print(*expr.As<AstSubscript>().base);
      out_ += '[';
      Print(*expr.As<AstSubscript>().index);
      return Word("]");
    case ExprKind::kField:
      Print(*expr.As<AstField>().base);
      // `5 .f`: without the blank the dot would be the number's.
      WordIf(std::string_view(")]}").find(out_.back()) == std::string_view::npos && expr.As<AstField>().base->kind != ExprKind::kField,
             " ");
      out_ += '.';
      return Print(expr.As<AstField>().field);
    case ExprKind::kAtTimeZone:
      Print(*expr.As<AstAtTimeZone>().operand);
      Word(" AT TIME ZONE ");
      return Print(*expr.As<AstAtTimeZone>().zone);
    default:
      Print(*expr.As<AstCollate>().operand);
      Word(" COLLATE ");
      return Print(expr.As<AstCollate>().collation);
  }
}

void AstPrinter::Print(const AstLiteral& literal) {
  switch (literal.literal) {
    case LiteralKind::kNull: return Word("NULL");
    case LiteralKind::kBoolean: return Word(literal.boolean ? "TRUE" : "FALSE");
    case LiteralKind::kNumber: return Word(literal.text);
    case LiteralKind::kString: return PrintString(literal.text);
    case LiteralKind::kNationalString:
      out_ += 'N';
      return PrintString(literal.text);
    case LiteralKind::kHexString:
      Word("X'");
      for (char c : literal.text) {
        constexpr char kDigits[] = "0123456789ABCDEF";
        out_ += kDigits[static_cast<unsigned char>(c) >> 4];
        out_ += kDigits[static_cast<unsigned char>(c) & 0xF];
      }
      return Word("'");
  }
}

void AstPrinter::Print(const AstInterval& interval) {
  Word("INTERVAL ");
  Print(*interval.value);
  if (interval.unit.empty()) return;
  out_ += ' ';
  Word(interval.unit);
  if (interval.precision) {
    out_ += '(' + std::to_string(*interval.precision);
    if (interval.fraction_precision) out_ += ", " + std::to_string(*interval.fraction_precision);
    out_ += ')';
  }
  if (interval.to_unit.empty()) return;
  Word(" TO ");
  Word(interval.to_unit);
  if (!interval.precision && interval.fraction_precision) out_ += '(' + std::to_string(*interval.fraction_precision) + ')';
}

// `- -a`, not `--a`, which begins a comment; `~ ~a`, not `~~a`, which is LIKE.
void AstPrinter::Print(const AstUnary& unary) {
  Word(ToString(unary.op));
  const size_t at = out_.size();
  const bool sign = unary.op == UnaryOp::kMinus || unary.op == UnaryOp::kPlus;
  WordIf(!sign, " ");
  Print(*unary.operand);
  if (sign && out_[at] == '-') out_.insert(at, " ");
}

void AstPrinter::Print(const AstBinary& binary) {
  Print(*binary.first);
  for (const auto& term : binary.terms) {
    out_ += ' ';
    Word(ToString(term.op));
    out_ += ' ';
    Print(*term.operand);
  }
}

void AstPrinter::Print(const AstCase& expr) {
  Word("CASE");
  if (expr.operand) {
    out_ += ' ';
    Print(*expr.operand);
  }
  for (const auto& when : expr.whens) {
    Word(" WHEN ");
    Print(*when.condition);
    Word(" THEN ");
    Print(*when.result);
  }
  if (expr.otherwise) {
    Word(" ELSE ");
    Print(*expr.otherwise);
  }
  Word(" END");
}

void AstPrinter::Print(const AstCast& cast) {
  if (cast.double_colon) {
    Print(*cast.operand);
    Word("::");
    return Print(*cast.type);
  }
  Word(cast.is_try ? "TRY_CAST(" : "CAST(");
  Print(*cast.operand);
  Word(" AS ");
  Print(*cast.type);
  out_ += ')';
}

void AstPrinter::Print(const AstOrderItem& item) {
  if (item.expr) {
    Print(*item.expr);
  } else {
    Word("ALL");
  }
  if (item.ascending) Word(*item.ascending ? " ASC" : " DESC");
  if (item.nulls_first) Word(*item.nulls_first ? " NULLS FIRST" : " NULLS LAST");
}

void AstPrinter::Print(const AstFunctionArg& arg) {
  if (arg.name) {
    Print(*arg.name);
    Word(" => ");
  }
  Print(*arg.expr);
}

void AstPrinter::Print(const AstFunction& call) {
  Print(call.name);
  if (call.no_parentheses) return;
  Word(call.distinct ? "(DISTINCT " : "(");
  PrintList(call.args);
  if (!call.order_by.empty()) {
    Word(call.args.empty() ? "ORDER BY " : " ORDER BY ");
    PrintList(call.order_by);
  }
  out_ += ')';
  if (!call.within_group.empty()) {
    Word(" WITHIN GROUP (ORDER BY ");
    PrintList(call.within_group);
    out_ += ')';
  }
  if (call.filter) {
    Word(" FILTER (WHERE ");
    Print(*call.filter);
    out_ += ')';
  }
  WordIf(call.nulls == AstFunction::NullTreatment::kIgnore, " IGNORE NULLS");
  WordIf(call.nulls == AstFunction::NullTreatment::kRespect, " RESPECT NULLS");
  if (call.over) {
    Word(" OVER ");
    Print(*call.over);
  } else if (call.over_name) {
    Word(" OVER ");
    Print(*call.over_name);
  }
}

void AstPrinter::Print(const AstLike& like) {
  constexpr std::string_view kWords[] = {"LIKE ", "ILIKE ", "SIMILAR TO ", "RLIKE ", "GLOB "};
  Print(*like.operand);
  Word(like.negated ? " NOT " : " ");
  Word(kWords[static_cast<size_t>(like.like)]);
  Print(*like.pattern);
  if (like.escape) {
    Word(" ESCAPE ");
    PrintString(*like.escape);
  }
}

void AstPrinter::Print(const AstSlice& slice) {
  // A colon of its own: `[1: :name]`, not `[1::name]`, which is a cast.
  const auto part = [&](const ExprPtr& expr) {
    out_ += ':';
    const size_t at = out_.size();
    if (expr) Print(*expr);
    if (at < out_.size() && out_[at] == ':') out_.insert(at, " ");
  };
  Print(*slice.base);
  out_ += '[';
  if (slice.lower) Print(*slice.lower);
  part(slice.upper);
  if (slice.stride) {
    WordIf(!slice.upper, " ");
    part(slice.stride);
  }
  out_ += ']';
}

void AstPrinter::Print(const AstStruct& expr) {
  if (expr.type) {
    Print(*expr.type);
    out_ += '(';
  } else {
    Word(expr.braces ? "{" : "STRUCT(");
  }
  bool first = true;
  for (const auto& field : expr.fields) {
    WordIf(!first, ", ");
    first = false;
    if (expr.braces) {
      Print(*field.name);
      Word(": ");
    }
    Print(*field.value);
    if (!expr.braces && field.name) {
      Word(" AS ");
      Print(*field.name);
    }
  }
  out_ += expr.braces ? '}' : ')';
}

void AstPrinter::Print(const AstLambda& lambda) {
  if (lambda.params.size() == 1) {
    Print(lambda.params[0]);
  } else {
    ListInParens(lambda.params);
  }
  Word(" -> ");
  Print(*lambda.body);
}

}  // namespace bowstring::sql
