// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/xz.h"

#include <string>

#include <gtest/gtest.h>

#include <arrow/memory_pool.h>

namespace bowstring {
namespace {

std::string Pack(const std::string& text, int level, arrow::MemoryPool* pool) {
  auto codec = *MakeXzCodec(level, pool);
  auto compressor = *codec->MakeCompressor();
  std::string out(text.size() + 4096, '\0');
  auto* to = reinterpret_cast<uint8_t*>(out.data());
  const auto* from = reinterpret_cast<const uint8_t*>(text.data());
  auto step = *compressor->Compress(static_cast<int64_t>(text.size()), from, static_cast<int64_t>(out.size()), to);
  EXPECT_EQ(step.bytes_read, static_cast<int64_t>(text.size()));
  int64_t size = step.bytes_written;
  for (;;) {  // a byte at a time, as if there were little room
    auto end = *compressor->End(1, to + size);
    size += end.bytes_written;
    if (!end.should_retry) break;
  }
  out.resize(static_cast<size_t>(size));
  return out;
}

/// Refuses what would bring it above `limit`.
class LimitedPool final : public arrow::ProxyMemoryPool {
 public:
  explicit LimitedPool(int64_t limit) : arrow::ProxyMemoryPool(arrow::default_memory_pool()), limit_(limit) {}
  using arrow::MemoryPool::Allocate;
  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override {
    if (bytes_allocated() + size > limit_) return arrow::Status::OutOfMemory("refused by the test");
    return arrow::ProxyMemoryPool::Allocate(size, alignment, out);
  }
  int64_t limit_;
};

TEST(XzTest, OutAndBack) {
  arrow::ProxyMemoryPool pool(arrow::default_memory_pool());
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919) + "\n";
  for (const int level : {0, 3, kXzMostLevel}) {
    const std::string packed = Pack(text, level, &pool);
    EXPECT_LT(packed.size(), text.size() / 2);
    EXPECT_GT(pool.max_memory(), *XzCompressorMemory(level) / 2) << "the compressor's memory isn't the pool's";
    auto decompressor = *(*MakeXzCodec(kXzDefaultLevel, &pool))->MakeDecompressor();
    std::string back;
    uint8_t out[1000];
    for (size_t at = 0; !decompressor->IsFinished();) {
      const int64_t most = std::min<int64_t>(77, static_cast<int64_t>(packed.size() - at));
      const auto step = *decompressor->Decompress(most, reinterpret_cast<const uint8_t*>(packed.data()) + at, sizeof out, out);
      at += static_cast<size_t>(step.bytes_read);
      back.append(reinterpret_cast<const char*>(out), static_cast<size_t>(step.bytes_written));
    }
    EXPECT_EQ(back, text);
  }
  EXPECT_EQ(pool.bytes_allocated(), 0);
}

TEST(XzTest, GoesOnWhenThereIsMemoryAgain) {
  const std::string packed = Pack(std::string(5000, 'x'), 6, arrow::default_memory_pool());
  LimitedPool pool(4 << 20);
  auto decompressor = *(*MakeXzCodec(kXzDefaultLevel, &pool))->MakeDecompressor();
  std::string out(6000, '\0');
  const auto* in = reinterpret_cast<const uint8_t*>(packed.data());
  int64_t read = 0;
  auto step = decompressor->Decompress(static_cast<int64_t>(packed.size()), in, 6000, reinterpret_cast<uint8_t*>(out.data()));
  if (step.ok()) {  // up to where it asks
    EXPECT_EQ(step->bytes_written, 0);
    read = step->bytes_read;
    step = decompressor->Decompress(static_cast<int64_t>(packed.size()) - read, in + read, 6000, reinterpret_cast<uint8_t*>(out.data()));
  }
  if (step.status().IsCapacityError()) GTEST_SKIP() << "a liblzma before 5.2.7";
  ASSERT_TRUE(step.status().IsOutOfMemory()) << step.status();
  pool.limit_ = 64 << 20;
  step = decompressor->Decompress(static_cast<int64_t>(packed.size()) - read, in + read, 6000, reinterpret_cast<uint8_t*>(out.data()));
  ASSERT_TRUE(step.ok()) << step.status();
  EXPECT_EQ(out.substr(0, static_cast<size_t>(step->bytes_written)), std::string(5000, 'x'));
  EXPECT_TRUE(decompressor->IsFinished());
}

}  // namespace
}  // namespace bowstring
