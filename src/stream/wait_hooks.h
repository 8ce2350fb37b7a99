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
  /// A signal or exception waits for this thread. To be asked every 20 ms.
  bool Interrupted();

 private:
  const WaitHooks hooks_;
  void* state_ = nullptr;
};

}  // namespace bowstring::stream
