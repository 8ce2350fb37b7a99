// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <functional>
#include <unordered_map>

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/error.h>

#include "expr/fold_constants.h"
#include "functions/nearest_name.h"
#include "logical/rewrite.h"
#include "sql/ast_print.h"
#include "sql/binder.h"

namespace bowstring::sql {

using arrow::Result;
using arrow::Status;

namespace {

NullTreatment Treatment(AstFunction::NullTreatment nulls) {
  switch (nulls) {
    case AstFunction::NullTreatment::kRespect: return NullTreatment::kRespect;
    case AstFunction::NullTreatment::kIgnore: return NullTreatment::kIgnore;
    case AstFunction::NullTreatment::kUnspecified: break;
  }
  return NullTreatment::kUnset;
}

/// The parameters of functions that take named arguments; null: the function doesn't.
const std::vector<std::string>* Parameters(const std::string& function) {
  static const std::unordered_map<std::string, std::vector<std::string>> kParameters = {
      {"substr", {"str", "start_pos", "length"}}, {"substring", {"str", "start_pos", "length"}}, {"corr", {"y", "x"}},
      {"lag", {"expr", "offset", "default"}},     {"lead", {"expr", "offset", "default"}},       {"percentile_cont", {"expr", "percentile"}},
      {"quantile_cont", {"expr", "percentile"}},
  };
  const auto at = kParameters.find(function);
  return at == kParameters.end() ? nullptr : &at->second;
}

/// The arguments in the order of the parameters.
Result<std::vector<const AstFunctionArg*>> InOrder(const std::string& function, const AstFunction& call, const std::function<std::string(const Ident&)>& fold) {
  std::vector<const AstFunctionArg*> out;
  const std::vector<std::string>* parameters = nullptr;
  for (const AstFunctionArg& argument : call.args) {
    if (!argument.name) {
      if (parameters != nullptr) {
        return Error(ErrorKind::kPlan, "Positional argument at position ", out.size(),
                     " follows named argument. All positional arguments must come before named arguments.");
      }
      out.push_back(&argument);
      continue;
    }
    parameters = Parameters(function);
    if (parameters == nullptr) return Error(ErrorKind::kPlan, "Function '", function, "' does not support named arguments");
    const std::string name = fold(*argument.name);
    const size_t at = static_cast<size_t>(std::find(parameters->begin(), parameters->end(), name) - parameters->begin());
    if (at == parameters->size()) {
      std::string known;
      for (const std::string& parameter : *parameters) known += (known.empty() ? "" : ", ") + parameter;
      return Error(ErrorKind::kPlan, "Unknown parameter name '", name, "'. Valid parameters are: [", known, "]");
    }
    if (at >= out.size()) out.resize(at + 1, nullptr);
    if (out[at] != nullptr) return Error(ErrorKind::kPlan, "Parameter '", name, "' specified multiple times");
    out[at] = &argument;
  }
  for (size_t i = 0; i < out.size(); ++i) {
    if (out[i] == nullptr) return Error(ErrorKind::kPlan, "Missing required parameter '", (*parameters)[i], "'");
  }
  return out;
}

/// A bound's offset: a constant.
Result<std::shared_ptr<arrow::Scalar>> Offset(const Expr& expr) {
  ARROW_ASSIGN_OR_RAISE(const Expr folded, FoldConstants(expr, Scope()));
  if (folded.kind() != NodeKind::kLiteral) {
    return Error(ErrorKind::kPlan, "Invalid window frame: frame offsets must be constants, found ", expr.ToString());
  }
  return folded->as<LiteralValue>().value;
}

/// A call by another name than the function's own is called as it was written, without its clauses.
Expr CalledAs(Expr call, const std::string& written, const std::string& own) {
  if (written == own) return call;
  std::string text = written + "(";
  for (size_t i = 0; i < call->children.size(); ++i) text += (i > 0 ? "," : "") + call->children[i].ToString();
  return call.Alias(text + ")");
}

}  // namespace

Status Binder::NoSuchFunction(const std::string& name) const {
  const std::vector<std::string> names = catalog_.FunctionNames();
  const int nearest = NearestName(name, names);
  std::string text = "Invalid function '" + name + "'.";
  if (nearest >= 0) text += "\nDid you mean '" + names[nearest] + "'?";
  return MakeError(ErrorKind::kPlan, std::move(text));
}

Result<std::vector<SortKey>> Binder::BindSortKeys(const std::vector<AstOrderItem>& items, const Frame& frame) {
  std::vector<SortKey> keys;
  for (const AstOrderItem& item : items) {
    ARROW_ASSIGN_OR_RAISE(Expr expr, Bind(*item.expr, frame));
    keys.push_back(KeyOf(std::move(expr), item));
  }
  return keys;
}

Result<WindowFrame> Binder::BindFrame(const AstFrame* frame, bool ordered) {
  WindowFrame bound;
  if (frame == nullptr) {
    if (!ordered) {
      bound.units = ::bowstring::FrameUnits::kRows;
      bound.end.kind = FrameBound::kUnboundedFollowing;
    }
    return bound;
  }
  switch (frame->units) {
    case FrameUnits::kRows: bound.units = ::bowstring::FrameUnits::kRows; break;
    case FrameUnits::kRange: bound.units = ::bowstring::FrameUnits::kRange; break;
    case FrameUnits::kGroups: bound.units = ::bowstring::FrameUnits::kGroups; break;
  }
  switch (frame->exclude) {
    case FrameExclude::kNoOthers: bound.exclude = ::bowstring::FrameExclude::kNoOthers; break;
    case FrameExclude::kCurrentRow: bound.exclude = ::bowstring::FrameExclude::kCurrentRow; break;
    case FrameExclude::kGroup: bound.exclude = ::bowstring::FrameExclude::kGroup; break;
    case FrameExclude::kTies: bound.exclude = ::bowstring::FrameExclude::kTies; break;
  }
  const Frame nothing;
  const auto bind = [&](const AstFrameBound& from, FrameBound* to) -> Status {
    switch (from.kind) {
      case FrameBoundKind::kUnboundedPreceding: to->kind = FrameBound::kUnboundedPreceding; break;
      case FrameBoundKind::kPreceding: to->kind = FrameBound::kPreceding; break;
      case FrameBoundKind::kCurrentRow: to->kind = FrameBound::kCurrentRow; break;
      case FrameBoundKind::kFollowing: to->kind = FrameBound::kFollowing; break;
      case FrameBoundKind::kUnboundedFollowing: to->kind = FrameBound::kUnboundedFollowing; break;
    }
    if (from.offset == nullptr) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const Expr offset, Bind(*from.offset, nothing));
    return Offset(offset).Value(&to->offset);
  };
  ARROW_RETURN_NOT_OK(bind(frame->start, &bound.start));
  if (frame->end) {
    ARROW_RETURN_NOT_OK(bind(*frame->end, &bound.end));
  } else {
    bound.end = FrameBound{FrameBound::kCurrentRow, nullptr};
  }
  if (bound.start.kind == FrameBound::kUnboundedFollowing) {
    return Error(ErrorKind::kPlan, "Invalid window frame: start bound cannot be UNBOUNDED FOLLOWING");
  }
  if (bound.start.kind > bound.end.kind && bound.end.kind != FrameBound::kUnboundedPreceding) {
    const auto text = [](const FrameBound& frame_bound) -> std::string {
      switch (frame_bound.kind) {
        case FrameBound::kUnboundedPreceding: return "UNBOUNDED PRECEDING";
        case FrameBound::kCurrentRow: return "CURRENT ROW";
        case FrameBound::kUnboundedFollowing: return "UNBOUNDED FOLLOWING";
        default: break;
      }
      const std::string offset = frame_bound.offset ? frame_bound.offset->ToString() : "";
      return offset + (frame_bound.kind == FrameBound::kPreceding ? " PRECEDING" : " FOLLOWING");
    };
    return Error(ErrorKind::kPlan, "Invalid window frame: start bound (", text(bound.start), ") cannot be larger than end bound (",
                 text(bound.end), ")");
  }
  if (bound.start.kind == bound.end.kind && bound.start.offset && bound.end.offset && bound.start.offset->type->id() == arrow::Type::INT64 &&
      bound.end.offset->type->id() == arrow::Type::INT64 && bound.start.offset->is_valid && bound.end.offset->is_valid) {
    const int64_t from = static_cast<const arrow::Int64Scalar&>(*bound.start.offset).value, to = static_cast<const arrow::Int64Scalar&>(*bound.end.offset).value;
    const bool following = bound.start.kind == FrameBound::kFollowing;
    if (following ? from > to : from < to) {
      const char* word = following ? " FOLLOWING" : " PRECEDING";
      return Error(ErrorKind::kPlan, "Invalid window frame: start bound (", from, word, ") cannot be larger than end bound (", to, word, ")");
    }
  }
  if (bound.end.kind == FrameBound::kUnboundedPreceding) {
    return Error(ErrorKind::kPlan, "Invalid window frame: end bound cannot be UNBOUNDED PRECEDING");
  }
  return bound;
}

Result<Expr> Binder::BindWindow(const AstFunction& call, const std::string& name, Exprs arguments, const std::string* star, const Frame& frame) {
  // The clause, and what it is based on, from the outermost name in.
  std::vector<const AstWindowSpec*> specs;
  std::optional<std::string> base;
  if (call.over != nullptr) {
    specs.push_back(call.over.get());
    if (call.over->base) base = Name(*call.over->base);
  } else {
    base = Name(*call.over_name);
  }
  while (base) {
    const AstNamedWindow* found = nullptr;
    if (frame.windows != nullptr) {
      for (const AstNamedWindow& window : *frame.windows) {
        if (Name(window.name) != *base) continue;
        if (found != nullptr) return Error(ErrorKind::kPlan, "The window ", *base, " is defined multiple times!");
        found = &window;
      }
    }
    if (found == nullptr) return Error(ErrorKind::kPlan, "The window ", *base, " is not defined!");
    if (specs.size() > frame.windows->size()) return Error(ErrorKind::kPlan, "The window ", *base, " is defined by itself");
    specs.push_back(&found->spec);
    base = found->spec.base ? std::optional<std::string>(Name(*found->spec.base)) : std::nullopt;
  }
  WindowCall window;
  window.nulls = Treatment(call.nulls);
  window.distinct = call.distinct || name == "collect_set" || name == "spark_collect_set";
  const AstFrame* rows = nullptr;
  for (const AstWindowSpec* spec : specs) {
    if (window.partition_by.empty()) {
      ARROW_ASSIGN_OR_RAISE(window.partition_by, BindAll(spec->partition_by, frame));
    }
    if (window.order_by.empty()) {
      ARROW_ASSIGN_OR_RAISE(window.order_by, BindSortKeys(spec->order_by, frame));
    }
    if (rows == nullptr && spec->frame) rows = &*spec->frame;
  }
  ARROW_ASSIGN_OR_RAISE(window.frame, BindFrame(rows, !window.order_by.empty()));
  if (call.filter != nullptr) {
    ARROW_ASSIGN_OR_RAISE(window.filter, Bind(*call.filter, frame));
  }
  window.function = catalog_.FindWindow(name);
  if (window.function == nullptr) window.aggregate = catalog_.FindAggregate(name);
  if (window.function == nullptr && window.aggregate == nullptr) {
    if (catalog_.FindScalar(name) != nullptr) {
      return Error(ErrorKind::kPlan, "'", name, "' is a scalar function: it can't have an OVER clause");
    }
    return NoSuchFunction(name);
  }
  const std::string own = window.function ? window.function->name() : window.aggregate->name();
  Expr expr = MakeExpr(NodeKind::kWindow, std::move(arguments), std::move(window));
  if (star == nullptr) return CalledAs(std::move(expr), name, own);
  // count(*) is printed as written.
  std::string text = expr.name();
  if (text.starts_with("count(Int64(1))")) text.replace(0, 15, "count(" + *star + ")");
  return expr.Alias(std::move(text));
}

/// What gives the time, in the session's time zone, as the peer has it: now() and its kin show the same moment; to_timestamp reads a text without an
/// offset, and a whole number, as local time, but other numbers, and those of seconds, milli-, micro- or nanoseconds by their own functions, as UTC.
Result<Expr> Binder::InSessionZone(const std::string& name, const Exprs& given, Expr call, const Frame& frame) {
  const auto zoned = [this](Expr expr, arrow::TimeUnit::type unit, bool utc) {
    if (utc) expr = Cast(std::move(expr), arrow::timestamp(unit, "UTC"));
    return Cast(std::move(expr), arrow::timestamp(unit, options_.time_zone));
  };
  if (name == "now" || name == "current_timestamp") return zoned(std::move(call), arrow::TimeUnit::NANO, true);
  if (name == "current_date" || name == "today" || name == "current_time") {
    ARROW_ASSIGN_OR_RAISE(Expr moment, CallNamed("now", {}));
    moment = zoned(std::move(moment), arrow::TimeUnit::NANO, true);
    const auto type = name == "current_time" ? arrow::time64(arrow::TimeUnit::NANO) : arrow::date32();
    return Cast(std::move(moment), type).Alias(name + "()");
  }
  if (!name.starts_with("to_timestamp") || given.empty()) return call;
  const Scope nothing;
  const auto field = logical::FieldIn(given[0], frame.schema != nullptr ? frame.schema->scope() : nothing);
  if (!field.ok()) return call;
  const auto unit = name == "to_timestamp_seconds"  ? arrow::TimeUnit::SECOND
                    : name == "to_timestamp_millis" ? arrow::TimeUnit::MILLI
                    : name == "to_timestamp_micros" ? arrow::TimeUnit::MICRO
                                                    : arrow::TimeUnit::NANO;
  const arrow::DataType& type = *(*field)->type();
  const bool text = type.id() == arrow::Type::STRING || type.id() == arrow::Type::LARGE_STRING || type.id() == arrow::Type::STRING_VIEW;
  // A text that is read by formats, or a timestamp without a zone, is local time too.
  if (text && given.size() == 1) return Cast(given[0], arrow::timestamp(unit, options_.time_zone)).Alias(call.name());
  const bool local = text || type.id() == arrow::Type::TIMESTAMP || (name == "to_timestamp" && arrow::is_integer(type.id()));
  return zoned(std::move(call), unit, !local);
}

Result<Expr> Binder::BindFunction(const AstFunction& call, const Frame& frame) {
  if (call.name.parts.size() != 1) return Error(ErrorKind::kPlan, "Invalid function '", ToSql(call.name), "'.");
  const std::string name = Name(call.name.parts[0]);
  Exprs arguments;
  bool star = false;
  std::string stars = "*";  // as written: of all tables, or of one
  ARROW_ASSIGN_OR_RAISE(const auto in_order, InOrder(name, call, [this](const Ident& ident) { return Name(ident); }));
  for (const AstFunctionArg* given : in_order) {
    const AstFunctionArg& argument = *given;
    if (argument.expr->kind == AstKind::kWildcard) {
      if (name != "count" || call.args.size() != 1) return Error(ErrorKind::kPlan, "`*` is not an argument of '", name, "'");
      star = true;
      if (const auto& table = argument.expr->As<AstWildcard>().qualifier) stars = ToSql(*table) + ".*";
      arguments.push_back(Literal(int64_t{1}));
    } else if (const auto* lambda = argument.expr->TryAs<AstLambda>()) {
      LambdaShape shape;
      for (const Ident& param : lambda->params) shape.parameters.push_back(Name(param));
      lambda_variables_.emplace_back(shape.parameters.begin(), shape.parameters.end());
      Result<Expr> body = Bind(*lambda->body, frame);
      lambda_variables_.pop_back();
      ARROW_RETURN_NOT_OK(body.status());
      arguments.push_back(MakeExpr(NodeKind::kLambda, {*std::move(body)}, std::move(shape)));
    } else {
      ARROW_ASSIGN_OR_RAISE(Expr next, Bind(*argument.expr, frame));
      arguments.push_back(std::move(next));
    }
  }
  if (name == "count" && arguments.empty()) {
    star = true;
    stars.clear();
    arguments.push_back(Literal(int64_t{1}));
  }
  if (call.over != nullptr || call.over_name) return BindWindow(call, name, std::move(arguments), star ? &stars : nullptr, frame);
  if (name == "unnest") {
    if (arguments.size() != 1) return Error(ErrorKind::kPlan, "unnest() requires exactly one argument");
    return MakeExpr(NodeKind::kUnnest, std::move(arguments));
  }
  if (const auto scalar = catalog_.FindScalar(name)) {
    if (call.distinct || call.filter != nullptr || !call.order_by.empty() || !call.within_group.empty()) {
      return Error(ErrorKind::kPlan, "'", name, "' is a scalar function: it takes no DISTINCT, FILTER or ORDER BY");
    }
    const Exprs given = arguments;
    Expr expr = CalledAs(Call(scalar, std::move(arguments)), name, scalar->name());
    if (options_.time_zone.empty()) return expr;
    return InSessionZone(name, given, std::move(expr), frame);
  }
  const auto aggregate = catalog_.FindAggregate(name);
  if (aggregate == nullptr) {
    if (catalog_.FindWindow(name) != nullptr) return Error(ErrorKind::kPlan, "'", name, "' is a window function: it needs an OVER clause");
    return NoSuchFunction(name);
  }
  if (call.distinct && aggregate->name() == "count" && arguments.size() > 1) {
    return Error(ErrorKind::kNotImplemented, "COUNT DISTINCT with multiple arguments; COUNT(DISTINCT (a, b)) counts rows");
  }
  if (!call.within_group.empty() && !call.order_by.empty()) {
    return Error(ErrorKind::kPlan, "ORDER BY and WITHIN GROUP clauses cannot be used together in the same aggregate function");
  }
  if (!call.within_group.empty() && !aggregate->ordered_set()) {
    return Error(ErrorKind::kPlan, "WITHIN GROUP is only supported for ordered-set aggregate functions");
  }
  AggregateCall node;
  node.function = aggregate;
  node.distinct = call.distinct || aggregate->name() == "spark_collect_set";  // a set's values are different ones however it is called
  node.nulls = Treatment(call.nulls);
  if (call.filter != nullptr) {
    ARROW_ASSIGN_OR_RAISE(node.filter, Bind(*call.filter, frame));
  }
  ARROW_ASSIGN_OR_RAISE(node.order_by, BindSortKeys(call.within_group.empty() ? call.order_by : call.within_group, frame));
  if (call.distinct && (aggregate->name() == "array_agg" || aggregate->name() == "string_agg")) {
    for (const SortKey& key : node.order_by) {
      const auto same = [&](const Expr& argument) { return argument.Equals(key.expr); };
      if (std::none_of(arguments.begin(), arguments.end(), same)) {
        return Error(ErrorKind::kPlan, "In an aggregate with DISTINCT, ORDER BY expressions must appear in argument list");
      }
    }
  }
  Expr expr = MakeExpr(NodeKind::kAggregate, std::move(arguments), std::move(node));
  for (const Expr& argument : expr.children()) {
    std::optional<Expr> inner;
    logical::VisitExpr(argument, [&](const Expr& part) {
      if (!inner && part.kind() == NodeKind::kAggregate) inner = part;
      return !inner;
    });
    if (inner) {
      return Error(ErrorKind::kPlan, "Aggregate function calls cannot be nested: '", inner->name(), "' is nested inside '", expr.name(), "'");
    }
  }
  if (!star) return CalledAs(std::move(expr), name, aggregate->name());
  std::string text = expr.name();
  if (text.starts_with("count(Int64(1))")) text.replace(0, 15, "count(" + stars + ")");
  if (text.starts_with("count(DISTINCT Int64(1))")) text.replace(0, 24, "count(DISTINCT " + stars + ")");
  return expr.Alias(std::move(text));
}

}  // namespace bowstring::sql
