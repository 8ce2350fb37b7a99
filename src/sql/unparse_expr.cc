// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sql/unparse.h"

#include <charconv>
#include <cmath>

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/string.h>

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

// As Postgres and those after it read it: what isn't 0, in words.
std::string IntervalWords(const arrow::MonthDayNanoIntervalType::MonthDayNanos& interval) {
  std::string text;
  const auto add = [&](int64_t count, const char* unit) {
    if (count != 0) text += (text.empty() ? "" : " ") + std::to_string(count) + unit;
  };
  add(interval.months, " MONS");
  add(interval.days, " DAYS");
  constexpr int64_t kSecond = 1000000000, kMinute = 60 * kSecond, kHour = 60 * kMinute;
  add(interval.nanoseconds / kHour, " HOURS");
  add(interval.nanoseconds % kHour / kMinute, " MINS");
  if (const int64_t rest = interval.nanoseconds % kMinute; rest != 0) {
    const std::string fraction = std::to_string(std::abs(rest % kSecond));
    text += (text.empty() ? "" : " ") + std::string(rest < 0 ? "-" : "") + std::to_string(std::abs(rest / kSecond)) + "." +
            std::string(9 - fraction.size(), '0') + fraction + " SECS";
  }
  return text.empty() ? "0 SECS" : text;
}

// One number of one unit is all that MySQL reads.
Result<std::string> MySqlInterval(const arrow::MonthDayNanoIntervalType::MonthDayNanos& interval) {
  const int parts = (interval.months != 0) + (interval.days != 0) + (interval.nanoseconds != 0);
  if (parts > 1) return Error(ErrorKind::kNotImplemented, "an interval of months, days and time as MySQL's SQL");
  if (interval.months != 0) return "INTERVAL " + std::to_string(interval.months) + " MONTH";
  if (interval.nanoseconds == 0) return "INTERVAL " + std::to_string(interval.days) + " DAY";
  static constexpr std::pair<int64_t, const char*> kUnits[] = {
      {3600000000000, " HOUR"}, {60000000000, " MINUTE"}, {1000000000, " SECOND"}, {1000, " MICROSECOND"}};
  for (const auto& [size, unit] : kUnits) {
    if (interval.nanoseconds % size == 0) return "INTERVAL " + std::to_string(interval.nanoseconds / size) + unit;
  }
  return Error(ErrorKind::kNotImplemented, "an interval of nanoseconds as MySQL's SQL");
}

// The shortest digits that read back as the number, never with an exponent, which would make another type of it in some dialects.
std::string FloatDigits(const arrow::Scalar& value) {
  std::string text(400, '\0');
  std::to_chars_result end{};
  if (value.type->id() == arrow::Type::FLOAT) {
    const float number = static_cast<const arrow::FloatScalar&>(value).value;
    if (!std::isfinite(number)) return value.ToString();
    end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  } else {
    const double number = static_cast<const arrow::DoubleScalar&>(value).value;
    if (!std::isfinite(number)) return value.ToString();
    end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  }
  text.resize(static_cast<size_t>(end.ptr - text.data()));
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

std::optional<std::string> TextOf(const Expr& expr) {
  if (expr.kind() != ExprKind::kLiteral) return std::nullopt;
  const arrow::Scalar& value = *expr->as<LiteralValue>().value;
  if (!value.is_valid || !arrow::is_base_binary_like(value.type->id())) return std::nullopt;
  return std::string(static_cast<const arrow::BaseBinaryScalar&>(value).view());
}

// A part of a date or time that the dialects without date_part() have another name for; null: none.
struct DatePart {
  const char *part, *mysql, *sqlite;
};
const DatePart* FindDatePart(const Expr& expr) {
  static constexpr DatePart kParts[] = {{"year", "YEAR", "%Y"}, {"month", "MONTH", "%m"},   {"day", "DAY", "%d"},
                                        {"hour", "HOUR", "%H"}, {"minute", "MINUTE", "%M"}, {"second", "SECOND", "%S"}};
  std::string name = TextOf(expr).value_or("");
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const DatePart& part : kParts) {
    if (name == part.part) return &part;
  }
  return nullptr;
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
    case arrow::Type::FLOAT: return "FLOAT";
    case arrow::Type::DOUBLE: return postgres ? "DOUBLE PRECISION" : "DOUBLE";
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW: return mysql ? "CHAR" : "VARCHAR";
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW: return postgres ? "BYTEA" : "BLOB";
    case arrow::Type::DATE32:
    case arrow::Type::DATE64: return options_.dialect == SqlDialect::kSqlite ? "TEXT" : "DATE";
    case arrow::Type::TIME32:
    case arrow::Type::TIME64: return "TIME";
    case arrow::Type::TIMESTAMP: {
      if (mysql) return "DATETIME";
      if (options_.dialect == SqlDialect::kSqlite) return "TEXT";
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
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW: {
      std::string hex = arrow::HexEncode(static_cast<const arrow::BaseBinaryScalar&>(value).view());
      std::transform(hex.begin(), hex.end(), hex.begin(), [](unsigned char c) { return std::tolower(c); });
      return "X'" + hex + "'";
    }
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE: return FloatDigits(value);
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
      if (options_.dialect == SqlDialect::kMySql) return MySqlInterval(interval);
      return "INTERVAL '" + IntervalWords(interval) + "'";
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
  if (options_.dialect == SqlDialect::kMySql && (op == BinaryOp::kIsDistinctFrom || op == BinaryOp::kIsNotDistinctFrom)) {
    ARROW_ASSIGN_OR_RAISE(const std::string left, Part(expr.children()[0], computed, kCompare + 1));
    ARROW_ASSIGN_OR_RAISE(const std::string right, Part(expr.children()[1], computed, kCompare + 1));
    Piece same = Wrapped(left + " <=> " + right, kCompare);
    if (op == BinaryOp::kIsNotDistinctFrom) return same;
    return Wrapped("NOT " + (same.strength < kNot ? "(" + same.text + ")" : same.text), kNot);
  }
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

Result<Unparser::Piece> Unparser::Scalar(const Expr& expr, const Computed& computed) {
  const std::string& name = expr->as<ScalarCall>().function->name();
  const SqlDialect dialect = options_.dialect;
  const std::vector<Expr>& arguments = expr.children();
  if (name == "date_part" && arguments.size() == 2 && (dialect == SqlDialect::kMySql || dialect == SqlDialect::kSqlite)) {
    if (const DatePart* part = FindDatePart(arguments[0])) {
      ARROW_ASSIGN_OR_RAISE(const std::string value, Flat(arguments[1], computed));
      if (dialect == SqlDialect::kMySql) return Piece{"EXTRACT(" + std::string(part->mysql) + " FROM " + value + ")"};
      return Piece{"strftime('" + std::string(part->sqlite) + "', " + value + ")"};
    }
  }
  if (name == "named_struct") {
    std::string fields;
    size_t i = 0;
    for (; i + 1 < arguments.size(); i += 2) {
      const std::optional<std::string> field = TextOf(arguments[i]);
      if (!field) break;
      ARROW_ASSIGN_OR_RAISE(const std::string value, Flat(arguments[i + 1], computed));
      fields += (i == 0 ? "" : ", ") + Name(*field) + ": " + value;
    }
    if (i > 0 && i == arguments.size()) return Piece{"{" + fields + "}"};
  }
  ARROW_ASSIGN_OR_RAISE(std::string list, List(arguments, computed));
  if (name == "make_array") return Piece{(dialect == SqlDialect::kPostgres ? "ARRAY[" : "[") + list + "]"};
  if (name == "character_length" && (dialect == SqlDialect::kSqlite || dialect == SqlDialect::kDuckDb)) return Piece{"length(" + list + ")"};
  if (name == "round" && dialect == SqlDialect::kPostgres) {  // Postgres rounds to places only what is numeric
    ARROW_ASSIGN_OR_RAISE(const std::string value, Flat(arguments[0], computed));
    ARROW_ASSIGN_OR_RAISE(const std::string places, List({arguments.begin() + 1, arguments.end()}, computed));
    return Piece{"round(CAST(" + value + " AS NUMERIC)" + (places.empty() ? "" : ", " + places) + ")"};
  }
  return Piece{name + "(" + list + ")"};
}

Result<Unparser::Piece> Unparser::Function(const Expr& expr, const Computed& computed) {
  if (expr.kind() == ExprKind::kScalarFunction) return Scalar(expr, computed);
  ARROW_ASSIGN_OR_RAISE(std::string arguments, List(expr.children(), computed));
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
