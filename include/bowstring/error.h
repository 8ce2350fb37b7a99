// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <arrow/status.h>

#include <bowstring/export.h>

namespace bowstring {

/// What kind of failure a status reports. Users' mistakes come before kExecution, ours is kInternal.
enum class ErrorKind : uint8_t {
  kUnknown,         ///< a status that carries no detail of ours (Arrow's own)
  kSql,             ///< text that does not parse: the message has line, column and a caret
  kPlan,            ///< a statement or a DataFrame call that makes no sense: types, counts, unknown tables or functions
  kSchema,          ///< a column that is missing or ambiguous
  kNotImplemented,  ///< well-formed, but not supported; the message names it
  kConfig,          ///< an option or its value
  kExecution,       ///< data that an operation can't take: a bad cast, overflow, division by zero, a damaged file
  kIo,              ///< the operating system's answer to a read or write
  kBudgetExceeded,  ///< memory: message has the budget, who asked, what is held and by whom
  kCancelled,       ///< cancel(), a dropped stream
  kInterrupted,     ///< a signal, or an exception set on the reading thread
  kTimeout,         ///< the query's `timeout` ran out
  kConsumer,        ///< misuse of a stream or batch: released twice, used after fork, requested schema that does not fit
  kInternal,        ///< a bug of ours
};

/// The text that goes before the message, as the peer's users know it: "Schema error: ", "Error during planning: ", ...
BOWSTRING_EXPORT std::string_view ErrorPrefix(ErrorKind kind);

/// The detail that every status of ours carries. Thread-safe: immutable.
class BOWSTRING_EXPORT ErrorDetail : public arrow::StatusDetail {
 public:
  explicit ErrorDetail(ErrorKind kind) : kind_(kind) {}
  const char* type_id() const override;
  std::string ToString() const override;
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

/// The kind of a status; kUnknown where it has none of ours. OutOfMemory is kBudgetExceeded, Cancelled is kCancelled.
BOWSTRING_EXPORT ErrorKind KindOf(const arrow::Status& status);

/// A status of this kind with this message (without prefix; see ErrorText).
BOWSTRING_EXPORT arrow::Status MakeError(ErrorKind kind, std::string message);

template <typename... Args>
arrow::Status Error(ErrorKind kind, const Args&... args) {
  std::ostringstream text;
  (text << ... << args);
  return MakeError(kind, std::move(text).str());
}

/// Prefix and message, as a user reads it: "Schema error: No field named x. ...".
BOWSTRING_EXPORT std::string ErrorText(const arrow::Status& status);

}  // namespace bowstring
