// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include <bowstring/error.h>

#include "expr/arithmetic.h"
#include "expr/binder.h"
#include "expr/cast_node.h"
#include "expr/coercion.h"
#include "expr/comparison.h"
#include "expr/logic.h"
#include "expr/operand.h"
#include "functions/decimal_math.h"
#include "functions/registry.h"
#include "functions/type_names.h"

// Operators with two sides: which casts go in, which kernel it is.

namespace bowstring {
namespace {

using arrow::Type;

bool IsComparison(BinaryOp op) { return op >= BinaryOp::kEq && op <= BinaryOp::kIsNotDistinctFrom; }

BinaryOp Mirror(BinaryOp op) {
  switch (op) {
    case BinaryOp::kLt: return BinaryOp::kGt;
    case BinaryOp::kLtEq: return BinaryOp::kGtEq;
    case BinaryOp::kGt: return BinaryOp::kLt;
    case BinaryOp::kGtEq: return BinaryOp::kLtEq;
    default: return op;
  }
}

int32_t Scale(const arrow::DataType& type) { return static_cast<const arrow::DecimalType&>(type).scale(); }

// A constant on the other side of a column, in the column's own terms: `column op' bound` says the same as `column op constant`, so that
// the column needs no cast.
struct Bound {
  BinaryOp op;
  __int128 value = 0;
};

// The bound for an integer column (or a decimal's unscaled values) against numerator / 10^scale.
Bound MakeBound(BinaryOp op, __int128 numerator, int32_t scale) {
  const __int128 unit = PowerOfTen(scale);
  __int128 floor = numerator / unit;
  if (numerator % unit != 0 && numerator < 0) --floor;
  if (floor * unit == numerator) return {op, floor};
  switch (op) {
    case BinaryOp::kLt:
    case BinaryOp::kLtEq: return {BinaryOp::kLtEq, floor};
    case BinaryOp::kGt:
    case BinaryOp::kGtEq: return {BinaryOp::kGt, floor};
    // Never equal: more than what any value is.
    default: return {op, INT64_MAX};
  }
}

}  // namespace

arrow::Result<NodePtr> Binder::BindLogic(BinaryOp op, const std::vector<Expr>& terms) {
  std::vector<NodePtr> nodes;
  for (const Expr& term : terms) {
    // Nested chains of the same operator become one.
    if (term.kind() == ExprKind::kBinary && term->as<BinaryOp>() == op) {
      ARROW_ASSIGN_OR_RAISE(auto nested, BindLogic(op, term.children()));
      nodes.push_back(std::move(nested));
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(auto node, BindNode(term));
    nodes.push_back(std::move(node));
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    const TypePtr& other = nodes[i == 0 ? nodes.size() - 1 : 0]->type;
    ARROW_RETURN_NOT_OK(CoerceBinary(op, i == 0 ? nodes[i]->type : other, i == 0 ? other : nodes[i]->type));
    ARROW_ASSIGN_OR_RAISE(nodes[i], Coerce(std::move(nodes[i]), arrow::boolean()));
  }
  if (nodes.size() == 1) return std::move(nodes[0]);
  return Fold(MakeLogicNode(op, std::move(nodes)));
}

arrow::Result<NodePtr> Binder::WithoutRuns(NodePtr node) {
  if (node->type->id() != arrow::Type::RUN_END_ENCODED) return node;
  const TypePtr values = static_cast<const arrow::RunEndEncodedType&>(*node->type).value_type();
  return Coerce(std::move(node), values);
}

arrow::Result<NodePtr> Binder::BindBinary(const Expr& expr) {
  const BinaryOp op = expr->as<BinaryOp>();
  if (op == BinaryOp::kAnd || op == BinaryOp::kOr) return BindLogic(op, expr.children());
  if (expr.children().size() != 2) return Error(ErrorKind::kInternal, "operator ", ToString(op), " with ", expr.children().size(), " sides");
  ARROW_ASSIGN_OR_RAISE(auto left, BindNode(expr.children()[0]));
  ARROW_ASSIGN_OR_RAISE(auto right, BindNode(expr.children()[1]));
  if (IsComparison(op)) return Comparison(op, std::move(left), std::move(right));
  for (NodePtr* side : {&left, &right}) {
    ARROW_ASSIGN_OR_RAISE(*side, WithoutRuns(std::move(*side)));
  }
  switch (op) {
    case BinaryOp::kRegexMatch:
    case BinaryOp::kRegexIMatch:
    case BinaryOp::kRegexNotMatch:
    case BinaryOp::kRegexNotIMatch: {
      ARROW_ASSIGN_OR_RAISE(BinaryTypes types, CoerceBinary(op, left->type, right->type));
      ARROW_ASSIGN_OR_RAISE(left, Coerce(std::move(left), types.left));
      ARROW_ASSIGN_OR_RAISE(right, Coerce(std::move(right), types.right));
      ARROW_ASSIGN_OR_RAISE(auto node, MakeRegexNode(op, std::move(left), std::move(right)));
      return Fold(std::move(node));
    }
    case BinaryOp::kConcat: {
      ARROW_ASSIGN_OR_RAISE(BinaryTypes types, CoerceBinary(op, left->type, right->type));
      ARROW_ASSIGN_OR_RAISE(left, Coerce(std::move(left), types.left));
      ARROW_ASSIGN_OR_RAISE(right, Coerce(std::move(right), types.right));
      if (IsListLike(*types.result)) {
        const char* name = !IsListLike(*types.left) ? "array_prepend" : !IsListLike(*types.right) ? "array_append" : "array_concat";
        auto function = FindBuiltinScalar(name);
        if (!function) return Error(ErrorKind::kNotImplemented, "|| on lists");
        return BindNode(Call(std::move(function), expr.children()));
      }
      ARROW_ASSIGN_OR_RAISE(auto node, MakeConcatNode(std::move(left), std::move(right)));
      return Fold(std::move(node));
    }
    case BinaryOp::kAtArrow:
    case BinaryOp::kArrowAt: {
      ARROW_RETURN_NOT_OK(CoerceBinary(op, left->type, right->type));
      auto function = FindBuiltinScalar("array_has_all");
      if (!function) return Error(ErrorKind::kNotImplemented, "the operator ", ToString(op));
      std::vector<Expr> sides = expr.children();
      if (op == BinaryOp::kArrowAt) std::swap(sides[0], sides[1]);
      return BindNode(Call(std::move(function), std::move(sides)));
    }
    default: return Arithmetic(op, std::move(left), std::move(right));
  }
}

arrow::Result<NodePtr> Binder::Arithmetic(BinaryOp op, NodePtr left, NodePtr right) {
  ARROW_ASSIGN_OR_RAISE(BinaryTypes types, CoerceBinary(op, left->type, right->type));
  NodePtr node;
  if (IsDecimal(*types.result) && IsDecimal(*types.left)) {
    const bool whole = op == BinaryOp::kIntDivide && arrow::is_integer(ValueType(left->type)->id()) && arrow::is_integer(ValueType(right->type)->id());
    ARROW_ASSIGN_OR_RAISE(left, Coerce(std::move(left), types.left));
    ARROW_ASSIGN_OR_RAISE(right, Coerce(std::move(right), types.right));
    for (NodePtr* side : {&left, &right}) {
      if ((*side)->physical->id() == Type::DECIMAL32) {
        ARROW_ASSIGN_OR_RAISE(*side, MakeRescaleNode(std::move(*side), (*side)->type, Scale(*(*side)->physical), true));
      }
    }
    ARROW_ASSIGN_OR_RAISE(node, MakeDecimalNode(op, std::move(left), std::move(right), types.result, whole));
    // decimal32 and decimal64 by the rules come out as they are named.
    if ((types.result->id() == Type::DECIMAL32 || types.result->id() == Type::DECIMAL64) && mode_ == Mode::kEvaluate && !node->physical->Equals(*types.result)) {
      const TypePtr inner = node->physical;
      node->type = inner;
      ARROW_ASSIGN_OR_RAISE(node, MakeCastNode(std::move(node), types.result, CastMode::kChecked));
    }
  } else if (IsNumeric(*types.result) && types.left->Equals(*types.right) && types.left->Equals(*types.result)) {
    ARROW_ASSIGN_OR_RAISE(left, Coerce(std::move(left), types.left));
    ARROW_ASSIGN_OR_RAISE(right, Coerce(std::move(right), types.right));
    if (types.result->id() == Type::HALF_FLOAT) {
      // Computed as float, as the processor does.
      ARROW_ASSIGN_OR_RAISE(left, Coerce(std::move(left), arrow::float32()));
      ARROW_ASSIGN_OR_RAISE(right, Coerce(std::move(right), arrow::float32()));
      ARROW_ASSIGN_OR_RAISE(node, MakeArithmeticNode(op, std::move(left), std::move(right)));
      ARROW_ASSIGN_OR_RAISE(node, Coerce(std::move(node), arrow::float16()));
    } else {
      ARROW_ASSIGN_OR_RAISE(node, MakeArithmeticNode(op, std::move(left), std::move(right)));
    }
  } else {
    ARROW_ASSIGN_OR_RAISE(left, Coerce(std::move(left), types.left));
    ARROW_ASSIGN_OR_RAISE(right, Coerce(std::move(right), types.right));
    ARROW_ASSIGN_OR_RAISE(node, MakeTemporalNode(op, std::move(left), std::move(right), types.result));
  }
  return Fold(std::move(node));
}

arrow::Result<NodePtr> Binder::Comparison(BinaryOp op, NodePtr left, NodePtr right) {
  ARROW_ASSIGN_OR_RAISE(BinaryTypes types, CoerceBinary(op, left->type, right->type));
  const TypePtr common = types.left;
  if (LiteralOf(*left) && !LiteralOf(*right)) {
    std::swap(left, right);
    op = Mirror(op);
  }
  const bool null_safe = op == BinaryOp::kIsDistinctFrom || op == BinaryOp::kIsNotDistinctFrom;
  // A column of integers or narrow decimals against a constant: the constant is brought to the column's terms.
  if (options_.fused && !null_safe && LiteralOf(*right) && LiteralOf(*right)->is_valid && (IsInteger(*left->physical) || left->physical->id() == Type::DECIMAL64) &&
      (IsDecimal(*common) || IsInteger(*common)) && (IsInteger(*right->type) || IsDecimal(*right->type) || IsFloat(*right->type)) && !LiteralOf(*left)) {
    NodePtr constant;
    {
      const TypePtr decimal = IsInteger(*right->type) ? DecimalOf(*right->type) : IsFloat(*right->type) ? common : right->type;
      auto cast = CastScalar(context_, *LiteralOf(*right), decimal);
      if (cast.ok() && (*cast)->is_valid && (*cast)->type->id() == Type::DECIMAL128) {
        const int32_t scale = Scale(*decimal), own = IsInteger(*left->physical) ? 0 : Scale(*left->physical);
        __int128 value = ScalarValue<__int128>(**cast);
        Bound bound{op, 0};
        bool known = true;
        if (scale >= own) {
          known = scale - own <= 38;
          if (known) bound = MakeBound(op, value, scale - own);
        } else {
          known = Rescale(value, own - scale, &bound.value);
        }
        // Outside of what the column can hold is as good as its nearest bound.
        __int128 low, high;
        if (IsInteger(*left->physical)) {
          const int bits = left->physical->bit_width();
          const bool is_signed = IsSignedInteger(*left->physical);
          high = (static_cast<__int128>(1) << (is_signed ? bits - 1 : bits)) - 1;
          low = is_signed ? -high - 1 : 0;
        } else {
          high = INT64_MAX;
          low = INT64_MIN;
        }
        if (known && (bound.value > high || bound.value < low)) {
          const bool above = bound.value > high;
          switch (bound.op) {
            case BinaryOp::kLt:
            case BinaryOp::kLtEq: bound = above ? Bound{BinaryOp::kLtEq, high} : Bound{BinaryOp::kLt, low}; break;
            case BinaryOp::kGt:
            case BinaryOp::kGtEq: bound = above ? Bound{BinaryOp::kGt, high} : Bound{BinaryOp::kGtEq, low}; break;
            case BinaryOp::kEq: bound = {BinaryOp::kGt, high}; break;
            default: bound = {BinaryOp::kLtEq, high};
          }
        } else if (known && bound.op != op && (op == BinaryOp::kEq || op == BinaryOp::kNotEq)) {
          known = false;
        }
        // MakeBound's "never equal" is a value that integers may have.
        const bool never = known && (op == BinaryOp::kEq || op == BinaryOp::kNotEq) && scale > own && bound.value == INT64_MAX && value != static_cast<__int128>(INT64_MAX) * PowerOfTen(scale - own);
        if (never) bound = op == BinaryOp::kEq ? Bound{BinaryOp::kGt, high} : Bound{BinaryOp::kLtEq, high};
        if (known) {
          std::shared_ptr<arrow::Scalar> scalar;
          if (left->physical->id() == Type::DECIMAL64) {
            scalar = std::make_shared<arrow::Decimal64Scalar>(arrow::Decimal64(static_cast<int64_t>(bound.value)), left->physical);
          } else if (left->physical->id() == Type::UINT64) {
            scalar = std::make_shared<arrow::UInt64Scalar>(static_cast<uint64_t>(bound.value));
          } else {
            ARROW_ASSIGN_OR_RAISE(scalar, arrow::MakeScalar(left->physical, static_cast<int64_t>(bound.value)));
          }
          constant = MakeLiteralNode(std::move(scalar));
          op = bound.op;
        }
      }
    }
    if (constant) {
      ARROW_ASSIGN_OR_RAISE(auto node, MakeComparisonNode(op, std::move(left), std::move(constant), options_.fused));
      return Fold(std::move(node));
    }
  }
  const bool texts = (IsText(*left->physical) && IsText(*right->physical)) || (IsBytes(*left->physical) && IsBytes(*right->physical));
  if (texts) {
    // Compared as they are, whatever kinds they have.
    ARROW_ASSIGN_OR_RAISE(auto node, MakeComparisonNode(op, std::move(left), std::move(right), options_.fused));
    return Fold(std::move(node));
  }
  if (common->id() == Type::DICTIONARY) {
    const TypePtr value = ValueType(common);
    ARROW_ASSIGN_OR_RAISE(left, Coerce(std::move(left), value));
    ARROW_ASSIGN_OR_RAISE(right, Coerce(std::move(right), value));
  } else if (common->id() == Type::DECIMAL128) {
    // One scale; 64 bits where both sides' digits allow it.
    ARROW_ASSIGN_OR_RAISE(left, Coerce(std::move(left), IsDecimal(*left->type) ? left->type : common));
    ARROW_ASSIGN_OR_RAISE(right, Coerce(std::move(right), IsDecimal(*right->type) ? right->type : common));
    const int32_t scale = std::max(Scale(*left->physical), Scale(*right->physical));
    auto fits = [scale](const BoundNode& node) { return node.digits + scale - Scale(*node.physical) <= 18; };
    const bool narrow = fits(*left) && fits(*right) && left->physical->id() != Type::DECIMAL256 && right->physical->id() != Type::DECIMAL256;
    for (NodePtr* side : {&left, &right}) {
      if (narrow) {
        if (NodePtr literal = MakeNarrowLiteral(**side)) *side = std::move(literal);
      }
      const bool literal = LiteralOf(**side);
      ARROW_ASSIGN_OR_RAISE(*side, MakeRescaleNode(std::move(*side), common, scale, narrow));
      if (literal && !LiteralOf(**side) && mode_ == Mode::kEvaluate) {
        // The rescaled constant, computed once.
        const TypePtr physical = (*side)->physical;
        (*side)->type = physical;
        *side = Fold(std::move(*side));
      }
    }
  } else {
    ARROW_ASSIGN_OR_RAISE(left, Coerce(std::move(left), common));
    ARROW_ASSIGN_OR_RAISE(right, Coerce(std::move(right), common));
  }
  ARROW_ASSIGN_OR_RAISE(auto node, MakeComparisonNode(op, std::move(left), std::move(right), options_.fused));
  return Fold(std::move(node));
}

}  // namespace bowstring
