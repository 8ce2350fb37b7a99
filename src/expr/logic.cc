// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/logic.h"

#include <algorithm>
#include <cstring>

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include "expr/bits.h"
#include "expr/operand.h"

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;

// Three values as two bitmaps without offset: is it true, is it false. NULL is neither.
struct Truth {
  std::shared_ptr<arrow::Buffer> yes, no;
};

bool ScalarTrue(const arrow::Scalar& scalar) { return scalar.is_valid && scalar.type->id() == Type::BOOL && static_cast<const arrow::BooleanScalar&>(scalar).value; }

arrow::Result<Truth> ToTruth(const arrow::Datum& value, int64_t n, arrow::MemoryPool* pool) {
  Truth out;
  ARROW_ASSIGN_OR_RAISE(out.yes, arrow::AllocateEmptyBitmap(n, pool));
  ARROW_ASSIGN_OR_RAISE(out.no, arrow::AllocateEmptyBitmap(n, pool));
  if (value.is_scalar()) {
    const arrow::Scalar& scalar = *value.scalar();
    if (scalar.is_valid && scalar.type->id() == Type::BOOL) {
      std::memset((ScalarTrue(scalar) ? out.yes : out.no)->mutable_data(), 0xFF, out.yes->size());
    }
    return out;
  }
  const ArrayData& data = *value.array();
  if (data.type->id() == Type::NA) return out;
  const uint8_t* bits = data.buffers[1]->data();
  if (data.MayHaveNulls()) {
    const uint8_t* valid = data.buffers[0]->data();
    arrow::internal::BitmapAnd(bits, data.offset, valid, data.offset, n, 0, out.yes->mutable_data());
    arrow::internal::BitmapAndNot(valid, data.offset, bits, data.offset, n, 0, out.no->mutable_data());
  } else {
    arrow::internal::CopyBitmap(bits, data.offset, n, out.yes->mutable_data(), 0);
    arrow::internal::InvertBitmap(bits, data.offset, n, out.no->mutable_data(), 0);
  }
  return out;
}

arrow::Result<arrow::Datum> FromTruth(Truth truth, int64_t n, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto valid, arrow::internal::BitmapOr(pool, truth.yes->data(), 0, truth.no->data(), 0, n, 0));
  const bool all = arrow::internal::CountSetBits(valid->data(), 0, n) == n;
  return arrow::Datum(MakeBoolArray(n, all ? nullptr : std::move(valid), std::move(truth.yes)));
}

// a op= b, word by word; buffers are padded to whole words by the allocator's 64-byte capacity, but only sizes are touched.
void OrInto(arrow::Buffer* a, const arrow::Buffer& b) {
  uint8_t* x = a->mutable_data();
  const uint8_t* y = b.data();
  for (int64_t i = 0; i < a->size(); ++i) x[i] |= y[i];
}
void AndInto(arrow::Buffer* a, const arrow::Buffer& b) {
  uint8_t* x = a->mutable_data();
  const uint8_t* y = b.data();
  for (int64_t i = 0; i < a->size(); ++i) x[i] &= y[i];
}

class LogicNode : public BoundNode {
 public:
  LogicNode(bool is_and, std::vector<NodePtr> terms) : is_and_(is_and), terms_(std::move(terms)) {
    type = physical = arrow::boolean();
    nullable = false;
    constant = true;
    for (const auto& term : terms_) {
      nullable = nullable || term->nullable;
      fallible = fallible || term->fallible;
      constant = constant && term->constant;
      stable = stable && term->stable;
    }
    // As a filter, terms that can't fail may go first: cheap ones that need no gathering before the others.
    for (const auto& term : terms_) order_.push_back(term.get());
    if (is_and_ && stable) {
      auto rank = [](const BoundNode* term) { return term->fallible ? 2 : term->selects_in_place() ? 0 : 1; };
      std::stable_sort(order_.begin(), order_.end(), [&](const BoundNode* a, const BoundNode* b) { return rank(a) < rank(b); });
    }
  }
  std::vector<const BoundNode*> children() const override {
    std::vector<const BoundNode*> out;
    for (const auto& term : terms_) out.push_back(term.get());
    return out;
  }
  bool selects_in_place() const override { return std::all_of(terms_.begin(), terms_.end(), [](const auto& t) { return t->selects_in_place(); }); }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    const int64_t n = frame.num_rows();
    ARROW_ASSIGN_OR_RAISE(auto first, terms_[0]->Evaluate(frame));
    bool scalars = first.is_scalar();
    ARROW_ASSIGN_OR_RAISE(Truth truth, ToTruth(first, n, frame.pool()));
    for (size_t t = 1; t < terms_.size(); ++t) {
      const BoundNode& term = *terms_[t];
      // Rows that the answer of is already known: false of an AND, true of an OR.
      const arrow::Buffer& decided = is_and_ ? *truth.no : *truth.yes;
      const int64_t open = n - arrow::internal::CountSetBits(decided.data(), 0, n);
      if (open == 0 && n > 0) break;
      if (open < n && (term.fallible || open < n / 8)) {
        ARROW_RETURN_NOT_OK(OnOpenRows(frame, term, decided, open, &truth));
        scalars = false;
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(auto value, term.Evaluate(frame));
      scalars = scalars && value.is_scalar();
      ARROW_ASSIGN_OR_RAISE(Truth other, ToTruth(value, n, frame.pool()));
      (is_and_ ? AndInto : OrInto)(truth.yes.get(), *other.yes);
      (is_and_ ? OrInto : AndInto)(truth.no.get(), *other.no);
    }
    if (constant && scalars && n > 0) {
      if (arrow::bit_util::GetBit(truth.yes->data(), 0)) return arrow::Datum(true);
      if (arrow::bit_util::GetBit(truth.no->data(), 0)) return arrow::Datum(false);
      return arrow::Datum(arrow::MakeNullScalar(arrow::boolean()));
    }
    return FromTruth(std::move(truth), n, frame.pool());
  }

  arrow::Status Select(RowFrame& frame, RowList* out) const override { return is_and_ ? SelectAnd(frame, out) : SelectOr(frame, out); }

 private:
  arrow::Status OnOpenRows(RowFrame& frame, const BoundNode& term, const arrow::Buffer& decided, int64_t open, Truth* truth) const {
    const int64_t n = frame.num_rows();
    ARROW_ASSIGN_OR_RAISE(RowList rows, MakeRowList(open, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(RowList places, MakeRowList(open, frame.pool()));
    const uint8_t* known = decided.data();
    int32_t* row_of = rows.mutable_data();
    int32_t* place_of = places.mutable_data();
    for (int64_t i = 0; i < n; ++i) {
      if (arrow::bit_util::GetBit(known, i)) continue;
      row_of[rows.length++] = frame.row(i);
      place_of[places.length++] = static_cast<int32_t>(i);
    }
    RowFrame part(frame.context(), frame.data(), rows.data(), rows.length);
    ARROW_ASSIGN_OR_RAISE(auto value, term.Evaluate(part));
    ARROW_ASSIGN_OR_RAISE(Truth other, ToTruth(value, open, frame.pool()));
    for (int64_t k = 0; k < open; ++k) {
      const int64_t i = places.data()[k];
      const bool yes = arrow::bit_util::GetBit(other.yes->data(), k), no = arrow::bit_util::GetBit(other.no->data(), k);
      uint8_t* y = truth->yes->mutable_data();
      uint8_t* f = truth->no->mutable_data();
      if (is_and_) {
        if (!yes) arrow::bit_util::ClearBit(y, i);
        if (no) arrow::bit_util::SetBit(f, i);
      } else {
        if (yes) arrow::bit_util::SetBit(y, i);
        if (!no) arrow::bit_util::ClearBit(f, i);
      }
    }
    return arrow::Status::OK();
  }

  // Each term filters the rows that the ones before left, in place.
  arrow::Status SelectAnd(RowFrame& frame, RowList* out) const {
    ARROW_RETURN_NOT_OK(order_[0]->Select(frame, out));
    for (size_t t = 1; t < order_.size() && out->length > 0; ++t) {
      RowFrame rest(frame.context(), frame.data(), out->data(), out->length);
      ARROW_RETURN_NOT_OK(order_[t]->Select(rest, out));
    }
    return arrow::Status::OK();
  }

  // Each term is asked on the rows that none before let through; the answers are merged.
  arrow::Status SelectOr(RowFrame& frame, RowList* out) const {
    const int64_t n = frame.num_rows();
    ARROW_ASSIGN_OR_RAISE(RowList open, MakeRowList(n, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(RowList found, MakeRowList(n, frame.pool()));
    // Bits by position among the open rows would need a map back, so rows themselves are marked.
    ARROW_ASSIGN_OR_RAISE(auto marks, arrow::AllocateEmptyBitmap(frame.data().num_rows(), frame.pool()));
    uint8_t* bits = marks->mutable_data();
    std::vector<int32_t> kept;
    if (frame.rows() == out->data() && frame.rows() != nullptr) {
      // The answer may be written over the question: keep that.
      kept.assign(frame.rows(), frame.rows() + n);
    }
    auto row = [&](int64_t i) { return kept.empty() ? frame.row(i) : kept[i]; };
    int32_t* opened = open.mutable_data();
    for (int64_t i = 0; i < n; ++i) opened[i] = row(i);
    open.length = n;
    for (size_t t = 0; t < terms_.size() && open.length > 0; ++t) {
      RowFrame part(frame.context(), frame.data(), t == 0 && kept.empty() ? frame.rows() : open.data(), open.length);
      ARROW_RETURN_NOT_OK(terms_[t]->Select(part, &found));
      const int32_t* hits = found.data();
      for (int64_t i = 0; i < found.length; ++i) arrow::bit_util::SetBit(bits, hits[i]);
      if (found.length == 0 || t + 1 == terms_.size()) continue;
      int64_t k = 0;
      for (int64_t i = 0; i < open.length; ++i) {
        const int32_t r = opened[i];
        opened[k] = r;
        k += !arrow::bit_util::GetBit(bits, r);
      }
      open.length = k;
    }
    int64_t k = 0;
    int32_t* to = out->mutable_data();
    for (int64_t i = 0; i < n; ++i) {
      const int32_t r = row(i);
      to[k] = r;
      k += arrow::bit_util::GetBit(bits, r);
    }
    out->length = k;
    return arrow::Status::OK();
  }

  bool is_and_;
  std::vector<NodePtr> terms_;
  std::vector<const BoundNode*> order_;
};

class NotNode : public BoundNode {
 public:
  explicit NotNode(NodePtr child) : child_(std::move(child)) {
    type = physical = arrow::boolean();
    nullable = child_->nullable;
    fallible = child_->fallible;
    constant = child_->constant;
    stable = child_->stable;
  }
  std::vector<const BoundNode*> children() const override { return {child_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto value, child_->Evaluate(frame));
    if (value.is_scalar()) {
      if (!value.scalar()->is_valid) return arrow::Datum(arrow::MakeNullScalar(arrow::boolean()));
      return arrow::Datum(!ScalarTrue(*value.scalar()));
    }
    const ArrayData& data = *value.array();
    if (data.type->id() == Type::NA) return AllNull(physical, data.length, frame.pool());
    ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateBitmap(data.length, frame.pool()));
    arrow::internal::InvertBitmap(data.buffers[1]->data(), data.offset, data.length, bits->mutable_data(), 0);
    ARROW_ASSIGN_OR_RAISE(auto validity, AndValidity({&data}, data.length, frame.pool()));
    return arrow::Datum(MakeBoolArray(data.length, std::move(validity), std::move(bits)));
  }

 private:
  NodePtr child_;
};

class IsNode : public BoundNode {
 public:
  IsNode(ExprKind kind, NodePtr child) : kind_(kind), child_(std::move(child)) {
    type = physical = arrow::boolean();
    nullable = false;
    fallible = child_->fallible;
    constant = child_->constant;
    stable = child_->stable;
  }
  std::vector<const BoundNode*> children() const override { return {child_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto value, child_->Evaluate(frame));
    const int64_t n = frame.num_rows();
    const bool negated = kind_ == ExprKind::kIsNotNull || kind_ == ExprKind::kIsNotTrue || kind_ == ExprKind::kIsNotFalse || kind_ == ExprKind::kIsNotUnknown;
    const bool about_null = kind_ == ExprKind::kIsNull || kind_ == ExprKind::kIsNotNull || kind_ == ExprKind::kIsUnknown || kind_ == ExprKind::kIsNotUnknown;
    const bool wanted = kind_ == ExprKind::kIsTrue || kind_ == ExprKind::kIsNotTrue;
    if (value.is_scalar()) {
      const arrow::Scalar& scalar = *value.scalar();
      const bool is = about_null ? !scalar.is_valid : scalar.is_valid && ScalarTrue(scalar) == wanted;
      return arrow::Datum(is != negated);
    }
    if (about_null) {
      const ArrayData& data = *value.array();
      ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateEmptyBitmap(n, frame.pool()));
      uint8_t* out = bits->mutable_data();
      if (data.type->id() == Type::NA) {
        if (!negated) std::memset(out, 0xFF, bits->size());
      } else if (data.type->id() == Type::DICTIONARY || !data.HasValidityBitmap()) {
        // A dictionary's NULLs may be in its values; unions and run ends have theirs elsewhere.
        auto array = arrow::MakeArray(value.array());
        const auto* dictionary = data.type->id() == Type::DICTIONARY ? static_cast<const arrow::DictionaryArray*>(array.get()) : nullptr;
        for (int64_t i = 0; i < n; ++i) {
          bool null = array->IsNull(i);
          if (!null && dictionary) null = dictionary->dictionary()->IsNull(dictionary->GetValueIndex(i));
          if (null != negated) arrow::bit_util::SetBit(out, i);
        }
      } else if (data.MayHaveNulls()) {
        if (negated) {
          arrow::internal::CopyBitmap(data.buffers[0]->data(), data.offset, n, out, 0);
        } else {
          arrow::internal::InvertBitmap(data.buffers[0]->data(), data.offset, n, out, 0);
        }
      } else if (negated) {
        std::memset(out, 0xFF, bits->size());
      }
      return arrow::Datum(MakeBoolArray(n, nullptr, std::move(bits)));
    }
    ARROW_ASSIGN_OR_RAISE(Truth truth, ToTruth(value, n, frame.pool()));
    auto bits = wanted ? truth.yes : truth.no;
    if (negated) arrow::internal::InvertBitmap(bits->data(), 0, n, bits->mutable_data(), 0);
    return arrow::Datum(MakeBoolArray(n, nullptr, std::move(bits)));
  }

 private:
  ExprKind kind_;
  NodePtr child_;
};

}  // namespace

NodePtr MakeLogicNode(BinaryOp op, std::vector<NodePtr> terms) { return std::make_unique<LogicNode>(op == BinaryOp::kAnd, std::move(terms)); }
NodePtr MakeNotNode(NodePtr child) { return std::make_unique<NotNode>(std::move(child)); }
NodePtr MakeIsNode(ExprKind kind, NodePtr child) { return std::make_unique<IsNode>(kind, std::move(child)); }

}  // namespace bowstring
