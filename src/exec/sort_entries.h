// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "exec/sort_key.h"

namespace bowstring::exec {

/// LSD radix sort by the packed key; bytes that are the same everywhere are skipped. Stable. The answer is in `entries`.
template <int kWords>
void RadixSort(SortEntry<kWords>* entries, int64_t n, SortEntry<kWords>* scratch, const std::vector<int>& bytes) {
  std::vector<uint32_t> counts(bytes.size() * 256, 0);
  auto digit = [](const SortEntry<kWords>& entry, int byte) {
    return static_cast<uint8_t>(entry.key[kWords - 1 - byte / 8] >> 8 * (byte % 8));
  };
  for (int64_t i = 0; i < n; ++i) {
    for (size_t b = 0; b < bytes.size(); ++b) ++counts[b * 256 + digit(entries[i], bytes[b])];
  }
  SortEntry<kWords>* from = entries;
  SortEntry<kWords>* to = scratch;
  for (size_t b = 0; b < bytes.size(); ++b) {
    uint32_t at[256];
    uint32_t sum = 0;
    for (int d = 0; d < 256; ++d) {
      at[d] = sum;
      sum += counts[b * 256 + d];
    }
    for (int64_t i = 0; i < n; ++i) to[at[digit(from[i], bytes[b])]++] = from[i];
    std::swap(from, to);
  }
  if (from != entries) std::copy(from, from + n, entries);
}

/// Sorts by packed key, then by `less` over refs, which must be a total order. `in_place`: entries already lie in `less`'s order where keys are
/// equal, so that a stable sort is enough. `scratch` (n entries) may be null.
template <int kWords, typename Less>
void SortEntries(SortEntry<kWords>* entries, int64_t n, SortEntry<kWords>* scratch, bool in_place, Less&& less) {
  auto whole = [&](const SortEntry<kWords>& a, const SortEntry<kWords>& b) {
    return KeyLess(a, b) || (KeyEqual(a, b) && less(a.ref, b.ref));
  };
  uint64_t differ[kWords] = {};
  bool sorted = true;
  for (int64_t i = 1; i < n; ++i) {
    sorted &= !KeyLess(entries[i], entries[i - 1]);
    for (int w = 0; w < kWords; ++w) differ[w] |= entries[i].key[w] ^ entries[0].key[w];
  }
  if (!sorted) {
    std::vector<int> bytes;
    for (int byte = 0; byte < kWords * 8; ++byte) {
      if (differ[kWords - 1 - byte / 8] >> 8 * (byte % 8) & 0xff) bytes.push_back(byte);
    }
    const auto passes = static_cast<int64_t>(bytes.size());
    if (!scratch || n < 512 || n > UINT32_MAX || passes > 2 * static_cast<int64_t>(std::bit_width(static_cast<uint64_t>(n)))) {
      std::sort(entries, entries + n, whole);
      return;
    }
    RadixSort(entries, n, scratch, bytes);
  }
  if (in_place) return;
  for (int64_t i = 0; i < n;) {
    int64_t end = i + 1;
    while (end < n && KeyEqual(entries[i], entries[end])) ++end;
    if (end - i > 1) std::sort(entries + i, entries + end, [&](const auto& a, const auto& b) { return less(a.ref, b.ref); });
    i = end;
  }
}

}  // namespace bowstring::exec
