// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/lambdas.h"

#include <bowstring/error.h>

#include "functions/families.h"

namespace bowstring {

LambdaFunction::LambdaFunction(LambdaUse use, std::string name, std::vector<std::string> aliases, std::string description)
    : use_(use), name_(std::move(name)), aliases_(std::move(aliases)), doc_{"array", std::move(description), name_ + "(array, x -> expression)", ""} {}

arrow::Result<ResolvedCall> LambdaFunction::Resolve(const std::vector<ArgumentInfo>& arguments) const {
  if (arguments.size() != 2) return Error(ErrorKind::kPlan, "The function '", name_, "' expected 2 argument(s) but received ", arguments.size());
  return Error(ErrorKind::kPlan, "The function '", name_, "' expected a lambda at position 1 but received a value");
}

void AddLambdaFunctions(std::vector<ScalarFunctionPtr>* out) {
  auto add = [out](LambdaUse use, std::string name, std::vector<std::string> aliases, std::string description) {
    out->push_back(std::make_shared<LambdaFunction>(use, std::move(name), std::move(aliases), std::move(description)));
  };
  add(LambdaUse::kTransform, "array_transform", {"list_transform"}, "The list of what a lambda makes of each element.");
  add(LambdaUse::kFilter, "array_filter", {"list_filter"}, "The elements for which a lambda is true.");
  add(LambdaUse::kAnyMatch, "array_any_match", {"any_match", "list_any_match"}, "Whether a lambda is true for any element.");
  add(LambdaUse::kFirst, "array_first", {"list_first"}, "The first element for which a lambda is true.");
}

}  // namespace bowstring
