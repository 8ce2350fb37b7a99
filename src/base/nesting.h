// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

namespace bowstring {

/// Which foreign streams' pulls the work of a thread serves, the innermost first: a query that is pulled from inside a foreign stream inherits
/// them, and so do the foreign streams that it reads. One that meets itself would wait for itself.
struct Nesting {
  std::shared_ptr<const Nesting> outer;
  const void* stream = nullptr;
};
using NestingPtr = std::shared_ptr<const Nesting>;

inline NestingPtr& CurrentNesting() {
  static thread_local NestingPtr current;
  return current;
}

/// The calling thread's, for a scope.
class NestingScope {
 public:
  explicit NestingScope(NestingPtr nesting) : before_(std::move(CurrentNesting())) { CurrentNesting() = std::move(nesting); }
  ~NestingScope() { CurrentNesting() = std::move(before_); }
  NestingScope(const NestingScope&) = delete;
  NestingScope& operator=(const NestingScope&) = delete;

 private:
  NestingPtr before_;
};

inline bool IsNestedIn(const void* stream) {
  for (const Nesting* level = CurrentNesting().get(); level != nullptr; level = level->outer.get()) {
    if (level->stream == stream) return true;
  }
  return false;
}

}  // namespace bowstring
