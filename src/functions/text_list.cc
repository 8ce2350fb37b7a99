// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/text_list.h"

#include <algorithm>
#include <limits>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <arrow/buffer_builder.h>
#include <arrow/builder.h>

#include "functions/aggregate_loops.h"
#include "functions/text_build.h"
#include "functions/text_view.h"

namespace bowstring {
namespace {

/// What one morsel brings a group, in the input's order: entries one after the other, each with its size before it.
struct Segment {
  uint64_t morsel;
  int64_t row;    // of the first entry
  int64_t bytes;  // of the entries, which follow; set when it is closed
  const char* data() const { return reinterpret_cast<const char*>(this + 1); }
  char* data() { return reinterpret_cast<char*>(this + 1); }
};
constexpr uint32_t kNullEntry = UINT32_MAX;

int64_t Padded(int64_t bytes) { return (bytes + 7) & ~int64_t{7}; }

/// The state is segments in blocks in the group's heap, which grow by doubling. A segment is closed when another morsel's rows come, or its block
/// is full. Reserve counts what a batch brings each group and makes room for it, where need be one block for all of it; Update writes.
class TextListKernel : public AggregateKernel {
 public:
  explicit TextListKernel(bool ignore_nulls) : ignore_nulls_(ignore_nulls) {}
  int32_t state_size() const final { return sizeof(State); }

  arrow::Status Reserve(const AggregateInput& input, const GroupRows& groups) const final {
    for (int64_t i = 0; i < groups.count; ++i) At(groups, i).coming = 0;  // of a batch that another kernel had no memory for
    const TextReader texts(*input.columns[0]);
    arrow::Status status;
    EachRow(input, groups, [&](int64_t i, int64_t position, bool null) {
      const int64_t size = null ? 0 : static_cast<int64_t>(texts[position].size());
      if (size >= kNullEntry) status = Error(ErrorKind::kExecution, "a text of ", size, " bytes in a list");
      At(groups, i).coming += size + static_cast<int64_t>(sizeof(uint32_t));
    });
    ARROW_RETURN_NOT_OK(status);
    for (int64_t i = 0; i < groups.count; ++i) {
      State& state = At(groups, i);
      if (state.coming > 0) ARROW_RETURN_NOT_OK(MakeRoom(&state, groups.heap(i)));
      state.coming = 0;  // once a group
    }
    return arrow::Status::OK();
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const final {
    const TextReader texts(*input.columns[0]);
    const uint64_t morsel = static_cast<uint64_t>(input.seq.stage) << 44 | input.seq.morsel;
    EachRow(input, groups, [&](int64_t i, int64_t position, bool null) {
      constexpr int64_t kAhead = 8;  // states, and where they write, lie anywhere
      if (i + 2 * kAhead < groups.count) __builtin_prefetch(groups.state(i + 2 * kAhead));
      if (i + kAhead < groups.count) __builtin_prefetch(At(groups, i + kAhead).at, 1);
      const std::string_view text = null ? std::string_view() : texts[position];
      const auto size = static_cast<int64_t>(text.size() + sizeof(uint32_t));
      State& state = At(groups, i);
      if (!state.open || state.morsel != morsel || state.end - state.at < size) {
        // MakeRoom has seen to it that the head fits too, and that the next block holds what this one can't.
        Open(&state, size + static_cast<int64_t>(sizeof(Segment)));
        state.open = new (state.at) Segment{morsel, input.first_row + (input.row_numbers ? input.row_numbers[position] : position), 0};
        state.morsel = morsel;
        state.at += sizeof(Segment);
      }
      const uint32_t head = null ? kNullEntry : static_cast<uint32_t>(text.size());
      std::memcpy(state.at, &head, sizeof(head));
      if (!text.empty()) std::memcpy(state.at + sizeof(head), text.data(), text.size());
      state.at += size;
    });
    return arrow::Status::OK();
  }

  arrow::Status Merge(const GroupRows& groups, uint8_t* const* from) const final {
    for (int64_t i = 0; i < groups.count; ++i) {
      State& into = At(groups, i);
      const State& other = *reinterpret_cast<const State*>(from[i] + groups.offset);
      if (other.last == nullptr) continue;
      Block* const first = into.last ? into.first : nullptr;
      if (first) {
        Close(&into);
        into.last->next = other.first;  // what room there was is left
      }
      into = other;
      if (first) into.first = first;
    }
    return arrow::Status::OK();
  }

  std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const final { return {arrow::large_binary()}; }
  arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const final {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets, arrow::AllocateBuffer((groups.count + 1) * 8, pool));
    auto* ends = reinterpret_cast<int64_t*>(offsets->mutable_data());
    arrow::BufferBuilder bytes(pool);
    ends[0] = 0;
    int64_t total = 0;
    for (int64_t i = 0; i < groups.count; ++i) {
      ARROW_RETURN_NOT_OK(EachSegment(groups, i, [&](const Segment&, int64_t size) {
        total += static_cast<int64_t>(sizeof(Segment)) + Padded(size);
        return arrow::Status::OK();
      }));
    }
    ARROW_RETURN_NOT_OK(bytes.Reserve(total));  // there is hardly memory for it once
    for (int64_t i = 0; i < groups.count; ++i) {
      ARROW_RETURN_NOT_OK(EachSegment(groups, i, [&](const Segment& segment, int64_t size) {
        constexpr char kZeros[8] = {};
        const Segment head{segment.morsel, segment.row, size};
        ARROW_RETURN_NOT_OK(bytes.Append(&head, sizeof(head)));
        ARROW_RETURN_NOT_OK(bytes.Append(segment.data(), size));
        return bytes.Append(kZeros, Padded(size) - size);
      }));
      ends[i + 1] = bytes.length();
    }
    ARROW_ASSIGN_OR_RAISE(auto data, bytes.Finish());
    return std::vector<std::shared_ptr<arrow::Array>>{
        arrow::MakeArray(arrow::ArrayData::Make(arrow::large_binary(), groups.count, {nullptr, std::move(offsets), std::move(data)}, 0))};
  }
  arrow::Status ReserveSerialized(Serialized states, const GroupRows& groups) const final {
    const TextReader texts(*states[0]);
    for (int64_t i = 0; i < groups.count; ++i) At(groups, i).coming = 0;
    for (int64_t i = 0; i < groups.count; ++i) At(groups, i).coming += static_cast<int64_t>(texts[groups.position(i)].size());
    for (int64_t i = 0; i < groups.count; ++i) {
      State& state = At(groups, i);
      if (state.coming > 0) ARROW_RETURN_NOT_OK(MakeRoom(&state, groups.heap(i)));
      state.coming = 0;
    }
    return arrow::Status::OK();
  }
  arrow::Status MergeSerialized(Serialized states, const GroupRows& groups) const final {
    const TextReader texts(*states[0]);
    for (int64_t i = 0; i < groups.count; ++i) {
      const std::string_view text = texts[groups.position(i)];
      if (text.empty()) continue;
      State& state = At(groups, i);
      Open(&state, static_cast<int64_t>(text.size()));
      std::memcpy(state.at, text.data(), text.size());
      state.at += text.size();
    }
    return arrow::Status::OK();
  }

 protected:
  /// Calls f(entry), or f(nullopt) for a NULL, in the input's order, for group i. `scratch`: for its use.
  template <typename F>
  static arrow::Status EachEntry(const GroupRows& groups, int64_t i, std::vector<std::pair<const Segment*, int64_t>>* scratch, F&& f) {
    scratch->clear();
    ARROW_RETURN_NOT_OK(EachSegment(groups, i, [&](const Segment& segment, int64_t size) {
      scratch->emplace_back(&segment, size);
      return arrow::Status::OK();
    }));
    const auto before = [](const auto& a, const auto& b) {
      return a.first->morsel != b.first->morsel ? a.first->morsel < b.first->morsel : a.first->row < b.first->row;
    };
    if (!std::is_sorted(scratch->begin(), scratch->end(), before)) std::sort(scratch->begin(), scratch->end(), before);
    for (const auto& [segment, bytes] : *scratch) {
      for (const char *at = segment->data(), *const end = at + bytes; at != end;) {
        uint32_t size;
        std::memcpy(&size, at, sizeof(size));
        at += sizeof(size);
        if (size == kNullEntry) {
          ARROW_RETURN_NOT_OK(f(std::optional<std::string_view>()));
        } else {
          ARROW_RETURN_NOT_OK(f(std::optional(std::string_view(at, size))));
          at += size;
        }
      }
    }
    return arrow::Status::OK();
  }

  /// Calls f(segment, bytes of its entries).
  template <typename F>
  static arrow::Status EachSegment(const GroupRows& groups, int64_t i, F&& f) {
    const State& state = At(groups, i);
    for (Block* block = state.last ? state.first : nullptr; block; block = block == state.last ? nullptr : block->next) {
      for (char *at = block->data(), *const end = block == state.last ? state.at : at + block->used; at < end;) {
        const auto* segment = reinterpret_cast<const Segment*>(at);
        const int64_t size = segment == state.open ? state.at - segment->data() : segment->bytes;
        ARROW_RETURN_NOT_OK(f(*segment, size));
        at += static_cast<int64_t>(sizeof(Segment)) + Padded(size);
      }
    }
    return arrow::Status::OK();
  }

 private:
  static constexpr int64_t kLeastBlock = 64, kMostBlock = 64 << 10;

  struct Block {
    Block* next;
    int64_t capacity, used;  // `used`: set when the next block is written to
    char* data() { return reinterpret_cast<char*>(this + 1); }
  };
  // All that a row needs, so that a row is a miss or two.
  struct State {
    Block *first, *last;  // `last`: the last that is written to; one that has room may follow
    char *at, *end;       // in it
    Segment* open;        // the last segment, where it may grow, and its morsel
    uint64_t morsel;
    int64_t coming;       // bytes that a batch brings: counted by Reserve
  };

  static State& At(const GroupRows& groups, int64_t i) { return *reinterpret_cast<State*>(groups.state(i)); }

  template <typename F>
  void EachRow(const AggregateInput& input, const GroupRows& groups, F&& f) const {
    const arrow::ArrayData& column = *input.columns[0];
    if (ignore_nulls_ || column.GetNullCount() == 0) return ForEachValid(column, groups, [&](int64_t i, int64_t position) { f(i, position, false); });
    for (int64_t i = 0; i < groups.count; ++i) f(i, groups.position(i), !IsValid(column, groups.position(i)));
  }

  static char* PaddedEnd(const State& state) { return state.last ? state.last->data() + Padded(state.at - state.last->data()) : nullptr; }
  static bool Fits(const State& state, int64_t bytes) { return state.last && state.end - PaddedEnd(state) >= bytes; }

  // Room for the bytes that are coming and a segment's head, all in the last block or all in the one behind it.
  static arrow::Status MakeRoom(State* state, StateHeap& heap) {
    const int64_t bytes = state->coming + static_cast<int64_t>(sizeof(Segment));
    if (Fits(*state, bytes)) return arrow::Status::OK();
    Block** next = state->last ? &state->last->next : &state->first;
    if (*next && (*next)->capacity >= bytes) return arrow::Status::OK();  // of a batch that was refused
    const int64_t capacity = Padded(std::max({bytes, kLeastBlock, std::min(state->last ? 2 * state->last->capacity : 0, kMostBlock)}));
    ARROW_ASSIGN_OR_RAISE(uint8_t* memory, heap.Allocate(capacity + static_cast<int64_t>(sizeof(Block))));
    *next = new (memory) Block{nullptr, capacity, 0};
    return arrow::Status::OK();
  }
  static void Close(State* state) {
    if (state->open) state->open->bytes = state->at - state->open->data();
    state->open = nullptr;
    if (state->last) state->last->used = state->at - state->last->data();
  }
  // No segment is open then, and `at` is where so many bytes have room, which MakeRoom has made.
  static void Open(State* state, int64_t bytes) {
    Close(state);
    if (Fits(*state, bytes)) {
      state->at = PaddedEnd(*state);
      return;
    }
    state->last = state->last ? state->last->next : state->first;
    state->at = state->last->data();
    state->end = state->at + state->last->capacity;
  }

  const bool ignore_nulls_;
};

class ListOfTextsKernel final : public TextListKernel {
 public:
  ListOfTextsKernel(std::shared_ptr<arrow::DataType> value, std::shared_ptr<arrow::DataType> result, bool ignore_nulls)
      : TextListKernel(ignore_nulls), value_(std::move(value)), result_(std::move(result)) {}
  const std::shared_ptr<arrow::DataType>& result_type() const override { return result_; }

  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    arrow::TypedBufferBuilder<int32_t> offsets(pool);
    arrow::TypedBufferBuilder<bool> some(pool);
    TextBuilder values(value_, pool);
    std::vector<std::pair<const Segment*, int64_t>> scratch;
    int64_t empty = 0, total = 0;
    for (int64_t i = 0; i < groups.count; ++i) {
      const int64_t begin = total;
      ARROW_RETURN_NOT_OK(offsets.Append(static_cast<int32_t>(total)));
      ARROW_RETURN_NOT_OK(EachEntry(groups, i, &scratch, [&](std::optional<std::string_view> text) {
        ++total;
        return text ? values.Append(*text) : values.AppendNull();
      }));
      if (total > std::numeric_limits<int32_t>::max()) return Error(ErrorKind::kExecution, "a list column of more than 2^31 entries");
      ARROW_RETURN_NOT_OK(some.Append(total > begin));
      empty += total == begin;
    }
    ARROW_RETURN_NOT_OK(offsets.Append(static_cast<int32_t>(total)));
    ARROW_ASSIGN_OR_RAISE(auto ends, offsets.Finish());
    ARROW_ASSIGN_OR_RAISE(auto bits, some.Finish());
    auto list = arrow::ArrayData::Make(result_, groups.count, {empty ? bits : nullptr, ends}, empty);
    ARROW_ASSIGN_OR_RAISE(auto child, values.Finish());
    list->child_data = {std::move(child)};
    return arrow::MakeArray(list);
  }

 private:
  const std::shared_ptr<arrow::DataType> value_, result_;
};

class JoinedTextKernel final : public TextListKernel {
 public:
  explicit JoinedTextKernel(std::string delimiter) : TextListKernel(/*ignore_nulls=*/true), delimiter_(std::move(delimiter)) {}
  const std::shared_ptr<arrow::DataType>& result_type() const override { return result_; }

  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    arrow::TypedBufferBuilder<int64_t> offsets(pool);
    arrow::TypedBufferBuilder<bool> some(pool);
    arrow::BufferBuilder bytes(pool);
    std::vector<std::pair<const Segment*, int64_t>> scratch;
    int64_t empty = 0, most = 0;
    for (int64_t i = 0; i < groups.count; ++i) {
      ARROW_RETURN_NOT_OK(EachSegment(groups, i, [&](const Segment&, int64_t size) {
        most += size;
        return arrow::Status::OK();
      }));
    }
    ARROW_RETURN_NOT_OK(bytes.Reserve(most));  // enough for delimiters of up to four bytes, which the sizes took
    for (int64_t i = 0; i < groups.count; ++i) {
      bool first = true;
      ARROW_RETURN_NOT_OK(offsets.Append(bytes.length()));
      ARROW_RETURN_NOT_OK(EachEntry(groups, i, &scratch, [&](std::optional<std::string_view> text) {
        if (!first) ARROW_RETURN_NOT_OK(bytes.Append(delimiter_));
        first = false;
        return bytes.Append(*text);
      }));
      ARROW_RETURN_NOT_OK(some.Append(!first));
      empty += first;
    }
    ARROW_RETURN_NOT_OK(offsets.Append(bytes.length()));
    ARROW_ASSIGN_OR_RAISE(auto ends, offsets.Finish());
    ARROW_ASSIGN_OR_RAISE(auto bits, some.Finish());
    ARROW_ASSIGN_OR_RAISE(auto data, bytes.Finish());
    return arrow::MakeArray(arrow::ArrayData::Make(result_, groups.count, {empty ? bits : nullptr, ends, data}, empty));
  }

 private:
  const std::string delimiter_;
  const std::shared_ptr<arrow::DataType> result_ = arrow::large_utf8();
};

}  // namespace

std::shared_ptr<const AggregateKernel> MakeTextListKernel(const std::shared_ptr<arrow::DataType>& value, std::shared_ptr<arrow::DataType> result,
                                                          bool ignore_nulls) {
  if (!arrow::is_base_binary_like(value->id()) && !arrow::is_binary_view_like(value->id())) return nullptr;
  return std::make_shared<ListOfTextsKernel>(value, std::move(result), ignore_nulls);
}

std::shared_ptr<const AggregateKernel> MakeJoinedTextKernel(std::string delimiter) { return std::make_shared<JoinedTextKernel>(std::move(delimiter)); }

}  // namespace bowstring
