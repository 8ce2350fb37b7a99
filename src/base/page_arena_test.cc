// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/page_arena.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

namespace bowstring {
namespace {

TEST(PageArena, BlocksKeepTheirBytesAndMemoryComesBack) {
  PageArena::Trim();
  const int64_t before = PageArena::mapped();
  struct Block {
    uint8_t* data;
    int64_t size;
    uint8_t fill;
  };
  std::vector<Block> blocks;
  std::mt19937_64 rng(7);
  int64_t live = 0, peak = 0;
  for (int i = 0; i < 20000; ++i) {
    const uint64_t what = rng() % 10;
    if (blocks.empty() || (what < 5 && live < (64 << 20))) {
      const int64_t size = PageArena::kLeast + static_cast<int64_t>(rng() % (rng() % 20 == 0 ? 9 << 20 : 512 << 10));
      auto* data = PageArena::Allocate(size);
      ASSERT_NE(data, nullptr);
      ASSERT_EQ(reinterpret_cast<uintptr_t>(data) % 4096, 0u);
      blocks.push_back({data, size, static_cast<uint8_t>(rng())});
      data[0] = data[size / 2] = data[size - 1] = blocks.back().fill;
      live += size;
      peak = std::max(peak, live);
      continue;
    }
    Block& block = blocks[rng() % blocks.size()];
    ASSERT_EQ(block.data[0], block.fill);
    ASSERT_EQ(block.data[block.size / 2], block.fill);
    ASSERT_EQ(block.data[block.size - 1], block.fill);
    if (what < 8) {
      PageArena::Free(block.data, block.size);
      live -= block.size;
      block = blocks.back();
      blocks.pop_back();
    } else {
      const int64_t size = PageArena::kLeast + static_cast<int64_t>(rng() % (6 << 20));
      block.data = PageArena::Resize(block.data, block.size, size);
      ASSERT_NE(block.data, nullptr);
      ASSERT_EQ(block.data[0], block.fill);
      live += size - block.size;
      peak = std::max(peak, live);
      block.size = size;
      block.data[size / 2] = block.data[size - 1] = block.fill;
    }
    ASSERT_LE(PageArena::mapped() - before, peak + peak / 2 + (16 << 20));
  }
  for (const Block& block : blocks) PageArena::Free(block.data, block.size);
  PageArena::Trim();
  EXPECT_EQ(PageArena::mapped(), before);
}

TEST(PageArena, EmptyArenasAreKeptForAMoment) {
  PageArena::Trim();
  const int64_t before = PageArena::mapped();
  constexpr int64_t kSize = 1 << 20;
  std::vector<uint8_t*> blocks;
  const auto take = [&] {
    for (int i = 0; i < 64; ++i) blocks.push_back(PageArena::Allocate(kSize));
  };
  const auto give = [&] {
    for (uint8_t* block : blocks) PageArena::Free(block, kSize);
    blocks.clear();
  };
  take();
  const int64_t most = PageArena::mapped();
  EXPECT_GE(most - before, 64 * kSize);
  for (int i = 0; i < 5; ++i) {  // nothing is mapped anew
    give();
    take();
    EXPECT_EQ(PageArena::mapped(), most);
  }
  give();
  // A block that is mapped by itself takes their place.
  uint8_t* large = PageArena::Allocate(32 * kSize);
  ASSERT_NE(large, nullptr);
  EXPECT_LE(PageArena::mapped(), most);
  PageArena::Free(large, 32 * kSize);
  for (int i = 0; i < 200 && PageArena::mapped() - before > 8 * kSize; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_LE(PageArena::mapped() - before, 8 * kSize);
  PageArena::Trim();
  EXPECT_EQ(PageArena::mapped(), before);
}

}  // namespace
}  // namespace bowstring
