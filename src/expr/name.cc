// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/expr.h>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/function.h>

#include "expr/literal_text.h"
#include "functions/type_names.h"
#include "functions/value_text.h"

// Texts of expressions, as the peer's SchemaDisplay (column names) and Display (plans, str()) write them. Expressions may be a million
// terms deep, so a stack of pieces is worked off in place of recursion.

namespace bowstring {
namespace {

// The name that users know: Spark's functions stand beside SQL's of the same name in the registry, under a prefix.
template <typename Function>
std::string_view ShownName(const Function& function) {
  constexpr std::string_view kSpark = "spark_";
  std::string_view name = function.name();
  if (function.doc().family == "spark" && name.substr(0, kSpark.size()) == kSpark) name.remove_prefix(kSpark.size());
  return name;
}

// Above this depth functions don't name their calls themselves: they'd recurse.
constexpr int kMaxCallNameDepth = 500;

enum class Style { kName, kText };

struct Piece {
  std::string text;
  const Expr* expr = nullptr;
  bool parentheses = false;
};

int Precedence(BinaryOp op) {
  switch (op) {
    case BinaryOp::kOr: return 5;
    case BinaryOp::kAnd: return 10;
    case BinaryOp::kEq:
    case BinaryOp::kNotEq:
    case BinaryOp::kLtEq:
    case BinaryOp::kGtEq: return 15;
    case BinaryOp::kLt:
    case BinaryOp::kGt: return 20;
    case BinaryOp::kPlus:
    case BinaryOp::kMinus: return 30;
    case BinaryOp::kMultiply:
    case BinaryOp::kDivide:
    case BinaryOp::kIntDivide:
    case BinaryOp::kModulo: return 40;
    default: return 25;
  }
}

std::string_view IsSuffix(ExprKind kind) {
  switch (kind) {
    case ExprKind::kIsNull: return " IS NULL";
    case ExprKind::kIsNotNull: return " IS NOT NULL";
    case ExprKind::kIsTrue: return " IS TRUE";
    case ExprKind::kIsNotTrue: return " IS NOT TRUE";
    case ExprKind::kIsFalse: return " IS FALSE";
    case ExprKind::kIsNotFalse: return " IS NOT FALSE";
    case ExprKind::kIsUnknown: return " IS UNKNOWN";
    default: return " IS NOT UNKNOWN";
  }
}

std::string Relation(const std::optional<TableName>& relation) { return relation ? relation->ToString() + "." : ""; }

std::string_view NullText(NullTreatment nulls) {
  switch (nulls) {
    case NullTreatment::kRespect: return " RESPECT NULLS";
    case NullTreatment::kIgnore: return " IGNORE NULLS";
    default: return "";
  }
}

class Printer {
 public:
  explicit Printer(Style style) : style_(style) {}

  std::string Print(const Expr& root) {
    std::vector<Piece> stack;
    stack.push_back({"", &root, false});
    std::string out;
    while (!stack.empty()) {
      Piece piece = std::move(stack.back());
      stack.pop_back();
      if (!piece.expr) {
        out += piece.text;
        continue;
      }
      pieces_.clear();
      if (piece.parentheses) Add("(");
      Node(*piece.expr);
      if (piece.parentheses) Add(")");
      std::move(pieces_.rbegin(), pieces_.rend(), std::back_inserter(stack));
    }
    return out;
  }

 private:
  bool name() const { return style_ == Style::kName; }
  void Add(std::string_view text) {
    if (!pieces_.empty() && !pieces_.back().expr) {
      pieces_.back().text += text;
    } else {
      pieces_.push_back({std::string(text), nullptr, false});
    }
  }
  void Add(const Expr& expr, bool parentheses = false) { pieces_.push_back({"", &expr, parentheses}); }
  void AddList(const std::vector<Expr>& exprs, std::string_view between, size_t from = 0) {
    for (size_t i = from; i < exprs.size(); ++i) {
      if (i > from) Add(between);
      Add(exprs[i]);
    }
  }
  void AddKeys(const std::vector<SortKey>& keys) {
    for (size_t i = 0; i < keys.size(); ++i) {
      if (i > 0) Add(", ");
      Add(keys[i].expr);
      Add(keys[i].ascending ? " ASC" : " DESC");
      Add(keys[i].nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
  }
  void AddBinary(const ExprNode& node) {
    const BinaryOp op = node.as<BinaryOp>();
    const int precedence = Precedence(op);
    for (size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) Add(" " + std::string(ToString(op)) + " ");
      const Expr& child = node.children[i];
      Add(child, !name() && child.kind() == ExprKind::kBinary && Precedence(child->as<BinaryOp>()) < precedence);
    }
  }
  void AddCase(const ExprNode& node) {
    const auto& shape = node.as<CaseShape>();
    size_t i = 0;
    Add("CASE ");
    if (shape.has_operand) {
      Add(node.children[i++]);
      Add(" ");
    }
    const size_t end = node.children.size() - (shape.has_else ? 1 : 0);
    for (; i + 1 < end; i += 2) {
      Add("WHEN ");
      Add(node.children[i]);
      Add(" THEN ");
      Add(node.children[i + 1]);
      Add(" ");
    }
    if (shape.has_else) {
      Add("ELSE ");
      Add(node.children.back());
      Add(" ");
    }
    Add("END");
  }
  void AddLike(const ExprNode& node) {
    const auto& like = node.as<LikePattern>();
    Add(node.children[0]);
    Add(like.negated ? " NOT " : " ");
    Add(like.dialect == LikePattern::kLike ? "LIKE " : like.dialect == LikePattern::kILike ? "ILIKE " : "SIMILAR TO ");
    Add(node.children[1]);
    if (like.escape) Add(std::string(name() ? " CHAR '" : " ESCAPE '") + *like.escape + "'");
  }
  void AddMetadata(const std::shared_ptr<const arrow::KeyValueMetadata>& metadata) {
    if (!metadata || metadata->size() == 0) return;
    std::string text;
    for (const auto& [key, value] : metadata->sorted_pairs()) text += (text.empty() ? "\"" : ", \"") + key + "\": \"" + value + "\"";
    Add(" FieldMetadata { inner: {" + text + "} }");
  }
  void AddFilter(const std::optional<Expr>& filter) {
    if (!filter) return;
    // The peer shows filters and orders of aggregates as plans do, in names too.
    if (name()) return Add(" FILTER (WHERE " + filter->ToString() + ")");
    Add(" FILTER (WHERE ");
    Add(*filter);
    Add(")");
  }
  void AddAggregate(const ExprNode& node) {
    const auto& call = node.as<AggregateCall>();
    // The value that WITHIN GROUP orders by is an argument too, and printed once.
    const bool within = call.function->ordered_set() && !call.order_by.empty();
    const bool repeated = within && node.children.size() > 1 && node.children[0].Equals(call.order_by[0].expr);
    Add(ShownName(*call.function));
    Add(call.distinct && call.function->name() != "spark_collect_set" ? "(DISTINCT " : "(");
    AddList(node.children, name() ? "," : ", ", name() && repeated ? 1 : 0);
    Add(")");
    Add(NullText(call.nulls));
    AddFilter(call.filter);
    if (!call.order_by.empty()) {
      Add(within && name() ? " WITHIN GROUP [" : " ORDER BY [");
      if (name()) {
        std::string keys;
        for (const auto& key : call.order_by) keys += (keys.empty() ? "" : ", ") + key.ToString();
        Add(std::move(keys));
      } else {
        AddKeys(call.order_by);
      }
      Add("]");
    }
  }
  void AddWindow(const ExprNode& node) {
    const auto& call = node.as<WindowCall>();
    Add(call.aggregate ? ShownName(*call.aggregate) : ShownName(*call.function));
    Add(call.distinct ? "(DISTINCT " : "(");
    AddList(node.children, name() && !call.aggregate ? "," : ", ");
    Add(")");
    Add(NullText(call.nulls));
    AddFilter(call.filter);
    if (!call.partition_by.empty()) {
      Add(" PARTITION BY [");
      AddList(call.partition_by, ", ");
      Add("]");
    }
    if (!call.order_by.empty()) {
      // The peer shows these keys as plans do, with their casts.
      std::string keys;
      for (const auto& key : call.order_by) keys += (keys.empty() ? "" : ", ") + key.ToString();
      Add(" ORDER BY [" + keys + "]");
    }
    Add(" " + call.frame.ToString());
  }
  void AddGrouping(const ExprNode& node) {
    const auto& shape = node.as<GroupingShape>();
    if (shape.kind != GroupingShape::kSets) {
      Add(shape.kind == GroupingShape::kRollup ? "ROLLUP (" : "CUBE (");
      AddList(node.children, ", ");
      Add(")");
      return;
    }
    Add("GROUPING SETS (");
    size_t at = 0;
    for (size_t s = 0; s < shape.lengths.size(); ++s) {
      Add(s > 0 ? ", (" : "(");
      for (int i = 0; i < shape.lengths[s]; ++i) {
        if (i > 0) Add(", ");
        Add(node.children[at++]);
      }
      Add(")");
    }
    Add(")");
  }
  void AddSubquery(ExprKind kind, const ExprNode& node) {
    const auto& subquery = node.as<SubqueryPlan>();
    const std::string no = subquery.negated ? "NOT " : "";
    if (name()) {
      if (kind == ExprKind::kExists) return Add(no + "EXISTS");
      if (kind == ExprKind::kInSubquery) return Add(no + "IN");
      if (kind == ExprKind::kScalarSubquery) return Add(subquery.field ? subquery.field->name() : "(<subquery>)");
    }
    if (kind == ExprKind::kExists) return Add(no + "EXISTS (<subquery>)");
    if (kind == ExprKind::kScalarSubquery) return Add("(<subquery>)");
    Add(node.children[0]);
    if (kind == ExprKind::kInSubquery) return Add(" " + no + "IN (<subquery>)");
    Add(" " + std::string(ToString(subquery.op)) + (subquery.quantifier == SubqueryPlan::kAny ? " ANY (<subquery>)" : " ALL (<subquery>)"));
  }
  void AddCall(const ExprNode& node) {
    const auto& function = *node.as<ScalarCall>().function;
    if (name() && node.depth <= kMaxCallNameDepth) {
      if (auto text = function.CallName(node.children)) return Add(*text);
    }
    Add(ShownName(function));
    Add("(");
    AddList(node.children, name() ? "," : ", ");
    Add(")");
  }

  void Node(const Expr& expr) {
    const ExprNode& node = expr.node();
    switch (node.kind) {
      case ExprKind::kColumn: {
        const auto& column = node.as<ColumnRef>();
        return Add(Relation(column.relation) + column.name);
      }
      case ExprKind::kLiteral: {
        const auto& value = node.as<LiteralValue>().value;
        Add(value ? LiteralText(*value) : "NULL");
        if (!name()) AddMetadata(node.as<LiteralValue>().metadata);
        return;
      }
      case ExprKind::kAlias: {
        const auto& alias = node.as<AliasName>();
        if (!name()) {
          Add(node.children[0]);
          Add(" AS ");
        }
        return Add(Relation(alias.relation) + alias.name);
      }
      case ExprKind::kBinary: return AddBinary(node);
      case ExprKind::kNot:
        Add("NOT ");
        return Add(node.children[0]);
      case ExprKind::kNegative:
        Add("(- ");
        Add(node.children[0]);
        return Add(")");
      case ExprKind::kIsNull:
      case ExprKind::kIsNotNull:
      case ExprKind::kIsTrue:
      case ExprKind::kIsNotTrue:
      case ExprKind::kIsFalse:
      case ExprKind::kIsNotFalse:
      case ExprKind::kIsUnknown:
      case ExprKind::kIsNotUnknown:
        Add(node.children[0]);
        return Add(IsSuffix(node.kind));
      case ExprKind::kBetween:
        Add(node.children[0]);
        Add(node.as<Negated>().negated ? " NOT BETWEEN " : " BETWEEN ");
        Add(node.children[1]);
        Add(" AND ");
        return Add(node.children[2]);
      case ExprKind::kInList:
        Add(node.children[0]);
        Add(node.as<Negated>().negated ? " NOT IN " : " IN ");
        if (!name()) Add("([");
        AddList(node.children, ", ", 1);
        if (!name()) Add("])");
        return;
      case ExprKind::kLike: return AddLike(node);
      case ExprKind::kCase: return AddCase(node);
      case ExprKind::kCast:
      case ExprKind::kTryCast:
        if (name()) return Add(node.children[0]);
        Add(node.kind == ExprKind::kCast ? "CAST(" : "TRY_CAST(");
        Add(node.children[0]);
        return Add(" AS " + TypeName(*node.as<CastTarget>().field->type()) + ")");
      case ExprKind::kScalarFunction: return AddCall(node);
      case ExprKind::kAggregate: return AddAggregate(node);
      case ExprKind::kWindow: return AddWindow(node);
      case ExprKind::kWildcard: return Add(Relation(node.as<WildcardShape>().qualifier) + "*");
      case ExprKind::kPlaceholder: return Add(node.as<PlaceholderName>().id);
      case ExprKind::kScalarSubquery:
      case ExprKind::kExists:
      case ExprKind::kInSubquery:
      case ExprKind::kSetComparison: return AddSubquery(node.kind, node);
      case ExprKind::kOuterColumn: {
        const auto& column = node.as<ColumnRef>();
        return Add("outer_ref(" + Relation(column.relation) + column.name + ")");
      }
      case ExprKind::kGroupingSet: return AddGrouping(node);
      case ExprKind::kLambda: {
        std::string names;
        for (const auto& parameter : node.as<LambdaShape>().parameters) names += (names.empty() ? "" : ", ") + parameter;
        Add("(" + names + ") -> ");
        return Add(node.children[0]);
      }
      case ExprKind::kLambdaVariable: return Add(node.as<ColumnRef>().name);
      case ExprKind::kUnnest:
        Add("UNNEST(");
        Add(node.children[0]);
        return Add(")");
      case ExprKind::kSlot: {
        const auto& slot = node.as<SlotRef>().slot;
        return Add(slot && slot->field && name() ? slot->field->name() : "(<subquery>)");
      }
    }
  }

  Style style_;
  std::vector<Piece> pieces_;
};

// "1 day", "2 months": a frame's interval in the words that people write it with.
std::string IntervalWords(const std::string& text) {
  std::string out, count;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    std::string word = text.substr(at, end - at);
    if (word == "mons") word = "months";
    if (word == "mins") word = "minutes";
    if (word == "secs") word = "seconds";
    if (count == "1" && word.size() > 1 && word.back() == 's') word.pop_back();
    count = word;
    out += (out.empty() ? "" : " ") + word;
    at = end + 1;
  }
  return out;
}

std::string BoundText(const FrameBound& bound) {
  std::string offset = bound.offset ? ScalarText(*bound.offset).ValueOr("") : "";
  if (bound.offset && arrow::is_interval(bound.offset->type->id())) offset = IntervalWords(offset);
  switch (bound.kind) {
    case FrameBound::kUnboundedPreceding: return "UNBOUNDED PRECEDING";
    case FrameBound::kPreceding: return offset + " PRECEDING";
    case FrameBound::kCurrentRow: return "CURRENT ROW";
    case FrameBound::kFollowing: return offset + " FOLLOWING";
    default: return "UNBOUNDED FOLLOWING";
  }
}

}  // namespace

std::string TableName::ToString() const {
  std::string out;
  if (!catalog.empty()) out += catalog + ".";
  if (!schema.empty()) out += schema + ".";
  return out + table;
}

std::string Expr::name() const { return Printer(Style::kName).Print(*this); }
std::string Expr::ToString() const { return Printer(Style::kText).Print(*this); }

std::string SortKey::ToString() const {
  return expr.ToString() + (ascending ? " ASC" : " DESC") + (nulls_first ? " NULLS FIRST" : " NULLS LAST");
}

std::string WindowFrame::ToString() const {
  const char* unit = units == FrameUnits::kRows ? "ROWS" : units == FrameUnits::kRange ? "RANGE" : "GROUPS";
  std::string out = std::string(unit) + " BETWEEN " + BoundText(start) + " AND " + BoundText(end);
  switch (exclude) {
    case FrameExclude::kCurrentRow: return out + " EXCLUDE CURRENT ROW";
    case FrameExclude::kGroup: return out + " EXCLUDE GROUP";
    case FrameExclude::kTies: return out + " EXCLUDE TIES";
    default: return out;
  }
}

std::pair<std::optional<TableName>, std::string> OutputName(const Expr& expr) {
  if (expr.kind() == ExprKind::kColumn || expr.kind() == ExprKind::kOuterColumn) {
    const auto& column = expr->as<ColumnRef>();
    return {column.relation, column.name};
  }
  if (expr.kind() == ExprKind::kAlias) {
    const auto& alias = expr->as<AliasName>();
    return {alias.relation, alias.name};
  }
  return {std::nullopt, expr.name()};
}

std::string_view ToString(BinaryOp op) {
  switch (op) {
    case BinaryOp::kAnd: return "AND";
    case BinaryOp::kOr: return "OR";
    case BinaryOp::kEq: return "=";
    case BinaryOp::kNotEq: return "!=";
    case BinaryOp::kLt: return "<";
    case BinaryOp::kLtEq: return "<=";
    case BinaryOp::kGt: return ">";
    case BinaryOp::kGtEq: return ">=";
    case BinaryOp::kIsDistinctFrom: return "IS DISTINCT FROM";
    case BinaryOp::kIsNotDistinctFrom: return "IS NOT DISTINCT FROM";
    case BinaryOp::kPlus: return "+";
    case BinaryOp::kMinus: return "-";
    case BinaryOp::kMultiply: return "*";
    case BinaryOp::kDivide: return "/";
    case BinaryOp::kModulo: return "%";
    case BinaryOp::kIntDivide: return "DIV";
    case BinaryOp::kConcat: return "||";
    case BinaryOp::kBitAnd: return "&";
    case BinaryOp::kBitOr: return "|";
    case BinaryOp::kBitXor: return "BIT_XOR";
    case BinaryOp::kShiftLeft: return "<<";
    case BinaryOp::kShiftRight: return ">>";
    case BinaryOp::kRegexMatch: return "~";
    case BinaryOp::kRegexIMatch: return "~*";
    case BinaryOp::kRegexNotMatch: return "!~";
    case BinaryOp::kRegexNotIMatch: return "!~*";
    case BinaryOp::kAtArrow: return "@>";
    case BinaryOp::kArrowAt: return "<@";
    case BinaryOp::kArrow: return "->";
    case BinaryOp::kLongArrow: return "->>";
  }
  return "?";
}

}  // namespace bowstring
