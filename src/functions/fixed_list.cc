// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/fixed_list.h"

#include <algorithm>
#include <limits>

#include "functions/value_list.h"

namespace bowstring {
namespace {

// A value and its place in the input; the top bit of `row` says that it is NULL.
template <typename T>
struct Placed {
  uint64_t morsel, row;
  T value;
  static constexpr uint64_t kNull = uint64_t{1} << 63;
  bool null() const { return row & kNull; }
  friend bool operator<(const Placed& a, const Placed& b) { return a.morsel != b.morsel ? a.morsel < b.morsel : (a.row & ~kNull) < (b.row & ~kNull); }
};

// Sorts what is mostly a few sorted runs, one of each worker.
template <typename Entry>
void SortRuns(Entry* entries, int64_t n) {
  constexpr size_t kMostRuns = 64;
  std::vector<Entry*> ends;
  for (Entry *run = entries, *const end = entries + n; run != end && ends.size() <= kMostRuns;) {
    run = std::is_sorted_until(run, end);
    ends.push_back(run);
  }
  if (ends.size() <= 1) return;
  if (ends.size() > kMostRuns) {
    std::sort(entries, entries + n);
    return;
  }
  while (ends.size() > 1) {  // two and two
    std::vector<Entry*> merged;
    Entry* begin = entries;
    for (size_t i = 0; i < ends.size(); i += 2) {
      const size_t last = std::min(i + 1, ends.size() - 1);
      if (last > i) std::inplace_merge(begin, ends[i], ends[last]);
      begin = ends[last];
      merged.push_back(begin);
    }
    ends = std::move(merged);
  }
}

template <typename T>
class FixedListKernel final : public ValueListKernel<FixedListKernel<T>, Placed<std::conditional_t<(sizeof(T) > 8), T, uint64_t>>> {
 public:
  using Held = std::conditional_t<(sizeof(T) > 8), T, uint64_t>;
  using Entry = Placed<Held>;
  FixedListKernel(std::shared_ptr<arrow::DataType> value, std::shared_ptr<arrow::DataType> result, bool ignore_nulls)
      : value_(std::move(value)), result_(std::move(result)), ignore_nulls_(ignore_nulls) {}
  const std::shared_ptr<arrow::DataType>& result_type() const override { return result_; }

  template <typename F>
  void EachRow(const AggregateInput& input, const GroupRows& groups, F&& f) const {
    const arrow::ArrayData& column = *input.columns[0];
    if (ignore_nulls_ || column.GetNullCount() == 0) return ForEachValid(column, groups, f);
    for (int64_t i = 0; i < groups.count; ++i) f(i, groups.position(i));
  }
  template <typename F>
  void WithReader(const AggregateInput& input, F&& f) const {
    const arrow::ArrayData& column = *input.columns[0];
    const T* values = column.GetValues<T>(1);
    const uint64_t morsel = static_cast<uint64_t>(input.seq.stage) << 44 | input.seq.morsel;
    const bool nulls = column.GetNullCount() > 0;
    f([&, values, morsel, nulls](int64_t position) {
      const int64_t row = input.row_numbers ? input.row_numbers[position] : position;
      const bool null = nulls && !IsValid(column, position);
      Entry entry{morsel, static_cast<uint64_t>(input.first_row + row) | (null ? Entry::kNull : 0), {}};
      if (!null) std::memcpy(&entry.value, values + position, sizeof(T));
      return entry;
    });
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    arrow::TypedBufferBuilder<int32_t> offsets(pool);
    arrow::TypedBufferBuilder<bool> some(pool), valid(pool);
    arrow::TypedBufferBuilder<T> values(pool);
    arrow::TypedBufferBuilder<Entry> entries(pool);
    int64_t empty = 0, nulls = 0;
    for (int64_t i = 0; i < groups.count; ++i) {
      entries.bytes_builder()->Rewind(0);
      ARROW_RETURN_NOT_OK(this->Collect(groups, i, &entries));
      const int64_t n = entries.length();
      Entry* begin = entries.mutable_data();
      SortRuns(begin, n);
      if (values.length() + n > std::numeric_limits<int32_t>::max()) return Error(ErrorKind::kExecution, "a list column of more than 2^31 entries");
      ARROW_RETURN_NOT_OK(offsets.Append(static_cast<int32_t>(values.length())));
      ARROW_RETURN_NOT_OK(some.Append(n > 0));
      empty += n == 0;
      ARROW_RETURN_NOT_OK(values.Reserve(n));
      for (int64_t k = 0; k < n; ++k) {
        T value;
        std::memcpy(&value, &begin[k].value, sizeof(T));
        values.UnsafeAppend(value);
        if (!begin[k].null()) continue;
        ARROW_RETURN_NOT_OK(valid.Append(values.length() - 1 - valid.length(), true));
        ARROW_RETURN_NOT_OK(valid.Append(false));
        ++nulls;
      }
    }
    const int64_t total = values.length();
    ARROW_RETURN_NOT_OK(offsets.Append(static_cast<int32_t>(total)));
    ARROW_RETURN_NOT_OK(valid.Append(total - valid.length(), true));
    ARROW_ASSIGN_OR_RAISE(auto ends, offsets.Finish());
    ARROW_ASSIGN_OR_RAISE(auto bits, some.Finish());
    ARROW_ASSIGN_OR_RAISE(auto child_bits, valid.Finish());
    ARROW_ASSIGN_OR_RAISE(auto child_values, values.Finish());
    auto list = arrow::ArrayData::Make(result_, groups.count, {empty ? bits : nullptr, ends}, empty);
    list->child_data = {arrow::ArrayData::Make(value_, total, {nulls ? child_bits : nullptr, child_values}, nulls)};
    return arrow::MakeArray(list);
  }

 private:
  const std::shared_ptr<arrow::DataType> value_, result_;
  const bool ignore_nulls_;
};

}  // namespace

std::shared_ptr<const AggregateKernel> MakeFixedListKernel(const std::shared_ptr<arrow::DataType>& value, std::shared_ptr<arrow::DataType> result,
                                                           bool ignore_nulls) {
  if (!arrow::is_fixed_width(value->id()) || value->id() == arrow::Type::BOOL || value->id() == arrow::Type::DICTIONARY ||
      value->id() == arrow::Type::FIXED_SIZE_BINARY || value->num_fields() > 0) {
    return nullptr;
  }
  switch (value->byte_width()) {
    case 1: return std::make_shared<FixedListKernel<uint8_t>>(value, std::move(result), ignore_nulls);
    case 2: return std::make_shared<FixedListKernel<uint16_t>>(value, std::move(result), ignore_nulls);
    case 4: return std::make_shared<FixedListKernel<uint32_t>>(value, std::move(result), ignore_nulls);
    case 8: return std::make_shared<FixedListKernel<uint64_t>>(value, std::move(result), ignore_nulls);
    case 16: return std::make_shared<FixedListKernel<Int128>>(value, std::move(result), ignore_nulls);
    default: return nullptr;
  }
}

}  // namespace bowstring
