// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <arrow/result.h>

#include <bowstring/function.h>

namespace bowstring {

using ScalarFunctionPtr = std::shared_ptr<const ScalarFunction>;

/// The built-in scalar function of this name or alias (lower case); null where there is none.
ScalarFunctionPtr FindBuiltinScalar(std::string_view name);
/// All built-in scalar functions, each once, by name.
const std::vector<ScalarFunctionPtr>& BuiltinScalars();

/// The scalar functions of one session: the built-in ones, and over them the user's. Thread-safe.
class ScalarRegistry {
 public:
  /// Null where there is none.
  ScalarFunctionPtr Find(std::string_view name) const;
  /// As Find. kPlan "Invalid function 'f'.\nDid you mean 'g'?" where there is none.
  arrow::Result<ScalarFunctionPtr> Get(std::string_view name) const;
  /// Adds, or replaces, under the function's name and aliases.
  void Register(ScalarFunctionPtr function);
  /// False where no user's function has this name. Built-in ones show again.
  bool Deregister(std::string_view name);
  /// Names without aliases, sorted; the user's too.
  std::vector<std::string> Names() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, ScalarFunctionPtr> own_;
};

/// "Invalid function 'f'.\nDid you mean 'g'?" over any names.
arrow::Status NoSuchFunction(std::string_view name, const std::vector<std::string>& known);

}  // namespace bowstring
