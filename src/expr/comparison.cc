// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/comparison.h"

#include <cmath>
#include <cstring>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <bowstring/error.h>

#include "expr/bits.h"
#include "expr/operand.h"
#include "functions/text_view.h"

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;

// Floats by the total order of the language.
template <typename T>
bool LessThan(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return a < b || (std::isnan(b) && !std::isnan(a));
  } else {
    return a < b;
  }
}
template <typename T>
bool Equal(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return a == b || (std::isnan(a) && std::isnan(b));
  } else {
    return a == b;
  }
}

struct Eq {
  template <typename T>
  static bool Do(T a, T b) { return Equal(a, b); }
};
struct NotEq {
  template <typename T>
  static bool Do(T a, T b) { return !Equal(a, b); }
};
struct Lt {
  template <typename T>
  static bool Do(T a, T b) { return LessThan(a, b); }
};
struct LtEq {
  template <typename T>
  static bool Do(T a, T b) { return !LessThan(b, a); }
};
struct Gt {
  template <typename T>
  static bool Do(T a, T b) { return LessThan(b, a); }
};
struct GtEq {
  template <typename T>
  static bool Do(T a, T b) { return !LessThan(a, b); }
};

BinaryOp Mirror(BinaryOp op) {
  switch (op) {
    case BinaryOp::kLt: return BinaryOp::kGt;
    case BinaryOp::kLtEq: return BinaryOp::kGtEq;
    case BinaryOp::kGt: return BinaryOp::kLt;
    case BinaryOp::kGtEq: return BinaryOp::kLtEq;
    default: return op;
  }
}

// One constant text against views: most are told apart by their first 8 bytes, size and prefix.
class ViewEquals {
 public:
  ViewEquals(const ViewReader& reader, std::string_view constant) : reader_(reader), constant_(constant) {
    ViewReader::View view{};
    if (constant.size() <= static_cast<size_t>(arrow::BinaryViewType::kInlineSize)) {
      view.inlined.size = static_cast<int32_t>(constant.size());
      if (!constant.empty()) std::memcpy(view.inlined.data.data(), constant.data(), constant.size());
      is_inline_ = true;
    } else {
      view.ref.size = static_cast<int32_t>(constant.size());
      std::memcpy(view.ref.prefix.data(), constant.data(), 4);
    }
    std::memcpy(words_, &view, 16);
  }
  bool operator()(int64_t i) const {
    uint64_t words[2];
    std::memcpy(words, &reader_.view(i), 16);
    if (words[0] != words_[0]) return false;
    return is_inline_ ? words[1] == words_[1] : reader_[i] == constant_;
  }

 private:
  const ViewReader& reader_;
  std::string_view constant_;
  uint64_t words_[2];
  bool is_inline_ = false;
};

class ComparisonNode : public BoundNode {
 public:
  ComparisonNode(BinaryOp op, NodePtr left, NodePtr right, bool fused) : op_(op), left_(std::move(left)), right_(std::move(right)) {
    type = physical = arrow::boolean();
    null_safe_ = op == BinaryOp::kIsDistinctFrom || op == BinaryOp::kIsNotDistinctFrom;
    nullable = !null_safe_ && (left_->nullable || right_->nullable);
    fallible = left_->fallible || right_->fallible;
    constant = left_->constant && right_->constant;
    stable = left_->stable && right_->stable;
    column_ = ColumnOf(*left_);
    literal_ = LiteralOf(*right_);
    other_ = ColumnOf(*right_);
    pair_ = fused && !null_safe_ && column_ >= 0 && other_ >= 0 && HasLoop(left_->physical->storage_id()) && left_->physical->Equals(*right_->physical);
    in_place_ = fused && !null_safe_ && column_ >= 0 && literal_ && literal_->is_valid && HasLoop(left_->physical->storage_id());
  }
  std::vector<const BoundNode*> children() const override { return {left_.get(), right_.get()}; }
  bool selects_in_place() const override { return in_place_ || pair_; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto left, left_->Evaluate(frame));
    ARROW_ASSIGN_OR_RAISE(auto right, right_->Evaluate(frame));
    const int64_t n = frame.num_rows();
    if (left.is_scalar() && right.is_scalar()) {
      ARROW_ASSIGN_OR_RAISE(auto a, ToArray(left, 1, frame.pool()));
      ARROW_ASSIGN_OR_RAISE(auto answer, Compare(arrow::Datum(a), right, 1, frame.pool()));
      ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(answer)->GetScalar(0));
      return arrow::Datum(std::move(scalar));
    }
    ARROW_ASSIGN_OR_RAISE(auto answer, Compare(left, right, n, frame.pool()));
    return arrow::Datum(std::move(answer));
  }

  arrow::Status Select(RowFrame& frame, RowList* out) const override {
    if (pair_) {
      const ArrayData& left = *frame.data().column_data(column_);
      const auto& right = frame.data().column_data(other_);
      if (left.type->id() == Type::DICTIONARY || right->type->id() == Type::DICTIONARY || left.MayHaveNulls() || right->MayHaveNulls()) {
        return BoundNode::Select(frame, out);
      }
      VisitTest(op_, left, arrow::Datum(right), [&](auto test) { Pick(frame, left, test, out); });
      return arrow::Status::OK();
    }
    if (!in_place_) return BoundNode::Select(frame, out);
    const ArrayData& data = *frame.data().column_data(column_);
    if (data.type->id() == Type::DICTIONARY) return SelectCodes(frame, data, out);
    VisitTest(op_, data, arrow::Datum(std::const_pointer_cast<arrow::Scalar>(literal_->GetSharedPtr())),
              [&](auto test) { Pick(frame, data, test, out); });
    return arrow::Status::OK();
  }

 private:
  static bool HasLoop(Type::type id) {
    switch (id) {
      case Type::BOOL:
      case Type::NA:
      case Type::HALF_FLOAT:
      case Type::DECIMAL256:
      case Type::INTERVAL_MONTH_DAY_NANO:
      case Type::INTERVAL_DAY_TIME: return false;
      default: return !arrow::is_nested(id) && id != Type::RUN_END_ENCODED && id != Type::EXTENSION && id != Type::DICTIONARY;
    }
  }

  // The rows of the frame that pass, straight from the batch's column.
  template <typename Test>
  static void Pick(RowFrame& frame, const ArrayData& data, Test test, RowList* out) {
    int32_t* to = out->mutable_data();
    const int32_t* rows = frame.rows();
    const int64_t n = frame.num_rows();
    const uint8_t* valid = data.MayHaveNulls() ? data.buffers[0]->data() : nullptr;
    int64_t k = 0;
    if (!rows && !valid) {
      for (int64_t i = 0; i < n; ++i) {
        to[k] = static_cast<int32_t>(i);
        k += test(i);
      }
    } else if (!valid) {
      for (int64_t i = 0; i < n; ++i) {
        const int32_t row = rows[i];
        to[k] = row;
        k += test(row);
      }
    } else {
      for (int64_t i = 0; i < n; ++i) {
        const int32_t row = rows ? rows[i] : static_cast<int32_t>(i);
        to[k] = row;
        k += arrow::bit_util::GetBit(valid, data.offset + row) && test(row);
      }
    }
    out->length = k;
  }

  arrow::Status SelectCodes(RowFrame& frame, const ArrayData&, RowList* out) const { return BoundNode::Select(frame, out); }

  // visit(test): a function of the row, by type, operator and right side (array or valid scalar). False: no loop of this file knows it.
  template <typename Visit>
  static bool VisitTest(BinaryOp op, const ArrayData& left, const arrow::Datum& right, Visit&& visit) {
    switch (left.type->storage_id()) {
      case Type::INT8: return Fixed<int8_t>(op, left, right, visit);
      case Type::UINT8: return Fixed<uint8_t>(op, left, right, visit);
      case Type::INT16: return Fixed<int16_t>(op, left, right, visit);
      case Type::UINT16: return Fixed<uint16_t>(op, left, right, visit);
      case Type::INT32:
      case Type::DATE32:
      case Type::TIME32:
      case Type::INTERVAL_MONTHS:
      case Type::DECIMAL32: return Fixed<int32_t>(op, left, right, visit);
      case Type::UINT32: return Fixed<uint32_t>(op, left, right, visit);
      case Type::INT64:
      case Type::DATE64:
      case Type::TIME64:
      case Type::TIMESTAMP:
      case Type::DURATION:
      case Type::DECIMAL64: return Fixed<int64_t>(op, left, right, visit);
      case Type::UINT64: return Fixed<uint64_t>(op, left, right, visit);
      case Type::FLOAT: return Fixed<float>(op, left, right, visit);
      case Type::DOUBLE: return Fixed<double>(op, left, right, visit);
      case Type::DECIMAL128: return Fixed<__int128>(op, left, right, visit);
      case Type::STRING:
      case Type::LARGE_STRING:
      case Type::STRING_VIEW:
      case Type::BINARY:
      case Type::LARGE_BINARY:
      case Type::BINARY_VIEW:
      case Type::FIXED_SIZE_BINARY: return Texts(op, left, right, visit);
      default: return false;
    }
  }

  template <typename Visit>
  static bool VisitOp(BinaryOp op, Visit&& visit) {
    switch (op) {
      case BinaryOp::kEq:
      case BinaryOp::kIsNotDistinctFrom: visit(Eq{}); return true;
      case BinaryOp::kNotEq:
      case BinaryOp::kIsDistinctFrom: visit(NotEq{}); return true;
      case BinaryOp::kLt: visit(Lt{}); return true;
      case BinaryOp::kLtEq: visit(LtEq{}); return true;
      case BinaryOp::kGt: visit(Gt{}); return true;
      default: visit(GtEq{}); return true;
    }
  }

  template <typename T, typename Visit>
  static bool Fixed(BinaryOp op, const ArrayData& left, const arrow::Datum& right, Visit& visit) {
    const T* a = left.GetValues<T>(1);
    return VisitOp(op, [&](auto o) {
      using Op = decltype(o);
      if (right.is_scalar()) {
        T c;
        if constexpr (sizeof(T) == 16) {
          c = ScalarValue<__int128>(*right.scalar());
        } else if (arrow::is_decimal(right.scalar()->type->id())) {
          c = static_cast<T>(NarrowValue(*right.scalar()));
        } else {
          c = ScalarValue<T>(*right.scalar());
        }
        visit([a, c](int64_t i) { return Op::template Do<T>(a[i], c); });
      } else {
        const T* b = right.array()->GetValues<T>(1);
        visit([a, b](int64_t i) { return Op::template Do<T>(a[i], b[i]); });
      }
    });
  }

  template <typename Visit>
  static bool Texts(BinaryOp op, const ArrayData& left, const arrow::Datum& right, Visit& visit) {
    VisitText(left, [&](auto a) {
      if (right.is_scalar()) {
        const std::string_view c = static_cast<const arrow::BaseBinaryScalar&>(*right.scalar()).view();
        if constexpr (std::is_same_v<decltype(a), ViewReader>) {
          const ViewEquals equals(a, c);
          if (op == BinaryOp::kEq || op == BinaryOp::kIsNotDistinctFrom) return visit([&equals](int64_t i) { return equals(i); });
          if (op == BinaryOp::kNotEq || op == BinaryOp::kIsDistinctFrom) return visit([&equals](int64_t i) { return !equals(i); });
        }
        VisitOp(op, [&](auto o) { visit([a, c](int64_t i) { return decltype(o)::template Do<std::string_view>(a[i], c); }); });
        return;
      }
      VisitText(*right.array(), [&](auto b) {
        VisitOp(op, [&](auto o) { visit([a, b](int64_t i) { return decltype(o)::template Do<std::string_view>(a[i], b[i]); }); });
      });
    });
    return true;
  }

  // The answer's values, without NULLs.
  arrow::Status Values(BinaryOp op, const arrow::Datum& left, const arrow::Datum& right, int64_t n, arrow::MemoryPool* pool, uint8_t* bits) const {
    if (VisitTest(op, *left.array(), right, [&](auto test) { PackBits(bits, n, test); })) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(auto b, ToArray(right, right.is_scalar() ? 1 : n, pool));
    ARROW_ASSIGN_OR_RAISE(auto compare, MakeRowCompare(left.array(), b));
    const bool scalar = right.is_scalar();
    const ArrayData& a = *left.array();
    auto valid = [&](int64_t i) { return a.IsValid(i) && b->IsValid(scalar ? 0 : i); };
    VisitOp(op, [&](auto o) {
      PackBits(bits, n, [&](int64_t i) { return valid(i) && decltype(o)::template Do<int>(compare(i, scalar ? 0 : i), 0); });
    });
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<ArrayData>> Compare(arrow::Datum left, arrow::Datum right, int64_t n, arrow::MemoryPool* pool) const {
    BinaryOp op = op_;
    if (left.is_scalar()) {
      std::swap(left, right);
      op = Mirror(op);
    }
    const bool untyped = left.type()->id() == Type::NA;  // and so is the other side: an array of that type has no validity bits
    if (!null_safe_ && (untyped || IsNullScalar(right))) {
      ARROW_ASSIGN_OR_RAISE(auto nulls, AllNull(physical, n, pool));
      return nulls.array();
    }
    ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateBitmap(n, pool));
    if (!null_safe_) {
      ARROW_RETURN_NOT_OK(Values(op, left, right, n, pool, bits->mutable_data()));
      ARROW_ASSIGN_OR_RAISE(auto validity, AndValidity({left.array().get(), ArrayOf(right)}, n, pool));
      return MakeBoolArray(n, std::move(validity), std::move(bits));
    }
    // NULLs are equal to each other and to nothing else.
    const ArrayData& a = *left.array();
    const bool distinct = op == BinaryOp::kIsDistinctFrom;
    uint8_t* out = bits->mutable_data();
    if (IsNullScalar(right)) {
      PackBits(out, n, [&](int64_t i) { return a.IsValid(i) == distinct; });
      return MakeBoolArray(n, nullptr, std::move(bits));
    }
    ARROW_RETURN_NOT_OK(Values(op, left, right, n, pool, out));
    const ArrayData* b = ArrayOf(right);
    if (a.MayHaveNulls() || a.type->id() == Type::NA || (b && b->MayHaveNulls())) {
      for (int64_t i = 0; i < n; ++i) {
        const bool va = a.IsValid(i), vb = !b || b->IsValid(i);
        if (!va || !vb) arrow::bit_util::SetBitTo(out, i, (va != vb) == distinct);
      }
    }
    return MakeBoolArray(n, nullptr, std::move(bits));
  }

  BinaryOp op_;
  NodePtr left_, right_;
  bool null_safe_ = false, in_place_ = false;
  bool pair_ = false;  // both sides are columns of one type
  int other_ = -1;     // the right one
  int column_ = -1;
  const arrow::Scalar* literal_ = nullptr;
};

}  // namespace

arrow::Result<NodePtr> MakeComparisonNode(BinaryOp op, NodePtr left, NodePtr right, bool fused) {
  if (LiteralOf(*left) && !LiteralOf(*right)) {
    std::swap(left, right);
    op = Mirror(op);
  }
  return std::make_unique<ComparisonNode>(op, std::move(left), std::move(right), fused);
}

}  // namespace bowstring
