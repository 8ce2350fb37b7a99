// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/scope.h"
#include "expr/type.h"
#include "functions/common_type.h"
#include "logical/rewrite.h"
#include "sql/ast_print.h"
#include "sql/binder.h"

namespace bowstring::sql {

using arrow::Result;
using Op = ::bowstring::BinaryOp;

namespace {

std::optional<Op> PlainOperator(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEq: return Op::kEq;
    case BinaryOp::kNotEq: return Op::kNotEq;
    case BinaryOp::kLt: return Op::kLt;
    case BinaryOp::kLtEq: return Op::kLtEq;
    case BinaryOp::kGt: return Op::kGt;
    case BinaryOp::kGtEq: return Op::kGtEq;
    case BinaryOp::kNullSafeEq: return Op::kIsNotDistinctFrom;
    case BinaryOp::kPlus: return Op::kPlus;
    case BinaryOp::kMinus: return Op::kMinus;
    case BinaryOp::kMultiply: return Op::kMultiply;
    case BinaryOp::kDivide: return Op::kDivide;
    case BinaryOp::kModulo: return Op::kModulo;
    case BinaryOp::kIntDivide:
    case BinaryOp::kIntDivideSlashes: return Op::kIntDivide;
    case BinaryOp::kConcat: return Op::kConcat;
    case BinaryOp::kRegexMatch: return Op::kRegexMatch;
    case BinaryOp::kRegexIMatch: return Op::kRegexIMatch;
    case BinaryOp::kRegexNotMatch: return Op::kRegexNotMatch;
    case BinaryOp::kRegexNotIMatch: return Op::kRegexNotIMatch;
    case BinaryOp::kBitAnd: return Op::kBitAnd;
    case BinaryOp::kBitOr: return Op::kBitOr;
    case BinaryOp::kBitXor:
    case BinaryOp::kXor:
    case BinaryOp::kBitXorHash: return Op::kBitXor;
    case BinaryOp::kShiftLeft: return Op::kShiftLeft;
    case BinaryOp::kShiftRight: return Op::kShiftRight;
    case BinaryOp::kContains: return Op::kAtArrow;
    case BinaryOp::kContainedBy: return Op::kArrowAt;
    case BinaryOp::kArrow: return Op::kArrow;
    case BinaryOp::kLongArrow: return Op::kLongArrow;
    default: return std::nullopt;
  }
}

// How many lists deep; 0 for what is no list.
int ListDepth(const Expr& expr, const Frame& frame) {
  if (expr.kind() == NodeKind::kBinary || frame.schema == nullptr) return 0;  // operators between lists have become calls
  const auto field = FieldOf(expr, frame.schema->scope());
  if (!field.ok()) return 0;
  int depth = 0;
  for (const arrow::DataType* type = (*field)->type().get(); IsListLike(*type); type = type->field(0)->type().get()) {
    ++depth;
  }
  return depth;
}

/// An interval with the other sign; none where it isn't a literal.
std::optional<Expr> NegatedInterval(const Expr& expr) {
  if (expr.kind() != NodeKind::kLiteral) return std::nullopt;
  const auto& scalar = expr->as<LiteralValue>().value;
  if (!scalar || !scalar->is_valid || scalar->type->id() != arrow::Type::INTERVAL_MONTH_DAY_NANO) return std::nullopt;
  const auto& value = static_cast<const arrow::MonthDayNanoIntervalScalar&>(*scalar).value;
  if (value.months == INT32_MIN || value.days == INT32_MIN || value.nanoseconds == INT64_MIN) return std::nullopt;
  return Literal(std::make_shared<arrow::MonthDayNanoIntervalScalar>(
      arrow::MonthDayNanoIntervalType::MonthDayNanos{-value.months, -value.days, -value.nanoseconds}));
}

Expr Like(LikePattern::Dialect dialect, bool negated, std::optional<char> escape, Expr text, Expr pattern) {
  LikePattern like;
  like.dialect = dialect;
  like.negated = negated;
  like.escape = escape;
  return MakeExpr(NodeKind::kLike, {std::move(text), std::move(pattern)}, like);
}

/// The text of a string literal, or null.
const std::string* LiteralText(const AstExpr& expr) {
  const auto* literal = expr.TryAs<AstLiteral>();
  return literal != nullptr && literal->literal == LiteralKind::kString ? &literal->text : nullptr;
}

}  // namespace

Result<std::vector<Expr>> Binder::BindAll(const std::vector<ExprPtr>& exprs, const Frame& frame) {
  std::vector<Expr> bound;
  bound.reserve(exprs.size());
  for (const ExprPtr& expr : exprs) {
    ARROW_ASSIGN_OR_RAISE(Expr next, Bind(*expr, frame));
    bound.push_back(std::move(next));
  }
  return bound;
}

/// The column that the first parts of a dotted name mean in this frame alone: the longest relation that fits. `used`: parts taken.
std::optional<Expr> Binder::FindColumn(const std::vector<std::string>& parts, const Frame& frame, size_t* used) const {
  if (frame.schema == nullptr) return std::nullopt;
  for (size_t relation = std::min<size_t>(parts.size() - 1, 3) + 1; relation-- > 0;) {
    ColumnRef column;
    column.name = parts[relation];
    if (relation > 0) {
      TableName name;
      name.table = parts[relation - 1];
      if (relation > 1) name.schema = parts[relation - 2];
      if (relation > 2) name.catalog = parts[relation - 3];
      column.relation = std::move(name);
    }
    *used = relation + 1;
    if (relation == 0 && frame.merged != nullptr) {
      if (const auto at = frame.merged->find(column.name); at != frame.merged->end()) return at->second;
    }
    if (const auto at = frame.schema->scope().TryResolve(column)) return frame.schema->column(*at);
  }
  return std::nullopt;
}

Result<Expr> Binder::BindColumn(const std::vector<Ident>& idents, const Frame& frame) {
  std::vector<std::string> parts;
  for (const Ident& ident : idents) parts.push_back(Name(ident));
  size_t used = 1;
  std::optional<Expr> found;
  for (auto scope = lambda_variables_.rbegin(); scope != lambda_variables_.rend() && !found; ++scope) {
    if (scope->contains(parts[0])) found = MakeExpr(NodeKind::kLambdaVariable, {}, ColumnRef{std::nullopt, parts[0]});
  }
  const auto alias = [&]() -> std::optional<Expr> {
    if (frame.aliases == nullptr || parts.size() > 1) return std::nullopt;
    for (const auto& [name, expr] : *frame.aliases) {
      if (name == parts[0]) return expr;
    }
    return std::nullopt;
  };
  if (!found && frame.aliases_first) found = alias();
  if (!found) {
    // Ambiguity is an error here, not a reason to look further out.
    found = FindColumn(parts, frame, &used);
    if (!found && frame.schema != nullptr && parts.size() == 1 && frame.schema->FindAll(parts[0]).size() > 1) {
      return frame.schema->scope().Resolve(ColumnRef{std::nullopt, parts[0]}).status();
    }
  }
  if (!found && !frame.aliases_first) found = alias();
  for (const Frame* outer = frame.outer; !found && outer != nullptr; outer = outer->outer) {
    found = FindColumn(parts, *outer, &used);
    if (found) {
      // What USING made of two columns is an expression over both.
      ARROW_ASSIGN_OR_RAISE(found, logical::RewriteUp(*found, [&](const Expr& part) -> Result<Expr> {
                              if (part.kind() != NodeKind::kColumn) return part;
                              ARROW_ASSIGN_OR_RAISE(const int at, outer->schema->scope().Resolve(part->as<ColumnRef>()));
                              const Expr typed = Literal(arrow::MakeNullScalar(outer->schema->field(at).field->type()));
                              const Expr column = MakeExpr(NodeKind::kOuterColumn, {typed}, part->as<ColumnRef>());
                              const auto same = [&](const Expr& other) { return other.Equals(column); };
                              for (const Frame* inner = &frame; inner != outer; inner = inner->outer) {
                                if (inner->outer_columns == nullptr) continue;
                                auto& columns = *inner->outer_columns;
                                if (std::none_of(columns.begin(), columns.end(), same)) columns.push_back(column);
                              }
                              return column;
                            }));
    }
  }
  if (!found) {
    ColumnRef column;
    column.name = parts.back();
    if (parts.size() > 1) column.relation = TableName{"", parts.size() > 2 ? parts[parts.size() - 3] : "", parts[parts.size() - 2]};
    const Scope nothing;
    const Scope& scope = frame.schema != nullptr ? frame.schema->scope() : nothing;
    ARROW_RETURN_NOT_OK(scope.Resolve(column).status());
    return Error(ErrorKind::kInternal, "name resolution of ", column.name);
  }
  Expr expr = *std::move(found);
  for (size_t i = used; i < parts.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(expr, FieldAccess(std::move(expr), parts[i]));
  }
  return expr;
}

Result<Expr> Binder::CallNamed(const char* name, Exprs arguments) {
  const auto function = catalog_.FindScalar(name);
  if (function == nullptr) return Error(ErrorKind::kNotImplemented, "function '", name, "'");
  return Call(function, std::move(arguments));
}

Result<Expr> Binder::FieldAccess(Expr base, const std::string& field) {
  return CallNamed("get_field", {std::move(base), Literal(field)});
}

Result<Expr> Binder::BindUnary(const AstUnary& unary, const Frame& frame) {
  if (unary.op == UnaryOp::kMinus) {
    const auto* literal = unary.operand->TryAs<AstLiteral>();
    if (literal != nullptr && literal->literal == LiteralKind::kNumber) return BindNumber("-" + literal->text);
  }
  ARROW_ASSIGN_OR_RAISE(Expr operand, Bind(*unary.operand, frame));
  switch (unary.op) {
    case UnaryOp::kNot: return Not(std::move(operand));
    case UnaryOp::kMinus: {
      auto interval = NegatedInterval(operand);
      return interval ? *std::move(interval) : Negative(std::move(operand));
    }
    case UnaryOp::kPlus: return operand;
    case UnaryOp::kSquareRoot: return CallNamed("sqrt", {std::move(operand)});
    case UnaryOp::kCubeRoot: return CallNamed("cbrt", {std::move(operand)});
    case UnaryOp::kAbs: return CallNamed("abs", {std::move(operand)});
    case UnaryOp::kFactorial: return CallNamed("factorial", {std::move(operand)});
    default: return Error(ErrorKind::kNotImplemented, "Unsupported SQL unary operator ", ToString(unary.op));
  }
}

Result<Expr> Binder::Operate(BinaryOp op, Expr left, Expr right) {
  if (const auto plain = PlainOperator(op)) return Binary(*plain, std::move(left), std::move(right));
  switch (op) {
    case BinaryOp::kStartsWith: return CallNamed("starts_with", {std::move(left), std::move(right)});
    case BinaryOp::kLikeMatch:
    case BinaryOp::kNotLikeMatch:
    case BinaryOp::kILikeMatch:
    case BinaryOp::kNotILikeMatch: {
      const bool any_case = op == BinaryOp::kILikeMatch || op == BinaryOp::kNotILikeMatch;
      const bool negated = op == BinaryOp::kNotLikeMatch || op == BinaryOp::kNotILikeMatch;
      std::string name = left.name() + " " + std::string(ToString(op)) + " " + right.name();
      return Like(any_case ? LikePattern::kILike : LikePattern::kLike, negated, {}, std::move(left), std::move(right)).Alias(std::move(name));
    }
    default: return Error(ErrorKind::kNotImplemented, "Unsupported SQL binary operator ", ToString(op));
  }
}

Result<Expr> Binder::BindBinary(const AstBinary& chain, const Frame& frame) {
  if (chain.terms.size() >= static_cast<size_t>(Expr::kMaxDepth)) {
    return Error(ErrorKind::kPlan, "a chain of ", chain.terms.size(), " operators is nested deeper than ", Expr::kMaxDepth, " levels");
  }
  ARROW_ASSIGN_OR_RAISE(Expr left, Bind(*chain.first, frame));
  int joined_depth = 0;  // of a list that this chain has made on the left
  for (const AstBinary::Term& term : chain.terms) {
    ARROW_ASSIGN_OR_RAISE(Expr right, Bind(*term.operand, frame));
    if (&term == &chain.terms[0]) {
      ARROW_ASSIGN_OR_RAISE(left, InferPlaceholder(*chain.first, std::move(left), right, frame));
    }
    ARROW_ASSIGN_OR_RAISE(right, InferPlaceholder(*term.operand, std::move(right), left, frame));
    const char* function = nullptr;
    if (term.op == BinaryOp::kConcat) {
      const int to = joined_depth > 0 ? joined_depth : ListDepth(left, frame), from = ListDepth(right, frame);
      if (to > 0 || from > 0) function = to > from ? "array_append" : to < from ? "array_prepend" : "array_concat";
      joined_depth = std::max(to, from);
    } else if (term.op == BinaryOp::kContains || term.op == BinaryOp::kContainedBy) {
      function = "array_has_all";
      if (term.op == BinaryOp::kContainedBy) std::swap(left, right);
    }
    if (function == nullptr || term.op != BinaryOp::kConcat) joined_depth = 0;
    ARROW_ASSIGN_OR_RAISE(left, function ? CallNamed(function, {std::move(left), std::move(right)})
                                         : Operate(term.op, std::move(left), std::move(right)));
  }
  return left;
}

Result<Expr> Binder::BindInList(const AstInList& in, const Frame& frame) {
  ARROW_ASSIGN_OR_RAISE(Expr operand, Bind(*in.operand, frame));
  ARROW_ASSIGN_OR_RAISE(std::vector<Expr> list, BindAll(in.list, frame));
  for (size_t i = 0; i < list.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(list[i], InferPlaceholder(*in.list[i], std::move(list[i]), operand, frame));
  }
  if (in.bare) {
    ARROW_ASSIGN_OR_RAISE(Expr has, CallNamed("array_has", {std::move(list[0]), std::move(operand)}));
    return in.negated ? Not(std::move(has)) : has;
  }
  if (list.empty()) return Literal(in.negated);
  return InList(std::move(operand), std::move(list), in.negated);
}

Result<Expr> Binder::BindCase(const AstCase& node, const Frame& frame) {
  std::vector<Expr> children;
  CaseShape shape;
  if (node.operand != nullptr) {
    shape.has_operand = true;
    ARROW_ASSIGN_OR_RAISE(Expr operand, Bind(*node.operand, frame));
    children.push_back(std::move(operand));
  }
  for (const AstCase::When& when : node.whens) {
    ARROW_ASSIGN_OR_RAISE(Expr condition, Bind(*when.condition, frame));
    ARROW_ASSIGN_OR_RAISE(Expr result, Bind(*when.result, frame));
    children.push_back(std::move(condition));
    children.push_back(std::move(result));
  }
  if (node.otherwise != nullptr) {
    shape.has_else = true;
    ARROW_ASSIGN_OR_RAISE(Expr otherwise, Bind(*node.otherwise, frame));
    children.push_back(std::move(otherwise));
  }
  return Case(shape, std::move(children));
}

/// Literals of lists, structs and maps, and access to their parts.
Result<Expr> Binder::BindNested(const AstExpr& expr, const Frame& frame) {
  switch (expr.kind) {
    case AstKind::kArray: {
      ARROW_ASSIGN_OR_RAISE(auto elements, BindAll(expr.As<AstArray>().elements, frame));
      return CallNamed("make_array", std::move(elements));
    }
    case AstKind::kTuple: {
      ARROW_ASSIGN_OR_RAISE(auto elements, BindAll(expr.As<AstTuple>().elements, frame));
      return CallNamed("struct", std::move(elements));
    }
    case AstKind::kStruct: {
      const auto& node = expr.As<AstStruct>();
      if (node.type != nullptr) return Error(ErrorKind::kNotImplemented, "Struct with types: ", ToSql(expr));
      std::vector<Expr> arguments;
      if (std::none_of(node.fields.begin(), node.fields.end(), [](const auto& field) { return field.name.has_value(); })) {
        for (const auto& field : node.fields) {
          ARROW_ASSIGN_OR_RAISE(Expr value, Bind(*field.value, frame));
          arguments.push_back(std::move(value));
        }
        return CallNamed("struct", std::move(arguments));
      }
      for (size_t i = 0; i < node.fields.size(); ++i) {
        const auto& name = node.fields[i].name;
        ARROW_ASSIGN_OR_RAISE(Expr value, Bind(*node.fields[i].value, frame));
        arguments.push_back(Literal(name ? Name(*name) : "c" + std::to_string(i)));
        arguments.push_back(std::move(value));
      }
      return CallNamed("named_struct", std::move(arguments));
    }
    case AstKind::kMap: {
      std::vector<Expr> keys, values;
      for (const auto& [key, value] : expr.As<AstMap>().entries) {
        ARROW_ASSIGN_OR_RAISE(Expr bound_key, Bind(*key, frame));
        ARROW_ASSIGN_OR_RAISE(Expr bound_value, Bind(*value, frame));
        keys.push_back(std::move(bound_key));
        values.push_back(std::move(bound_value));
      }
      ARROW_ASSIGN_OR_RAISE(Expr key_list, CallNamed("make_array", std::move(keys)));
      ARROW_ASSIGN_OR_RAISE(Expr value_list, CallNamed("make_array", std::move(values)));
      return CallNamed("map", {std::move(key_list), std::move(value_list)});
    }
    case AstKind::kSubscript: {
      const auto& node = expr.As<AstSubscript>();
      ARROW_ASSIGN_OR_RAISE(Expr base, Bind(*node.base, frame));
      if (const std::string* field = LiteralText(*node.index)) return FieldAccess(std::move(base), *field);
      ARROW_ASSIGN_OR_RAISE(Expr index, Bind(*node.index, frame));
      const Scope nothing;
      const auto field = logical::FieldIn(base, frame.schema != nullptr ? frame.schema->scope() : nothing);
      if (field.ok() && (*field)->type()->id() == arrow::Type::MAP) {
        const bool constant = index.kind() == NodeKind::kLiteral && index->as<LiteralValue>().value != nullptr;
        const std::string called = base.name() + "[" + (constant ? index->as<LiteralValue>().value->ToString() : index.name()) + "]";
        ARROW_ASSIGN_OR_RAISE(base, CallNamed("map_extract", {std::move(base), std::move(index)}));
        ARROW_ASSIGN_OR_RAISE(Expr value, CallNamed("array_element", {std::move(base), Literal(int64_t{1})}));
        return value.Alias(called);
      }
      return CallNamed("array_element", {std::move(base), std::move(index)});
    }
    case AstKind::kSlice: {
      const auto& node = expr.As<AstSlice>();
      if (node.lower == nullptr || node.upper == nullptr) {
        return Error(ErrorKind::kNotImplemented, "slice subscript without both bounds: ", ToSql(expr));
      }
      std::vector<Expr> arguments;
      for (const ExprPtr* part : {&node.base, &node.lower, &node.upper, &node.stride}) {
        if (*part == nullptr) continue;
        ARROW_ASSIGN_OR_RAISE(Expr next, Bind(**part, frame));
        arguments.push_back(std::move(next));
      }
      if (node.stride == nullptr) arguments.push_back(Literal(int64_t{1}));
      return CallNamed("array_slice", std::move(arguments));
    }
    default: break;
  }
  const auto& node = expr.As<AstField>();
  ARROW_ASSIGN_OR_RAISE(Expr base, Bind(*node.base, frame));
  return FieldAccess(std::move(base), Name(node.field));
}

Result<Expr> Binder::Bind(const AstExpr& expr, const Frame& frame) {
  Result<Expr> bound = BindNode(expr, frame);
  if (!bound.ok()) NoteError(expr.span);
  return bound;
}

Result<Expr> Binder::BindNode(const AstExpr& expr, const Frame& frame) {
  switch (expr.kind) {
    case AstKind::kColumn: return BindColumn(expr.As<AstColumn>().parts, frame);
    case AstKind::kLiteral: return BindLiteral(expr.As<AstLiteral>());
    case AstKind::kTypedLiteral: {
      const auto& node = expr.As<AstTypedLiteral>();
      ARROW_ASSIGN_OR_RAISE(auto type, BindType(*node.type, options_));
      return Cast(Literal(node.text), std::move(type));
    }
    case AstKind::kInterval: return BindInterval(expr.As<AstInterval>());
    case AstKind::kPlaceholder: return BindPlaceholder(expr.As<AstPlaceholder>());
    case AstKind::kWildcard: return Error(ErrorKind::kPlan, "`*` is only allowed in a SELECT list and in count(*)");
    case AstKind::kUnary: return BindUnary(expr.As<AstUnary>(), frame);
    case AstKind::kBinary: return BindBinary(expr.As<AstBinary>(), frame);
    case AstKind::kLogical: {
      const auto& node = expr.As<AstLogical>();
      ARROW_ASSIGN_OR_RAISE(auto operands, BindAll(node.operands, frame));
      return node.is_and ? And(std::move(operands)) : Or(std::move(operands));
    }
    case AstKind::kIsTest: {
      const auto& node = expr.As<AstIsTest>();
      ARROW_ASSIGN_OR_RAISE(Expr operand, Bind(*node.operand, frame));
      static constexpr NodeKind kKinds[][2] = {{NodeKind::kIsNull, NodeKind::kIsNotNull},
                                               {NodeKind::kIsTrue, NodeKind::kIsNotTrue},
                                               {NodeKind::kIsFalse, NodeKind::kIsNotFalse},
                                               {NodeKind::kIsUnknown, NodeKind::kIsNotUnknown}};
      return MakeExpr(kKinds[static_cast<int>(node.test)][node.negated ? 1 : 0], {std::move(operand)});
    }
    case AstKind::kIsDistinctFrom: {
      const auto& node = expr.As<AstIsDistinctFrom>();
      ARROW_ASSIGN_OR_RAISE(Expr left, Bind(*node.left, frame));
      ARROW_ASSIGN_OR_RAISE(Expr right, Bind(*node.right, frame));
      return Binary(node.negated ? Op::kIsNotDistinctFrom : Op::kIsDistinctFrom, std::move(left), std::move(right));
    }
    case AstKind::kBetween: {
      const auto& node = expr.As<AstBetween>();
      if (node.symmetric) return Error(ErrorKind::kNotImplemented, "BETWEEN SYMMETRIC");
      ARROW_ASSIGN_OR_RAISE(Expr operand, Bind(*node.operand, frame));
      ARROW_ASSIGN_OR_RAISE(Expr low, Bind(*node.low, frame));
      ARROW_ASSIGN_OR_RAISE(Expr high, Bind(*node.high, frame));
      ARROW_ASSIGN_OR_RAISE(low, InferPlaceholder(*node.low, std::move(low), operand, frame));
      ARROW_ASSIGN_OR_RAISE(high, InferPlaceholder(*node.high, std::move(high), operand, frame));
      return Between(std::move(operand), std::move(low), std::move(high), node.negated);
    }
    case AstKind::kLike: {
      const auto& node = expr.As<AstLike>();
      ARROW_ASSIGN_OR_RAISE(Expr operand, Bind(*node.operand, frame));
      ARROW_ASSIGN_OR_RAISE(Expr pattern, Bind(*node.pattern, frame));
      ARROW_ASSIGN_OR_RAISE(pattern, InferPlaceholder(*node.pattern, std::move(pattern), operand, frame));
      if (node.like == LikeKind::kRLike) {
        return Binary(node.negated ? Op::kRegexNotMatch : Op::kRegexMatch, std::move(operand), std::move(pattern));
      }
      if (node.like == LikeKind::kGlob) return Error(ErrorKind::kNotImplemented, "GLOB");
      if (node.escape && node.escape->size() != 1) {
        return Error(ErrorKind::kPlan, "Invalid escape character in LIKE expression");
      }
      const auto dialect = node.like == LikeKind::kLike    ? LikePattern::kLike
                           : node.like == LikeKind::kILike ? LikePattern::kILike
                                                           : LikePattern::kSimilarTo;
      const std::optional<char> escape = node.escape ? std::optional<char>((*node.escape)[0]) : std::nullopt;
      return Like(dialect, node.negated, escape, std::move(operand), std::move(pattern));
    }
    case AstKind::kInList: return BindInList(expr.As<AstInList>(), frame);
    case AstKind::kInSubquery: return BindInSubquery(expr.As<AstInSubquery>(), frame);
    case AstKind::kQuantified: return BindQuantified(expr.As<AstQuantified>(), frame);
    case AstKind::kCase: return BindCase(expr.As<AstCase>(), frame);
    case AstKind::kCast: {
      const auto& node = expr.As<AstCast>();
      ARROW_ASSIGN_OR_RAISE(Expr operand, Bind(*node.operand, frame));
      ARROW_ASSIGN_OR_RAISE(auto type, BindType(*node.type, options_));
      if (!node.is_try && type->id() == arrow::Type::TIMESTAMP && frame.schema != nullptr) {
        // Integers count seconds, as in PostgreSQL.
        const auto& timestamp = static_cast<const arrow::TimestampType&>(*type);
        const auto field = FieldOf(operand, frame.schema->scope());
        if (timestamp.unit() == arrow::TimeUnit::NANO && field.ok() && (*field)->type()->id() == arrow::Type::INT64) {
          operand = Cast(std::move(operand), arrow::timestamp(arrow::TimeUnit::SECOND, timestamp.timezone()));
        }
      }
      return node.is_try ? TryCast(std::move(operand), std::move(type)) : Cast(std::move(operand), std::move(type));
    }
    case AstKind::kFunction: return BindFunction(expr.As<AstFunction>(), frame);
    case AstKind::kSubquery: {
      const auto& node = expr.As<AstSubquery>();
      if (node.is_array) return Error(ErrorKind::kNotImplemented, "ARRAY(SELECT ...)");
      ARROW_ASSIGN_OR_RAISE(SubqueryPlan plan, BindSubquery(*node.query, frame, /*one_column=*/true));
      return MakeExpr(NodeKind::kScalarSubquery, {}, std::move(plan));
    }
    case AstKind::kExists: {
      const auto& node = expr.As<AstExists>();
      ARROW_ASSIGN_OR_RAISE(SubqueryPlan plan, BindSubquery(*node.query, frame, /*one_column=*/false));
      plan.negated = node.negated;
      return MakeExpr(NodeKind::kExists, {}, std::move(plan));
    }
    case AstKind::kArray:
    case AstKind::kTuple:
    case AstKind::kStruct:
    case AstKind::kMap:
    case AstKind::kSubscript:
    case AstKind::kSlice:
    case AstKind::kField: return BindNested(expr, frame);
    case AstKind::kAtTimeZone: {
      const auto& node = expr.As<AstAtTimeZone>();
      const std::string* zone = LiteralText(*node.zone);
      if (zone == nullptr) return Error(ErrorKind::kNotImplemented, "AT TIME ZONE with a zone that isn't a string literal");
      ARROW_ASSIGN_OR_RAISE(Expr operand, Bind(*node.operand, frame));
      return Cast(std::move(operand), arrow::timestamp(arrow::TimeUnit::NANO, *zone));
    }
    case AstKind::kCollate: return Error(ErrorKind::kNotImplemented, "COLLATE");
    case AstKind::kLambda: return Error(ErrorKind::kPlan, "a lambda is only allowed as a function's argument");
  }
  return Error(ErrorKind::kInternal, "an expression of an unknown kind");
}

Result<Expr> BindExpression(const AstExpr& expr, const logical::Schema& schema, const BindCatalog& catalog,
                            const BindOptions& options) {
  Binder binder(catalog, options);
  Frame frame;
  frame.schema = &schema;
  return binder.Bind(expr, frame);
}

}  // namespace bowstring::sql
