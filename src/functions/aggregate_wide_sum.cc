// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// sum and avg of decimals of up to 76 digits: Arrow's 256-bit integers, checked for precision at the end. A sum that leaves 256 bits on the way
// is told by its sign, so it can't come back unseen.

#include <arrow/util/decimal.h>

#include "functions/aggregate_loops.h"

namespace bowstring {
namespace {

struct WideSumState {
  uint64_t words[4];
  int64_t count;  ///< below 0: the sum left 256 bits
};

struct Words {
  uint64_t words[4];
};

class WideSumKernel final : public PlainKernel<WideSumKernel, WideSumState> {
 public:
  WideSumKernel(std::shared_ptr<arrow::DataType> result, bool average, int scale_up)
      : PlainKernel(std::move(result)), average_(average), scale_up_(scale_up) {}

  void Join(State& into, const State& from) const {
    Add(into, Sum(from));
    into.count = into.count < 0 || from.count < 0 ? -1 : into.count + from.count;
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    const Words* values = input.columns[0]->GetValues<Words>(1);
    ForEachState(*input.columns[0], groups, [values](State& state, int64_t i) {
      state.count += state.count >= 0;
      Add(state, Load(values[i].words));
    });
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    const int32_t precision = static_cast<const arrow::DecimalType&>(*result_type()).precision();
    bool overflow = false;
    auto array = FixedArray<Words>(result_type(), groups.count, pool, [&](int64_t i, Words* out) {
      const State& state = at(groups, i);
      if (state.count == 0) return false;
      overflow = overflow || state.count < 0;
      arrow::Decimal256 value = Sum(state);
      if (average_ && state.count > 0) {
        // Whole part and rest apart, so that scaling up needs no more digits than the answer. Truncates, as the peer does.
        const arrow::Decimal256 count(state.count);
        arrow::Decimal256 rest;
        auto divided = value.Divide(count);
        if (!divided.ok()) return false;
        value = divided->first;
        rest = divided->second;
        overflow = overflow || !value.FitsInPrecision(precision - scale_up_);
        const arrow::Decimal256 factor = arrow::Decimal256::GetScaleMultiplier(scale_up_);
        auto fraction = arrow::Decimal256(rest * factor).Divide(count);
        if (!fraction.ok()) return false;
        value = value * factor + fraction->first;
      }
      overflow = overflow || !value.FitsInPrecision(precision);
      const auto& words = value.native_endian_array();
      std::copy(words.begin(), words.end(), out->words);
      return true;
    });
    if (overflow) {
      return Error(ErrorKind::kExecution, "Arithmetic overflow: ", average_ ? "avg" : "sum", " does not fit ", result_type()->ToString());
    }
    return array;
  }

 private:
  static arrow::Decimal256 Load(const uint64_t* words) {
    return arrow::Decimal256(arrow::BasicDecimal256::LittleEndianArray, {words[0], words[1], words[2], words[3]});
  }
  static arrow::Decimal256 Sum(const State& state) { return Load(state.words); }
  static void Add(State& state, const arrow::Decimal256& value) {
    const arrow::Decimal256 before = Sum(state);
    const arrow::Decimal256 sum = before + value;
    if (before.IsNegative() == value.IsNegative() && sum.IsNegative() != value.IsNegative()) state.count = -1;
    const auto& words = sum.little_endian_array();
    std::copy(words.begin(), words.end(), state.words);
  }
  const bool average_;
  const int scale_up_;
};

}  // namespace

std::shared_ptr<const AggregateKernel> MakeWideSum(std::shared_ptr<arrow::DataType> result, bool average, int scale_up) {
  return std::make_shared<WideSumKernel>(std::move(result), average, scale_up);
}

}  // namespace bowstring
