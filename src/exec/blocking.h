// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <bowstring/table_source.h>

namespace bowstring::exec {

/// While it lives, `context` is the step that this thread is in: what BlockingCall asks for.
class StepScope {
 public:
  explicit StepScope(TaskContext& context);
  ~StepScope();
  StepScope(const StepScope&) = delete;
  StepScope& operator=(const StepScope&) = delete;

 private:
  TaskContext* const before_;
};

}  // namespace bowstring::exec
