// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// bool_and, bool_or, bit_and, bit_or, bit_xor.

#include "functions/aggregate_loops.h"

namespace bowstring {
namespace {

enum class Bits : uint8_t { kAnd, kOr, kXor };

struct BitState {
  uint64_t bits;
  uint64_t seen;
};

inline void Take(BitState& state, Bits op, uint64_t value) {
  if (!state.seen) {
    state = {value, 1};
  } else if (op == Bits::kAnd) {
    state.bits &= value;
  } else if (op == Bits::kOr) {
    state.bits |= value;
  } else {
    state.bits ^= value;
  }
}

class BitKernel final : public PlainKernel<BitKernel, BitState> {
 public:
  BitKernel(std::shared_ptr<arrow::DataType> type, Bits op) : PlainKernel(std::move(type)), op_(op) {}
  void Join(State& into, const State& from) const {
    if (from.seen) Take(into, op_, from.bits);
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    const arrow::ArrayData& column = *input.columns[0];
    switch (result_type()->id()) {
      case arrow::Type::BOOL:
        ForEachState(column, groups, [&](State& state, int64_t i) { Take(state, op_, arrow::bit_util::GetBit(column.buffers[1]->data(), column.offset + i)); });
        break;
      case arrow::Type::INT8: case arrow::Type::UINT8: All<uint8_t>(column, groups); break;
      case arrow::Type::INT16: case arrow::Type::UINT16: All<uint16_t>(column, groups); break;
      case arrow::Type::INT32: case arrow::Type::UINT32: All<uint32_t>(column, groups); break;
      default: All<uint64_t>(column, groups);
    }
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    switch (result_type()->id()) {
      case arrow::Type::BOOL:
        return BitArray(groups.count, pool, [&](int64_t i, bool* out) {
          *out = at(groups, i).bits != 0;
          return at(groups, i).seen != 0;
        });
      case arrow::Type::INT8: case arrow::Type::UINT8: return Out<uint8_t>(groups, pool);
      case arrow::Type::INT16: case arrow::Type::UINT16: return Out<uint16_t>(groups, pool);
      case arrow::Type::INT32: case arrow::Type::UINT32: return Out<uint32_t>(groups, pool);
      default: return Out<uint64_t>(groups, pool);
    }
  }

 private:
  template <typename T>
  void All(const arrow::ArrayData& column, const GroupRows& groups) const {
    const T* values = column.GetValues<T>(1);
    ForEachState(column, groups, [values, op = op_](State& state, int64_t i) { Take(state, op, values[i]); });
  }
  template <typename T>
  arrow::Result<std::shared_ptr<arrow::Array>> Out(const GroupRows& groups, arrow::MemoryPool* pool) const {
    return FixedArray<T>(result_type(), groups.count, pool, [&](int64_t i, T* out) {
      *out = static_cast<T>(at(groups, i).bits);
      return at(groups, i).seen != 0;
    });
  }
  const Bits op_;
};

void Add(AggregateList* list, const char* name, Bits op, bool boolean, const char* description) {
  const auto resolve = [name = std::string(name), op, boolean](const AggregateRequest& request) -> arrow::Result<ResolvedAggregate> {
    const std::string candidates = name + (boolean ? "(Boolean)" : "(Integer)");
    if (request.arguments.size() != 1) return NoSignature(name, request, candidates);
    auto type = ArgumentType(request, 0);
    if (type->id() == arrow::Type::NA && boolean) type = arrow::boolean();
    if (boolean ? type->id() != arrow::Type::BOOL : !IsInteger(*type) && type->id() != arrow::Type::NA) return NoSignature(name, request, candidates);
    ResolvedAggregate resolved;
    resolved.argument_types = {type};
    resolved.result = arrow::field(name, type);
    resolved.ignores_distinct = op != Bits::kXor;
    resolved.make_kernel = [type, op](const ResolvedAggregate::Types&) -> arrow::Result<std::shared_ptr<const AggregateKernel>> {
      if (type->id() == arrow::Type::NA) return MakeNullKernel();
      return std::make_shared<BitKernel>(type, op);
    };
    return resolved;
  };
  list->push_back(std::make_shared<BuiltinAggregate>(
      name, std::vector<std::string>{}, FunctionDoc{"aggregate", description, std::string(name) + "(expression)", ""}, resolve));
}

}  // namespace

void AddBoolBit(AggregateList* list) {
  Add(list, "bool_and", Bits::kAnd, true, "True if all values that are not NULL are true.");
  Add(list, "bool_or", Bits::kOr, true, "True if any value is true.");
  Add(list, "bit_and", Bits::kAnd, false, "The bitwise AND of all values that are not NULL.");
  Add(list, "bit_or", Bits::kOr, false, "The bitwise OR of all values that are not NULL.");
  Add(list, "bit_xor", Bits::kXor, false, "The bitwise XOR of all values that are not NULL.");
}

}  // namespace bowstring
