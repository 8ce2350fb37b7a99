// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/blake.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

namespace bowstring {
namespace {

constexpr uint8_t kSigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

// The words' mixing, with the shifts of the width.
template <typename Word>
void Mix(Word* v, int a, int b, int c, int d, Word x, Word y) {
  constexpr int kShift[4] = {sizeof(Word) == 8 ? 32 : 16, sizeof(Word) == 8 ? 24 : 12, sizeof(Word) == 8 ? 16 : 8, sizeof(Word) == 8 ? 63 : 7};
  v[a] = v[a] + v[b] + x;
  v[d] = std::rotr(static_cast<Word>(v[d] ^ v[a]), kShift[0]);
  v[c] = v[c] + v[d];
  v[b] = std::rotr(static_cast<Word>(v[b] ^ v[c]), kShift[1]);
  v[a] = v[a] + v[b] + y;
  v[d] = std::rotr(static_cast<Word>(v[d] ^ v[a]), kShift[2]);
  v[c] = v[c] + v[d];
  v[b] = std::rotr(static_cast<Word>(v[b] ^ v[c]), kShift[3]);
}

template <typename Word, typename Order>
void Round(Word* v, const Word* m, const Order& order) {
  for (int k = 0; k < 4; ++k) Mix(v, k, 4 + k, 8 + k, 12 + k, m[order[2 * k]], m[order[2 * k + 1]]);
  for (int k = 0; k < 4; ++k) Mix(v, k, 4 + (k + 1) % 4, 8 + (k + 2) % 4, 12 + (k + 3) % 4, m[order[8 + 2 * k]], m[order[9 + 2 * k]]);
}

constexpr std::array<uint32_t, 8> kIv32 = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
constexpr std::array<uint64_t, 8> kIv64 = {0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
                                           0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179};

// Words of a block, little-endian, zeros past the end of the bytes.
template <typename Word>
std::array<Word, 16> BlockAt(std::string_view bytes, size_t at) {
  std::array<Word, 16> out{};
  if (at < bytes.size()) std::memcpy(out.data(), bytes.data() + at, std::min(sizeof(out), bytes.size() - at));
  return out;
}

template <typename Word>
std::string Bytes(const Word* words, size_t count) {
  return std::string(reinterpret_cast<const char*>(words), count * sizeof(Word));
}

template <typename Word>
std::string Blake2(std::string_view bytes, const std::array<Word, 8>& iv, int rounds) {
  constexpr size_t kBlock = 16 * sizeof(Word);
  std::array<Word, 8> h = iv;
  h[0] ^= static_cast<Word>(0x01010000 ^ (8 * sizeof(Word)));
  size_t at = 0;
  for (;;) {
    const bool last = bytes.size() - at <= kBlock;
    const size_t done = last ? bytes.size() : at + kBlock;
    const auto m = BlockAt<Word>(bytes, at);
    std::array<Word, 16> v;
    std::copy(h.begin(), h.end(), v.begin());
    std::copy(iv.begin(), iv.end(), v.begin() + 8);
    v[12] ^= static_cast<Word>(done);
    if (last) v[14] = ~v[14];
    for (int r = 0; r < rounds; ++r) Round(v.data(), m.data(), kSigma[r % 10]);
    for (int k = 0; k < 8; ++k) h[k] ^= v[k] ^ v[k + 8];
    if (last) return Bytes(h.data(), 8);
    at += kBlock;
  }
}

// BLAKE3: flags of a compression.
constexpr uint32_t kChunkStart = 1, kChunkEnd = 2, kParent = 4, kRoot = 8;
constexpr size_t kChunk = 1024, kBlock3 = 64;
using Value = std::array<uint32_t, 8>;

Value Compress(const Value& chain, std::array<uint32_t, 16> m, uint64_t counter, uint32_t length, uint32_t flags) {
  constexpr uint8_t kPermutation[16] = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};
  std::array<uint32_t, 16> v{chain[0], chain[1], chain[2], chain[3], chain[4], chain[5], chain[6], chain[7], kIv32[0], kIv32[1], kIv32[2], kIv32[3],
                             static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), length, flags};
  for (int r = 0; r < 7; ++r) {
    Round(v.data(), m.data(), kSigma[0]);
    std::array<uint32_t, 16> next;
    for (int k = 0; k < 16; ++k) next[k] = m[kPermutation[k]];
    m = next;
  }
  Value out;
  for (int k = 0; k < 8; ++k) out[k] = v[k] ^ v[k + 8];
  return out;
}

// The chaining value of one chunk; `root` where it is the whole input.
Value ChunkValue(std::string_view bytes, uint64_t index, bool root) {
  Value chain = kIv32;
  for (size_t at = 0;;) {
    const bool last = bytes.size() - at <= kBlock3;
    const auto length = static_cast<uint32_t>(last ? bytes.size() - at : kBlock3);
    const uint32_t flags = (at == 0 ? kChunkStart : 0) | (last ? kChunkEnd : 0) | (last && root ? kRoot : 0);
    chain = Compress(chain, BlockAt<uint32_t>(bytes.substr(0, at + length), at), index, length, flags);
    if (last) return chain;
    at += kBlock3;
  }
}

Value ParentValue(const Value& left, const Value& right, bool root) {
  std::array<uint32_t, 16> m;
  std::copy(left.begin(), left.end(), m.begin());
  std::copy(right.begin(), right.end(), m.begin() + 8);
  return Compress(kIv32, m, 0, kBlock3, kParent | (root ? kRoot : 0));
}

}  // namespace

static_assert(std::endian::native == std::endian::little);

std::string Blake2s(std::string_view bytes) { return Blake2<uint32_t>(bytes, kIv32, 10); }
std::string Blake2b(std::string_view bytes) { return Blake2<uint64_t>(bytes, kIv64, 12); }

std::string Blake3(std::string_view bytes) {
  const size_t chunks = std::max<size_t>(1, (bytes.size() + kChunk - 1) / kChunk);
  if (chunks == 1) return Bytes(ChunkValue(bytes, 0, true).data(), 8);
  // Complete subtrees, as the bits of the number of chunks so far.
  std::vector<Value> stack;
  Value value{};
  for (size_t index = 0; index < chunks; ++index) {
    value = ChunkValue(bytes.substr(index * kChunk, kChunk), index, false);
    if (index + 1 == chunks) break;
    for (size_t total = index + 1; total % 2 == 0; total /= 2) {
      value = ParentValue(stack.back(), value, false);
      stack.pop_back();
    }
    stack.push_back(value);
  }
  while (!stack.empty()) {
    value = ParentValue(stack.back(), value, stack.size() == 1);
    stack.pop_back();
  }
  return Bytes(value.data(), 8);
}

}  // namespace bowstring
