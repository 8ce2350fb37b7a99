// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/budget.h"

#include <vector>

#include <gtest/gtest.h>

namespace bowstring {
namespace {

constexpr int64_t kLimit = 8 << 20, kReserve = kLimit / 4, kBlock = 64 << 10;

struct Blocks {
  explicit Blocks(BudgetedPool* pool) : pool(pool) {}
  ~Blocks() {
    for (uint8_t* block : blocks) pool->Free(block, kBlock, 64);
  }
  bool Add() {
    uint8_t* block = nullptr;
    if (!pool->Allocate(kBlock, 64, &block).ok()) return false;
    blocks.push_back(block);
    return true;
  }
  void Fill() {
    while (Add()) {
    }
  }
  void Pop() {
    pool->Free(blocks.back(), kBlock, 64);
    blocks.pop_back();
  }
  BudgetedPool* const pool;
  std::vector<uint8_t*> blocks;
};

TEST(Budget, TheReserveIsForThoseWhoMayUseIt) {
  const auto budget = std::make_shared<Budget>("test", kLimit, nullptr);
  const auto pool = BudgetedPool::Make(budget);
  Blocks blocks(pool.get());
  blocks.Fill();
  EXPECT_LE(budget->used(), kLimit - kReserve);
  EXPECT_GT(budget->used(), kLimit - kReserve - kBlock);
  EXPECT_FALSE(budget->in_reserve());
  {
    const PrivilegedStep privileged(true);
    blocks.Fill();
    EXPECT_LE(budget->used(), kLimit - kReserve / 2);
    EXPECT_TRUE(budget->in_reserve());
  }
  {
    const WritingOut writing;
    blocks.Fill();
    EXPECT_EQ(budget->used(), kLimit);
  }
}

// What was taken out of the reserve and is freed by another step is not there for ordinary ones: they would use it up bit by bit.
TEST(Budget, TheReserveDoesNotLeak) {
  const auto budget = std::make_shared<Budget>("test", kLimit, nullptr);
  const auto pool = BudgetedPool::Make(budget);
  Blocks kept(pool.get());
  kept.Fill();
  const int64_t most = budget->used();
  for (int round = 0; round < 100; ++round) {
    Blocks buffers(pool.get());
    {
      const WritingOut writing;
      for (int i = 0; i < 8; ++i) ASSERT_TRUE(buffers.Add());
    }
    for (int i = 0; i < 4; ++i) {
      buffers.Pop();
      ASSERT_FALSE(kept.Add()) << "round " << round;
    }
  }
  EXPECT_EQ(budget->used(), most);
  while (!kept.blocks.empty()) kept.Pop();
  pool->ReleaseUnused();
  EXPECT_EQ(budget->used(), 0);
}

TEST(Budget, ShortAbove) {
  const auto process = std::make_shared<Budget>("process", kLimit, nullptr);
  const auto small = std::make_shared<Budget>("small", kLimit / 4, process);
  const auto open = std::make_shared<Budget>("open", -1, process);
  EXPECT_FALSE(process->short_above());
  EXPECT_FALSE(small->short_above());
  EXPECT_TRUE(open->short_above());
  ASSERT_TRUE(process->Charge(kLimit - kReserve - kBlock));
  EXPECT_TRUE(small->short_above());
  process->Release(kLimit - kReserve - kBlock);
}

}  // namespace
}  // namespace bowstring
