// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <arrow/buffer_builder.h>

#include "functions/aggregate_loops.h"

namespace bowstring {

/// The place of a row in the input, by which entries get the input's order.
struct EntryPlace {
  uint64_t morsel, row;
  friend auto operator<=>(const EntryPlace&, const EntryPlace&) = default;
};

/// A kernel whose state is a list of entries, byte strings of up to 4 GiB, in blocks in the group's heap that grow by doubling.
///
/// Reserve writes a batch's entries behind the blocks' ends; Update moves the ends. What a failed Reserve has left behind an end is overwritten
/// by the next.
class EntryListKernel : public AggregateKernel {
 public:
  int32_t state_size() const final { return sizeof(State); }
  arrow::Status Reserve(const AggregateInput& input, const GroupRows& groups) const final;
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const final;
  arrow::Status Merge(const GroupRows& groups, uint8_t* const* from) const final;
  std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const final;
  arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const final;
  arrow::Status ReserveSerialized(Serialized states, const GroupRows& groups) const final;
  arrow::Status MergeSerialized(Serialized states, const GroupRows& groups) const final;

 protected:
  /// Entry i is for groups' i-th; NULL: none. May use `input.pool`.
  virtual arrow::Result<std::shared_ptr<arrow::ArrayData>> Entries(const AggregateInput& input, const GroupRows& groups) const = 0;
  /// Appends a group's entries to `out`, in no order that means anything. They live as long as the group.
  static arrow::Status Collect(const GroupRows& groups, int64_t i, arrow::TypedBufferBuilder<std::string_view>* out);

 private:
  // Entries one after the other, each with its size (4 bytes) before it; `used` bytes count, up to `filled` is written.
  struct Block {
    Block* next;
    int64_t capacity, used, filled;
    char* data() { return reinterpret_cast<char*>(this + 1); }
  };
  struct State {
    Block *first, *end, *tail;  // `end`: the last block that counts; `tail`: the last that is being filled
  };
  static State& At(const GroupRows& groups, int64_t i) { return *reinterpret_cast<State*>(groups.state(i)); }
  static void Forget(const GroupRows& groups);
  static void Commit(const GroupRows& groups);
  static arrow::Result<char*> Room(State* state, StateHeap& heap, int64_t size);
};

}  // namespace bowstring
