// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/export.h>
#include <bowstring/expr.h>
#include <bowstring/function.h>
#include <bowstring/table_source.h>

namespace bowstring {

/// Memory of states that grow: handed out in pieces, freed as a whole. From the query's pool, so it is counted. One thread at a time.
class BOWSTRING_EXPORT StateHeap {
 public:
  explicit StateHeap(arrow::MemoryPool* pool) : pool_(pool) {}
  StateHeap(StateHeap&& other) noexcept;
  StateHeap& operator=(StateHeap&& other) noexcept;
  ~StateHeap() { Clear(); }
  /// Bytes aligned to 8, not set. OutOfMemory: nothing has changed.
  arrow::Result<uint8_t*> Allocate(int64_t size);
  /// The pieces of `other` live on in this one; `other` is empty then.
  void Adopt(StateHeap&& other);
  void Clear();
  int64_t bytes() const { return bytes_; }

 private:
  struct Piece {
    uint8_t* data;
    int64_t size;
  };
  arrow::MemoryPool* pool_;
  std::vector<Piece> pieces_;
  uint8_t* next_ = nullptr;
  int64_t left_ = 0, bytes_ = 0;
};

/// The groups that a call of a kernel is about: one row of memory each, the same one any number of times. A row begins with the group's 64-bit
/// hash; `offset` is where this aggregate's state begins in it.
struct GroupRows {
  uint8_t* const* rows = nullptr;
  int64_t count = 0;
  const int32_t* positions = nullptr;  ///< which row of the arguments belongs to rows[i]; null: row i
  int32_t offset = 0;
  StateHeap* const* heaps = nullptr;   ///< one a partition
  int32_t partition_shift = 0;         ///< partition = (hash >> shift) & mask
  uint32_t partition_mask = 0;
  bool one_group = false;              ///< all rows are the same

  uint8_t* state(int64_t i) const { return rows[i] + offset; }
  int64_t position(int64_t i) const { return positions ? positions[i] : i; }
  /// Where what rows[i] keeps beyond its state must be allocated.
  StateHeap& heap(int64_t i) const {
    return *heaps[(*reinterpret_cast<const uint64_t*>(rows[i]) >> partition_shift) & partition_mask];
  }
};

/// A batch of arguments. Where the call has an ORDER BY, its keys follow the arguments.
struct AggregateInput {
  std::span<const std::shared_ptr<arrow::ArrayData>> columns;
  Seq seq;                               ///< with first_row + row: the place in the input, for order-sensitive aggregates
  int64_t first_row = 0;
  const int32_t* row_numbers = nullptr;  ///< row i of the columns is row row_numbers[i] of the batch; null: row i
  arrow::MemoryPool* pool = nullptr;     ///< for what a call needs meanwhile
};

/// How one aggregate call works on its groups' states. Immutable; called from any thread, but never for one group by two at once.
///
/// A state is `state_size()` bytes of a group's row, aligned to 8. All zero bytes is the state of an empty group. What doesn't fit lies in the
/// group's StateHeap. All Reserve calls of a batch come before its first Update (Merge, MergeSerialized); only they may answer OutOfMemory, and then
/// have changed nothing that an answer depends on. Other failures end the query.
class BOWSTRING_EXPORT AggregateKernel {
 public:
  virtual ~AggregateKernel() = default;
  /// A multiple of 8.
  virtual int32_t state_size() const = 0;
  /// What Finalize gives; as ResolvedAggregate::result, or decimal64 in place of decimal128.
  virtual const std::shared_ptr<arrow::DataType>& result_type() const = 0;

  virtual arrow::Status Reserve(const AggregateInput&, const GroupRows&) const;
  virtual arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const = 0;

  /// Joins the state of from[i] (a row, its state at groups.offset) into groups' i-th. `from` isn't used again; its heap lives on.
  virtual arrow::Status ReserveMerge(const GroupRows&, uint8_t* const*) const;
  virtual arrow::Status Merge(const GroupRows& groups, uint8_t* const* from) const = 0;

  /// The groups' results, in order. Changes no state.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const = 0;

  /// States as arrays, for spilling and for sending away.
  virtual std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const = 0;
  virtual arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const = 0;
  using Serialized = std::span<const std::shared_ptr<arrow::ArrayData>>;
  virtual arrow::Status ReserveSerialized(Serialized, const GroupRows&) const;
  virtual arrow::Status MergeSerialized(Serialized states, const GroupRows& groups) const = 0;

  /// True where a state is its bytes and no more, and Merge takes one pair after the other and leaves `from` as it is.
  virtual bool plain() const { return false; }

  /// For states that own more than memory (a Python object): called once for each group that is given up.
  virtual bool needs_destroy() const { return false; }
  virtual void Destroy(const GroupRows&) const {}
};

/// What is known of a call while it is planned.
struct AggregateRequest {
  std::vector<ArgumentInfo> arguments;
  bool distinct = false;
  NullTreatment nulls = NullTreatment::kUnset;
  struct Order {
    ArgumentInfo key;
    bool ascending = true, nulls_first = false;
  };
  std::vector<Order> order_by;
};

/// A call with its types settled.
struct ResolvedAggregate {
  std::vector<std::shared_ptr<arrow::DataType>> argument_types;  ///< each argument is cast to this before the kernel sees it
  std::shared_ptr<arrow::Field> result;                          ///< type, nullability, metadata; the name is not used
  /// Physical types of the arguments, then of the order keys: as argument_types, or decimal64 for decimal128 up to 18 digits.
  using Types = std::vector<std::shared_ptr<arrow::DataType>>;
  std::function<arrow::Result<std::shared_ptr<const AggregateKernel>>(const Types& physical)> make_kernel;
  bool uses_order = false;        ///< wants its ORDER BY keys after the arguments; else they needn't be given
  bool ignores_distinct = false;  ///< min(DISTINCT x) is min(x)
};

/// An aggregate function of the registry, built-in or user's. Immutable and thread-safe.
class BOWSTRING_EXPORT AggregateFunction {
 public:
  virtual ~AggregateFunction() = default;
  virtual const std::string& name() const = 0;
  virtual std::vector<std::string> aliases() const { return {}; }
  virtual Volatility volatility() const { return Volatility::kImmutable; }
  virtual const FunctionDoc& doc() const = 0;
  /// Types in, types out. Fails with kPlan: "... failed to match any signature" and the candidates.
  virtual arrow::Result<ResolvedAggregate> Resolve(const AggregateRequest& request) const = 0;
  arrow::Result<ResolvedAggregate> Resolve(const std::vector<ArgumentInfo>& arguments, bool distinct) const;
  /// True where ORDER BY inside the call belongs to WITHIN GROUP: it is printed so.
  virtual bool ordered_set() const { return false; }
};

}  // namespace bowstring
