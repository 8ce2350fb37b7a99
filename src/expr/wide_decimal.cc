// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Arithmetic of decimals of up to 76 digits: row by row in Arrow's 256-bit integers. The result's type follows the rules of narrower ones; Arrow's own
// kernels refuse operands whose product could have more than 76 digits, whatever the values.

#include <arrow/array.h>
#include <arrow/util/decimal.h>

#include <bowstring/error.h>

#include "expr/arithmetic.h"

namespace bowstring {
namespace {

using arrow::Decimal256;
using arrow::Type;

int32_t ScaleOf(const TypePtr& type) { return static_cast<const arrow::DecimalType&>(*type).scale(); }

/// How many bits a magnitude has.
int Bits(Decimal256 value) {
  const auto words = value.Abs().little_endian_array();
  for (int k = 3; k >= 0; --k) {
    if (words[k] != 0) return 64 * k + 64 - __builtin_clzll(words[k]);
  }
  return 0;
}

arrow::Status Overflow(BinaryOp op, const Decimal256& left, const Decimal256& right, int32_t left_scale, int32_t right_scale) {
  return Error(ErrorKind::kUnknown, "Arithmetic overflow: Overflow happened on: ", left.ToString(left_scale), " ", ToString(op), " ",
               right.ToString(right_scale));
}

class WideDecimalNode final : public BoundNode {
 public:
  WideDecimalNode(BinaryOp op, NodePtr left, NodePtr right) : op_(op), left_(std::move(left)), right_(std::move(right)) {}
  std::vector<const BoundNode*> children() const override { return {left_.get(), right_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto left, left_->Evaluate(frame));
    ARROW_ASSIGN_OR_RAISE(auto right, right_->Evaluate(frame));
    const bool scalar = left.is_scalar() && right.is_scalar();
    const int64_t n = scalar ? 1 : frame.num_rows();
    ARROW_ASSIGN_OR_RAISE(auto a, ToArray(left, n, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(auto b, ToArray(right, n, frame.pool()));
    arrow::Decimal256Builder builder(type, frame.pool());
    ARROW_RETURN_NOT_OK(builder.Reserve(n));
    for (int64_t i = 0; i < n; ++i) {
      if (!a->IsValid(i) || !b->IsValid(i)) {
        builder.UnsafeAppendNull();
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(const Decimal256 value, Compute(Load(*a, i), Load(*b, i)));
      builder.UnsafeAppend(value);
    }
    ARROW_ASSIGN_OR_RAISE(auto out, builder.Finish());
    if (!scalar) return arrow::Datum(out->data());
    ARROW_ASSIGN_OR_RAISE(auto value, out->GetScalar(0));
    return arrow::Datum(std::move(value));
  }

 private:
  static Decimal256 Load(const arrow::ArrayData& data, int64_t i) {
    const int32_t width = data.type->byte_width();
    const uint8_t* bytes = data.buffers[1]->data() + (data.offset + i) * width;
    switch (data.type->id()) {
      case Type::DECIMAL32: return Decimal256(*reinterpret_cast<const int32_t*>(bytes));
      case Type::DECIMAL64: return Decimal256(*reinterpret_cast<const int64_t*>(bytes));
      case Type::DECIMAL128: return Decimal256(arrow::Decimal128(bytes));
      default: return Decimal256(bytes);
    }
  }

  arrow::Result<Decimal256> Compute(const Decimal256& left, const Decimal256& right) const {
    const int32_t s1 = ScaleOf(left_->type), s2 = ScaleOf(right_->type), scale = ScaleOf(type);
    const auto overflow = [&] { return Overflow(op_, left, right, s1, s2); };
    // Rescaling up is checked by Arrow.
    const auto rescaled = [&](const Decimal256& value, int32_t from, int32_t to) -> arrow::Result<Decimal256> {
      auto out = value.Rescale(from, to);
      if (!out.ok()) return overflow();
      return *out;
    };
    if (op_ == BinaryOp::kMultiply) {
      if (Bits(left) + Bits(right) > 255) return overflow();
      const Decimal256 product(left * right);
      if (!product.FitsInPrecision(76)) return overflow();
      return product;
    }
    const bool divides = op_ == BinaryOp::kDivide || op_ == BinaryOp::kIntDivide || op_ == BinaryOp::kModulo;
    if (divides && right == Decimal256(0)) return Error(ErrorKind::kUnknown, "Divide by zero error");
    if (op_ == BinaryOp::kDivide || op_ == BinaryOp::kIntDivide) {
      // (l / 10^s1) / (r / 10^s2) * 10^scale = l * 10^(scale - s1 + s2) / r
      const int32_t up = scale - s1 + s2;
      ARROW_ASSIGN_OR_RAISE(const Decimal256 dividend, up > 0 ? rescaled(left, 0, up) : arrow::Result<Decimal256>(left));
      ARROW_ASSIGN_OR_RAISE(const Decimal256 divisor, up < 0 ? rescaled(right, 0, -up) : arrow::Result<Decimal256>(right));
      ARROW_ASSIGN_OR_RAISE(const auto parts, dividend.Divide(divisor));
      return Decimal256(parts.first);
    }
    const int32_t common = std::max(s1, s2);
    ARROW_ASSIGN_OR_RAISE(const Decimal256 a, rescaled(left, s1, common));
    ARROW_ASSIGN_OR_RAISE(const Decimal256 b, rescaled(right, s2, common));
    if (op_ == BinaryOp::kModulo) {
      ARROW_ASSIGN_OR_RAISE(const auto parts, a.Divide(b));
      return Decimal256(parts.second);
    }
    const Decimal256 sum(op_ == BinaryOp::kPlus ? a + b : a + Decimal256(-b));
    if (!sum.FitsInPrecision(76)) return overflow();
    return sum;
  }

  const BinaryOp op_;
  NodePtr left_, right_;
};

}  // namespace

arrow::Result<NodePtr> MakeWideDecimalNode(BinaryOp op, NodePtr left, NodePtr right, const TypePtr& result) {
  auto node = std::make_unique<WideDecimalNode>(op, std::move(left), std::move(right));
  const auto sides = node->children();
  node->nullable = sides[0]->nullable || sides[1]->nullable;
  node->fallible = true;
  node->constant = sides[0]->constant && sides[1]->constant;
  node->stable = sides[0]->stable && sides[1]->stable;
  node->type = node->physical = result;
  node->digits = 76;
  return NodePtr(std::move(node));
}

}  // namespace bowstring
