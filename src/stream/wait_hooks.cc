// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "stream/wait_hooks.h"

#include <atomic>

namespace bowstring {
namespace {
std::atomic<void* (*)()> g_leave{nullptr};
std::atomic<bool (*)(void*, bool)> g_interrupted{nullptr};
std::atomic<void (*)(void*)> g_enter{nullptr};
std::atomic<bool (*)(int64_t*)> g_signalled{nullptr};
}  // namespace

void SetWaitHooks(const WaitHooks& hooks) {
  g_leave.store(hooks.leave);
  g_interrupted.store(hooks.interrupted);
  g_enter.store(hooks.enter);
  g_signalled.store(hooks.signalled);
}

namespace stream {

HookedWait::HookedWait() : hooks_{g_leave.load(), g_interrupted.load(), g_enter.load(), nullptr} {
  if (hooks_.leave != nullptr) state_ = hooks_.leave();
}

HookedWait::~HookedWait() {
  if (hooks_.enter != nullptr) hooks_.enter(state_);
}

bool HookedWait::Interrupted(bool signalled) { return hooks_.interrupted != nullptr && hooks_.interrupted(state_, signalled); }

bool Signalled(int64_t* seen) {
  auto* signalled = g_signalled.load(std::memory_order_relaxed);
  return signalled != nullptr && signalled(seen);
}

}  // namespace stream
}  // namespace bowstring
