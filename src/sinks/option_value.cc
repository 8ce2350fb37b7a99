// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/option_value.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <bowstring/error.h>

namespace bowstring {

using arrow::Result;

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

Result<bool> BoolOption(std::string_view name, const std::string& value) {
  const std::string lower = LowerCase(value);
  if (lower == "true") return true;
  if (lower == "false") return false;
  return Error(ErrorKind::kConfig, "Error parsing '", value, "' as bool for the option ", name, ": provided string was not `true` or `false`");
}

Result<int64_t> IntOption(std::string_view name, const std::string& value, int64_t least, int64_t most) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) {
    return Error(ErrorKind::kConfig, "Error parsing '", value, "' as an integer for the option ", name);
  }
  if (number < least || number > most) {
    return Error(ErrorKind::kConfig, "the option ", name, " must be from ", least, " to ", most, ", not ", value);
  }
  return number;
}

Result<double> DoubleOption(std::string_view name, const std::string& value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) {
    return Error(ErrorKind::kConfig, "Error parsing '", value, "' as a number for the option ", name);
  }
  return number;
}

Result<char> CharOption(std::string_view name, const std::string& value) {
  if (value == "\\t") return '\t';
  if (value.size() != 1 || static_cast<unsigned char>(value[0]) > 127) {
    return Error(ErrorKind::kConfig, "Error parsing ", value, " as u8 for the option ", name, ": it must be a single character");
  }
  return value[0];
}

arrow::Status UnknownOption(std::string_view name, std::string_view options) {
  return Error(ErrorKind::kConfig, "Config value \"", name, "\" not found on ", options);
}

}  // namespace bowstring
