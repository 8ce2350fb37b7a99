// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_hash.h"

#include "exec/join_core.h"

namespace bowstring::exec {
namespace {

class RuntimeFilter final : public JoinRuntimeFilter {
 public:
  explicit RuntimeFilter(std::shared_ptr<JoinCore> core) : core_(std::move(core)) {}
  bool ready() const noexcept override { return core_->ready.load(std::memory_order_acquire); }
  bool empty() const noexcept override { return ready() && core_->facts.rows == 0; }
  std::shared_ptr<arrow::Scalar> min(int i) const override { return Limit(i, core_->facts.min); }
  std::shared_ptr<arrow::Scalar> max(int i) const override { return Limit(i, core_->facts.max); }

  arrow::Result<int64_t> MayMatch(const std::vector<std::shared_ptr<arrow::Array>>& keys, int64_t n, arrow::MemoryPool* pool,
                                  int32_t* rows) const override {
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
      for (int64_t i = 0; i < here; ++i) {
        rows[count] = static_cast<int32_t>(begin + i);
        count += !block.null[i] && core_->MayHave(block.hash[i], block.word(0)[i]);
      }
    }
    return count;
  }

 private:
  std::shared_ptr<arrow::Scalar> Limit(int i, int64_t value) const {
    if (!ready() || i != 0 || !core_->facts.narrow || core_->facts.min > core_->facts.max) return nullptr;
    const auto type = core_->plan->spec().build_keys[0]->physical_type();
    if (!arrow::is_integer(type->id()) && !arrow::is_temporal(type->id())) return nullptr;
    auto scalar = arrow::MakeScalar(type, value);
    return scalar.ok() ? *scalar : nullptr;
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
  if (kind == JoinKind::kInner || kind == JoinKind::kRight || kind == JoinKind::kLeftSemi || kind == JoinKind::kRightSemi ||
      kind == JoinKind::kRightAnti) {
    pair.filter = std::make_shared<RuntimeFilter>(core);
  }
  return pair;
}

}  // namespace bowstring::exec
