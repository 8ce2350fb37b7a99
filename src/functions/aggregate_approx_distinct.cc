// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// approx_distinct: HyperLogLog with 2^14 registers (standard error 0.8 %), estimated as in O. Ertl, "New cardinality estimation algorithms for
// HyperLogLog sketches" (2017). A group begins with a list of the registers that it has met, and gets all of them when that grows. To take a value
// again changes nothing, so that all of the work may be done where memory may run out.

#include <bit>
#include <cmath>
#include <limits>

#define XXH_INLINE_ALL
#include <arrow/vendored/xxhash.h>

#include "functions/text_state.h"
#include "functions/value_codec.h"

namespace bowstring {
namespace {

constexpr int kBits = 14, kRegisters = 1 << kBits, kRanks = 64 - kBits;
constexpr uint32_t kMostListed = 256;  // registers in a list, 4 bytes each

// `size` is kRegisters: a byte a register. Else a list of register << 8 | rank.
arrow::Status Put(TextState* state, StateHeap& heap, uint32_t index, uint8_t rank) {
  if (state->size == kRegisters) {
    uint8_t& at = reinterpret_cast<uint8_t*>(state->data)[index];
    at = std::max(at, rank);
    return arrow::Status::OK();
  }
  uint32_t* list = reinterpret_cast<uint32_t*>(state->data);
  const uint32_t count = state->size / 4;
  for (uint32_t i = 0; i < count; ++i) {
    if (list[i] >> 8 != index) continue;
    list[i] = std::max(list[i], index << 8 | rank);
    return arrow::Status::OK();
  }
  if (count == kMostListed) {
    ARROW_ASSIGN_OR_RAISE(uint8_t* all, heap.Allocate(kRegisters));
    std::memset(all, 0, kRegisters);
    for (uint32_t i = 0; i < count; ++i) all[list[i] >> 8] = static_cast<uint8_t>(list[i]);
    all[index] = rank;
    *state = {reinterpret_cast<char*>(all), kRegisters, kRegisters};
    return arrow::Status::OK();
  }
  if (state->size + 4 > state->capacity) {
    const uint32_t capacity = std::max(16u, state->capacity * 2);
    ARROW_ASSIGN_OR_RAISE(uint8_t* grown, heap.Allocate(capacity));
    if (state->size > 0) std::memcpy(grown, state->data, state->size);
    state->data = reinterpret_cast<char*>(grown);
    state->capacity = capacity;
  }
  reinterpret_cast<uint32_t*>(state->data)[count] = index << 8 | rank;
  state->size += 4;
  return arrow::Status::OK();
}

template <typename F>
arrow::Status ForEachRegister(std::string_view bytes, F&& f) {
  if (bytes.size() == kRegisters) {
    for (uint32_t i = 0; i < kRegisters; ++i) {
      if (bytes[i] != 0) ARROW_RETURN_NOT_OK(f(i, static_cast<uint8_t>(bytes[i])));
    }
    return arrow::Status::OK();
  }
  for (size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    uint32_t entry = 0;
    std::memcpy(&entry, bytes.data() + at, 4);
    ARROW_RETURN_NOT_OK(f(entry >> 8, static_cast<uint8_t>(entry)));
  }
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

uint64_t Estimate(std::string_view bytes) {
  int64_t counts[kRanks + 2] = {kRegisters};
  (void)ForEachRegister(bytes, [&](uint32_t, uint8_t rank) {
    --counts[0];
    ++counts[rank];
    return arrow::Status::OK();
  });
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
    ARROW_ASSIGN_OR_RAISE(auto encoded, EncodeValues(column, groups.positions, groups.count, /*canonical=*/true, input.pool));
    const TextColumn values(*encoded);
    for (int64_t i = 0; i < groups.count; ++i) {
      if (!IsValid(column, groups.position(i))) continue;
      const std::string_view value = values[i];
      const uint64_t hash = XXH3_64bits(value.data(), value.size());
      const uint64_t rest = hash << kBits | uint64_t{1} << (kBits - 1);
      ARROW_RETURN_NOT_OK(Put(&TextState::At(groups, i), groups.heap(i), static_cast<uint32_t>(hash >> kRanks),
                              static_cast<uint8_t>(std::countl_zero(rest) + 1)));
    }
    return arrow::Status::OK();
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
      *out = Estimate(TextState::At(groups, i).text());
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
  static arrow::Status Join(const GroupRows& groups, int64_t i, std::string_view registers) {
    TextState& state = TextState::At(groups, i);
    return ForEachRegister(registers, [&](uint32_t index, uint8_t rank) { return Put(&state, groups.heap(i), index, rank); });
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
