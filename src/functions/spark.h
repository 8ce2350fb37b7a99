// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "functions/define.h"

namespace bowstring {

/// Spark's functions are called spark_NAME; their calls are named NAME.
Definition SparkDefinition(std::string name, std::string signature, std::string description, bool fallible = false);
FunctionSpec SparkSpec(std::string name, std::string description);
/// A built-in function under Spark's name, where both mean the same.
ScalarFunctionPtr SparkAlias(std::string name, const std::string& builtin);

void AddSparkMathFunctions(std::vector<ScalarFunctionPtr>* out);
void AddSparkTextFunctions(std::vector<ScalarFunctionPtr>* out);
void AddSparkUrlFunctions(std::vector<ScalarFunctionPtr>* out);
void AddSparkHashFunctions(std::vector<ScalarFunctionPtr>* out);
void AddSparkDatetimeFunctions(std::vector<ScalarFunctionPtr>* out);
void AddSparkNestedFunctions(std::vector<ScalarFunctionPtr>* out);

}  // namespace bowstring
