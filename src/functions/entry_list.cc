// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/entry_list.h"

#include <algorithm>

#include <arrow/builder.h>

namespace bowstring {

void EntryListKernel::Forget(const GroupRows& groups) {
  for (int64_t i = 0; i < groups.count; ++i) {
    State& state = At(groups, i);
    for (Block* block = state.end ? state.end : state.first; block; block = block->next) block->filled = state.end ? block->used : 0;
    state.tail = state.end ? state.end : state.first;
  }
}

void EntryListKernel::Commit(const GroupRows& groups) {
  for (int64_t i = 0; i < groups.count; ++i) {
    State& state = At(groups, i);
    if (state.tail == nullptr) continue;
    for (Block* block = state.end ? state.end : state.first;; block = block->next) {
      block->used = block->filled;
      if (block == state.tail) break;
    }
    state.end = state.tail;
  }
}

arrow::Result<char*> EntryListKernel::Room(State* state, StateHeap& heap, int64_t size) {
  Block* tail = state->tail;
  if (tail == nullptr || tail->capacity - tail->filled < size) {
    Block* next = tail ? tail->next : nullptr;
    if (next == nullptr || next->capacity < size) {
      const int64_t usual = tail ? std::min<int64_t>(tail->capacity * 2, 16 << 10) : 0;
      const int64_t capacity = (std::max(size, usual) + 7) & ~int64_t{7};
      ARROW_ASSIGN_OR_RAISE(uint8_t* memory, heap.Allocate(capacity + static_cast<int64_t>(sizeof(Block))));
      next = reinterpret_cast<Block*>(memory);
      *next = {nullptr, capacity, 0, 0};
      if (tail) {
        tail->next = next;
      } else {
        state->first = next;
      }
    }
    next->filled = 0;
    state->tail = tail = next;
  }
  char* at = tail->data() + tail->filled;
  tail->filled += size;
  return at;
}

arrow::Status EntryListKernel::Reserve(const AggregateInput& input, const GroupRows& groups) const {
  ARROW_ASSIGN_OR_RAISE(auto entries, Entries(input, groups));
  Forget(groups);
  const TextColumn texts(*entries);
  for (int64_t i = 0; i < groups.count; ++i) {
    if (!IsValid(*entries, i)) continue;
    const std::string_view text = texts[i];
    const uint32_t size = static_cast<uint32_t>(text.size());
    ARROW_ASSIGN_OR_RAISE(char* at, Room(&At(groups, i), groups.heap(i), 4 + static_cast<int64_t>(size)));
    std::memcpy(at, &size, 4);
    if (size > 0) std::memcpy(at + 4, text.data(), size);
  }
  return arrow::Status::OK();
}

arrow::Status EntryListKernel::Update(const AggregateInput&, const GroupRows& groups) const {
  Commit(groups);
  return arrow::Status::OK();
}

arrow::Status EntryListKernel::Merge(const GroupRows& groups, uint8_t* const* from) const {
  for (int64_t i = 0; i < groups.count; ++i) {
    State& into = At(groups, i);
    const State& other = *reinterpret_cast<const State*>(from[i] + groups.offset);
    if (other.end == nullptr) continue;
    other.end->next = nullptr;
    if (into.end == nullptr) {
      into = other;
    } else {
      into.end->next = other.first;
      into.end = other.end;
    }
    into.tail = into.end;
  }
  return arrow::Status::OK();
}

std::vector<std::shared_ptr<arrow::DataType>> EntryListKernel::serialized_types() const { return {arrow::large_binary()}; }

arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> EntryListKernel::Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets, arrow::AllocateBuffer((groups.count + 1) * 8, pool));
  int64_t* ends = reinterpret_cast<int64_t*>(offsets->mutable_data());
  arrow::BufferBuilder bytes(pool);
  for (int64_t i = 0; i < groups.count; ++i) {
    ends[i] = bytes.length();
    const State& state = At(groups, i);
    if (state.end == nullptr) continue;
    for (Block* block = state.first;; block = block->next) {
      ARROW_RETURN_NOT_OK(bytes.Append(block->data(), block->used));
      if (block == state.end) break;
    }
  }
  ends[groups.count] = bytes.length();
  ARROW_ASSIGN_OR_RAISE(auto data, bytes.Finish());
  return std::vector<std::shared_ptr<arrow::Array>>{
      arrow::MakeArray(arrow::ArrayData::Make(arrow::large_binary(), groups.count, {nullptr, std::move(offsets), std::move(data)}, 0))};
}

arrow::Status EntryListKernel::ReserveSerialized(Serialized states, const GroupRows& groups) const {
  Forget(groups);
  const TextColumn texts(*states[0]);
  for (int64_t i = 0; i < groups.count; ++i) {
    const std::string_view text = texts[groups.position(i)];
    if (text.empty()) continue;
    ARROW_ASSIGN_OR_RAISE(char* at, Room(&At(groups, i), groups.heap(i), static_cast<int64_t>(text.size())));
    std::memcpy(at, text.data(), text.size());
  }
  return arrow::Status::OK();
}

arrow::Status EntryListKernel::MergeSerialized(Serialized, const GroupRows& groups) const {
  Commit(groups);
  return arrow::Status::OK();
}

arrow::Status EntryListKernel::Collect(const GroupRows& groups, int64_t i, arrow::TypedBufferBuilder<std::string_view>* out) {
  const State& state = At(groups, i);
  if (state.end == nullptr) return arrow::Status::OK();
  for (Block* block = state.first;; block = block->next) {
    for (int64_t at = 0; at < block->used;) {
      uint32_t size = 0;
      std::memcpy(&size, block->data() + at, 4);
      ARROW_RETURN_NOT_OK(out->Append(std::string_view(block->data() + at + 4, size)));
      at += 4 + static_cast<int64_t>(size);
    }
    if (block == state.end) break;
  }
  return arrow::Status::OK();
}

}  // namespace bowstring
