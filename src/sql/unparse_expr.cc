// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sql/unparse.h"

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/error.h>

namespace bowstring::sql {

using arrow::Result;

namespace {

enum Strength { kOr = 1, kAnd, kNot, kCompare, kConcat, kBit, kAdd, kMultiply, kUnary, kAtom = 100 };

int StrengthOf(BinaryOp op) {
  switch (op) {
    case BinaryOp::kOr: return kOr;
    case BinaryOp::kAnd: return kAnd;
    case BinaryOp::kPlus:
    case BinaryOp::kMinus: return kAdd;
    case BinaryOp::kMultiply:
    case BinaryOp::kDivide:
    case BinaryOp::kModulo:
    case BinaryOp::kIntDivide: return kMultiply;
    case BinaryOp::kConcat: return kConcat;
    case BinaryOp::kBitAnd:
    case BinaryOp::kBitOr:
    case BinaryOp::kBitXor:
    case BinaryOp::kShiftLeft:
    case BinaryOp::kShiftRight: return kBit;
    default: return kCompare;
  }
}

bool Plain(const std::string& name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  static const char* const kWords[] = {"select", "from", "where", "group", "order", "by", "limit", "join", "on", "as", "and", "or", "not", "case",
                                       "when", "then", "else", "end", "union", "table", "user", "left", "right", "full", "inner", "cross"};
  for (const char* word : kWords) {
    if (name == word) return false;
  }
  return true;
}

std::string Quoted(const std::string& text, char quote) {
  std::string out(1, quote);
  for (char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  return out + quote;
}

}  // namespace

std::string Unparser::Name(const std::string& name) const {
  switch (options_.dialect) {
    case SqlDialect::kDefault: return Plain(name) ? name : Quoted(name, '"');
    case SqlDialect::kMySql:
    case SqlDialect::kSqlite: return Quoted(name, '`');
    default: return Quoted(name, '"');
  }
}

std::string Unparser::Name(const TableName& name) const {
  std::string text;
  for (const std::string* part : {&name.catalog, &name.schema, &name.table}) {
    if (!part->empty()) text += (text.empty() ? "" : ".") + Name(*part);
  }
  return text;
}

// The peer puts every operator in parentheses; pretty leaves them to those that need them.
Unparser::Piece Unparser::Wrapped(std::string text, int strength) const {
  if (options_.pretty) return Piece{std::move(text), strength};
  return Piece{"(" + std::move(text) + ")", kAtom};
}

Result<std::string> Unparser::Text(const Expr& expr) { return Item(expr, {}); }

Result<std::string> Unparser::Flat(const Expr& expr, const Computed& computed) {
  ARROW_ASSIGN_OR_RAISE(Piece piece, Print(expr, computed));
  return std::move(piece.text);
}

Result<std::string> Unparser::Part(const Expr& expr, const Computed& computed, int strength) {
  ARROW_ASSIGN_OR_RAISE(Piece piece, Print(expr, computed));
  return piece.strength < strength ? "(" + piece.text + ")" : std::move(piece.text);
}

Result<std::string> Unparser::TypeText(const arrow::DataType& type) {
  const bool postgres = options_.dialect == SqlDialect::kPostgres;
  const bool mysql = options_.dialect == SqlDialect::kMySql;
  switch (type.id()) {
    case arrow::Type::BOOL: return "BOOLEAN";
    case arrow::Type::INT8: return postgres ? "SMALLINT" : "TINYINT";
    case arrow::Type::INT16: return "SMALLINT";
    case arrow::Type::INT32: return mysql ? "SIGNED" : "INTEGER";
    case arrow::Type::INT64: return mysql ? "SIGNED" : "BIGINT";
    case arrow::Type::UINT8: return "TINYINT UNSIGNED";
    case arrow::Type::UINT16: return "SMALLINT UNSIGNED";
    case arrow::Type::UINT32: return "INTEGER UNSIGNED";
    case arrow::Type::UINT64: return "BIGINT UNSIGNED";
    case arrow::Type::FLOAT: return options_.dialect == SqlDialect::kDefault ? "FLOAT" : "REAL";
    case arrow::Type::DOUBLE: return postgres ? "DOUBLE PRECISION" : "DOUBLE";
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW: return mysql ? "CHAR" : options_.dialect == SqlDialect::kSqlite ? "TEXT" : "VARCHAR";
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW: return postgres ? "BYTEA" : "BLOB";
    case arrow::Type::DATE32:
    case arrow::Type::DATE64: return options_.dialect == SqlDialect::kSqlite ? "TEXT" : "DATE";
    case arrow::Type::TIME32:
    case arrow::Type::TIME64: return "TIME";
    case arrow::Type::TIMESTAMP: {
      if (mysql) return "DATETIME";
      const bool zone = !static_cast<const arrow::TimestampType&>(type).timezone().empty();
      return zone ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
    }
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(type);
      return "DECIMAL(" + std::to_string(decimal.precision()) + "," + std::to_string(decimal.scale()) + ")";
    }
    default: return Error(ErrorKind::kNotImplemented, "the type ", type.ToString(), " as SQL");
  }
}

Result<std::string> Unparser::LiteralText(const Expr& expr) {
  const arrow::Scalar& value = *expr->as<LiteralValue>().value;
  if (!value.is_valid) return "NULL";
  const auto quoted = [&](const std::string& type) -> Result<std::string> {
    return "CAST(" + Quoted(value.ToString(), '\'') + " AS " + type + ")";
  };
  switch (value.type->id()) {
    case arrow::Type::NA: return "NULL";
    case arrow::Type::BOOL: return static_cast<const arrow::BooleanScalar&>(value).value ? "true" : "false";
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW: return Quoted(std::string(static_cast<const arrow::BaseBinaryScalar&>(value).view()), '\'');
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE: {
      std::string text = value.ToString();
      if (text.find_first_of(".en") == std::string::npos) text += ".0";
      return text;
    }
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256: return value.ToString();
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP: {
      ARROW_ASSIGN_OR_RAISE(const std::string type, TypeText(*value.type));
      return quoted(type);
    }
    case arrow::Type::INTERVAL_MONTH_DAY_NANO: {
      const auto& interval = static_cast<const arrow::MonthDayNanoIntervalScalar&>(value).value;
      return "INTERVAL '" + std::to_string(interval.months) + " MONS " + std::to_string(interval.days) + " DAYS " +
             std::to_string(interval.nanoseconds) + " NANOSECONDS'";
    }
    default:
      if (arrow::is_integer(value.type->id())) return value.ToString();
      return Error(ErrorKind::kNotImplemented, "a literal of type ", value.type->ToString(), " as SQL");
  }
}

Result<Unparser::Piece> Unparser::Binary(const Expr& expr, const Computed& computed) {
  const BinaryOp op = expr->as<BinaryOp>();
  const int strength = StrengthOf(op);
  std::string text;
  // A chain of ANDs reads as pairs from the left.
  for (size_t i = 0; i < expr.children().size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const std::string part, Part(expr.children()[i], computed, i == 0 ? strength : strength + 1));
    if (i == 0) {
      text = part;
      continue;
    }
    text += " " + std::string(ToString(op)) + " " + part;
    if (i + 1 < expr.children().size()) text = Wrapped(std::move(text), strength).text;
  }
  return Wrapped(std::move(text), strength);
}

Result<Unparser::Piece> Unparser::Function(const Expr& expr, const Computed& computed) {
  ARROW_ASSIGN_OR_RAISE(std::string arguments, List(expr.children(), computed));
  if (expr.kind() == ExprKind::kScalarFunction) return Piece{expr->as<ScalarCall>().function->name() + "(" + arguments + ")"};
  if (expr.kind() == ExprKind::kAggregate) {
    const auto& call = expr->as<AggregateCall>();
    if (arguments.empty()) arguments = "*";
    std::string text = call.function->name() + "(" + (call.distinct ? "DISTINCT " : "") + arguments;
    if (!call.order_by.empty() && !call.function->ordered_set()) {
      ARROW_ASSIGN_OR_RAISE(const std::string keys, Keys(call.order_by, computed));
      text += " ORDER BY " + keys;
    }
    text += ")";
    if (call.nulls == NullTreatment::kIgnore) text += " IGNORE NULLS";
    if (call.nulls == NullTreatment::kRespect) text += " RESPECT NULLS";
    if (!call.order_by.empty() && call.function->ordered_set()) {
      ARROW_ASSIGN_OR_RAISE(const std::string keys, Keys(call.order_by, computed));
      text += " WITHIN GROUP (ORDER BY " + keys + ")";
    }
    if (call.filter) {
      ARROW_ASSIGN_OR_RAISE(const std::string filter, Flat(*call.filter, computed));
      text += " FILTER (WHERE " + filter + ")";
    }
    return Piece{std::move(text)};
  }
  const auto& call = expr->as<WindowCall>();
  const std::string& name = call.aggregate ? call.aggregate->name() : call.function->name();
  if (arguments.empty() && call.aggregate) arguments = "*";
  std::string text = name + "(" + (call.distinct ? "DISTINCT " : "") + arguments + ")";
  if (call.nulls == NullTreatment::kIgnore) text += " IGNORE NULLS";
  if (call.filter) {
    ARROW_ASSIGN_OR_RAISE(const std::string filter, Flat(*call.filter, computed));
    text += " FILTER (WHERE " + filter + ")";
  }
  text += " OVER (";
  if (!call.partition_by.empty()) {
    ARROW_ASSIGN_OR_RAISE(const std::string keys, List(call.partition_by, computed));
    text += "PARTITION BY " + keys + " ";
  }
  if (!call.order_by.empty()) {
    ARROW_ASSIGN_OR_RAISE(const std::string keys, Keys(call.order_by, computed));
    text += "ORDER BY " + keys + " ";
  }
  return Piece{text + call.frame.ToString() + ")"};
}

Result<Unparser::Piece> Unparser::Subquery(const Expr& expr, const Computed& computed) {
  const auto& subquery = expr->as<SubqueryPlan>();
  ARROW_ASSIGN_OR_RAISE(const std::string query, Query(*subquery.plan));
  const std::string text = "(" + query + ")";
  const char* negation = subquery.negated ? "NOT " : "";
  switch (expr.kind()) {
    case ExprKind::kScalarSubquery: return Piece{text};
    case ExprKind::kExists: return Piece{std::string(negation) + "EXISTS " + text, kNot};
    default: break;
  }
  ARROW_ASSIGN_OR_RAISE(const std::string operand, Part(expr.children()[0], computed, kCompare + 1));
  if (expr.kind() == ExprKind::kInSubquery) return Piece{operand + " " + negation + "IN " + text, kCompare};
  const char* quantifier = subquery.quantifier == SubqueryPlan::kAny ? " ANY " : " ALL ";
  return Piece{operand + " " + std::string(ToString(subquery.op)) + quantifier + text, kCompare};
}

Result<Unparser::Piece> Unparser::Print(const Expr& expr, const Computed& computed) {
  const auto child = [&](int i, int strength) { return Part(expr.children()[i], computed, strength); };
  const auto postfix = [&](const char* words) -> Result<Piece> {
    ARROW_ASSIGN_OR_RAISE(const std::string operand, child(0, kCompare + 1));
    return Piece{operand + words, kCompare};
  };
  switch (expr.kind()) {
    case ExprKind::kColumn:
    case ExprKind::kOuterColumn: {
      const auto& column = expr->as<ColumnRef>();
      if (!column.relation) {
        const auto found = computed.find(column.name);
        if (found != computed.end()) {
          const Expr& inner = found->second.kind() == ExprKind::kAlias ? found->second.children()[0] : found->second;
          // Its own arguments may be other computed columns, never itself.
          Computed rest = computed;
          rest.erase(column.name);
          return Print(inner, rest);
        }
      }
      return Piece{(column.relation ? Name(*column.relation) + "." : "") + Name(column.name)};
    }
    case ExprKind::kLiteral: {
      ARROW_ASSIGN_OR_RAISE(std::string text, LiteralText(expr));
      return Piece{std::move(text)};
    }
    case ExprKind::kAlias: return Print(expr.children()[0], computed);  // Item writes the outermost name
    case ExprKind::kBinary: return Binary(expr, computed);
    case ExprKind::kNot: {
      ARROW_ASSIGN_OR_RAISE(const std::string operand, child(0, kNot));
      return Piece{"NOT " + operand, kNot};
    }
    case ExprKind::kNegative: {
      ARROW_ASSIGN_OR_RAISE(const std::string operand, child(0, kUnary + 1));
      return Piece{"-" + operand, kUnary};
    }
    case ExprKind::kIsNull: return postfix(" IS NULL");
    case ExprKind::kIsNotNull: return postfix(" IS NOT NULL");
    case ExprKind::kIsTrue: return postfix(" IS TRUE");
    case ExprKind::kIsNotTrue: return postfix(" IS NOT TRUE");
    case ExprKind::kIsFalse: return postfix(" IS FALSE");
    case ExprKind::kIsNotFalse: return postfix(" IS NOT FALSE");
    case ExprKind::kIsUnknown: return postfix(" IS UNKNOWN");
    case ExprKind::kIsNotUnknown: return postfix(" IS NOT UNKNOWN");
    case ExprKind::kBetween: {
      ARROW_ASSIGN_OR_RAISE(const std::string operand, child(0, kCompare + 1));
      ARROW_ASSIGN_OR_RAISE(const std::string low, child(1, kCompare + 1));
      ARROW_ASSIGN_OR_RAISE(const std::string high, child(2, kCompare + 1));
      return Wrapped(operand + (expr->as<Negated>().negated ? " NOT BETWEEN " : " BETWEEN ") + low + " AND " + high, kCompare);
    }
    case ExprKind::kInList: {
      ARROW_ASSIGN_OR_RAISE(const std::string operand, child(0, kCompare + 1));
      ARROW_ASSIGN_OR_RAISE(const std::string list, List({expr.children().begin() + 1, expr.children().end()}, computed));
      return Piece{operand + (expr->as<Negated>().negated ? " NOT IN (" : " IN (") + list + ")", kCompare};
    }
    case ExprKind::kLike: {
      const auto& like = expr->as<LikePattern>();
      ARROW_ASSIGN_OR_RAISE(const std::string operand, child(0, kCompare + 1));
      ARROW_ASSIGN_OR_RAISE(const std::string pattern, child(1, kCompare + 1));
      const char* word = like.dialect == LikePattern::kLike ? "LIKE " : like.dialect == LikePattern::kILike ? "ILIKE " : "SIMILAR TO ";
      std::string text = operand + (like.negated ? " NOT " : " ") + word + pattern;
      if (like.escape) text += " ESCAPE " + Quoted(std::string(1, *like.escape), '\'');
      return Piece{std::move(text), kCompare};
    }
    case ExprKind::kCase: {
      const auto& shape = expr->as<CaseShape>();
      std::string text = "CASE";
      size_t i = 0;
      const size_t end = expr.children().size() - (shape.has_else ? 1 : 0);
      if (shape.has_operand) {
        ARROW_ASSIGN_OR_RAISE(const std::string operand, Flat(expr.children()[i++], computed));
        text += " " + operand;
      }
      for (; i + 1 < end + 1 && i < end; i += 2) {
        ARROW_ASSIGN_OR_RAISE(const std::string when, Flat(expr.children()[i], computed));
        ARROW_ASSIGN_OR_RAISE(const std::string then, Flat(expr.children()[i + 1], computed));
        text += " WHEN " + when + " THEN " + then;
      }
      if (shape.has_else) {
        ARROW_ASSIGN_OR_RAISE(const std::string otherwise, Flat(expr.children().back(), computed));
        text += " ELSE " + otherwise;
      }
      return Piece{text + " END"};
    }
    case ExprKind::kCast:
    case ExprKind::kTryCast: {
      ARROW_ASSIGN_OR_RAISE(const std::string operand, Flat(expr.children()[0], computed));
      ARROW_ASSIGN_OR_RAISE(const std::string type, TypeText(*expr->as<CastTarget>().field->type()));
      return Piece{(expr.kind() == ExprKind::kCast ? "CAST(" : "TRY_CAST(") + operand + " AS " + type + ")"};
    }
    case ExprKind::kScalarFunction:
    case ExprKind::kAggregate:
    case ExprKind::kWindow: return Function(expr, computed);
    case ExprKind::kScalarSubquery:
    case ExprKind::kExists:
    case ExprKind::kInSubquery:
    case ExprKind::kSetComparison: return Subquery(expr, computed);
    case ExprKind::kPlaceholder: return Piece{expr->as<PlaceholderName>().id};
    case ExprKind::kUnnest: {
      ARROW_ASSIGN_OR_RAISE(const std::string operand, Flat(expr.children()[0], computed));
      return Piece{"UNNEST(" + operand + ")"};
    }
    case ExprKind::kGroupingSet: {
      const auto& shape = expr->as<GroupingShape>();
      std::string text = shape.kind == GroupingShape::kRollup ? "ROLLUP (" : shape.kind == GroupingShape::kCube ? "CUBE (" : "GROUPING SETS (";
      size_t at = 0;
      for (size_t set = 0; set < shape.lengths.size(); ++set) {
        const auto begin = expr.children().begin() + static_cast<std::ptrdiff_t>(at);
        ARROW_ASSIGN_OR_RAISE(const std::string list, List({begin, begin + shape.lengths[set]}, computed));
        at += static_cast<size_t>(shape.lengths[set]);
        text += (set > 0 ? ", " : "") + (shape.kind == GroupingShape::kSets || shape.lengths[set] != 1 ? "(" + list + ")" : list);
      }
      return Piece{text + ")"};
    }
    default: return Error(ErrorKind::kNotImplemented, "the expression ", expr.ToString(), " as SQL");
  }
}

}  // namespace bowstring::sql
