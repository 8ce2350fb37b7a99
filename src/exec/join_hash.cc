// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_hash.h"

#include <optional>

#include <arrow/scalar.h>

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

class BuildKeys final : public DynamicFilter {
 public:
  explicit BuildKeys(std::shared_ptr<JoinCore> core) : core_(std::move(core)) {}
  bool ready() const noexcept override { return core_->ready.load(std::memory_order_acquire); }

  bool MayPassBetween(int i, const arrow::Scalar* min, const arrow::Scalar* max, bool) const override {
    const JoinFacts& facts = core_->facts;
    if (facts.rows == 0) return false;
    if (i != 0 || !facts.narrow || facts.min > facts.max) return true;
    const auto least = min ? NumberOf(*min) : std::nullopt, most = max ? NumberOf(*max) : std::nullopt;
    return !(least && *least > facts.max) && !(most && *most < facts.min);
  }

  arrow::Result<int64_t> MayPass(const std::vector<std::shared_ptr<arrow::Array>>& keys, int64_t n, arrow::MemoryPool* pool,
                                 int32_t* rows) const override {
    if (core_->spill != nullptr) {  // no table to ask
      for (int64_t i = 0; i < n; ++i) rows[i] = static_cast<int32_t>(i);
      return n;
    }
    std::vector<RowColumn> columns;
    for (size_t k = 0; k < keys.size(); ++k) {
      RowColumn column{keys[k]->data(), nullptr};
      ARROW_ASSIGN_OR_RAISE(column, DecodeDictionary(column, n, pool));
      if (core_->plan->keys().parts()[k].probe == JoinWordForm::kSerial) {
        for (int64_t i = 0; i < n; ++i) rows[i] = static_cast<int32_t>(i);
        return n;
      }
      columns.push_back(std::move(column));
    }
    JoinKeyBlock block(core_->plan->keys());
    int64_t count = 0;
    for (int64_t begin = 0; begin < n; begin += JoinKeyBlock::kRows) {
      const int64_t here = std::min(JoinKeyBlock::kRows, n - begin);
      block.Fill(core_->plan->keys(), columns, false, begin, here);
      const int64_t passed = core_->table.Select(block, here, rows + count);
      for (int64_t i = 0; i < passed; ++i) rows[count + i] += static_cast<int32_t>(begin);
      count += passed;
    }
    return count;
  }

 private:
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
