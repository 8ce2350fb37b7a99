// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <arrow/status.h>

#include <bowstring/error.h>

#include "sql/source_span.h"

namespace bowstring::sql {

/// A place in a text as users count: from 1, columns in characters (code points).
struct SourcePosition {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// The place of a byte; behind the last character for an offset at or past the end. Linear in the offset.
SourcePosition PositionOf(std::string_view text, uint32_t offset);

/// The line around the span and, below it, a caret: two lines, each ending in a newline. Long lines are cut around the
/// caret; control characters print as blanks.
///     LINE 2: WHERE a = = 1
///                       ^
std::string RenderCaret(std::string_view text, SourceSpan span);

/// What a status of kind kSql carries beside its message.
class SqlErrorDetail : public ErrorDetail {
 public:
  SqlErrorDetail(SourceSpan span, SourcePosition position)
      : ErrorDetail(ErrorKind::kSql), span_(span), position_(position) {}
  SourceSpan span() const { return span_; }
  SourcePosition position() const { return position_; }

 private:
  SourceSpan span_;
  SourcePosition position_;
};

/// The detail of a status that this room made, else null.
const SqlErrorDetail* SqlErrorDetailOf(const arrow::Status& status);

/// `ParserError("<message> at Line: 1, Column: 8")` with the line and a caret below. `name` is ParserError,
/// TokenizerError, or RecursionLimitExceeded.
arrow::Status SqlError(std::string_view name, std::string_view message, std::string_view text, SourceSpan span);

}  // namespace bowstring::sql
