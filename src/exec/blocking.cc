// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/blocking.h"

#include <bowstring/blocking.h>

namespace bowstring {
namespace {

// Null outside of steps and inside of a blocking call: what runs there is no part of the step.
thread_local TaskContext* t_step = nullptr;

}  // namespace

exec::StepScope::StepScope(TaskContext& context) : before_(t_step) { t_step = &context; }
exec::StepScope::~StepScope() { t_step = before_; }

BlockingCall::BlockingCall() : context_(t_step) {
  t_step = nullptr;
  if (context_ != nullptr) context_->EnterBlocking();
}

BlockingCall::~BlockingCall() {
  if (context_ != nullptr) context_->LeaveBlocking();
  t_step = context_;
}

}  // namespace bowstring
