// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_hash.h"

#include <optional>

#include <arrow/scalar.h>
#include <arrow/util/bit_util.h>

#include <bowstring/column_filter.h>

#include "exec/join_core.h"

namespace bowstring::exec {
namespace {

// The value as a number that keeps the order of join words; none for types that have no such order in 64 signed bits.
std::optional<int64_t> NumberOf(const arrow::Scalar& scalar) {
  switch (scalar.type->id()) {
    case arrow::Type::INT8: return static_cast<const arrow::Int8Scalar&>(scalar).value;
    case arrow::Type::INT16: return static_cast<const arrow::Int16Scalar&>(scalar).value;
    case arrow::Type::INT32: return static_cast<const arrow::Int32Scalar&>(scalar).value;
    case arrow::Type::INT64: return static_cast<const arrow::Int64Scalar&>(scalar).value;
    case arrow::Type::UINT8: return static_cast<const arrow::UInt8Scalar&>(scalar).value;
    case arrow::Type::UINT16: return static_cast<const arrow::UInt16Scalar&>(scalar).value;
    case arrow::Type::UINT32: return static_cast<const arrow::UInt32Scalar&>(scalar).value;
    case arrow::Type::DATE32: return static_cast<const arrow::Date32Scalar&>(scalar).value;
    case arrow::Type::TIMESTAMP: return static_cast<const arrow::TimestampScalar&>(scalar).value;
    default: return std::nullopt;
  }
}

class BuildKeys final : public ColumnFilter {
 public:
  explicit BuildKeys(std::shared_ptr<JoinCore> core) : core_(std::move(core)) {}
  bool ready() const noexcept override { return core_->ready.load(std::memory_order_acquire); }

  bool MayPassBetween(int i, const arrow::Scalar* min, const arrow::Scalar* max, bool) const override {
    const JoinFacts& facts = core_->facts;
    if (facts.rows == 0) return false;
    const KeyRange range = facts.range(static_cast<size_t>(i));
    if (core_->plan->keys().nulls_match() || range.min > range.max) return true;
    const auto least = min ? NumberOf(*min) : std::nullopt, most = max ? NumberOf(*max) : std::nullopt;
    return !(least && *least > range.max) && !(most && *most < range.min);
  }

  arrow::Result<int64_t> MayPass(const std::vector<std::shared_ptr<arrow::Array>>& keys, int64_t n, arrow::MemoryPool* pool,
                                 int32_t* rows) const override {
    if (core_->spill != nullptr) {  // no table to ask
      for (int64_t i = 0; i < n; ++i) rows[i] = static_cast<int32_t>(i);
      return n;
    }
    // Keys whose values are known one by one take rows away first; where that is the only key, there is no more to ask.
    int64_t left = n;
    const int32_t* kept = nullptr;
    for (size_t k = 0; k < keys.size(); ++k) {
      if (!SelectBits(k, *keys[k], kept, left, rows, &left)) continue;
      kept = rows;
    }
    if (kept != nullptr && keys.size() == 1) return left;
    std::vector<RowColumn> columns;
    for (size_t k = 0; k < keys.size(); ++k) {
      RowColumn column{keys[k]->data(), kept};
      ARROW_ASSIGN_OR_RAISE(column, DecodeDictionary(column, left, pool));
      if (core_->plan->keys().parts()[k].probe == JoinWordForm::kSerial) {
        for (int64_t i = 0; kept == nullptr && i < n; ++i) rows[i] = static_cast<int32_t>(i);
        return left;
      }
      columns.push_back(std::move(column));
    }
    JoinKeyBlock block(core_->plan->keys());
    int32_t places[JoinKeyBlock::kRows];
    int64_t count = 0;
    for (int64_t begin = 0; begin < left; begin += JoinKeyBlock::kRows) {
      const int64_t here = std::min(JoinKeyBlock::kRows, left - begin);
      block.Fill(core_->plan->keys(), columns, false, begin, here);
      const int64_t passed = core_->table.Select(block, here, places);
      for (int64_t i = 0; i < passed; ++i) {
        const int64_t at = begin + places[i];
        rows[count + i] = kept ? rows[at] : static_cast<int32_t>(at);  // at is never below count + i
      }
      count += passed;
    }
    return count;
  }

  bool Knows(int i) const override { return core_->spill == nullptr && core_->table.bits(static_cast<size_t>(i)) != nullptr; }

  arrow::Result<int64_t> MayPassOne(int i, const arrow::Array& key, int64_t n, int32_t* rows) const override {
    int64_t left = n;
    if (core_->spill != nullptr || !SelectBits(static_cast<size_t>(i), key, nullptr, n, rows, &left)) {
      for (int64_t r = 0; r < n; ++r) rows[r] = static_cast<int32_t>(r);
    }
    return left;
  }

 private:
  // Writes those of `kept` (null: the first n rows; may be `out`) whose value of key `k` the build side has. False: nothing is written, since
  // its values aren't known.
  bool SelectBits(size_t k, const arrow::Array& key, const int32_t* kept, int64_t n, int32_t* out, int64_t* left) const {
    const KeyBits* bits = core_->table.bits(k);
    if (bits == nullptr) return false;
    const arrow::ArrayData& data = *key.data();
    const JoinKeyPart& part = core_->plan->keys().parts()[k];
    const auto id = data.type->id();
    if (id == arrow::Type::DICTIONARY || id == arrow::Type::EXTENSION || id == arrow::Type::NA) return false;
    const bool is_signed = part.probe == JoinWordForm::kSigned;
    if (!is_signed && part.probe != JoinWordForm::kUnsigned) return false;
    if (data.GetNullCount() > 0) {  // match nothing
      const uint8_t* valid = data.buffers[0]->data();
      int64_t known = 0;
      for (int64_t i = 0; i < n; ++i) {
        const int32_t row = kept ? kept[i] : static_cast<int32_t>(i);
        out[known] = row;
        known += arrow::bit_util::GetBit(valid, data.offset + row);
      }
      kept = out;
      n = known;
    }
    auto select = [&](auto type) { *left = bits->Select(data.GetValues<decltype(type)>(1), kept, n, out); };
    switch (part.probe_bytes) {
      case 1: is_signed ? select(int8_t{}) : select(uint8_t{}); break;
      case 2: is_signed ? select(int16_t{}) : select(uint16_t{}); break;
      case 4: is_signed ? select(int32_t{}) : select(uint32_t{}); break;
      default: is_signed ? select(int64_t{}) : select(uint64_t{}); break;
    }
    return true;
  }

  const std::shared_ptr<JoinCore> core_;
};

}  // namespace

arrow::Result<JoinPair> MakeHashJoin(JoinSpec spec, QueryMemory* memory, std::shared_ptr<SpillSpace> spill) {
  const JoinKind kind = spec.shape.kind;
  ARROW_ASSIGN_OR_RAISE(auto plan, JoinPlan::Make(std::move(spec)));
  auto core = std::make_shared<JoinCore>(std::move(plan), memory, std::move(spill));
  JoinPair pair;
  pair.build = MakeJoinBuild(core);
  pair.probe = MakeJoinProbe(core);
  if (!JoinKeepsProbe(kind)) pair.filter = std::make_shared<BuildKeys>(core);
  return pair;
}

}  // namespace bowstring::exec
