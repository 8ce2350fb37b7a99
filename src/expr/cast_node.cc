// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/cast_node.h"

#include <algorithm>

#include <arrow/type.h>

namespace bowstring {
namespace {

using arrow::Type;

class CastNode : public BoundNode {
 public:
  CastNode(NodePtr child, TypePtr to, TypePtr inner, CastMode mode) : child_(std::move(child)), mode_(mode) {
    type = std::move(to);
    physical = std::move(inner);
    nullable = child_->nullable || mode == CastMode::kTry;
    fallible = child_->fallible || (mode == CastMode::kChecked && CastIsFallible(*child_->physical, *physical));
    constant = child_->constant;
    stable = child_->stable;
    metadata = child_->metadata;
  }
  std::vector<const BoundNode*> children() const override { return {child_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto value, child_->Evaluate(frame));
    return CastDatum(frame.context(), value, physical, mode_);
  }

 private:
  NodePtr child_;
  CastMode mode_;
};

int32_t IntegerDigits(const arrow::DataType& type) {
  switch (type.bit_width()) {
    case 8: return 3;
    case 16: return 5;
    case 32: return 10;
    default: return type.id() == Type::UINT64 ? 20 : 19;
  }
}

}  // namespace

arrow::Result<NodePtr> MakeCastNode(NodePtr child, const TypePtr& to, CastMode mode) {
  if (child->type->Equals(*to)) return child;
  ARROW_RETURN_NOT_OK(CheckCast(*child->type, *to));
  TypePtr inner = to;
  int32_t digits = 0;
  if (IsDecimal(*to)) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(*to);
    digits = decimal.precision();
    if (IsInteger(*child->type)) digits = std::min(digits, IntegerDigits(*child->type) + std::max(0, decimal.scale()));
    // Small decimals stay narrow through casts.
    if (to->id() == Type::DECIMAL128 && decimal.precision() <= 18 && decimal.scale() >= 0 && IsNumeric(*child->type)) {
      inner = arrow::decimal64(decimal.precision(), decimal.scale());
    }
  }
  auto node = std::make_unique<CastNode>(std::move(child), to, inner, mode);
  node->digits = digits;
  return node;
}

arrow::Result<NodePtr> MakeRescaleNode(NodePtr child, const TypePtr& type, int32_t scale, bool narrow) {
  const TypePtr inner = narrow ? arrow::decimal64(18, scale) : arrow::decimal128(38, scale);
  const int32_t digits = child->digits + std::max(0, scale - static_cast<const arrow::DecimalType&>(*child->physical).scale());
  if (child->physical->Equals(*inner)) {
    child->type = type;
    return child;
  }
  // decimal64(p, s) is the same numbers as decimal64(18, s).
  auto node = std::make_unique<CastNode>(std::move(child), type, inner, CastMode::kChecked);
  node->digits = std::min(digits, 38);
  return node;
}

}  // namespace bowstring
