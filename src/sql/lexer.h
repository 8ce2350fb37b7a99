// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "sql/token.h"

namespace bowstring::sql {

/// The tokens of `text`, without blanks and comments, ending with one kEof. An error when a quote or comment isn't
/// closed, a character has no meaning in SQL, or the text is not UTF-8.
arrow::Result<std::vector<Token>> Tokenize(std::string_view text);

/// The value of a token of one of the string kinds, a quoted identifier or a number: unquoted and unescaped, the bytes
/// of a hex string, a number without `_`. An error when an escape is invalid.
arrow::Result<std::string> TokenValue(std::string_view text, const Token& token);

}  // namespace bowstring::sql
