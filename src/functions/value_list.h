// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/buffer_builder.h>

#include "functions/aggregate_loops.h"

namespace bowstring {

/// A kernel whose state is all its argument's values, in no order that means anything, in blocks in the group's heap that grow by doubling. `T` may
/// be copied byte by byte. `Derived` has
///   template <F> void EachRow(const AggregateInput&, const GroupRows&, F&& f) const: calls f(i, position) for the rows that bring a value
///   template <F> void WithReader(const AggregateInput&, F&& f) const: calls f(read), where read(position) is a T
///
/// Reserve counts what a batch brings each group and makes room for it; Update writes.
template <typename Derived, typename T>
class ValueListKernel : public AggregateKernel {
 public:
  int32_t state_size() const final { return sizeof(State); }

  arrow::Status Reserve(const AggregateInput& input, const GroupRows& groups) const final {
    Forget(groups);
    arrow::Status failed;
    derived().EachRow(input, groups, [&](int64_t i, int64_t) {
      State& state = At(groups, i);
      if (++state.coming > state.room && failed.ok()) failed = Grow(&state, groups.heap(i), state.coming - state.room);
    });
    return failed;
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const final {
    derived().WithReader(input, [&](auto&& read) {
      derived().EachRow(input, groups, [&](int64_t i, int64_t position) {
        State& state = At(groups, i);
        --state.room;
        Block* block = Open(&state);
        block->values()[block->used++] = read(position);
      });
    });
    return arrow::Status::OK();
  }

  arrow::Status Merge(const GroupRows& groups, uint8_t* const* from) const final {
    for (int64_t i = 0; i < groups.count; ++i) {
      State& into = At(groups, i);
      const State& other = *reinterpret_cast<const State*>(from[i] + groups.offset);
      if (other.last == nullptr) continue;
      if (into.last) {
        into.last->next = other.first;  // what room there was is left
        Block* const first = into.first;
        into = other;
        into.first = first;
      } else {
        into = other;
      }
    }
    return arrow::Status::OK();
  }

  std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const final { return {arrow::large_binary()}; }
  arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const final {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets, arrow::AllocateBuffer((groups.count + 1) * 8, pool));
    int64_t* ends = reinterpret_cast<int64_t*>(offsets->mutable_data());
    arrow::BufferBuilder bytes(pool);
    ends[0] = 0;
    for (int64_t i = 0; i < groups.count; ++i) {
      ARROW_RETURN_NOT_OK(EachBlock(groups, i, [&](const T* values, int64_t n) { return bytes.Append(values, n * kSize); }));
      ends[i + 1] = bytes.length();
    }
    ARROW_ASSIGN_OR_RAISE(auto data, bytes.Finish());
    return std::vector<std::shared_ptr<arrow::Array>>{
        arrow::MakeArray(arrow::ArrayData::Make(arrow::large_binary(), groups.count, {nullptr, std::move(offsets), std::move(data)}, 0))};
  }
  arrow::Status ReserveSerialized(Serialized states, const GroupRows& groups) const final {
    Forget(groups);
    const TextColumn texts(*states[0]);
    for (int64_t i = 0; i < groups.count; ++i) {
      State& state = At(groups, i);
      state.coming += static_cast<int64_t>(texts[groups.position(i)].size()) / kSize;
      if (state.coming > state.room) ARROW_RETURN_NOT_OK(Grow(&state, groups.heap(i), state.coming - state.room));
    }
    return arrow::Status::OK();
  }
  arrow::Status MergeSerialized(Serialized states, const GroupRows& groups) const final {
    const TextColumn texts(*states[0]);
    for (int64_t i = 0; i < groups.count; ++i) {
      const std::string_view text = texts[groups.position(i)];
      Add(&At(groups, i), text.data(), static_cast<int64_t>(text.size()) / kSize);
    }
    return arrow::Status::OK();
  }

 protected:
  /// The values of a group, copied to `out`.
  static arrow::Status Collect(const GroupRows& groups, int64_t i, arrow::TypedBufferBuilder<T>* out) {
    return EachBlock(groups, i, [&](const T* values, int64_t n) { return out->Append(values, n); });
  }

 private:
  static constexpr int64_t kSize = sizeof(T), kMostBytes = 16 << 10;

  // Values one after the other; all blocks but the last, and those behind it, are full, or `used` says how far.
  struct Block {
    Block* next;
    int64_t capacity, used;
    T* values() { return reinterpret_cast<T*>(this + 1); }
  };
  struct State {
    Block *first, *last;  // `last`: the last that has values; room may follow
    int64_t room;         // values that fit without allocating
    int64_t coming;       // values that a batch brings: counted by Reserve
  };
  static_assert(sizeof(T) % 4 == 0 && alignof(T) <= 8);

  const Derived& derived() const { return static_cast<const Derived&>(*this); }
  static State& At(const GroupRows& groups, int64_t i) { return *reinterpret_cast<State*>(groups.state(i)); }

  // What a batch would have brought that another kernel had no memory for.
  static void Forget(const GroupRows& groups) {
    for (int64_t i = 0; i < groups.count; ++i) At(groups, i).coming = 0;
  }

  static arrow::Status Grow(State* state, StateHeap& heap, int64_t more) {
    Block** end = state->last ? &state->last->next : &state->first;
    int64_t before = state->last ? state->last->capacity : 0;
    for (; *end; end = &(*end)->next) before = (*end)->capacity;
    const int64_t capacity = std::max(more, std::min(before * 2, kMostBytes / kSize));
    ARROW_ASSIGN_OR_RAISE(uint8_t* memory, heap.Allocate(capacity * kSize + static_cast<int64_t>(sizeof(Block))));
    *end = reinterpret_cast<Block*>(memory);
    **end = {nullptr, capacity, 0};
    state->room += capacity;
    return arrow::Status::OK();
  }

  // The block that the next value goes to. There is room.
  static Block* Open(State* state) {
    if (state->last == nullptr || state->last->used == state->last->capacity) state->last = state->last ? state->last->next : state->first;
    return state->last;
  }
  static void Add(State* state, const void* values, int64_t n) {
    const auto* from = static_cast<const uint8_t*>(values);
    state->room -= n;
    while (n > 0) {
      Block* block = Open(state);
      const int64_t here = std::min(n, block->capacity - block->used);
      std::memcpy(block->values() + block->used, from, static_cast<size_t>(here * kSize));
      block->used += here;
      from += here * kSize;
      n -= here;
    }
  }

  template <typename F>
  static arrow::Status EachBlock(const GroupRows& groups, int64_t i, F&& f) {
    for (Block* block = At(groups, i).last ? At(groups, i).first : nullptr; block; block = block->next) ARROW_RETURN_NOT_OK(f(block->values(), block->used));
    return arrow::Status::OK();
  }
};

}  // namespace bowstring
