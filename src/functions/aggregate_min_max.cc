// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// min and max. NaN is greater than every number and -0.0 less than 0.0, as the peer orders floats.

#include <cmath>
#include <type_traits>

#include <arrow/array/builder_binary.h>
#include <arrow/builder.h>
#include <arrow/util/float16.h>

#include "functions/aggregate_loops.h"
#include "functions/text_state.h"

namespace bowstring {
namespace {

// Of a column without values.
class NullKernel final : public PlainKernel<NullKernel, uint64_t> {
 public:
  NullKernel() : PlainKernel(arrow::null()) {}
  void Join(uint64_t&, const uint64_t&) const {}
  arrow::Status Update(const AggregateInput&, const GroupRows&) const override { return arrow::Status::OK(); }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    return arrow::MakeArrayOfNull(arrow::null(), groups.count, pool);
  }
};

}  // namespace

std::shared_ptr<const AggregateKernel> MakeNullKernel() { return std::make_shared<NullKernel>(); }

namespace {

template <typename T>
bool Less(const T& a, const T& b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (a < b) return true;
    if (a > b) return false;
    if (a == b) return std::signbit(a) && !std::signbit(b);
    return std::isnan(b) && !std::isnan(a);
  } else if constexpr (std::is_same_v<T, Int128>) {
    return a.get() < b.get();
  } else {
    return a < b;
  }
}

template <typename T>
struct ExtremeState {
  T value;
  std::conditional_t<(sizeof(T) < 8), uint32_t, uint64_t> seen;
};
template <>
struct ExtremeState<int8_t> {
  int8_t value;
  uint8_t pad[3];
  uint32_t seen;
};
template <>
struct ExtremeState<uint8_t> {
  uint8_t value;
  uint8_t pad[3];
  uint32_t seen;
};

template <typename T, bool kMax>
class ExtremeKernel final : public PlainKernel<ExtremeKernel<T, kMax>, ExtremeState<T>> {
 public:
  using Base = PlainKernel<ExtremeKernel<T, kMax>, ExtremeState<T>>;
  using State = ExtremeState<T>;
  explicit ExtremeKernel(std::shared_ptr<arrow::DataType> result) : Base(std::move(result)) {}
  void Join(State& into, const State& from) const {
    if (from.seen) Take(into, from.value);
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    const arrow::ArrayData& column = *input.columns[0];
    if constexpr (std::is_same_v<T, uint8_t>) {
      if (column.type->id() == arrow::Type::BOOL) {
        const uint8_t* bits = column.buffers[1]->data();
        Base::ForEachState(column, groups, [bits, &column](State& state, int64_t i) {
          Take(state, arrow::bit_util::GetBit(bits, column.offset + i) ? uint8_t{1} : uint8_t{0});
        });
        return arrow::Status::OK();
      }
    }
    const T* values = column.GetValues<T>(1);
    if (AllOfOneGroup(column, groups) && groups.positions == nullptr) {
      T best = values[0];
      for (int64_t i = 1; i < groups.count; ++i) best = (kMax ? Less(best, values[i]) : Less(values[i], best)) ? values[i] : best;
      Take(Base::at(groups, 0), best);
      return arrow::Status::OK();
    }
    Base::ForEachState(column, groups, [values](State& state, int64_t i) { Take(state, values[i]); });
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    if (this->result_type()->id() == arrow::Type::BOOL) {
      return BitArray(groups.count, pool, [&](int64_t i, bool* out) {
        if constexpr (sizeof(T) == 1) *out = Base::at(groups, i).value != 0;
        return Base::at(groups, i).seen != 0;
      });
    }
    return FixedArray<T>(this->result_type(), groups.count, pool, [&](int64_t i, T* out) {
      *out = Base::at(groups, i).value;
      return Base::at(groups, i).seen != 0;
    });
  }

 private:
  static void Take(State& state, const T& value) {
    if (!state.seen || (kMax ? Less(state.value, value) : Less(value, state.value))) {
      state.value = value;
      state.seen = 1;
    }
  }
};

// Text is kept in the heap in a piece that grows by doubling. To take the same values twice changes nothing, so that all of the work may be done
// where memory may run out.
template <bool kMax>
class TextExtremeKernel final : public AggregateKernel {
 public:
  explicit TextExtremeKernel(std::shared_ptr<arrow::DataType> result) : result_(std::move(result)) {}
  int32_t state_size() const override { return sizeof(TextState); }
  const std::shared_ptr<arrow::DataType>& result_type() const override { return result_; }

  arrow::Status Reserve(const AggregateInput& input, const GroupRows& groups) const override { return Take(*input.columns[0], groups); }
  arrow::Status Update(const AggregateInput&, const GroupRows&) const override { return arrow::Status::OK(); }
  arrow::Status Merge(const GroupRows& groups, uint8_t* const* from) const override {
    for (int64_t i = 0; i < groups.count; ++i) {
      TextState& into = TextState::At(groups, i);
      const TextState& other = *reinterpret_cast<const TextState*>(from[i] + groups.offset);
      if (other.data && (!into.data || Better(other.text(), into.text()))) into = other;
    }
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    return TextArray(result_, groups.count, pool, [&](int64_t i, std::string_view* out) {
      const TextState& state = TextState::At(groups, i);
      if (state.data) *out = state.text();
      return state.data != nullptr;
    });
  }
  std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const override { return {arrow::large_binary()}; }
  arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    ARROW_ASSIGN_OR_RAISE(auto array, SerializeTexts(groups, pool));
    return std::vector<std::shared_ptr<arrow::Array>>{array};
  }
  arrow::Status ReserveSerialized(Serialized states, const GroupRows& groups) const override { return Take(*states[0], groups); }
  arrow::Status MergeSerialized(Serialized, const GroupRows&) const override { return arrow::Status::OK(); }

 private:
  static bool Better(std::string_view a, std::string_view b) { return kMax ? b < a : a < b; }
  static arrow::Status Take(const arrow::ArrayData& column, const GroupRows& groups) {
    if (column.type->id() == arrow::Type::NA) return arrow::Status::OK();
    const TextColumn texts(column);
    arrow::Status failed;
    ForEachValid(column, groups, [&](int64_t i, int64_t position) {
      const std::string_view text = texts[position];
      TextState& state = TextState::At(groups, i);
      if (state.data && !Better(text, state.text())) return;
      if (arrow::Status status = state.Set(groups.heap(i), text); !status.ok()) failed = std::move(status);
    });
    return failed;
  }
  std::shared_ptr<arrow::DataType> result_;
};

using KernelPtr = std::shared_ptr<const AggregateKernel>;

template <bool kMax>
arrow::Result<KernelPtr> MakeExtreme(const std::shared_ptr<arrow::DataType>& type) {
  if (TextColumn::Takes(*type)) return std::make_shared<TextExtremeKernel<kMax>>(type);
  switch (type->id()) {
    case arrow::Type::NA: return MakeNullKernel();
    case arrow::Type::BOOL: case arrow::Type::UINT8: return std::make_shared<ExtremeKernel<uint8_t, kMax>>(type);
    case arrow::Type::INT8: return std::make_shared<ExtremeKernel<int8_t, kMax>>(type);
    case arrow::Type::INT16: return std::make_shared<ExtremeKernel<int16_t, kMax>>(type);
    case arrow::Type::UINT16: return std::make_shared<ExtremeKernel<uint16_t, kMax>>(type);
    case arrow::Type::INT32: case arrow::Type::DATE32: case arrow::Type::TIME32: case arrow::Type::DECIMAL32: case arrow::Type::INTERVAL_MONTHS:
      return std::make_shared<ExtremeKernel<int32_t, kMax>>(type);
    case arrow::Type::UINT32: return std::make_shared<ExtremeKernel<uint32_t, kMax>>(type);
    case arrow::Type::INT64: case arrow::Type::DATE64: case arrow::Type::TIME64: case arrow::Type::TIMESTAMP: case arrow::Type::DURATION:
    case arrow::Type::DECIMAL64:
      return std::make_shared<ExtremeKernel<int64_t, kMax>>(type);
    case arrow::Type::UINT64: return std::make_shared<ExtremeKernel<uint64_t, kMax>>(type);
    case arrow::Type::FLOAT: return std::make_shared<ExtremeKernel<float, kMax>>(type);
    case arrow::Type::DOUBLE: return std::make_shared<ExtremeKernel<double, kMax>>(type);
    case arrow::Type::DECIMAL128: return std::make_shared<ExtremeKernel<Int128, kMax>>(type);
    default: return MakeOrderedExtreme(type, kMax);
  }
}

template <bool kMax>
arrow::Result<ResolvedAggregate> ResolveExtreme(const AggregateRequest& request) {
  const char* name = kMax ? "max" : "min";
  if (request.arguments.size() != 1) return NoSignature(name, request, std::string(name) + "(any)");
  const auto type = ArgumentType(request, 0);
  ResolvedAggregate resolved;
  resolved.argument_types = {type};
  resolved.result = arrow::field(name, type);
  resolved.ignores_distinct = true;
  resolved.make_kernel = [](const ResolvedAggregate::Types& physical) { return MakeExtreme<kMax>(physical[0]); };
  return resolved;
}

}  // namespace

void AddMinMax(AggregateList* list) {
  list->push_back(std::make_shared<BuiltinAggregate>("min", std::vector<std::string>{},
                                                     FunctionDoc{"aggregate", "The least value that is not NULL.", "min(expression)", ""},
                                                     ResolveExtreme<false>));
  list->push_back(std::make_shared<BuiltinAggregate>("max", std::vector<std::string>{},
                                                     FunctionDoc{"aggregate", "The greatest value that is not NULL.", "max(expression)", ""},
                                                     ResolveExtreme<true>));
}

}  // namespace bowstring
