// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/registry.h"

#include <algorithm>

#include <bowstring/error.h>

#include "functions/families.h"
#include "functions/nearest_name.h"
#include "functions/renamed.h"

namespace bowstring {
namespace {

struct Builtins {
  std::vector<ScalarFunctionPtr> functions;
  std::unordered_map<std::string, ScalarFunctionPtr> by_name;

  Builtins() {
    AddConditionalFunctions(&functions);
    AddMathFunctions(&functions);
    AddDivisorFunctions(&functions);
    AddTextFunctions(&functions);
    AddTextSearchFunctions(&functions);
    AddTextSplitFunctions(&functions);
    AddRegexFunctions(&functions);
    AddDatetimeFunctions(&functions);
    AddDatePartFunctions(&functions);
    AddDatetimeParseFunctions(&functions);
    AddDigestFunctions(&functions);
    AddTypeFunctions(&functions);
    AddArrayFunctions(&functions);
    AddArrayShapeFunctions(&functions);
    AddArraySearchFunctions(&functions);
    AddArrayMathFunctions(&functions);
    AddArraySeriesFunctions(&functions);
    AddLambdaFunctions(&functions);
    AddMapFunctions(&functions);
    AddMetadataFunctions(&functions);
    AddStructFunctions(&functions);
    AddSparkFunctions(&functions);
    std::sort(functions.begin(), functions.end(), [](const auto& a, const auto& b) { return a->name() < b->name(); });
    for (const auto& function : functions) {
      by_name.emplace(function->name(), function);
      for (const auto& alias : function->aliases()) by_name.emplace(alias, Renamed(function, alias));
    }
  }
};

// Immutable after construction; leaked, as threads may outlive static destruction.
const Builtins& AllBuiltins() {
  static const auto* builtins = new Builtins;
  return *builtins;
}

}  // namespace

ScalarFunctionPtr FindBuiltinScalar(std::string_view name) {
  const auto& names = AllBuiltins().by_name;
  auto it = names.find(std::string(name));
  return it == names.end() ? nullptr : it->second;
}

const std::vector<ScalarFunctionPtr>& BuiltinScalars() { return AllBuiltins().functions; }

arrow::Status NoSuchFunction(std::string_view name, const std::vector<std::string>& known) {
  std::string text = "Invalid function '" + std::string(name) + "'.";
  if (const int nearest = NearestName(name, known); nearest >= 0) text += "\nDid you mean '" + known[nearest] + "'?";
  return MakeError(ErrorKind::kPlan, text);
}

ScalarFunctionPtr ScalarRegistry::Find(std::string_view name) const {
  {
    std::lock_guard lock(mutex_);
    if (auto it = own_.find(std::string(name)); it != own_.end()) return it->second;
  }
  return FindBuiltinScalar(name);
}

arrow::Result<ScalarFunctionPtr> ScalarRegistry::Get(std::string_view name) const {
  if (auto function = Find(name)) return function;
  return NoSuchFunction(name, Names());
}

void ScalarRegistry::Register(ScalarFunctionPtr function) {
  std::lock_guard lock(mutex_);
  own_[function->name()] = function;
  for (const auto& alias : function->aliases()) own_[alias] = function;
}

bool ScalarRegistry::Deregister(std::string_view name) {
  std::lock_guard lock(mutex_);
  auto it = own_.find(std::string(name));
  if (it == own_.end()) return false;
  const ScalarFunctionPtr function = it->second;
  std::erase_if(own_, [&](const auto& entry) { return entry.second == function; });
  return true;
}

std::vector<std::string> ScalarRegistry::Names() const {
  std::vector<std::string> out;
  for (const auto& function : BuiltinScalars()) out.push_back(function->name());
  {
    std::lock_guard lock(mutex_);
    for (const auto& [name, function] : own_) out.push_back(function->name());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace bowstring
