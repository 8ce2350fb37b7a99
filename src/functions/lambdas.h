// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include <bowstring/function.h>

namespace bowstring {

/// What a function makes of a list and a lambda over its elements.
enum class LambdaUse : uint8_t { kTransform, kFilter, kAnyMatch, kFirst };

/// A function that takes a lambda. The binder evaluates it (expr/lambda.h), as the lambda may use columns; Resolve says what is wrong
/// with a call that has none.
class LambdaFunction : public ScalarFunction {
 public:
  LambdaFunction(LambdaUse use, std::string name, std::vector<std::string> aliases, std::string description);
  LambdaUse use() const { return use_; }
  const std::string& name() const override { return name_; }
  std::vector<std::string> aliases() const override { return aliases_; }
  const FunctionDoc& doc() const override { return doc_; }
  arrow::Result<ResolvedCall> Resolve(const std::vector<ArgumentInfo>& arguments) const override;

 private:
  LambdaUse use_;
  std::string name_;
  std::vector<std::string> aliases_;
  FunctionDoc doc_;
};

}  // namespace bowstring
