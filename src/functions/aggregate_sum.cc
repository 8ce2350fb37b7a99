// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// count, sum, avg. Integers and decimals are summed exactly in 128 bits and checked at the end, so that neither order nor workers decide whether a
// sum overflows. Floats by Neumaier's compensated sum: joining the workers' parts costs no more than the last bits.

#include <cmath>
#include <limits>
#include <type_traits>

#include <arrow/type_traits.h>
#include <arrow/util/decimal.h>

#include "functions/aggregate_loops.h"

namespace bowstring {
namespace {

arrow::Status Overflow(const char* function, const arrow::DataType& type) {
  return Error(ErrorKind::kExecution, "Arithmetic overflow: ", function, " does not fit ", type.ToString());
}

// ---- count

struct CountState {
  int64_t count;
};

class CountKernel final : public PlainKernel<CountKernel, CountState> {
 public:
  explicit CountKernel(std::shared_ptr<arrow::DataType> result) : PlainKernel(std::move(result)) {}
  void Join(State& into, const State& from) const { into.count += from.count; }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    if (input.columns.size() == 1) {
      ForEachState(*input.columns[0], groups, [](State& state, int64_t) { ++state.count; });
      return arrow::Status::OK();
    }
    if (input.columns.empty()) {
      if (groups.one_group && groups.count > 0) {
        at(groups, 0).count += groups.count;
      } else {
        for (int64_t i = 0; i < groups.count; ++i) ++at(groups, i).count;
      }
      return arrow::Status::OK();
    }
    for (int64_t i = 0; i < groups.count; ++i) {  // of several: rows where none is NULL
      bool valid = true;
      for (const auto& column : input.columns) valid = valid && IsValid(*column, groups.position(i));
      at(groups, i).count += valid;
    }
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    return FixedArray<int64_t>(result_type(), groups.count, pool, [&](int64_t i, int64_t* out) {
      *out = at(groups, i).count;
      return true;
    });
  }
};

// ---- exact sums

// The exact sum of a group's values where all are there, each row of `groups` being of that group. Integers of up to 64 bits.
template <typename T>
__int128 SumOfAll(const T* values, const GroupRows& groups) {
  const auto sum = [&](auto at) -> __int128 {
    if constexpr (sizeof(T) < 8) {
      int64_t total = 0;  // of fewer than 2^31 rows
      for (int64_t i = 0; i < groups.count; ++i) total += values[at(i)];
      return total;
    } else {
      uint64_t low = 0;
      std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t> high = 0;
      for (int64_t i = 0; i < groups.count; ++i) {
        low += static_cast<uint32_t>(values[at(i)]);
        high += values[at(i)] >> 32;
      }
      return (static_cast<__int128>(high) << 32) + low;
    }
  };
  if (groups.positions == nullptr) return sum([](int64_t i) { return i; });
  return sum([&](int64_t i) { return groups.positions[i]; });
}

// Twice the sum, plus one once there was a value: 126 bits are left, enough for 2^62 values of 64 bits.
struct IntSumState {
  Int128 doubled;
};

template <typename T>
class IntSumKernel final : public PlainKernel<IntSumKernel<T>, IntSumState> {
 public:
  using Base = PlainKernel<IntSumKernel<T>, IntSumState>;
  using State = IntSumState;
  explicit IntSumKernel(std::shared_ptr<arrow::DataType> result) : Base(std::move(result)) {}
  void Join(State& into, const State& from) const {
    into.doubled.set(into.doubled.get() + (from.doubled.get() & ~static_cast<__int128>(1)));
    into.doubled.low |= from.doubled.low & 1;
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    const T* values = input.columns[0]->GetValues<T>(1);
    if (AllOfOneGroup(*input.columns[0], groups)) {
      State& state = Base::at(groups, 0);
      state.doubled.set(state.doubled.get() + (SumOfAll(values, groups) << 1));
      state.doubled.low |= 1;
      return arrow::Status::OK();
    }
    Base::ForEachState(*input.columns[0], groups, [values](State& state, int64_t i) {
      state.doubled.set(state.doubled.get() + (static_cast<__int128>(values[i]) << 1));
      state.doubled.low |= 1;
    });
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    const auto& type = this->result_type();
    if (type->id() == arrow::Type::DECIMAL128) {
      return FixedArray<Int128>(type, groups.count, pool, [&](int64_t i, Int128* out) {
        const State& state = Base::at(groups, i);
        out->set(state.doubled.get() >> 1);
        return (state.doubled.low & 1) != 0;
      });
    }
    bool overflow = false;
    if (type->id() == arrow::Type::DECIMAL32) {
      auto narrow = Narrow<int32_t>(groups, pool, &overflow);
      if (overflow) return Overflow("sum", *type);
      return narrow;
    }
    auto array = type->id() == arrow::Type::UINT64 ? Narrow<uint64_t>(groups, pool, &overflow) : Narrow<int64_t>(groups, pool, &overflow);
    if (overflow) return Overflow("sum", *type);
    return array;
  }

 private:
  template <typename Out>
  arrow::Result<std::shared_ptr<arrow::Array>> Narrow(const GroupRows& groups, arrow::MemoryPool* pool, bool* overflow) const {
    return FixedArray<Out>(this->result_type(), groups.count, pool, [&](int64_t i, Out* out) {
      const State& state = Base::at(groups, i);
      const __int128 sum = state.doubled.get() >> 1;
      if (sum < std::numeric_limits<Out>::min() || sum > std::numeric_limits<Out>::max()) *overflow = true;
      *out = static_cast<Out>(sum);
      return (state.doubled.low & 1) != 0;
    });
  }
};

struct CountedSumState {
  Int128 sum;
  int64_t count;
};

// Sums with their counts: avg of integers, durations and narrow decimals; sum and avg of decimal128.
template <typename T>
class CountedSumKernel final : public PlainKernel<CountedSumKernel<T>, CountedSumState> {
 public:
  using Base = PlainKernel<CountedSumKernel<T>, CountedSumState>;
  using State = CountedSumState;
  CountedSumKernel(std::shared_ptr<arrow::DataType> result, bool average, int scale_up) : Base(std::move(result)), average_(average) {
    for (int i = 0; i < scale_up; ++i) factor_ *= 10;
  }
  void Join(State& into, const State& from) const {
    Add(into, from.sum.get());
    into.count = into.count < 0 || from.count < 0 ? -1 : into.count + from.count;
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    const T* values = input.columns[0]->GetValues<T>(1);
    if constexpr (sizeof(T) <= 8) {
      if (AllOfOneGroup(*input.columns[0], groups)) {
        State& state = Base::at(groups, 0);
        if (state.count >= 0) state.count += groups.count;
        state.sum.set(state.sum.get() + SumOfAll(values, groups));
        return arrow::Status::OK();
      }
    }
    Base::ForEachState(*input.columns[0], groups, [values](State& state, int64_t i) {
      state.count += state.count >= 0;
      if constexpr (sizeof(T) == 16) {
        Add(state, values[i].get());
      } else {
        state.sum.set(state.sum.get() + values[i]);
      }
    });
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    const auto& type = this->result_type();
    if (type->id() == arrow::Type::DOUBLE) {
      return FixedArray<double>(type, groups.count, pool, [&](int64_t i, double* out) {
        const State& state = Base::at(groups, i);
        if (state.count == 0) return false;
        *out = static_cast<double>(state.sum.get()) / static_cast<double>(state.count);
        return true;
      });
    }
    if (type->id() == arrow::Type::DURATION) {
      return FixedArray<int64_t>(type, groups.count, pool, [&](int64_t i, int64_t* out) {
        const State& state = Base::at(groups, i);
        if (state.count != 0) *out = static_cast<int64_t>(state.sum.get() / state.count);
        return state.count != 0;
      });
    }
    if (type->id() == arrow::Type::DECIMAL32) return Decimals<int32_t>(groups, pool);
    if (type->id() == arrow::Type::DECIMAL64) return Decimals<int64_t>(groups, pool);
    return Decimals<Int128>(groups, pool);
  }

 private:
  template <typename Out>
  arrow::Result<std::shared_ptr<arrow::Array>> Decimals(const GroupRows& groups, arrow::MemoryPool* pool) const {
    const auto& type = this->result_type();
    const int32_t precision = static_cast<const arrow::DecimalType&>(*type).precision();
    bool overflow = false;
    auto array = FixedArray<Out>(type, groups.count, pool, [&](int64_t i, Out* out) {
      const State& state = Base::at(groups, i);
      if (state.count == 0) return false;
      overflow = overflow || state.count < 0;
      __int128 value = state.sum.get();
      if (average_ && !overflow && __builtin_mul_overflow(value, factor_, &value)) {
        // The sum scaled up needs more than 128 bits: whole part and rest apart. Truncates, as the peer does.
        const __int128 quotient = state.sum.get() / state.count, rest = state.sum.get() % state.count;
        overflow = overflow || __builtin_mul_overflow(quotient, factor_, &value);
        value += rest * factor_ / state.count;
      } else if (average_ && state.count > 0) {
        value /= state.count;
      }
      Int128 whole;
      whole.set(value);
      overflow = overflow || !arrow::Decimal128(static_cast<int64_t>(whole.high), whole.low).FitsInPrecision(precision);
      if constexpr (sizeof(Out) == 16) {
        *out = whole;
      } else {
        *out = static_cast<Out>(value);
      }
      return true;
    });
    if (overflow) return Overflow(average_ ? "avg" : "sum", *type);
    return array;
  }

  // A count below 0 marks a sum that left 128 bits.
  static void Add(State& state, __int128 value) {
    __int128 sum;
    if (__builtin_add_overflow(state.sum.get(), value, &sum)) state.count = -1;
    state.sum.set(sum);
  }
  const bool average_;
  __int128 factor_ = 1;
};

// ---- floats

struct FloatSumState {
  double sum, lost;
  int64_t count;
};

inline void AddCompensated(FloatSumState& state, double value) {
  const double sum = state.sum + value;
  state.lost += std::fabs(state.sum) >= std::fabs(value) ? (state.sum - sum) + value : (value - sum) + state.sum;
  state.sum = sum;
}

template <typename T>
class FloatSumKernel final : public PlainKernel<FloatSumKernel<T>, FloatSumState> {
 public:
  using Base = PlainKernel<FloatSumKernel<T>, FloatSumState>;
  using State = FloatSumState;
  FloatSumKernel(std::shared_ptr<arrow::DataType> result, bool average) : Base(std::move(result)), average_(average) {}
  void Join(State& into, const State& from) const {
    AddCompensated(into, from.sum);
    into.lost += from.lost;
    into.count += from.count;
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    const T* values = input.columns[0]->GetValues<T>(1);
    Base::ForEachState(*input.columns[0], groups, [values](State& state, int64_t i) {
      AddCompensated(state, static_cast<double>(values[i]));
      ++state.count;
    });
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    return FixedArray<double>(this->result_type(), groups.count, pool, [&](int64_t i, double* out) {
      const State& state = Base::at(groups, i);
      // With an infinity or NaN in it the correction is NaN, and means nothing.
      const double sum = std::isfinite(state.sum) ? state.sum + state.lost : state.sum;
      *out = average_ ? sum / static_cast<double>(state.count) : sum;
      return state.count != 0;
    });
  }

 private:
  const bool average_;
};

// ---- intervals, part by part

struct IntervalSumState {
  Int128 nanoseconds;
  int64_t months, days, count;
};

class IntervalSumKernel final : public PlainKernel<IntervalSumKernel, IntervalSumState> {
 public:
  using Value = arrow::MonthDayNanoIntervalType::MonthDayNanos;
  explicit IntervalSumKernel(std::shared_ptr<arrow::DataType> result) : PlainKernel(std::move(result)) {}
  void Join(State& into, const State& from) const {
    into.nanoseconds.set(into.nanoseconds.get() + from.nanoseconds.get());
    into.months += from.months;
    into.days += from.days;
    into.count += from.count;
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    const Value* values = input.columns[0]->GetValues<Value>(1);
    ForEachState(*input.columns[0], groups, [values](State& state, int64_t i) {
      state.nanoseconds.set(state.nanoseconds.get() + values[i].nanoseconds);
      state.months += values[i].months;
      state.days += values[i].days;
      ++state.count;
    });
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    bool overflow = false;
    auto array = FixedArray<Value>(result_type(), groups.count, pool, [&](int64_t i, Value* out) {
      const State& state = at(groups, i);
      *out = {static_cast<int32_t>(state.months), static_cast<int32_t>(state.days), static_cast<int64_t>(state.nanoseconds.get())};
      overflow = overflow || out->months != state.months || out->days != state.days || out->nanoseconds != state.nanoseconds.get();
      return state.count != 0;
    });
    if (overflow) return Overflow("sum", *result_type());
    return array;
  }
};

using Types = ResolvedAggregate::Types;
using KernelPtr = std::shared_ptr<const AggregateKernel>;

template <template <typename> class Kernel, typename... Args>
arrow::Result<KernelPtr> ByInteger(const arrow::DataType& type, Args&&... args) {
  switch (type.id()) {
    case arrow::Type::INT8: return std::make_shared<Kernel<int8_t>>(args...);
    case arrow::Type::INT16: return std::make_shared<Kernel<int16_t>>(args...);
    case arrow::Type::INT32: case arrow::Type::DECIMAL32: case arrow::Type::INTERVAL_MONTHS: return std::make_shared<Kernel<int32_t>>(args...);
    case arrow::Type::INT64: case arrow::Type::DECIMAL64: case arrow::Type::DURATION: return std::make_shared<Kernel<int64_t>>(args...);
    case arrow::Type::UINT8: return std::make_shared<Kernel<uint8_t>>(args...);
    case arrow::Type::UINT16: return std::make_shared<Kernel<uint16_t>>(args...);
    case arrow::Type::UINT32: return std::make_shared<Kernel<uint32_t>>(args...);
    case arrow::Type::UINT64: return std::make_shared<Kernel<uint64_t>>(args...);
    default: return Error(ErrorKind::kNotImplemented, "sums of ", type.ToString());
  }
}

arrow::Result<KernelPtr> MakeSum(const arrow::DataType& in, const std::shared_ptr<arrow::DataType>& out, bool average, int scale_up) {
  if (in.id() == arrow::Type::DOUBLE) return std::make_shared<FloatSumKernel<double>>(out, average);
  if (in.id() == arrow::Type::FLOAT) return std::make_shared<FloatSumKernel<float>>(out, average);
  if (in.id() == arrow::Type::DECIMAL256) return MakeWideSum(out, average, scale_up);
  if (in.id() == arrow::Type::INTERVAL_MONTH_DAY_NANO) return std::make_shared<IntervalSumKernel>(out);
  if (in.id() == arrow::Type::DECIMAL128) return std::make_shared<CountedSumKernel<Int128>>(out, average, scale_up);
  if (average) return ByInteger<CountedSumKernel>(in, out, true, scale_up);
  return ByInteger<IntSumKernel>(in, out);
}

// Half floats are summed as floats.
arrow::Result<ResolvedAggregate> ResolveSum(const AggregateRequest& request, const char* name, bool average) {
  const std::string candidates = std::string(name) + "(Decimal), " + name + "(Integer), " + name + "(Float), " + name + "(Duration)";
  if (request.arguments.size() != 1) return NoSignature(name, request, candidates);
  std::shared_ptr<arrow::DataType> in = ArgumentType(request, 0), out;
  int scale_up = 0;
  if (in->id() == arrow::Type::HALF_FLOAT) in = arrow::float32();
  if (IsFloat(*in) || (average && IsInteger(*in))) {
    out = arrow::float64();
  } else if (IsInteger(*in)) {
    out = arrow::is_unsigned_integer(in->id()) ? arrow::uint64() : arrow::int64();
  } else if (IsDecimal(*in)) {
    out = average ? GrownDecimal(*in, 4, 4) : GrownDecimal(*in, 10, 0);
    scale_up = static_cast<const arrow::DecimalType&>(*out).scale() - static_cast<const arrow::DecimalType&>(*in).scale();
  } else if (in->id() == arrow::Type::DURATION || (!average && in->id() == arrow::Type::INTERVAL_MONTH_DAY_NANO)) {
    out = in;
  } else {
    return NoSignature(name, request, candidates);
  }
  ResolvedAggregate resolved;
  resolved.argument_types = {in};
  resolved.result = arrow::field(name, out);
  resolved.make_kernel = [out, average, scale_up](const Types& physical) { return MakeSum(*physical[0], out, average, scale_up); };
  return resolved;
}

arrow::Result<ResolvedAggregate> ResolveCount(const AggregateRequest& request) {
  ResolvedAggregate resolved;
  for (size_t i = 0; i < request.arguments.size(); ++i) {
    const auto& type = request.arguments[i].field->type();
    // Runs show their NULLs only as the values that they stand for.
    resolved.argument_types.push_back(type->id() == arrow::Type::RUN_END_ENCODED ? ArgumentType(request, i) : type);
  }
  resolved.result = arrow::field("count", arrow::int64(), /*nullable=*/false);
  resolved.make_kernel = [](const Types&) -> arrow::Result<KernelPtr> { return std::make_shared<CountKernel>(arrow::int64()); };
  return resolved;
}

}  // namespace

void AddCountSumAvg(AggregateList* list) {
  list->push_back(std::make_shared<BuiltinAggregate>(
      "count", std::vector<std::string>{},
      FunctionDoc{"aggregate", "The number of rows, or of rows in which no argument is NULL.", "count(*), count(expression[, ...])", ""}, ResolveCount));
  list->push_back(std::make_shared<BuiltinAggregate>(
      "sum", std::vector<std::string>{},
      FunctionDoc{"aggregate", "The sum of the values that are not NULL; an error where it does not fit the result's type.", "sum(expression)", ""},
      [](const AggregateRequest& request) { return ResolveSum(request, "sum", false); }));
  list->push_back(std::make_shared<BuiltinAggregate>(
      "avg", std::vector<std::string>{"mean"}, FunctionDoc{"aggregate", "The average of the values that are not NULL.", "avg(expression)", ""},
      [](const AggregateRequest& request) { return ResolveSum(request, "avg", true); }));
}

}  // namespace bowstring
