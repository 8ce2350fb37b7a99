// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <bowstring/batch_stream.h>

namespace bowstring::stream {

/// Scope of a wait: what the host language holds (the GIL) is given up, and taken back at the end.
class HookedWait {
 public:
  HookedWait();
  ~HookedWait();
  HookedWait(const HookedWait&) = delete;
  HookedWait& operator=(const HookedWait&) = delete;
  /// A signal or exception waits for this thread. To be asked every 20 ms. `signalled`: Signalled() has just said so.
  bool Interrupted(bool signalled);

 private:
  const WaitHooks hooks_;
  void* state_ = nullptr;
};

/// True once for each interrupt of the process since `*seen` was last asked for; -1 there begins.
bool Signalled(int64_t* seen);

}  // namespace bowstring::stream
