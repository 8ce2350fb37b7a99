// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/fault.h"

#include <cstdlib>
#include <mutex>
#include <set>

#include <bowstring/error.h>
#include <bowstring/export.h>

namespace bowstring::exec {
namespace {

struct Fault {
  std::mutex mutex;
  std::string name;
  int64_t left = -1;  // batches of the name before the one that fails; below 0: it has failed
  int64_t passed = 0;
  std::set<std::string, std::less<>> names;  // whose batches have passed since any fault was set
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

std::string FaultNames() {
  const std::lock_guard lock(TheFault().mutex);
  std::string names;
  for (const std::string& name : TheFault().names) names += name + "\n";
  return names;
}

bool FaultFired() {
  const std::lock_guard lock(TheFault().mutex);
  return TheFault().left < 0;
}

arrow::Status CountFault(std::string_view name, const TaskContext& context) {
  Fault& fault = TheFault();
  const std::lock_guard lock(fault.mutex);
  if (context.cancelled()) return arrow::Status::OK();  // stopped before the fault was set, or it makes no difference
  fault.names.emplace(name);
  if (!fault.name.empty() && fault.name != name) return arrow::Status::OK();
  ++fault.passed;
  if (fault.left < 0 || fault.left-- > 0) return arrow::Status::OK();
  return Error(ErrorKind::kExecution, "injected failure at a batch of ", std::string(name));
}

}  // namespace bowstring::exec

// For tests in Python, which find these by their names in the library.
extern "C" {

BOWSTRING_EXPORT void bowstring_test_set_fault(const char* name, int64_t batch) { bowstring::exec::SetFault(name, batch); }
BOWSTRING_EXPORT void bowstring_test_clear_fault() { bowstring::exec::ClearFault(); }
BOWSTRING_EXPORT int64_t bowstring_test_fault_batches() { return bowstring::exec::FaultBatches(); }
BOWSTRING_EXPORT int bowstring_test_fault_fired() { return bowstring::exec::FaultFired() ? 1 : 0; }
/// Names, a line each, of operators, sources and sinks whose batches have passed. Valid until the next call.
BOWSTRING_EXPORT const char* bowstring_test_fault_names() {
  static std::string names;
  names = bowstring::exec::FaultNames();
  return names.c_str();
}
}
