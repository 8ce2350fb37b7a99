// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/coercion.h"

#include <algorithm>

#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/error.h>

#include "functions/type_names.h"

namespace bowstring {
namespace {

using arrow::Type;

bool IsDate(const arrow::DataType& type) { return type.id() == Type::DATE32 || type.id() == Type::DATE64; }
bool IsTime(const arrow::DataType& type) { return type.id() == Type::TIME32 || type.id() == Type::TIME64; }
bool IsInterval(const arrow::DataType& type) { return arrow::is_interval(type.id()); }
arrow::TimeUnit::type Unit(const arrow::DataType& type) { return static_cast<const arrow::TimestampType&>(type).unit(); }

// What a decimal operation gives: the rules of SQL Server, as the peer has them.
arrow::Result<TypePtr> DecimalResult(BinaryOp op, const arrow::DataType& left, const arrow::DataType& right) {
  const auto& l = static_cast<const arrow::DecimalType&>(left);
  const auto& r = static_cast<const arrow::DecimalType&>(right);
  const Type::type width = WiderDecimal(l.id(), r.id());
  const int32_t p1 = l.precision(), s1 = l.scale(), p2 = r.precision(), s2 = r.scale(), max = MaxPrecision(width);
  int32_t scale = std::max(s1, s2), precision = 0;
  switch (op) {
    case BinaryOp::kMultiply:
      scale = s1 + s2;
      precision = p1 + p2 + 1;
      break;
    case BinaryOp::kDivide:
      scale = std::min(max, s1 + 4);
      precision = p1 - s1 + s2 + scale;
      break;
    case BinaryOp::kModulo:
      precision = std::min(p1 - s1, p2 - s2) + scale;
      break;
    case BinaryOp::kIntDivide:
      scale = 0;
      precision = p1 - s1 + s2;
      break;
    default:
      precision = std::max(p1 - s1, p2 - s2) + scale + 1;
  }
  if (scale > max) {
    return Error(ErrorKind::kPlan, "Output scale of ", TypeName(left), " ", ToString(op), " ", TypeName(right), " would exceed max scale of ", max);
  }
  return MakeDecimal(width, std::max(precision, std::max(scale, 1)), scale);
}

arrow::Result<BinaryTypes> Decimals(BinaryOp op, const TypePtr& left, const TypePtr& right) {
  TypePtr l = IsInteger(*left) ? DecimalOf(*left) : left, r = IsInteger(*right) ? DecimalOf(*right) : right;
  // An integer takes the decimal's width where its digits fit, as the peer does it.
  auto narrow = [](const TypePtr& integer, const TypePtr& other) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(*integer);
    const Type::type width = other->id();
    return decimal.precision() <= MaxPrecision(width) ? MakeDecimal(width, decimal.precision(), 0) : integer;
  };
  if (IsDecimal(*left) && IsDecimal(*right) && left->id() != right->id()) l = r = ComparisonType(left, right);  // of two widths: first one type
  if (IsInteger(*left)) l = narrow(l, r);
  if (IsInteger(*right)) r = narrow(r, l);
  ARROW_ASSIGN_OR_RAISE(TypePtr result, DecimalResult(op, *l, *r));
  return BinaryTypes{l, r, result};
}

// Dates, times, timestamps, durations and intervals under + and -; null types where the operator doesn't know them.
BinaryTypes Temporal(BinaryOp op, const TypePtr& left, const TypePtr& right) {
  const bool minus = op == BinaryOp::kMinus;
  const TypePtr interval = arrow::month_day_nano_interval();
  if (minus && IsDate(*left) && left->id() == right->id()) return {left, right, arrow::int64()};
  if (minus && IsDate(*left) && IsDate(*right)) return {arrow::date32(), arrow::date32(), arrow::int64()};
  if (minus && (IsTimestamp(*left) || IsTimestamp(*right)) && (IsTimestamp(*left) || IsDate(*left)) && (IsTimestamp(*right) || IsDate(*right))) {
    if (IsDate(*left) || IsDate(*right)) {
      const TypePtr type = arrow::timestamp(arrow::TimeUnit::NANO);
      return {type, type, arrow::duration(arrow::TimeUnit::NANO)};
    }
    const auto unit = std::max(Unit(*left), Unit(*right));
    const std::string& lz = static_cast<const arrow::TimestampType&>(*left).timezone();
    const std::string& rz = static_cast<const arrow::TimestampType&>(*right).timezone();
    if (!lz.empty() && !rz.empty() && lz != rz) return {};
    const TypePtr type = arrow::timestamp(unit, lz.empty() ? rz : lz);
    return {type, type, arrow::duration(unit)};
  }
  if (IsDate(*left) && IsInteger(*right)) return {left, arrow::int64(), left};
  if (!minus && IsDate(*right) && IsInteger(*left)) return {arrow::int64(), right, right};
  auto plus_interval = [](const TypePtr& t) { return IsDate(*t) || IsTimestamp(*t) || IsTime(*t); };
  if (plus_interval(left) && IsInterval(*right)) return {left, interval, left};
  if (!minus && IsInterval(*left) && plus_interval(right)) return {interval, right, right};
  if (IsTimestamp(*left) && right->id() == Type::DURATION) return {left, arrow::duration(Unit(*left)), left};
  if (!minus && left->id() == Type::DURATION && IsTimestamp(*right)) return {arrow::duration(Unit(*right)), right, right};
  if (IsDate(*left) && IsTime(*right)) return {arrow::timestamp(arrow::TimeUnit::NANO), interval, arrow::timestamp(arrow::TimeUnit::NANO)};
  if (!minus && IsTime(*left) && IsDate(*right)) return {interval, arrow::timestamp(arrow::TimeUnit::NANO), arrow::timestamp(arrow::TimeUnit::NANO)};
  if (left->id() == Type::DURATION && left->Equals(*right)) return {left, right, left};
  auto span = [](const TypePtr& t) { return IsInterval(*t) || t->id() == Type::DURATION || IsTime(*t); };
  if (span(left) && span(right)) return {interval, interval, interval};
  return {};
}

arrow::Result<BinaryTypes> Arithmetic(BinaryOp op, TypePtr left, TypePtr right) {
  left = ValueType(left);
  right = ValueType(right);
  const TypePtr l = left, r = right;
  if (left->id() == Type::NA && right->id() == Type::NA) left = right = arrow::int64();
  if (left->id() == Type::NA) left = right;
  if (right->id() == Type::NA) right = left;
  if (IsNumeric(*left) && IsNumeric(*right)) {
    const bool decimal = IsDecimal(*left) || IsDecimal(*right);
    if (decimal && !IsFloat(*left) && !IsFloat(*right)) return Decimals(op, left, right);
    TypePtr type = decimal ? (IsFloat(*left) ? left : right) : CommonNumber(left, right);
    if (IsDecimal(*type)) return Decimals(op, type, type);  // uint64 with a signed integer: exact in decimals of 20 digits
    return BinaryTypes{type, type, type};
  }
  if (op == BinaryOp::kPlus || op == BinaryOp::kMinus) {
    BinaryTypes types = Temporal(op, left, right);
    if (types.result) return types;
  }
  const auto span = [](const arrow::DataType& type) { return arrow::is_interval(type.id()) ? "interval " : arrow::is_date(type.id()) ? "date " : ""; };
  if (op != BinaryOp::kPlus && op != BinaryOp::kMinus && (*span(*left) || *span(*right))) {
    return Error(ErrorKind::kPlan, "Cannot get result type for temporal operation ", TypeName(*l), " ", ToString(op), " ", TypeName(*r),
                 ": Invalid argument error: Invalid ", *span(*left) ? span(*left) : span(*right), "arithmetic operation: ", TypeName(*l), " ", ToString(op), " ", TypeName(*r));
  }
  return Error(ErrorKind::kPlan, "Cannot coerce arithmetic expression ", TypeName(*l), " ", ToString(op), " ", TypeName(*r), " to valid types");
}

arrow::Result<BinaryTypes> Bits(BinaryOp op, const TypePtr& left, const TypePtr& right) {
  TypePtr l = ValueType(left), r = ValueType(right);
  if (l->id() == Type::NA) l = r;
  if (r->id() == Type::NA) r = l;
  if (IsInteger(*l) && IsInteger(*r)) {
    TypePtr type = CommonNumber(l, r);
    if (IsDecimal(*type)) type = arrow::uint64();
    return BinaryTypes{type, type, type};
  }
  return Error(ErrorKind::kPlan, "Cannot infer common type for bitwise operation ", TypeName(*left), " ", ToString(op), " ", TypeName(*right));
}

arrow::Result<BinaryTypes> Concat(const TypePtr& left, const TypePtr& right) {
  const TypePtr l = ValueType(left), r = ValueType(right);
  if (IsListLike(*l) || IsListLike(*r)) {
    TypePtr type;
    if (IsListLike(*l) && IsListLike(*r)) {
      type = ComparisonType(l, r);
    } else {
      const TypePtr& list = IsListLike(*l) ? l : r;
      const TypePtr& element = IsListLike(*l) ? r : l;
      TypePtr item = element->id() == Type::NA ? list->field(0)->type() : ComparisonType(list->field(0)->type(), element);
      if (item) type = list->id() == Type::LARGE_LIST ? arrow::large_list(list->field(0)->WithType(item)) : arrow::list(list->field(0)->WithType(item));
    }
    if (type) return BinaryTypes{IsListLike(*l) ? type : type->field(0)->type(), IsListLike(*r) ? type : type->field(0)->type(), type};
  } else if (IsText(*l) || IsText(*r)) {
    const bool both = IsText(*l) && IsText(*r);
    TypePtr type = both ? CommonText(*l, *r) : IsText(*l) ? l : r;
    const TypePtr& other = IsText(*l) ? r : l;
    if (!arrow::is_nested(other->id()) && other->id() != Type::FIXED_SIZE_BINARY) return BinaryTypes{type, type, type};
  } else if ((IsBytes(*l) || l->id() == Type::NA) && (IsBytes(*r) || r->id() == Type::NA) && (IsBytes(*l) || IsBytes(*r))) {
    TypePtr type = l->id() == Type::NA ? r : r->id() == Type::NA ? l : ComparisonType(l, r);
    if (type->id() == Type::FIXED_SIZE_BINARY) type = arrow::binary();
    return BinaryTypes{type, type, type};
  }
  return Error(ErrorKind::kPlan, "Cannot infer common string type for string concat operation ", TypeName(*left), " || ", TypeName(*right));
}

}  // namespace

arrow::Result<BinaryTypes> CoerceBinary(BinaryOp op, const TypePtr& left, const TypePtr& right) {
  switch (op) {
    case BinaryOp::kAnd:
    case BinaryOp::kOr: {
      auto logical = [](const TypePtr& t) { return t->id() == Type::BOOL || t->id() == Type::NA; };
      if (logical(left) && logical(right)) return BinaryTypes{arrow::boolean(), arrow::boolean(), arrow::boolean()};
      return Error(ErrorKind::kPlan, "Cannot infer common argument type for logical boolean operation ", TypeName(*left), " ", ToString(op), " ",
                   TypeName(*right));
    }
    case BinaryOp::kEq:
    case BinaryOp::kNotEq:
    case BinaryOp::kLt:
    case BinaryOp::kLtEq:
    case BinaryOp::kGt:
    case BinaryOp::kGtEq:
    case BinaryOp::kIsDistinctFrom:
    case BinaryOp::kIsNotDistinctFrom: {
      TypePtr type = ComparisonType(left, right);
      if (!type) {
        return Error(ErrorKind::kPlan, "Cannot infer common argument type for comparison operation ", TypeName(*left), " ", ToString(op), " ",
                     TypeName(*right));
      }
      return BinaryTypes{type, type, arrow::boolean()};
    }
    case BinaryOp::kPlus:
    case BinaryOp::kMinus:
    case BinaryOp::kMultiply:
    case BinaryOp::kDivide:
    case BinaryOp::kModulo:
    case BinaryOp::kIntDivide: return Arithmetic(op, left, right);
    case BinaryOp::kConcat: return Concat(left, right);
    case BinaryOp::kBitAnd:
    case BinaryOp::kBitOr:
    case BinaryOp::kBitXor:
    case BinaryOp::kShiftLeft:
    case BinaryOp::kShiftRight: return Bits(op, left, right);
    case BinaryOp::kRegexMatch:
    case BinaryOp::kRegexIMatch:
    case BinaryOp::kRegexNotMatch:
    case BinaryOp::kRegexNotIMatch: {
      const TypePtr l = ValueType(left), r = ValueType(right);
      auto text = [](const TypePtr& t) { return IsText(*t) || t->id() == Type::NA; };
      if (text(l) && text(r)) {
        TypePtr type = l->id() == Type::NA ? (r->id() == Type::NA ? arrow::utf8() : r) : r->id() == Type::NA ? l : CommonText(*l, *r);
        return BinaryTypes{l->id() == Type::NA ? type : l, type, arrow::boolean()};
      }
      return Error(ErrorKind::kPlan, "Cannot infer common argument type for regex operation ", TypeName(*left), " ", ToString(op), " ", TypeName(*right));
    }
    case BinaryOp::kAtArrow:
    case BinaryOp::kArrowAt: {
      TypePtr type = IsListLike(*left) && IsListLike(*right) ? ComparisonType(left, right) : nullptr;
      if (type) return BinaryTypes{type, type, arrow::boolean()};
      return Error(ErrorKind::kPlan, "Cannot infer common argument type for array containment operation ", TypeName(*left), " ", ToString(op), " ",
                   TypeName(*right));
    }
    case BinaryOp::kArrow:
    case BinaryOp::kLongArrow: return Error(ErrorKind::kNotImplemented, "the operator ", ToString(op));
  }
  return Error(ErrorKind::kInternal, "operator ", static_cast<int>(op));
}

}  // namespace bowstring
