// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "functions/registry.h"

namespace bowstring {

/// Each family adds its functions; registry.cc has the list of families.
void AddMathFunctions(std::vector<ScalarFunctionPtr>* out);
void AddDivisorFunctions(std::vector<ScalarFunctionPtr>* out);
void AddTextFunctions(std::vector<ScalarFunctionPtr>* out);
void AddTextSearchFunctions(std::vector<ScalarFunctionPtr>* out);
void AddTextSplitFunctions(std::vector<ScalarFunctionPtr>* out);
void AddSparkFunctions(std::vector<ScalarFunctionPtr>* out);
void AddRegexFunctions(std::vector<ScalarFunctionPtr>* out);
void AddDatetimeFunctions(std::vector<ScalarFunctionPtr>* out);
void AddDatePartFunctions(std::vector<ScalarFunctionPtr>* out);
void AddDatetimeParseFunctions(std::vector<ScalarFunctionPtr>* out);
void AddDigestFunctions(std::vector<ScalarFunctionPtr>* out);
void AddConditionalFunctions(std::vector<ScalarFunctionPtr>* out);
void AddTypeFunctions(std::vector<ScalarFunctionPtr>* out);
void AddArrayFunctions(std::vector<ScalarFunctionPtr>* out);
void AddArrayShapeFunctions(std::vector<ScalarFunctionPtr>* out);
void AddArraySearchFunctions(std::vector<ScalarFunctionPtr>* out);
void AddArrayMathFunctions(std::vector<ScalarFunctionPtr>* out);
void AddArraySeriesFunctions(std::vector<ScalarFunctionPtr>* out);
void AddLambdaFunctions(std::vector<ScalarFunctionPtr>* out);
void AddMapFunctions(std::vector<ScalarFunctionPtr>* out);
void AddMetadataFunctions(std::vector<ScalarFunctionPtr>* out);
void AddStructFunctions(std::vector<ScalarFunctionPtr>* out);

}  // namespace bowstring
