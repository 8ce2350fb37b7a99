// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <bowstring/export.h>

namespace bowstring {

class TaskContext;

/// Scope of a call into foreign or blocking code from where no TaskContext is at hand, such as the kernels of aggregate and window functions: as
/// BlockingRegion on a worker in a step, nothing on other threads. Scopes may be nested.
class BOWSTRING_EXPORT BlockingCall {
 public:
  BlockingCall();
  ~BlockingCall();
  BlockingCall(const BlockingCall&) = delete;
  BlockingCall& operator=(const BlockingCall&) = delete;

 private:
  TaskContext* const context_;
};

}  // namespace bowstring
