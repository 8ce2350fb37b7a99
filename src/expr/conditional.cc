// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/scalar.h>
#include <arrow/util/bit_util.h>

#include "expr/gather.h"
#include "expr/logic.h"
#include "expr/operand.h"

// CASE and coalesce: branches are asked only on the rows that need them, so that what a branch guards against can't fail.

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;

// Values from several places put together: each row is told which piece it comes from.
class Assembly {
 public:
  Assembly(int64_t n, TypePtr type, arrow::MemoryPool* pool) : n_(n), type_(std::move(type)), pool_(pool) {}

  arrow::Status Init() {
    ARROW_ASSIGN_OR_RAISE(sources_, arrow::AllocateBuffer(n_ * 8, pool_));
    auto* rows = mutable_rows();
    for (int64_t i = 0; i < n_; ++i) rows[i] = -1;
    return arrow::Status::OK();
  }
  /// The frame positions `places` take the values of `piece`, in order; a scalar repeats.
  arrow::Status Put(const RowList& places, const arrow::Datum& piece) {
    if (places.length == 0) return arrow::Status::OK();
    std::shared_ptr<ArrayData> values;
    ARROW_ASSIGN_OR_RAISE(values, ToArray(piece, 1, pool_));
    const bool repeat = piece.is_scalar();
    auto* rows = mutable_rows();
    const int32_t* at = places.data();
    for (int64_t k = 0; k < places.length; ++k) rows[at[k]] = total_ + (repeat ? 0 : k);
    total_ += values->length;
    pieces_.push_back(arrow::MakeArray(values));
    return arrow::Status::OK();
  }
  arrow::Result<arrow::Datum> Finish() {
    if (pieces_.empty()) return AllNull(type_, n_, pool_);
    std::shared_ptr<arrow::Array> all = pieces_[0];
    if (pieces_.size() > 1) {
      ARROW_ASSIGN_OR_RAISE(all, arrow::Concatenate(pieces_, pool_));
    }
    const auto* rows = reinterpret_cast<const int64_t*>(sources_->data());
    ARROW_ASSIGN_OR_RAISE(auto out, Gather(*all->data(), rows, n_, pool_));
    return arrow::Datum(std::move(out));
  }

 private:
  int64_t* mutable_rows() { return reinterpret_cast<int64_t*>(sources_->mutable_data()); }

  int64_t n_;
  TypePtr type_;
  arrow::MemoryPool* pool_;
  std::shared_ptr<arrow::Buffer> sources_;
  arrow::ArrayVector pieces_;
  int64_t total_ = 0;
};

// Frame positions and their batch rows.
struct OpenRows {
  RowList rows, places;
};

arrow::Result<OpenRows> AllRows(RowFrame& frame) {
  OpenRows out;
  const int64_t n = frame.num_rows();
  ARROW_ASSIGN_OR_RAISE(out.rows, MakeRowList(n, frame.pool()));
  ARROW_ASSIGN_OR_RAISE(out.places, MakeRowList(n, frame.pool()));
  int32_t *rows = out.rows.mutable_data(), *places = out.places.mutable_data();
  for (int64_t i = 0; i < n; ++i) {
    rows[i] = frame.row(i);
    places[i] = static_cast<int32_t>(i);
  }
  out.rows.length = out.places.length = n;
  return out;
}

// Moves the rows on which `taken(k)` holds from `open` to the answer.
template <typename Taken>
arrow::Result<OpenRows> Split(OpenRows* open, Taken taken, arrow::MemoryPool* pool) {
  OpenRows out;
  ARROW_ASSIGN_OR_RAISE(out.rows, MakeRowList(open->rows.length, pool));
  ARROW_ASSIGN_OR_RAISE(out.places, MakeRowList(open->rows.length, pool));
  int32_t *rows = open->rows.mutable_data(), *places = open->places.mutable_data();
  int32_t *out_rows = out.rows.mutable_data(), *out_places = out.places.mutable_data();
  int64_t moved = 0, left = 0;
  for (int64_t k = 0; k < open->rows.length; ++k) {
    const int32_t row = rows[k], place = places[k];
    const bool takes = taken(k);
    out_rows[moved] = rows[left] = row;  // one of them stays; `left` is never ahead of `k`
    out_places[moved] = places[left] = place;
    moved += takes;
    left += !takes;
  }
  out.rows.length = out.places.length = moved;
  open->rows.length = open->places.length = left;
  return out;
}

class CaseNode : public BoundNode {
 public:
  CaseNode(std::vector<std::pair<NodePtr, NodePtr>> branches, NodePtr otherwise, const TypePtr& t)
      : branches_(std::move(branches)), otherwise_(std::move(otherwise)) {
    type = t;
    physical = branches_[0].second->physical;
    nullable = !otherwise_ || otherwise_->nullable;
    constant = !otherwise_ || otherwise_->constant;
    fallible = otherwise_ && otherwise_->fallible;
    stable = !otherwise_ || otherwise_->stable;
    digits = otherwise_ ? otherwise_->digits : 0;
    for (const auto& [when, then] : branches_) {
      nullable = nullable || then->nullable;
      fallible = fallible || when->fallible || then->fallible;
      constant = constant && when->constant && then->constant;
      stable = stable && when->stable && then->stable;
      digits = std::max(digits, then->digits);
      chooses_ = chooses_ && then->constant && !then->fallible && !when->fallible;
    }
    chooses_ = chooses_ && (!otherwise_ || (otherwise_->constant && !otherwise_->fallible));
  }
  std::vector<const BoundNode*> children() const override {
    std::vector<const BoundNode*> out;
    for (const auto& [when, then] : branches_) {
      out.push_back(when.get());
      out.push_back(then.get());
    }
    if (otherwise_) out.push_back(otherwise_.get());
    return out;
  }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    if (constant) return Constant(frame);
    if (chooses_) return Choose(frame);
    ARROW_ASSIGN_OR_RAISE(OpenRows open, AllRows(frame));
    Assembly answer(frame.num_rows(), physical, frame.pool());
    ARROW_RETURN_NOT_OK(answer.Init());
    for (const auto& [when, then] : branches_) {
      if (open.rows.length == 0) break;
      ARROW_ASSIGN_OR_RAISE(RowList passed, MakeRowList(open.rows.length, frame.pool()));
      {
        const bool all = open.rows.length == frame.num_rows();
        RowFrame part(frame.context(), frame.data(), open.rows.data(), open.rows.length);
        ARROW_RETURN_NOT_OK(when->Select(all ? frame : part, &passed));
      }
      if (passed.length == 0) continue;
      const int32_t *passing = passed.data(), *const end = passing + passed.length, *const rows = open.rows.data();
      ARROW_ASSIGN_OR_RAISE(OpenRows taken, Split(&open, [&](int64_t k) {
        // Both lists ascend by row, and `passed` is part of `open`.
        const bool passes = passing != end && *passing == rows[k];
        passing += passes;
        return passes;
      }, frame.pool()));
      ARROW_RETURN_NOT_OK(Ask(frame, *then, taken, &answer));
    }
    if (otherwise_ && open.rows.length > 0) ARROW_RETURN_NOT_OK(Ask(frame, *otherwise_, open, &answer));
    return answer.Finish();
  }

 private:
  static arrow::Status Ask(RowFrame& frame, const BoundNode& value, const OpenRows& rows, Assembly* answer) {
    if (rows.rows.length == frame.num_rows()) {
      ARROW_ASSIGN_OR_RAISE(auto piece, value.Evaluate(frame));
      return answer->Put(rows.places, piece);
    }
    RowFrame part(frame.context(), frame.data(), rows.rows.data(), rows.rows.length);
    ARROW_ASSIGN_OR_RAISE(auto piece, value.Evaluate(part));
    return answer->Put(rows.places, piece);
  }

  // One of some constants for each row: branches that can't fail are asked on all rows.
  arrow::Result<arrow::Datum> Choose(RowFrame& frame) const {
    const int64_t n = frame.num_rows();
    arrow::ArrayVector choices;
    const auto add = [&](const BoundNode& value) -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(const auto piece, value.Evaluate(frame));
      ARROW_ASSIGN_OR_RAISE(auto one, ToArray(piece, 1, frame.pool()));
      choices.push_back(arrow::MakeArray(std::move(one)));
      return arrow::Status::OK();
    };
    for (const auto& [when, then] : branches_) ARROW_RETURN_NOT_OK(add(*then));
    if (otherwise_) ARROW_RETURN_NOT_OK(add(*otherwise_));
    ARROW_ASSIGN_OR_RAISE(const auto values, arrow::Concatenate(choices, frame.pool()));
    const int32_t last = otherwise_ ? static_cast<int32_t>(branches_.size()) : -1;
    ARROW_ASSIGN_OR_RAISE(const auto chosen_buffer, arrow::AllocateBuffer(n * 4, frame.pool()));
    auto* chosen = reinterpret_cast<int32_t*>(chosen_buffer->mutable_data());
    std::fill(chosen, chosen + n, last);
    ARROW_ASSIGN_OR_RAISE(RowList passed, MakeRowList(n, frame.pool()));
    for (size_t b = branches_.size(); b-- > 0;) {  // the first that holds has the last word
      ARROW_RETURN_NOT_OK(branches_[b].first->Select(frame, &passed));
      const int32_t* rows = passed.data();
      int64_t place = 0;
      for (int64_t k = 0; k < passed.length; ++k) {
        if (frame.rows() == nullptr) {
          place = rows[k];
        } else {
          while (frame.rows()[place] != rows[k]) ++place;  // both ascend
        }
        chosen[place] = static_cast<int32_t>(b);
      }
    }
    ARROW_ASSIGN_OR_RAISE(auto out, Gather(*values->data(), chosen, n, frame.pool()));
    return arrow::Datum(std::move(out));
  }

  arrow::Result<arrow::Datum> Constant(RowFrame& frame) const {
    for (const auto& [when, then] : branches_) {
      ARROW_ASSIGN_OR_RAISE(auto value, when->Evaluate(frame));
      const arrow::Scalar& scalar = *value.scalar();
      if (scalar.is_valid && scalar.type->id() == Type::BOOL && static_cast<const arrow::BooleanScalar&>(scalar).value) return then->Evaluate(frame);
    }
    if (otherwise_) return otherwise_->Evaluate(frame);
    return arrow::Datum(arrow::MakeNullScalar(physical));
  }

  std::vector<std::pair<NodePtr, NodePtr>> branches_;
  NodePtr otherwise_;
  bool chooses_ = true;  // constants, and nothing can fail
};

class CoalesceNode : public BoundNode {
 public:
  CoalesceNode(std::vector<NodePtr> arguments, const TypePtr& t) : arguments_(std::move(arguments)) {
    type = t;
    physical = arguments_[0]->physical;
    constant = true;
    for (const auto& argument : arguments_) {
      nullable = nullable && argument->nullable;
      fallible = fallible || argument->fallible;
      constant = constant && argument->constant;
      stable = stable && argument->stable;
      digits = std::max(digits, argument->digits);
    }
  }
  std::vector<const BoundNode*> children() const override {
    std::vector<const BoundNode*> out;
    for (const auto& argument : arguments_) out.push_back(argument.get());
    return out;
  }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    const int64_t n = frame.num_rows();
    ARROW_ASSIGN_OR_RAISE(auto first, arguments_[0]->Evaluate(frame));
    if (first.is_scalar() ? first.scalar()->is_valid : first.array()->GetNullCount() == 0) return first;
    if (constant) {
      for (size_t i = 1; i < arguments_.size(); ++i) {
        ARROW_ASSIGN_OR_RAISE(first, arguments_[i]->Evaluate(frame));
        if (first.scalar()->is_valid) break;
      }
      return first;
    }
    ARROW_ASSIGN_OR_RAISE(OpenRows open, AllRows(frame));
    Assembly answer(n, physical, frame.pool());
    ARROW_RETURN_NOT_OK(answer.Init());
    arrow::Datum value = first;
    for (size_t i = 0; i < arguments_.size() && open.rows.length > 0; ++i) {
      if (i > 0) {
        RowFrame part(frame.context(), frame.data(), open.rows.data(), open.rows.length);
        ARROW_ASSIGN_OR_RAISE(value, arguments_[i]->Evaluate(part));
      }
      if (value.is_scalar()) {
        if (!value.scalar()->is_valid) continue;
        ARROW_RETURN_NOT_OK(answer.Put(open.places, value));
        break;
      }
      const std::shared_ptr<ArrayData> data = value.array();
      const int64_t rows = open.rows.length;
      // Values that are there stay where they are in `data`: their positions are needed before the split.
      ARROW_ASSIGN_OR_RAISE(RowList positions, MakeRowList(rows, frame.pool()));
      int32_t* there = positions.mutable_data();
      for (int64_t k = 0; k < rows; ++k) {
        if (data->IsValid(k)) there[positions.length++] = static_cast<int32_t>(k);
      }
      ARROW_ASSIGN_OR_RAISE(OpenRows taken, Split(&open, [&](int64_t k) { return data->IsValid(k); }, frame.pool()));
      if (taken.rows.length == 0) continue;
      ARROW_ASSIGN_OR_RAISE(auto found, Gather(*data, positions.data(), positions.length, frame.pool()));
      ARROW_RETURN_NOT_OK(answer.Put(taken.places, arrow::Datum(found)));
    }
    return answer.Finish();
  }

 private:
  std::vector<NodePtr> arguments_;
};

}  // namespace

NodePtr MakeCaseNode(std::vector<std::pair<NodePtr, NodePtr>> branches, NodePtr otherwise, const TypePtr& type) {
  return std::make_unique<CaseNode>(std::move(branches), std::move(otherwise), type);
}
NodePtr MakeCoalesceNode(std::vector<NodePtr> arguments, const TypePtr& type) { return std::make_unique<CoalesceNode>(std::move(arguments), type); }

}  // namespace bowstring
