// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace bowstring {

/// How often this process is a forked child of one that had loaded us: 0 in the first. What crosses threads remembers the number it was
/// made under, and is left alone (leaked, a named error to its user) under another: its locks may be held by threads that aren't there.
uint64_t ForkGeneration() noexcept;

}  // namespace bowstring
