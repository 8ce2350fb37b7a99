// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "sql/ast.h"

namespace bowstring {

/// OPTIONS (...) as texts: keys in lower case, without "format." (behind `::` a column's name stays as it is written), values without quotes.
arrow::Result<std::map<std::string, std::string>> OptionTexts(const std::vector<sql::AstOption>& options);
/// One key in that form.
std::string OptionKey(const std::string& key);

}  // namespace bowstring
