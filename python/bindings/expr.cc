// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <map>
#include <optional>
#include <string>

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <arrow/array.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/util.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include <bowstring/expr.h>
#include <bowstring/function.h>
#include <bowstring/unparser.h>

#include "arrow_capsule.h"
#include "arrow_to_python.h"
#include "bind.h"
#include "core_expr.h"
#include "core_types.h"
#include "python_to_arrow.h"
#include "status.h"
#include "udf_call.h"

namespace bowstring::python {
namespace {

using Metadata = std::optional<std::map<std::string, std::string>>;

std::shared_ptr<const arrow::KeyValueMetadata> ToMetadata(const Metadata& metadata) {
  if (!metadata || metadata->empty()) return nullptr;
  auto pairs = std::make_shared<arrow::KeyValueMetadata>();
  for (const auto& [key, value] : *metadata) pairs->Append(key, value);
  return pairs;
}

BinaryOp ToOp(const std::string& text) {
  for (int i = 0; i <= static_cast<int>(BinaryOp::kLongArrow); ++i) {
    if (ToString(static_cast<BinaryOp>(i)) == text) return static_cast<BinaryOp>(i);
  }
  throw nb::value_error(("unknown operator `" + text + "`").c_str());
}

ExprKind UnaryKind(const std::string& name) {
  static const std::map<std::string, ExprKind> kKinds = {{"Not", ExprKind::kNot},
                                                         {"Negative", ExprKind::kNegative},
                                                         {"IsNull", ExprKind::kIsNull},
                                                         {"IsNotNull", ExprKind::kIsNotNull},
                                                         {"IsTrue", ExprKind::kIsTrue},
                                                         {"IsNotTrue", ExprKind::kIsNotTrue},
                                                         {"IsFalse", ExprKind::kIsFalse},
                                                         {"IsNotFalse", ExprKind::kIsNotFalse},
                                                         {"IsUnknown", ExprKind::kIsUnknown},
                                                         {"IsNotUnknown", ExprKind::kIsNotUnknown},
                                                         {"Unnest", ExprKind::kUnnest}};
  auto found = kKinds.find(name);
  if (found == kKinds.end()) throw nb::value_error(("unknown expression `" + name + "`").c_str());
  return found->second;
}

// A Python value, an Arrow array of one value, or one of several as a list.
std::shared_ptr<arrow::Scalar> LiteralScalar(nb::handle value, const std::optional<PyDataType>& type) {
  if (type) return ToScalar(value, type->type);
  if (PyUnicode_Check(value.ptr())) return ToScalar(value, arrow::utf8_view());  // as the peer's
  if (!Has(value, "__arrow_c_array__")) return ToScalar(value);
  auto array = ToArray(value);
  if (array->length() == 1) return Unwrap(array->GetScalar(0));
  return std::make_shared<arrow::ListScalar>(array, arrow::list(array->type()));
}

const char* VariantName(const Expr& expr) {
  switch (expr.kind()) {
    case ExprKind::kColumn:
      return "Column";
    case ExprKind::kLiteral:
      return "Literal";
    case ExprKind::kAlias:
      return "Alias";
    case ExprKind::kBinary:
      return "BinaryExpr";
    case ExprKind::kNot:
      return "Not";
    case ExprKind::kNegative:
      return "Negative";
    case ExprKind::kIsNull:
      return "IsNull";
    case ExprKind::kIsNotNull:
      return "IsNotNull";
    case ExprKind::kIsTrue:
      return "IsTrue";
    case ExprKind::kIsNotTrue:
      return "IsNotTrue";
    case ExprKind::kIsFalse:
      return "IsFalse";
    case ExprKind::kIsNotFalse:
      return "IsNotFalse";
    case ExprKind::kIsUnknown:
      return "IsUnknown";
    case ExprKind::kIsNotUnknown:
      return "IsNotUnknown";
    case ExprKind::kBetween:
      return "Between";
    case ExprKind::kInList:
      return "InList";
    case ExprKind::kLike:
      return expr->as<LikePattern>().dialect == LikePattern::kSimilarTo ? "RLike" : "Like";  // the peer's names
    case ExprKind::kCase:
      return "Case";
    case ExprKind::kCast:
      return "Cast";
    case ExprKind::kTryCast:
      return "TryCast";
    case ExprKind::kScalarFunction:
      return "ScalarFunction";
    case ExprKind::kAggregate:
      return "AggregateFunction";
    case ExprKind::kWindow:
      return "WindowFunction";
    case ExprKind::kWildcard:
      return "Wildcard";
    case ExprKind::kPlaceholder:
      return "Placeholder";
    case ExprKind::kScalarSubquery:
      return "ScalarSubquery";
    case ExprKind::kExists:
      return "Exists";
    case ExprKind::kInSubquery:
      return "InSubquery";
    case ExprKind::kSetComparison:
      return "SetComparison";
    case ExprKind::kOuterColumn:
      return "OuterReferenceColumn";
    case ExprKind::kGroupingSet:
      return "GroupingSet";
    case ExprKind::kLambda:
      return "Lambda";
    case ExprKind::kLambdaVariable:
      return "LambdaVariable";
    case ExprKind::kUnnest:
      return "Unnest";
    case ExprKind::kSlot:
      return "Slot";
  }
  return "Unknown";
}

// A date, time or timestamp as Arrow's number of its unit; None for other values.
nb::object Number(const arrow::Array& value) {
  if (value.IsNull(0)) return nb::none();
  switch (value.type_id()) {
    case arrow::Type::DATE32:
    case arrow::Type::TIME32:
      return nb::cast(value.data()->GetValues<int32_t>(1)[0]);
    case arrow::Type::DATE64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DURATION:
      return nb::cast(value.data()->GetValues<int64_t>(1)[0]);
    default:
      return nb::none();
  }
}

// Of a test that has a negated form, NOT is that form.
Expr Negation(const Expr& test) {
  if (test.kind() == ExprKind::kInList) return MakeExpr(ExprKind::kInList, test.children(), Negated{!test->as<Negated>().negated});
  if (test.kind() != ExprKind::kLike) return MakeExpr(ExprKind::kNot, {test});
  LikePattern pattern = test->as<LikePattern>();
  pattern.negated = !pattern.negated;
  return MakeExpr(ExprKind::kLike, test.children(), std::move(pattern));
}

// What a node has beside its children, by name; only what its kind knows.
nb::dict Facts(const Expr& expr) {
  nb::dict out;
  const auto& data = expr->data;
  if (const auto* column = std::get_if<ColumnRef>(&data)) {
    out["name"] = column->name;
    out["relation"] = column->relation ? nb::cast(column->relation->ToString()) : nb::none();
  } else if (const auto* literal = std::get_if<LiteralValue>(&data)) {
    auto array = Unwrap(arrow::MakeArrayFromScalar(*literal->value, 1));
    out["number"] = Number(*array);
    const bool bytes = arrow::is_binary_like(literal->value->type->id()) && !arrow::is_string(literal->value->type->id());
    out["text"] = !literal->value->is_valid ? "NULL" : bytes ? "" : literal->value->ToString();  // bytes are no text
    out["value"] = PyArray{std::move(array)};
  } else if (const auto* alias = std::get_if<AliasName>(&data)) {
    out["name"] = alias->name;
  } else if (const auto* op = std::get_if<BinaryOp>(&data)) {
    out["op"] = std::string(ToString(*op));
  } else if (const auto* negated = std::get_if<Negated>(&data)) {
    out["negated"] = negated->negated;
  } else if (const auto* like = std::get_if<LikePattern>(&data)) {
    out["negated"] = like->negated;
    out["operator"] = like->dialect == LikePattern::kSimilarTo ? "similar to" : like->dialect == LikePattern::kILike ? "ilike" : "like";
    out["escape"] = like->escape ? nb::cast(std::string(1, *like->escape)) : nb::none();
  } else if (const auto* shape = std::get_if<CaseShape>(&data)) {
    out["has_operand"] = shape->has_operand;
    out["has_else"] = shape->has_else;
  } else if (const auto* target = std::get_if<CastTarget>(&data)) {
    out["type"] = PyDataType{target->field->type()};
  } else if (const auto* call = std::get_if<ScalarCall>(&data)) {
    out["name"] = call->function->name();
    out["bridge"] = BridgeOf(call->function);
  } else if (const auto* aggregate = std::get_if<AggregateCall>(&data)) {
    out["name"] = aggregate->function->name();
    out["bridge"] = BridgeOf(aggregate->function);
    out["distinct"] = aggregate->distinct;
    out["filter"] = aggregate->filter ? nb::cast(*aggregate->filter) : nb::none();
    out["order_by"] = nb::cast(aggregate->order_by);
    out["nulls"] = static_cast<int>(aggregate->nulls);
  } else if (const auto* window = std::get_if<WindowCall>(&data)) {
    out["name"] = window->aggregate ? window->aggregate->name() : window->function->name();
    out["kind"] = window->aggregate ? "aggregate" : "window";
    out["bridge"] = window->aggregate ? BridgeOf(window->aggregate) : BridgeOf(window->function);
    out["distinct"] = window->distinct;
    out["filter"] = window->filter ? nb::cast(*window->filter) : nb::none();
    out["nulls"] = static_cast<int>(window->nulls);
    out["partition_by"] = FromExprs(window->partition_by);
    out["order_by"] = nb::cast(window->order_by);
    out["frame"] = window->frame;
  } else if (const auto* placeholder = std::get_if<PlaceholderName>(&data)) {
    out["id"] = placeholder->id;
  } else if (const auto* subquery = std::get_if<SubqueryPlan>(&data)) {
    out["negated"] = subquery->negated;
    out["plan"] = subquery->plan ? nb::cast(Plan(subquery->plan)) : nb::none();
  } else if (const auto* lambda = std::get_if<LambdaShape>(&data)) {
    out["parameters"] = lambda->parameters;
  }
  return out;
}

// The same aggregate, or window, with what is given changed.
Expr WithOptions(const Expr& expr, std::optional<bool> distinct, nb::object filter, nb::object order_by,
                 nb::object partition_by, std::optional<WindowFrame> frame, std::optional<int> nulls) {
  auto change = [&](auto call) {
    if (distinct) call.distinct = *distinct;
    if (!filter.is_none()) call.filter = nb::cast<Expr>(filter);
    if (!order_by.is_none()) call.order_by = ToSortKeys(order_by);
    if (nulls) call.nulls = static_cast<NullTreatment>(*nulls);
    return call;
  };
  if (expr.kind() == ExprKind::kAggregate) {
    return MakeExpr(ExprKind::kAggregate, expr.children(), change(expr->as<AggregateCall>()));
  }
  if (expr.kind() != ExprKind::kWindow) throw nb::type_error("only an aggregate or window function has these options");
  auto call = change(expr->as<WindowCall>());
  if (!partition_by.is_none()) call.partition_by = ToExprs(partition_by);
  if (frame) call.frame = *frame;
  return MakeExpr(ExprKind::kWindow, expr.children(), std::move(call));
}

// The aggregate over a window, which takes its options along.
Expr Over(const Expr& expr) {
  if (expr.kind() == ExprKind::kWindow) return expr;
  if (expr.kind() != ExprKind::kAggregate) throw nb::type_error("Must use an aggregate or window function");
  const auto& call = expr->as<AggregateCall>();
  WindowCall window;
  window.aggregate = call.function;
  window.order_by = call.order_by;
  window.nulls = call.nulls;
  window.distinct = call.distinct;
  window.filter = call.filter;
  return MakeExpr(ExprKind::kWindow, expr.children(), std::move(window));
}

}  // namespace

std::vector<Expr> ToExprs(nb::handle iterable) {
  std::vector<Expr> out;
  for (nb::handle item : nb::iter(iterable)) out.push_back(nb::cast<Expr>(item));
  return out;
}

std::vector<SortKey> ToSortKeys(nb::handle iterable) {
  std::vector<SortKey> out;
  for (nb::handle item : nb::iter(iterable)) out.push_back(nb::cast<SortKey>(item));
  return out;
}

nb::list FromExprs(const std::vector<Expr>& exprs) {
  nb::list out;
  for (const auto& expr : exprs) out.append(expr);
  return out;
}

void bind_expr(nb::module_& m) {
  nb::class_<Expr>(m, "Expr", "An expression as written. Immutable, thread-safe.")
      .def_static(
          "column", [](const std::string& name) { return Column(name); }, nb::arg("name"), "By exact name.")
      .def_static(
          "qualified_column",
          [](const std::string& table, const std::string& name) {
            return Column(TableName{"", "", table}, name);
          },
          nb::arg("table"), nb::arg("name"))
      .def_static(
          "col", [](const std::string& text) { return Col(text); }, nb::arg("text"), "By text as in SQL.")
      .def_static(
          "literal",
          [](nb::object value, std::optional<PyDataType> type, const Metadata& metadata) {
            auto scalar = LiteralScalar(value, type);
            auto pairs = ToMetadata(metadata);
            return pairs ? MakeExpr(ExprKind::kLiteral, {}, LiteralValue{std::move(scalar), std::move(pairs)})
                         : Literal(std::move(scalar));
          },
          nb::arg("value").none(), nb::arg("type") = nb::none(), nb::arg("metadata") = nb::none())
      .def_static(
          "binary",
          [](const std::string& op, const Expr& left, const Expr& right) { return Binary(ToOp(op), left, right); },
          nb::arg("op"), nb::arg("left"), nb::arg("right"))
      .def_static(
          "unary", [](const std::string& kind, const Expr& child) { return kind == "Not" ? Negation(child) : MakeExpr(UnaryKind(kind), {child}); },
          nb::arg("kind"), nb::arg("child"), "Kind by its variant name: Not, IsNull, ...")
      .def_static(
          "between",
          [](const Expr& expr, const Expr& low, const Expr& high, bool negated) {
            return Between(expr, low, high, negated);
          },
          nb::arg("expr"), nb::arg("low"), nb::arg("high"), nb::arg("negated") = false)
      .def_static(
          "in_list",
          [](const Expr& expr, nb::object list, bool negated) { return InList(expr, ToExprs(list), negated); },
          nb::arg("expr"), nb::arg("list"), nb::arg("negated") = false)
      .def_static(
          "like",
          [](const Expr& expr, const Expr& pattern, bool negated, bool ignore_case, bool similar) {
            LikePattern shape;
            shape.negated = negated;
            shape.dialect = similar ? LikePattern::kSimilarTo : ignore_case ? LikePattern::kILike : LikePattern::kLike;
            return MakeExpr(ExprKind::kLike, {expr, pattern}, shape);
          },
          nb::arg("expr"), nb::arg("pattern"), nb::arg("negated") = false, nb::arg("ignore_case") = false,
          nb::arg("similar") = false)
      .def_static(
          "case",
          [](nb::object operand, nb::object branches, nb::object otherwise) {
            std::vector<Expr> children;
            if (!operand.is_none()) children.push_back(nb::cast<Expr>(operand));
            for (nb::handle branch : nb::iter(branches)) children.push_back(nb::cast<Expr>(branch));
            if (!otherwise.is_none()) children.push_back(nb::cast<Expr>(otherwise));
            return Case(CaseShape{!operand.is_none(), !otherwise.is_none()}, std::move(children));
          },
          nb::arg("operand").none(), nb::arg("branches"), nb::arg("otherwise").none(),
          "Branches: when, then, when, then, ...")
      .def_static(
          "cast_to",
          [](const Expr& expr, const PyDataType& type, bool safe) {
            return safe ? TryCast(expr, type.type) : Cast(expr, type.type);
          },
          nb::arg("expr"), nb::arg("type"), nb::arg("safe") = false)
      .def_static(
          "cast_to_field",
          [](const Expr& expr, const PyField& field) {
            return MakeExpr(ExprKind::kCast, {expr}, CastTarget{field.field});
          },
          nb::arg("expr"), nb::arg("field"))
      .def_static(
          "lambda_",
          [](const std::vector<std::string>& parameters, const Expr& body) {
            return MakeExpr(ExprKind::kLambda, {body}, LambdaShape{parameters});
          },
          nb::arg("parameters"), nb::arg("body"))
      .def_static(
          "lambda_variable",
          [](const std::string& name) {
            return MakeExpr(ExprKind::kLambdaVariable, {}, ColumnRef{std::nullopt, name});
          },
          nb::arg("name"))
      .def_static(
          "placeholder",
          [](const std::string& id) {
            return MakeExpr(ExprKind::kPlaceholder, {}, PlaceholderName{id, nullptr});
          },
          nb::arg("id"))
      .def_static(
          "grouping_set",
          [](int kind, nb::sequence sets) {
            GroupingShape shape;
            shape.kind = static_cast<GroupingShape::Kind>(kind);
            std::vector<Expr> children;
            for (nb::handle set : sets) {
              auto exprs = ToExprs(set);
              shape.lengths.push_back(static_cast<int>(exprs.size()));
              children.insert(children.end(), exprs.begin(), exprs.end());
            }
            return MakeExpr(ExprKind::kGroupingSet, std::move(children), std::move(shape));
          },
          nb::arg("kind"), nb::arg("sets"), "Kind: 0 rollup, 1 cube, 2 sets.")
      .def(
          "to_sql",
          [](const Expr& self, int dialect, bool pretty) {
            return Unwrap(ToSql(self, UnparseOptions{static_cast<SqlDialect>(dialect), pretty}));
          },
          nb::arg("dialect"), nb::arg("pretty"))
      .def(
          "alias",
          [](const Expr& self, const std::string& name, const Metadata& metadata) {
            auto pairs = ToMetadata(metadata);
            return pairs ? MakeExpr(ExprKind::kAlias, {self}, AliasName{name, std::nullopt, std::move(pairs)})
                         : self.Alias(name);
          },
          nb::arg("name"), nb::arg("metadata") = nb::none())
      .def("with_options", WithOptions, nb::arg("distinct") = nb::none(), nb::arg("filter") = nb::none(),
           nb::arg("order_by") = nb::none(), nb::arg("partition_by") = nb::none(), nb::arg("frame") = nb::none(),
           nb::arg("nulls") = nb::none(), "The same aggregate or window call, with what is given changed.")
      .def("over", Over, "The aggregate as a window call.")
      .def("variant_name", VariantName)
      .def("children", [](const Expr& self) { return FromExprs(self.children()); })
      .def("facts", Facts, "What the node has beside its children, by name.")
      .def("name", &Expr::name)
      .def("output_name", [](const Expr& self) { return OutputName(self).second; })
      .def(
          "equals", [](const Expr& self, const Expr& other) { return self.Equals(other); }, nb::arg("other"))
      .def("hash", &Expr::Hash)
      .def("__str__", &Expr::ToString)
      .def("__repr__", [](const Expr& self) { return "Expr(" + self.ToString() + ")"; });
}

}  // namespace bowstring::python
