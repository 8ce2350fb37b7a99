// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/fork.h"

#include <pthread.h>

#include <atomic>

namespace bowstring {
namespace {
std::atomic<uint64_t> generation{0};
[[maybe_unused]] const int registered = pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });
}  // namespace

uint64_t ForkGeneration() noexcept { return generation.load(std::memory_order_relaxed); }

}  // namespace bowstring
