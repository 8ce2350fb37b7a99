// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/type_text.h"

#include "functions/type_names.h"

namespace bowstring {

std::string TypeText(const arrow::DataType& type) { return TypeName(type); }

}  // namespace bowstring
