// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/spark.h"

#include <arrow/type.h>

#include "functions/families.h"

namespace bowstring {

Definition SparkDefinition(std::string name, std::string signature, std::string description, bool fallible) {
  Definition d;
  d.name = "spark_" + name;
  d.family = "spark";
  d.signature = std::move(signature);
  d.description = std::move(description);
  d.syntax = "spark_" + name + "(...)";
  d.fallible = fallible;
  d.wide_if_large = false;
  d.shown = std::move(name);
  return d;
}

FunctionSpec SparkSpec(std::string name, std::string description) {
  FunctionSpec spec;
  spec.name = "spark_" + name;
  spec.doc = {"spark", std::move(description), "spark_" + name + "(...)", ""};
  spec.call_name = CallsAs(std::move(name));
  return spec;
}

ScalarFunctionPtr SparkAlias(std::string name, const std::string& builtin) {
  FunctionSpec spec = SparkSpec(name, "As SQL's " + builtin + ".");
  // Looked up at the first call: the registry is still being made here.
  spec.resolve = [builtin](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const auto function = FindBuiltinScalar(builtin);
    if (!function) return Error(ErrorKind::kInternal, "no function ", builtin);
    return function->Resolve(arguments);
  };
  return MakeFunction(std::move(spec));
}

void AddSparkFunctions(std::vector<ScalarFunctionPtr>* out) {
  AddSparkMathFunctions(out);
  AddSparkTextFunctions(out);
  AddSparkUrlFunctions(out);
  AddSparkHashFunctions(out);
  AddSparkDatetimeFunctions(out);
  AddSparkNestedFunctions(out);
}

}  // namespace bowstring
