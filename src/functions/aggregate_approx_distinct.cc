// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// approx_distinct: HyperLogLog with 2^14 registers (standard error 0.8 %), estimated as in O. Ertl, "New cardinality estimation algorithms for
// HyperLogLog sketches" (2017). A group begins with a list of what it has met, told apart by 26 bits of their hashes, so that few values are counted
// right; when that grows it gets the registers (S. Heule et al., "HyperLogLog in Practice", 2013). To take a value again changes nothing, so that all
// of the work may be done where memory may run out.

#include <bit>
#include <cmath>
#include <limits>

#define XXH_INLINE_ALL
#include <arrow/vendored/xxhash.h>

#include "functions/text_state.h"
#include "functions/text_view.h"
#include "functions/value_codec.h"

namespace bowstring {
namespace {

constexpr int kBits = 14, kRegisters = 1 << kBits, kRanks = 64 - kBits;
constexpr int kListedBits = 26;        // of an entry of the list, in front of 6 bits of rank
constexpr uint32_t kMostListed = 256;  // entries of 4 bytes

struct Register {
  uint32_t index;
  uint8_t rank;
};
uint8_t RankBehind(uint64_t hash, int bits) { return static_cast<uint8_t>(std::countl_zero(hash << bits | uint64_t{1} << (bits - 1)) + 1); }
Register RegisterOf(uint64_t hash) { return {static_cast<uint32_t>(hash >> kRanks), RankBehind(hash, kBits)}; }
uint32_t EntryOf(uint64_t hash) { return static_cast<uint32_t>(hash >> (64 - kListedBits)) << 6 | RankBehind(hash, kListedBits); }
Register RegisterOfEntry(uint32_t entry) {
  constexpr int kBetween = kListedBits - kBits;
  const uint32_t between = entry >> 6 & ((1u << kBetween) - 1);
  const int rank = between != 0 ? std::countl_zero(between << (32 - kBetween)) + 1 : kBetween + static_cast<int>(entry & 63);
  return {entry >> (6 + kBetween), static_cast<uint8_t>(rank)};
}

// `size` is kRegisters: a byte a register. Else a list of entries.
bool Listed(const TextState& state) { return state.size != kRegisters; }

void Put(TextState* state, Register found) {
  uint8_t& at = reinterpret_cast<uint8_t*>(state->data)[found.index];
  at = std::max(at, found.rank);
}

arrow::Status MakeRegisters(TextState* state, StateHeap& heap) {
  if (!Listed(*state)) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(uint8_t* all, heap.Allocate(kRegisters));
  std::memset(all, 0, kRegisters);
  const uint32_t* list = reinterpret_cast<const uint32_t*>(state->data);
  const uint32_t count = state->size / 4;
  *state = {reinterpret_cast<char*>(all), kRegisters, kRegisters};
  for (uint32_t i = 0; i < count; ++i) Put(state, RegisterOfEntry(list[i]));
  return arrow::Status::OK();
}

arrow::Status PutEntry(TextState* state, StateHeap& heap, uint32_t entry) {
  if (!Listed(*state)) {
    Put(state, RegisterOfEntry(entry));
    return arrow::Status::OK();
  }
  uint32_t* list = reinterpret_cast<uint32_t*>(state->data);
  const uint32_t count = state->size / 4;
  for (uint32_t i = 0; i < count; ++i) {
    if (list[i] >> 6 != entry >> 6) continue;
    list[i] = std::max(list[i], entry);
    return arrow::Status::OK();
  }
  if (count == kMostListed) {
    ARROW_RETURN_NOT_OK(MakeRegisters(state, heap));
    Put(state, RegisterOfEntry(entry));
    return arrow::Status::OK();
  }
  if (state->size + 4 > state->capacity) {
    const uint32_t capacity = std::max(16u, state->capacity * 2);
    ARROW_ASSIGN_OR_RAISE(uint8_t* grown, heap.Allocate(capacity));
    if (state->size > 0) std::memcpy(grown, state->data, state->size);
    state->data = reinterpret_cast<char*>(grown);
    state->capacity = capacity;
  }
  reinterpret_cast<uint32_t*>(state->data)[count] = entry;
  state->size += 4;
  return arrow::Status::OK();
}

arrow::Status PutHash(TextState* state, StateHeap& heap, uint64_t hash) {
  if (Listed(*state)) return PutEntry(state, heap, EntryOf(hash));
  Put(state, RegisterOf(hash));
  return arrow::Status::OK();
}

double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1, z = 1 - x, before = 0;
  do {
    x = std::sqrt(x);
    before = z;
    y /= 2;
    z -= (1 - x) * (1 - x) * y;
  } while (z != before);
  return z / 3;
}
double Sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1, z = x, before = 0;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (z != before);
  return z;
}

uint64_t Estimate(const TextState& state) {
  if (Listed(state)) {  // of so few hardly two have the same 26 bits
    const double all = uint64_t{1} << kListedBits;
    return static_cast<uint64_t>(std::llround(-all * std::log1p(-static_cast<double>(state.size / 4) / all)));
  }
  int64_t counts[kRanks + 2] = {};
  for (uint32_t i = 0; i < kRegisters; ++i) ++counts[static_cast<uint8_t>(state.data[i])];
  const double m = kRegisters;
  double z = m * Tau(1 - static_cast<double>(counts[kRanks + 1]) / m);
  for (int k = kRanks; k >= 1; --k) z = (z + static_cast<double>(counts[k])) / 2;
  z += m * Sigma(static_cast<double>(counts[0]) / m);
  return static_cast<uint64_t>(std::llround(m * m / (2 * std::log(2.0)) / z));
}

class ApproxDistinctKernel final : public AggregateKernel {
 public:
  int32_t state_size() const override { return sizeof(TextState); }
  const std::shared_ptr<arrow::DataType>& result_type() const override { return type_; }
  arrow::Status Reserve(const AggregateInput& input, const GroupRows& groups) const override {
    const arrow::ArrayData& column = *input.columns[0];
    const auto put = [&](auto hash_of) -> arrow::Status {
      arrow::Status status;
      ForEachValid(column, groups, [&](int64_t i, int64_t position) {
        if (!status.ok()) return;
        status = PutHash(&TextState::At(groups, i), groups.heap(i), hash_of(i, position));
      });
      return status;
    };
    const auto numbers = [&](const auto* values) {
      return put([values](int64_t, int64_t position) {
        const auto value = static_cast<uint64_t>(values[position]);
        return XXH3_64bits(&value, sizeof value);
      });
    };
    if (arrow::is_integer(column.type->id()) || arrow::is_date(column.type->id()) || column.type->id() == arrow::Type::TIMESTAMP) {
      switch (column.type->byte_width()) {
        case 1: return numbers(column.GetValues<uint8_t>(1));
        case 2: return numbers(column.GetValues<uint16_t>(1));
        case 4: return numbers(column.GetValues<uint32_t>(1));
        default: return numbers(column.GetValues<uint64_t>(1));
      }
    }
    if (TextColumn::Takes(*column.type)) {
      return VisitText(column, [&](auto texts) {
        return put([texts](int64_t, int64_t position) {
          const std::string_view text = texts[position];
          return XXH3_64bits(text.data(), text.size());
        });
      });
    }
    ARROW_ASSIGN_OR_RAISE(auto encoded, EncodeValues(column, groups.positions, groups.count, /*canonical=*/true, input.pool));
    const TextColumn values(*encoded);
    return put([&](int64_t i, int64_t) { return XXH3_64bits(values[i].data(), values[i].size()); });
  }
  arrow::Status Update(const AggregateInput&, const GroupRows&) const override { return arrow::Status::OK(); }
  arrow::Status ReserveMerge(const GroupRows& groups, uint8_t* const* from) const override {
    for (int64_t i = 0; i < groups.count; ++i) {
      const TextState& other = *reinterpret_cast<const TextState*>(from[i] + groups.offset);
      ARROW_RETURN_NOT_OK(Join(groups, i, other.text()));
    }
    return arrow::Status::OK();
  }
  arrow::Status Merge(const GroupRows&, uint8_t* const*) const override { return arrow::Status::OK(); }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    return FixedArray<uint64_t>(type_, groups.count, pool, [&](int64_t i, uint64_t* out) {
      *out = Estimate(TextState::At(groups, i));
      return true;
    });
  }
  std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const override { return {arrow::large_binary()}; }
  arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    ARROW_ASSIGN_OR_RAISE(auto array, SerializeTexts(groups, pool));
    return std::vector<std::shared_ptr<arrow::Array>>{array};
  }
  arrow::Status ReserveSerialized(Serialized states, const GroupRows& groups) const override {
    const TextColumn texts(*states[0]);
    for (int64_t i = 0; i < groups.count; ++i) {
      if (IsValid(*states[0], groups.position(i))) ARROW_RETURN_NOT_OK(Join(groups, i, texts[groups.position(i)]));
    }
    return arrow::Status::OK();
  }
  arrow::Status MergeSerialized(Serialized, const GroupRows&) const override { return arrow::Status::OK(); }

 private:
  static arrow::Status Join(const GroupRows& groups, int64_t i, std::string_view bytes) {
    TextState& state = TextState::At(groups, i);
    if (bytes.size() == kRegisters) {
      ARROW_RETURN_NOT_OK(MakeRegisters(&state, groups.heap(i)));
      for (uint32_t r = 0; r < kRegisters; ++r) Put(&state, {r, static_cast<uint8_t>(bytes[r])});
      return arrow::Status::OK();
    }
    for (size_t at = 0; at + 4 <= bytes.size(); at += 4) {
      uint32_t entry = 0;
      std::memcpy(&entry, bytes.data() + at, 4);
      ARROW_RETURN_NOT_OK(PutEntry(&state, groups.heap(i), entry));
    }
    return arrow::Status::OK();
  }
  const std::shared_ptr<arrow::DataType> type_ = arrow::uint64();
};

}  // namespace

void AddApproxDistinct(AggregateList* list) {
  const auto resolve = [](const AggregateRequest& request) -> arrow::Result<ResolvedAggregate> {
    if (request.arguments.size() != 1) return NoSignature("approx_distinct", request, "approx_distinct(any)");
    const auto type = ArgumentType(request, 0);
    ARROW_RETURN_NOT_OK(CheckCodable(*type));
    ResolvedAggregate resolved;
    resolved.argument_types = {type};
    resolved.result = arrow::field("approx_distinct", arrow::uint64(), /*nullable=*/false);
    resolved.ignores_distinct = true;
    resolved.make_kernel = [](const ResolvedAggregate::Types&) -> arrow::Result<std::shared_ptr<const AggregateKernel>> {
      return std::make_shared<ApproxDistinctKernel>();
    };
    return resolved;
  };
  list->push_back(std::make_shared<BuiltinAggregate>(
      "approx_distinct", std::vector<std::string>{},
      FunctionDoc{"aggregate", "About how many different values there are (HyperLogLog, within about 1 %).", "approx_distinct(expression)", ""}, resolve));
}

}  // namespace bowstring
