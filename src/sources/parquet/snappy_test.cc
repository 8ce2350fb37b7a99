// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/snappy.h"

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <arrow/util/compression.h>

namespace bowstring::pq {
namespace {

// Text and numbers of several kinds of repetition.
std::string RandomInput(std::mt19937* random) {
  std::string out;
  const size_t size = (*random)() % ((*random)() % 4 == 0 ? 200000 : 3000);
  const uint32_t kind = (*random)() % 5;
  while (out.size() < size) {
    switch (kind) {
      case 0: out += static_cast<char>((*random)()); break;
      case 1: out += std::string(1 + (*random)() % 100, static_cast<char>('a' + (*random)() % 3)); break;
      case 2: out += "word" + std::to_string((*random)() % 50) + " "; break;
      case 3: {
        const uint64_t number = (*random)() % 100000;
        out.append(reinterpret_cast<const char*>(&number), 8);
        break;
      }
      default: {  // repeats from near and far
        if (out.size() < 4) out += "seed";
        const size_t back = 1 + (*random)() % std::min<size_t>(out.size(), (*random)() % 2 ? 20 : 70000), length = 1 + (*random)() % 90;
        for (size_t i = 0; i < length; ++i) out += out[out.size() - back];
        if ((*random)() % 3 == 0) out += static_cast<char>((*random)());
      }
    }
  }
  return out;
}

TEST(Snappy, SameAsTheLibrary) {
  auto codec = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  std::mt19937 random(7);
  for (int i = 0; i < 400; ++i) {
    const std::string text = RandomInput(&random);
    std::vector<uint8_t> packed(static_cast<size_t>(codec->MaxCompressedLen(static_cast<int64_t>(text.size()), nullptr)));
    const int64_t size = codec->Compress(static_cast<int64_t>(text.size()), reinterpret_cast<const uint8_t*>(text.data()), static_cast<int64_t>(packed.size()), packed.data()).ValueOrDie();
    std::vector<uint8_t> exact(packed.begin(), packed.begin() + size), out(text.size() + 64);
    ASSERT_TRUE(SnappyDecompress(exact.data(), size, out.data(), static_cast<int64_t>(text.size()))) << i;
    ASSERT_EQ(std::memcmp(out.data(), text.data(), text.size()), 0) << i;
    EXPECT_FALSE(SnappyDecompress(exact.data(), size, out.data(), static_cast<int64_t>(text.size()) - 1));
    if (size > 5) {
      EXPECT_FALSE(SnappyDecompress(exact.data(), size - 1, out.data(), static_cast<int64_t>(text.size())));
    }
    // Damage: whatever is answered, it stays inside its buffers (run under AddressSanitizer), and agrees with the library.
    for (int k = 0; k < 5 && size > 3; ++k) {
      exact[3 + random() % static_cast<size_t>(size - 3)] = static_cast<uint8_t>(random());
      const bool ours = SnappyDecompress(exact.data(), size, out.data(), static_cast<int64_t>(text.size()));
      std::vector<uint8_t> theirs_out(text.size() + 1);
      auto theirs = codec->Decompress(size, exact.data(), static_cast<int64_t>(text.size()), theirs_out.data());
      EXPECT_EQ(ours, theirs.ok() && *theirs == static_cast<int64_t>(text.size()));
      if (ours && theirs.ok()) {
        EXPECT_EQ(std::memcmp(out.data(), theirs_out.data(), text.size()), 0);
      }
    }
  }
}

}  // namespace
}  // namespace bowstring::pq
