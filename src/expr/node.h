// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include <arrow/datum.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/function.h>

#include "functions/common_type.h"

namespace bowstring {

/// The rows that an expression is evaluated on: all of a batch, or a list of its rows. Keeps the columns that were gathered for them.
/// Lives for one evaluation, on one thread.
class RowFrame {
 public:
  /// `rows` null: all rows; else `n` row numbers of `data`, ascending, which outlive the frame.
  RowFrame(KernelContext& context, const arrow::RecordBatch& data, const int32_t* rows, int64_t n);
  RowFrame(const RowFrame&) = delete;
  RowFrame& operator=(const RowFrame&) = delete;

  KernelContext& context() const { return context_; }
  arrow::MemoryPool* pool() const;
  const arrow::RecordBatch& data() const { return data_; }
  const int32_t* rows() const { return rows_; }
  int64_t num_rows() const { return n_; }
  /// Row of the batch at position i of the frame.
  int32_t row(int64_t i) const { return rows_ ? rows_[i] : static_cast<int32_t>(i); }
  /// The column's values on the frame's rows.
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Column(int index);

 private:
  KernelContext& context_;
  const arrow::RecordBatch& data_;
  const int32_t* rows_;
  int64_t n_;
  std::vector<std::shared_ptr<arrow::ArrayData>> gathered_;
};

/// Row numbers of a batch, ascending.
struct RowList {
  std::shared_ptr<arrow::Buffer> indices;  ///< int32
  int64_t length = 0;
  int32_t* mutable_data() const;
  const int32_t* data() const;
};
arrow::Result<RowList> MakeRowList(int64_t capacity, arrow::MemoryPool* pool);

/// One operation of a bound expression. Immutable.
class BoundNode {
 public:
  virtual ~BoundNode() = default;

  /// The value on the frame's rows: an array of frame.num_rows() values, or a scalar. Type is `physical`.
  virtual arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const = 0;
  /// The batch rows, of the frame's, on which a boolean node is true. Writes to `out`, which has room for frame.num_rows() and may be
  /// the very memory of frame.rows(). Default: by Evaluate.
  virtual arrow::Status Select(RowFrame& frame, RowList* out) const;
  /// True where Select works on the batch's columns as they are, without gathering.
  virtual bool selects_in_place() const { return false; }
  virtual std::vector<const BoundNode*> children() const { return {}; }

  TypePtr type;      ///< by the rules of the language
  TypePtr physical;  ///< as evaluated: decimal64 may stand for any decimal128 whose values have up to 18 digits
  bool nullable = true;
  bool fallible = false;  ///< it or anything below may fail on values
  bool constant = false;  ///< needs no row: literals, and what is computed from them alone
  bool stable = true;     ///< gives the same for the same rows within a query: not random()
  int32_t digits = 0;     ///< decimals: no value has more
  std::shared_ptr<const arrow::KeyValueMetadata> metadata;
};
using NodePtr = std::unique_ptr<BoundNode>;

/// The value of a literal node; null for others.
const arrow::Scalar* LiteralOf(const BoundNode& node);
/// The column of a column node; -1 for others.
int ColumnOf(const BoundNode& node);

NodePtr MakeColumnNode(int index, const arrow::Field& logical, const TypePtr& physical);
NodePtr MakeLiteralNode(std::shared_ptr<arrow::Scalar> value);
/// A literal by its physical value: decimal64 where the decimal has up to 18 digits. `type` stays what it was.
NodePtr MakeNarrowLiteral(const BoundNode& literal);
/// The node with the physical type that `type` says: decimal64 widened.
arrow::Result<NodePtr> Widen(NodePtr node);

/// Validity of a result that is NULL where any input is: null where nothing is NULL. Scalars must be valid.
arrow::Result<std::shared_ptr<arrow::Buffer>> AndValidity(const std::vector<const arrow::ArrayData*>& arrays, int64_t n, arrow::MemoryPool* pool);
/// An array of n NULLs.
arrow::Result<arrow::Datum> AllNull(const TypePtr& type, int64_t n, arrow::MemoryPool* pool);
/// The datum as an array of n values.
arrow::Result<std::shared_ptr<arrow::ArrayData>> ToArray(const arrow::Datum& datum, int64_t n, arrow::MemoryPool* pool);

}  // namespace bowstring
