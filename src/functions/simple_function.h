// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <bowstring/error.h>
#include <bowstring/function.h>

#include "functions/common_type.h"
#include "functions/registry.h"

namespace bowstring {

using Arguments = std::vector<ArgumentInfo>;
using Resolver = std::function<arrow::Result<ResolvedCall>(const Arguments&)>;

/// What a built-in function is made of.
struct FunctionSpec {
  std::string name;
  std::vector<std::string> aliases;
  FunctionDoc doc;
  Resolver resolve;
  Volatility volatility = Volatility::kImmutable;
  bool short_circuits = false;
  std::function<std::optional<Expr>(const std::vector<Expr>&)> expand;
  std::function<std::optional<std::string>(const std::vector<Expr>&)> call_name;
};

ScalarFunctionPtr MakeFunction(FunctionSpec spec);
/// A call_name under another name: "abs(t.a)" for spark_abs.
std::function<std::optional<std::string>(const std::vector<Expr>&)> CallsAs(std::string name);

/// kPlan "Error in call of f(Int64, Utf8): ... failed to match any signature": the arguments don't fit `syntax`.
arrow::Status NoMatch(const FunctionSpec& spec, const Arguments& arguments);
arrow::Status NoMatch(const std::string& name, const std::string& syntax, const Arguments& arguments);

TypePtr TypeOfArgument(const Arguments& arguments, size_t i);
/// A literal argument as int64 or text; none where it isn't a constant or NULL.
std::optional<int64_t> LiteralInt(const Arguments& arguments, size_t i);
std::optional<std::string> LiteralText(const Arguments& arguments, size_t i);

/// A field for a result: nullable unless said otherwise.
std::shared_ptr<arrow::Field> ResultField(TypePtr type, bool nullable = true);
/// True where any argument is nullable.
bool AnyNullable(const Arguments& arguments);

}  // namespace bowstring
