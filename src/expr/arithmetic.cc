// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/arithmetic.h"

#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>

#include <bowstring/error.h>

#include "expr/operand.h"
#include "functions/value_text.h"

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;

enum class Trouble { kNone, kOverflow, kZero };

arrow::Status Fail(Trouble trouble, BinaryOp op, const std::string& left, const std::string& right) {
  if (trouble == Trouble::kZero) return Error(ErrorKind::kUnknown, "Divide by zero error");
  return Error(ErrorKind::kUnknown, "Arithmetic overflow: Overflow happened on: ", left, " ", ToString(op), " ", right);
}

template <typename T>
std::string Text(T value) {
  std::string out;
  if constexpr (std::is_same_v<T, double>) {
    AppendDouble(value, &out);
  } else if constexpr (std::is_same_v<T, float>) {
    AppendFloat(value, &out);
  } else {
    out = std::to_string(value);
  }
  return out;
}

// One operation. `bad` collects trouble; the answer is then any value. Kept free of branches, so that loops over it become SIMD.
struct Plus {
  static constexpr BinaryOp kOp = BinaryOp::kPlus;
  template <typename T>
  static T Do(T a, T b, bool* bad) {
    if constexpr (std::is_floating_point_v<T>) return a + b;
    else {
      T out;
      *bad |= __builtin_add_overflow(a, b, &out);
      return out;
    }
  }
};
struct Minus {
  static constexpr BinaryOp kOp = BinaryOp::kMinus;
  template <typename T>
  static T Do(T a, T b, bool* bad) {
    if constexpr (std::is_floating_point_v<T>) return a - b;
    else {
      T out;
      *bad |= __builtin_sub_overflow(a, b, &out);
      return out;
    }
  }
};
struct Times {
  static constexpr BinaryOp kOp = BinaryOp::kMultiply;
  template <typename T>
  static T Do(T a, T b, bool* bad) {
    if constexpr (std::is_floating_point_v<T>) return a * b;
    else {
      T out;
      *bad |= __builtin_mul_overflow(a, b, &out);
      return out;
    }
  }
};
struct Over {
  static constexpr BinaryOp kOp = BinaryOp::kDivide;
  template <typename T>
  static T Do(T a, T b, bool* bad) {
    if constexpr (std::is_floating_point_v<T>) return a / b;
    else {
      const bool wrong = b == 0 || (std::is_signed_v<T> && b == static_cast<T>(-1) && a == std::numeric_limits<T>::min());
      *bad |= wrong;
      return wrong ? T{0} : static_cast<T>(a / b);
    }
  }
};
struct Modulo {
  static constexpr BinaryOp kOp = BinaryOp::kModulo;
  template <typename T>
  static T Do(T a, T b, bool* bad) {
    if constexpr (std::is_floating_point_v<T>) return std::fmod(a, b);
    else {
      *bad |= b == 0;
      // min % -1 is 0, and traps on some processors.
      const bool trivial = b == 0 || (std::is_signed_v<T> && b == static_cast<T>(-1));
      return trivial ? T{0} : static_cast<T>(a % b);
    }
  }
};
struct BitAnd {
  static constexpr BinaryOp kOp = BinaryOp::kBitAnd;
  template <typename T>
  static T Do(T a, T b, bool*) { return a & b; }
};
struct BitOr {
  static constexpr BinaryOp kOp = BinaryOp::kBitOr;
  template <typename T>
  static T Do(T a, T b, bool*) { return a | b; }
};
struct BitXor {
  static constexpr BinaryOp kOp = BinaryOp::kBitXor;
  template <typename T>
  static T Do(T a, T b, bool*) { return a ^ b; }
};
// Shifts use the low bits of the distance, as the peer's wrapping shifts do.
struct ShiftLeft {
  static constexpr BinaryOp kOp = BinaryOp::kShiftLeft;
  template <typename T>
  static T Do(T a, T b, bool*) {
    using U = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<U>(a) << (static_cast<U>(b) & (sizeof(T) * 8 - 1)));
  }
};
struct ShiftRight {
  static constexpr BinaryOp kOp = BinaryOp::kShiftRight;
  template <typename T>
  static T Do(T a, T b, bool*) {
    using U = std::make_unsigned_t<T>;
    return static_cast<T>(a >> (static_cast<U>(b) & (sizeof(T) * 8 - 1)));
  }
};

template <typename T, typename Op, typename Left, typename Right>
bool Loop(Left left, Right right, T* __restrict out, int64_t n) {
  bool bad = false;
  for (int64_t i = 0; i < n; ++i) out[i] = Op::template Do<T>(left[i], right[i], &bad);
  return bad;
}

template <typename T, typename Op>
class ArithmeticNode : public BoundNode {
 public:
  ArithmeticNode(NodePtr left, NodePtr right) : left_(std::move(left)), right_(std::move(right)) {}
  std::vector<const BoundNode*> children() const override { return {left_.get(), right_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto left, left_->Evaluate(frame));
    ARROW_ASSIGN_OR_RAISE(auto right, right_->Evaluate(frame));
    const int64_t n = frame.num_rows();
    const bool scalars = left.is_scalar() && right.is_scalar();
    if (IsNullScalar(left) || IsNullScalar(right)) {
      if (scalars) return arrow::Datum(arrow::MakeNullScalar(physical));
      return AllNull(physical, n, frame.pool());
    }
    if (scalars) {
      const T a = ScalarValue<T>(*left.scalar()), b = ScalarValue<T>(*right.scalar());
      bool bad = false;
      const T out = Op::template Do<T>(a, b, &bad);
      if (bad) return Fail(TroubleOf(b), Op::kOp, Text(a), Text(b));
      return arrow::Datum(MakeNumberScalar(physical, out));
    }
    ARROW_ASSIGN_OR_RAISE(auto validity, AndValidity({ArrayOf(left), ArrayOf(right)}, n, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(auto values, arrow::AllocateBuffer(n * static_cast<int64_t>(sizeof(T)), frame.pool()));
    T* out = reinterpret_cast<T*>(values->mutable_data());
    const bool bad = VisitOperands<T>(left, right, [&](auto a, auto b) { return Loop<T, Op>(a, b, out, n); });
    if (bad) ARROW_RETURN_NOT_OK(Locate(left, right, validity.get(), n));
    return arrow::Datum(std::make_shared<ArrayData>(physical, n, std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(values)},
                                                    validity ? arrow::kUnknownNullCount : 0, 0));
  }

 private:
  static Trouble TroubleOf(T b) {
    return (Op::kOp == BinaryOp::kDivide || Op::kOp == BinaryOp::kModulo) && b == T{0} ? Trouble::kZero : Trouble::kOverflow;
  }
  // Some row failed: a NULL's leftover values don't count.
  static arrow::Status Locate(const arrow::Datum& left, const arrow::Datum& right, const arrow::Buffer* validity, int64_t n) {
    return VisitOperands<T>(left, right, [&](auto a, auto b) {
      for (int64_t i = 0; i < n; ++i) {
        if (validity && !arrow::bit_util::GetBit(validity->data(), i)) continue;
        bool bad = false;
        Op::template Do<T>(a[i], b[i], &bad);
        if (bad) return Fail(TroubleOf(b[i]), Op::kOp, Text(static_cast<T>(a[i])), Text(static_cast<T>(b[i])));
      }
      return arrow::Status::OK();
    });
  }

  NodePtr left_, right_;
};

template <typename T>
NodePtr MakeOf(BinaryOp op, NodePtr left, NodePtr right) {
  switch (op) {
    case BinaryOp::kPlus: return std::make_unique<ArithmeticNode<T, Plus>>(std::move(left), std::move(right));
    case BinaryOp::kMinus: return std::make_unique<ArithmeticNode<T, Minus>>(std::move(left), std::move(right));
    case BinaryOp::kMultiply: return std::make_unique<ArithmeticNode<T, Times>>(std::move(left), std::move(right));
    case BinaryOp::kIntDivide:
    case BinaryOp::kDivide: return std::make_unique<ArithmeticNode<T, Over>>(std::move(left), std::move(right));
    case BinaryOp::kModulo: return std::make_unique<ArithmeticNode<T, Modulo>>(std::move(left), std::move(right));
    default: break;
  }
  if constexpr (std::is_integral_v<T>) {
    switch (op) {
      case BinaryOp::kBitAnd: return std::make_unique<ArithmeticNode<T, BitAnd>>(std::move(left), std::move(right));
      case BinaryOp::kBitOr: return std::make_unique<ArithmeticNode<T, BitOr>>(std::move(left), std::move(right));
      case BinaryOp::kBitXor: return std::make_unique<ArithmeticNode<T, BitXor>>(std::move(left), std::move(right));
      case BinaryOp::kShiftLeft: return std::make_unique<ArithmeticNode<T, ShiftLeft>>(std::move(left), std::move(right));
      case BinaryOp::kShiftRight: return std::make_unique<ArithmeticNode<T, ShiftRight>>(std::move(left), std::move(right));
      default: break;
    }
  }
  return nullptr;
}

using WideInt = std::array<uint64_t, 4>;  // a decimal256

// -x, checked.
template <typename T>
class NegativeNode : public BoundNode {
 public:
  explicit NegativeNode(NodePtr child) : child_(std::move(child)) {}
  std::vector<const BoundNode*> children() const override { return {child_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto value, child_->Evaluate(frame));
    if (value.is_scalar()) {
      if (!value.scalar()->is_valid) return value;
      ARROW_ASSIGN_OR_RAISE(auto one, ToArray(value, 1, frame.pool()));
      ARROW_ASSIGN_OR_RAISE(auto negated, Negate(*one, frame.pool()));
      ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(negated)->GetScalar(0));
      return arrow::Datum(std::move(scalar));
    }
    ARROW_ASSIGN_OR_RAISE(auto negated, Negate(*value.array(), frame.pool()));
    return arrow::Datum(std::move(negated));
  }

 private:
  arrow::Result<std::shared_ptr<ArrayData>> Negate(const ArrayData& data, arrow::MemoryPool* pool) const {
    const int64_t n = data.length;
    ARROW_ASSIGN_OR_RAISE(auto validity, AndValidity({&data}, n, pool));
    ARROW_ASSIGN_OR_RAISE(auto values, arrow::AllocateBuffer(n * static_cast<int64_t>(sizeof(T)), pool));
    const T* in = data.GetValues<T>(1);
    T* out = reinterpret_cast<T*>(values->mutable_data());
    for (int64_t i = 0; i < n; ++i) {
      if constexpr (std::is_same_v<T, arrow::MonthDayNanoIntervalType::MonthDayNanos>) {
        out[i] = {-in[i].months, -in[i].days, -in[i].nanoseconds};
      } else if constexpr (std::is_floating_point_v<T>) {
        out[i] = -in[i];
      } else if constexpr (std::is_same_v<T, WideInt>) {
        arrow::Decimal256 value(arrow::BasicDecimal256::LittleEndianArray, in[i]);
        value.Negate();
        out[i] = value.little_endian_array();
      } else if (__builtin_sub_overflow(T{0}, in[i], &out[i]) && data.IsValid(i)) {
        std::string text;
        AppendInt128(in[i], &text);
        return Error(ErrorKind::kUnknown, "Arithmetic overflow: Overflow happened on: - ", text);
      }
    }
    return std::make_shared<ArrayData>(physical, n, std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(values)},
                                       validity ? arrow::kUnknownNullCount : 0, 0);
  }

  NodePtr child_;
};

NodePtr Settle(NodePtr node, const BoundNode& left, const BoundNode& right, bool fallible) {
  node->nullable = left.nullable || right.nullable;
  node->fallible = fallible || left.fallible || right.fallible;
  node->constant = left.constant && right.constant;
  node->stable = left.stable && right.stable;
  return node;
}

}  // namespace

arrow::Result<NodePtr> MakeArithmeticNode(BinaryOp op, NodePtr left, NodePtr right) {
  const TypePtr type = left->physical;
  const BoundNode &l = *left, &r = *right;
  NodePtr node;
  switch (type->id()) {
    case Type::INT8: node = MakeOf<int8_t>(op, std::move(left), std::move(right)); break;
    case Type::INT16: node = MakeOf<int16_t>(op, std::move(left), std::move(right)); break;
    case Type::INT32: node = MakeOf<int32_t>(op, std::move(left), std::move(right)); break;
    case Type::INT64: node = MakeOf<int64_t>(op, std::move(left), std::move(right)); break;
    case Type::UINT8: node = MakeOf<uint8_t>(op, std::move(left), std::move(right)); break;
    case Type::UINT16: node = MakeOf<uint16_t>(op, std::move(left), std::move(right)); break;
    case Type::UINT32: node = MakeOf<uint32_t>(op, std::move(left), std::move(right)); break;
    case Type::UINT64: node = MakeOf<uint64_t>(op, std::move(left), std::move(right)); break;
    case Type::FLOAT: node = MakeOf<float>(op, std::move(left), std::move(right)); break;
    case Type::DOUBLE: node = MakeOf<double>(op, std::move(left), std::move(right)); break;
    default: break;
  }
  if (!node) return Error(ErrorKind::kNotImplemented, "the operator ", ToString(op), " on ", type->ToString());
  node->type = node->physical = type;
  const bool checked = op == BinaryOp::kPlus || op == BinaryOp::kMinus || op == BinaryOp::kMultiply || op == BinaryOp::kDivide ||
                       op == BinaryOp::kModulo || op == BinaryOp::kIntDivide;
  return Settle(std::move(node), l, r, checked && !IsFloat(*type));
}

arrow::Result<NodePtr> MakeNegativeNode(NodePtr child) {
  const TypePtr type = child->physical, logical = child->type;
  const BoundNode& c = *child;
  NodePtr node;
  switch (type->id()) {
    case Type::INT8: node = std::make_unique<NegativeNode<int8_t>>(std::move(child)); break;
    case Type::INT16: node = std::make_unique<NegativeNode<int16_t>>(std::move(child)); break;
    case Type::INT32: node = std::make_unique<NegativeNode<int32_t>>(std::move(child)); break;
    case Type::INT64:
    case Type::DURATION:
    case Type::DECIMAL64: node = std::make_unique<NegativeNode<int64_t>>(std::move(child)); break;
    case Type::DECIMAL32: node = std::make_unique<NegativeNode<int32_t>>(std::move(child)); break;
    case Type::DECIMAL128: node = std::make_unique<NegativeNode<__int128>>(std::move(child)); break;
    case Type::DECIMAL256: node = std::make_unique<NegativeNode<WideInt>>(std::move(child)); break;
    case Type::FLOAT: node = std::make_unique<NegativeNode<float>>(std::move(child)); break;
    case Type::DOUBLE: node = std::make_unique<NegativeNode<double>>(std::move(child)); break;
    case Type::INTERVAL_MONTH_DAY_NANO:
      node = std::make_unique<NegativeNode<arrow::MonthDayNanoIntervalType::MonthDayNanos>>(std::move(child));
      break;
    default: return Error(ErrorKind::kPlan, "Unary operator '-' only supports signed numeric, interval and timestamp types, got ", type->ToString());
  }
  node->type = logical;
  node->physical = type;
  node->digits = c.digits;
  return Settle(std::move(node), c, c, IsInteger(*type) || type->id() == Type::DECIMAL128);
}

}  // namespace bowstring
