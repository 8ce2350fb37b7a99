// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/node.h"

#include <algorithm>
#include <cstring>

#include <arrow/array.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/util/bitmap_ops.h>
#include <arrow/util/decimal.h>

#include <bowstring/error.h>

#include "expr/gather.h"
#include "functions/cast.h"

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;

class ColumnNode : public BoundNode {
 public:
  explicit ColumnNode(int index) : index_(index) {}
  int index() const { return index_; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto column, frame.Column(index_));
    return arrow::Datum(std::move(column));
  }

 private:
  int index_;
};

class LiteralNode : public BoundNode {
 public:
  explicit LiteralNode(std::shared_ptr<arrow::Scalar> value) : value_(std::move(value)) {}
  const arrow::Scalar& value() const { return *value_; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame&) const override { return arrow::Datum(value_); }

 private:
  std::shared_ptr<arrow::Scalar> value_;
};

int32_t DigitsOf(const arrow::Decimal128& value) {
  const std::string text = value.ToIntegerString();
  return static_cast<int32_t>(text.size()) - (text[0] == '-' ? 1 : 0);
}

// decimal64 to decimal128, the only widening.
class WidenNode : public BoundNode {
 public:
  explicit WidenNode(NodePtr child) : child_(std::move(child)) {
    type = physical = child_->type;
    nullable = child_->nullable;
    fallible = child_->fallible;
    constant = child_->constant;
    stable = child_->stable;
    digits = child_->digits;
    metadata = child_->metadata;
  }
  std::vector<const BoundNode*> children() const override { return {child_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto value, child_->Evaluate(frame));
    return CastDatum(frame.context(), value, type, CastMode::kChecked);
  }

 private:
  NodePtr child_;
};

}  // namespace

RowFrame::RowFrame(KernelContext& context, const arrow::RecordBatch& data, const int32_t* rows, int64_t n)
    : context_(context), data_(data), rows_(rows), n_(n) {}

arrow::MemoryPool* RowFrame::pool() const { return context_.exec->memory_pool(); }

arrow::Result<std::shared_ptr<ArrayData>> RowFrame::Column(int index) {
  if (rows_ == nullptr) return data_.column_data(index);
  if (gathered_.empty()) gathered_.resize(data_.num_columns());
  if (!gathered_[index]) {
    ARROW_ASSIGN_OR_RAISE(gathered_[index], Gather(*data_.column_data(index), rows_, n_, pool()));
  }
  return gathered_[index];
}

int32_t* RowList::mutable_data() const { return reinterpret_cast<int32_t*>(indices->mutable_data()); }
const int32_t* RowList::data() const { return reinterpret_cast<const int32_t*>(indices->data()); }

arrow::Result<RowList> MakeRowList(int64_t capacity, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(capacity * 4, pool));
  return RowList{std::move(buffer), 0};
}

arrow::Status BoundNode::Select(RowFrame& frame, RowList* out) const {
  ARROW_ASSIGN_OR_RAISE(auto value, Evaluate(frame));
  int32_t* to = out->mutable_data();
  const int64_t n = frame.num_rows();
  if (value.is_scalar()) {
    const arrow::Scalar& scalar = *value.scalar();
    const bool all = scalar.is_valid && scalar.type->id() == Type::BOOL && static_cast<const arrow::BooleanScalar&>(scalar).value;
    out->length = all ? n : 0;
    for (int64_t i = 0; i < out->length; ++i) to[i] = frame.row(i);
    return arrow::Status::OK();
  }
  const ArrayData& data = *value.array();
  if (data.type->id() == Type::NA) {
    out->length = 0;
    return arrow::Status::OK();
  }
  const uint8_t* bits = data.buffers[1]->data();
  const uint8_t* valid = data.MayHaveNulls() ? data.buffers[0]->data() : nullptr;
  const int32_t* rows = frame.rows();
  int64_t k = 0;
  if (!valid && data.offset == 0) {
    for (int64_t i = 0; i < n; i += 8) {
      const uint32_t byte = bits[i >> 3];
      if (byte == 0) continue;
      const int64_t end = std::min<int64_t>(n, i + 8);
      if (rows) {
        for (int64_t j = i; j < end; ++j) {
          to[k] = rows[j];  // `to` may be `rows`: k is never above j
          k += byte >> (j - i) & 1;
        }
      } else {
        for (int64_t j = i; j < end; ++j) {
          to[k] = static_cast<int32_t>(j);
          k += byte >> (j - i) & 1;
        }
      }
    }
    out->length = k;
    return arrow::Status::OK();
  }
  for (int64_t i = 0; i < n; ++i) {
    const int32_t row = frame.row(i);
    const bool keep = arrow::bit_util::GetBit(bits, data.offset + i) && (!valid || arrow::bit_util::GetBit(valid, data.offset + i));
    to[k] = row;
    k += keep;
  }
  out->length = k;
  return arrow::Status::OK();
}

const arrow::Scalar* LiteralOf(const BoundNode& node) {
  const auto* literal = dynamic_cast<const LiteralNode*>(&node);
  return literal ? &literal->value() : nullptr;
}

int ColumnOf(const BoundNode& node) {
  const auto* column = dynamic_cast<const ColumnNode*>(&node);
  return column ? column->index() : -1;
}

NodePtr MakeColumnNode(int index, const arrow::Field& logical, const TypePtr& physical) {
  auto node = std::make_unique<ColumnNode>(index);
  node->type = logical.type();
  node->physical = physical;
  node->nullable = logical.nullable();
  node->metadata = logical.metadata();
  if (IsDecimal(*physical)) node->digits = static_cast<const arrow::DecimalType&>(*logical.type()).precision();
  return node;
}

NodePtr MakeLiteralNode(std::shared_ptr<arrow::Scalar> value) {
  auto node = std::make_unique<LiteralNode>(value);
  node->type = node->physical = value->type;
  node->nullable = !value->is_valid;
  node->constant = true;
  if (value->type->id() == Type::DECIMAL128 && value->is_valid) {
    node->digits = DigitsOf(static_cast<const arrow::Decimal128Scalar&>(*value).value);
  } else if (IsDecimal(*value->type)) {
    node->digits = value->is_valid ? static_cast<const arrow::DecimalType&>(*value->type).precision() : 1;
  }
  return node;
}

NodePtr MakeNarrowLiteral(const BoundNode& literal) {
  const arrow::Scalar* value = LiteralOf(literal);
  if (!value || value->type->id() != Type::DECIMAL128 || literal.digits > 18) return nullptr;
  const auto& type = static_cast<const arrow::DecimalType&>(*value->type);
  // Its scale may be above 18 digits: decimal64's precision bounds the scale in name only.
  const TypePtr narrow = arrow::decimal64(18, type.scale());
  std::shared_ptr<arrow::Scalar> scalar;
  if (value->is_valid) {
    const auto low = static_cast<int64_t>(static_cast<const arrow::Decimal128Scalar&>(*value).value.low_bits());
    scalar = std::make_shared<arrow::Decimal64Scalar>(arrow::Decimal64(low), narrow);
  } else {
    scalar = arrow::MakeNullScalar(narrow);
  }
  auto node = std::make_unique<LiteralNode>(scalar);
  node->type = literal.type;
  node->physical = narrow;
  node->nullable = literal.nullable;
  node->constant = true;
  node->digits = literal.digits;
  node->metadata = literal.metadata;
  return node;
}

arrow::Result<NodePtr> Widen(NodePtr node) {
  if (node->physical->Equals(*node->type)) return node;
  return std::make_unique<WidenNode>(std::move(node));
}

arrow::Result<std::shared_ptr<arrow::Buffer>> AndValidity(const std::vector<const ArrayData*>& arrays, int64_t n, arrow::MemoryPool* pool) {
  std::shared_ptr<arrow::Buffer> out;
  int64_t out_offset = 0;
  for (const ArrayData* array : arrays) {
    if (!array || !array->MayHaveNulls()) continue;
    if (!out) {
      out = array->buffers[0];
      out_offset = array->offset;
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(out, arrow::internal::BitmapAnd(pool, out->data(), out_offset, array->buffers[0]->data(), array->offset, n, 0));
    out_offset = 0;
  }
  if (out && out_offset != 0) {
    if (out_offset % 8 == 0) return arrow::SliceBuffer(out, out_offset / 8, (n + 7) / 8);
    return arrow::internal::CopyBitmap(pool, out->data(), out_offset, n);
  }
  return out;
}

arrow::Result<arrow::Datum> AllNull(const TypePtr& type, int64_t n, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayOfNull(type, n, pool));
  return arrow::Datum(array->data());
}

arrow::Result<std::shared_ptr<ArrayData>> ToArray(const arrow::Datum& datum, int64_t n, arrow::MemoryPool* pool) {
  if (datum.is_array()) return datum.array();
  ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayFromScalar(*datum.scalar(), n, pool));
  return array->data();
}

}  // namespace bowstring
