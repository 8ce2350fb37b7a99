// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/array/util.h>
#include <arrow/buffer.h>
#include <arrow/result.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/error.h>

#include "functions/common_type.h"

namespace bowstring {

/// A 128-bit integer that may lie at any multiple of 8.
struct Int128 {
  uint64_t low;
  uint64_t high;
  __int128 get() const { return static_cast<__int128>((static_cast<unsigned __int128>(high) << 64) | low); }
  void set(__int128 value) {
    low = static_cast<uint64_t>(value);
    high = static_cast<uint64_t>(static_cast<unsigned __int128>(value) >> 64);
  }
};

/// Calls `f(i, position)` for the groups whose argument isn't NULL.
template <typename F>
void ForEachValid(const arrow::ArrayData& column, const GroupRows& groups, F&& f) {
  const uint8_t* valid = column.MayHaveNulls() && column.buffers[0] ? column.buffers[0]->data() : nullptr;
  const int64_t n = groups.count, offset = column.offset;
  if (column.type->id() == arrow::Type::NA) return;
  if (groups.positions == nullptr) {
    if (valid == nullptr) {
      for (int64_t i = 0; i < n; ++i) f(i, i);
    } else {
      for (int64_t i = 0; i < n; ++i) {
        if (arrow::bit_util::GetBit(valid, offset + i)) f(i, i);
      }
    }
    return;
  }
  const int32_t* positions = groups.positions;
  for (int64_t i = 0; i < n; ++i) {
    if (valid == nullptr || arrow::bit_util::GetBit(valid, offset + positions[i])) f(i, positions[i]);
  }
}

/// Whether the rows, fewer than 2^31, are all of one group, and none is NULL.
inline bool AllOfOneGroup(const arrow::ArrayData& column, const GroupRows& groups) {
  if (column.type->id() == arrow::Type::NA || (column.MayHaveNulls() && column.buffers[0])) return false;
  return groups.one_group && groups.count > 0 && groups.count < (int64_t{1} << 31);
}

inline bool IsValid(const arrow::ArrayData& column, int64_t position) {
  if (column.type->id() == arrow::Type::NA) return false;
  return !column.MayHaveNulls() || !column.buffers[0] || arrow::bit_util::GetBit(column.buffers[0]->data(), column.offset + position);
}

/// Text or bytes of any of Arrow's layouts.
class TextColumn {
 public:
  explicit TextColumn(const arrow::ArrayData& data) : data_(data), id_(data.type->id()) {
    if (id_ == arrow::Type::FIXED_SIZE_BINARY) width_ = static_cast<const arrow::FixedSizeBinaryType&>(*data.type).byte_width();
  }
  static bool Takes(const arrow::DataType& type) {
    switch (type.id()) {
      case arrow::Type::STRING: case arrow::Type::BINARY: case arrow::Type::LARGE_STRING: case arrow::Type::LARGE_BINARY:
      case arrow::Type::STRING_VIEW: case arrow::Type::BINARY_VIEW: case arrow::Type::FIXED_SIZE_BINARY:
        return true;
      default:
        return false;
    }
  }
  std::string_view operator[](int64_t i) const {
    switch (id_) {
      case arrow::Type::STRING: case arrow::Type::BINARY: return Slice<int32_t>(i);
      case arrow::Type::LARGE_STRING: case arrow::Type::LARGE_BINARY: return Slice<int64_t>(i);
      case arrow::Type::FIXED_SIZE_BINARY:
        return {reinterpret_cast<const char*>(data_.buffers[1]->data()) + (data_.offset + i) * width_, static_cast<size_t>(width_)};
      default: {
        const auto& view = data_.GetValues<arrow::BinaryViewType::c_type>(1)[i];
        if (view.is_inline()) return {reinterpret_cast<const char*>(view.inline_data()), static_cast<size_t>(view.size())};
        return {reinterpret_cast<const char*>(data_.buffers[2 + view.ref.buffer_index]->data()) + view.ref.offset, static_cast<size_t>(view.size())};
      }
    }
  }

 private:
  template <typename Offset>
  std::string_view Slice(int64_t i) const {
    const Offset* offsets = data_.GetValues<Offset>(1);
    return {data_.buffers[2] ? reinterpret_cast<const char*>(data_.buffers[2]->data()) + offsets[i] : "", static_cast<size_t>(offsets[i + 1] - offsets[i])};
  }
  const arrow::ArrayData& data_;
  const arrow::Type::type id_;
  int32_t width_ = 0;
};

/// An array of fixed width: `f(i, T* out)` answers whether value i is there.
template <typename T, typename F>
arrow::Result<std::shared_ptr<arrow::Array>> FixedArray(const std::shared_ptr<arrow::DataType>& type, int64_t n, arrow::MemoryPool* pool, F&& f) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values, arrow::AllocateBuffer(n * static_cast<int64_t>(sizeof(T)), pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> valid, arrow::AllocateEmptyBitmap(n, pool));
  T* out = reinterpret_cast<T*>(values->mutable_data());
  uint8_t* bits = valid->mutable_data();
  int64_t nulls = 0;
  for (int64_t i = 0; i < n; ++i) {
    T value{};
    if (f(i, &value)) {
      arrow::bit_util::SetBit(bits, i);
    } else {
      value = T{};
      ++nulls;
    }
    out[i] = value;
  }
  return arrow::MakeArray(arrow::ArrayData::Make(type, n, {nulls ? valid : nullptr, values}, nulls));
}

/// A bit array, as above.
template <typename F>
arrow::Result<std::shared_ptr<arrow::Array>> BitArray(int64_t n, arrow::MemoryPool* pool, F&& f) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values, arrow::AllocateEmptyBitmap(n, pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> valid, arrow::AllocateEmptyBitmap(n, pool));
  for (int64_t i = 0; i < n; ++i) {
    bool value = false;
    if (!f(i, &value)) continue;
    arrow::bit_util::SetBit(valid->mutable_data(), i);
    if (value) arrow::bit_util::SetBit(values->mutable_data(), i);
  }
  return arrow::MakeArray(arrow::ArrayData::Make(arrow::boolean(), n, {valid, values}));
}

/// A kernel whose state is a plain struct of a multiple of 8 bytes, all zero when empty. `Derived` has `void Join(State&, const State&) const`.
template <typename Derived, typename StateType>
class PlainKernel : public AggregateKernel {
 public:
  using State = StateType;
  static_assert(sizeof(State) % 8 == 0 && alignof(State) <= 8);
  explicit PlainKernel(std::shared_ptr<arrow::DataType> result) : result_(std::move(result)) {}

  int32_t state_size() const final { return sizeof(State); }
  bool plain() const final { return true; }
  const std::shared_ptr<arrow::DataType>& result_type() const final { return result_; }

  arrow::Status Merge(const GroupRows& groups, uint8_t* const* from) const final {
    for (int64_t i = 0; i < groups.count; ++i) derived().Join(at(groups, i), *reinterpret_cast<const State*>(from[i] + groups.offset));
    return arrow::Status::OK();
  }
  std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const final { return {arrow::fixed_size_binary(sizeof(State))}; }
  arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const final {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bytes, arrow::AllocateBuffer(groups.count * static_cast<int64_t>(sizeof(State)), pool));
    for (int64_t i = 0; i < groups.count; ++i) std::memcpy(bytes->mutable_data() + i * sizeof(State), groups.state(i), sizeof(State));
    return std::vector<std::shared_ptr<arrow::Array>>{
        arrow::MakeArray(arrow::ArrayData::Make(arrow::fixed_size_binary(sizeof(State)), groups.count, {nullptr, bytes}, 0))};
  }
  arrow::Status MergeSerialized(Serialized states, const GroupRows& groups) const final {
    const uint8_t* bytes = states[0]->buffers[1]->data() + states[0]->offset * static_cast<int64_t>(sizeof(State));
    for (int64_t i = 0; i < groups.count; ++i) {
      State from;
      std::memcpy(&from, bytes + groups.position(i) * static_cast<int64_t>(sizeof(State)), sizeof(State));
      derived().Join(at(groups, i), from);
    }
    return arrow::Status::OK();
  }

 protected:
  static State& at(const GroupRows& groups, int64_t i) { return *reinterpret_cast<State*>(groups.state(i)); }
  const Derived& derived() const { return static_cast<const Derived&>(*this); }

  /// `add(state, position)` for each value that isn't NULL; one group's state stays in registers.
  template <typename F>
  static void ForEachState(const arrow::ArrayData& column, const GroupRows& groups, F&& add) {
    if (groups.one_group && groups.count > 0) {
      State state = at(groups, 0);
      ForEachValid(column, groups, [&](int64_t, int64_t position) { add(state, position); });
      at(groups, 0) = state;
    } else {
      ForEachValid(column, groups, [&](int64_t i, int64_t position) { add(at(groups, i), position); });
    }
  }

 private:
  std::shared_ptr<arrow::DataType> result_;
};

/// A function of the registry made of its parts.
class BuiltinAggregate final : public AggregateFunction {
 public:
  using Resolver = std::function<arrow::Result<ResolvedAggregate>(const AggregateRequest&)>;
  BuiltinAggregate(std::string name, std::vector<std::string> aliases, FunctionDoc doc, Resolver resolver, bool ordered_set = false)
      : name_(std::move(name)), aliases_(std::move(aliases)), doc_(std::move(doc)), resolver_(std::move(resolver)), ordered_set_(ordered_set) {}
  const std::string& name() const override { return name_; }
  std::vector<std::string> aliases() const override { return aliases_; }
  const FunctionDoc& doc() const override { return doc_; }
  bool ordered_set() const override { return ordered_set_; }
  using AggregateFunction::Resolve;
  arrow::Result<ResolvedAggregate> Resolve(const AggregateRequest& request) const override { return resolver_(request); }

 private:
  std::string name_;
  std::vector<std::string> aliases_;
  FunctionDoc doc_;
  Resolver resolver_;
  bool ordered_set_;
};

using AggregateList = std::vector<std::shared_ptr<const AggregateFunction>>;
void AddCountSumAvg(AggregateList* list);
void AddMinMax(AggregateList* list);
/// Of a column of type null: the answer is NULL, of that type.
std::shared_ptr<const AggregateKernel> MakeNullKernel();
void AddVariance(AggregateList* list);
void AddBoolBit(AggregateList* list);
void AddFirstLast(AggregateList* list);
void AddGrouping(AggregateList* list);
void AddLists(AggregateList* list);
void AddPercentiles(AggregateList* list);
void AddApproxDistinct(AggregateList* list);

/// "Function 'f' failed to match any signature ...": kPlan.
arrow::Status NoSignature(std::string_view name, const AggregateRequest& request, std::string_view candidates);
/// The type of an argument, looked through a dictionary.
std::shared_ptr<arrow::DataType> ArgumentType(const AggregateRequest& request, size_t i);
/// decimal128 type of a decimal up to 38 digits, with precision and scale grown by so much, at most 38.
/// sum or avg of decimal256.
std::shared_ptr<const AggregateKernel> MakeWideSum(std::shared_ptr<arrow::DataType> result, bool average, int scale_up);
std::shared_ptr<arrow::DataType> GrownDecimal(const arrow::DataType& type, int precision, int scale);

}  // namespace bowstring
