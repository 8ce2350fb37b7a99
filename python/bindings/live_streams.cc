// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "live_streams.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include <nanobind/nanobind.h>

#include "bind.h"

namespace bowstring::python {
namespace {

// The mutex is for free-threaded Python; nothing is called while it is held.
std::mutex g_mutex;
std::vector<std::weak_ptr<BatchStream>>* g_streams = new std::vector<std::weak_ptr<BatchStream>>();
size_t g_sweep_at = 64;

}  // namespace

std::shared_ptr<BatchStream> Track(std::shared_ptr<BatchStream> stream) {
  std::lock_guard lock(g_mutex);
  if (g_streams->size() >= g_sweep_at) {
    std::erase_if(*g_streams, [](const auto& known) { return known.expired(); });
    g_sweep_at = std::max<size_t>(64, 2 * g_streams->size());
  }
  g_streams->push_back(stream);
  return stream;
}

void bind_live_streams(nb::module_& m) {
  m.def(
      "_cancel_all",
      [] {
        std::vector<std::weak_ptr<BatchStream>> streams;
        {
          std::lock_guard lock(g_mutex);
          streams.swap(*g_streams);
        }
        for (const auto& known : streams) {
          if (auto stream = known.lock()) stream->Cancel();
        }
      },
      "Cancels the queries of all streams that are still open.");
}

}  // namespace bowstring::python
