// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/fault.h"

#include <cstdlib>
#include <mutex>

#include <bowstring/error.h>

namespace bowstring::exec {
namespace {

struct Fault {
  std::mutex mutex;
  std::string name;
  int64_t left = -1;  // batches of the name before the one that fails; below 0: it has failed
  int64_t passed = 0;
};
Fault& TheFault() {
  static Fault fault;
  return fault;
}

bool FromEnvironment() {
  const char* text = std::getenv("BOWSTRING_FAULT");
  if (text == nullptr) return false;
  const std::string spec = text;
  const size_t colon = spec.rfind(':');
  if (colon == std::string::npos) return false;
  Fault& fault = TheFault();
  fault.name = spec.substr(0, colon);
  fault.left = std::atoll(spec.c_str() + colon + 1);
  return true;
}

}  // namespace

std::atomic<bool> g_fault_armed{FromEnvironment()};

void SetFault(std::string name, int64_t batch) {
  Fault& fault = TheFault();
  const std::lock_guard lock(fault.mutex);
  fault.name = std::move(name);
  fault.left = batch;
  fault.passed = 0;
  g_fault_armed = true;
}

void ClearFault() { g_fault_armed = false; }

int64_t FaultBatches() {
  const std::lock_guard lock(TheFault().mutex);
  return TheFault().passed;
}

bool FaultFired() {
  const std::lock_guard lock(TheFault().mutex);
  return TheFault().left < 0;
}

arrow::Status CountFault(std::string_view name) {
  Fault& fault = TheFault();
  const std::lock_guard lock(fault.mutex);
  if (!fault.name.empty() && fault.name != name) return arrow::Status::OK();
  ++fault.passed;
  if (fault.left < 0 || fault.left-- > 0) return arrow::Status::OK();
  return Error(ErrorKind::kExecution, "injected failure at a batch of ", std::string(name));
}

}  // namespace bowstring::exec
