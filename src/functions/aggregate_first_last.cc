// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// first_value, last_value, any_value, and min/max of types without kernels of their own: the value of one row, that comes first (last) by the order
// keys, then by its place in the input. Which row that is doesn't depend on workers. To take a row again changes nothing, so that all of the work may
// be done where memory may run out.

#include <bit>

#include "functions/aggregate_loops.h"
#include "functions/ordered_key.h"
#include "functions/text_state.h"
#include "functions/value_codec.h"

namespace bowstring {
namespace {

/// A place in the input.
struct Place {
  uint64_t morsel, row;
  friend auto operator<=>(const Place&, const Place&) = default;
  static Place Of(const AggregateInput& input, int64_t position) {
    const int64_t row = input.row_numbers ? input.row_numbers[position] : position;
    return {static_cast<uint64_t>(input.seq.stage) << 44 | input.seq.morsel, static_cast<uint64_t>(input.first_row + row)};
  }
};

// The bytes: length of the order key (4), order key, encoded value.
struct RowState {
  TextState bytes;
  Place place;
  std::string_view key() const {
    uint32_t size = 0;
    std::memcpy(&size, bytes.data, 4);
    return {bytes.data + 4, size};
  }
  std::string_view value() const { return bytes.text().substr(4 + key().size()); }
};

class RowKernel final : public AggregateKernel {
 public:
  /// `keys`: order keys, which follow `first_key` - 1 arguments; or the argument itself (0).
  RowKernel(std::shared_ptr<arrow::DataType> type, bool last, bool ignore_nulls, size_t first_key, std::vector<KeyOrder> orders)
      : type_(std::move(type)), last_(last), ignore_nulls_(ignore_nulls), first_key_(first_key), orders_(std::move(orders)) {}
  int32_t state_size() const override { return sizeof(RowState); }
  const std::shared_ptr<arrow::DataType>& result_type() const override { return type_; }

  arrow::Status Reserve(const AggregateInput& input, const GroupRows& groups) const override {
    const arrow::ArrayData& column = *input.columns[0];
    std::shared_ptr<arrow::ArrayData> keys;
    if (!orders_.empty()) {
      ARROW_ASSIGN_OR_RAISE(keys, EncodeOrder(input.columns.subspan(first_key_, orders_.size()), orders_, groups.positions, groups.count, input.pool));
    }
    // Rows that are better than what their group has; a later one may replace them.
    ARROW_ASSIGN_OR_RAISE(auto chosen_buffer, arrow::AllocateBuffer(groups.count * 8, input.pool));
    int32_t* chosen = reinterpret_cast<int32_t*>(chosen_buffer->mutable_data());
    int32_t* positions = chosen + groups.count;
    int32_t count = 0;
    const bool by_place = orders_.empty();
    for (int64_t i = 0; i < groups.count; ++i) {
      const int64_t position = groups.position(i);
      if (ignore_nulls_ && !IsValid(column, position)) continue;
      const RowState& state = At(groups, i);
      if (by_place && state.bytes.data && !Better(Place::Of(input, position), state.place)) continue;
      if (!by_place && state.bytes.data && !Better(TextColumn(*keys)[i], Place::Of(input, position), state)) continue;
      chosen[count] = static_cast<int32_t>(i);
      positions[count++] = static_cast<int32_t>(position);
    }
    if (count == 0) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(auto values, EncodeValues(column, positions, count, /*canonical=*/false, input.pool));
    const TextColumn encoded(*values);
    for (int32_t c = 0; c < count; ++c) {
      RowState& state = At(groups, chosen[c]);
      const Place place = Place::Of(input, positions[c]);
      const std::string_view key = keys ? TextColumn(*keys)[chosen[c]] : std::string_view();
      if (state.bytes.data && !Better(key, place, state)) continue;
      ARROW_RETURN_NOT_OK(Set(&state, groups.heap(chosen[c]), key, encoded[c], place));
    }
    return arrow::Status::OK();
  }
  arrow::Status Update(const AggregateInput&, const GroupRows&) const override { return arrow::Status::OK(); }

  arrow::Status Merge(const GroupRows& groups, uint8_t* const* from) const override {
    for (int64_t i = 0; i < groups.count; ++i) {
      RowState& into = At(groups, i);
      const RowState& other = *reinterpret_cast<const RowState*>(from[i] + groups.offset);
      if (other.bytes.data && (!into.bytes.data || Better(other.key(), other.place, into))) into = other;
    }
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    ARROW_ASSIGN_OR_RAISE(auto encoded, TextArray(arrow::large_binary(), groups.count, pool, [&](int64_t i, std::string_view* out) {
                            const RowState& state = At(groups, i);
                            if (state.bytes.data) *out = state.value();
                            return state.bytes.data != nullptr;
                          }));
    return DecodeValues(*encoded->data(), type_, pool);
  }

  std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const override {
    return {arrow::large_binary(), arrow::fixed_size_binary(sizeof(Place))};
  }
  arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    ARROW_ASSIGN_OR_RAISE(auto bytes, SerializeTexts(groups, pool));  // a RowState begins with its TextState
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> places, arrow::AllocateBuffer(groups.count * static_cast<int64_t>(sizeof(Place)), pool));
    for (int64_t i = 0; i < groups.count; ++i) reinterpret_cast<Place*>(places->mutable_data())[i] = At(groups, i).place;
    return std::vector<std::shared_ptr<arrow::Array>>{
        bytes, arrow::MakeArray(arrow::ArrayData::Make(arrow::fixed_size_binary(sizeof(Place)), groups.count, {nullptr, places}, 0))};
  }
  arrow::Status ReserveSerialized(Serialized states, const GroupRows& groups) const override {
    const TextColumn bytes(*states[0]);
    const uint8_t* places = states[1]->buffers[1]->data() + states[1]->offset * static_cast<int64_t>(sizeof(Place));
    for (int64_t i = 0; i < groups.count; ++i) {
      const int64_t position = groups.position(i);
      if (!IsValid(*states[0], position)) continue;
      const std::string_view text = bytes[position];
      uint32_t size = 0;
      std::memcpy(&size, text.data(), 4);
      Place place;
      std::memcpy(&place, places + position * static_cast<int64_t>(sizeof(Place)), sizeof(Place));
      RowState& state = At(groups, i);
      if (state.bytes.data && !Better(text.substr(4, size), place, state)) continue;
      ARROW_RETURN_NOT_OK(Set(&state, groups.heap(i), text.substr(4, size), text.substr(4 + size), place));
    }
    return arrow::Status::OK();
  }
  arrow::Status MergeSerialized(Serialized, const GroupRows&) const override { return arrow::Status::OK(); }

 private:
  static RowState& At(const GroupRows& groups, int64_t i) { return *reinterpret_cast<RowState*>(groups.state(i)); }
  // The same row counts as better, so that what a failed call had begun is done over.
  bool Better(const Place& a, const Place& b) const { return last_ ? a >= b : a <= b; }
  bool Better(std::string_view key, const Place& place, const RowState& state) const {
    const int order = key.compare(state.key());  // as unsigned bytes
    if (order != 0) return (order < 0) != last_;
    return Better(place, state.place);
  }
  static arrow::Status Set(RowState* state, StateHeap& heap, std::string_view key, std::string_view value, const Place& place) {
    const size_t size = 4 + key.size() + value.size();
    if (state->bytes.data == nullptr || state->bytes.capacity < size) {
      const uint32_t capacity = (std::max<uint32_t>(static_cast<uint32_t>(size), state->bytes.capacity * 2) + 7) & ~7u;
      ARROW_ASSIGN_OR_RAISE(uint8_t* room, heap.Allocate(capacity));
      state->bytes = {reinterpret_cast<char*>(room), 0, capacity};
    }
    const uint32_t key_size = static_cast<uint32_t>(key.size());
    std::memcpy(state->bytes.data, &key_size, 4);
    std::copy(value.begin(), value.end(), std::copy(key.begin(), key.end(), state->bytes.data + 4));  // either may be empty, and nowhere
    state->bytes.size = static_cast<uint32_t>(size);
    state->place = place;
    return arrow::Status::OK();
  }

  const std::shared_ptr<arrow::DataType> type_;
  const bool last_, ignore_nulls_;
  const size_t first_key_;
  const std::vector<KeyOrder> orders_;
};

void Add(AggregateList* list, const char* name, std::vector<std::string> aliases, bool last, bool skip_nulls, const char* description) {
  const auto resolve = [name = std::string(name), last, skip_nulls](const AggregateRequest& request) -> arrow::Result<ResolvedAggregate> {
    if (request.arguments.size() != 1) return NoSignature(name, request, name + "(any)");
    const auto& type = request.arguments[0].field->type();
    ARROW_RETURN_NOT_OK(CheckCodable(*type));
    std::vector<KeyOrder> orders;
    for (const auto& order : request.order_by) {
      ARROW_RETURN_NOT_OK(CheckOrderable(*order.key.field->type()));
      orders.push_back({order.ascending, order.nulls_first});
    }
    const bool ignore = request.nulls == NullTreatment::kIgnore || (skip_nulls && request.nulls == NullTreatment::kUnset);
    ResolvedAggregate resolved;
    resolved.argument_types = {type};
    resolved.result = arrow::field(name, type);
    resolved.uses_order = true;
    resolved.ignores_distinct = true;
    resolved.make_kernel = [last, ignore, orders](const ResolvedAggregate::Types& physical) -> arrow::Result<std::shared_ptr<const AggregateKernel>> {
      return std::make_shared<RowKernel>(physical[0], last, ignore, 1, orders);
    };
    return resolved;
  };
  list->push_back(std::make_shared<BuiltinAggregate>(
      name, std::move(aliases), FunctionDoc{"aggregate", description, std::string(name) + "(expression [ORDER BY ...])", ""}, resolve));
}

}  // namespace

arrow::Result<std::shared_ptr<const AggregateKernel>> MakeOrderedExtreme(const std::shared_ptr<arrow::DataType>& type, bool max) {
  ARROW_RETURN_NOT_OK(CheckCodable(*type));
  ARROW_RETURN_NOT_OK(CheckOrderable(*type));
  return std::make_shared<RowKernel>(type, max, /*ignore_nulls=*/true, 0, std::vector<KeyOrder>{KeyOrder{}});
}

void AddFirstLast(AggregateList* list) {
  Add(list, "first_value", {"first"}, false, false, "The value of the first row, by ORDER BY or in the input's order.");
  Add(list, "last_value", {"last"}, true, false, "The value of the last row, by ORDER BY or in the input's order.");
  Add(list, "any_value", {}, false, true, "A value that is not NULL: the first.");
}

}  // namespace bowstring
