// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <arrow/result.h>

namespace bowstring {

// Values of format options, which are texts. All fail with kConfig, naming the option.

arrow::Result<bool> BoolOption(std::string_view name, const std::string& value);
arrow::Result<int64_t> IntOption(std::string_view name, const std::string& value, int64_t least, int64_t most);
arrow::Result<double> DoubleOption(std::string_view name, const std::string& value);
/// One character of ASCII.
arrow::Result<char> CharOption(std::string_view name, const std::string& value);
/// 'Config value "x" not found on CsvOptions'.
arrow::Status UnknownOption(std::string_view name, std::string_view options);

std::string LowerCase(std::string_view text);

}  // namespace bowstring
