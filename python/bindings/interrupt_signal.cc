// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// A reader such as duckdb pulls a stream on threads that Python doesn't know, while its main thread, which Python has
// told of Ctrl-C, waits for them. Python's own record of the signal is gone by then; hence a count of ours.
#include "interrupt_signal.h"

#include <atomic>
#include <cerrno>
#include <csignal>

#include <nanobind/nanobind.h>

namespace nb = nanobind;

namespace bowstring::python {
namespace {

std::atomic<int64_t> g_interrupts{0};
static_assert(std::atomic<int64_t>::is_always_lock_free);
std::atomic<void (*)(int)> g_next{nullptr};

void Count(int signal) {
  const int kept = errno;
  g_interrupts.fetch_add(1, std::memory_order_relaxed);
  if (auto* next = g_next.load(std::memory_order_relaxed)) next(signal);
  errno = kept;
}

}  // namespace

void CountInterrupts() {
  struct sigaction now {};
  if (::sigaction(SIGINT, nullptr, &now) != 0 || (now.sa_flags & SA_SIGINFO) != 0) return;
  if (now.sa_handler == Count || now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN) return;
  auto signal = nb::module_::import_("signal");
  if (!signal.attr("getsignal")(SIGINT).is(signal.attr("default_int_handler"))) return;
  g_next.store(now.sa_handler);
  now.sa_handler = Count;
  ::sigaction(SIGINT, &now, nullptr);
}

bool Signalled(int64_t* seen) {
  const int64_t count = g_interrupts.load(std::memory_order_relaxed);
  if (*seen < 0) *seen = count;
  if (*seen == count) return false;
  *seen = count;
  return true;
}

}  // namespace bowstring::python
