// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "stream/wait_hooks.h"

#include <atomic>

namespace bowstring {
namespace {
std::atomic<void* (*)()> g_leave{nullptr};
std::atomic<bool (*)(void*)> g_interrupted{nullptr};
std::atomic<void (*)(void*)> g_enter{nullptr};
}  // namespace

void SetWaitHooks(const WaitHooks& hooks) {
  g_leave.store(hooks.leave);
  g_interrupted.store(hooks.interrupted);
  g_enter.store(hooks.enter);
}

namespace stream {

HookedWait::HookedWait() : hooks_{g_leave.load(), g_interrupted.load(), g_enter.load()} {
  if (hooks_.leave != nullptr) state_ = hooks_.leave();
}

HookedWait::~HookedWait() {
  if (hooks_.enter != nullptr) hooks_.enter(state_);
}

bool HookedWait::Interrupted() { return hooks_.interrupted != nullptr && hooks_.interrupted(state_); }

}  // namespace stream
}  // namespace bowstring
