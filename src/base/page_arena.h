// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace bowstring {

/// Memory of the process for large buffers: arenas of 4 MiB, on huge pages while these come fast, cut into runs of 4 KiB pages, always the lowest
/// place that fits; so what is resident follows what is in use, whichever thread allocates and frees. (A general allocator kept three times as much
/// resident in a scan whose buffers are made by workers and freed by the reader.) An empty arena is kept for 30 to 60 ms after the last use of one,
/// within which the next query mostly comes; then a thread that lives as long as there are such gives it back. Blocks above half an arena's size are
/// mapped by themselves.
///
/// Thread-safe, also over a fork. One mutex: a call costs about 0.1 us, for buffers that cost far more to fill.
class PageArena {
 public:
  /// Smaller blocks belong elsewhere.
  static constexpr int64_t kLeast = 32 << 10;

  /// At least `size` bytes, aligned to 4 KiB, not set; null where the system has none.
  static uint8_t* Allocate(int64_t size) noexcept;
  /// `size` as it was asked for.
  static void Free(uint8_t* block, int64_t size) noexcept;
  /// A block of another size with the same content up to the smaller one; null (and the old block as it was) where there is no memory.
  static uint8_t* Resize(uint8_t* block, int64_t old_size, int64_t new_size) noexcept;
  /// Gives empty arenas back to the system, those that are kept ready too.
  static void Trim() noexcept;
  /// Bytes of arenas and of blocks that are mapped by themselves.
  static int64_t mapped() noexcept;
};

}  // namespace bowstring
